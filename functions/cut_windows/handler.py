"""Cut the windows: what one run would read at once is bounded, and the rest is left to another round."""

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.avro import read_avro
from hourglass.aws.objects import Objects
from hourglass.imports import OLDEST
from hourglass.ingest import cut_windows
from hourglass.lake import plan_folder
from hourglass.settings import read_settings
from hourglass.windows import moment_of

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    window_days: int


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    plan, objects = event["plan"], Objects(settings.lake_bucket)
    folder = f"{plan_folder(plan['run_id'])}{OLDEST}/"
    rows = [row for key in objects.keys(folder) for row in read_avro(objects.get(key))]
    oldest = {row["table_name"]: moment_of(row["oldest"]) if row["oldest"] else None for row in rows}
    cut = cut_windows(plan, oldest, timedelta(days=settings.window_days))
    logger.info("cut", extra={"run_id": plan["run_id"], "long": len(plan["long"]), "more": cut["more"]})
    return cut
