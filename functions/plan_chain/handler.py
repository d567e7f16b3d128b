"""Plan the chain: which tables and weeks the touched weeks reach, and the statements that build them."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.athena import Queries
from hourglass.aws.glue import GlueCatalog
from hourglass.aws.objects import Objects
from hourglass.chain import read_chain
from hourglass.detection import Planner, published_weeks
from hourglass.inputs import Names
from hourglass.lake import Lake
from hourglass.plans import chain_key, typing_key
from hourglass.settings import read_settings
from hourglass.sql_files import load_sql

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    workgroup: str
    database: str
    weeks_per_scoring: int


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    run_id, objects, catalog = event["run_id"], Objects(settings.lake_bucket), GlueCatalog(settings.database)
    chain = read_chain(load_sql())
    published = published_weeks(chain, catalog.tables(), catalog.published_tables(), catalog)
    touched = Queries(settings.workgroup, settings.database).rows(event["query_execution_id"])
    planner = Planner(chain, Names(settings.database, run_id), Lake(settings.lake_bucket))
    plan = planner.chain_plan(objects.get_json(typing_key(run_id)), touched, published, settings.weeks_per_scoring)
    objects.put_json(chain_key(run_id), plan)
    logger.info("planned", extra={"run_id": run_id, "tables": len(plan["publish"])})
    return {
        "plan_key": chain_key(run_id),
        "feature_schema": plan["feature_schema"],
        "features": plan["groups"]["features"],
        "marts": plan["groups"]["marts"],
        "check_features": plan["check_features"],
        "check_marts": plan["check_marts"],
        "score": plan["score"],
        "anything_to_score": bool(plan["score"]),
    }
