"""What ingest asks, on a real PostgreSQL and a real MariaDB: odd values and names, totals, and how ranges are found.

With the argument lists of the engine `sqoop`, the embedded `sqoop` and the embedded Athena.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hourglass.avro import read_avro
from hourglass.imports import Import, Landing, control_import, oldest_import, table_import
from hourglass.ingest import cut_windows
from hourglass.lake import Lake
from hourglass.landing import check_landing, totals_query
from hourglass.queries import CONDITIONS
from hourglass.sources import Source, parse_source
from hourglass.sqoop import import_arguments
from hourglass.windows import Window, moment_of

from localcloud.engines.athena.testing import TestLake
from localcloud.engines.emr.programs.sqoop import main
from postgres import EmbeddedPostgres
from tests.servers import mariadb_or_skip

ALL = Window(None, datetime(2027, 1, 1, tzinfo=UTC))
WINDOWS = {"timesheet_entry": ALL}
LANDING, LAKE = Landing("r1", "2026-11-23"), Lake("lake")
NAMES = {"entry_id": 'Nr. "1" `é`', "hours": "Std; --", "source": "über was?", "work_date": "select"}
ZONED = {"postgresql": "zoned at time zone 'UTC'", "mysql": "convert_tz(zoned, @@session.time_zone, '+00:00')"}
ENTRY = {
    "key": ["entry_id"],
    "check_column": "updated_at",
    "split_by": "entry_id",
    "mappers": 4,
    "columns": {"entry_id": "bigint", "note": "text", "updated_at": "timestamp"},
}
TABLE = {
    "key": ["entry_id"],
    "check_column": "updated_at",
    "split_by": "entry_id",
    "mappers": 3,
    "total": "hours",
    "table": 'Einträge "alt" neu',
    "columns": {
        "entry_id": {"type": "bigint", "reads": NAMES["entry_id"]},
        "hours": {"type": "numeric", "reads": NAMES["hours"]},
        "source": {"type": "text", "reads": NAMES["source"]},
        "work_date": {"type": "date", "reads": NAMES["work_date"]},
        "created_at": {"type": "timestamp", "reads": "zoned", "expression": ZONED},
        "updated_at": "timestamp",
    },
}
LANDED = {
    "entry_id": "bigint", "hours": "varchar", "source": "varchar", "work_date": "varchar", "created_at": "varchar",
    "updated_at": "varchar",
}  # fmt: skip
POSTGRESQL = """
create table "Einträge ""alt"" neu" (
    "Nr. ""1"" `é`" bigint, "Std; --" numeric, "über was?" text, "select" date, zoned timestamptz,
    updated_at timestamp
);
insert into "Einträge ""alt"" neu" values
    (7, 7.33333333333333333333, E'two\\nlines, "quoted"\\t\\\\N', '0001-01-01', '2026-01-05 09:00+01', '-infinity'),
    (1, 'NaN', '', '-infinity', null, '0044-03-15 12:00:00 BC'),
    (2, 0.1234565, E'\\r\\n|;\\x7f', 'infinity', 'infinity', null),
    (3, -0.1234565, 'ü 🙂', '0044-03-15 BC', '1899-12-31 23:59:59.5+00', '1899-12-31 23:59:59.123456'),
    (4, 'Infinity', null, '99999-12-31', '1969-12-31', '0001-01-01'),
    (9223372036854775807, 1e40, 'far', '2026-01-05', '2026-01-05', '2026-01-05'),
    (null, 12345678901234567890.123456789, 'no key', '1582-10-10', '2026-07-01', '2026-07-01 00:00:00.000001');
create table entry (entry_id bigint primary key, note text, updated_at timestamp not null);
insert into entry select g, repeat('x', 100), timestamp '2026-01-01' + g * interval '1 second'
    from generate_series(1, 20000) as g;
