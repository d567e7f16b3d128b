"""The peer of bench/pipeline.py: the same work as `hourglass run` in one process, without any of its promises.

COPY from PostgreSQL, the SQL files in DuckDB (translated beforehand), the model fitted and asked in process, the
same tables as Parquet. No lake, no states, no control totals, nothing that survives a kill, nothing incremental.

    python bench/straight.py URL PLAN.json FOLDER      prints facts as JSON: stages with their times, rows, sums
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv

from model.artefact import save
from model.columns import keys, matrix
from model.features import CATALOGUE
from model.history import BATCH_ROWS, HistorySummary
from model.scorer import Scorer
from model.surprise import DirectedSurprise

BLOCK_BYTES = 8 << 20
RUN_ID = "r1"
TYPES = {"text": pa.string(), "bigint": pa.int64(), "integer": pa.int32(), "boolean": pa.bool_()}
FEATURES = [feature.name for feature in CATALOGUE]
Stages = list[tuple[str, float, int]]
# Stages of the SQL that are shown with another one.
COUNTED_WITH = {"deleted": "typed", "quarantine": "features", "marts": "features"}


def blocks(source: psycopg.Connection[Any], table: dict[str, Any]) -> Iterator[pa.RecordBatch]:
    """The rows of one table: COPY's CSV in blocks, each parsed by pyarrow."""
    names = [name for name, _ in table["columns"]]
    reading = pa_csv.ReadOptions(column_names=names, block_size=BLOCK_BYTES * 2)
    converting = pa_csv.ConvertOptions(
        column_types={name: TYPES[kind] for name, kind in table["columns"]},
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
    )
    block = bytearray()
    with source.cursor().copy(f"copy ({table['query']}) to stdout (format csv)") as rows:
        for row in rows:
            block += row
            if len(block) >= BLOCK_BYTES:
                yield from pa_csv.read_csv(pa.BufferReader(block), reading, None, converting).to_batches()
                block = bytearray()
    if block:
        yield from pa_csv.read_csv(pa.BufferReader(block), reading, None, converting).to_batches()


def copy_source(lake: duckdb.DuckDBPyConnection, url: str, tables: list[dict[str, Any]]) -> int:
    total = 0
    with psycopg.connect(url) as source:
        for table in tables:
            schema = pa.schema([(name, TYPES[kind]) for name, kind in table["columns"]])
            reader = pa.RecordBatchReader.from_batches(schema, blocks(source, table))
            lake.register("incoming", reader)
            name = f"raw_{table['name']}"
            lake.execute(f"create table {name} as select *, '{RUN_ID}' as run_id from incoming")
            lake.unregister("incoming")
            total += count(lake, name)
    return total


def build(lake: duckdb.DuckDBPyConnection, step: dict[str, Any], folder: Path) -> int:
    lake.execute(f"create table {step['name']} as {step['sql']}")
    write(lake, step["name"], step["partition"], folder)
    return count(lake, step["name"])


def write(lake: duckdb.DuckDBPyConnection, table: str, partition: str | None, folder: Path) -> None:
    if partition:
        target, how = folder / table, f", partition_by ({partition})"
    else:
        target, how = folder / f"{table}.parquet", ""
    lake.execute(f"copy {table} to '{target}' (format parquet, compression zstd{how})")


def train(lake: duckdb.DuckDBPyConnection, folder: Path) -> tuple[Scorer, int]:
    rows = lake.execute(f"select {', '.join(FEATURES)} from timesheet_features").to_arrow_table()
    whole = matrix(rows, FEATURES)
    parts = [whole[start : start + BATCH_ROWS] for start in range(0, len(whole), BATCH_ROWS)]
    model = DirectedSurprise().fit_batches(lambda: parts)
    return Scorer(save(model, HistorySummary(1, len(whole), 1, None, None), "straight", folder / "model")), len(whole)


