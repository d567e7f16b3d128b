"""Hours on the wrong project: closed ones, other people's, two clients at once, a grade that is not held."""

import numpy as np

from simulator.projects import COST_PLUS, FIXED, TM
from simulator.randomness import Bools, Floats, Ints, mix
from simulator.schemes.scheme import Members, any_day
from simulator.week import EXTRA, MAIN, SECOND, Week


def targets(week: Week, members: Members, candidates: Ints, *, same_practice: bool = True) -> Ints:
    """One project per member, kept for the episode while it is a candidate; never the member's own; -1 if none."""
    projects = week.world.projects
    if not len(candidates):
        return np.full(len(members), -1)
    weight = mix(members.salt[:, None], candidates)
    own = week.project[members.who]
    taken = (candidates == own[:, [MAIN]]) | (candidates == own[:, [SECOND]])
    if same_practice:
        near = projects.practice[candidates] == week.world.people.practice[members.who][:, None]
        taken |= ~near & near.any(axis=1, keepdims=True)
    weight = np.where(taken, -1, weight)
    best = weight.argmax(axis=1)
    return np.where(weight.max(axis=1) >= 0, candidates[best], -1)


def move(week: Week, members: Members, target: Ints, share: Floats) -> Bools:
    """Moves a share of each day's hours on the first project to `target`: half an hour at least.

    `share` is member × 1 or member × weekday; nothing moves where it is 0 or there is no target.
    """
    hours = week.hours[members.who, :, MAIN]
    asked = (share > 0) & (target >= 0)[:, None]
    moved = np.where(asked, np.minimum(np.maximum(np.round(hours * share * 2) / 2, 0.5), hours), 0)
    happened = any_day(moved > 0)
    rows = members.who[happened]
    week.hours[rows, :, EXTRA] = moved[happened]
    week.hours[rows, :, MAIN] = hours[happened] - moved[happened]
    week.project[rows, EXTRA] = target[happened]
    week.bill_grade[rows, EXTRA] = week.world.people.grade[rows]
    return happened


def closed_project(week: Week, members: Members) -> Bools:
    """Hours on a project whose books are closed."""
    closed = week.world.projects.closed_day
    candidates = np.flatnonzero((closed < week.first_day) & (closed > week.first_day - 150))
    target = targets(week, members, candidates)
    some = members.chosen_days(week.number, week.hours[members.who, :, MAIN] > 0, members.graded(1, 2, 4))
    share = np.where(some, members.graded(0.25, 0.5, 0.8)[:, None], 0.0)
    return move(week, members, target, share)


def budget_dumping(week: Week, members: Members) -> Bools:
    """Hours of an exhausted project go to another one that is nearly used up, by people not assigned to it."""
    projects = week.world.projects
    length = projects.end_week - projects.start_week
    passed = (week.number - projects.start_week) / length
    running = (projects.client_id > 0) & (passed > 0.55) & (passed < 1)
    target = targets(week, members, np.flatnonzero(running))
    return move(week, members, target, members.graded(0.15, 0.35, 0.7)[:, None])


def tm_shifting(week: Week, members: Members) -> Bools:
    """Work on a fixed-price project is billed by the hour to another client's project."""
    projects = week.world.projects
    running = (projects.billing == TM) & (projects.start_week <= week.number) & (week.number < projects.end_week)
    target = targets(week, members, np.flatnonzero(running))
    fixed = projects.billing[week.project[members.who, MAIN]] == FIXED
    return move(week, members, np.where(fixed, target, -1), members.graded(0.15, 0.35, 0.75)[:, None])


def split_entries(week: Week, members: Members) -> Bools:
    """A day above the second-approval limit, entered as two parts below it."""
    hours = week.hours[members.who, :, MAIN]
    chosen = members.chosen_days(week.number, hours >= 5, members.graded(1, 2, 3))
    total = members.graded(10.5, 11.75, 13.5)[:, None] + np.round(members.draw(week.number + 500, 7) * 4) / 4
    first = np.round(total * (0.45 + 0.2 * members.draw(week.number + 600, 7)) * 4) / 4
    happened = any_day(chosen)
    rows = members.who[happened]
    week.project[rows, EXTRA] = week.project[rows, MAIN]
    week.bill_grade[rows, EXTRA] = week.bill_grade[rows, MAIN]
    week.hours[rows, :, MAIN] = np.where(chosen, first, hours)[happened]
    week.hours[rows, :, EXTRA] = np.where(chosen, total - first, 0)[happened]
    return happened


def double_billing(week: Week, members: Members) -> Bools:
    """The same hours on two clients' bills."""
    projects = week.world.projects
    running = (projects.client_id > 0) & (projects.start_week <= week.number) & (week.number < projects.end_week)
    target = targets(week, members, np.flatnonzero(running), same_practice=False)
    second = week.project[members.who, SECOND]
    target = np.where((second >= 0) & (members.salt % 3 > 0), second, target)
    hours = week.hours[members.who, :, MAIN]
    chosen = members.chosen_days(week.number, hours >= 4, members.graded(1, 2, 4))
    extra = members.graded(2, 3.5, 6)[:, None] * (0.8 + 0.4 * members.draw(week.number + 500, 7))
    extra = np.where(chosen & (target >= 0)[:, None], np.round(extra * 2) / 2, 0)
    happened = any_day(extra > 0)
    rows = members.who[happened]
    week.project[rows, EXTRA] = target[happened]
    week.bill_grade[rows, EXTRA] = week.world.people.grade[rows]
    week.hours[rows, :, EXTRA] = extra[happened]
    return happened


def overbilled_grade(week: Week, members: Members) -> Bools:
    """Billed as someone more senior."""
    projects = week.world.projects
    billed = np.isin(projects.billing[week.project[members.who, MAIN]], [TM, COST_PLUS])
    grade = week.world.people.grade[members.who]
    higher = np.minimum(grade + members.graded(1, 1, 2).astype(np.int64), 6)
    sometimes = members.draw(week.number) < members.graded(0.6, 1, 1)
    happened = billed & sometimes & any_day(week.hours[members.who, :, MAIN] > 0)
    week.bill_grade[members.who, MAIN] = np.where(happened, higher, week.bill_grade[members.who, MAIN])
    return happened
