"""Commit the watermarks of what has landed: the manifest starts `detect`, they move, then the lock is free."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.objects import Objects
from hourglass.aws.store import Locks, Watermarks
from hourglass.aws.workflow import Workflow
from hourglass.failures import verdict
from hourglass.ingest import manifest, watermarks_to_commit
from hourglass.lake import manifest_key
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    locks_table: str
    watermarks_table: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    plan, landed = event["plan"], event["landed"]["tables"]
    run_id, key = plan["run_id"], manifest_key(plan["run_id"])
    failed = verdict(event["landed"]["failures"])
    more = plan["more"] and failed is None
    now = datetime.now(UTC)
    Objects(settings.lake_bucket).put_json(key, manifest(plan, landed, more, now))
    watermarks = Watermarks(settings.watermarks_table)
    for table, high in watermarks_to_commit(plan, landed, now).items():
        watermarks.commit(table, high, run_id)
    if not more:
        Locks(settings.locks_table, Workflow().is_running).release("ingest", event["execution"])
    logger.info("committed", extra={"run_id": run_id, "rows": sum(t["rows"] for t in landed.values())})
    return {"run_id": run_id, "manifest": key, "complete": failed is None, "failed": failed, "more": more}
