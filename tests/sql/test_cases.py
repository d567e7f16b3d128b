"""Every SELECT answers its cases: small tables in, the rows an author worked out by hand."""

import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from sql_cases import Case, read_cases
from sql_engine import Engine, selects, table_columns, tables_read

CASES = read_cases()
BUILDING = sorted(name for name, file in selects().items() if file.parent.name not in ("checks", "plan", "questions"))


@pytest.fixture(scope="module")
def started_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("lake"))
    yield engine
    engine.close()


@pytest.fixture
def engine(started_engine: Engine) -> Engine:
    started_engine.start_afresh()
    return started_engine


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_select_answers_the_case(case: Case, engine: Engine) -> None:
    sql = selects()[case.select].read_text(encoding="utf-8")
    read = tables_read(sql)
    assert case.inputs.keys() <= read, f"{case.select} does not read {case.inputs.keys() - read}"
    for table in sorted(read):
        engine.create(table, case.inputs.get(table, ()))

    answer = engine.select(sql, case.parameters)

    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    wanted = [row for row in rows if all(_text(row[name]) == value for name, value in case.only.items())]
    found = sorted((tuple(_text(row[name]) for name in case.columns) for row in wanted), key=_order)
    expected = sorted((tuple(_text(row[name]) for name in case.columns) for row in case.expected), key=_order)
    assert found == expected


@pytest.mark.parametrize("name", sorted(selects()))
def test_every_select_has_a_case(name: str) -> None:
    assert name in {case.select for case in CASES}


@pytest.mark.parametrize("name", BUILDING)
def test_a_select_gives_the_columns_of_its_table_in_their_order(name: str, engine: Engine) -> None:
    sql = selects()[name].read_text(encoding="utf-8")
    for table in sorted(tables_read(sql)):
        engine.create(table, ())
    assert engine.select(sql).columns == tuple(table_columns(name))


def _text(value: Any) -> str:
    """One spelling per value, whether it comes from a CSV cell or from the engine; '' is NULL."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    try:
        number = float(text)
    except ValueError:
        return text.removesuffix(".000000")
    return "0" if math.isclose(number, 0, abs_tol=1e-9) else f"{number:.6g}"


def _order(row: tuple[str, ...]) -> tuple[tuple[int, float, str], ...]:
    return tuple(_key(text) for text in row)


def _key(text: str) -> tuple[int, float, str]:
    try:
        return 0, float(text), ""
    except ValueError:
        return 1, 0.0, text
