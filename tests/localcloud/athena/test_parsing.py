"""A query is parsed when it is submitted, and not again when it runs."""

import pytest

from localcloud.engines.athena.errors import SyntaxQueryError
from localcloud.engines.athena.parsing import check_query, parse_query


def test_a_checked_query_gives_its_tree_to_one_caller_only() -> None:
    check_query("select 1 as one")

    first, second = parse_query("select 1 as one"), parse_query("select 1 as one")

    assert first is not second
    assert first == second


def test_a_query_that_cannot_be_parsed_is_refused_when_checked() -> None:
    with pytest.raises(SyntaxQueryError, match="mismatched input"):
        check_query("select a from from t")


def test_old_trees_are_let_go() -> None:
    for number in range(200):
        check_query(f"select {number} as n")

    assert parse_query("select 0 as n").sql() == "SELECT 0 AS n"
    assert parse_query("select 199 as n").sql() == "SELECT 199 AS n"
