"""The plan of one ingest run, and the manifest that ends it: what travels between the states of `ingest`."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from hourglass.sources import Source
from hourglass.steps import import_order, imports_at_a_time
from hourglass.windows import Pace, Window, backfill_windows, plan_windows, window_from_json


def plan_ingest(
    event: Mapping[str, Any],
    source: Source,
    watermarks: Mapping[str, datetime],
    now: datetime,
    pace: Pace,
    connections: int,
) -> dict[str, Any]:
    """Windows for every table, and how many tables may be imported at a time.

    `event` holds `execution` (ARN) and `input`: `{"scheduled_at": …}` from the schedule, `{}` by hand, or
    `{"window": {"low": …, "high": …}}` for a backfill, which leaves the watermarks alone.

    Raises:
        WindowError: the window of a backfill is empty.
        SettingsError: a table needs more connections than the source gives.
        ValueError: a time is no ISO 8601 time.
    """
    asked = event["input"]
    scheduled_at = _utc(asked["scheduled_at"]) if "scheduled_at" in asked else now
    backfill = asked.get("window")
    windows = (
        backfill_windows(source, _utc(backfill["low"]), _utc(backfill["high"]))
        if backfill
        else plan_windows(source, watermarks, scheduled_at, pace)
    )
    return {
        "run_id": f"{scheduled_at:%Y%m%dt%H%M%S}-{hashlib.sha256(event['execution'].encode()).hexdigest()[:8]}",
        "execution": event["execution"],
        "ingest_date": f"{scheduled_at:%Y-%m-%d}",
        "moves_watermark": backfill is None,
        "windows": {table: window.as_json() for table, window in windows.items()},
        "imports": import_order(source),
        "imports_at_a_time": imports_at_a_time(source, connections),
        "failures": [],
    }


def planned_windows(plan: Mapping[str, Any]) -> dict[str, Window]:
    return {table: window_from_json(window) for table, window in plan["windows"].items()}


def manifest(plan: Mapping[str, Any], landed: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What `detect` reads: the run and its verified tables."""
    return {
        "run_id": plan["run_id"],
        "ingest_date": plan["ingest_date"],
        "verified_at": now.isoformat(),
        "tables": landed,
    }


def watermarks_to_commit(plan: Mapping[str, Any], landed: Collection[str]) -> dict[str, datetime]:
    """The high end of the window of each table that has landed; none after a backfill."""
    if not plan["moves_watermark"]:
        return {}
    windows = planned_windows(plan)
    return {table: high for table in landed if (high := windows[table].high) is not None}


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
