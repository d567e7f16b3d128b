"""Lets time pass in a simulated company: new weeks, approvals that were pending, late edits, deletions.

The application sets updated_at on every write, so whatever an advance writes carries the moment of the
advance (in the past two seconds), while work dates, submissions and creation times stay those of the company.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import psycopg
from psycopg import sql

from simulator import load
from simulator.calendar import HORIZON_WEEKS, Timeline
from simulator.company import Tables, live_weeks
from simulator.errors import HorizonExceededError, SimulatorError, TargetNotSimulatedError, WeekNotOverError
from simulator.randomness import Stream, stream
from simulator.standing import standing_tables
from simulator.truth import append_truth
from simulator.world import World, build_world

KEYS = {
    "country": ["country"],
    "holiday": ["country", "holiday_date"],
    "employee": ["employee_id"],
    "client": ["client_id"],
    "project": ["project_id"],
    "assignment": ["assignment_id"],
    "leave_day": ["employee_id", "leave_date"],
    "travel": ["travel_id"],
    "activity_day": ["employee_id", "activity_date"],
    "timesheet": ["timesheet_id"],
    "timesheet_entry": ["entry_id"],
}
PENDING_WEEKS = 8  # how far back something may still be submitted, approved or corrected
EDITED_WEEKS = 2
CHANGES = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)  # hours of a late edit


@dataclass(frozen=True)
class Advance:
    """What an advance did. Rows count new and changed rows by table; the rest are entries."""

    rows: dict[str, int]
    late_edits: int
    deletions: int
    edited_weeks: list[date]


def advance(
    target_url: str,
    *,
    seed: int,
    weeks: int = 1,
    late_edits: int = 100,
    deletions: int = 10,
    truth: Path | None = None,
    now: datetime | None = None,
) -> Advance:
    """Adds complete weeks and changes `late_edits` + `deletions` older entries, all within two weeks.

    `seed` is the one the company was simulated with; `now` (UTC, naive) is the moment of writing.
    Raises WeekNotOverError rather than writing about the future: simulate with an earlier `until` to have room.
    """
    moment = now or load.now()
    rows: dict[str, int] = {}
    falsified = pl.DataFrame()
    with psycopg.connect(target_url) as connection:
        world, before = _recognise(connection, seed)
        edited = _change_old_entries(connection, seed, late_edits, deletions, moment)
        if weeks:
            after = _later(before, weeks, moment)
            rows, falsified = _live_on(connection, world, before, after, moment)
    if truth is not None and falsified.height:
        append_truth(truth, falsified)
    return Advance(rows, late_edits, deletions, edited)


def _recognise(connection: psycopg.Connection, seed: int) -> tuple[World, Timeline]:
    """The world behind the database, and the weeks it has lived."""
    try:
        found = connection.execute("select employee_id from timekeeping.employee").fetchall()
        first, last = connection.execute(
            "select min(week_start), max(week_start) from timekeeping.timesheet"
        ).fetchone() or (None, None)
    except psycopg.errors.UndefinedTable:
        raise TargetNotSimulatedError("the database has no schema timekeeping; simulate a company first") from None
    if first is None:
        raise TargetNotSimulatedError("the database has no timesheets; simulate a company first")
    world = build_world(len(found), seed)
    if {row[0] for row in found} != set(world.people.employee_id.tolist()) or not _same_manager(connection, world):
        raise TargetNotSimulatedError(f"the company in the database was not simulated with seed {seed}")
    return world, Timeline(origin=first, weeks=(last - first).days // 7 + 1)


def _same_manager(connection: psycopg.Connection, world: World) -> bool:
    """Every company of one size has the same employee numbers; not the same people behind them."""
    people = world.people
    expected = {
        int(employee): None if manager < 0 else int(people.employee_id[manager])
        for employee, manager in zip(people.employee_id[:200], people.manager[:200], strict=True)
    }
    rows = connection.execute(
        "select employee_id, manager_id from timekeeping.employee where employee_id = any(%s)",
        [list(expected)],
    ).fetchall()
    return dict(rows) == expected


def _later(before: Timeline, weeks: int, moment: datetime) -> Timeline:
    total = before.weeks + weeks
    if weeks < 0 or total > HORIZON_WEEKS:
        raise HorizonExceededError(f"a company lives at most {HORIZON_WEEKS} weeks; {before.weeks} + {weeks} asked for")
    after = Timeline(before.origin, total)
    if after.midnight + timedelta(seconds=after.observed) > moment:
        last = before.origin + timedelta(weeks=total - 1)
        raise WeekNotOverError(
            f"the week of {last} is not over at {moment:%Y-%m-%d %H:%M} UTC; "
            f"simulate until {last - timedelta(weeks=weeks - 1)} or earlier to have room for {weeks} more weeks"
        )
    return after


def _live_on(
    connection: psycopg.Connection, world: World, before: Timeline, after: Timeline, moment: datetime
) -> tuple[dict[str, int], pl.DataFrame]:
    """Writes the difference between what the database showed then and what it would show now."""
    rows: dict[str, int] = {}
    falsified: list[pl.DataFrame] = []
    _write(connection, standing_tables(world, before), standing_tables(world, after), moment, rows)
    start = max(0, before.weeks - PENDING_WEEKS)
    then = live_weeks(world, before, start)
    for number, (tables, truth) in enumerate(live_weeks(world, after, start), start=start):
        shown = next(then)[0] if number < before.weeks else {}
        _write(connection, shown, tables, moment, rows)
        falsified.append(truth)
    return rows, pl.concat(falsified)


def _write(
    connection: psycopg.Connection, shown: Tables, tables: Tables, moment: datetime, rows: dict[str, int]
) -> None:
    for name, frame in tables.items():
        old = shown.get(name, frame.clear())
        key = KEYS[name]
        changed = frame.join(old, on=frame.columns, how="anti", nulls_equal=True)
        new = changed.join(old, on=key, how="anti")
        known = changed.join(old, on=key, how="semi")
        if new.height:
            load.copy_rows(connection, name, _written_at(name, new, moment))
        if known.height:
            _update(connection, name, _written_at(name, known, moment))
        rows[name] = rows.get(name, 0) + changed.height


def _written_at(name: str, frame: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Entries first, then approvals, then corrections: the order in which they happened, all just now."""
    entered, approved = moment - timedelta(seconds=2), moment - timedelta(seconds=1)
    if name == "timesheet_entry":
        corrected = pl.col("updated_at") > pl.col("created_at")
        return frame.with_columns(pl.when(corrected).then(moment).otherwise(entered).alias("updated_at"))
    if name == "timesheet":
        given = pl.when(pl.col("approved_at").is_not_null()).then(approved)
        return frame.with_columns(given.alias("approved_at"), pl.lit(approved).alias("updated_at"))
    if "updated_at" in frame.columns:
        return frame.with_columns(pl.lit(moment).alias("updated_at"))
    return frame


