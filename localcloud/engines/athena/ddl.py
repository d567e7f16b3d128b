"""Carries out Hive DDL on the catalog: databases, tables, partitions, columns."""

from collections.abc import Sequence
from dataclasses import replace

from localcloud.engines.athena.catalog import Catalog, Partition, Table
from localcloud.engines.athena.errors import UserQueryError
from localcloud.engines.athena.statements import (
    AlterTable,
    CreateDatabase,
    CreateTable,
    DropDatabase,
    DropTable,
    Name,
    Repair,
)
from localcloud.engines.athena.storage import Objects, folder, split_location

_FAILED = "FAILED: SemanticException"


class Definitions:
    """DDL over a catalog; every method answers the lines of the statement's output."""

    def __init__(self, catalog: Catalog, objects: Objects) -> None:
        self._catalog = catalog
        self._objects = objects

    def find(self, name: Name, database: str) -> Table:
        table = self._catalog.table(name[0] or database, name[1])
        if table is None:
            raise UserQueryError(f"{_FAILED} [Error 10001]: Table not found {name[0] or database}.{name[1]}")
        return table

    def create_database(self, wanted: CreateDatabase) -> list[str]:
        if wanted.name in self._catalog.databases():
            if wanted.if_not_exists:
                return []
            raise UserQueryError(f"FAILED: Execution Error, return code 1. Database {wanted.name} already exists")
        self._catalog.create_database(wanted.name, wanted.comment, wanted.location)
        return []

    def drop_database(self, wanted: DropDatabase) -> list[str]:
        if wanted.name not in self._catalog.databases():
            if wanted.if_exists:
                return []
            raise UserQueryError(f"{_FAILED} [Error 10072]: Database does not exist: {wanted.name}")
        if self._catalog.tables(wanted.name) and not wanted.cascade:
            raise UserQueryError(
                "FAILED: Execution Error, return code 1. InvalidOperationException(message:Database "
                f"{wanted.name} is not empty. One or more tables exist.)"
            )
        self._catalog.drop_database(wanted.name)
        return []

    def create_table(self, wanted: CreateTable, database: str) -> list[str]:
        target = wanted.name[0] or database
        if target not in self._catalog.databases():
            raise UserQueryError(f"{_FAILED} [Error 10072]: Database does not exist: {target}")
        if self._catalog.table(target, wanted.name[1]) is not None:
            if wanted.if_not_exists:
                return []
            raise UserQueryError(
                "FAILED: Execution Error, return code 1. AlreadyExistsException(message:Table "
                f"{wanted.name[1]} already exists)"
            )
        split_location(wanted.storage.location)
        properties = {"EXTERNAL": "TRUE"} | wanted.properties
        self._catalog.create_table(
            Table(
                target,
                wanted.name[1],
                wanted.columns,
                wanted.partition_keys,
                wanted.storage,
                tuple(sorted(properties.items())),
                comment=wanted.comment,
            )
        )
        return []

    def drop_table(self, wanted: DropTable, database: str) -> list[str]:
        target = wanted.name[0] or database
        table = self._catalog.table(target, wanted.name[1])
        if table is None:
            if wanted.if_exists:
                return []
            raise UserQueryError(f"{_FAILED} [Error 10001]: Table not found {wanted.name[1]}")
        if wanted.view != table.is_view:
            kind, other = ("DROP VIEW", "table") if wanted.view else ("DROP TABLE", "view")
            raise UserQueryError(f"{_FAILED} [Error 10132]: Cannot drop a {other} with {kind}: {wanted.name[1]}")
        self._catalog.drop_table(target, wanted.name[1])
        return []

    def alter(self, wanted: AlterTable, database: str) -> list[str]:
        table = self.find(wanted.name, database)
        if wanted.change == "add":
            self._add_partitions(table, wanted)
        elif wanted.change == "drop":
            self._drop_partitions(table, wanted)
        elif wanted.change == "columns":
            self._add_columns(table, wanted)
        elif wanted.change == "replace":
            self._catalog.update_table(replace(table, columns=wanted.columns))
        elif wanted.change == "properties":
            parameters = dict(table.parameters) | wanted.properties
            self._catalog.update_table(replace(table, parameters=tuple(sorted(parameters.items()))))
        else:
            self._set_location(table, wanted)
        return []

    def _add_columns(self, table: Table, wanted: AlterTable) -> None:
        known = {column.name for column in table.all_columns}
        for column in wanted.columns:
            if column.name in known:
                raise UserQueryError(f"FAILED: Execution Error, return code 1. Duplicate column name: {column.name}")
        self._catalog.update_table(replace(table, columns=table.columns + wanted.columns))

    def _add_partitions(self, table: Table, wanted: AlterTable) -> None:
        known = {partition.values for partition in self._catalog.partitions(table)}
        added: list[Partition] = []
        for spec, location in wanted.partitions:
            values = self._values(table, spec)
            if values in known:
                if wanted.lenient:
                    continue
                raise UserQueryError(
                    "FAILED: Execution Error, return code 1. AlreadyExistsException(message:Partition "
                    f"already exists: {list(values)})"
                )
            path = location or folder(table.storage.location) + partition_path(table, values)
            added.append(Partition(values, replace(table.storage, location=path)))
            known.add(values)
        self._catalog.add_partitions(table, added)

    def _drop_partitions(self, table: Table, wanted: AlterTable) -> None:
        for spec, _ in wanted.partitions:
            values = self._values(table, spec)
            if values not in {partition.values for partition in self._catalog.partitions(table)}:
                if wanted.lenient:
                    continue
                raise UserQueryError(f"{_FAILED} [Error 10006]: Partition not found {spec}")
            self._catalog.drop_partition(table, values)

    def _set_location(self, table: Table, wanted: AlterTable) -> None:
        location = wanted.location or ""
        split_location(location)
        if not wanted.partitions:
            self._catalog.update_table(replace(table, storage=replace(table.storage, location=location)))
            return
        values = self._values(table, wanted.partitions[0][0])
        for partition in self._catalog.partitions(table):
            if partition.values == values:
                storage = replace(partition.storage, location=location)
                self._catalog.update_partition(table, Partition(values, storage))
                return
        raise UserQueryError(f"{_FAILED} [Error 10006]: Partition not found {wanted.partitions[0][0]}")

    def _values(self, table: Table, spec: dict[str, str]) -> tuple[str, ...]:
        names = [column.name for column in table.partition_keys]
        if set(spec) != set(names):
            raise UserQueryError(
                f"{_FAILED} [Error 10098]: the partition columns of {table.name} are {names}, given were {sorted(spec)}"
            )
        return tuple(spec[name] for name in names)

    def repair(self, wanted: Repair, database: str) -> list[str]:
        """MSCK REPAIR TABLE: partitions from the names of the folders below the table's location."""
        table = self.find(wanted.name, database)
        if not table.partition_keys:
            return []
        known = {partition.values for partition in self._catalog.partitions(table)}
        found = partition_folders(table, self._objects)
        new = [
            Partition(values, replace(table.storage, location=path))
            for values, path in found.items()
            if values not in known
        ]
        self._catalog.add_partitions(table, new)
        if not new:
            return []
        paths = [f"{table.name}:{partition_path(table, partition.values).rstrip('/')}" for partition in new]
        return [
            f"Partitions not in metastore:\t{chr(9).join(paths)}",
            *(f"Repair: Added partition to metastore {path}" for path in paths),
        ]


def partition_path(table: Table, values: Sequence[str]) -> str:
    """`week_start=2026-01-05/run_id=r1/`."""
    return "".join(f"{column.name}={value}/" for column, value in zip(table.partition_keys, values, strict=False))


def partition_folders(table: Table, objects: Objects) -> dict[tuple[str, ...], str]:
    """Partition values and locations of the hive-style folders that hold objects."""
    location = folder(table.storage.location)
    bucket, prefix = split_location(location)
    names = [column.name for column in table.partition_keys]
    found: dict[tuple[str, ...], str] = {}
    for item in objects.list(bucket, prefix):
        parts = item.key[len(prefix) :].split("/")[:-1][: len(names)]
        pairs = [part.split("=", 1) for part in parts if "=" in part]
        if len(pairs) == len(names) and [pair[0].lower() for pair in pairs] == names:
            found.setdefault(tuple(pair[1] for pair in pairs), location + "/".join(parts) + "/")
    return found
