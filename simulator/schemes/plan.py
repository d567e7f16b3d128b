"""Who does what and when: episodes, so many that about 0.6 % of all timesheets are falsified at any time."""

import heapq
from dataclasses import dataclass

import numpy as np

from simulator.randomness import Ints, Stream, stream
from simulator.schemes.catalogue import SCHEMES
from simulator.schemes.scheme import Members, Scheme
from simulator.world import World

FRAUD_SHARE = 0.006
SEVERITY_DECK = (0, 0, 0, 1, 1, 1, 1, 2, 2, 2)  # three mild, four medium, three blatant
PRESENT = 0.92  # share of person-weeks with a timesheet
BEFORE_THE_START = 12  # weeks: some episodes are under way when the company is first seen


@dataclass(frozen=True)
class Plan:
    """One array element per person and episode."""

    scheme: Ints
    who: Ints
    severity: Ints
    start_week: Ints
    end_week: Ints  # exclusive
    salt: Ints
    partner: Ints

    def of_week(self, week: int, scheme: int) -> Members:
        now = (self.scheme == scheme) & (self.start_week <= week) & (week < self.end_week)
        return Members(
            who=self.who[now],
            severity=self.severity[now],
            age=week - self.start_week[now],
            salt=self.salt[now],
            partner=self.partner[now],
        )


def plan_episodes(world: World, weeks: int) -> Plan:
    """Lanes of episodes, one after the other; the next scheme always goes to the lane that is free first.

    A plan for more weeks begins with the plan for fewer.
    """
    rng = stream(world.seed, Stream.PLAN)
    needed = FRAUD_SHARE * PRESENT * len(world.people)
    lanes = max(1, int(np.ceil(needed)))
    stretch = lanes / needed
    free = [(-BEFORE_THE_START + float(rng.uniform(0, 8)), lane) for lane in range(lanes)]
    heapq.heapify(free)
    busy_until = np.full(len(world.people), -(10**6))
    deck: list[int] = []
    grades: list[int] = []
    rows: list[tuple[int, int, int, int, int, int, int]] = []
    while free[0][0] < weeks:
        begins, lane = heapq.heappop(free)
        if not deck:
            deck = [int(index) for index in rng.permutation(len(SCHEMES))]
        number = deck.pop()
        scheme = SCHEMES[number]
        week = int(np.floor(begins))
        length = int(rng.integers(scheme.weeks[0], scheme.weeks[1] + 1))
        team = _team(world, scheme, week, length, busy_until, rng)
        if not grades:
            grades = [int(grade) for grade in rng.permutation(SEVERITY_DECK)]
        severity = grades.pop()
        salt = int(rng.integers(1, 2**31))
        for place, person in enumerate(team):
            partner = team[1 - place] if len(team) == 2 else -1
            rows.append((number, person, severity, week, week + length, salt + place, partner))
            busy_until[person] = week + length + 6
        falsified = length * scheme.yields * len(team)
        heapq.heappush(free, (begins + max(falsified * stretch, 0.25), lane))
    return Plan(*np.array(rows, dtype=np.int64).reshape(-1, 7).T)


def _team(
    world: World, scheme: Scheme, week: int, length: int, busy_until: Ints, rng: np.random.Generator
) -> list[int]:
    """The people of an episode; none if nobody can do it now."""
    people = world.people
    able = scheme.eligible(world, week) & (busy_until < week) & (people.hire_day < week * 7 - 30)
    if not scheme.outlives_employment:
        able &= people.term_day > (week + length) * 7
    candidates = np.flatnonzero(able)
    if len(candidates) < scheme.team:
        return []
    first = int(rng.choice(candidates))
    if scheme.team == 1:
        return [first]
    if scheme.shares_approver:
        mates = candidates[people.manager[candidates] == people.manager[first]]
    else:
        mates = candidates[people.region[candidates] == people.region[first]]
    mates = mates[mates != first]
    if not len(mates):
        return []
    others = rng.choice(mates, size=min(scheme.team - 1, len(mates)), replace=False)
    return [first, *(int(person) for person in others)]
