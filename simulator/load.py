"""Creates schema timekeeping in a PostgreSQL database and fills it, in one transaction: all or nothing."""

import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import psycopg
from psycopg import sql

from simulator.calendar import timeline
from simulator.company import Tables, live_weeks
from simulator.errors import SimulatorError, TargetNotEmptyError
from simulator.standing import standing_tables
from simulator.truth import write_truth
from simulator.world import build_world

SCHEMA = Path(__file__).with_name("source.sql")
BLOCK_ROWS = 100_000
Progress = Callable[[str], None]


def simulate(
    target_url: str,
    employees: int,
    weeks: int,
    seed: int,
    truth: Path | None = None,
    *,
    until: date | None = None,
    replace: bool = False,
    progress: Progress = lambda text: None,
) -> dict[str, int]:
    """Writes a company of complete weeks before the Monday of `until`; rows by table.

    `truth` (.csv or .parquet) gets what was falsified; it never enters the database.
    Raises TargetNotEmptyError if the schema holds data and `replace` is false.
    """
    when = timeline(weeks, until)
    world = build_world(employees, seed)
    rows: dict[str, int] = {}
    falsified: list[pl.DataFrame] = []
    with _connect(target_url) as connection:
        tables_sql, indexes_sql = _schema_parts()
        _make_room(connection, replace)
        connection.execute(tables_sql)
        for name, frame in standing_tables(world, when).items():
            rows[name] = copy_rows(connection, name, frame)
        for number, (tables, truth_of_week) in enumerate(live_weeks(world, when), start=1):
            _add(rows, copy_tables(connection, tables))
            falsified.append(truth_of_week)
            progress(f"week {number} of {weeks}: {rows['timesheet_entry']:,} entries")
        connection.execute(indexes_sql)
    _analyze(target_url)
    if truth is not None:
        write_truth(truth, pl.concat(falsified))
    return rows


def copy_tables(connection: psycopg.Connection, tables: Tables) -> dict[str, int]:
    return {name: copy_rows(connection, name, frame) for name, frame in tables.items()}


def copy_rows(connection: psycopg.Connection, table: str, frame: pl.DataFrame, *, schema: str = "timekeeping") -> int:
    """COPY in CSV blocks; an empty text is quoted, so it differs from a missing one."""
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in frame.columns)
    target = sql.Identifier(schema, table) if schema else sql.Identifier(table)
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(target, columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in frame.iter_slices(BLOCK_ROWS):
            buffer = io.BytesIO()
            block.write_csv(buffer, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S")
            copy.write(buffer.getvalue())
    return frame.height


def now() -> datetime:
    """The moment, UTC without zone as the schema stores it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _connect(target_url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(target_url)
    except psycopg.OperationalError as refusal:
        raise SimulatorError(f"cannot reach the database: {str(refusal).strip().splitlines()[-1]}") from refusal


def _make_room(connection: psycopg.Connection, replace: bool) -> None:
    """Leaves the schema empty. Tables without rows are nobody's loss; data is kept unless `replace`."""
    known = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'timekeeping'"
    ).fetchall()
    for (table,) in known if not replace else []:
        probe = sql.SQL("select exists (select from {})").format(sql.Identifier("timekeeping", table))
        row = connection.execute(probe).fetchone()
        if row is not None and row[0]:
            raise TargetNotEmptyError(
                f"timekeeping.{table} already holds data; ask to replace it, or choose an empty database"
            )
    connection.execute("drop schema if exists timekeeping cascade")


def _schema_parts() -> tuple[bytes, bytes]:
    """The tables and the indexes of source.sql: indexes are built once, after the rows."""
    lines = SCHEMA.read_text().splitlines()
    indexes = [line for line in lines if line.startswith("create index")]
    rest = [line for line in lines if not line.startswith("create index")]
    return "\n".join(rest).encode(), "\n".join(indexes).encode()


def _analyze(target_url: str) -> None:
    with psycopg.connect(target_url, autocommit=True) as connection:
        connection.execute("set search_path to timekeeping")
        connection.execute("analyze")


def _add(total: dict[str, int], more: Iterable[tuple[str, int]] | dict[str, int]) -> None:
    for name, count in dict(more).items():
        total[name] = total.get(name, 0) + count
