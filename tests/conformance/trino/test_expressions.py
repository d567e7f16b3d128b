"""Small expressions, each on both engines: the same answer, or a refusal or difference that is meant."""

import pytest

from tests.conformance.trino.answers import Answer, RefusedError, differences
from tests.conformance.trino.athena import Athena
from tests.conformance.trino.expressions import Expression, read_expressions
from tests.conformance.trino.server import Trino


@pytest.mark.parametrize("expression", read_expressions(), ids=str)
def test_both_engines_say_the_same(expression: Expression, athena: Athena, trino: Trino) -> None:
    ours, theirs = _ask(athena, expression.sql), _ask(trino, expression.sql)
    if expression.outcome == "open":
        assert _differs(ours, theirs, expression), "no difference any more: it is open no longer"
        return
    if expression.outcome == "fails":
        assert isinstance(theirs, str), f"Trino answers {theirs.rows}"
        assert isinstance(ours, str), f"ours answers {ours.rows}, Trino: {theirs}"
        return
    assert isinstance(theirs, Answer), f"Trino: {theirs}; ours: {ours if isinstance(ours, str) else ours.rows}"
    if expression.outcome == "refused":
        assert isinstance(ours, str), f"ours answers {ours.rows}, Trino {theirs.rows}"
        assert expression.words in ours
        return
    assert isinstance(ours, Answer), f"ours: {ours}; Trino: {theirs.rows}"
    seen = differences(ours, theirs, ordered=expression.ordered)
    if expression.outcome == "differs":
        assert seen, f"no difference any more, but: {expression.words}"
        return
    assert not seen, "\n".join(seen)


def _differs(ours: Answer | str, theirs: Answer | str, expression: Expression) -> bool:
    if isinstance(ours, Answer) and isinstance(theirs, Answer):
        return bool(differences(ours, theirs, ordered=expression.ordered))
    return isinstance(ours, str) is not isinstance(theirs, str)


def _ask(engine: Athena | Trino, sql: str) -> Answer | str:
    """The answer, or the words of the refusal."""
    try:
        return engine.query(sql)
    except RefusedError as error:
        return str(error)
