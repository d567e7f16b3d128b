"""Service events that may end a job: which job they speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class JobEvent:
    """A job of a service changed its state; `says_ended` when the event calls the new state a final one."""

    service: str
    job_id: str
    says_ended: bool


def job_of(source: str, detail_type: str, detail: Mapping[str, Any]) -> JobEvent | None:
    """The job that an EventBridge event speaks of; None for events of no job that a state could wait for."""
    match source, detail_type:
        case "aws.emr", "EMR Cluster State Change":
            ended = detail["state"] in ("TERMINATED", "TERMINATED_WITH_ERRORS")
            return JobEvent("emr cluster", detail["clusterId"], ended)
        case "aws.emr", "EMR Step Status Change":
            ended = detail["state"] in ("COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED")
            return JobEvent("emr", f"{detail['clusterId']}/{detail['stepId']}", ended)
        case "aws.glue", "Glue Crawler State Change":
            return JobEvent("glue", detail["crawlerName"], detail["state"] in ("Succeeded", "Failed"))
        case "aws.athena", "Athena Query State Change":
            ended = detail["currentState"] in ("SUCCEEDED", "FAILED", "CANCELLED")
            return JobEvent("athena", detail["queryExecutionId"], ended)
        case "aws.sagemaker", "SageMaker Training Job State Change":
            ended = detail["TrainingJobStatus"] in ("Completed", "Failed", "Stopped")
            return JobEvent("training", detail["TrainingJobName"], ended)
        case "aws.sagemaker", "SageMaker Endpoint State Change":
            ended = detail["EndpointStatus"] in ("IN_SERVICE", "FAILED", "InService", "Failed")
            return JobEvent("endpoint", detail["EndpointName"], ended)
        case _:
            return None
