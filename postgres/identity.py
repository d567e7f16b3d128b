"""Decides under which identity PostgreSQL runs: it refuses root, and we never create a user.

As an ordinary user: as that user. As root: inside a user namespace (nothing on the system changes).
Where the kernel forbids that: as the existing user `nobody`, to whom the data folder is given; the caller
is told before it happens.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from postgres import namespace
from postgres.errors import PostgresNeedsAnUnprivilegedUserError

Notice = Callable[[str], None]


@dataclass(frozen=True)
class Identity:
    """How to run a PostgreSQL program and where its files are."""

    installation: Path
    data: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None  # switch to this user before the program starts
    gid: int | None = None

    def run(self, program: str, *arguments: str, output: Path) -> int:
        """Runs bin/`program` with its output in a file (a daemon would keep a pipe open); its status."""
        command = [*self.prefix, str(self.installation / "bin" / program), *arguments]
        with output.open("wb") as sink:
            return subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
                check=False,
            ).returncode

    def own(self, path: Path) -> None:
        """Gives a file to the user that runs PostgreSQL."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def choose_identity(
    folder: Path, installation: Path, notice: Notice, *, effective_uid: int, namespaces: bool = True
) -> Identity:
    """The least intrusive identity that works here; `folder` is ours and exists."""
    data = folder / "data"
    if effective_uid != 0:
        data.mkdir(mode=0o700, exist_ok=True)
        return Identity(installation, data)
    nobody = _nobody()
    if namespaces and sys.platform == "linux":
        prefix = (sys.executable, "-I", "-S", namespace.__file__, str(nobody.pw_uid), str(nobody.pw_gid))
        probe = [*prefix, str(installation / "bin" / "postgres"), "--version"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            data.mkdir(mode=0o700, exist_ok=True)
            return Identity(installation, data, prefix=prefix)
    return _as_nobody(folder, installation, nobody, notice)


def _as_nobody(folder: Path, installation: Path, nobody: pwd.struct_passwd, notice: Notice) -> Identity:
    data = folder / "data"
    if not (_open_to_others(folder) and _open_to_others(installation / "bin")):
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        home = Path(tempfile.gettempdir()) / f"hourglass-postgres-{digest}"
        if not (home / "data").exists():
            notice(
                f"PostgreSQL does not run as root, and the user nobody may not enter {folder}: "
                f"its programs and data go to {home}, owned by nobody. No user is created."
            )
        _claim(home)
        installation, data = _copied(installation, home), home / "data"
    elif not data.exists():
        notice(
            f"PostgreSQL does not run as root: it runs as the existing user nobody, who will own {data}. "
            "No user is created."
        )
    data.mkdir(mode=0o700, exist_ok=True)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    return Identity(installation, data, uid=nobody.pw_uid, gid=nobody.pw_gid)


def _claim(home: Path) -> None:
    """Takes a folder below the shared temporary folder; one that someone else prepared is refused."""
    home.mkdir(mode=0o755, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise PostgresNeedsAnUnprivilegedUserError(
            f"{home} belongs to another user; remove it or run as an ordinary user"
        )


def _copied(installation: Path, home: Path) -> Path:
    """The installation below `home`, laid out as in the package: bin/ finds ../../../<package>.libs."""
    package = installation.parent
    target = home / "programs" / package.name / installation.name
    if not target.exists():
        partial = home / "programs.partial"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(installation, partial / package.name / installation.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, partial / libraries.name)
        partial.rename(home / "programs")
    return target


def _open_to_others(path: Path) -> bool:
    resolved = path.resolve()
    return all(step.stat().st_mode & 0o001 for step in (resolved, *resolved.parents))


def _nobody() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresNeedsAnUnprivilegedUserError(
            "PostgreSQL does not run as root and this machine has no user nobody; run as an ordinary user"
        ) from None
