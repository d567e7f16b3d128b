"""Clients, projects with budgets and billing, and who is assigned to what and when."""

from dataclasses import dataclass

import numpy as np

from simulator.calendar import HORIZON_WEEKS, NEVER, WARM_UP_WEEKS
from simulator.people import People
from simulator.randomness import Bools, Floats, Ints, SmallFloats, SmallInts, Stream, stream

BILLINGS = ("TM", "FIXED", "COST_PLUS", "INTERNAL")
TM, FIXED, COST_PLUS, INTERNAL = range(4)
INTERNAL_PROJECTS = ("Bench", "Training", "Administration", "Presales", "Recruiting")
BENCH, TRAINING, ADMINISTRATION, PRESALES = range(4)
FIRST_CLIENT_PROJECT = len(INTERNAL_PROJECTS)
PEOPLE_PER_PROJECT = 12
MEAN_PROJECT_WEEKS = 36


@dataclass(frozen=True)
class Projects:
    """One array element per project; the first ones are internal."""

    project_id: Ints
    client_id: Ints  # 0 = internal
    practice: Ints
    region: Ints
    manager: Ints
    billing: Ints
    start_week: Ints
    end_week: Ints  # exclusive
    closed_day: Ints
    budget_hours: Floats

    def __len__(self) -> int:
        return len(self.project_id)


@dataclass(frozen=True)
class Assignments:
    """Who works on what: the register, and per person and week the project meant first and second."""

    employee: Ints
    project: Ints
    start_week: Ints
    end_week: Ints  # exclusive
    registered_week: Ints  # start_date in the register: now and then too late
    percent: Ints
    primary: SmallInts  # person × (week + WARM_UP_WEEKS); -1 = none
    secondary: SmallInts
    secondary_share: SmallFloats  # person × (week + WARM_UP_WEEKS)

    def of_week(self, week: int) -> tuple[SmallInts, SmallInts, SmallFloats]:
        column = week + WARM_UP_WEEKS
        return self.primary[:, column], self.secondary[:, column], self.secondary_share[:, column]


