"""Plan the windows: which rows of which table this run reads."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.store import Locks, Watermarks
from hourglass.aws.workflow import Workflow
from hourglass.ingest import plan_ingest
from hourglass.settings import read_settings
from hourglass.sources import load_source
from hourglass.windows import Pace

logger = Logger()


@dataclass(frozen=True)
class Settings:
    locks_table: str
    watermarks_table: str
    source_mapping: str
    lag_seconds: int
    overlap_seconds: int
    source_connections: int
    window_days: int
    sweep_hours: int


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    now = datetime.now(UTC)
    Locks(settings.locks_table, Workflow().is_running).acquire("ingest", event["execution"], now)
    lag, overlap = timedelta(seconds=settings.lag_seconds), timedelta(seconds=settings.overlap_seconds)
    longest, sweep_every = timedelta(days=settings.window_days), timedelta(hours=settings.sweep_hours)
    pace = Pace(lag, overlap, longest, sweep_every)
    watermarks = Watermarks(settings.watermarks_table).all()
    source = load_source(settings.source_mapping)
    plan = plan_ingest(event, source, watermarks, now, pace, settings.source_connections)
    logger.info("planned", extra={"run_id": plan["run_id"], "tables": len(plan["windows"])})
    return plan
