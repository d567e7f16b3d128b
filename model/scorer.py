"""Puts a score and its reasons on each timesheet of a batch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.artefact import Artefact
from model.reasons import MILLION, Micros, Reasons, ReasonWriter
from model.surprise import EXPLAINED_SHARE
from model.tail import Floats, Matrix


@dataclass(frozen=True)
class ScoredBatch:
    """Scores in the order of the rows. `explained` are the rows that have reasons, `reasons` theirs."""

    timesheet_ids: npt.NDArray[np.int64]
    micro_scores: Micros
    explained: npt.NDArray[np.intp]
    reasons: list[Reasons]
    model_version: str
    feature_schema_hash: str

    @property
    def scores(self) -> Floats:
        """0..1 in millionths, as every format carries them."""
        scores: Floats = self.micro_scores / MILLION
        return scores


LEAST_EXPLAINED_ROWS = 20
MOST_EXPLAINED_ROWS = 3_000  # of one request: a reply stays below SageMaker's 6 MiB


class Scorer:
    """Holds one model in memory; a batch may be scored from any thread."""

    def __init__(self, artefact: Artefact) -> None:
        self.artefact = artefact
        self.features = [feature.name for feature in artefact.model.features]
        self._writer = ReasonWriter(artefact.model)
        self._rare = max(round(artefact.model.explained_score_ * MILLION), 1)

    def _explained_from(self, micros: Micros) -> int:
        """The top 2 % of history, and of this batch (at least 20 rows), so that a quiet week has reasons too."""
        rows = max(LEAST_EXPLAINED_ROWS, round(EXPLAINED_SHARE * len(micros)))
        if rows >= len(micros):
            return 1
        return max(min(self._rare, int(np.partition(micros, -rows)[-rows])), 1)

    def score(self, timesheet_ids: npt.NDArray[np.int64], matrix: Matrix) -> ScoredBatch:
        """One score per row, in order; only the top rows are explained."""
        micros = np.rint(self.artefact.model.score(matrix) * MILLION).astype(np.int64)
        explained = np.flatnonzero(micros >= self._explained_from(micros))
        if len(explained) > MOST_EXPLAINED_ROWS:
            highest = np.argsort(-micros[explained], kind="stable")[:MOST_EXPLAINED_ROWS]
            explained = np.sort(explained[highest])
        return ScoredBatch(
            timesheet_ids,
            micros,
            explained,
            self._writer.write(matrix[explained], micros[explained]),
            self.artefact.model_version,
            self.artefact.feature_schema_hash,
        )
