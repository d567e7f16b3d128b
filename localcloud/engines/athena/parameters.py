"""Puts parameters in the place of `?`: as literals that were parsed first, never as pasted text."""

import re
from collections.abc import Sequence

from localcloud.engines.athena.errors import UserQueryError

_TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\?", re.S)
_LITERAL = re.compile(
    r"""\s*(?:'(?:[^']|'')*' | [+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)? | [+-]?\.\d+ | true | false | null
      | (?:date|time|timestamp|decimal|char|varchar)\s*'(?:[^']|'')*'
      | cast\s*\(\s*(?:'(?:[^']|'')*'|[+-]?[\d.]+)\s+as\s+[a-z0-9_(), ]+\))\s*""",
    re.X | re.I,
)


def with_parameters(sql: str, values: Sequence[str]) -> str:
    """The statement with the n-th `?` replaced by the n-th value; a value that is no literal is a text."""
    rest = list(values)
    wanted = sum(1 for match in _TOKEN.finditer(sql) if match[0] == "?")
    if wanted != len(rest):
        raise UserQueryError(
            f"Incorrect number of parameters: expected {wanted} but found {len(rest)}", "INVALID_PARAMETER_USAGE"
        )
    return _TOKEN.sub(lambda match: literal(rest.pop(0)) if match[0] == "?" else match[0], sql)


def literal(value: str) -> str:
    """Quoted strings, numbers, typed literals and NULL stay; anything else is taken as a text."""
    if _LITERAL.fullmatch(value):
        return value.strip()
    return "'" + value.replace("'", "''") + "'"
