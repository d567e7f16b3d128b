"""Gather the training set: write down which files of features a model of this run learns from."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.lake import Lake, training_key
from hourglass.plans import SCORED, chain_key, staging_name
from hourglass.settings import read_settings
from hourglass.training_set import files_of, manifest, week_locations

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    run_id, objects, catalog = event["run_id"], Objects(settings.lake_bucket), GlueCatalog(settings.database)
    plan, lake = objects.get_json(chain_key(run_id)), Lake(settings.lake_bucket)
    staged, published = catalog.partitions(staging_name(SCORED, run_id)), catalog.partitions(SCORED)
    weeks = week_locations(plan, staged, published)
    files = list(files_of(weeks, objects.keys))
    objects.put_json(training_key(run_id), manifest(lake, files))
    logger.info("gathered", extra={"run_id": run_id, "weeks": len(weeks), "files": len(files)})
    return {"manifest": lake.uri(training_key(run_id)), "files": len(files)}
