"""All schemes, with who can do them."""

import numpy as np

from simulator.people import LEADERS_FROM
from simulator.projects import COST_PLUS, FIXED, TM
from simulator.randomness import Bools
from simulator.schemes import allocation, approval, inflation
from simulator.schemes.scheme import Scheme
from simulator.world import World


def has_client_work(world: World, week: int) -> Bools:
    result: Bools = world.assignments.of_week(max(week, -20))[0] >= 0
    return result


def works_on(world: World, week: int, billings: list[int]) -> Bools:
    main = world.assignments.of_week(max(week, -20))[0]
    result: Bools = (main >= 0) & np.isin(world.projects.billing[main], billings)
    return result


def on_fixed_price(world: World, week: int) -> Bools:
    return works_on(world, week, [FIXED])


def billed_by_grade(world: World, week: int) -> Bools:
    result: Bools = works_on(world, week, [TM, COST_PLUS]) & (world.people.grade <= 4)
    return result


def leads(world: World, week: int) -> Bools:
    result: Bools = has_client_work(world, week) & (world.people.grade >= LEADERS_FROM - 1)
    return result


def just_left(world: World, week: int) -> Bools:
    """The last day was in this week or the one before, and there was a project to book on."""
    ended = world.people.term_day // 7
    result: Bools = (ended == week) | (ended == week - 1)
    return result


SCHEMES = (
    Scheme("padding", inflation.padding, has_client_work, (6, 12)),
    Scheme("ghost_week", inflation.ghost_week, has_client_work, (5, 9), yields=0.55),
    Scheme("closed_project", allocation.closed_project, has_client_work, (3, 7), yields=0.9),
    Scheme("budget_dumping", allocation.budget_dumping, has_client_work, (4, 8), yields=0.95),
    Scheme("tm_shifting", allocation.tm_shifting, on_fixed_price, (4, 8), yields=0.8),
    Scheme("split_entries", allocation.split_entries, has_client_work, (3, 7), yields=0.9),
    Scheme("double_billing", allocation.double_billing, has_client_work, (3, 7), yields=0.9),
    Scheme("overbilled_grade", allocation.overbilled_grade, billed_by_grade, (5, 9), yields=0.75),
    Scheme("copy_paste_weeks", inflation.copy_paste_weeks, has_client_work, (6, 10), yields=0.95),
    Scheme("weekend_fabrication", inflation.weekend_fabrication, has_client_work, (3, 6)),
    Scheme("collusive_team", approval.collusive_team, has_client_work, (4, 6), team=3, shares_approver=True),
    Scheme("self_approval", approval.self_approval, leads, (3, 6), yields=0.95),
    Scheme("reciprocal_approval", approval.reciprocal_approval, leads, (3, 5), team=2),
    Scheme("month_end_backfill", approval.month_end_backfill, has_client_work, (4, 8), yields=0.95),
    Scheme("changed_after_approval", approval.changed_after_approval, has_client_work, (4, 8), yields=0.65),
    Scheme("creeping_hours", inflation.creeping_hours, has_client_work, (8, 12), yields=0.95),
    Scheme("terminated_hours", inflation.terminated_hours, just_left, (4, 5), yields=0.5, outlives_employment=True),
)  # fmt: skip
