"""What people really did in a week, and what honest people write down about it."""

import numpy as np

from simulator.calendar import COUNTRIES, WARM_UP_WEEKS
from simulator.projects import ADMINISTRATION, BENCH, PRESALES, TRAINING, crunches
from simulator.randomness import Bools, Floats, Ints, Stream, mix, stream
from simulator.week import EXTRA, INSIDE, MAIN, NO_LEAVE, PARENTAL, SECOND, SICK, SLOTS, VACATION
from simulator.world import World

LONGEST_HONEST_DAY = 15.0


def days_off(world: World, week: int) -> tuple[Bools, Bools, Ints]:
    """Employed days, working days without holidays, and the leave taken on them; person × weekday."""
    people = world.people
    count = len(people)
    days = week * 7 + np.arange(7)
    unrecorded = np.where(mix(people.employee_id, np.array(world.seed + 2)) % 100 < 12, 9, 0)
    last_day = people.term_day + unrecorded  # some contracts are extended before the register knows
    employed = (people.hire_day[:, None] <= days) & (days <= last_day[:, None])
    working = people.work_days & employed & ~world.holidays[people.country][:, days]
    rng = stream(world.seed, Stream.LEAVE, week)
    fortnight = stream(world.seed, Stream.FORTNIGHT, week // 2).random(count)
    leave = np.full((count, 7), NO_LEAVE)
    start = rng.integers(0, 5, (count, 1))
    short = (np.arange(7) >= start) & (np.arange(7) < start + rng.integers(1, 4, (count, 1)))
    draw = rng.random((count, 1))
    leave[np.broadcast_to((draw < 0.05) & short, leave.shape)] = VACATION
    leave[np.broadcast_to((draw > 0.972) & short, leave.shape)] = SICK
    leave[(fortnight < 0.03) | (rng.random(count) < 0.028)] = VACATION
    parental_start = mix(people.employee_id, np.array(world.seed)) % 4000
    leave[(parental_start <= week) & (week < parental_start + 14)] = PARENTAL
    leave[~working] = NO_LEAVE
    return employed, working, leave


def true_hours(world: World, week: int, working: Bools, employed: Bools) -> Floats:
    """Hours really worked, as the person would round them; person × weekday."""
    people, assignments = world.people, world.assignments
    count = len(people)
    rng = stream(world.seed, Stream.HOURS, week)
    month = stream(world.seed, Stream.MONTH, week // 4)
    main, _, _ = assignments.of_week(week)
    harder, goes_live = crunches(world.projects, world.seed, week)
    on_project = main >= 0
    crunch = np.where(on_project, harder[main], 1.0)
    drift = np.exp(month.normal(0, 0.02, count)) * np.exp(rng.normal(0, people.ratio_spread))
    daily = people.daily_hours * people.ratio * drift * crunch
    noise = np.exp(rng.normal(0, np.where(people.step == 1.0, 0.02, 0.07)[:, None], (count, 7)))
    hours = np.where(working, daily[:, None] * noise, 0.0)
    day_long = rng.random((count, 7))
    hours += np.where(working & (day_long > 0.985), rng.uniform(1, 4.5, (count, 7)), 0.0)
    weekend = ~working & employed & (hours == 0)
    launch = (on_project & goes_live[main])[:, None] & (rng.random((count, 7)) < 0.45)
    alone = rng.random((count, 7)) < 0.008 * (1 + people.grade[:, None] / 3)
    extra = np.where(launch, rng.uniform(3, 8, (count, 7)), rng.uniform(0.5, 4, (count, 7)))
    hours = np.where(weekend & (launch | alone), extra, hours)
    step = people.step[:, None]
    whole = np.where(step == 1.0, _rounders_day(hours, people.daily_hours[:, None]), hours)
    rounded = np.where(step == 1.0, whole, np.round(hours / step) * step)
    result: Floats = np.minimum(np.maximum(rounded, np.where(hours > 0, 0.5, 0.0)), LONGEST_HONEST_DAY)
    return result


def _rounders_day(hours: Floats, contract: Floats) -> Floats:
    """Rounders write the contract's day unless it was clearly another one."""
    plain = np.abs(hours - contract) < 1.1
    return np.where((hours > 0) & plain, np.round(contract * 4) / 4, np.ceil(hours))


def where_to(world: World, week: int) -> Ints:
    """Projects by person and slot: first, second, internal, and one that is not the person's own."""
    people, projects = world.people, world.projects
    count = len(people)
    main, second, _ = world.assignments.of_week(week)
    rng = stream(world.seed, Stream.HOURS, week, 1)
    ago = WARM_UP_WEEKS + np.maximum(week - rng.choice([3, 5, 9, 13], count), -WARM_UP_WEEKS)
    past = world.assignments.primary[np.arange(count), ago].astype(np.int64)
    project = np.full((count, SLOTS), -1)
    project[:, MAIN] = np.where(main >= 0, main, BENCH)
    project[:, SECOND] = second
    inside = rng.choice([ADMINISTRATION, TRAINING, PRESALES], size=count, p=[0.55, 0.25, 0.2])
    project[:, INSIDE] = inside
    own = (past == main) | (past == second) | (past < 0)
    helped = someone_elses(world, week, people.practice, rng.random(count))
    project[:, EXTRA] = np.where(own, helped, past)
    project[:, EXTRA] = np.where((project[:, EXTRA] == main) | (project[:, EXTRA] == second), -1, project[:, EXTRA])
    return np.where(project < len(projects), project, -1)


def someone_elses(world: World, week: int, practice: Ints, draw: Floats) -> Ints:
    """For each person a running client project of their practice; -1 if there is none."""
    projects = world.projects
    running = np.flatnonzero((projects.start_week <= week) & (week < projects.end_week) & (projects.client_id > 0))
    ordered = running[np.argsort(projects.practice[running], kind="stable")]
    low = np.searchsorted(projects.practice[ordered], practice)
    high = np.searchsorted(projects.practice[ordered], practice, side="right")
    chosen = ordered[np.minimum(low + (draw * (high - low)).astype(np.int64), len(ordered) - 1)]
    return np.where(high > low, chosen, -1)


def split_days(world: World, week: int, true: Floats, project: Ints) -> Floats:
    """Claimed hours of honest people: a day's hours over first, second, internal and foreign project."""
    count = len(world.people)
    rng = stream(world.seed, Stream.HOURS, week, 2)
    _, second, share = world.assignments.of_week(week)
    hours = np.zeros((count, 7, SLOTS))
    worked = true > 0
    inside = worked & (rng.random((count, 7)) < 0.14) & (true >= 2)
    hours[:, :, INSIDE] = np.where(inside, np.minimum(rng.choice([0.5, 1, 1, 2], (count, 7)), true), 0)
    rest = true - hours[:, :, INSIDE]
    foreign = (rng.random(count) < 0.035) & (project[:, EXTRA] >= 0)
    some_day = rng.random((count, 7)) < 0.35
    helping = worked & foreign[:, None] & some_day
    hours[:, :, EXTRA] = np.where(helping, np.minimum(rng.choice([1, 2, 3, 4, 8], (count, 7)), rest), 0)
    rest = rest - hours[:, :, EXTRA]
    _note_tasks_apart(world, rng, hours, rest, project, foreign)
    rest = rest - np.where(foreign[:, None], 0, hours[:, :, EXTRA])
    mixed = rng.random((count, 7)) < 0.5
    part = np.where(mixed, np.round(rest * share[:, None] * 2) / 2, 0.0)
    whole_day = ~mixed & (rng.random((count, 7)) < share[:, None])
    to_second = np.where((second >= 0)[:, None], np.where(whole_day, rest, part), 0.0)
    hours[:, :, SECOND] = np.minimum(to_second, rest)
    hours[:, :, MAIN] = rest - hours[:, :, SECOND]
    return hours


def _note_tasks_apart(
    world: World, rng: np.random.Generator, hours: Floats, rest: Floats, project: Ints, foreign: Bools
) -> None:
    """A few people book two tasks of one project as two entries a day."""
    people = world.people
    tidy = (mix(people.employee_id, np.array(world.seed + 3)) % 100 < 4) & ~foreign
    project[tidy, EXTRA] = project[tidy, MAIN]
    part = np.round(rest * rng.uniform(0.2, 0.5, rest.shape) * 4) / 4
    apart = tidy[:, None] & (rng.random(rest.shape) < 0.6)
    hours[:, :, EXTRA] = np.where(apart, part, hours[:, :, EXTRA])


def trips(world: World, week: int, true: Floats) -> tuple[Bools, Ints]:
    """Who travels on which weekdays, and to which country."""
    rng = stream(world.seed, Stream.HOURS, week, 3)
    count = len(world.people)
    away = rng.random(count) < world.people.travels
    first = rng.integers(0, 3, count)[:, None]
    days = (np.arange(7) >= first) & (np.arange(7) < first + rng.integers(1, 4, count)[:, None])
    return away[:, None] & days & (true > 0), rng.integers(0, len(COUNTRIES), count)
