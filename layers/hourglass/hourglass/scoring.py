"""Ask a model for scores in bodies that an endpoint accepts, and accept only answers that fit the question.

Only the scoring function imports this: pyarrow is large.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pyarrow

from hourglass.arrow import (
    feature_batches,
    from_stream,
    model_columns,
    scores_schema,
    scores_table,
    to_stream,
    write_parquet,
)
from hourglass.errors import HourglassError
from hourglass.lake import Lake
from hourglass.plans import SCORED, SCORES, staging_name, week_location

MAX_BODY_BYTES = 5_000_000  # SageMaker takes 6 MiB
MAX_ROWS = 60_000  # about 4 MB on the wire; keeps a reply, with explanations, below 6 MiB too


class ScoringError(HourglassError):
    """Raised when the answer of a model cannot be used."""


class ScoreCountMismatchError(ScoringError):
    """Raised when a model answers with another number of scores than rows were sent."""

    def __init__(self, sent: int, received: int) -> None:
        super().__init__(f"{sent} timesheets were sent, but {received} scores came back")


class ScoreOrderError(ScoringError):
    """Raised when the scores are of other timesheets, or in another order, than those sent."""


class Model(Protocol):
    """Whatever gives scores: an Arrow stream of timesheet_features in, one of scores out.

    The answer has a row per row, in order: timesheet_id, score, reason_codes, explanation, evidence,
    model_version; higher is more suspect.
    """

    def invoke(self, body: bytes) -> bytes: ...


def score_batch(rows: pyarrow.Table, body: bytes, model: Model) -> pyarrow.Table:
    """The scores of these rows, which `body` holds as an Arrow stream.

    Raises:
        ScoreCountMismatchError: more or fewer scores than rows.
        ScoreOrderError: the scores are of other timesheets.
    """
    scores = from_stream(model.invoke(body))
    if scores.num_rows != rows.num_rows:
        raise ScoreCountMismatchError(sent=rows.num_rows, received=scores.num_rows)
    if not scores.column("timesheet_id").equals(rows.column("timesheet_id")):
        raise ScoreOrderError(f"the {scores.num_rows} scores are not of the timesheets sent, in their order")
    return scores


def bodies(rows: pyarrow.Table, max_bytes: int = MAX_BODY_BYTES) -> Iterator[tuple[pyarrow.Table, bytes]]:
    """Cut rows into Arrow streams of at most so many bytes, each with the rows that it holds.

    Raises:
        ScoringError: a single row is larger.
    """
    waiting = [rows.slice(start, MAX_ROWS) for start in range(0, rows.num_rows, MAX_ROWS)]
    while waiting:
        part = waiting.pop(0)
        body = to_stream(model_columns(part))
        if len(body) <= max_bytes:
            yield part, body
        elif part.num_rows == 1:
            raise ScoringError(f"one timesheet takes {len(body)} bytes; an endpoint takes {max_bytes}")
        else:
            half = part.num_rows // 2
            waiting[:0] = [part.slice(0, half), part.slice(half)]


@dataclass(frozen=True)
class WeekScorer:
    """Scores one week after the other; `columns` are those of the scores table, `(name, type)`."""

    model: Model
    columns: Sequence[Sequence[str]]
    run_id: str
    scored_at: datetime

    def write(self, files: Iterable[Path], target: Path) -> int:
        """Score the rows of a week's Parquet files and write one Parquet file; how many rows.

        No file is written when there is no row.
        """
        schema = scores_schema(self.columns)
        return write_parquet(target, schema, self._tables(files, schema))

    def _tables(self, files: Iterable[Path], schema: pyarrow.Schema) -> Iterator[pyarrow.Table]:
        for file in files:
            for rows in feature_batches(file, MAX_ROWS):
                for part, body in bodies(rows):
                    scores = score_batch(part, body, self.model)
                    yield scores_table(part, scores, schema, self.run_id, self.scored_at)


class Files(Protocol):
    def fetched(self, location: str) -> AbstractContextManager[Iterator[Path]]: ...
    def store(self, file: Path, uri: str) -> None: ...


class Staging(Protocol):
    def create_partitions(self, table: str, locations: Mapping[str, str]) -> None: ...


def score_weeks(weeks: Iterable[str], scorer: WeekScorer, lake: Lake, files: Files, staging: Staging) -> int:
    """Score weeks of this run's features and register them in the staging table of the scores; how many rows.

    Doing it again writes the same files again.
    """
    locations, rows = dict[str, str](), 0
    for week in weeks:
        source = week_location(lake, SCORED, scorer.run_id, week)
        with files.fetched(source) as found, TemporaryDirectory() as folder:
            target = Path(folder) / "scores.parquet"
            count = scorer.write(found, target)
            if count:
                locations[week] = week_location(lake, SCORES, scorer.run_id, week)
                files.store(target, f"{locations[week]}scores.parquet")
        rows += count
    staging.create_partitions(staging_name(SCORES, scorer.run_id), locations)
    return rows
