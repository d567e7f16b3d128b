"""What the report shows, read from the auditors' tables."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from hourglass.sweeps import swept_table
from numpy.typing import NDArray

from dashboards.reconciliation import DAYS, DELETED, Reconciliation, reconcile

SHOWN_SUSPECTS = 40

BINS = 40
_SCORES = f"""
select week_start, least(cast(floor(score * {BINS}) as integer), {BINS - 1}) as score_bin, count(*) as timesheets
from timesheet_scores
group by 1, 2
"""
_SUSPECTS = """
select week_start, suspect_rank, timesheet_id, employee_id, country, practice, grade, main_project_id, project_name,
    client_name, approver_id, worked_hours, capacity_hours, score, reason_codes, evidence, model_version, scored_at
from suspect_timesheets
order by score desc, timesheet_id
"""
_HOURS = "select week_start, sum(worked_hours) as hours from timesheet_features group by week_start"
_QUARANTINE = """
select table_name, reason, outcome, count(*) as row_count, min(run_id) as first_run, max(run_id) as last_run
from quarantine
group by table_name, reason, outcome
order by row_count desc, table_name, reason
"""

Fetch = Callable[[str], Any]


@dataclass(frozen=True)
class Reason:
    """One fact behind a score; `share` is its part of the score, 0 to 1."""

    code: str
    sentence: str
    value: float | None
    expected: float | None
    share: float


@dataclass(frozen=True)
class Suspect:
    """A timesheet that auditors are asked to look at."""

    row: Mapping[str, Any]
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Week:
    """What one week holds; `suspect_scores` are the lowest and the highest score of its review list."""

    week_start: date
    timesheets: int
    suspect_scores: tuple[float, float] | None
    hours: float


@dataclass(frozen=True)
class SourceState:
    """How fresh one source table is, and its control totals over all verified landings shown."""

    table: str
    landed_until: str | None
    last_rows: int
    last_new_rows: int
    last_total: str | None


@dataclass(frozen=True)
class ReportData:
    """Everything on the page. Histograms count timesheets in `BINS` equal parts of the scores 0 to 1."""

    timesheets: int
    score_histogram: NDArray[np.int64]
    suspect_histogram: NDArray[np.int64]
    suspects: Sequence[Suspect]
    suspect_count: int
    reason_counts: Sequence[tuple[str, int]]
    weeks: Sequence[Week]
    sources: Sequence[SourceState]
    verified_at: str | None
    reconciliation: Reconciliation | None
    quarantine: Sequence[Mapping[str, Any]]
    model_version: str | None
    scored_at: datetime | None


def read_report_data(fetch: Fetch, manifests: Sequence[Mapping[str, Any]]) -> ReportData:
    """Read the tables with `fetch` (SQL → Arrow table) and the verified landings, oldest first."""
    scored = fetch(_SCORES).to_pylist()
    rows = fetch(_SUSPECTS).to_pylist()
    suspects = [Suspect(row, _reasons(row)) for row in rows[:SHOWN_SUSPECTS]]
    hours = {row["week_start"]: row["hours"] for row in fetch(_HOURS).to_pylist()}
    return ReportData(
        timesheets=sum(row["timesheets"] for row in scored),
        score_histogram=_histogram([row["score_bin"] for row in scored], [row["timesheets"] for row in scored]),
        suspect_histogram=_histogram([min(int(row["score"] * BINS), BINS - 1) for row in rows], [1] * len(rows)),
        suspects=suspects,
        suspect_count=len(rows),
        reason_counts=_reason_counts(row["reason_codes"] for row in rows),
        weeks=_weeks(scored, rows, hours),
        sources=_sources(manifests),
        verified_at=manifests[-1]["verified_at"] if manifests else None,
        reconciliation=reconcile(fetch(DAYS).to_pylist(), fetch(DELETED).to_pylist()[0]),
        quarantine=fetch(_QUARANTINE).to_pylist(),
        model_version=rows[0]["model_version"] if rows else None,
        scored_at=max((row["scored_at"] for row in rows), default=None),
    )


def _histogram(bins: Sequence[int], counts: Sequence[int]) -> NDArray[np.int64]:
    histogram = np.zeros(BINS, dtype=np.int64)
    np.add.at(histogram, np.asarray(bins, dtype=np.int64), np.asarray(counts, dtype=np.int64))
    return histogram


def _reasons(row: Mapping[str, Any]) -> list[Reason]:
    listed = json.loads(row["evidence"] or "[]")
    score = row["score"] or 1.0
    return [
        Reason(each["code"], each["sentence"], each.get("value"), each.get("expected"), each["contribution"] / score)
        for each in listed
    ]


def _reason_counts(codes: Iterable[str | None]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for text in codes:
        for code in filter(None, (text or "").split(",")):
            counts[code] = counts.get(code, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _weeks(
    scored: Iterable[Mapping[str, Any]], suspects: Iterable[Mapping[str, Any]], hours: Mapping[date, float]
) -> list[Week]:
    counts: dict[date, int] = {}
    listed: dict[date, list[float]] = {}
    for row in scored:
        counts[row["week_start"]] = counts.get(row["week_start"], 0) + row["timesheets"]
    for row in suspects:
        listed.setdefault(row["week_start"], []).append(row["score"])
    ranges = {week: (min(scores), max(scores)) for week, scores in listed.items()}
    return [Week(week, counts[week], ranges.get(week), hours.get(week, 0.0)) for week in sorted(counts)]


def _sources(manifests: Sequence[Mapping[str, Any]]) -> list[SourceState]:
    if not manifests:
        return []
    return [
        SourceState(name, table["high"], table["rows"], table["new_rows"], table["total"])
        for name, table in manifests[-1]["tables"].items()
        if not swept_table(name)
    ]
