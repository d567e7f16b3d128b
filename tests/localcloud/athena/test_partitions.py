"""Partitions that a query cannot need are not read."""

import pytest

from localcloud.engines.athena.testing import TestLake

CASES = [
    ("select a from w", 3),
    ("select a from w where week_start = date '2026-01-12'", 2),
    ("select a from w where week_start between date '2026-01-06' and date '2026-01-12' and run_id in ('r2')", 1),
    ("with c as (select * from w) select a from c where run_id = 'r2'", 1),
    ("with c as (select a, run_id as r from w) select a from c where r in ('r2', 'r3')", 1),
    (
        "with c as (select * from w) select a from c where run_id = 'r2' union all select a from c where run_id = 'r1'",
        3,
    ),
    (
        "select a from (select a, week_start from w union all select a, week_start from w) "
        "where week_start >= date_add('day', 7, date '2026-01-05')",
        4,
    ),
    ("select run_id, count(*) as n from (select run_id, a from w) group by run_id having count(*) > 5", 3),
    ("select a from (select a, run_id, row_number() over (order by a) as n from w) where run_id = 'r2'", 3),
    ("select t.a from t left join w on w.a = t.a and w.run_id = 'r2'", 1),
    ("select a from w where run_id = 'none'", 0),
]


@pytest.mark.parametrize(("sql", "files"), CASES, ids=[case[0][:70] for case in CASES])
def test_only_the_files_of_wanted_partitions_are_read(lake: TestLake, sql: str, files: int) -> None:
    with lake.engine.session(lake.database) as session:
        prepared = lake.engine.prepare(sql, session)

    assert len([file for file, _ in prepared.files if file.values]) == files


def test_a_window_still_sees_the_rows_that_an_outer_filter_drops(lake: TestLake) -> None:
    sql = "select n from (select run_id, row_number() over (order by a) as n from w) where run_id = 'r2'"

    assert lake.query(sql).rows == [(3,)]
