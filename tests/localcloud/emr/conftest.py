"""A real PostgreSQL with one table of every type, and a node's HDFS."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from postgres import EmbeddedPostgres

sys.path.insert(0, str(Path(__file__).parent))

EVERY_TYPE = """
create table every_type (
    id bigint primary key, small smallint, whole integer, single real, twice double precision, yes boolean,
    amount numeric(12, 2), words text, fixed char(4), day date, moment timestamp, zoned timestamptz, clock time,
    bytes bytea, "class" text, "odd name" text
);
insert into every_type values
    (1, 2, 3, 1.5, 2.25, true, 7.50, 'line
two, "quoted"', 'ab', '2026-01-05', '2026-01-05 09:00:00', '2026-01-05 09:00:00+01', '09:30:00', '\\x00ff', 'a', 'b'),
    (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
    (3, -2, -3, 'NaN', 'infinity', false, -0.0000001, '', 'é', '1899-12-31', '1969-12-31 23:59:59.9995', 'infinity',
     '00:00:00', '', 'ü', '');
create table empty (id bigint, words text);
create table many as select g::bigint as id, (g % 7)::int as k, 'row ' || g as words from generate_series(1, 100000) g;
create table moods (id int, mood int[]);
create role "ingest" login password 'top-secret';
"""


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """libpq's parameters of the server, with `jdbc` as the URL."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres")) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute(EVERY_TYPE)
            info = connection.info
            found = {"host": info.host, "port": str(info.port), "user": info.user, "password": info.password or ""}
            found["jdbc"] = f"jdbc:postgresql://{info.host}:{info.port}/{info.dbname}"
        yield found


@pytest.fixture
def hdfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "hdfs"
    root.mkdir()
    monkeypatch.setitem(os.environ, "EMR_HDFS_ROOT", str(root))
    return root
