"""The real databases that both importers read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pymysql

from mariadb import EmbeddedMariaDB
from postgres import EmbeddedPostgres
from simulator import simulate
from tests.conformance import mysql_server
from tests.conformance.paths import HERE
from tests.sources import kimai, odoo

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
            for script in (_read("postgresql.sql"), *odoo.SCRIPTS):
                connection.execute(script.encode())
            info = connection.info
            url = f"jdbc:postgresql://{info.host}:{info.port}/{info.dbname}"
            found = Database(url, info.user, info.password)
        yield found


@contextmanager
def mariadb(folder: Path) -> Iterator[Database]:
    """A MariaDB that holds mysql.sql, what only MariaDB has, and a Kimai with its traps."""
    with EmbeddedMariaDB(folder, durable=False) as server:
        with server.connect() as connection:
            _fill(connection, (_read("mysql.sql"), _read("mariadb.sql"), *kimai.SCRIPTS))
        yield _of_the_mysql_family(server.port, server.database, server.password)


@contextmanager
def mysql(folder: Path) -> Iterator[Database]:
    """A MySQL that holds mysql.sql, and a Kimai with its traps, for MariaDB's driver, as docs/operations.md says."""
    with mysql_server.serve(folder) as server:
        with server.connect() as connection:
            _fill(
                connection,
                ("create database onprem character set utf8mb4;\nuse onprem;", _read("mysql.sql"), *kimai.SCRIPTS),
            )
        yield _of_the_mysql_family(server.port, "onprem", server.password)


def _of_the_mysql_family(port: int, database: str, password: str) -> Database:
    url = f"jdbc:mariadb://127.0.0.1:{port}/{database}"
    return Database(url, "hourglass", password, ("--driver", "org.mariadb.jdbc.Driver"))


def _fill(connection: "pymysql.Connection[pymysql.cursors.Cursor]", scripts: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for script in scripts:
            for statement in script.strip().removesuffix(";").split(";\n"):
                cursor.execute(statement)


def _read(script: str) -> str:
    return (HERE / script).read_text(encoding="utf-8")
