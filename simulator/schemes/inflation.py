"""More hours than were worked: a little every day, a little more every week, whole weekends, absent days."""

import numpy as np

from simulator.randomness import Bools, Floats
from simulator.schemes.scheme import Members, any_day
from simulator.week import MAIN, NO_LEAVE, VACATION, Week, quarter


def inflate(week: Week, members: Members, share: Floats) -> Bools:
    """Adds `share` of each worked day to the first project, in quarters of an hour."""
    claimed = week.claimed()[members.who]
    wobble = 0.5 + members.draw(week.number, 7)
    added = quarter(claimed * share[:, None] * wobble, members.draw(week.number + 1000, 7))
    week.hours[members.who, :, MAIN] += np.where(claimed > 0, added, 0)
    return any_day((claimed > 0) & (added > 0))


def padding(week: Week, members: Members) -> Bools:
    """A little every day."""
    return inflate(week, members, members.graded(0.07, 0.15, 0.32))


def creeping_hours(week: Week, members: Members) -> Bools:
    """A little more every week."""
    return inflate(week, members, members.graded(0.014, 0.028, 0.055) * (members.age + 1))


def ghost_week(week: Week, members: Members) -> Bools:
    """Claims days on which the person was away; half of them on leave that the register knows."""
    happens = members.draw(week.number) < 0.6
    worked = (week.true[members.who] > 0) & (week.claimed()[members.who] > 0)
    absent = members.chosen_days(week.number, worked, members.graded(2, 3, 5)) & happens[:, None]
    true = week.true[members.who]
    true[absent] = 0.0
    week.true[members.who] = true
    leave = week.leave[members.who]
    leave[absent & (members.salt % 2 == 0)[:, None] & (leave == NO_LEAVE)] = VACATION
    week.leave[members.who] = leave
    return any_day(absent)


def weekend_fabrication(week: Week, members: Members) -> Bools:
    """Hours on weekends and holidays that nobody worked."""
    free = ~week.country_days[members.who] & (week.claimed()[members.who] == 0)
    chosen = members.chosen_days(week.number, free, members.graded(1, 1, 2))
    hours = members.graded(2.0, 4.0, 7.5)[:, None] * (0.7 + 0.6 * members.draw(week.number + 500, 7))
    week.hours[members.who, :, MAIN] += np.where(chosen, np.maximum(np.round(hours * 2) / 2, 0.5), 0)
    return any_day(chosen)


def copy_paste_weeks(week: Week, members: Members) -> Bools:
    """The same week again and again, whatever really happened."""
    people = week.world.people
    days = week.country_days[members.who] & (week.leave[members.who] == NO_LEAVE)
    base = people.daily_hours[members.who][:, None]
    habit = members.draw(0, 7)
    pattern = np.round((base + 0.1 + members.graded(0.1, 0.4, 0.9)[:, None] * habit) * 4) / 4
    worked = week.true[members.who] > 0
    absent = members.chosen_days(week.number, worked, (members.draw(week.number) * members.graded(1.6, 3.2, 5)))
    true = week.true[members.who]
    true[absent] = 0.0
    week.true[members.who] = true
    week.hours[members.who] = 0.0
    week.hours[members.who, :, MAIN] = np.where(days, pattern, 0)
    week.copied[members.who] = True
    return any_day(days)


def terminated_hours(week: Week, members: Members) -> Bools:
    """Somebody goes on booking for a person who has left."""
    people = week.world.people
    days = week.first_day + np.arange(7)
    gone = days > people.term_day[members.who][:, None]
    lasting = members.age < members.graded(1, 2, 4)
    chosen = gone & people.work_days[members.who] & lasting[:, None]
    hours = np.round(people.daily_hours[members.who] * 4) / 4
    week.hours[members.who, :, MAIN] = np.where(chosen, hours[:, None], week.hours[members.who, :, MAIN])
    return any_day(chosen)
