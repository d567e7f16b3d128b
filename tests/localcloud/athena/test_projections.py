"""Columns that a query does not need are not read, and not billed."""

import pytest

from localcloud.engines.athena.errors import AthenaQueryError
from localcloud.engines.athena.testing import TestLake

ALL = {"a", "x", "d", "s", "ts", "dt", "arr"}
CASES: list[tuple[str, set[str]]] = [
    ("select a from t", {"a"}),
    ("select count(*) from t", set()),
    ("select count(*) from (select * from t)", set()),
    ("with c as (select * from t) select s, count(*) as n from c group by s", {"s"}),
    ("with c as (select a, s, x from t where d > 1) select s from c", {"d", "s"}),
    ("with c as (select * from t) select c1.a from c c1 join c c2 on c1.a = c2.a and c2.s = 'x'", {"a", "s"}),
    (
        "with c as (select a, x as y, dt from t), e as (select a, y + 1 as z from c) select z from e where a > 1",
        {"a", "x"},
    ),
    ("with c as (select a, x from t) select 1 as one from c", set()),
    ("select a from (select a, row_number() over (partition by s order by x) as n from t)", {"a"}),
    ("select n from (select a, row_number() over (partition by s order by x) as n from t)", {"s", "x"}),
    ("select a from (select a, x from t order by x limit 2)", {"a", "x"}),
    ("select a from (select a, x from t order by 2 limit 2)", {"a", "x"}),
    ("select n from (select s, x, count(*) as n from t group by 1, 2)", {"s", "x"}),
    ("select n from (select s, max(x) as m, count(*) as n from t group by s)", {"s"}),
    ("select count(*) from (select distinct a, s from t)", {"a", "s"}),
    ("select 1 as one from (select max(a) as m, min(x) as l from t)", {"a", "x"}),
    ("select a from (select a, s from t union all select a, s from t)", {"a", "s"}),
    ("with c as (select * from t) select a from c union select a + 1 from c", {"a"}),
    ("select y from (select a, s from t) as q(y, z)", {"a"}),
    ("with q(y, z) as (select a, s from t) select y from q", {"a"}),
    ("select a from t where a in (select a from t where s = 'x')", {"a", "s"}),
    ("with c as (select a, s from t) select (select max(s) from c where c.a = t.a) from t", {"a", "s"}),
    ("with c as (select * from t) select x from c where exists (select 1 from c e where e.a = c.a)", {"a", "x"}),
    ("with c as (select a, arr, s from t) select a, u from c cross join unnest(arr) as k(u)", {"a", "arr"}),
    ("select * from (select * from t)", ALL),
    ("select q.s from t join (select a, s, x from t) q using (a)", {"a", "s"}),
]


@pytest.mark.parametrize(("sql", "columns"), CASES, ids=[case[0][:70] for case in CASES])
def test_only_the_columns_that_are_needed_are_read(lake: TestLake, sql: str, columns: set[str]) -> None:
    with lake.engine.session(lake.database) as session:
        prepared = lake.engine.prepare(sql, session)
    lake.query(sql)

    assert {name for _, names in prepared.files for name in names} == columns


def test_what_is_left_out_is_still_checked(lake: TestLake) -> None:
    with pytest.raises(AthenaQueryError, match="Cannot apply operator: varchar"):
        lake.query("select a from (select a, s + 1 as wrong from t)")


def test_a_row_of_aggregates_stays_one_row(lake: TestLake) -> None:
    assert lake.query("select count(*) from (select max(a) as m, min(x) as l from t)").rows == [(1,)]
    assert lake.query("select x from (values 1, 2) v(x) cross join (select count(*) as n from t)").rows == [(1,), (2,)]
