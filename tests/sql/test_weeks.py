"""A week built from its own weeks and the look-back alone is the week that the whole history gives.

That is what lets a run build only the weeks that changed.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import sqlglot

sys.path.insert(0, str(Path(__file__).parent))
import company
from sql_engine import selects, table_columns, tables_read

WEEK = "date '2026-10-26'"
WEEKLY = [name for name in company.ORDER if name != "project_budget"]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(tmp_path_factory.mktemp("company") / "history.db"))
    company.load(connection, employees=100, weeks=26, seed=3)
    company.run(connection)
    yield connection
    connection.close()


@pytest.mark.parametrize("name", WEEKLY)
def test_a_week_does_not_depend_on_weeks_beyond_its_look_back(name: str, history: duckdb.DuckDBPyConnection) -> None:
    text = selects()[name].read_text(encoding="utf-8")
    declared = re.search(r"^-- Looks back (\d+) weeks\.$", text, re.MULTILINE)
    look_back = int(declared.group(1)) if declared else 0
    inputs = [
        f"{table} as (select * from main.{table} {_weeks(table, look_back)})" for table in sorted(tables_read(text))
    ]
    sql = sqlglot.transpile(text, read="athena", write="duckdb", comments=False)[0]
    columns = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in table_columns(name).items())
    alone = f"with {', '.join(inputs)} select {columns} from ({sql}) as built where week_start = {WEEK}"
    whole = f"select * from main.{name} where week_start = {WEEK}"

    differing = history.execute(f"({alone} except {whole}) union all ({whole} except all ({alone}))").fetchall()
    rows = history.execute(f"select count(*) from ({whole}) as rows").fetchone()

    assert differing == []
    assert rows is not None
    assert rows[0] > 0


def _weeks(table: str, look_back: int) -> str:
    """The weeks of a weekly table that the run would read; a whole table is read whole."""
    if "week_start" not in table_columns(table) or table == "project_budget":
        return ""
    return f"where week_start between {WEEK} - {7 * look_back} and {WEEK}"