def score(lake: duckdb.DuckDBPyConnection, scorer: Scorer, columns: list[str], folder: Path) -> int:
    """Week by week, as the endpoint is asked: which rows are explained depends on the batch."""
    weeks = lake.execute("select distinct week_start from timesheet_features order by 1").fetchall()
    wanted = ", ".join(["timesheet_id", "employee_id", "week_start", *FEATURES])
    one_week = f"select {wanted} from timesheet_features where week_start = ?"
    parts = [scored(lake.execute(one_week, week).to_arrow_table(), scorer) for week in weeks]
    lake.register("scored", pa.concat_tables(parts))
    lake.execute(f"create table timesheet_scores as select {', '.join(columns)} from scored")
    write(lake, "timesheet_scores", "week_start", folder)
    return count(lake, "timesheet_scores")


def scored(rows: pa.Table, scorer: Scorer) -> pa.Table:
    batch = scorer.score(keys(rows), matrix(rows, FEATURES))
    size = rows.num_rows
    codes, explanations, evidence = [""] * size, [""] * size, ["[]"] * size
    for row, reasons in zip(batch.explained.tolist(), batch.reasons, strict=True):
        codes[row], explanations[row], evidence[row] = reasons.codes, reasons.explanation, reasons.evidence
    texts = {"reason_codes": codes, "explanation": explanations, "evidence": evidence}
    now = pa.scalar(int(time.time() * 1000), pa.timestamp("ms"))
    return pa.table(
        {
            "timesheet_id": rows.column("timesheet_id"),
            "employee_id": rows.column("employee_id"),
            "score": pa.array(batch.scores.tolist(), pa.float64()),
            **{name: pa.array(values, pa.string()) for name, values in texts.items()},
            "model_version": pa.repeat(batch.model_version, size),
            "run_id": pa.repeat(RUN_ID, size),
            "scored_at": pa.repeat(now, size),
            "week_start": rows.column("week_start"),
        }
    )


def count(lake: duckdb.DuckDBPyConnection, table: str) -> int:
    return int((lake.execute(f"select count(*) from {table}").fetchone() or (0,))[0])


def run(url: str, plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True)
    lake, stages, rows = duckdb.connect(), Stages(), dict[str, int]()
    stages.append(("start", time.time(), 0))
    for statement in plan["before"]:
        lake.execute(statement)
    landed = copy_source(lake, url, plan["raw"])
    stages.append(("ingest", time.time(), landed))
    for stage in ("typed", "plan", "clean", "features"):
        for step in plan["steps"]:
            if COUNTED_WITH.get(step["stage"], step["stage"]) == stage:
                if stage == "plan":
                    lake.execute(step["sql"]).fetchall()
                else:
                    rows[step["name"]] = build(lake, step, folder)
        built = sum(n for name, n in rows.items() if name.startswith(f"{stage}_"))
        stages.append((stage, time.time(), built or rows.get("timesheet_line", 0)))
    check(lake, plan["checks"])
    stages.append(("checks", time.time(), rows["timesheet_line"]))
    scorer, learnt = train(lake, folder)
    stages.append(("training", time.time(), learnt))
    rows["timesheet_scores"] = score(lake, scorer, plan["score_columns"], folder)
    stages.append(("scoring", time.time(), rows["timesheet_scores"]))
    for step in plan["marts"]:
        rows[step["name"]] = build(lake, step, folder)
    check(lake, plan["late_checks"])
    stages.append(("marts", time.time(), rows["timesheet_scores"]))
    sums = lake.execute(
        "select (select sum(score) from timesheet_scores), (select sum(worked_hours) from timesheet_features)"
    ).fetchone()
    return {"stages": stages, "rows": rows, "sums": sums}


def check(lake: duckdb.DuckDBPyConnection, checks: list[dict[str, Any]]) -> None:
    for step in checks:
        found = lake.execute(f"select count(*) from ({step['sql']}) as violations").fetchone()
        if found != (0,):
            raise SystemExit(f"the check {step['name']} finds {found} rows")


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])), default=float))
