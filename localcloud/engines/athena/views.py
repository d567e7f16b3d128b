"""Views as Athena keeps them in Glue: Presto's JSON, in base64, inside a comment."""

import base64
import json
from collections.abc import Sequence

from sqlglot import exp

from localcloud.engines.athena.catalog import Column, Storage, Table
from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.parsing import parse_query
from localcloud.engines.athena.types import DataType, hive_name, trino_name

PREFIX, SUFFIX = "/* Presto View: ", " */"


def view_table(database: str, name: str, sql: str, columns: Sequence[tuple[str, DataType]]) -> Table:
    """The Glue table of CREATE VIEW."""
    text = json.dumps(
        {
            "originalSql": sql,
            "catalog": "awsdatacatalog",
            "schema": database,
            "columns": [{"name": column, "type": trino_name(data_type)} for column, data_type in columns],
        }
    )
    encoded = PREFIX + base64.b64encode(text.encode()).decode() + SUFFIX
    return Table(
        database=database,
        name=name,
        table_type="VIRTUAL_VIEW",
        view_text=encoded,
        comment="Presto View",
        columns=tuple(Column(column, hive_name(data_type)) for column, data_type in columns),
        storage=Storage(),
        parameters=(("comment", "Presto View"), ("presto_view", "true")),
    )


def view_sql(table: Table) -> str:
    text = (table.view_text or "").strip()
    if not text.startswith(PREFIX):
        raise NotSupportedError(f"the view {table.name} was not made by Athena")
    return str(json.loads(base64.b64decode(text[len(PREFIX) :].removesuffix(SUFFIX)))["originalSql"])


def view_query(table: Table) -> exp.Query:
    """The view's query, with columns in the order and under the names the catalog has."""
    return parse_query(view_sql(table))
