"""What a statement is: `parse` reads it, `records` holds it, a module for each family of statements in between."""

from localcloud.engines.athena.statements.formats import FORMATS
from localcloud.engines.athena.statements.parse import parse_statement
from localcloud.engines.athena.statements.records import (
    AlterTable,
    CreateDatabase,
    CreateTable,
    CreateTableAs,
    CreateView,
    Deallocate,
    Describe,
    DropDatabase,
    DropTable,
    Execute,
    Explain,
    Insert,
    Name,
    Prepare,
    Query,
    Repair,
    Show,
    Statement,
    Unload,
)

__all__ = [
    "FORMATS",
    "AlterTable",
    "CreateDatabase",
    "CreateTable",
    "CreateTableAs",
    "CreateView",
    "Deallocate",
    "Describe",
    "DropDatabase",
    "DropTable",
    "Execute",
    "Explain",
    "Insert",
    "Name",
    "Prepare",
    "Query",
    "Repair",
    "Show",
    "Statement",
    "Unload",
    "parse_statement",
]
