"""Create the tables that the catalog does not have yet, empty, and the one that takes this run's scores; widen others.

A table to which a release has added columns gets them: rows that were written before have NULL there.
"""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.plans import typing_key
from hourglass.settings import read_settings

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    database: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    settings = read_settings(Settings, os.environ)
    run_id, catalog = event["run_id"], GlueCatalog(settings.database)
    plan = Objects(settings.lake_bucket).get_json(typing_key(run_id))
    created = sum(catalog.create_table(table) for table in plan["create"])
    for table, columns in plan["widen"].items():
        catalog.set_columns(table, columns)
    logger.info("created", extra={"run_id": run_id, "tables": created, "widened": sorted(plan["widen"])})
    return {"created": created, "widened": len(plan["widen"])}
