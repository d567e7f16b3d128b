"""One week of the whole company while it is being made: first true, then claimed, then written down."""

from dataclasses import dataclass

import numpy as np

from simulator.projects import Assignments
from simulator.randomness import Bools, Floats, Ints
from simulator.world import World

MAIN, SECOND, INSIDE, EXTRA = range(4)  # the four places a day's hours can go to
SLOTS = 4
NO_LEAVE, VACATION, SICK, PARENTAL = range(4)
LEAVE_KINDS = ("", "vacation", "sick", "parental")


@dataclass
class Week:
    """Arrays over person, person × weekday, or person × weekday × slot. Schemes change them in place."""

    world: World
    number: int
    country_days: Bools  # the person's working days without holidays, leave included
    leave: Ints  # kind
    travelling: Bools
    trip_country: Ints
    month_end: int  # the last day of the week's month
    true: Floats  # hours really worked
    hours: Floats  # hours claimed, person × weekday × slot
    project: Ints  # person × slot; -1 = none
    bill_grade: Ints  # person × slot
    copied: Bools
    # the clock, in seconds
    entered: Ints  # person × weekday
    submitted: Ints
    approved: Ints
    approver: Ints
    second_approver: Ints
    # one change after the approval: hours added to the largest entry
    edit_hours: Floats
    edited: Ints

    @property
    def first_day(self) -> int:
        return self.number * 7

    @property
    def assignments(self) -> Assignments:
        return self.world.assignments

    def claimed(self) -> Floats:
        """Hours per person and weekday."""
        total: Floats = self.hours.sum(axis=2)
        return total


def quarter(hours: Floats, chance: Floats) -> Floats:
    """Hours as a multiple of 0.25, rounded up or down so that the mean is kept; `chance` is 0..1."""
    rounded: Floats = np.floor(hours * 4 + chance) / 4
    return rounded
