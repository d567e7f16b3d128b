"""Schemes that need an approver, or go round one."""

import numpy as np

from simulator.calendar import DAY
from simulator.randomness import Bools
from simulator.schemes.inflation import inflate
from simulator.schemes.scheme import Members, any_day
from simulator.week import NO_LEAVE, Week


def collusive_team(week: Week, members: Members) -> Bools:
    """An approver and part of the team claim too much together, and the approval comes at once."""
    happened = inflate(week, members, members.graded(0.08, 0.15, 0.28))
    rows = members.who[happened]
    wait = (120 + members.draw(week.number + 700)[happened] * 3000).astype(np.int64)
    hasty = members.draw(week.number + 800)[happened] < members.graded(0.4, 0.7, 1.0)[happened]
    week.approved[rows] = np.where(hasty, week.submitted[rows] + wait, week.approved[rows])
    return happened


def self_approval(week: Week, members: Members) -> Bools:
    """Approves the own, inflated week."""
    happened = inflate(week, members, members.graded(0.06, 0.13, 0.25))
    rows = members.who[happened]
    week.approver[rows] = rows
    week.approved[rows] = week.submitted[rows] + 60 + members.salt[happened] % 600
    return happened


def reciprocal_approval(week: Week, members: Members) -> Bools:
    """Two people approve each other's inflated weeks."""
    happened = inflate(week, members, members.graded(0.07, 0.14, 0.26)) & (members.partner >= 0)
    week.approver[members.who[happened]] = members.partner[happened]
    return happened


def month_end_backfill(week: Week, members: Members) -> Bools:
    """Invents the weeks at the end of the month, in one sitting, with whole days that nobody worked."""
    people = week.world.people
    days = week.country_days[members.who] & (week.leave[members.who] == NO_LEAVE)
    claimed = week.claimed()[members.who]
    worked = week.true[members.who] > 0
    absent = members.chosen_days(week.number, worked, members.graded(1.4, 2.6, 4))
    true = week.true[members.who]
    true[absent] = 0.0
    week.true[members.who] = true
    whole = np.ceil(people.daily_hours[members.who])[:, None]
    scale = np.where(claimed > 0, whole / np.maximum(claimed, 0.25), 0)
    scaled = np.round(week.hours[members.who] * scale[:, :, None] * 2) / 2
    week.hours[members.who] = np.where(days[:, :, None], scaled, week.hours[members.who])
    evening = (week.month_end * DAY + 15 * 3600 + members.draw(week.number + 900) * 4 * 3600).astype(np.int64)
    delay = np.maximum(evening - week.submitted[members.who], 0)
    for moments in (week.submitted, week.approved, week.edited):
        moments[members.who] += delay
    sitting = week.submitted[members.who]
    for back in range(7):
        week.entered[members.who, back] = sitting - 180 - 60 * (7 - back)
    return any_day(absent)


def changed_after_approval(week: Week, members: Members) -> Bools:
    """Raises the hours once the approval is there."""
    happens = members.draw(week.number) < 0.7
    happens &= week.claimed()[members.who].sum(axis=1) > 0
    added = members.graded(1, 2.5, 5) + np.round(members.draw(week.number + 300) * 4) / 4
    rows = members.who[happens]
    week.edit_hours[rows] = added[happens]
    delay = (3600 + members.draw(week.number + 400) * 7 * DAY).astype(np.int64)
    week.edited[rows] = week.approved[rows] + delay[happens]
    return happens
