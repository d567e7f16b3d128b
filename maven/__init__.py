"""Fetches libraries from Maven Central, once, and lets nothing through that a lock does not know.

Apache Maven does the fetching, so the mirrors, proxies and credentials of the user's own settings.xml hold.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
TIMEOUT_SECONDS = 280
UNREACHABLE = ("Could not transfer artifact", "Unknown host", "Network is unreachable", "timed out", "Cannot access")


class NotAvailableError(Exception):
    """Raised when Maven is missing, or when Maven Central cannot be reached."""


class ChecksumError(Exception):
    """Raised when a fetched file is not the one that the lock knows."""


def cache() -> Path:
    """Outside the tree, shared by every checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hourglass"


def fetch(pom: Path, folder: Path) -> None:
    """Copies every dependency of a pom into a folder.

    Raises:
        NotAvailableError: Maven is missing, or Maven Central cannot be reached.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise NotAvailableError("there is no mvn (Apache Maven) on the PATH")
    command = [maven, "--batch-mode", "--errors", f"--file={pom}", GOAL, f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotAvailableError(f"Maven Central did not deliver within {TIMEOUT_SECONDS} s") from None
    if done.returncode == 0:
        return
    said = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")] or [done.stderr]
    if any(word in done.stdout for word in UNREACHABLE):
        raise NotAvailableError(f"Maven Central cannot be reached: {said[0]}")
    raise RuntimeError("\n".join(said))


@dataclass(frozen=True)
class Libraries:
    """The libraries of a pom, each with the SHA-256 that the lock (of sha256sum's form) has for its file name."""

    pom: Path
    lock: Path
    fetch: Callable[[Path, Path], None] = fetch

    def folder(self) -> Path:
        """Where they are, fetched when they are not in the cache.

        Raises:
            NotAvailableError: they are not, and cannot be fetched.
            ChecksumError: a file differs from the lock.
        """
        folder = cache() / f"{self.lock.stem}-{_sha256(self.lock)[:16]}"
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
                fetched = Path(scratch) / "libraries"
                self.fetch(self.pom, fetched)
                self.check(fetched)
                if not folder.is_dir():
                    fetched.rename(folder)
        self.check(folder)
        return folder

    def check(self, folder: Path) -> None:
        """Compares every file with the lock."""
        lines = [line.split("  ", 1) for line in self.lock.read_text(encoding="utf-8").splitlines()]
        wanted, found = {name: digest for digest, name in lines}, _digests(folder)
        for name in sorted(wanted.keys() | found.keys()):
            digest, locked = found.get(name, "missing"), wanted.get(name, "no such file")
            if digest != locked:
                raise ChecksumError(f"{folder / name}: SHA-256 {digest}, {self.lock.name} has {locked}")

    def write_lock(self) -> None:
        """Fetches anew and trusts what came."""
        with tempfile.TemporaryDirectory() as scratch:
            self.fetch(self.pom, Path(scratch))
            found = _digests(Path(scratch))
        self.lock.write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()), encoding="utf-8")


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
