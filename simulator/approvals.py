"""When weeks are entered, submitted and approved, by whom, and the honest corrections afterwards."""

from dataclasses import dataclass

import numpy as np

from simulator.calendar import DAY, Timeline
from simulator.people import LATE, MONTH_END, NEXT_MONDAY
from simulator.randomness import Bools, Floats, Ints, Stream, mix, stream
from simulator.world import World

HOUR = 3600
SECOND_APPROVAL_ABOVE_HOURS = 10.0


@dataclass(frozen=True)
class Clock:
    entered: Ints
    submitted: Ints
    approved: Ints
    approver: Ints
    second_approver: Ints
    edit_hours: Floats
    edited: Ints


def keep_the_clock(world: World, timeline: Timeline, week: int, true: Floats, project: Ints, copied: Bools) -> Clock:
    """The honest course of the week's timesheets."""
    rng = stream(world.seed, Stream.APPROVALS, week)
    people = world.people
    count = len(people)
    submitted = submission(world, timeline, week, true, rng)
    entered = entry_times(world, week, submitted, copied, rng)
    approver, second = approvers(world, project, rng)
    lag = people.approval_lag[approver] * np.exp(rng.normal(0, 0.6, count))
    approved = submitted + np.maximum(lag, 45).astype(np.int64)
    edit = rng.random(count) < 0.011
    edit_hours = np.where(edit, rng.choice([-2, -1, -0.5, -0.25, 0.25, 0.5, 1, 2], count), 0.0)
    edited = approved + rng.integers(HOUR, 9 * DAY, count)
    return Clock(entered, submitted, approved, approver, second, edit_hours, edited)


def submission(world: World, timeline: Timeline, week: int, true: Floats, rng: np.random.Generator) -> Ints:
    """Local habits in UTC: prompt on the last working day, next morning, late, or in bulk at month's end."""
    people = world.people
    count = len(people)
    start = week * 7
    last_worked = np.where((true > 0).any(axis=1), 6 - np.argmax(true[:, ::-1] > 0, axis=1), 4)
    last = start + np.maximum(last_worked, np.where(people.work_days[:, 6], 6, 4))
    clock = (rng.triangular(15, 17.2, 21, count) * HOUR).astype(np.int64)
    morning = (rng.triangular(7.5, 9, 13, count) * HOUR).astype(np.int64)
    moment = last * DAY + clock
    habit = np.where(rng.random(count) < 0.06, rng.integers(0, 3, count), people.submits)
    moment = np.where(habit == NEXT_MONDAY, (start + 7 + (last - start == 6)) * DAY + morning, moment)
    delay = np.clip(rng.lognormal(np.log(6), 0.5, count), 2, 24).astype(np.int64)
    moment = np.where(habit == LATE, (last + delay) * DAY + clock, moment)
    bulk = timeline.month_end(start + 3) - rng.integers(0, 2, count)
    moment = np.where(habit == MONTH_END, np.maximum(bulk, last) * DAY + clock, moment)
    return moment - people.utc_offset


def entry_times(world: World, week: int, submitted: Ints, copied: Bools, rng: np.random.Generator) -> Ints:
    """When each day's hours were keyed in; never after the submission."""
    people = world.people
    shape = (len(people), 7)
    day_start = (week * 7 + np.arange(7)) * DAY
    evening = rng.triangular(15.5, 17.5, 20, shape) * HOUR
    night = rng.uniform(21, 26, shape) * HOUR
    own = np.where(people.night_owl[:, None] & (rng.random(shape) < 0.6), night, evening)
    own = np.where(rng.random(shape) < 0.12, own + rng.integers(1, 3, shape) * DAY, own)
    daily = day_start + own.astype(np.int64) - people.utc_offset[:, None]
    sitting = submitted[:, None] - rng.integers(3, 40, shape) * 60
    at_once = np.minimum(submitted[:, None] - 120, day_start[4] + 9 * HOUR + rng.integers(0, 900, shape))
    moment = np.where(people.daily_entry[:, None], np.minimum(daily, submitted[:, None] - 60), sitting)
    return np.where(copied[:, None], at_once, moment)


def approvers(world: World, project: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """The line manager or the project's manager; never the person, but now and then a partner's own hand."""
    people, projects = world.people, world.projects
    count = len(people)
    own = np.arange(count)
    line = np.where(people.manager < 0, 1, people.manager)
    by_project = projects.manager[np.maximum(project[:, 0], 0)]
    usual = people.approved_by_project & (project[:, 0] >= 0) & (by_project != own)
    approver = np.where(usual, by_project, line)
    above = np.where(people.manager[line] < 0, 0, people.manager[line])
    deputy = rng.random(count) < 0.04
    approver = np.where(deputy & (above != own), above, approver)
    self_signed = (people.grade >= 5) & (rng.random(count) < 0.006)
    approver = np.where(self_signed, own, approver)
    second = np.where(above != own, above, 0)
    return approver, second


def bill_grades(world: World, week: int, project: Ints) -> Ints:
    """The grade on the client's bill: the person's own, but rate cards know exceptions per person and project."""
    people = world.people
    key = mix(people.employee_id[:, None], project, np.array(world.seed)) % 1000
    shift = np.where(key < 15, 1, 0) - np.where(key >= 950, 1, 0)
    slip = mix(people.employee_id[:, None], project, np.array(week), np.array(world.seed + 1)) % 1000
    shift = shift + np.where(slip < 5, 1, 0)
    billed: Ints = np.clip(people.grade[:, None] + shift, 1, 6)
    return billed
