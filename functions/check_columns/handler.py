"""Check the columns: tables that are not as their mapping says leave the run before anything is imported."""

import os
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger
from hourglass.avro import read_avro
from hourglass.aws.emr import Clusters
from hourglass.aws.objects import Objects
from hourglass.failures import without
from hourglass.imports import COLUMNS_TABLE, Landing
from hourglass.lake import RAW
from hourglass.landing import drifted
from hourglass.settings import read_settings
from hourglass.sources import load_source

logger = Logger()


@dataclass(frozen=True)
class Settings:
    lake_bucket: str
    source_mapping: str


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    plan, objects = event["plan"], Objects(settings.lake_bucket)
    columns = RAW + Landing(plan["run_id"], plan["ingest_date"]).partition(COLUMNS_TABLE)
    rows = [row for key in objects.keys(columns + "/") for row in read_avro(objects.get(key))]
    found = [(row["table_name"], row["column_name"], row["data_type"]) for row in rows]
    failures = drifted(load_source(settings.source_mapping), found)
    Clusters().let_steps_run_side_by_side(event["cluster_id"], max(2, plan["imports_at_a_time"]))
    logger.info("checked", extra={"run_id": plan["run_id"], "columns": len(found), "drifted": len(failures)})
    return without(plan, failures)
