"""How far a server's clock is from this machine's."""

import time
from collections.abc import Callable

ASKED = 5


def clock_difference(ask: Callable[[], float], now: Callable[[], float] = time.time) -> tuple[float, float]:
    """Seconds by which the server is ahead, and the round trip: of the fastest of a few answers.

    `ask` returns the server's seconds since 1970. The server is taken to have looked at its clock half-way.
    """
    answers = []
    for _ in range(ASKED):
        before = now()
        told = ask()
        after = now()
        answers.append((after - before, told - (before + after) / 2))
    round_trip, ahead = min(answers)
    return ahead, round_trip
