"""Scores are asked for in bodies that an endpoint takes, and only an answer that fits is used."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hourglass.arrow import from_stream, to_stream
from hourglass.lake import Lake
from hourglass.scoring import (
    ScoreCountMismatchError,
    ScoreOrderError,
    ScoringError,
    WeekScorer,
    bodies,
    score_batch,
    score_weeks,
)

COLUMNS = [
    ["timesheet_id", "bigint"],
    ["employee_id", "bigint"],
    ["score", "double"],
    ["model_version", "string"],
    ["run_id", "string"],
    ["scored_at", "timestamp"],
    ["week_start", "date"],
]
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


class FakeModel:
    """Scores every row 0.5, after `spoil`."""

    def __init__(self, spoil=lambda ids: ids):
        self.spoil, self.bodies = spoil, []

    def invoke(self, body):
        self.bodies.append(body)
        ids = self.spoil(from_stream(body).column("timesheet_id").to_pylist())
        return to_stream(pa.table({"timesheet_id": ids, "score": [0.5] * len(ids), "model_version": ["m1"] * len(ids)}))


def features(count):
    return pa.table({"timesheet_id": range(count), "employee_id": range(count), "excess_hours": [1.0] * count})


class FakeFiles:
    def __init__(self, folder, rows):
        self.folder, self.rows, self.stored = folder, rows, {}

    @contextmanager
    def fetched(self, location):
        count = self.rows.get(location.split("week_start=")[1].rstrip("/"), 0)
        file = self.folder / "features.parquet"
        pq.write_table(features(count), file)
        yield iter([file] if count else [])

    def store(self, file, uri):
        self.stored[uri] = pq.read_table(file)


class FakeStaging(dict):
    def create_partitions(self, table, locations):
        self[table] = dict(locations)


def score(tmp_path, rows, weeks, model=None):
    files, staging = FakeFiles(tmp_path, rows), FakeStaging()
    scorer = WeekScorer(model or FakeModel(), COLUMNS, "d1", AT)
    return score_weeks(weeks, scorer, Lake("lake"), files, staging), files, staging


def test_every_timesheet_of_a_week_gets_a_score(tmp_path):
    count, files, staging = score(tmp_path, {"2026-01-05": 9001}, ["2026-01-05"])
    (uri,) = files.stored
    assert uri == "s3://lake/tables/timesheet_scores/run_id=d1/week_start=2026-01-05/scores.parquet"
    scores = files.stored[uri]
    assert (count, scores.num_rows) == (9001, 9001)
    assert scores.column_names == [name for name, _ in COLUMNS if name != "week_start"]
    assert scores.column("scored_at")[0].as_py() == AT.replace(tzinfo=None)
    assert staging == {"timesheet_scores__d1": {"2026-01-05": uri.removesuffix("scores.parquet")}}


def test_a_week_without_timesheets_gets_no_file_and_no_partition(tmp_path):
    count, files, staging = score(tmp_path, {}, ["2026-01-05", "2026-01-12"])
    assert (count, files.stored, staging) == (0, {}, {"timesheet_scores__d1": {}})


def test_only_the_key_and_the_numbers_leave_for_the_model(tmp_path):
    model = FakeModel()
    score(tmp_path, {"2026-01-05": 2}, ["2026-01-05"], model)
    assert from_stream(model.bodies[0]).column_names == ["timesheet_id", "excess_hours"]


def test_a_body_never_exceeds_the_limit_and_no_row_is_lost():
    cut = list(bodies(features(10_000), max_bytes=20_000))
    assert max(len(body) for _, body in cut) <= 20_000
    assert [i for rows, _ in cut for i in rows.column("timesheet_id").to_pylist()] == list(range(10_000))


def test_a_row_beyond_the_limit_is_refused():
    with pytest.raises(ScoringError, match="an endpoint takes 100"):
        list(bodies(features(1), max_bytes=100))


def test_a_reply_with_a_missing_score_stops_the_batch():
    rows = features(2)
    with pytest.raises(ScoreCountMismatchError, match="2 timesheets were sent, but 1 scores came back"):
        score_batch(rows, to_stream(rows), FakeModel(lambda ids: ids[:1]))


def test_a_reply_in_another_order_stops_the_batch():
    rows = features(2)
    with pytest.raises(ScoreOrderError):
        score_batch(rows, to_stream(rows), FakeModel(lambda ids: ids[::-1]))
