"""Puts SageMaker's two events on the bus: the whole description, times as epoch milliseconds."""

from datetime import UTC, datetime
from typing import Any

from localcloud import bus
from localcloud.engines.sagemaker.records import Endpoint, TrainingJob

SOURCE = "aws.sagemaker"
ENDPOINT_STATUS = {
    "Creating": "CREATING", "InService": "IN_SERVICE", "Updating": "UPDATING", "Failed": "FAILED",
    "Deleting": "DELETING", "RollingBack": "ROLLING_BACK",
}  # fmt: skip


def emit_job(job: TrainingJob) -> None:
    """Says that a training job changed its state."""
    detail = {**_plain(job.shape()), "Tags": {tag["Key"]: tag["Value"] for tag in job.tags}}
    bus.emit(SOURCE, "SageMaker Training Job State Change", detail, [job.arn], region=job.arn.split(":")[3])


def emit_endpoint(endpoint: Endpoint) -> None:
    """Says that an endpoint changed its state; the event spells the status in capitals."""
    detail = {
        **_plain(endpoint.shape()),
        "EndpointStatus": ENDPOINT_STATUS[endpoint.endpoint_status],
        "Tags": {tag["Key"]: tag["Value"] for tag in endpoint.tags},
    }
    bus.emit(SOURCE, "SageMaker Endpoint State Change", detail, [endpoint.arn], region=endpoint.arn.split(":")[3])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.replace(tzinfo=UTC).timestamp() * 1000)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
