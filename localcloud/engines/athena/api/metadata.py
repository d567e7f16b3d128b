"""The data catalog as Athena shows it: catalogs, databases, tables."""

import re
from typing import Any

from localcloud.engines.athena.api.errors import InvalidRequestError, MetadataError
from localcloud.engines.athena.api.operations import Operations
from localcloud.engines.athena.catalog import Table

CATALOG = "AwsDataCatalog"


class MetadataOperations(Operations):
    """What the catalog holds."""

    def list_data_catalogs(self) -> dict[str, Any]:
        summaries = [{"CatalogName": CATALOG, "Type": "GLUE"}, *self._backend.list_data_catalogs()]
        return self._paged("DataCatalogsSummary", summaries, 50)

    def get_data_catalog(self) -> dict[str, Any]:
        name = self._param("Name")
        if name.lower() == CATALOG.lower():
            return {"DataCatalog": {"Name": CATALOG, "Type": "GLUE", "Parameters": {}}}
        found = self._backend.get_data_catalog(name)
        if found is None:
            raise InvalidRequestError(f"DataCatalog {name} was not found")
        return {"DataCatalog": found}

    def list_databases(self) -> dict[str, Any]:
        databases = [{"Name": name} for name in self._region.catalog().databases()]
        return self._paged("DatabaseList", databases, 50)

    def get_database(self) -> dict[str, Any]:
        name = str(self._param("DatabaseName")).lower()
        if name not in self._region.catalog().databases():
            raise MetadataError(f"Database {name} not found.")
        return {"Database": {"Name": name, "Parameters": {}}}

    def get_table_metadata(self) -> dict[str, Any]:
        database, name = str(self._param("DatabaseName")).lower(), str(self._param("TableName")).lower()
        table = self._region.catalog().table(database, name)
        if table is None:
            raise MetadataError(f"EntityNotFoundException: Table {name} not found.")
        return {"TableMetadata": _metadata(table)}

    def list_table_metadata(self) -> dict[str, Any]:
        database = str(self._param("DatabaseName")).lower()
        catalog = self._region.catalog()
        if database not in catalog.databases():
            raise MetadataError(f"EntityNotFoundException: Database {database} not found.")
        pattern = self._param("Expression")
        tables = [table for table in catalog.tables(database) if not pattern or re.fullmatch(pattern, table.name)]
        return self._paged("TableMetadataList", [_metadata(table) for table in tables], 50)


def _metadata(table: Table) -> dict[str, Any]:
    return {
        "Name": table.name,
        "TableType": table.table_type,
        "CreateTime": 0.0,
        "LastAccessTime": 0.0,
        "Columns": [_column(c.name, c.hive, c.comment) for c in table.columns],
        "PartitionKeys": [_column(c.name, c.hive, c.comment) for c in table.partition_keys],
        "Parameters": dict(table.parameters)
        | {
            "location": table.storage.location,
            "inputformat": table.storage.input_format,
            "outputformat": table.storage.output_format,
            "serde.serialization.lib": table.storage.serde,
        }
        | {f"serde.param.{name}": value for name, value in table.storage.serde_parameters},
    }


def _column(name: str, hive: str, comment: str | None) -> dict[str, str]:
    return {"Name": name, "Type": hive} | ({"Comment": comment} if comment else {})
