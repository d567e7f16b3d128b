"""What the engine needs to know of tables, and an in-memory catalog that knows it without a server."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from localcloud.engines.athena.errors import CatalogConflictError
from localcloud.engines.athena.types import DataType, hive_type

PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
AVRO_SERDE = "org.apache.hadoop.hive.serde2.avro.AvroSerDe"
LAZY_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV_SERDE = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
JSON_SERDES = (
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hive.hcatalog.data.JsonSerDe",
    "org.apache.hadoop.hive.serde2.JsonSerDe",
)
ORC_SERDE = "org.apache.hadoop.hive.ql.io.orc.OrcSerde"
TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"


@dataclass(frozen=True)
class Column:
    """A column as Glue keeps it: lower-case name, Hive type, comment."""

    name: str
    hive: str
    comment: str | None = None

    @property
    def type(self) -> DataType:
        return hive_type(self.hive)


@dataclass(frozen=True)
class Storage:
    """How a table's or a partition's files are to be read."""

    location: str = ""
    input_format: str = ""
    output_format: str = ""
    serde: str = ""
    serde_parameters: tuple[tuple[str, str], ...] = ()
    compressed: bool = False


@dataclass(frozen=True)
class Table:
    database: str
    name: str
    columns: tuple[Column, ...]
    partition_keys: tuple[Column, ...] = ()
    storage: Storage = field(default_factory=Storage)
    parameters: tuple[tuple[str, str], ...] = ()
    table_type: str = "EXTERNAL_TABLE"
    comment: str | None = None
    view_text: str | None = None

    @property
    def is_view(self) -> bool:
        return self.table_type == "VIRTUAL_VIEW"

    @property
    def all_columns(self) -> tuple[Column, ...]:
        return self.columns + self.partition_keys

    def parameter(self, name: str, default: str = "") -> str:
        return dict(self.parameters).get(name, default)


@dataclass(frozen=True)
class Partition:
    """One partition: its values in the order of the partition keys and where its files are."""

    values: tuple[str, ...]
    storage: Storage


class Catalog(Protocol):
    """What Glue's Data Catalog does for the engine."""

    def databases(self) -> list[str]: ...
    def create_database(self, name: str, comment: str | None, location: str | None) -> None: ...
    def drop_database(self, name: str) -> None: ...
    def tables(self, database: str) -> list[Table]: ...
    def table(self, database: str, name: str) -> Table | None: ...
    def create_table(self, table: Table) -> None: ...
    def update_table(self, table: Table) -> None: ...
    def drop_table(self, database: str, name: str) -> None: ...
    def partitions(self, table: Table) -> list[Partition]: ...
    def add_partitions(self, table: Table, partitions: Sequence[Partition]) -> None: ...
    def update_partition(self, table: Table, partition: Partition) -> None: ...
    def drop_partition(self, table: Table, values: tuple[str, ...]) -> None: ...


class MemoryCatalog:
    """A catalog in a dictionary, for tests of SQL and for use of the engine without the server."""

    def __init__(self, databases: Sequence[str] = ("default",)) -> None:
        self._tables: dict[str, dict[str, Table]] = {name: {} for name in databases}
        self._partitions: dict[tuple[str, str], dict[tuple[str, ...], Partition]] = {}

    def databases(self) -> list[str]:
        return sorted(self._tables)

    def create_database(self, name: str, comment: str | None, location: str | None) -> None:
        if name in self._tables:
            raise CatalogConflictError(f"Database {name} already exists")
        self._tables[name] = {}

    def drop_database(self, name: str) -> None:
        if self._tables.pop(name, None) is None:
            raise CatalogConflictError(f"Database {name} does not exist")

    def tables(self, database: str) -> list[Table]:
        return sorted(self._tables.get(database, {}).values(), key=lambda table: table.name)

    def table(self, database: str, name: str) -> Table | None:
        return self._tables.get(database, {}).get(name)

    def create_table(self, table: Table) -> None:
        tables = self._tables[table.database]
        if table.name in tables:
            raise CatalogConflictError(f"Table {table.name} already exists")
        tables[table.name] = table

    def update_table(self, table: Table) -> None:
        self._tables[table.database][table.name] = table

    def drop_table(self, database: str, name: str) -> None:
        del self._tables[database][name]
        self._partitions.pop((database, name), None)

    def partitions(self, table: Table) -> list[Partition]:
        return list(self._partitions.get((table.database, table.name), {}).values())

    def add_partitions(self, table: Table, partitions: Sequence[Partition]) -> None:
        known = self._partitions.setdefault((table.database, table.name), {})
        for partition in partitions:
            known[partition.values] = partition

    def update_partition(self, table: Table, partition: Partition) -> None:
        self._partitions[(table.database, table.name)][partition.values] = partition

    def drop_partition(self, table: Table, values: tuple[str, ...]) -> None:
        del self._partitions[(table.database, table.name)][values]


def with_location(storage: Storage, location: str) -> Storage:
    return replace(storage, location=location)
