"""The tables of one week, as the database shows them at the moment of looking, and the truth about it."""

import numpy as np
import polars as pl

from simulator import words
from simulator.activity import traces
from simulator.approvals import SECOND_APPROVAL_ABOVE_HOURS, bill_grades, keep_the_clock
from simulator.calendar import COUNTRIES, DAY, Timeline
from simulator.randomness import Bools, Floats, Ints, Stream, mix, stream
from simulator.schemes.catalogue import SCHEMES
from simulator.schemes.plan import Plan
from simulator.schemes.scheme import SEVERITIES
from simulator.time import days_off, split_days, trips, true_hours, where_to
from simulator.week import LEAVE_KINDS, NO_LEAVE, SICK, Week
from simulator.world import World

ENTRIES_PER_PERSON = 24  # room for ids: at most 7 days × 3 projects, and a margin
SOURCES = ("web", "mobile", "copy", "import")
WEB, MOBILE, COPY, IMPORT = range(4)
LONGEST_DAY = 20.0


def live_week(world: World, timeline: Timeline, plan: Plan, number: int) -> tuple[Week, pl.DataFrame]:
    """The week with its falsifications, and the truth: timesheet_id, scheme, severity."""
    week = honest_week(world, timeline, number)
    rows: list[pl.DataFrame] = []
    for index, scheme in enumerate(SCHEMES):
        members = plan.of_week(number, index)
        if not len(members):
            continue
        falsified = scheme.effect(week, members)
        rows.append(
            pl.DataFrame(
                {
                    "timesheet_id": timesheet_ids(world, number)[members.who[falsified]],
                    "scheme": [scheme.name] * int(falsified.sum()),
                    "severity": pl.Series(SEVERITIES).gather(members.severity[falsified]),
                }
            )
        )
    week.hours *= np.minimum(1, LONGEST_DAY / np.maximum(week.claimed(), 1))[:, :, None]
    week.hours = np.floor(week.hours * 4) / 4
    empty = pl.DataFrame(schema={"timesheet_id": pl.Int64, "scheme": pl.String, "severity": pl.String})
    return week, pl.concat([empty, *rows])


def honest_week(world: World, timeline: Timeline, number: int) -> Week:
    people = world.people
    employed, working, leave = days_off(world, number)
    at_work = working & (leave == NO_LEAVE)
    true = true_hours(world, number, at_work, employed)
    project = where_to(world, number)
    rng = stream(world.seed, Stream.ENTRIES, number, 1)
    copied = people.copier & (rng.random(len(people)) < 0.8)
    shown = np.where(copied[:, None] & at_work, usual_week(world, number), true)
    travelling, country = trips(world, number, true)
    clock = keep_the_clock(world, timeline, number, true, project, copied)
    return Week(
        world=world,
        number=number,
        country_days=working,
        leave=leave,
        travelling=travelling,
        month_end=timeline.month_end(number * 7 + 3),
        trip_country=country,
        true=true,
        hours=split_days(world, number, shown, project),
        project=project,
        bill_grade=bill_grades(world, number, project),
        copied=copied,
        entered=clock.entered,
        submitted=clock.submitted,
        approved=clock.approved,
        approver=clock.approver,
        second_approver=clock.second_approver,
        edit_hours=clock.edit_hours,
        edited=clock.edited,
    )


