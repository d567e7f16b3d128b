"""Reads Trino SQL into sqlglot's tree with every function under the name the author wrote."""

from itertools import pairwise
from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from localcloud.engines.athena.errors import SyntaxQueryError, at

_KEPT_PARSERS = ("CAST", "TRY_CAST", "EXTRACT", "POSITION", "TRIM", "LISTAGG")


class AthenaSelect(Trino):
    """Trino without sqlglot's own functions: `exp.Anonymous` keeps the name, so that none slips in untranslated."""

    INDEX_OFFSET = 0  # an index stays as it is written

    class Parser(TrinoParser):
        FUNCTIONS: ClassVar = {}
        FUNCTION_PARSERS: ClassVar = {
            name: parser for name, parser in TrinoParser.FUNCTION_PARSERS.items() if name in _KEPT_PARSERS
        }


_DIALECT = AthenaSelect()
_KEPT_TREES = 64
_checked: dict[str, exp.Query] = {}  # trees of queries that were checked and not yet compiled


def tokenize(sql: str) -> list[Token]:
    """Trino's tokens; an unknown character is a syntax error with its place."""
    try:
        return _DIALECT.tokenize(sql)
    except TokenError as error:
        raise SyntaxQueryError(at(1, 1, f"mismatched input '{sql.strip()[:20]}'. {error}")) from error


def check_query(sql: str) -> None:
    """Raises SyntaxQueryError for what cannot be parsed; keeps the tree of what can for `parse_query`."""
    _checked[sql] = _parsed(sql)
    for old in list(_checked)[:-_KEPT_TREES]:
        _checked.pop(old, None)


def parse_query(sql: str) -> exp.Query:
    """The tree of one SELECT, WITH, VALUES or TABLE statement; the caller's own.

    Raises SyntaxQueryError with Athena's "line L:C: mismatched input".
    """
    checked = _checked.pop(sql, None)
    return _parsed(sql) if checked is None else checked


def _parsed(sql: str) -> exp.Query:
    tokens = tokenize(sql)
    while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
        tokens.pop()
    if not tokens:
        raise SyntaxQueryError(at(1, 1, "mismatched input '<EOF>'. Expecting: 'SELECT', 'WITH', 'VALUES'"))
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            raise SyntaxQueryError(at(token.line, token.col, "mismatched input ';'. Expecting: <EOF>"))
    for token, following in pairwise(tokens):
        if token.token_type == following.token_type == TokenType.FROM:
            raise SyntaxQueryError(
                at(
                    following.line,
                    _column(following),
                    f"mismatched input '{following.text}'. Expecting: '(', 'LATERAL', 'UNNEST', <identifier>",
                )
            )
    try:
        tree = _DIALECT.parser().parse(tokens, sql)[0]
    except ParseError as error:
        raise _syntax_error(error, tokens) from error
    if isinstance(tree, exp.Values):
        tree = exp.select("*").from_(exp.alias_(tree, "values_", table=True))
    if not isinstance(tree, exp.Query):
        first = tokens[0]
        raise SyntaxQueryError(
            at(
                first.line,
                _column(first),
                f"mismatched input '{first.text}'. Expecting: "
                "'ALTER', 'CREATE', 'DELETE', 'DESCRIBE', 'DROP', 'EXPLAIN', 'INSERT', 'SELECT', "
                "'SHOW', 'UNLOAD', 'VALUES', 'WITH'",
            )
        )
    return tree


def _syntax_error(error: ParseError, tokens: list[Token]) -> SyntaxQueryError:
    details = error.errors[0] if error.errors else {}
    line, column = details.get("line") or 1, details.get("col") or 1
    text = details.get("highlight") or "<EOF>"
    column = max(1, column - len(text) + 1) if details.get("highlight") else column
    description = details.get("description") or "Expecting: <expression>"
    return SyntaxQueryError(at(line, column, f"mismatched input '{text}'. {description}"))


def _column(token: Token) -> int:
    return token.col - len(token.text) + 1


def place(node: exp.Expr) -> tuple[int, int]:
    """(line, column) where the node starts, as far as the parser kept it."""
    for item in node.walk(bfs=False):
        if "line" in item.meta and not isinstance(item, exp.Column):
            length = item.meta["end"] - item.meta["start"]
            return item.meta["line"], max(1, item.meta["col"] - length)
    return 1, 1
