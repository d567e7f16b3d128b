"""The Glue catalog: where tables and partitions point to. Every batch answer is checked for `Errors`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.errors import HourglassError
from hourglass.publication import CatalogTable

_CREATE_OR_UPDATE, _DELETE = 100, 25  # partitions per request
_INPUT_KEYS = (
    "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters",
)  # fmt: skip
PUBLISHED = "hourglass.published"


class CatalogError(HourglassError):
    """Raised when Glue refuses a part of a request; names the table, the partition and the reason."""


class GlueCatalog:
    """The tables of one database."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._glue: Any = client("glue")
        self._tables: dict[str, dict[str, Any]] = {}

    def tables(self) -> dict[str, CatalogTable]:
        """Every table by name, as the catalog has it now."""
        pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=self._database)
        self._tables = {table["Name"]: table for page in pages for table in page["TableList"]}
        return {name: _table(table) for name, table in self._tables.items()}

    def published_tables(self) -> dict[str, str]:
        """The tables that a run has published into and the definition that it built them by, after `tables()`."""
        parameters = {name: table.get("Parameters", {}) for name, table in self._tables.items()}
        return {name: given[PUBLISHED] for name, given in parameters.items() if PUBLISHED in given}

    def partitions(self, table: str) -> dict[str, str]:
        """Location by the value of the only partition column."""
        pages = self._glue.get_paginator("get_partitions").paginate(
            DatabaseName=self._database, TableName=table, ExcludeColumnSchema=True
        )
        found = (partition for page in pages for partition in page["Partitions"])
        return {partition["Values"][0]: partition["StorageDescriptor"]["Location"] for partition in found}

    def point_table(self, table: str, location: str) -> None:
        """Let a table without partitions read another location."""
        described = self._described(table)
        descriptor = {**described["StorageDescriptor"], "Location": location}
        self._update(table, {**described, "StorageDescriptor": descriptor})

    def mark_published(self, table: str, definition: str | None) -> None:
        """Note by which definition the table has been built; None: by none."""
        described = self._described(table)
        parameters = described.get("Parameters", {})
        if parameters.get(PUBLISHED) != definition:
            others = {name: value for name, value in parameters.items() if name != PUBLISHED}
            given = {**others, PUBLISHED: definition} if definition is not None else others
            self._update(table, {**described, "Parameters": given})

    def set_columns(self, table: str, columns: Sequence[Mapping[str, str]]) -> None:
        """Let a table have these columns beside its partition columns; its partitions stay as they are."""
        described = self._described(table)
        descriptor = {**described["StorageDescriptor"], "Columns": list(columns)}
        self._update(table, {**described, "StorageDescriptor": descriptor})

    def create_partitions(self, table: str, locations: Mapping[str, str]) -> None:
        """Create partitions, or repoint those that exist already."""
        existing: dict[str, str] = {}
        for batch in _batches(list(locations), _CREATE_OR_UPDATE):
            answer = self._glue.batch_create_partition(
                DatabaseName=self._database,
                TableName=table,
                PartitionInputList=[self._partition(table, value, locations[value]) for value in batch],
            )
            for error in answer.get("Errors", []):
                if error["ErrorDetail"]["ErrorCode"] != "AlreadyExistsException":
                    raise _refused(table, error["PartitionValues"], error["ErrorDetail"])
                existing[error["PartitionValues"][0]] = locations[error["PartitionValues"][0]]
        self.update_partitions(table, existing)

    def update_partitions(self, table: str, locations: Mapping[str, str]) -> None:
        for batch in _batches(list(locations), _CREATE_OR_UPDATE):
            answer = self._glue.batch_update_partition(
                DatabaseName=self._database,
                TableName=table,
                Entries=[
                    {
                        "PartitionValueList": [value],
                        "PartitionInput": self._partition(table, value, locations[value]),
                    }
                    for value in batch
                ],
            )
            for error in answer.get("Errors", []):
                raise _refused(table, error["PartitionValueList"], error["ErrorDetail"])

    def delete_partitions(self, table: str, values: Sequence[str]) -> None:
        """Delete partitions; those that do not exist are deleted already."""
        for batch in _batches(values, _DELETE):
            answer = self._glue.batch_delete_partition(
                DatabaseName=self._database,
                TableName=table,
                PartitionsToDelete=[{"Values": [value]} for value in batch],
            )
            for error in answer.get("Errors", []):
                if error["ErrorDetail"]["ErrorCode"] != "EntityNotFoundException":
                    raise _refused(table, error["PartitionValues"], error["ErrorDetail"])

    def create_table(self, table: Mapping[str, Any]) -> bool:
        """Create a table from Glue's TableInput; False when there is one of its name."""
        try:
            self._glue.create_table(DatabaseName=self._database, TableInput=table)
        except ClientError as error:
            if error.response["Error"]["Code"] != "AlreadyExistsException":
                raise
            return False
        return True

    def drop_table(self, name: str) -> None:
        """Drop a table's metadata; nothing happens when it is not there."""
        try:
            self._glue.delete_table(DatabaseName=self._database, Name=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise

    def _partition(self, table: str, value: str, location: str) -> dict[str, Any]:
        descriptor = {**self._described(table)["StorageDescriptor"], "Location": location}
        return {"Values": [value], "StorageDescriptor": descriptor}

    def _described(self, table: str) -> dict[str, Any]:
        if table not in self._tables:
            self._tables[table] = self._glue.get_table(DatabaseName=self._database, Name=table)["Table"]
        return self._tables[table]

    def _update(self, table: str, changed: Mapping[str, Any]) -> None:
        given = {key: changed[key] for key in _INPUT_KEYS if key in changed}
        self._glue.update_table(DatabaseName=self._database, TableInput=given, SkipArchive=True)
        self._tables[table] = {**self._tables[table], **given}


def _table(table: Mapping[str, Any]) -> CatalogTable:
    descriptor, keys = table["StorageDescriptor"], table.get("PartitionKeys", [])
    columns = tuple((column["Name"], column["Type"]) for column in [*descriptor["Columns"], *keys])
    partition = keys[0]["Name"] if len(keys) == 1 else None
    return CatalogTable(table["Name"], columns, partition, descriptor.get("Location", ""))


def _refused(table: str, values: Iterable[str], detail: Mapping[str, str]) -> CatalogError:
    code, message = detail["ErrorCode"], detail.get("ErrorMessage", "")
    return CatalogError(f"Glue refused partition {','.join(values)} of {table}: {code} {message}")


def _batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))
