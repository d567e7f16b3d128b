"""One seed, many independent streams: what one part draws never shifts what another part draws.

Weeks have streams of their own, so week 7 is the same in a company of 8 weeks and in one of 80.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SmallInts = NDArray[np.int32]  # in tables of person × week
SmallFloats = NDArray[np.float32]
Bools = NDArray[np.bool_]


class Stream(IntEnum):
    HOLIDAYS = 1
    PEOPLE = 2
    PROJECTS = 3
    ASSIGNMENTS = 4
    PLAN = 5
    MONTH = 6
    FORTNIGHT = 7
    CRUNCH = 8
    LEAVE = 9
    HOURS = 10
    APPROVALS = 11
    SCHEMES = 12
    ACTIVITY = 13
    ENTRIES = 14
    WORDS = 15
    LATE_EDITS = 16


def stream(seed: int, name: Stream, *path: int) -> np.random.Generator:
    """The generator of one part; `path` is for example the week."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed % 2**62, int(name), *path])))


def mix(*keys: Ints) -> Ints:
    """A stable hash of integer keys, 0 ≤ h < 2**31: facts that belong to a pair, such as person × project."""
    mixed = np.zeros(np.broadcast(*keys).shape, dtype=np.uint64)
    for key in keys:
        mixed = (mixed ^ key.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(33)).astype(np.int64)
