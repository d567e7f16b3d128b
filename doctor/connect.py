"""A session on whatever a URL names. A driver is imported when its database is asked for."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module

from doctor.address import Address
from doctor.database import Database
from doctor.errors import UnreachableError

DRIVERS = {"postgresql": "psycopg", "mariadb": "pymysql", "mysql": "pymysql"}
SESSIONS = {
    "postgresql": "doctor.postgresql:PostgresqlDatabase",
    "mariadb": "doctor.mysql:MysqlDatabase",
    "mysql": "doctor.mysql:MysqlDatabase",
}


def connect(address: Address, sessions: Mapping[str, str] = SESSIONS) -> AbstractContextManager[Database]:
    """Open a read-only session.

    Raises:
        UnreachableError: this machine lacks the driver.
    """
    module, _, name = sessions[address.system].partition(":")
    try:
        session: AbstractContextManager[Database] = getattr(import_module(module), name)(address)
    except ImportError as error:
        driver = DRIVERS[address.system]
        raise UnreachableError(f"the driver {driver} is missing: install it with pip install {driver}") from error
    return session