create index on entry (updated_at);
analyze entry;
alter role hourglass set timezone = 'Asia/Tokyo';
alter role hourglass set datestyle = 'German, DMY'
"""
ON_POSTGRESQL = [
    (7, "7.33333333333333333333", 'two\nlines, "quoted"\t\\N', "0001-01-01", "2026-01-05 08:00:00", "-infinity"),
    (1, "NaN", "", "-infinity", None, "0044-03-15 12:00:00 BC"),
    (2, "0.1234565", "\r\n|;\x7f", "infinity", "infinity", None),
    (3, "-0.1234565", "ü 🙂", "0044-03-15 BC", "1899-12-31 23:59:59.5", "1899-12-31 23:59:59.123456"),
    (4, "Infinity", None, "99999-12-31", "1969-12-31 00:00:00", "0001-01-01 00:00:00"),
    (9223372036854775807, "1" + 40 * "0", "far", "2026-01-05", "2026-01-05 00:00:00", "2026-01-05 00:00:00"),
    (
        None,
        "12345678901234567890.123456789",
        "no key",
        "1582-10-10",
        "2026-07-01 00:00:00",
        "2026-07-01 00:00:00.000001",
    ),
]
MARIADB = r"""
set session sql_mode = '', time_zone = '+00:00';
create table `Einträge "alt" neu` (
    `Nr. "1" ``é``` bigint, `Std; --` decimal(65, 30), `über was?` text, `select` date,
    zoned timestamp null, updated_at datetime(6)
);
insert into `Einträge "alt" neu` values
    (7, 7.33333333333333333333, 'a\0b\nc, "d"\t\\N', '1000-01-01', '2026-01-05 08:00', '0000-00-00'),
    (2, 0.1234565, '', '0000-00-00', null, '2026-00-00'),
    (3, -0.1234565, 'ü 🙂', '2026-02-00', '1970-01-01 00:00:01', null),
    (null, 12345678901234567890.123456789, 'no key', '9999-12-31', '2026-07-01', '1899-12-31 23:59:59.123456');
