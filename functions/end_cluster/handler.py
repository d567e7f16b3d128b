"""End the cluster: all has been copied to S3. Nobody waits until its nodes are gone."""

from typing import Any

from aws_lambda_powertools import Logger
from hourglass.aws.emr import Clusters

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: object) -> None:
    Clusters().end(event["cluster_id"])
    logger.info("ended", extra={"cluster_id": event["cluster_id"]})
