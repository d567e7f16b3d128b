"""Directed surprise: how much rarer than usual is a timesheet, in the directions that an auditor would question?

For feature j of one timesheet, with s = −log10 P(X ≥ x) from history (see `tail.Tail`):

    φ     = weight of j · max(min(s, 5) − 1, 0)²     0 for NULL, for x ≤ 0 and for the usual nine in ten
    term  = φ if no feature of the same evidence is stronger in this timesheet, else 0
    total S = Σ terms
    score   = t(S) / decades                        t = −log10 P(total ≥ S) from the same history
    contribution of j = score · term / S

so contributions add up to the score, the score rises with S, and it reads as rarity: with decades = 6, a score of
0.5 means that one timesheet in a thousand carries as much evidence.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Self

import numpy as np
import numpy.typing as npt

from model.features import CATALOGUE, Feature
from model.tail import Floats, Matrix, Tail, TailSketch, fit_tail

Indices = npt.NDArray[np.intp]

SURPRISE_CAP = 5.0
ORDINARY_SURPRISE = 1.0  # one in ten: below it a value is no evidence
SCORE_DECADES = 6.0  # the rarity that scores 1 for histories up to half a million rows; longer ones need more
EXPLAINED_SHARE = 0.02


class DirectedSurprise:
    """Fitted on history without labels; each term of a score is a reason.

    A matrix has one row per timesheet and one column per feature, in the order of `features`; NaN means NULL.
    """

    def __init__(self, features: Sequence[Feature] = CATALOGUE) -> None:
        self.features = tuple(features)

    def fit(self, matrix: Matrix) -> Self:
        """Learn from one matrix in memory."""
        return self.fit_batches(lambda: [matrix])

    def fit_batches(self, batches: Callable[[], Iterable[Matrix]]) -> Self:
        """Learn from a history that is read twice: for the features' tails, then for the tail of the totals."""
        sketches = [TailSketch() for _ in self.features]
        rows = 0
        for matrix in batches():
            rows += len(matrix)
            for sketch, column in zip(sketches, matrix.T, strict=True):
                sketch.add(column[~np.isnan(column)])
        self.rows_ = rows
        self.tails_ = tuple(fit_tail(sketch, from_surprise=ORDINARY_SURPRISE) for sketch in sketches)
        totals = TailSketch()
        for matrix in batches():
            totals.add(self.total(matrix))
        self.total_tail_ = fit_tail(totals, from_surprise=0.0)
        return self

    @property
    def decades_(self) -> float:
        """The rarity that scores 1."""
        return max(SCORE_DECADES, self.total_tail_.limit)

    @property
    def explained_score_(self) -> float:
        """The score that 2 % of history reach."""
        return -float(np.log10(EXPLAINED_SHARE)) / self.decades_

    def total(self, matrix: Matrix) -> Floats:
        """The evidence S of each row."""
        total = np.zeros(len(matrix))
        for members in self._evidences():
            strongest = np.zeros(len(matrix)) if len(members) > 1 else None
            for j in members:
                rows, surprise = self._column_surprise(j, matrix[:, j])
                if strongest is None:
                    total[rows] += self._evidence(j, surprise)
                else:
                    strongest[rows] = np.maximum(strongest[rows], self._evidence(j, surprise))
            if strongest is not None:
                total += strongest
        return total

    def score(self, matrix: Matrix) -> Floats:
        """One score in 0..1 per row, in order; higher is more suspect."""
        total = self.total(matrix)
        return np.where(total > 0, self.total_tail_.surprise(total), 0.0) / self.decades_

    def terms(self, matrix: Matrix) -> tuple[Floats, Floats]:
        """The terms of each row and feature, which add up to the row's total, and the surprises behind them."""
        terms, surprises = np.zeros(matrix.shape), np.zeros(matrix.shape)
        for j in range(len(self.features)):
            rows, surprise = self._column_surprise(j, matrix[:, j])
            surprises[rows, j] = surprise
            terms[rows, j] = self._evidence(j, surprise)
        for members in self._evidences():
            if len(members) > 1:
                same = terms[:, members]
                strongest = np.arange(len(members)) == same.argmax(axis=1)[:, None]
                terms[:, members] = np.where(strongest, same, 0.0)
        return terms, surprises

    def _column_surprise(self, j: int, column: Matrix) -> tuple[Indices, Floats]:
        """The rows in which the feature may be evidence and its capped surprise; NaN compares false and drops out."""
        tail: Tail = self.tails_[j]
        if not tail.rows:
            return np.empty(0, np.intp), np.empty(0)
        rows = np.flatnonzero(column > max(float(tail.values[0]), 0.0))
        return rows, np.minimum(tail.surprise(column[rows].astype(np.float64)), SURPRISE_CAP)

    def _evidence(self, j: int, surprise: Floats) -> Floats:
        return self.features[j].weight * np.square(np.maximum(surprise - ORDINARY_SURPRISE, 0.0))

    def _evidences(self) -> list[list[int]]:
        names = dict.fromkeys(feature.evidence for feature in self.features)
        return [[j for j, feature in enumerate(self.features) if feature.evidence == name] for name in names]