create table entry (entry_id bigint primary key, note text, updated_at datetime not null, key (updated_at));
insert into entry select seq, repeat('x', 100), '2026-01-01' + interval seq second from seq_1_to_20000;
analyze table entry;
set global time_zone = '+09:00'
"""
ON_MARIADB = [
    (7, "7.333333333333333333330000000000", 'a\0b\nc, "d"\t\\N', "1000-01-01", "2026-01-05 08:00:00",
     "0000-00-00 00:00:00.000000"),
    (2, "0.123456500000000000000000000000", "", "0000-00-00", None, "2026-00-00 00:00:00.000000"),
    (3, "-0.123456500000000000000000000000", "ü 🙂", "2026-02-00", "1970-01-01 00:00:01", None),
    (None, "12345678901234567890.123456789000000000000000000000", "no key", "9999-12-31", "2026-07-01 00:00:00",
     "1899-12-31 23:59:59.123456"),
]  # fmt: skip


@dataclass
class Odd:
    """One database of odd values, and the programs that a cluster runs."""

    source: Source
    connect: str
    user: str
    password: str
    folder: Path
    connected: Callable[[], Any]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database itself answers."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def land(self, wanted: Import) -> list[dict[str, Any]]:
        secret = self.folder / "password"
        secret.write_text(self.password)
        login = ["--username", self.user, "--password-file", f"file://{secret}"]
        assert main([*import_arguments(self.connect, wanted), *login]) == 0
        files = sorted((self.folder / wanted.directory.removeprefix("hdfs:///")).glob("*.avro"))
        return [row for file in files for row in read_avro(file.read_bytes())]

    def land_table(self) -> list[tuple[Any, ...]]:
        rows = self.land(table_import(self.source, self.source.table("timesheet_entry"), ALL, LANDING))
        return [tuple(row.values()) for row in rows]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            for statement in POSTGRESQL.split(";\n"):
                connection.execute(statement)
        yield server


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with mariadb_or_skip(tmp_path_factory.mktemp("mariadb")) as server:
        with server.connect() as connection, connection.cursor() as cursor:
            for statement in MARIADB.split(";\n"):
                cursor.execute(statement)
        yield server


@pytest.fixture(params=["postgresql", "mysql"])
def odd(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Odd:
    monkeypatch.setitem(os.environ, "EMR_HDFS_ROOT", str(tmp_path))
    source = parse_source({"tables": {"timesheet_entry": TABLE, "entry": ENTRY}}, request.param)
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        connect, connected = (
            f"jdbc:postgresql://127.0.0.1:{server.port}/{server.database}",
            partial(psycopg.connect, server.url),
        )
    else:
        server = request.getfixturevalue("mariadb")
        connect, connected = f"jdbc:mariadb://127.0.0.1:{server.port}/onprem", server.connect
    return Odd(source, connect, "hourglass", server.password, tmp_path, connected)


def test_every_value_lands_as_the_source_writes_it_whatever_its_session_is_set_to(odd):
    expected = ON_POSTGRESQL if odd.source.dialect.name == "postgresql" else ON_MARIADB
    assert sorted(odd.land_table(), key=repr) == sorted(expected, key=repr)


def test_the_totals_of_odd_values_are_the_same_at_the_source_and_in_the_lake(odd, tmp_path):
    landed = odd.land_table()
    controls = {
        phase: odd.land(control_import(odd.source, WINDOWS, LANDING, LAKE, phase)) for phase in ("before", "after")
    }
    lake = TestLake(tmp_path / "lake")
    partition = {"ingest_date": "varchar", "run_id": "varchar"}
    lake.table("raw_timesheet_entry", LANDED | partition, [[*row, "2026-11-23", "r1"] for row in landed])
    columns = dict.fromkeys(("table_name", "row_count", "total", "lowest", "highest"), "varchar")
    columns |= {"row_count": "bigint", "phase": "varchar"} | partition
    rows = [[*row.values(), phase, "2026-11-23", "r1"] for phase, found in controls.items() for row in found]
    lake.table("raw_control_total", columns, rows)
    answer = lake.query(totals_query(odd.source, "r1", "2026-11-23", WINDOWS, set()))
    found = [dict(zip((column.name for column in answer.columns), row, strict=True)) for row in answer.rows]
    lake.close()
    verified = check_landing(WINDOWS, found)
    assert verified.failures == []
    assert verified.tables["timesheet_entry"].rows == len(landed)


def test_the_oldest_row_can_be_as_old_as_it_likes_and_the_rounds_of_a_load_go_on(odd):
    read, watermark, longest = 0, None, timedelta(days=366)
    for _ in range(9):
        since = Window(watermark, ALL.high)
        (row,) = odd.land(oldest_import(odd.source, {"timesheet_entry": since}, LANDING, LAKE))
        (odd.folder / "aside").rename(odd.folder / f"aside-{read}-{watermark}")
        low = watermark - timedelta(hours=1) if watermark else None
        plan = {
            "windows": {"timesheet_entry": Window(low, ALL.high).as_json()},
            "long": {"timesheet_entry": watermark.isoformat() if watermark else None},
            "imports": ["timesheet_entry"],
        }
        oldest = {"timesheet_entry": moment_of(row["oldest"]) if row["oldest"] else None}
        plan = cut_windows(plan, oldest, longest)
        watermark = datetime.fromisoformat(plan["windows"]["timesheet_entry"]["high"])
        read += 1
        if not plan["more"]:
            break
    assert watermark == ALL.high
    assert read < 9


def test_a_mapper_finds_its_range_by_the_index_of_the_split_column(odd):
    split = table_import(odd.source, odd.source.table("entry"), ALL, LANDING)
    assert split.split is not None
    condition = f"( {split.split.column} >= 5000 ) AND ( {split.split.column} < 10000 )"
    query = split.query.replace(CONDITIONS, condition)
    if odd.source.dialect.name == "postgresql":
        plan = odd.ask(f"explain {query}")
        assert any("Index Cond: ((entry_id >= 5000) AND (entry_id < 10000))" in line for (line,) in plan), plan
    else:
        (plan,) = odd.ask(f"explain {query}")
        assert (plan[3], plan[5]) == ("range", "PRIMARY")
