"""The plan of one ingest run, and the manifest that ends it: what travels between the states of `ingest`."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hourglass.sources import Source
from hourglass.steps import import_order, imports_at_a_time
from hourglass.sweeps import KEYS, due_sweeps, swept_table, with_sweeps
from hourglass.windows import (
    Pace,
    Window,
    backfill_windows,
    cut,
    is_long,
    moment_of,
    plan_windows,
    reached,
    window_from_json,
)


def plan_ingest(
    event: Mapping[str, Any],
    source: Source,
    watermarks: Mapping[str, datetime],
    now: datetime,
    pace: Pace,
    connections: int,
) -> dict[str, Any]:
    """Windows for every table, which of them may be too long, and how many tables may be imported at a time.

    Only tables that the mapping gives several mappers are large enough to be loaded in rounds.

    `event` holds `execution` (ARN) and `input`: `{"scheduled_at": …}` from the schedule, `{}` by hand, or
    `{"window": {"low": …, "high": …}}` for a backfill, which leaves the watermarks alone; `"sweep": true` reads keys
    and days now instead of at the pace of sweeps. It holds the `plan` of the round before when a long load goes on.

    Raises:
        WindowError: the window of a backfill is empty.
        SettingsError: a table needs more connections than the source gives.
        ValueError: a time is no ISO 8601 time.
    """
    asked = event["input"]
    # Nobody has written what is to come, and a time by mistake would hold back sweeps and win every tie of runs.
    scheduled_at = min(_utc(asked["scheduled_at"]), now) if "scheduled_at" in asked else now
    backfill = asked.get("window")
    windows = (
        backfill_windows(source, _utc(backfill["low"]), _utc(backfill["high"]))
        if backfill
        else plan_windows(source, watermarks, scheduled_at, pace)
    )
    swept_source = with_sweeps(source)
    if not backfill:
        due = due_sweeps(swept_source, watermarks, scheduled_at, pace.sweep_every, bool(asked.get("sweep")))
        windows |= dict.fromkeys(due, Window(None, None))
    number = int(asked.get("plan", {}).get("round", 0)) + 1
    run_id = f"{scheduled_at:%Y%m%dt%H%M%S}-{hashlib.sha256(event['execution'].encode()).hexdigest()[:8]}"
    large = [] if backfill else [table.name for table in source.tables if table.mappers > 1]
    long = [table for table in large if is_long(windows[table], pace.longest)]
    return {
        "run_id": run_id if number == 1 else f"{run_id}-{number:03}",
        "round": number,
        "execution": event["execution"],
        "ingest_date": f"{scheduled_at:%Y-%m-%d}",
        "scheduled_at": scheduled_at.isoformat(),
        "moves_watermark": backfill is None,
        "windows": {table: window.as_json() for table, window in windows.items()},
        "long": {table: watermarks[table].isoformat() if table in watermarks else None for table in long},
        "more": False,
        "sweeps": [table.name for table in swept_source.tables if swept_table(table.name)],
        "imports": import_order(swept_source, windows),
        "imports_at_a_time": imports_at_a_time(source, connections),
        "failures": [],
    }


def planned_windows(plan: Mapping[str, Any]) -> dict[str, Window]:
    return {table: window_from_json(window) for table, window in plan["windows"].items()}


def cut_windows(plan: Mapping[str, Any], oldest: Mapping[str, datetime | None], longest: timedelta) -> dict[str, Any]:
    """The plan with its long windows cut; `more` says that another round must load the rest, and then sweep.

    `oldest` is the oldest row of each long window from the watermark on.
    """
    windows = planned_windows(plan)
    shorter = {table: cut(windows[table], oldest.get(table), longest) for table in plan["long"] if table in windows}
    more = any(window != windows[table] for table, window in shorter.items())
    left = {table: window for table, window in (windows | shorter).items() if not (more and swept_table(table))}
    return {
        **plan,
        "windows": {table: window.as_json() for table, window in left.items()},
        "imports": [table for table in plan["imports"] if table in left],
        "more": more,
    }


def windows_of_oldest(plan: Mapping[str, Any]) -> dict[str, Window]:
    """Where the oldest row of each long window is looked for: what lies before the watermark has landed."""
    windows = planned_windows(plan)
    since = {table: datetime.fromisoformat(low) if low else None for table, low in plan["long"].items()}
    return {table: Window(low, windows[table].high) for table, low in since.items() if table in windows}


def manifest(plan: Mapping[str, Any], landed: Mapping[str, Any], more: bool, now: datetime) -> dict[str, Any]:
    """What `detect` reads: the run, its verified tables, and whether the next round of the same load follows."""
    return {
        "run_id": plan["run_id"],
        "more": more,
        "ingest_date": plan["ingest_date"],
        "verified_at": now.isoformat(),
        "tables": landed,
    }


def watermarks_to_commit(
    plan: Mapping[str, Any], landed: Mapping[str, Mapping[str, Any]], now: datetime
) -> dict[str, datetime]:
    """What each table that has landed has reached, and when tables were swept; none after a backfill.

    A table that was loaded whole needs no sweep of its keys yet.
    """
    if not plan["moves_watermark"]:
        return {}
    windows, swept_at = planned_windows(plan), datetime.fromisoformat(plan["scheduled_at"])
    highest = {table: moment_of(facts["highest"]) if facts["highest"] else None for table, facts in landed.items()}
    marks = {table: mark for table in landed if (mark := reached(windows[table], highest[table], now)) is not None}
    whole = {KEYS + table for table in marks if windows[table].low is None and not plan["more"]}
    swept = [name for name in plan.get("sweeps", []) if name in landed or name in whole]
    return {**marks, **dict.fromkeys(swept, swept_at)}


def _utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
