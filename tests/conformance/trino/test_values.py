"""Values that nobody likes, as they land: both engines read the same from each, in every column that is typed."""

import pytest
from hourglass.chain import parse_query
from hourglass.inputs import Names
from hourglass.rebuild import Rebuild
from hourglass.statements import Writer

from tests.conformance.trino.answers import differences
from tests.conformance.trino.athena import Athena
from tests.conformance.trino.cases import KeptRows
from tests.conformance.trino.server import Trino
from tests.conformance.trino.tables import keep_rows
from tests.sql.sql_cases import Row
from tests.sql.sql_engine import selects, table_columns

NUMBERS = (
    *("7.505", "7.495", "-7.505", "0.005", "7.5 ", " 7.5", "+7.5", ".5", "5.", "-0", "1e2", "1E-3", "7,5", "0x10"),
    *("NaN", "Infinity", "-inf", "999.994", "999.995", "99999999999999999999", "0" * 40 + "1", "1" + "0" * 38, "1_0"),
)
TIMES = (
    *("2026-03-29 02:30:00", "2026-10-25 02:30:00.0", "2026-10-25 01:59:59.9994", "2026-10-25 01:59:59.9995"),
    *("2026-12-31 23:59:59.999999", "2026-01-05 09:00:00.000499", "2026-01-05 09:00:00.0005", "2026-01-05 09:00"),
    *("2026-01-05 24:00:00", "2026-01-05 09:00:60", "2026-01-05T09:00:00", "2026-01-05 09:00:00+00"),
    *("2026-01-05  09:00:00", "2026-01-05 09:00:00 UTC", "2026-01-05 9:5:7", " 2026-01-05 ", "2026-1-5", "2026-02-29"),
    *("2024-02-29", "20260105", "0000-00-00", "0001-01-01", "1582-10-10", "9999-12-31", "10000-01-01", "-0044-03-15"),
    *("infinity", "2026-01-05 BC"),
)
TEXTS = ("", " ", "ä" * 120, "it's", 'say "no"', "a\\b", "null", "NULL", None)
VALUES = (*NUMBERS, *TIMES, *TEXTS)
USUAL = {"date": "2026-01-05", "timestamp": "2026-01-05 17:00:00.0", "boolean": "true", "varchar": "x"}
TYPED = sorted(name for name in selects() if name.startswith("typed_"))


@pytest.mark.parametrize("name", TYPED)
def test_both_engines_type_the_value_alike(name: str, athena: Athena, trino: Trino) -> None:
    query = parse_query(name, "typed", selects()[name].read_text(encoding="utf-8"))
    (raw,) = query.inputs
    kept = keep_rows(athena, raw, "values", table_columns(raw), _rows(raw, name))
    inputs = KeptRows(Names(athena.database, "values"), {raw: kept}, Rebuild(frozenset(), {}, (), {}))
    sql = f"select * from ({Writer(inputs).rows(query, None).sql}) order by run_id"  # type: ignore[arg-type]

    ours, theirs = athena.query(sql), trino.query(sql, athena.database)
    assert not (seen := differences(ours, theirs, ordered=True)), "\n".join(seen[:20])


def _rows(raw: str, typed: str) -> list[Row]:
    """A row for each value in each column of text; its number is in `run_id`, so that no two rows are alike."""
    kinds, typed_kinds = table_columns(raw), table_columns(typed)
    usual = {name: USUAL.get(typed_kinds[name], "7") for name in kinds}
    rows: list[Row] = []
    for name, kind in kinds.items():
        if kind == "varchar" and name != "run_id":
            rows += [{**usual, name: value, "run_id": f"{name} {value}"} for value in VALUES]
    return rows