def usual_week(world: World, number: int) -> Floats:
    """What people who copy write down, the same for a month."""
    people = world.people
    habit = mix(people.employee_id[:, None], np.arange(7), np.array(number // 4)) % 3
    hours: Floats = np.round((people.daily_hours[:, None] + (habit - 1) * 0.5) * 2) / 2
    return np.maximum(hours, 1)


def timesheet_ids(world: World, number: int) -> Ints:
    return 1 + number * len(world.people) + np.arange(len(world.people))


def weekly_tables(week: Week, timeline: Timeline) -> dict[str, pl.DataFrame]:
    entries, seen = _entries(week, timeline)
    return {
        "leave_day": _leave(week, timeline),
        "travel": _travel(week, timeline),
        "activity_day": _activity(week, timeline),
        "timesheet": _timesheets(week, timeline, seen),
        "timesheet_entry": entries,
    }


def _entries(week: Week, timeline: Timeline) -> tuple[pl.DataFrame, Ints]:
    """The entries keyed in so far, and per person the moment of the first (beyond `observed`: none yet)."""
    world, people = week.world, week.world.people
    who, day, slot = np.nonzero(week.hours)
    hours = week.hours[who, day, slot]
    project = week.project[who, slot]
    rng = stream(world.seed, Stream.ENTRIES, week.number)
    size = len(who)
    source = np.where(rng.random(size) < 0.18, MOBILE, WEB)
    source = np.where(week.copied[who], COPY, np.where(people.importer[who], IMPORT, source))
    source = np.where((source == WEB) & (rng.random(size) < 0.04), COPY, source)
    task = 1 + (mix(people.employee_id[who], project) + np.where(rng.random(size) < 0.15, slot + 1, 0)) % 12
    created = week.entered[who, day] + slot * 25 + rng.integers(0, 20, size)
    created = np.where(people.importer[who] & ~week.copied[who], week.submitted[who] - 30, created)
    corrected = _largest(who, hours) & (week.edit_hours[who] != 0)
    after = np.clip(hours + week.edit_hours[who], 0.25, LONGEST_DAY)
    changed = corrected & (week.edited[who] <= timeline.observed) & (after != hours)
    sequence = np.empty(size, dtype=np.int64)
    sequence[np.lexsort((slot, day, who, created))] = np.arange(size)
    frame = pl.DataFrame(
        {
            "entry_id": 1 + week.number * len(people) * ENTRIES_PER_PERSON + sequence,
            "timesheet_id": timesheet_ids(world, week.number)[who],
            "project_id": world.projects.project_id[project],
            "work_date": timeline.dates(week.first_day + day),
            "hours": np.where(changed, after, hours),
            "task": task,
            "bill_grade": week.bill_grade[who, slot],
            "source": pl.Series(SOURCES).gather(source),
            "description": words.descriptions(world.seed, week.number, words.full_names(people.employee_id), who),
            "created_at": timeline.moments(created),
            "updated_at": timeline.moments(np.where(changed, week.edited[who], created)),
        }
    )
    first = np.full(len(people), timeline.observed + 1)
    np.minimum.at(first, who, created)
    return frame.filter(pl.Series(created <= timeline.observed)).sort("entry_id"), first


def _largest(who: Ints, hours: Floats) -> Bools:
    """True for one entry per person: the longest."""
    order = np.lexsort((-hours, who))
    first = np.ones(len(who), dtype=bool)
    first[1:] = who[order][1:] != who[order][:-1]
    result = np.zeros(len(who), dtype=bool)
    result[order[first]] = True
    return result


def _timesheets(week: Week, timeline: Timeline, first_entry: Ints) -> pl.DataFrame:
    people = week.world.people
    seen = np.flatnonzero(first_entry <= timeline.observed)
    submitted, approved = week.submitted[seen], week.approved[seen]
    is_approved = approved <= timeline.observed
    changed = np.where(is_approved, approved, np.where(submitted <= timeline.observed, submitted, first_entry[seen]))
    long = (week.hours[seen] > SECOND_APPROVAL_ABOVE_HOURS).any(axis=(1, 2)) & is_approved
    approver = people.employee_id[week.approver[seen]]
    second = people.employee_id[week.second_approver[seen]]
    return pl.DataFrame(
        {
            "timesheet_id": timesheet_ids(week.world, week.number)[seen],
            "employee_id": people.employee_id[seen],
            "week_start": timeline.dates(np.full(len(seen), week.first_day)),
            "submitted_at": timeline.moments(submitted),
            "approved_at": timeline.moments(approved),
            "approver_id": pl.select(pl.when(pl.Series(is_approved)).then(pl.Series(approver))).to_series(),
            "l2_approver_id": pl.select(pl.when(pl.Series(long)).then(pl.Series(second))).to_series(),
            "updated_at": timeline.moments(changed),
        }
    )


def _leave(week: Week, timeline: Timeline) -> pl.DataFrame:
    who, day = np.nonzero(week.leave)
    kind = week.leave[who, day]
    date = week.first_day + day
    employee = week.world.people.employee_id[who]
    ahead = 5 + mix(employee, np.array(week.number)) % 60
    told = np.where(kind == SICK, date * DAY + 10 * 3600, (date - ahead) * DAY + 11 * 3600)
    return pl.DataFrame(
        {
            "employee_id": employee,
            "leave_date": timeline.dates(date),
            "kind": pl.Series(LEAVE_KINDS).gather(kind),
            "updated_at": timeline.moments(told),
        }
    )


def _travel(week: Week, timeline: Timeline) -> pl.DataFrame:
    away = week.travelling
    who = np.flatnonzero(away.any(axis=1))
    first = week.first_day + away[who].argmax(axis=1)
    last = week.first_day + 6 - away[who][:, ::-1].argmax(axis=1)
    return pl.DataFrame(
        {
            "travel_id": timesheet_ids(week.world, week.number)[who],
            "employee_id": week.world.people.employee_id[who],
            "start_date": timeline.dates(first),
            "end_date": timeline.dates(last),
            "country": pl.Series([c.code for c in COUNTRIES]).gather(week.trip_country[who]),
            "updated_at": timeline.moments((first - 6) * DAY + 15 * 3600),
        }
    )


def _activity(week: Week, timeline: Timeline) -> pl.DataFrame:
    badge, vpn = traces(week)
    who, day = np.nonzero(badge | (vpn > 0))
    date = week.first_day + day
    return pl.DataFrame(
        {
            "employee_id": week.world.people.employee_id[who],
            "activity_date": timeline.dates(date),
            "badge": badge[who, day],
            "vpn_minutes": vpn[who, day],
            "updated_at": timeline.moments((date + 1) * DAY + 2 * 3600),
        }
    )
