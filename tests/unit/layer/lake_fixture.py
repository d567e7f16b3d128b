"""A lake on the embedded Athena's engine, on which whole detections run without a server: fakes of our adapters."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hourglass.arrow import from_stream, to_stream
from hourglass.chain import Chain, read_chain
from hourglass.checking import require_no_violations
from hourglass.detection import Planner, published_weeks
from hourglass.inputs import Names
from hourglass.lake import Lake, split_uri
from hourglass.landings import Landing
from hourglass.plans import statement_of
from hourglass.publication import CatalogTable, publish
from hourglass.scoring import WeekScorer, score_weeks
from hourglass.sql_files import load_sql
from hourglass.unfinished import drop_staging

from localcloud.engines.athena.catalog import AVRO_SERDE, PARQUET_SERDE, Column, Partition, Storage, Table
from localcloud.engines.athena.glue import table_from_input
from localcloud.engines.athena.runner import Request, StatementRunner
from localcloud.engines.athena.storage import FolderObjects, PlainFile
from localcloud.engines.athena.testing import TestLake

_ARROW = {"bigint": pa.int64(), "int": pa.int32(), "boolean": pa.bool_(), "string": pa.string()}
SCORED_AT = datetime(2026, 11, 22, tzinfo=UTC)


class PrefixObjects(FolderObjects):
    """Lists a prefix without looking at the rest of the bucket."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._buckets = root

    def list(self, bucket: str, prefix: str) -> Iterator[PlainFile]:
        base = self._buckets / bucket
        for file in sorted((base / prefix.rpartition("/")[0]).rglob("*")):
            key = file.relative_to(base).as_posix().removesuffix(self.LEAF)
            if key.startswith(prefix) and file.is_file():
                yield PlainFile(key, file.stat().st_size, file)


class FakeDocuments:
    """Objects in a dictionary."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}

    def keys(self, prefix: str) -> Iterable[str]:
        return [key for key in self.documents if key.startswith(prefix)]

    def get_json(self, key: str) -> Any:
        return self.documents[key]

    def put_json(self, key: str, document: Any) -> None:
        self.documents[key] = document


class ExcessModel:
    """Scores by excess hours."""

    def invoke(self, body: bytes) -> bytes:
        rows = from_stream(body)
        excess = [max(value or 0.0, 0.0) / 100 for value in rows.column("excess_hours").to_pylist()]
        text = pa.array(["EXCESS"] * rows.num_rows)
        columns = {"timesheet_id": rows.column("timesheet_id"), "score": pa.array(excess, pa.float64())}
        return to_stream(
            pa.table({**columns, "reason_codes": text, "explanation": text, "evidence": text, "model_version": text})
        )


class LakeCatalog:
    """The catalog of the engine, as `GlueCatalog` gives it."""

    def __init__(self, lake: TestLake) -> None:
        self._catalog = lake.catalog
        self.published: dict[str, str] = {}

    def _table(self, name: str) -> Table:
        table = self._catalog.table("timesheets", name)
        assert table is not None, name
        return table

    def tables(self) -> dict[str, CatalogTable]:
        return {table.name: self._described(table) for table in self._catalog.tables("timesheets")}

    def _described(self, table: Table) -> CatalogTable:
        columns = tuple((column.name, column.hive) for column in table.all_columns)
        partition = table.partition_keys[0].name if len(table.partition_keys) == 1 else None
        return CatalogTable(table.name, columns, partition, table.storage.location)

    def published_tables(self) -> Mapping[str, str]:
        return dict(self.published)

    def partitions(self, table: str) -> Mapping[str, str]:
        return {each.values[0]: each.storage.location for each in self._catalog.partitions(self._table(table))}

    def point_table(self, table: str, location: str) -> None:
        found = self._table(table)
        self._catalog.update_table(replace(found, storage=replace(found.storage, location=location)))

    def create_partitions(self, table: str, locations: Mapping[str, str]) -> None:
        found = self._table(table)
        made = [Partition((value,), replace(found.storage, location=where)) for value, where in locations.items()]
        self._catalog.add_partitions(found, made)

    update_partitions = create_partitions

    def delete_partitions(self, table: str, values: Sequence[str]) -> None:
        for value in values:
            self._catalog.drop_partition(self._table(table), (value,))

    def create_table(self, table: Mapping[str, Any]) -> None:
        self._catalog.create_table(table_from_input("timesheets", table["Name"], dict(table)))

    def drop_table(self, name: str) -> None:
        self._catalog.drop_table("timesheets", name)

    def mark_published(self, table: str, definition: str | None) -> None:
        self.published = {**self.published, table: definition} if definition else _without(self.published, table)

    def set_columns(self, table: str, columns: Sequence[Mapping[str, str]]) -> None:
        found = self._table(table)
        self._catalog.update_table(replace(found, columns=tuple(Column(c["Name"], c["Type"]) for c in columns)))


class LakeFiles:
    """The files of the engine's lake, as `Files` gives them."""

    def __init__(self, lake: TestLake) -> None:
        self._objects = lake.objects

    @contextmanager
    def fetched(self, location: str) -> Iterator[Iterator[Path]]:
        yield (item.path for item in self._objects.list(*split_uri(location)))

    def store(self, file: Path, uri: str) -> None:
        self._objects.put_bytes(*split_uri(uri), file.read_bytes())