def plan_projects(people: People, seed: int) -> Projects:
    """Projects for the whole horizon, without budgets: those follow from the assignments."""
    rng = stream(seed, Stream.PROJECTS)
    span = HORIZON_WEEKS + 60
    count = max(60, round(len(people) / PEOPLE_PER_PROJECT * span / MEAN_PROJECT_WEEKS))
    total = count + FIRST_CLIENT_PROJECT
    clients = max(15, len(people) // 25)
    start = np.sort(rng.integers(-60, HORIZON_WEEKS, total))
    weeks = np.clip(rng.lognormal(np.log(MEAN_PROJECT_WEEKS) - 0.12, 0.5, total), 8, 110).astype(np.int64)
    end = start + weeks
    closed = np.where(rng.random(total) < 0.85, end * 7 + rng.integers(10, 80, total), NEVER)
    practice = rng.integers(0, 8, total)
    leaders = np.flatnonzero((people.grade >= 3) & (people.hire_day <= 0) & (people.term_day == NEVER))
    manager = rng.choice(leaders, size=total)
    client = 501 + np.minimum((rng.beta(0.8, 1.6, total) * clients).astype(np.int64), clients - 1)
    billing = rng.choice(3, size=total, p=[0.52, 0.33, 0.15])
    inside = slice(0, FIRST_CLIENT_PROJECT)
    client[inside], billing[inside], start[inside] = 0, INTERNAL, -300
    end[inside], closed[inside] = HORIZON_WEEKS + 100, NEVER
    return Projects(
        project_id=7001 + np.arange(total),
        client_id=client,
        practice=practice,
        region=people.region[manager],
        manager=manager,
        billing=billing,
        start_week=start,
        end_week=end,
        closed_day=closed,
        budget_hours=np.zeros(total),
    )


def assign(people: People, projects: Projects, seed: int) -> Assignments:
    """Everyone moves from project to project; almost half have a second one beside the first."""
    rng = stream(seed, Stream.ASSIGNMENTS)
    width = HORIZON_WEEKS + WARM_UP_WEEKS
    second = rng.random(len(people)) < 0.45
    first_rows = _careers(people, projects, np.arange(len(people)), rng)
    second_rows = _careers(people, projects, np.flatnonzero(second), rng)
    share = rng.choice([0.2, 0.25, 0.3, 0.4, 0.5], size=len(second_rows[0]))
    primary: SmallInts = np.full((len(people), width), -1, dtype=np.int32)
    secondary: SmallInts = np.full((len(people), width), -1, dtype=np.int32)
    shares: SmallFloats = np.zeros((len(people), width), dtype=np.float32)
    _paint(primary, first_rows, first_rows[1])
    _paint(secondary, second_rows, second_rows[1])
    _paint(shares, second_rows, share)
    same = secondary == primary
    secondary[same], shares[same] = -1, 0.0
    who, project, start, end = (np.concatenate(pair) for pair in zip(first_rows, second_rows, strict=True))
    percent = np.concatenate([np.full(len(first_rows[0]), 100), (share * 100).astype(np.int64)])
    late = np.where(rng.random(len(who)) < 0.06, rng.integers(1, 3, len(who)), 0)
    order = np.lexsort((who, start))
    return Assignments(
        employee=who[order],
        project=project[order],
        start_week=start[order],
        end_week=end[order],
        registered_week=np.minimum(start + late, end - 1)[order],
        percent=percent[order],
        primary=primary,
        secondary=secondary,
        secondary_share=shares,
    )


def budgets(people: People, projects: Projects, assignments: Assignments, seed: int) -> Floats:
    """What the assignments will use, mis-estimated as honest planners do; internal projects are not limited.

    A project that began before the first week has the budget that was left by then.
    """
    rng = stream(seed, Stream.PROJECTS, 1)
    weeks = np.maximum(assignments.end_week - np.maximum(assignments.start_week, 0), 0)
    hours = people.weekly_hours * people.fte
    used = hours[assignments.employee] * weeks * assignments.percent / 100 * 0.8
    planned = np.bincount(assignments.project, weights=used, minlength=len(projects))
    estimate = (planned + 40) * rng.lognormal(0.08, 0.25, len(projects))
    estimate[:FIRST_CLIENT_PROJECT] = 1e6
    return np.round(estimate / 10) * 10


def _careers(people: People, projects: Projects, who: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
    """person, project, first week, end week of each stay on a project; a stay never outlives the project."""
    rows: list[tuple[Ints, Ints, Ints, Ints]] = []
    client = np.arange(FIRST_CLIENT_PROJECT, len(projects))
    span = HORIZON_WEEKS + 200
    near = client[np.lexsort((projects.start_week[client], projects.practice[client]))]
    near_key = projects.practice[near] * span + projects.start_week[near]
    far_key = projects.start_week[client]  # sorted by start
    now = np.maximum(-WARM_UP_WEEKS, np.ceil(people.hire_day[who] / 7).astype(np.int64))
    now = now + np.where(now == -WARM_UP_WEEKS, rng.integers(0, 9, len(who)), 0)
    while (now < HORIZON_WEEKS).any():
        draw = rng.random(len(who))
        base = people.practice[who] * span
        low, high = (np.searchsorted(near_key, base + edge) for edge in (now - 14, now + 1))
        far_low, far_high = (np.searchsorted(far_key, edge) for edge in (now - 14, now + 1))
        project = np.where(
            high > low,
            near[np.minimum(low + (draw * (high - low)).astype(np.int64), len(near) - 1)],
            client[np.minimum(far_low + (draw * (far_high - far_low)).astype(np.int64), len(client) - 1)],
        )
        stay = np.clip(rng.lognormal(np.log(15), 0.6, len(who)), 3, 60).astype(np.int64)
        end = np.minimum(now + stay, projects.end_week[project])
        found = (end - now >= 2) & (projects.start_week[project] <= now) & (now < HORIZON_WEEKS)
        rows.append((who[found], project[found], now[found], end[found]))
        pause = np.where(rng.random(len(who)) < 0.12, rng.integers(1, 4, len(who)), 0)
        now = np.where(found, end + pause, now + 1)
    who_, project_, start_, end_ = (np.concatenate(column) for column in zip(*rows, strict=True))
    return who_, project_, start_, end_


def _paint(table: SmallInts | SmallFloats, rows: tuple[Ints, Ints, Ints, Ints], values: Ints | Floats) -> None:
    """Writes each row's value into its person's weeks."""
    who, _, start, end = rows
    first = start + WARM_UP_WEEKS
    length = np.minimum(end + WARM_UP_WEEKS, table.shape[1]) - first
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    table[np.repeat(who, length), np.repeat(first, length) + offset] = np.repeat(values, length)


def crunches(projects: Projects, seed: int, week: int) -> tuple[Floats, Bools]:
    """Per project: how much harder its people work this week (1 = as usual), and whether it goes live."""
    rng = stream(seed, Stream.CRUNCH, week // 3)
    harder = np.where(rng.random(len(projects)) < 0.05, rng.uniform(1.1, 1.4, len(projects)), 1.0)
    goes_live = rng.random(len(projects)) < 0.02
    harder[:FIRST_CLIENT_PROJECT], goes_live[:FIRST_CLIENT_PROJECT] = 1.0, False
    return harder, goes_live & (week % 3 == 1)
