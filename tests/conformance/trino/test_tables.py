"""The tables of `sql/tables/` as the product defines them: Trino finds in the catalog what Athena says it has made."""

import pytest

from tests.conformance.trino.answers import Answer, plain_type
from tests.conformance.trino.athena import LAKE, Athena
from tests.conformance.trino.server import Trino
from tests.sql.sql_engine import SQL

DATABASE = "defined"
COLUMNS = (
    "select table_name, column_name, ordinal_position, data_type from information_schema.columns "
    f"where table_schema = '{DATABASE}' order by 1, 3"
)


@pytest.fixture(scope="module")
def defined(athena: Athena) -> list[str]:
    """The names of the tables, created by their DDL."""
    athena.glue.create_database(DatabaseInput={"Name": DATABASE})
    files = sorted((SQL / "tables").glob("*.sql"))
    for file in files:
        ddl = file.read_text(encoding="utf-8").replace("${location}", f"s3://{LAKE}/{DATABASE}/{file.stem}/")
        athena.query(ddl.replace("not exists ", f"not exists {DATABASE}.", 1))
    return [file.stem for file in files]


def test_columns_and_types_are_the_same(defined: list[str], athena: Athena, trino: Trino) -> None:
    ours, theirs = _columns(athena.query(COLUMNS)), _columns(trino.query(COLUMNS, DATABASE))

    assert sorted({name for name, *_ in ours}) == defined
    assert ours == theirs


def test_an_empty_table_is_read(defined: list[str], athena: Athena, trino: Trino) -> None:
    sql = " union all ".join(f"select '{name}' as name, count(*) as n from {DATABASE}.{name}" for name in defined)

    assert sorted(athena.query(sql).rows) == sorted(trino.query(sql).rows)


def _columns(answer: Answer) -> list[tuple[str, str, str, str]]:
    return [(str(table), str(name), str(place), plain_type(str(kind))) for table, name, place, kind in answer.rows]
