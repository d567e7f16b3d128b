from datetime import UTC, datetime

import pytest
from hourglass.errors import ControlTotalMismatchError, SourceSchemaError
from hourglass.landing import check_landing, column_problems, totals_query
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
        }

    yield from (
        {"kind": "column", "table_name": table, "row_count": None, "total": column, "lowest": kind}
        for table, column, kind in COLUMNS
    )
    for table in SOURCE.tables:
        for kind, values in (("landed", landed), ("before", before), ("after", after)):
            yield row(kind, table.name, *(values if table.name == "timesheet_entry" else (7, None)))


def test_a_landing_equal_to_its_control_totals_is_taken():
    assert check_landing(SOURCE, WINDOWS, rows())["timesheet_entry"] == {
        "rows": 480,
        "new_rows": 480,
        "total": "3615.500000",
        "low": None,
        "high": "2026-11-23T00:00:00+00:00",
    }


def test_rows_that_leave_the_window_while_it_is_read_are_no_loss():
    landed = check_landing(SOURCE, WINDOWS, rows(landed=(479, "3608"), after=(475, "3580")))
    assert landed["timesheet_entry"]["rows"] == 479


@pytest.mark.parametrize("landed", [(479, "3615.5"), (481, "3615.5"), (480, "3607.5"), (480, None)])
def test_a_landing_outside_its_control_totals_is_refused(landed):
    with pytest.raises(ControlTotalMismatchError, match=r"timesheet_entry: (rows|total) landed"):
        check_landing(SOURCE, WINDOWS, rows(landed=landed))


def test_a_landing_without_control_totals_is_refused():
    without = (row for row in rows() if (row["kind"], row["table_name"]) != ("after", "travel"))
    with pytest.raises(ControlTotalMismatchError, match="after of travel"):
        check_landing(SOURCE, WINDOWS, without)


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


def test_the_first_problem_with_the_source_stops_the_run():
    without = [row for row in rows() if row.get("total") != "hire_date"]
    with pytest.raises(SourceSchemaError, match=r"employee\.hire_date"):
        check_landing(SOURCE, WINDOWS, without)


def test_rows_that_the_lake_holds_already_are_told_apart_from_new_ones():
    query = totals_query(SOURCE, "r1", "2026-11-23", WINDOWS, {"typed_timesheet", "clean_country"})
    assert query.count("left join") == 2
    assert "raw_timesheet where ingest_date = '2026-11-23' and run_id = 'r1'" in query


def test_what_landed_is_compared_with_the_history_only_as_far_as_the_window_reaches():
    windows = {
        **WINDOWS,
        "timesheet": Window(datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
    }
    query = totals_query(SOURCE, "r1", "2026-11-23", windows, {"typed_timesheet"})
    assert "from typed_timesheet where updated_at >= timestamp '2026-11-22 23:00:00.000000'" in query
    assert "or updated_at is null" in query
