"""The Glue Data Catalog as the engine's catalog: moto's backend objects, read and changed in the process."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from localcloud import service
from localcloud.engines.athena.catalog import Column, Partition, Storage, Table
from localcloud.engines.athena.errors import CatalogConflictError


class GlueCatalog:
    """Catalog over the Glue backend of one region."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._tables: dict[tuple[str, str], tuple[int, int, Table]] = {}

    def _backend(self) -> Any:
        return service.backend("glue", self._region)

    def _changing(self) -> AbstractContextManager[None]:
        return service.mutating("glue", self._region)

    def databases(self) -> list[str]:
        return sorted({"default", *self._backend().databases})

    def create_database(self, name: str, comment: str | None, location: str | None) -> None:
        given = {"Name": name, "Description": comment, "LocationUri": location}
        with self._changing():
            self._backend().create_database(name, {key: value for key, value in given.items() if value})

    def drop_database(self, name: str) -> None:
        with self._changing():
            self._backend().delete_database(name)

    def tables(self, database: str) -> list[Table]:
        found = self._backend().databases.get(database)
        names = sorted(found.tables) if found is not None else []
        tables = [self.table(database, name) for name in names]
        return [table for table in tables if table is not None]

    def table(self, database: str, name: str) -> Table | None:
        found = self._backend().databases.get(database)
        held = found.tables.get(name) if found is not None else None
        if held is None:
            return None
        version = held._current_version
        known = self._tables.get((database, name))
        if known is not None and known[:2] == (id(held), version):
            return known[2]
        table = table_from_input(database, name, held.versions[str(version)])
        self._tables[(database, name)] = (id(held), version, table)
        return table

    def create_table(self, table: Table) -> None:
        with self._changing():
            backend = self._backend()
            if table.database == "default" and "default" not in backend.databases:
                backend.create_database("default", {"Name": "default"})
            if table.name in backend.get_database(table.database).tables:
                raise CatalogConflictError(f"Table {table.name} already exists")
            backend.create_table(table.database, table.name, table_input(table))

    def update_table(self, table: Table) -> None:
        with self._changing():
            held = self._held(table)
            held.update(dict(held.versions[str(held._current_version)]) | table_input(table))

    def drop_table(self, database: str, name: str) -> None:
        with self._changing():
            self._backend().delete_table(database, name)
        self._tables.pop((database, name), None)

    def partitions(self, table: Table) -> list[Partition]:
        with service.reading("glue"):
            held = [partition.partition_input for partition in self._held(table).partitions.values()]
        return [
            Partition(tuple(item["Values"]), storage_of(item.get("StorageDescriptor", {}), table.storage))
            for item in held
        ]

    def add_partitions(self, table: Table, partitions: Sequence[Partition]) -> None:
        if not partitions:
            return
        with self._changing():
            held = self._held(table)
            for partition in partitions:
                if str(list(partition.values)) not in held.partitions:
                    held.create_partition(partition_input(table, partition))

    def update_partition(self, table: Table, partition: Partition) -> None:
        values = list(partition.values)
        with self._changing():
            self._held(table).update_partition(values, partition_input(table, partition))

    def drop_partition(self, table: Table, values: tuple[str, ...]) -> None:
        with self._changing():
            self._held(table).delete_partition(list(values))

    def _held(self, table: Table) -> Any:
        return self._backend().get_table(table.database, table.name)


def table_from_input(database: str, name: str, given: dict[str, Any]) -> Table:
    descriptor = given.get("StorageDescriptor") or {}
    parameters = {str(key): str(value) for key, value in (given.get("Parameters") or {}).items()}
    storage = storage_of(descriptor, Storage())
    if "skip.header.line.count" in parameters and "skip.header.line.count" not in dict(storage.serde_parameters):
        extra = (("skip.header.line.count", parameters["skip.header.line.count"]),)
        storage = Storage(
            storage.location,
            storage.input_format,
            storage.output_format,
            storage.serde,
            storage.serde_parameters + extra,
            storage.compressed,
        )
    return Table(
        database=database,
        name=name,
        columns=tuple(_column(item) for item in descriptor.get("Columns") or []),
        partition_keys=tuple(_column(item) for item in given.get("PartitionKeys") or []),
        storage=storage,
        parameters=tuple(sorted(parameters.items())),
        table_type=given.get("TableType") or "EXTERNAL_TABLE",
        comment=given.get("Description"),
        view_text=given.get("ViewOriginalText"),
    )


def _column(given: dict[str, Any]) -> Column:
    return Column(given["Name"].lower(), given.get("Type") or "string", given.get("Comment"))


def storage_of(descriptor: dict[str, Any], default: Storage) -> Storage:
    serde = descriptor.get("SerdeInfo") or {}
    parameters = serde.get("Parameters")
    return Storage(
        location=descriptor.get("Location") or "",
        input_format=descriptor.get("InputFormat") or default.input_format,
        output_format=descriptor.get("OutputFormat") or default.output_format,
        serde=serde.get("SerializationLibrary") or default.serde,
        serde_parameters=tuple(sorted((k, str(v)) for k, v in parameters.items()))
        if parameters
        else default.serde_parameters,
        compressed=bool(descriptor.get("Compressed")),
    )


def descriptor(columns: Sequence[Column], storage: Storage) -> dict[str, Any]:
    return {
        "Columns": [_described(column) for column in columns],
        "Location": storage.location,
        "InputFormat": storage.input_format,
        "OutputFormat": storage.output_format,
        "Compressed": storage.compressed,
        "NumberOfBuckets": -1,
        "BucketColumns": [],
        "SortColumns": [],
        "SerdeInfo": {"SerializationLibrary": storage.serde, "Parameters": dict(storage.serde_parameters)},
        "Parameters": {},
        "StoredAsSubDirectories": False,
    }


def _described(column: Column) -> dict[str, Any]:
    return {"Name": column.name, "Type": column.hive} | ({"Comment": column.comment} if column.comment else {})


def table_input(table: Table) -> dict[str, Any]:
    given: dict[str, Any] = {
        "Name": table.name,
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": table.table_type,
        "StorageDescriptor": descriptor(table.columns, table.storage),
        "PartitionKeys": [_described(column) for column in table.partition_keys],
        "Parameters": dict(table.parameters),
    }
    if table.comment:
        given["Description"] = table.comment
        given["Parameters"]["comment"] = table.comment
    if table.view_text is not None:
        given |= {"ViewOriginalText": table.view_text, "ViewExpandedText": "/* Presto View */"}
    return given


def partition_input(table: Table, partition: Partition) -> dict[str, Any]:
    return {
        "Values": list(partition.values),
        "StorageDescriptor": descriptor(table.columns, partition.storage),
        "Parameters": {},
    }
