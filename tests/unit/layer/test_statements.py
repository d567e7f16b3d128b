"""Whole statements, compared with the files under `golden/`; a new case is a line and a file."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hourglass.chain import read_chain
from hourglass.inputs import Inputs, Names
from hourglass.plans import Statement, statement_of
from hourglass.rebuild import Rebuild
from hourglass.sql_files import load_sql
from hourglass.statements import Writer

HERE = Path(__file__).parent
CHAIN = read_chain(load_sql(HERE / "small_sql"))
MONDAY = date(2026, 1, 5)
RUN = "d20261122t090000_0a1b2c3d"


def weeks(*numbers: int) -> frozenset[date]:
    return frozenset(MONDAY + timedelta(weeks=number) for number in numbers)


def writer(
    tables: set[str], built: Mapping[str, frozenset[date]], published: Mapping[str, frozenset[date]] | None = None
) -> Writer:
    rebuild = Rebuild(frozenset(tables), built, ("r1", "r2"), published or {})
    return Writer(Inputs(Names("timesheets", RUN), CHAIN.tables.__getitem__, rebuild))


def built(name: str, maker: Writer) -> list[Statement]:
    location = f"s3://lake/tables/{name}/run_id={RUN}/"
    return list(maker.build(CHAIN.queries[name], CHAIN.tables[name], location))


LATE = writer(
    {"typed_entry", "clean_entry", "timesheet_features"},
    {"clean_entry": weeks(3), "timesheet_features": weeks(3, 4, 5)},
    {"clean_entry": weeks(*range(8)), "timesheet_features": weeks(*range(8))},
)
LONG = writer({"typed_entry", "clean_entry"}, {"clean_entry": weeks(*range(150))})
CASES = {
    "type_the_rows_of_two_runs": lambda: built("typed_entry", LATE)[0].sql,
    "newest_version_in_one_week": lambda: built("clean_entry", LATE)[0].sql,
    "features_look_back_on_staged_and_published_weeks": lambda: built("timesheet_features", LATE)[0].sql,
    "whole_table_from_staged_and_published_weeks": lambda: built("budget", LATE)[0].sql,
    "whole_table_without_new_rows_of_its_own": lambda: built("clean_country", LATE)[0].sql,
    "weeks_beyond_a_hundred_are_inserted": lambda: built("clean_entry", LONG)[1].sql,
    "count_the_violations_of_a_check": lambda: LATE.count(CHAIN.checks["keys_are_unique"], weeks(3)).sql,
    "rows_of_the_touched_weeks": lambda: LATE.rows(CHAIN.plans["touched_weeks"], None).sql,
}


@pytest.mark.parametrize("case", CASES)
def test_the_statement_is_the_golden_one(case):
    golden = (HERE / "golden" / f"{case}.sql").read_text(encoding="utf-8")
    assert CASES[case]() + "\n" == golden


def test_one_statement_writes_at_most_a_hundred_partitions():
    first, second = built("clean_entry", LONG)
    assert [len(first.partitions), len(second.partitions)] == [100, 50]
    assert first.creates == f"clean_entry__{RUN}"
    assert second.creates is None


def test_an_insert_owns_only_the_folders_of_its_weeks():
    second = built("clean_entry", LONG)[1]
    assert second.fresh[0] == f"s3://lake/tables/clean_entry/run_id={RUN}/week_start={second.partitions[0]}/"
    assert len(second.fresh) == 50


def test_a_statement_survives_its_document():
    statement = built("clean_entry", LATE)[0]
    assert statement_of({"statements": {"clean_entry": statement.as_json()}}, "clean_entry") == statement


def test_the_same_statement_has_the_same_hash():
    assert built("clean_entry", LATE)[0].sql_hash == built("clean_entry", LATE)[0].sql_hash
