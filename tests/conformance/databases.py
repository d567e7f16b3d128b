"""The real databases that both importers read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from mariadb import EmbeddedMariaDB
from postgres import EmbeddedPostgres
from simulator import simulate
from tests.conformance.paths import HERE
from tests.unit.sources import test_kimai, test_odoo

EMPLOYEES, WEEKS, SEED = 40, 4, 7


@dataclass(frozen=True)
class Database:
    """One server: how JDBC reaches it, who may read it, and what Sqoop must be told besides."""

    jdbc_url: str
    username: str
    password: str
    driver: tuple[str, ...] = ()


@contextmanager
def postgresql(folder: Path) -> Iterator[Database]:
    """A PostgreSQL that holds postgresql.sql, a small simulated company, and an Odoo with its traps."""
    with EmbeddedPostgres(folder, durable=False) as server:
        simulate(server.url, EMPLOYEES, WEEKS, SEED, folder / "truth.csv")
        with psycopg.connect(server.url, autocommit=True) as connection:
            scripts = (*map(_read, (HERE / "postgresql.sql", test_odoo.SCHEMA)), test_odoo.SETTINGS, test_odoo.PEOPLE)
            for script in (*scripts, test_odoo.LINES):
                connection.execute(script.encode())
            info = connection.info
            url = f"jdbc:postgresql://{info.host}:{info.port}/{info.dbname}"
            found = Database(url, info.user, info.password)
        yield found


@contextmanager
def mariadb(folder: Path) -> Iterator[Database]:
    """A MariaDB that holds mariadb.sql, and a Kimai with its traps."""
    with EmbeddedMariaDB(folder, durable=False) as server:
        with server.connect() as connection, connection.cursor() as cursor:
            scripts = map(_read, (HERE / "mariadb.sql", test_kimai.SCHEMA))
            for script in (*scripts, test_kimai.PEOPLE, test_kimai.ENTRIES):
                for statement in script.strip().removesuffix(";").split(";\n"):
                    cursor.execute(statement)
        url = f"jdbc:mariadb://127.0.0.1:{server.port}/{server.database}"
        yield Database(url, "hourglass", server.password, ("--driver", "org.mariadb.jdbc.Driver"))


def _read(script: Path) -> str:
    return script.read_text(encoding="utf-8")
