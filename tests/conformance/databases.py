"""The real databases that both importers read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from postgres import EmbeddedPostgres
from simulator import simulate
from tests.conformance.paths import HERE

EMPLOYEES, WEEKS, SEED = 40, 4, 7


@dataclass(frozen=True)
class Database:
    """One server: how JDBC reaches it, and who may read it."""

    jdbc_url: str
    username: str
    password: str


@contextmanager
def postgresql(folder: Path) -> Iterator[Database]:
    """A PostgreSQL that holds postgresql.sql and a small simulated company."""
    with EmbeddedPostgres(folder, durable=False) as server:
        simulate(server.url, EMPLOYEES, WEEKS, SEED, folder / "truth.csv")
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute((HERE / "postgresql.sql").read_text(encoding="utf-8").encode())
            info = connection.info
            url = f"jdbc:postgresql://{info.host}:{info.port}/{info.dbname}"
            found = Database(url, info.user, info.password)
        yield found
