"""What Trino answers, value and type, on DuckDB. A new case is a new line."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from localcloud.engines.athena.results import athena_type
from localcloud.engines.athena.testing import TestLake

VALUES: list[tuple[str, Any, str]] = [
    # arithmetic
    ("5 / 2", 2, "integer"),
    ("-5 / 2", -2, "integer"),
    ("a / 2", 0, "bigint"),
    ("5 / 2.0", 2.5, "double"),
    ("0.33", 0.33, "double"),
    ("decimal '1.50'", Decimal("1.50"), "decimal"),
    ("d / 3", Decimal("2.50"), "decimal"),
    ("decimal '1.00' / 3", Decimal("0.33"), "decimal"),
    ("decimal '2.00' / 3", Decimal("0.67"), "decimal"),
    ("-decimal '2.00' / 3", Decimal("-0.67"), "decimal"),
    ("decimal '1.50' * 2", Decimal("3.00"), "decimal"),
    ("1e0 / 0", float("inf"), "double"),
    ("7 % 4", 3, "integer"),
    ("-7 % 4", -3, "integer"),
    ("cast(2.5e0 as integer)", 3, "integer"),
    ("cast(-2.5e0 as bigint)", -3, "bigint"),
    ("round(2.5e0)", 3.0, "double"),
    ("round(decimal '2.345', 2)", Decimal("2.350"), "decimal"),
    ("greatest(1, null)", None, "integer"),
    ("least(2, 1)", 1, "integer"),
    ("smallint '5' + 1", 6, "integer"),
    ("mod(decimal '7.5', 2)", Decimal("1.5"), "decimal"),
    ("bitwise_and(12, 10)", 8, "bigint"),
    ("ln(0)", float("-inf"), "double"),
    # casts of text
    ("try_cast('1.5' as integer)", None, "integer"),
    ("try_cast(' 5' as bigint)", None, "bigint"),
    ("try_cast('1_000' as bigint)", None, "bigint"),
    ("try_cast('+7' as bigint)", 7, "bigint"),
    ("try_cast('7.505' as decimal(5,2))", Decimal("7.51"), "decimal"),
    ("try_cast('7.5 ' as decimal(5,2))", None, "decimal"),
    ("try_cast('900000' as decimal(5,2))", None, "decimal"),
    ("try_cast('2026-01-05' as date)", date(2026, 1, 5), "date"),
    ("try_cast('2026-1-5' as date)", date(2026, 1, 5), "date"),
    ("try_cast('2026-01-05 09:00:00' as date)", None, "date"),
    ("try_cast('2026-02-30' as date)", None, "date"),
    ("try_cast('2026-01-05 09:00:00.0' as timestamp)", datetime(2026, 1, 5, 9), "timestamp"),
    ("try_cast('2026-01-05T09:00:00' as timestamp)", None, "timestamp"),
    ("try_cast('2026-01-05 09:00:00.123456' as timestamp)", datetime(2026, 1, 5, 9, 0, 0, 123000), "timestamp"),
    ("try_cast('2026-01-05 24:00:00' as timestamp)", None, "timestamp"),
    ("try_cast('2026-01-05 09:00:00+02' as timestamp)", datetime(2026, 1, 5, 9), "timestamp"),
    ("try_cast('2026-01-05 09:00:00.5 UTC' as timestamp)", datetime(2026, 1, 5, 9, 0, 0, 500000), "timestamp"),
    ("try_cast(' 2026-01-05 ' as timestamp)", datetime(2026, 1, 5), "timestamp"),
    ("try_cast('2026-01-05 BC' as timestamp)", None, "timestamp"),
    ("cast(try_cast('-0044-03-15' as date) as varchar)", "-0044-03-15", "varchar"),
    ("cast(date '0001-01-01' as varchar)", "0001-01-01", "varchar"),
    ("cast(try_cast('10000-01-01' as timestamp) as varchar)", "+10000-01-01 00:00:00.000", "varchar"),
    ("cast('2026-01-05 09:00:00.9996' as timestamp)", datetime(2026, 1, 5, 9, 0, 1), "timestamp"),
    ("cast(ts as varchar)", "2026-01-05 09:30:00.000", "varchar"),
    ("cast(1.5e10 as varchar)", "1.5E10", "varchar"),
    ("cast(0.0001e0 as varchar)", "1.0E-4", "varchar"),
    ("cast(1.5e0 as varchar)", "1.5E0", "varchar"),
    ("cast(-123456.789e0 as varchar)", "-1.23456789E5", "varchar"),
    ("cast(0e0 as varchar)", "0.0E0", "varchar"),
    ("cast(d as varchar)", "7.50", "varchar"),
    ("cast('abc' as varchar(2))", "ab", "varchar"),
    # dates
    ("date_diff('hour', timestamp '2026-01-05 09:59:00', timestamp '2026-01-05 11:00:00')", 1, "bigint"),
    ("date_diff('day', date '2026-01-01', date '2026-01-05')", 4, "bigint"),
    ("date_diff('week', date '2026-01-05', date '2026-01-18')", 1, "bigint"),
    ("date_trunc('week', dt)", date(2026, 1, 5), "date"),
    ("date_trunc('month', ts)", datetime(2026, 1, 1), "timestamp"),
    ("date_add('month', 1, date '2026-01-31')", date(2026, 2, 28), "date"),
    ("dt + interval '7' day", date(2026, 1, 12), "date"),
    ("day_of_week(dt)", 1, "bigint"),
    ("day_of_year(dt)", 5, "bigint"),
    ("extract(year from dt)", 2026, "bigint"),
    ("date_format(ts, '%Y-%m-%d %H:%i:%s')", "2026-01-05 09:30:00", "varchar"),
    ("format_datetime(ts, 'yyyy-MM-dd''T''HH:mm')", "2026-01-05T09:30", "varchar"),
    ("date_parse('2026-01-02', '%Y-%m-%d')", datetime(2026, 1, 2), "timestamp"),
    ("hour(timestamp '2026-07-01 10:00:00' at time zone 'Europe/Berlin')", 12, "bigint"),
    (
        "cast(timestamp '2026-03-29 01:30:00' at time zone 'Europe/Berlin' as timestamp)",
        datetime(2026, 3, 29, 3, 30),
        "timestamp",
    ),
    ("to_unixtime(timestamp '1970-01-02 00:00:00')", 86400.0, "double"),
    # text
    ("concat('a', null)", None, "varchar"),
    ("concat_ws(',', 'a', null, 'b')", "a,b", "varchar"),
    ("split_part('a,b', ',', 3)", None, "varchar"),
    ("split(s, ',')", ["a", "b"], "array"),
    ("regexp_extract('abc', 'z')", None, "varchar"),
    ("regexp_extract('abc', '(b)(c)', 2)", "c", "varchar"),
    ("regexp_replace('abc', '(b)', '[$1]')", "a[b]c", "varchar"),
    ("substr('hello', 0)", "", "varchar"),
    ("substr('hello', -3, 2)", "ll", "varchar"),
    ("json_extract_scalar('{\"a\":{\"b\":1}}', '$.a.b')", "1", "varchar"),
    ("json_extract_scalar('{\"a\":{\"b\":1}}', '$.a')", None, "varchar"),
    ("json_extract_scalar('nonsense', '$.a')", None, "varchar"),
    ("json_format(cast(array[1, 2] as json))", "[1,2]", "varchar"),
    ("to_hex(md5(to_utf8('a')))", "0CC175B9C0F1B6A831C399E269772661", "varchar"),
    # collections
    ("element_at(array[1, 2], 5)", None, "integer"),
    ("array['a', 'b'][2]", "b", "varchar"),
    ("cardinality(array[1, 2])", 2, "bigint"),
    ("transform(array[1, 2], v -> v / 2)", [0, 1], "array"),
    ("filter(array[1, null, 3], v -> v > 1)", [3], "array"),
    ("reduce(array[1, 2, 3], 0, (s, v) -> s + v, s -> s * 2)", 12, "integer"),
    ("sequence(3, 1)", [3, 2, 1], "array"),
    ("map(array['k'], array[7])['k']", 7, "integer"),
    ("cast(row(1, 'x') as row(n integer, s varchar)).s", "x", "varchar"),
    ("array_max(array[1, null])", None, "integer"),
    ("contains(array[1, null], 2)", None, "boolean"),
    ("contains(array[1, null], 1)", True, "boolean"),
    ("array_distinct(array[2, 1, 2, null, null])", [2, 1, None], "array"),
    ("array_union(array[1, 2], array[3, 2])", [1, 2, 3], "array"),
    ("array_union(array[1, 2], null)", None, "array"),
    ("arrays_overlap(array[1, null], array[2])", None, "boolean"),
    ("array[1] || 2", [1, 2], "array"),
    ("0 || array[1]", [0, 1], "array"),
]


@pytest.mark.parametrize(("expression", "value", "type_name"), VALUES, ids=[case[0] for case in VALUES])
def test_an_expression_has_trinos_value_and_type(lake: TestLake, expression: str, value: Any, type_name: str) -> None:
    result = lake.query(f"select {expression} from t where a = 1")

    assert result.rows == [(value,)]
    assert athena_type(result.columns[0].type) == type_name


QUERIES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("select a from t order by x", [(1,), (5,), (2,)]),
    ("(select a, s from t where a = 1)", [(1, "a,b")]),
    ("((select a, s from t where a = 1)) union all (select a, s from t where a = 2)", [(1, "a,b"), (2, "x")]),
    ("select try(date_parse(v, '%Y-%m-%d')) from (values '2026-01-05', 'x') u(v)", [(datetime(2026, 1, 5),), (None,)]),
    ("select try(try(date_parse('x', '%Y')))", [(None,)]),
    ("select a from t order by x desc", [(5,), (1,), (2,)]),
    ("select sum(a) / count(*), avg(d), sum(d), avg(a) from t", [(2, Decimal("4.25"), Decimal("8.50"), 8 / 3)]),
    ("select avg(d) over (order by a) from t where d is not null order by a", [(Decimal("7.50"),), (Decimal("4.25"),)]),
    ("select corr(a, a), approx_percentile(a, 0.5) from t", [(1.0, 2)]),
    ("select max_by(a, x), min_by(a, x), count_if(a > 1), count(*) filter (where a > 1) from t", [(5, 1, 2, 2)]),
    ("select array_agg(a order by a desc) from t", [([5, 2, 1],)]),
    ("select listagg(s, ';') within group (order by s) from t", [("a,b;x",)]),
    ("select approx_percentile(a, 0.5) from t", [(2,)]),
    ("select corr(a, a), corr(a, 1) from t", [(1.0, None)]),
    (
        "select a, grouping(a), count(*) from t group by grouping sets ((a), ()) order by a",
        [(1, 0, 1), (2, 0, 1), (5, 0, 1), (None, 1, 3)],
    ),
    (
        "select lag(a) over (order by a), sum(a) over (order by a rows between 1 preceding and current row) from t "
        "order by 2",
        [(None, 1), (1, 3), (2, 7)],
    ),
    ("select lag(x) ignore nulls over (order by a) from t where a = 5 or a < 3 order by a", [(None,), (1.5,), (1.5,)]),
    ("select u.v, u.n from t cross join unnest(arr) with ordinality as u(v, n) order by 1", [(1, 1), (2, 2), (3, 1)]),
    ("select x, y from unnest(array[1, 2], array['a']) as u(x, y)", [(1, "a"), (2, None)]),
    ("select p.n from unnest(array[cast(row(1, 'x') as row(n integer, s varchar))]) as p(n, s)", [(1,)]),
    ("with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select sum(n) from r", [(15,)]),
    ("select a from t where a in (select a from w) order by a", [(1,), (2,)]),
    ("values (1, 'a'), (2, 'b')", [(1, "a"), (2, "b")]),
    ("select table_name from information_schema.tables order by 1", [("t",), ("w",)]),
    ('select "T"."S" from "lake"."t" as T where a = 2', [("x",)]),
]


@pytest.mark.parametrize(("sql", "rows"), QUERIES, ids=[case[0][:60] for case in QUERIES])
def test_a_query_has_trinos_rows(lake: TestLake, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert lake.query(sql).rows == rows


def test_columns_without_a_name_are_called_by_their_position(lake: TestLake) -> None:
    assert lake.query("select a, a + 1, count(*) as n from t group by 1").names == ["a", "_col1", "n"]
