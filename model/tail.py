"""How rare is a value? The upper tail of a column's history, learnt from a stream in bounded memory.

A `TailSketch` keeps weighted values whose bins grow with the number of values above them, so that a tail
probability is known to a relative error of about 1 %, from the median up to the single largest value.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float32] | Floats  # of features; the formats and the history give 32 bits

RESOLUTION = 0.002  # relative width of a bin in counts: the first 500 values from the top are kept one by one
BUFFERED_VALUES = 1 << 18
KNOT_DECADES = 0.01  # distance of two knots of a fitted tail
UNSEEN = 0.5  # a value above all n of history counts as half a row: P = 0.5 / (n + 1)


class TailSketch:
    """Collects one column; parts of equal size are merged, so a value passes through log2(n) merges, not n."""

    def __init__(self) -> None:
        self._buffer: list[Floats] = []
        self._buffered = 0
        self._levels: list[tuple[Floats, Floats] | None] = []

    def add(self, values: Matrix) -> None:
        """Take a batch of one column; NULLs (NaN) must have been left out."""
        self._buffer.append(values.astype(np.float64))
        self._buffered += len(values)
        if self._buffered >= BUFFERED_VALUES:
            self._flush()

    def counts(self) -> tuple[Floats, Floats]:
        """The distinct values kept, descending, and how many values of history are at least as large."""
        self._flush()
        parts = [part for part in self._levels if part is not None]
        if not parts:
            return np.empty(0), np.empty(0)
        values, weights = _merge(parts)
        return values, np.cumsum(weights)

    def _flush(self) -> None:
        if not self._buffered:
            return
        values, weights = np.unique(np.concatenate(self._buffer), return_counts=True)
        part = _thin(values[::-1], weights[::-1].astype(np.float64))
        self._buffer, self._buffered = [], 0
        for level, other in enumerate(self._levels):
            if other is None:
                self._levels[level] = part
                return
            part = _thin(*_merge([other, part]))
            self._levels[level] = None
        self._levels.append(part)


def _merge(parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    values, inverse = np.unique(np.concatenate([values for values, _ in parts]), return_inverse=True)
    weights = np.bincount(inverse, weights=np.concatenate([weights for _, weights in parts]))
    return values[::-1], weights[::-1].astype(np.float64)


def _thin(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """One value per bin of log(count above), its largest, so that a tail is never understated."""
    starts = _bin_starts(np.log(np.cumsum(weights)), np.log1p(RESOLUTION))
    return values[starts], np.add.reduceat(weights, starts, dtype=np.float64)


def _bin_starts(positions: Floats, width: float) -> npt.NDArray[np.intp]:
    bins = np.floor(positions / width)
    return np.flatnonzero(np.concatenate(([True], bins[1:] != bins[:-1])))


@dataclass(frozen=True)
class Tail:
    """A fitted tail: s(x) = −log10 P(X ≥ x), in decades, rising with x.

    P(X ≥ x) = (count of history ≥ x + 0.5) / (rows + 1) at the knots, linear in s between them. Beyond the largest
    value of history, s approaches `limit` = log10((rows + 1) / 0.5) as d / (1 + d), where d is the distance in
    units of the history's last decade: a value never seen can only be as rare as the history is long.
    """

    rows: int
    median: float | None
    limit: float
    reach: float  # the distance that is one decade long at the end of the tail; 0: any step beyond it is unseen
    values: Floats  # knots, ascending
    surprises: Floats

    def surprise(self, values: Floats) -> Floats:
        """Decades of rarity of each value; 0 at or below the lowest knot."""
        surprises = np.zeros(len(values))
        if not self.rows:
            return surprises
        order = np.argsort(values)  # numpy then walks along the knots instead of searching them for each value
        surprises[order] = np.interp(values[order], self.values, self.surprises, left=0.0)
        beyond = np.flatnonzero(values > self.values[-1])
        if len(beyond):
            distance = values[beyond] - self.values[-1]
            share = distance / (distance + self.reach)
            surprises[beyond] += share * (self.limit - self.surprises[-1])
        return surprises


def fit_tail(sketch: TailSketch, *, from_surprise: float) -> Tail:
    """Turn what was collected into knots, keeping those from the last one below `from_surprise` upwards."""
    values, counts = sketch.counts()
    if not len(values):
        return Tail(0, None, 0.0, 0.0, values, values)
    rows = round(float(counts[-1]))
    median = float(values[np.searchsorted(counts, rows / 2)])
    surprises = np.log10((rows + 1) / (counts + UNSEEN))
    decade = int(np.searchsorted(counts, 10 * counts[0]))
    reach = float(values[0] - values[min(decade, len(values) - 1)])
    starts = _bin_starts(surprises, KNOT_DECADES)
    values, surprises = values[starts][::-1], surprises[starts][::-1]
    first = max(int(np.searchsorted(surprises, from_surprise)) - 1, 0)
    limit = float(np.log10((rows + 1) / UNSEEN))
    return Tail(rows, median, limit, reach, values[first:].copy(), surprises[first:].copy())
