"""The company reaches a real PostgreSQL, and moves on there."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from postgres import EmbeddedPostgres
from simulator import advance, company, simulate
from simulator.calendar import last_monday_before
from simulator.errors import (
    SimulatorError,
    TargetNotEmptyError,
    TargetNotSimulatedError,
    WeekNotOverError,
)
from simulator.truth import read_truth

UNTIL = date(2026, 3, 2)
SIZE: dict[str, Any] = {"employees": 300, "weeks": 10, "seed": 5, "until": UNTIL}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("simulated") / "postgres", durable=False) as running:
        yield running


@pytest.fixture()
def filled(server: EmbeddedPostgres, tmp_path: Path) -> str:
    simulate(server.url, **SIZE, truth=tmp_path / "truth.csv", replace=True)
    return server.url


def ask(url: str, query: str, *values: object) -> Any:
    with psycopg.connect(url) as connection:
        row = connection.execute(query, values).fetchone()  # type: ignore[arg-type]
        return None if row is None else row[0]


def test_every_row_arrives_as_it_was_simulated(filled: str) -> None:
    expected = company(300, 10, 5, until=UNTIL)
    for name, frame in expected.items():
        assert ask(filled, f"select count(*) from timekeeping.{name}") == frame.height, name
    total = ask(filled, "select sum(hours) from timekeeping.timesheet_entry")
    assert float(total) == expected["timesheet_entry"].get_column("hours").sum()
    assert ask(filled, "select count(*) from pg_indexes where schemaname = 'timekeeping'") >= 20


def test_data_is_not_overwritten_unless_asked(filled: str) -> None:
    with pytest.raises(TargetNotEmptyError, match="already holds data"):
        simulate(filled, **SIZE)


def test_the_truth_is_only_in_the_file(filled: str, tmp_path: Path) -> None:
    assert read_truth(tmp_path / "truth.csv").height > 5
    tables = ask(filled, "select count(*) from information_schema.tables where table_schema = 'timekeeping'")
    assert tables == 11


def test_an_advance_adds_complete_weeks(filled: str, tmp_path: Path) -> None:
    before = ask(filled, "select count(*) from timekeeping.timesheet")
    old_truth = read_truth(tmp_path / "truth.csv")
    done = advance(filled, seed=5, weeks=4, late_edits=0, deletions=0, truth=tmp_path / "truth.csv")
    assert ask(filled, "select max(week_start) from timekeeping.timesheet") == date(2026, 3, 23)
    assert ask(filled, "select count(*) from timekeeping.timesheet") - before > 4 * 250
    assert done.rows["timesheet"] > 4 * 250
    truth = read_truth(tmp_path / "truth.csv")
    assert truth.height > old_truth.height
    assert truth.head(old_truth.height).equals(old_truth)


def test_what_an_advance_writes_was_written_now(filled: str) -> None:
    now = datetime(2026, 6, 1, 12, 0)
    advance(filled, seed=5, weeks=2, late_edits=20, deletions=3, now=now)
    new = "select count(*) from timekeeping.timesheet_entry join timekeeping.timesheet t using (timesheet_id) "
    assert (
        ask(
            filled,
            new + "where t.week_start >= %s and t.updated_at < %s",
            UNTIL,
            datetime(2026, 6, 1, 11, 59),
        )
        == 0
    )
    for table in ("employee", "project", "assignment", "activity_day", "timesheet", "timesheet_entry"):
        assert ask(filled, f"select max(updated_at) from timekeeping.{table}") <= now


def test_pending_timesheets_are_submitted_and_approved_later(filled: str) -> None:
    pending = "select count(*) from timekeeping.timesheet where week_start < %s and approved_at is null"
    assert ask(filled, pending, UNTIL) > 0
    advance(filled, seed=5, weeks=6, late_edits=0, deletions=0)
    assert ask(filled, pending, UNTIL) == 0


def test_late_edits_and_deletions_are_as_many_as_asked_and_in_two_weeks(filled: str) -> None:
    now = datetime(2026, 6, 1, 12, 0)
    before = ask(filled, "select count(*) from timekeeping.timesheet_entry")
    done = advance(filled, seed=5, weeks=0, late_edits=100, deletions=7, now=now)
    assert ask(filled, "select count(*) from timekeeping.timesheet_entry where updated_at = %s", now) == 100
    assert ask(filled, "select count(*) from timekeeping.timesheet_entry") == before - 7
    weeks = ask(
        filled,
        "select array_agg(distinct week_start order by week_start) from timekeeping.timesheet_entry e "
        "join timekeeping.timesheet using (timesheet_id) where e.updated_at = %s",
        now,
    )
    assert weeks == done.edited_weeks
    assert len(weeks) == 2
    assert ask(filled, "select count(*) from timekeeping.timesheet_entry where hours not between 0.25 and 24") == 0


def test_the_next_edits_are_other_ones(filled: str) -> None:
    advance(filled, seed=5, weeks=0, late_edits=50, deletions=0, now=datetime(2026, 6, 1, 12, 0))
    advance(filled, seed=5, weeks=0, late_edits=50, deletions=0, now=datetime(2026, 6, 1, 13, 0))
    changed = "select count(*) from timekeeping.timesheet_entry where updated_at >= %s"
    assert ask(filled, changed, datetime(2026, 6, 1)) > 60


def test_an_advance_into_the_future_is_refused(server: EmbeddedPostgres) -> None:
    simulate(server.url, **{**SIZE, "until": None}, replace=True)
    with pytest.raises(WeekNotOverError, match="is not over"):
        advance(server.url, seed=5, weeks=1)
    last = ask(server.url, "select max(week_start) from timekeeping.timesheet")
    assert (last_monday_before(date.today()) - last).days in (0, 7)


def test_another_seed_or_an_empty_database_is_recognised(filled: str, server: EmbeddedPostgres) -> None:
    with pytest.raises(TargetNotSimulatedError, match="seed 6"):
        advance(filled, seed=6, weeks=1)
    with pytest.raises(TargetNotSimulatedError, match="simulate a company first"):
        advance(server.url.rpartition("/")[0] + "/postgres", seed=5)


def test_an_unreachable_database_is_one_sentence() -> None:
    with pytest.raises(SimulatorError, match="cannot reach the database"):
        simulate("postgresql://nobody@127.0.0.1:1/none", employees=60, weeks=1, seed=1)
