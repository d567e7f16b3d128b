"""However often a source is edited and whenever a detection runs: the tables are those that building all at once gives.

`HYPOTHESIS_PROFILE=long pytest tests/unit/layer/test_edit_histories.py` looks at many more histories.
"""

import os
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from company_fixture import FIRST_WEEK, company, raw_columns
from hourglass.chain import read_chain
from hourglass.sql_files import load_sql
from lake_fixture import Company
from test_detection_on_the_engine import assert_same_tables

WEEKS, EMPLOYEES = 4, 3
EXAMPLES = 100 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 2
DAYS = st.integers(0, WEEKS * 7 - 1).map(lambda day: str(FIRST_WEEK + timedelta(days=day)))
PEOPLE = st.integers(1, EMPLOYEES)
ENTRIES = st.integers(1, WEEKS * EMPLOYEES * 5)
HOURS = st.sampled_from(["0.00", "0.25", "7.50", "8.00", "12.00", "24.00"])


def edits(table, keys, **new):
    """What happens to a source: a table, the key of a row, and what is new in it."""
    return st.tuples(st.just(table), keys, st.fixed_dictionaries(new))


EDITS = st.one_of(
    edits("timesheet_entry", ENTRIES, hours=HOURS),
    edits("timesheet_entry", ENTRIES, project_id=st.integers(1, 4)),
    edits("timesheet_entry", ENTRIES, work_date=DAYS),
    edits("timesheet_entry", ENTRIES.map(lambda entry: entry + 1000), hours=HOURS),
    edits("timesheet", st.integers(1, WEEKS * EMPLOYEES), approved_at=st.none()),
    edits("leave_day", st.tuples(PEOPLE, DAYS), kind=st.sampled_from(["sick", "vacation"])),
    edits("activity_day", st.tuples(PEOPLE, DAYS), badge=st.booleans()),
    edits("travel", st.integers(1, 3), start_date=DAYS),
    edits("assignment", PEOPLE, end_date=DAYS),
)
HISTORIES = st.lists(st.lists(EDITS, min_size=1, max_size=6), min_size=1, max_size=3)


class Source:
    """The rows of a source, and the versions that edits make of them."""

    def __init__(self):
        self.rows = company(WEEKS, EMPLOYEES)
        self.edits = 0

    def edit(self, batch):
        """What an ingest lands after these edits: the newest version of each edited row."""
        landed = {}
        for table, key, new in batch:
            self.edits += 1
            at = datetime(2026, 11, 22, 9) + timedelta(minutes=self.edits)
            row = {**self.row(table, key), **new, "updated_at": f"{at}.0"}
            self.rows[table] = [each for each in self.rows[table] if key_of(table, each) != key] + [row]
            landed[table, key] = row
        tables = {}
        for (table, _), row in landed.items():
            tables.setdefault(table, []).append(row)
        return tables

    def row(self, table, key):
        found = next((row for row in self.rows[table] if key_of(table, row) == key), None)
        if found is not None:
            return found
        like = self.rows[table][0]
        if table == "timesheet_entry":
            return {**self.row(table, key - 1000), "entry_id": key}
        if table == "travel":
            return {**like, "travel_id": key, "end_date": str(FIRST_WEEK + timedelta(weeks=WEEKS))}
        day = "leave_date" if table == "leave_day" else "activity_date"
        return {**like, "employee_id": key[0], day: key[1]}


def key_of(table, row):
    names = {
        "timesheet_entry": ["entry_id"],
        "timesheet": ["timesheet_id"],
        "travel": ["travel_id"],
        "assignment": ["assignment_id"],
        "leave_day": ["employee_id", "leave_date"],
        "activity_day": ["employee_id", "activity_date"],
    }[table]
    return row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)


def run_id(number):
    return f"d20261122t{9 + number:02}0000_0000000{number}"


@pytest.fixture(scope="module")
def chain():
    return read_chain(load_sql())


@given(history=HISTORIES)
@settings(max_examples=EXAMPLES, derandomize=EXAMPLES == 2, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_sequence_of_detections_leaves_the_tables_that_one_would_have_left(chain, history):
    with tempfile.TemporaryDirectory() as folder:
        source, steps, once = Source(), Company(Path(folder, "steps"), chain), Company(Path(folder, "once"), chain)
        first = company(WEEKS, EMPLOYEES)
        steps.detect(run_id(0), [steps.land("r0", first, raw_columns)])
        landings = [once.land("r0", first, raw_columns)]
        for number, batch in enumerate(history, start=1):
            tables = source.edit(batch)
            steps.detect(run_id(number), [steps.land(f"r{number}", tables, raw_columns)])
            landings.append(once.land(f"r{number}", tables, raw_columns))
        once.detect(run_id(9), landings)
        assert_same_tables(steps, once)
