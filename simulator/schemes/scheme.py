"""What a scheme is: a name, who can do it, for how long, and its effect on one week."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.randomness import Bools, Floats, Ints, mix
from simulator.week import Week
from simulator.world import World

SEVERITIES = ("mild", "medium", "blatant")


@dataclass(frozen=True)
class Members:
    """The people in one scheme in one week; arrays of equal length."""

    who: Ints
    severity: Ints  # 0 mild, 1 medium, 2 blatant
    age: Ints  # weeks since the person's episode began
    salt: Ints  # one random number per episode: what it keeps for its whole length
    partner: Ints  # the index of an accomplice, or -1

    def __len__(self) -> int:
        return len(self.who)

    def graded(self, mild: float, medium: float, blatant: float) -> Floats:
        """One number per member, by severity."""
        return np.array([mild, medium, blatant])[self.severity]

    def draw(self, week: int, *shape: int) -> Floats:
        """Uniform numbers that depend on the episode and the week only: first axis the members."""
        size = int(np.prod(shape)) if shape else 1
        key = mix(self.salt[:, None], np.array(week + 1), np.arange(size) + 1)
        uniform: Floats = (key / 2**31).reshape(len(self), *shape)
        return uniform

    def chosen_days(self, week: int, allowed: Bools, count: Floats) -> Bools:
        """`count` random days of the allowed ones per member; member × weekday."""
        order = np.where(allowed, self.draw(week, 7), 2.0)
        rank = order.argsort(axis=1).argsort(axis=1)
        chosen: Bools = allowed & (rank < np.round(count)[:, None])
        return chosen


Effect = Callable[[Week, Members], Bools]  # True for the members whose week it really falsified
Eligible = Callable[[World, int], Bools]  # who could start it in a week


@dataclass(frozen=True)
class Scheme:
    name: str
    effect: Effect
    eligible: Eligible
    weeks: tuple[int, int]  # shortest and longest episode
    yields: float = 1.0  # share of an episode's weeks that are really falsified
    team: int = 1  # people in one episode
    shares_approver: bool = False  # the team is one approver's
    outlives_employment: bool = False


def any_day(days: Bools) -> Bools:
    """True for the members with a day that is marked."""
    result: Bools = np.asarray(days.any(axis=1))
    return result