def _update(connection: psycopg.Connection, name: str, frame: pl.DataFrame) -> None:
    """Changes rows by key; one that was deleted in the meantime stays deleted."""
    key = KEYS[name]
    table, staged = sql.Identifier("timekeeping", name), sql.Identifier(f"changed_{name}")
    connection.execute(
        sql.SQL("create temporary table if not exists {} (like {}) on commit drop").format(staged, table)
    )
    connection.execute(sql.SQL("truncate {}").format(staged))
    load.copy_rows(connection, f"changed_{name}", frame, schema="")
    values = [column for column in frame.columns if column not in key]
    connection.execute(
        sql.SQL("update {} as kept set {} from {} as changed where {}").format(
            table,
            sql.SQL(", ").join(sql.SQL("{} = changed.{}").format(sql.Identifier(c), sql.Identifier(c)) for c in values),
            staged,
            sql.SQL(" and ").join(
                sql.SQL("kept.{} = changed.{}").format(sql.Identifier(c), sql.Identifier(c)) for c in key
            ),
        )
    )


def _change_old_entries(
    connection: psycopg.Connection, seed: int, late_edits: int, deletions: int, moment: datetime
) -> list[date]:
    """Edits and deletes entries of two submitted weeks, other ones at every call; the weeks."""
    if late_edits + deletions == 0:
        return []
    last_write, known_weeks = connection.execute(
        "select max(e.updated_at), array(select distinct week_start from timekeeping.timesheet order by 1) "
        "from timekeeping.timesheet_entry e"
    ).fetchone() or (None, [])
    rng = stream(seed, Stream.LATE_EDITS, int(last_write.replace(tzinfo=UTC).timestamp()))
    old = known_weeks[: max(len(known_weeks) - 1, 1)]
    weeks = sorted(rng.choice(np.array(old), size=min(EDITED_WEEKS, len(old)), replace=False).tolist())
    entries = connection.execute(
        "select entry_id, hours from timekeeping.timesheet_entry join timekeeping.timesheet using (timesheet_id) "
        "where week_start = any(%s) order by entry_id",
        [weeks],
    ).fetchall()
    wanted = late_edits + deletions
    if wanted > len(entries):
        raise SimulatorError(f"{wanted} entries are to change, but the weeks {weeks} hold only {len(entries)}")
    chosen = [entries[int(index)] for index in rng.choice(len(entries), size=wanted, replace=False)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "update timekeeping.timesheet_entry set hours = %s, updated_at = %s where entry_id = %s",
            [(_other(float(hours), rng), moment, entry_id) for entry_id, hours in chosen[:late_edits]],
        )
        cursor.executemany(
            "delete from timekeeping.timesheet_entry where entry_id = %s",
            [(entry_id,) for entry_id, _ in chosen[late_edits:]],
        )
    return weeks


def _other(hours: float, rng: np.random.Generator) -> float:
    """Another number of hours within the contract of the schema."""
    changed = min(max(hours + float(rng.choice(CHANGES)), 0.25), 16.0)
    return changed if changed != hours else hours + 0.25
