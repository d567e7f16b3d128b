"""Reap clusters: end those that no running execution owns, and those that are too old."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from hourglass.aws.emr import Clusters
from hourglass.aws.workflow import Workflow
from hourglass.reaping import orphans
from hourglass.settings import read_settings

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True)
class Settings:
    project_tag: str
    maximum_hours: float


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    settings = read_settings(Settings, os.environ)
    clusters, longest = Clusters(), timedelta(hours=settings.maximum_hours)
    living = list(clusters.living(settings.project_tag))
    ended = []
    for cluster, why in orphans(living, Workflow().is_running, datetime.now(UTC), longest):
        clusters.end(cluster.cluster_id)
        ended.append(cluster.cluster_id)
        logger.warning("reaped", extra={"cluster_id": cluster.cluster_id, "why": why})
    metrics.add_metric("ReapedClusters", MetricUnit.Count, len(ended))
    return {"living": len(living), "ended": ended}
