"""Fetches what pom.xml lists from Maven Central, once, and lets nothing through that maven.lock does not know.

Apache Maven does the fetching, so the mirrors, proxies and credentials of the user's own settings.xml hold.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.conformance.paths import HERE

POM, LOCK = HERE / "pom.xml", HERE / "maven.lock"
GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
TIMEOUT_SECONDS = 280
UNREACHABLE = ("Could not transfer artifact", "Unknown host", "Network is unreachable", "timed out", "Cannot access")


class NotAvailableError(Exception):
    """Raised when this machine lacks something that conformance needs; says what."""


class ChecksumError(Exception):
    """Raised when a fetched file is not the one that maven.lock knows."""


def libraries() -> Path:
    """The folder with the libraries, fetched when they are not in the cache.

    Raises:
        NotAvailableError: Maven is missing, or Maven Central cannot be reached.
        ChecksumError: a file differs from the lock.
    """
    wanted = read_lock()
    folder = cache() / f"maven-{_sha256(LOCK)[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            fetched = Path(scratch) / "libraries"
            fetch(fetched)
            check(fetched, wanted)
            if not folder.is_dir():
                fetched.rename(folder)
    check(folder, wanted)
    return folder


def cache() -> Path:
    """Outside the tree, shared by every checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hourglass"


def fetch(folder: Path) -> None:
    """Copies every library of the pom into a folder."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NotAvailableError("there is no mvn (Apache Maven) on the PATH")
    command = [maven, "--batch-mode", "--errors", f"--file={POM}", GOAL, f"-DoutputDirectory={folder}"]
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


def read_lock() -> dict[str, str]:
    """SHA-256 by file name; the lock has the form of sha256sum."""
    lines = [line.split("  ", 1) for line in LOCK.read_text(encoding="utf-8").splitlines()]
    return {name: digest for digest, name in lines}


def write_lock() -> None:
    """Fetches anew and trusts what came."""
    with tempfile.TemporaryDirectory() as scratch:
        fetch(Path(scratch))
        found = _digests(Path(scratch))
    LOCK.write_text("".join(f"{digest}  {name}\n" for name, digest in found.items()), encoding="utf-8")


def check(folder: Path, wanted: Mapping[str, str]) -> None:
    """Compares every file with the lock."""
    found = _digests(folder)
    for name in sorted(wanted.keys() | found.keys()):
        digest, locked = found.get(name, "missing"), wanted.get(name, "no such file")
        if digest != locked:
            raise ChecksumError(f"{folder / name}: SHA-256 {digest}, maven.lock has {locked}")


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
