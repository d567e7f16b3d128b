"""The order of the work and what a change reaches follow from the SQL alone."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hourglass.chain import ChainError, parse_query, read_chain
from hourglass.rebuild import Change, Published, look_ahead, plan_rebuild
from hourglass.sql_files import SqlFiles, load_sql
from hourglass.tables import Kind, TableDefinitionError, parse_table

SMALL = load_sql(Path(__file__).parent / "small_sql")
CHAIN = read_chain(SMALL)
MONDAY = date(2026, 1, 5)
ENTRY, FEATURES, SCORES, SUSPECTS = "clean_entry", "timesheet_features", "timesheet_scores", "suspect_timesheets"


def week(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def weeks(*numbers: int) -> frozenset[date]:
    return frozenset(map(week, numbers))


def published(*numbers: int) -> Published:
    everywhere = {name: weeks(*numbers) for name in (ENTRY, FEATURES, SCORES, SUSPECTS)}
    return Published(everywhere, frozenset(CHAIN.tables))


def with_file(folder: str, name: str, text: str) -> SqlFiles:
    return SqlFiles({**SMALL.folders, folder: {**SMALL.folder(folder), name: text}})


def test_the_kind_of_a_table_follows_from_its_partition_column():
    kinds = {name: table.kind for name, table in CHAIN.tables.items()}
    assert kinds["typed_entry"] is Kind.PER_RUN
    assert kinds["clean_entry"] is Kind.WEEKLY
    assert kinds["clean_country"] is Kind.WHOLE
    assert CHAIN.tables["clean_entry"].column_names[-1] == "week_start"


def test_a_table_is_built_after_all_that_it_reads():
    levels = list(CHAIN.levels(CHAIN.queries))
    assert levels[0] == ("typed_country", "typed_entry")
    assert levels[-1] == (SUSPECTS,)
    assert CHAIN.after_scores == {SUSPECTS}


def test_reading_itself_means_the_previous_version():
    assert CHAIN.queries[ENTRY].before == (ENTRY,)
    assert CHAIN.queries[ENTRY].inputs == ("typed_entry",)


def test_deleted_rows_are_found_in_tables_as_they_stood_before_the_run():
    query = parse_query(
        "deleted_entry", "deleted", "select * from clean_entry where entry_id not in (select 1 from raw_entry)"
    )
    assert (query.before, query.inputs) == (("clean_entry",), ("raw_entry",))


def test_the_look_back_is_declared_in_the_file():
    assert [CHAIN.queries[name].look_back for name in (FEATURES, ENTRY)] == [2, 0]


def test_late_rows_reach_their_week_and_those_that_look_back_on_it():
    change = Change({ENTRY: weeks(3)}, frozenset({"typed_entry"}), ("r9",))
    rebuild = plan_rebuild(CHAIN, change, published(*range(10)))
    assert rebuild.weeks == {
        ENTRY: weeks(3),
        FEATURES: weeks(3, 4, 5),
        SCORES: weeks(3, 4, 5),
        SUSPECTS: weeks(3, 4, 5),
    }
    assert "clean_country" not in rebuild.tables
    assert "budget" in rebuild.tables


def test_weeks_that_do_not_exist_are_not_built():
    change = Change({ENTRY: weeks(9)}, frozenset({"typed_entry"}), ("r9",))
    assert plan_rebuild(CHAIN, change, published(*range(10))).weeks[FEATURES] == weeks(9)


def test_a_new_week_is_built_though_nobody_published_it():
    change = Change({ENTRY: weeks(10)}, frozenset({"typed_entry"}), ("r9",))
    assert plan_rebuild(CHAIN, change, published(*range(10))).weeks[FEATURES] == weeks(10)


def test_a_table_that_was_never_published_is_built_for_every_week_of_its_inputs():
    seen = Published({ENTRY: weeks(*range(10))}, frozenset(CHAIN.tables) - {FEATURES})
    rebuild = plan_rebuild(CHAIN, Change({ENTRY: weeks(9)}, frozenset({"typed_entry"}), ("r9",)), seen)
    assert rebuild.weeks[FEATURES] == weeks(*range(10))


def test_a_whole_table_concerns_the_weeks_that_are_named_for_it():
    change = Change({"clean_country": weeks(1)}, frozenset({"typed_country"}), ("r9",))
    rebuild = plan_rebuild(CHAIN, change, published(*range(10)))
    assert rebuild.weeks[FEATURES] == weeks(1, 2, 3)
    assert ENTRY not in rebuild.tables


def test_a_change_of_no_week_builds_no_week():
    rebuild = plan_rebuild(CHAIN, Change({}, frozenset({"typed_country"}), ("r9",)), published(*range(10)))
    assert rebuild.tables == {"typed_country", "clean_country"}
    assert rebuild.weeks == {}


def test_looking_ahead_stops_where_no_week_exists():
    assert look_ahead(weeks(0), 5, weeks(0, 2, 9)) == weeks(0, 2)


@pytest.mark.parametrize(
    ("folder", "name", "text", "message"),
    [
        ("clean", "clean_entry", "select * from nowhere", r"sql/clean/clean_entry.sql reads nowhere"),
        ("clean", "clean_entry", "select * from", r"sql/clean/clean_entry.sql cannot be read"),
        ("clean", "clean_entry", "drop table typed_entry", r"clean_entry.sql is no SELECT"),
        ("clean", "clean_entry", "select * from db.typed_entry", r"names the database of typed_entry"),
        ("clean", "unknown", "select 1 as x", r"does not define unknown"),
        ("clean", "clean_entry", "with budget as (select 1 as x) select * from budget", r"named like the table budget"),
        ("clean", "clean_entry", "with built as (select 1 as x) select * from built", r"built, a name that the runner"),
        ("clean", "clean_entry", "select * from budget", r"in a circle: .*clean_entry"),
    ],
)
def test_a_file_that_cannot_be_in_a_chain_is_named(folder, name, text, message):
    with pytest.raises(ChainError, match=message):
        read_chain(with_file(folder, name, text))


@pytest.mark.parametrize(
    ("ddl", "message"),
    [
        ("create table t (x int)", "no create external table"),
        ("create external table u (x int) location 's3://b/'", "does not create a table named t"),
        ("create external table t (x int) partitioned by (day date) location 's3://b/'", "partitioned by day"),
    ],
)
def test_a_table_definition_that_cannot_be_used_is_named(ddl, message):
    with pytest.raises(TableDefinitionError, match=message):
        parse_table("t", ddl)


def test_the_files_of_the_product_make_a_chain():
    chain = read_chain(load_sql())
    assert chain.order.index("clean_timesheet") < chain.order.index("timesheet_features")
    assert chain.order[-1] in chain.after_scores
    assert max(query.look_back for query in chain.queries.values()) <= 20


def test_a_table_read_only_inside_a_subquery_counts():
    query = parse_query("x", "clean", "select 1 as y where 1 in (select hours from budget)")
    assert query.inputs == ("budget",)
