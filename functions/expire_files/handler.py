"""Expire files: delete what a run wrote into the tables long ago and nothing refers to any more."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.expiry import expired_keys
from hourglass.lake import Lake
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str
    replaced_days: int


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    settings = read_settings(Settings, os.environ)
    objects, lake = Objects(settings.lake_bucket), Lake(settings.lake_bucket)
    kept = timedelta(days=settings.replaced_days)
    keys = list(expired_keys(datetime.now(UTC), kept, lake, objects, GlueCatalog(settings.database)))
    objects.delete(keys)
    logger.info("expired", extra={"files": len(keys)})
    return {"files": len(keys)}
