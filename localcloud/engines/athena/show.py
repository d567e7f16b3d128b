"""Answers SHOW and DESCRIBE in the lines Athena writes."""

import fnmatch

from localcloud.engines.athena.catalog import Catalog, Column, Table
from localcloud.engines.athena.ddl import Definitions, partition_path
from localcloud.engines.athena.statements import Describe, Show
from localcloud.engines.athena.views import view_sql

COLUMN_OF = {
    "tables": "tab_name",
    "views": "views",
    "databases": "database_name",
    "partitions": "partition",
    "columns": "field",
    "create table": "createtab_stmt",
    "create view": "create view",
    "tblproperties": "prpt_name",
}


def show(wanted: Show, database: str, catalog: Catalog, definitions: Definitions) -> list[str]:
    if wanted.what == "databases":
        return _matching(catalog.databases(), wanted.pattern)
    if wanted.what in ("tables", "views"):
        target = wanted.name[0] if wanted.name and wanted.name[0] else database
        tables = [table.name for table in catalog.tables(target) if wanted.what == "tables" or table.is_view]
        return _matching(tables, wanted.pattern)
    table = definitions.find(wanted.name or (None, ""), database)
    if wanted.what == "partitions":
        return [partition_path(table, partition.values).rstrip("/") for partition in catalog.partitions(table)]
    if wanted.what == "columns":
        return [column.name.ljust(20) for column in table.all_columns]
    if wanted.what == "tblproperties":
        return [f"{name}\t{value}" for name, value in table.parameters]
    if wanted.what == "create view":
        return [f"CREATE VIEW {table.database}.{table.name} AS", *view_sql(table).splitlines()]
    return create_table_lines(table)


def _matching(names: list[str], pattern: str | None) -> list[str]:
    """Hive's patterns: `*` for anything, `|` between alternatives."""
    if pattern is None:
        return names
    alternatives = [part.replace("%", "*") for part in pattern.lower().split("|")]
    return [name for name in names if any(fnmatch.fnmatchcase(name, part) for part in alternatives)]


def describe(wanted: Describe, database: str, definitions: Definitions) -> list[str]:
    table = definitions.find(wanted.name, database)
    lines = [_described(column) for column in table.all_columns]
    if table.partition_keys:
        lines += [
            "\t \t ",
            "# Partition Information\t \t ",
            f"{'# col_name':20}\t{'data_type':20}\t{'comment':20}",
            "\t \t ",
            *(_described(column) for column in table.partition_keys),
        ]
    return lines


def _described(column: Column) -> str:
    return f"{column.name:20}\t{column.hive:20}\t{column.comment or '':20}"


def create_table_lines(table: Table) -> list[str]:
    """SHOW CREATE TABLE."""
    lines = [f"CREATE EXTERNAL TABLE `{table.database}.{table.name}`(", *_listed(table.columns)]
    if table.comment:
        lines.append(f"COMMENT '{table.comment}'")
    if table.partition_keys:
        lines += ["PARTITIONED BY ( ", *_listed(table.partition_keys)]
    lines += ["ROW FORMAT SERDE ", f"  '{table.storage.serde}' "]
    if table.storage.serde_parameters:
        pairs = [f"  '{name}'='{value}'" for name, value in table.storage.serde_parameters]
        lines += ["WITH SERDEPROPERTIES ( ", *(pair + ", " for pair in pairs[:-1]), pairs[-1] + ") "]
    lines += [
        "STORED AS INPUTFORMAT ",
        f"  '{table.storage.input_format}' ",
        "OUTPUTFORMAT ",
        f"  '{table.storage.output_format}'",
        "LOCATION",
        f"  '{table.storage.location}'",
    ]
    pairs = [f"  '{name}'='{value}'" for name, value in table.parameters if name != "EXTERNAL"]
    if pairs:
        lines += ["TBLPROPERTIES (", *(pair + ", " for pair in pairs[:-1]), pairs[-1] + ")"]
    return lines


def _listed(columns: tuple[Column, ...]) -> list[str]:
    texts = [f"  `{c.name}` {c.hive}" + (f" COMMENT '{c.comment}'" if c.comment else "") for c in columns]
    return [text + ", " for text in texts[:-1]] + [texts[-1] + ")"]