class Company:
    """Lands rows and runs detections, state by state as `detect.asl.yaml` does."""

    def __init__(self, root: Path, chain: Chain | None = None) -> None:
        self.lake = TestLake(root, "timesheets")
        self.lake.objects = self.lake.engine.objects = PrefixObjects(root / "objects")
        self.catalog, self.files, self.documents = LakeCatalog(self.lake), LakeFiles(self.lake), FakeDocuments()
        self.chain = chain or read_chain(load_sql())
        self.statements = 0
        self._runner = StatementRunner(self.lake.engine)

    def land(self, run_id: str, tables: Mapping[str, list[dict[str, Any]]], columns: Any) -> Landing:
        for name, rows in tables.items():
            kinds = columns(name)
            data = {key: pa.array([row.get(key) for row in rows], _ARROW[kind]) for key, kind in kinds.items()}
            pq.write_table(pa.table(data), self._partition(run_id, name, kinds, PARQUET_SERDE) / "part-0.parquet")
        return Landing(run_id, {name: len(rows) for name, rows in tables.items()})

    def land_avro(self, run_id: str, folders: Mapping[str, Path], columns: Any) -> Landing:
        """Lands the Avro files of each table's folder as they are."""
        for name, folder in folders.items():
            target = self._partition(run_id, name, columns(name), AVRO_SERDE)
            for part in folder.glob("*.avro"):
                shutil.copy(part, target)
        return Landing(run_id, dict.fromkeys(folders, 1))

    def _partition(self, run_id: str, name: str, columns: Mapping[str, str], serde: str) -> Path:
        """The folder of a new partition of a raw table."""
        if self.lake.catalog.table("timesheets", f"raw_{name}") is None:
            self.lake.table(f"raw_{name}", {**columns, "run_id": "string"}, partitioned_by=["run_id"])
        location = f"s3://lake/raw/{name}/run_id={run_id}/"
        table = self.lake.catalog.table("timesheets", f"raw_{name}")
        assert table is not None
        self.lake.catalog.add_partitions(table, [Partition((run_id,), Storage(location=location, serde=serde))])
        folder = self.lake.objects.path(*split_uri(f"{location}part")).parent
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def create_tables(self, run_id: str, landings: Sequence[Landing]) -> dict[str, Any]:
        """The states before the chain; the document `typing`."""
        planner = Planner(self.chain, Names("timesheets", run_id), Lake("lake"))
        tables = self.catalog.tables()
        known = set(tables).intersection(self.chain.plans["touched_weeks"].inputs)
        published = published_weeks(self.chain, known, {}, self.catalog)
        typing = planner.typing(landings, tables, published.weeks)
        for table in typing["create"]:
            self.catalog.create_table(table)
        for name, columns in typing["widen"].items():
            self.catalog.set_columns(name, columns)
        self._run(typing, typing["groups"]["type"])
        return typing

    def detect(self, run_id: str, landings: Sequence[Landing]) -> dict[str, Any]:
        """Run one detection; the document `chain`."""
        planner = Planner(self.chain, Names("timesheets", run_id), Lake("lake"))
        typing = self.create_tables(run_id, landings)
        touched = self._rows(statement_of(typing, "touched_weeks").sql)
        published = published_weeks(self.chain, self.catalog.tables(), self.catalog.published_tables(), self.catalog)
        plan = planner.chain_plan(typing, touched, published, 8)
        self._run(plan, plan["groups"]["features"])
        self._check(plan, plan["check_features"])
        scorer = WeekScorer(ExcessModel(), plan["scores_columns"], run_id, SCORED_AT)
        for weeks in plan["score"]:
            score_weeks(weeks, scorer, Lake("lake"), self.files, self.catalog)
        self._run(plan, plan["groups"]["marts"])
        self._check(plan, plan["check_marts"])
        publish(plan, self.catalog.tables(), self.documents, self.catalog, SCORED_AT)
        drop_staging(self.catalog.tables(), self.catalog)
        return plan

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        return self.lake.query(sql).rows

    def columns(self, table: str) -> list[Column]:
        found = self.lake.catalog.table("timesheets", table)
        assert found is not None
        return list(found.all_columns)

    def _run(self, plan: Mapping[str, Any], groups: Iterable[Iterable[str]]) -> None:
        for group in groups:
            for name in group:
                self.statements += 1
                request = Request(
                    statement_of(plan, name).sql, f"q{self.statements}", "timesheets", "s3://results/etl/"
                )
                self._runner.run(request, lambda _connection: None)

    def _check(self, plan: Mapping[str, Any], names: Iterable[str]) -> None:
        require_no_violations([row for name in names for row in self._rows(statement_of(plan, name).sql)])

    def _rows(self, sql: str) -> list[dict[str, str | None]]:
        result = self.lake.query(sql)
        return [
            {name: None if value is None else _text(value) for name, value in zip(result.names, row, strict=True)}
            for row in result.rows
        ]


def _without(found: Mapping[str, str], name: str) -> dict[str, str]:
    return {each: value for each, value in found.items() if each != name}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
