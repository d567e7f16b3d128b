import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hourglass.errors import ControlTotalMismatchError, SourceSchemaError
from hourglass.landing import check_landing, column_problems, drifted, totals_query
from hourglass.sources import SOURCE_TYPES, load_source
from hourglass.windows import Window

SOURCE = load_source("timekeeping")
WINDOWS = {
    table.name: Window(None, datetime(2026, 11, 23, tzinfo=UTC)) if table.check_column else Window(None, None)
    for table in SOURCE.tables
}
COLUMNS = [
    (read.table, read.column, min(SOURCE_TYPES[read.type]) if read.type else "text")
    for table in SOURCE.tables
    for read in table.reads
]


def rows(landed=(480, "3615.500000"), before=(480, "3615.50"), after=(480, "3615.50")):
    def row(kind, table, counted, total):
        return {
            "kind": kind,
            "table_name": table,
            "row_count": str(counted),
            "total": total,
            "lowest": None,
            "highest": None,
            "new_rows": str(counted),
            "gone_rows": "0",
        }

    for table in SOURCE.tables:
        for kind, values in (("landed", landed), ("before", before), ("after", after)):
            yield row(kind, table.name, *(values if table.name == "timesheet_entry" else (7, None)))


def test_a_landing_equal_to_its_control_totals_is_taken():
    verified = check_landing(WINDOWS, rows()).as_json()
    assert verified["failures"] == []
    assert verified["tables"]["timesheet_entry"] == {
        "rows": 480,
        "new_rows": 480,
        "total": "3615.500000",
        "low": None,
        "high": "2026-11-23T00:00:00+00:00",
        "highest": None,
        "gone_rows": 0,
    }


def test_rows_that_leave_the_window_while_it_is_read_are_no_loss():
    verified = check_landing(WINDOWS, rows(landed=(479, "3608"), after=(475, "3580")))
    assert verified.tables["timesheet_entry"].rows == 479


@pytest.mark.parametrize("landed", [(479, "3615.5"), (481, "3615.5"), (480, "3607.5"), (480, None)])
def test_a_table_outside_its_control_totals_is_refused_and_the_others_are_taken(landed):
    verified = check_landing(WINDOWS, rows(landed=landed))
    (refused,) = verified.failures
    assert re.match(r"timesheet_entry: (rows|total) landed", refused["cause"])
    assert refused["error"] == "ControlTotalMismatchError"
    assert verified.tables.keys() == WINDOWS.keys() - {"timesheet_entry"}


def test_a_table_without_control_totals_is_refused():
    without = (row for row in rows() if (row["kind"], row["table_name"]) != ("after", "travel"))
    (refused,) = check_landing(WINDOWS, without).failures
    assert "after of travel" in refused["cause"]


def test_when_no_table_can_be_trusted_the_run_fails():
    only = {"timesheet_entry": WINDOWS["timesheet_entry"]}
    with pytest.raises(ControlTotalMismatchError, match="timesheet_entry: rows landed 479"):
        check_landing(only, rows(landed=(479, "3615.5")))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([c for c in COLUMNS if c[0] != "travel"], "no table timekeeping.travel"),
        ([c for c in COLUMNS if c[:2] != ("travel", "country")], "no column timekeeping.travel.country"),
        (
            [(t, c, "text" if (t, c) == ("timesheet_entry", "hours") else k) for t, c, k in COLUMNS],
            "timekeeping.timesheet_entry.hours is text, but numeric is expected",
        ),
    ],
)
def test_a_source_of_another_shape_is_named_by_table_column_and_type(found, sentence):
    assert [problem for problem in column_problems(SOURCE, found) if sentence in problem]


def test_a_table_that_has_drifted_is_named_with_its_first_problem():
    without = [found for found in COLUMNS if found[1] not in ("hire_date", "fte")]
    (employee,) = drifted(SOURCE, without)
    assert (employee["table"], employee["error"]) == ("employee", "SourceSchemaError")
    assert "no column timekeeping.employee.hire_date" in employee["cause"]


def test_a_column_that_the_mapping_does_not_know_is_no_drift():
    assert drifted(SOURCE, [*COLUMNS, ("employee", "shoe_size", "numeric"), ("parking_lot", "id", "bigint")]) == []


def test_when_no_table_is_as_the_mapping_says_the_run_fails():
    with pytest.raises(SourceSchemaError, match=r"no table timekeeping\.country"):
        drifted(SOURCE, [])


def test_a_total_of_whole_numbers_is_no_text():
    minutes = replace(SOURCE.table("activity_day"), total="vpn_minutes")
    query = totals_query(replace(SOURCE, tables=(minutes,)), "r1", "2026-11-23", WINDOWS, set())
    assert "sum(cast(landed.vpn_minutes as decimal(30, 6)))" in query


def test_rows_that_the_lake_holds_already_are_told_apart_from_new_ones():
    query = totals_query(SOURCE, "r1", "2026-11-23", WINDOWS, {"typed_timesheet", "typed_travel"})
    assert query.count("left join") == 2
    assert "raw_timesheet where ingest_date = '2026-11-23' and run_id = 'r1'" in query


def test_what_landed_is_compared_with_the_history_only_as_far_as_the_window_reaches():
    windows = {
        **WINDOWS,
        "timesheet": Window(datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
    }
    query = totals_query(SOURCE, "r1", "2026-11-23", windows, {"typed_timesheet"})
    assert "from typed_timesheet as held where (held.updated_at >= timestamp '2026-11-22 23:00:00.000000'" in query
    assert "or held.updated_at is null)" in query


def test_a_version_that_was_deleted_since_is_new_when_it_comes_back():
    query = totals_query(SOURCE, "r1", "2026-11-23", WINDOWS, {"typed_timesheet", "deleted_timesheet"})
    assert "run_id from deleted_timesheet) as gone on" in query
    assert "gone.run_id >= held.run_id where gone.run_id is null" in query
