"""SageMaker training jobs."""

from typing import Any

from botocore.exceptions import ClientError

from hourglass.aws.clients import client
from hourglass.jobs import RUNNING, Outcome
from hourglass.model_life import ModelError


class TrainingFailedError(ModelError):
    """Raised into a state machine when a training job ended without a model."""


class TrainingJobs:
    """Starts a training job once and says what became of it."""

    def __init__(self) -> None:
        self._sagemaker: Any = client("sagemaker")

    def start(self, request: dict[str, Any]) -> None:
        """Start the job, unless one of that name exists: the name is the same on every attempt."""
        try:
            self._sagemaker.create_training_job(**request)
        except ClientError as error:
            if not _exists_already(error):
                raise

    def outcome(self, job_id: str) -> Outcome:
        job = self._sagemaker.describe_training_job(TrainingJobName=job_id)
        status = job["TrainingJobStatus"]
        if status in ("InProgress", "Stopping"):
            return RUNNING
        facts = {"state": status, "seconds": job.get("TrainingTimeInSeconds")}
        if status == "Completed":
            artefact = job["ModelArtifacts"]["S3ModelArtifacts"]
            return Outcome(True, {"model": job_id, "artefact": artefact}, {**facts, "artefact": artefact})
        cause = f"{job_id}: {job.get('FailureReason') or status}"
        return Outcome(True, {}, facts, TrainingFailedError.__name__, cause)

    def stop(self, job_id: str) -> None:
        """Stop the job; nothing happens when it has ended."""
        if not self.outcome(job_id).ended:
            self._sagemaker.stop_training_job(TrainingJobName=job_id)


def _exists_already(error: ClientError) -> bool:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    return code == "ResourceInUse" or (code == "ValidationException" and "already exist" in message)
