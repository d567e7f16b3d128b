"""Runs the whole chain on a simulated company and prints what each statement costs and what the features look like.

.venv/bin/python tests/sql/company.py --employees 2000 --weeks 26
"""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import sqlglot

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))
from sql_engine import SQL, table_columns

from simulator.calendar import timeline
from simulator.company import live_weeks
from simulator.standing import standing_tables
from simulator.world import build_world

STAGES = ("typed", "clean", "quarantine", "features")
ORDER = (
    "timesheet_line",
    "employee_project_week",
    "project_week",
    "project_budget",
    "employee_week",
    "peer_week",
    "approver_week",
    "timesheet_features",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=2000)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.database.unlink(missing_ok=True)
    connection = duckdb.connect(str(arguments.database))
    truth = load(connection, arguments.employees, arguments.weeks, arguments.seed)
    connection.register("truth_frame", truth)
    connection.execute("create table truth as select * from truth_frame")
    run(connection)
    describe(connection)


def load(connection: duckdb.DuckDBPyConnection, employees: int, weeks: int, seed: int) -> pl.DataFrame:
    """The raw tables as Sqoop lands them: dates, timestamps and decimals are text."""
    world = build_world(employees, seed)
    when = timeline(weeks, date(2026, 11, 16))
    made = set[str]()
    truths = []
    for name, frame in standing_tables(world, when).items():
        land(connection, name, frame, made)
    for tables, truth in live_weeks(world, when):
        truths.append(truth)
        for name, frame in tables.items():
            land(connection, name, frame, made)
    return pl.concat(truths)


def land(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, made: set[str]) -> None:
    columns = table_columns(f"raw_{name}")
    if name not in made:
        listed = ", ".join(f"{each} {kind}" for each, kind in columns.items())
        connection.execute(f"create table raw_{name} ({listed})")
        made.add(name)
    here = {each: f"cast({each} as {kind})" for each, kind in columns.items() if each in frame.columns}
    if name == "timesheet_entry":
        here["description_length"] = "cast(length(description) as int)"
        here["description_is_plain"] = "true"
    here["run_id"] = "'r1'"
    selected = ", ".join(here.get(each, "null") for each in columns)
    connection.register("landed_frame", frame)
    connection.execute(f"insert into raw_{name} select {selected} from landed_frame")
    connection.unregister("landed_frame")


def create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    columns = table_columns(name)
    connection.execute(f"create table {name} ({', '.join(f'{c} {k}' for c, k in columns.items())})")


def run(connection: duckdb.DuckDBPyConnection) -> None:
    files = {file.stem: file for stage in STAGES for file in sorted((SQL / stage).glob("*.sql"))}
    for name in files:
        if name.startswith("clean_"):
            create(connection, name)
    for file in (SQL / "deleted").glob("*.sql"):
        create(connection, file.stem)
    create(connection, "deleted_line")
    plan = SQL / "plan" / "touched_weeks.sql"
    typed = [name for name in files if name.startswith("typed_") and "_days_of_" not in name]
    clean = [name for name in files if name.startswith("clean_")]
    total = total_cpu = 0.0
    for name in [*typed, "touched_weeks", *clean, "quarantine", *ORDER]:
        file = files.get(name, plan)
        translated = sqlglot.transpile(file.read_text(encoding="utf-8"), read="athena", write="duckdb")[0]
        started, used = time.perf_counter(), time.process_time()
        connection.execute(f"create or replace temp table built as {translated}")
        if name in files:
            columns = table_columns(name)
            cast = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in columns.items())
            connection.execute(f"create or replace table {name} as select {cast} from built")
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - used
        total += seconds
        total_cpu += cpu_seconds
        count = connection.execute("select count(*) from built").fetchone()
        print(f"{name:28} {count[0] if count else 0:>12,} rows {seconds:8.2f} s {cpu_seconds:8.2f} CPU-s")
    print(f"{'total':28} {'':>12}      {total:8.2f} s {total_cpu:8.2f} CPU-s")
    for file in sorted((SQL / "checks").glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        if "score" in text or "suspect" in text:
            continue
        started = time.perf_counter()
        found = connection.execute(sqlglot.transpile(text, read="athena", write="duckdb")[0]).fetchall()
        print(f"check {file.stem:40} {len(found)} violations {time.perf_counter() - started:6.2f} s")


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    names = list(table_columns("timesheet_features"))
    features = names[names.index("excess_hours") : -1]
    print(f"{'feature':30}   null   zero      p50       p99       max   mean ok  mean bad  lift1%")
    for name in features:
        row = connection.execute(
            f"""
            with f as (select {name} as x, t.timesheet_id is not null as bad from timesheet_features
                left join (select distinct timesheet_id from truth) t using (timesheet_id)),
            q as (select quantile_cont(x, 0.99) as p99 from f)
            select avg((x is null)::int), avg((x = 0)::int), median(x), any_value(p99), max(x),
                avg(x) filter (not bad), avg(x) filter (bad),
                avg((bad)::int) filter (x > p99) / avg(bad::int)
            from f, q"""
        ).fetchone()
        assert row is not None
        shown = [float("nan") if value is None else float(value) for value in row]
        print(
            f"{name:30} {shown[0]:6.1%} {shown[1]:6.1%} {shown[2]:8.2f} {shown[3]:9.2f} {shown[4]:9.2f} "
            f"{shown[5]:9.3f} {shown[6]:9.3f} {shown[7]:7.1f}"
        )
    print(connection.execute("select reason, outcome, table_name, count(*) from quarantine group by all").fetchall())


if __name__ == "__main__":
    main()
