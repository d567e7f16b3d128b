"""The tables of information_schema, made from the catalog at the time of the query."""

from collections.abc import Iterable

from localcloud.engines.athena.catalog import Catalog, Column, Table
from localcloud.engines.athena.errors import table_not_found
from localcloud.engines.athena.types import trino_name

INFORMATION_SCHEMA = "information_schema"


def information_table(catalog: Catalog, name: str) -> tuple[Table, str]:
    """The table's columns and a DuckDB SELECT that yields its rows."""
    if name == "schemata":
        columns = ["catalog_name", "schema_name"]
        rows: Iterable[list[object]] = [["awsdatacatalog", database] for database in catalog.databases()]
    elif name in ("tables", "views"):
        columns = ["table_catalog", "table_schema", "table_name", "table_type"]
        rows = [
            ["awsdatacatalog", table.database, table.name, "VIEW" if table.is_view else "BASE TABLE"]
            for database in catalog.databases()
            for table in catalog.tables(database)
            if name == "tables" or table.is_view
        ]
    elif name == "columns":
        columns = [
            "table_catalog",
            "table_schema",
            "table_name",
            "column_name",
            "ordinal_position",
            "column_default",
            "is_nullable",
            "data_type",
            "comment",
            "extra_info",
        ]
        rows = [
            [
                "awsdatacatalog",
                table.database,
                table.name,
                column.name,
                position,
                None,
                "YES",
                trino_name(column.type),
                column.comment,
                "partition key" if column in table.partition_keys else None,
            ]
            for database in catalog.databases()
            for table in catalog.tables(database)
            for position, column in enumerate(table.all_columns, 1)
        ]
    else:
        raise table_not_found(INFORMATION_SCHEMA, name, 1, 1)
    types = {"ordinal_position": "bigint"}
    described = tuple(Column(column, types.get(column, "string")) for column in columns)
    return Table(INFORMATION_SCHEMA, name, described), _values(described, rows)


def _values(columns: tuple[Column, ...], rows: Iterable[list[object]]) -> str:
    lines = ["(" + ", ".join(_literal(value) for value in row) + ")" for row in rows]
    types = ", ".join(
        f'cast("{c.name}" as {"BIGINT" if c.hive == "bigint" else "VARCHAR"}) as "{c.name}"' for c in columns
    )
    names = ", ".join(f'"{column.name}"' for column in columns)
    if not lines:
        nothing = ", ".join("NULL" for _ in columns)
        return f"(SELECT {types} FROM (VALUES ({nothing})) v({names}) WHERE false)"
    return f"(SELECT {types} FROM (VALUES {', '.join(lines)}) v({names}))"


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
