"""What the Glue catalog knows already."""

from typing import Any

from hourglass.aws.clients import client


def table_columns(database: str, expression: str) -> dict[str, list[str]]:
    """The column names of every table whose name matches the regular expression."""
    glue: Any = client("glue")
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database, Expression=expression)
    return {
        table["Name"]: [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
        for page in pages
        for table in page["TableList"]
    }
