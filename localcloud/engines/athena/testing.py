"""A lake in a temporary folder on which tests run Athena SQL in milliseconds, by the production path."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from localcloud.engines.athena.catalog import PARQUET_SERDE, Column, MemoryCatalog, Partition, Storage, Table
from localcloud.engines.athena.engine import AthenaEngine
from localcloud.engines.athena.results import Result
from localcloud.engines.athena.storage import FolderObjects, folder, split_location
from localcloud.engines.athena.types import duckdb_name, hive_name, hive_type, trino_type

_HIVE_ONLY = ("string", "struct", "binary", "array<", "map<")


class TestLake:
    """Tables from Python rows; queries as Athena answers them."""

    __test__ = False

    def __init__(self, root: Path, database: str = "lake") -> None:
        self.database = database
        self.catalog = MemoryCatalog([database, "default"])
        self.objects = FolderObjects(root / "objects")
        self.engine = AthenaEngine(self.catalog, self.objects, root / "scratch")

    def close(self) -> None:
        self.engine.close()

    def table(
        self,
        name: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[Any]] = (),
        partitioned_by: Sequence[str] = (),
    ) -> None:
        """Creates (or replaces) a Parquet table; types as Trino or Hive write them."""
        described = [Column(key, _hive(text)) for key, text in columns.items()]
        keys = [column for column in described if column.name in partitioned_by]
        location = f"s3://lake/{self.database}/{name}/"
        table = Table(
            self.database,
            name,
            tuple(c for c in described if c not in keys),
            tuple(keys),
            Storage(location=location, serde=PARQUET_SERDE),
        )
        self.drop(name)
        self.catalog.create_table(table)
        self.insert(name, rows, columns=list(columns))

    def drop(self, name: str) -> None:
        table = self.catalog.table(self.database, name)
        if table is None:
            return
        self.catalog.drop_table(self.database, name)
        bucket, key = split_location(folder(table.storage.location))
        for item in list(self.objects.list(bucket, key)):
            self.objects.delete(bucket, item.key)

    def insert(self, name: str, rows: Sequence[Sequence[Any]], columns: Sequence[str] = ()) -> None:
        """Adds rows, values in the order of `columns` (default: columns, then partition keys)."""
        table = self.catalog.table(self.database, name)
        if table is None:
            raise KeyError(f"there is no table {name} in {self.database}")
        order = list(columns) or [column.name for column in table.all_columns]
        groups: dict[tuple[str, ...], list[Sequence[Any]]] = {}
        for row in rows:
            given = dict(zip(order, row, strict=True))
            groups.setdefault(tuple(str(given[key.name]) for key in table.partition_keys), []).append(
                [given.get(column.name) for column in table.columns]
            )
        for number, (values, group) in enumerate(groups.items()):
            self._write(table, values, group, number)

    def _write(self, table: Table, values: tuple[str, ...], rows: Sequence[Sequence[Any]], number: int) -> None:
        path = "".join(f"{key.name}={value}/" for key, value in zip(table.partition_keys, values, strict=False))
        location = folder(table.storage.location) + path
        bucket, prefix = split_location(location)
        count = sum(1 for _ in self.objects.list(bucket, prefix))
        target = self.objects.path(bucket, f"{prefix}{count:05d}-{number}")
        target.parent.mkdir(parents=True, exist_ok=True)
        types = ", ".join(f'"{c.name}" {duckdb_name(c.type)}' for c in table.columns)
        with self.engine.session() as session:
            session.connection.execute(f"CREATE OR REPLACE TEMP TABLE written ({types})")
            marks = ", ".join("?" for _ in table.columns)
            session.connection.executemany(f"INSERT INTO written VALUES ({marks})", [list(row) for row in rows])
            session.connection.execute(f"COPY written TO '{target}' (FORMAT parquet)")
        if table.partition_keys and values not in {p.values for p in self.catalog.partitions(table)}:
            storage = Storage(location=location, serde=PARQUET_SERDE)
            self.catalog.add_partitions(table, [Partition(values, storage)])

    def query(self, sql: str) -> Result:
        return self.engine.execute(sql, self.database)


def _hive(text: str) -> str:
    lowered = text.strip().lower()
    if lowered.startswith(_HIVE_ONLY):
        hive_type(lowered)
        return lowered
    return hive_name(trino_type(lowered))
