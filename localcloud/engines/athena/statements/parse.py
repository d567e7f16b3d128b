"""Reads what a statement is by its first word."""

from collections.abc import Callable

from localcloud.engines.athena.errors import NotSupportedError
from localcloud.engines.athena.statements.around_queries import deallocate, execute, explain, insert, prepare, unload
from localcloud.engines.athena.statements.changes import alter, drop, repair
from localcloud.engines.athena.statements.create import create
from localcloud.engines.athena.statements.records import Query, Statement
from localcloud.engines.athena.statements.shows import describe, show
from localcloud.engines.athena.words import Words

REFUSED = ("DELETE", "UPDATE", "MERGE", "OPTIMIZE", "VACUUM", "TRUNCATE", "GRANT", "REVOKE", "CALL", "ANALYZE")


def parse_statement(sql: str) -> Statement:
    """What the statement is. Raises SyntaxQueryError, or NotSupportedError for statements of Iceberg tables."""
    words = Words(sql)
    first = words.current.upper if words.current else ""
    if first in REFUSED:
        raise NotSupportedError(f"{first} is not supported by this engine")
    parser = _PARSERS.get(first)
    if parser is None:
        return Query(sql)
    words.take(first)
    return parser(words)


_PARSERS: dict[str, Callable[[Words], Statement]] = {
    "CREATE": create,
    "DROP": drop,
    "ALTER": alter,
    "MSCK": repair,
    "SHOW": show,
    "DESCRIBE": describe,
    "DESC": describe,
    "INSERT": insert,
    "UNLOAD": unload,
    "EXPLAIN": explain,
    "PREPARE": prepare,
    "EXECUTE": execute,
    "DEALLOCATE": deallocate,
}
