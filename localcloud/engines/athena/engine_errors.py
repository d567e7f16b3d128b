"""Says DuckDB's errors in Athena's words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from localcloud.engines.athena.avro.errors import AvroDataError
from localcloud.engines.athena.errors import (
    AthenaQueryError,
    NotSupportedError,
    QueryCancelledError,
    ResourceQueryError,
    UserQueryError,
    at,
    type_mismatch,
)

_OWN = re.compile(
    r"\b(DIVISION_BY_ZERO|INVALID_CAST_ARGUMENT|INVALID_FUNCTION_ARGUMENT"
    r"|HIVE_BAD_DATA|HIVE_CANNOT_OPEN_SPLIT|HIVE_CURSOR_ERROR): (.*?)(?:\. Detail: Python exception: .*)?$",
    re.S,
)


@contextmanager
def translated(sql: str) -> Iterator[None]:
    """Raises AthenaQueryError for whatever DuckDB raises inside."""
    try:
        yield
    except duckdb.Error as error:
        raise to_athena(error, sql) from error
    except AvroDataError as error:
        raise UserQueryError(error.message, error.code) from error


def to_athena(error: duckdb.Error, sql: str) -> AthenaQueryError:
    text = str(error)
    own = _OWN.search(text)
    if own:
        return UserQueryError(own[2].strip(), own[1])
    if isinstance(error, duckdb.InterruptException):
        return QueryCancelledError("Query cancelled by user")
    if isinstance(error, duckdb.OutOfMemoryException):
        return ResourceQueryError("Query exhausted resources at this scale factor", "EXCEEDED_LOCAL_MEMORY_LIMIT")
    if isinstance(error, duckdb.BinderException):
        return _binder(text, sql)
    if isinstance(error, duckdb.ConversionException):
        return _conversion(text)
    if isinstance(error, duckdb.OutOfRangeException):
        return UserQueryError(_first(text), "NUMERIC_VALUE_OUT_OF_RANGE")
    if isinstance(error, duckdb.IOException):
        return UserQueryError(_first(text), "HIVE_CANNOT_OPEN_SPLIT")
    if "more than one row" in text.lower():
        return UserQueryError("Scalar sub-query has returned multiple rows", "SUBQUERY_MULTIPLE_ROWS")
    if isinstance(error, (duckdb.ParserException, duckdb.NotImplementedException, duckdb.CatalogException)):
        return NotSupportedError(_first(text))
    return UserQueryError(_first(text), "GENERIC_USER_ERROR")


def _binder(text: str, sql: str) -> AthenaQueryError:
    group = re.search(r'column "?([^"]+?)"? must appear in the GROUP BY', text)
    if group:
        name = group[1].split(".")[-1]
        place = _find(name, sql)
        return UserQueryError(
            at(*place, f"'{name}' must be an aggregate expression or appear in GROUP BY clause"),
            "EXPRESSION_NOT_AGGREGATE",
        )
    column = re.search(r'Referenced column "([^"]+)" (?:not found|was not found)', text)
    if column:
        message = (
            f"Column '{column[1]}' cannot be resolved or requester is not authorized to access requested resources"
        )
        return UserQueryError(at(*_find(column[1], sql), message), "COLUMN_NOT_FOUND")
    if "No function matches" in text or "Cannot compare" in text or "Cannot mix values" in text:
        return type_mismatch(at(1, 1, _first(text)))
    if "Set operations can only apply" in text:
        return type_mismatch(at(1, 1, "query has different number of fields in the branches of a set operation"))
    return UserQueryError(at(1, 1, _first(text)), "SEMANTIC_ERROR")


def _conversion(text: str) -> AthenaQueryError:
    cast = re.search(r"Could not convert string '([^']*)' to (\w+)", text)
    if cast:
        return UserQueryError(f"Cannot cast '{cast[1]}' to {cast[2]}", "INVALID_CAST_ARGUMENT")
    if "reading file" in text:
        return UserQueryError(_first(text), "HIVE_BAD_DATA")
    if "out of range" in text:
        return UserQueryError(_first(text), "NUMERIC_VALUE_OUT_OF_RANGE")
    return UserQueryError(_first(text), "INVALID_CAST_ARGUMENT")


def _first(text: str) -> str:
    line = text.split("\n\n")[0].split("\nLINE")[0].strip()
    return re.sub(r"^[A-Z][\w ]+ Error: ", "", line)


def _find(name: str, sql: str) -> tuple[int, int]:
    match = re.search(rf"(?i)\b{re.escape(name)}\b", sql)
    if match is None:
        return 1, 1
    before = sql[: match.start()]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
