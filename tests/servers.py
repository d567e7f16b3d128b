"""Servers that a test can only have when this machine can fetch them."""

from pathlib import Path

import pytest

from mariadb import EmbeddedMariaDB, MariaDBBinariesMissingError
from mariadb.binaries import find_installation


def mariadb_or_skip(folder: Path, certificate: tuple[Path, Path] | None = None) -> EmbeddedMariaDB:
    """A MariaDB in this folder, not started; says plainly why the tests are skipped when it cannot be had."""
    try:
        find_installation()
    except MariaDBBinariesMissingError as error:
        pytest.skip(f"no MariaDB: {error}")
    return EmbeddedMariaDB(folder, durable=False, certificate=certificate)
