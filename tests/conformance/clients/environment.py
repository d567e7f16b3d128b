"""The Python environment in which the clients run, and dbt-athena's source distribution, which carries its tests.

Both stand in the cache outside the tree, once for each lock; what is fetched has the lock's SHA-256.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from maven import NotAvailableError, cache
from tests.conformance.paths import ROOT

LOCK = ROOT / "requirements-clients.lock"
TIMEOUT_SECONDS = 600


def python() -> Path:
    """The interpreter that has what the lock lists.

    Raises:
        NotAvailableError: the package registry does not deliver.
    """
    return _cached("python", _install) / "bin" / "python"


def dbt_athena() -> Path:
    """The unpacked source distribution of dbt-athena.

    Raises:
        NotAvailableError: the package registry does not deliver.
    """
    return next(each for each in _cached("dbt-athena", _unpack_dbt_athena).iterdir() if each.is_dir())


def _install(folder: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    _fetch(uv, "venv", "--quiet", "--python", sys.executable, folder)
    _fetch(uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python", "--require-hashes", "-r", LOCK)


def _unpack_dbt_athena(folder: Path) -> None:
    pin = re.search(r"^dbt-athena==[^#]*", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    if pin is None:
        raise RuntimeError(f"{LOCK.name} does not pin dbt-athena")
    with tempfile.TemporaryDirectory() as scratch:
        requirement = Path(scratch) / "dbt-athena.txt"
        requirement.write_text(pin.group().rstrip(), encoding="utf-8")
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        _fetch(*pip, "--no-deps", "--no-binary=:all:", "--require-hashes", "-r", requirement, "-d", scratch)
        with tarfile.open(next(Path(scratch).glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")


def _fetch(*command: str | Path) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotAvailableError(f"the package registry did not deliver within {TIMEOUT_SECONDS} s") from None
    if done.returncode:
        raise NotAvailableError(f"{Path(command[0]).name} says: {(done.stderr or done.stdout).strip()[-500:]}")


def _cached(name: str, fill: Callable[[Path], None]) -> Path:
    """A folder of this name and this lock, filled once; one that is half filled is filled anew."""
    folder = cache() / f"clients-{name}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    done = folder / ".filled"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fill(folder)
        done.touch()
    return folder
