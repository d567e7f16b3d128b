"""Every SELECT under `sql/`, on the small tables of its cases in tests/sql, as the product issues it.

Both engines build, or answer, the same rows of the same types.
"""

import re
from datetime import date

import pytest
from hourglass.chain import parse_query
from hourglass.inputs import Names
from hourglass.plans import Statement
from hourglass.rebuild import Rebuild
from hourglass.statements import Writer
from hourglass.tables import Kind, Table, parse_table

from tests.conformance.trino.answers import Answer, differences
from tests.conformance.trino.athena import LAKE, Athena
from tests.conformance.trino.cases import KeptRows
from tests.conformance.trino.server import WRITTEN, Trino
from tests.conformance.trino.tables import keep_rows
from tests.sql.sql_cases import read_cases
from tests.sql.sql_engine import SQL, selects, table_columns

CASES = read_cases()
TWIN = f"{WRITTEN}.twin"  # the database that Trino writes


@pytest.fixture(scope="module", autouse=True)
def _twin(trino: Trino) -> None:
    trino.query(f"create schema {TWIN}")


@pytest.mark.parametrize("number", range(len(CASES)), ids=map(str, CASES))
def test_both_engines_answer_the_case_alike(number: int, athena: Athena, trino: Trino) -> None:
    case = CASES[number]
    file = selects()[case.select]
    query = parse_query(case.select, file.parent.name, file.read_text(encoding="utf-8"))
    kept = {
        name: keep_rows(athena, name, str(number), table_columns(name), case.inputs.get(name, ()))
        for name in {*query.inputs, *query.before}
    }
    names = Names(athena.database, f"r{number}")
    select = Writer(KeptRows(names, kept, Rebuild(frozenset(), {}, (), {}))).rows(query, None)  # type: ignore[arg-type]
    ours = athena.query(select.sql, case.parameters)
    statements: list[Statement] = []
    if query.stage not in ("checks", "plan", "questions"):
        table = parse_table(case.select, (SQL / "tables" / f"{case.select}.sql").read_text(encoding="utf-8"))
        writer = Writer(KeptRows(names, kept, _rebuild(table, ours)))  # type: ignore[arg-type]
        statements = list(writer.build(query, table, f"s3://{LAKE}/built/{case.select}/{number}/"))

    if statements:
        for statement in statements:
            athena.query(statement.sql)
            trino.query(_for_trino(statement.sql, athena.database))
        staged = names.staging_name(case.select)
        ours, theirs = athena.query(f"select * from {staged}"), trino.query(f"select * from {TWIN}.{staged}")
    else:
        theirs = trino.query(select.sql, athena.database, [_parameter(value) for value in case.parameters])

    assert not (seen := differences(ours, theirs)), "\n".join(seen[:20])


def _rebuild(table: Table, answer: Answer) -> Rebuild:
    """Everything that the SELECT answers is to be built."""
    place = answer.columns.index(table.partition) if table.partition else 0
    values = sorted({str(row[place]) for row in answer.rows if row[place] is not None})
    if table.kind is Kind.WEEKLY:
        return Rebuild(frozenset(), {table.name: frozenset(map(date.fromisoformat, values))}, (), {})
    return Rebuild(frozenset(), {}, tuple(values), {})


def _for_trino(sql: str, database: str) -> str:
    """The same statement for another target; Trino's connector has the codec among its own settings."""
    head, between, select = re.split(r"(\bAS\b|\bSELECT\b|\bWITH\s+\w+ AS\b)", sql, maxsplit=1)
    head = head.replace(f"{database}.", f"{TWIN}.", 1).replace("s3://lake/built/", "s3://lake/twin/")
    return re.sub(r"write_compression\s*=\s*'ZSTD',\s*", "", head) + between + select


def _parameter(value: str) -> str:
    """An execution parameter as the literal that Athena makes of it: what is no number is a string."""
    return value if value.lstrip("-").isdigit() else f"'{value}'"
