"""Training jobs and endpoints as they are stored, and the shapes in which API and events show them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

JOB_ENDED = ("Completed", "Failed", "Stopped")


def now() -> datetime:
    """moto's serializer takes naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass
class TrainingJob:
    """One training job; `request` is what CreateTrainingJob was given."""

    training_job_name: str
    arn: str
    request: dict[str, Any]
    training_job_status: str = "InProgress"
    secondary_status: str = "Starting"
    transitions: list[dict[str, Any]] = field(default_factory=list)
    failure_reason: str | None = None
    artefact: str | None = None
    creation_time: datetime = field(default_factory=now)
    last_modified_time: datetime = field(default_factory=now)
    training_start_time: datetime | None = None
    training_end_time: datetime | None = None

    @property
    def tags(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.request.setdefault("Tags", [])
        return found

    @property
    def ended(self) -> bool:
        return self.training_job_status in JOB_ENDED

    def become(self, status: str, secondary: str, message: str = "") -> None:
        """Records a change with its time."""
        self.training_job_status, self.secondary_status, self.last_modified_time = status, secondary, now()
        if self.transitions:
            self.transitions[-1]["EndTime"] = self.last_modified_time
        self.transitions.append(
            {"Status": secondary, "StartTime": self.last_modified_time, "StatusMessage": message or secondary}
        )

    def shape(self) -> dict[str, Any]:
        passed_on = {name: value for name, value in self.request.items() if name != "Tags"}
        optional: dict[str, Any] = {
            "FailureReason": self.failure_reason,
            "ModelArtifacts": {"S3ModelArtifacts": self.artefact} if self.artefact else None,
            "TrainingStartTime": self.training_start_time,
            "TrainingEndTime": self.training_end_time,
        }
        started, ended = self.training_start_time, self.training_end_time
        if started and ended:
            seconds = int((ended - started).total_seconds())
            optional |= {"TrainingTimeInSeconds": seconds, "BillableTimeInSeconds": seconds}
        return {
            **passed_on,
            "TrainingJobArn": self.arn,
            "TrainingJobStatus": self.training_job_status,
            "SecondaryStatus": self.secondary_status,
            "SecondaryStatusTransitions": self.transitions,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
            **{name: value for name, value in optional.items() if value is not None},
        }

    def summary(self) -> dict[str, Any]:
        names = ("TrainingJobName", "TrainingJobArn", "CreationTime", "TrainingEndTime", "LastModifiedTime",
                 "TrainingJobStatus", "SecondaryStatus")  # fmt: skip
        shape = self.shape()
        return {name: shape[name] for name in names if name in shape}


@dataclass(frozen=True)
class Variant:
    """One production variant, resolved when the endpoint was made: what to run and with which artefact."""

    name: str
    image: str
    model_data_url: str | None
    environment: dict[str, str]
    config: dict[str, Any]


@dataclass
class Endpoint:
    """One endpoint; `variants` serve, `updating_to` is the configuration that is coming up."""

    endpoint_name: str
    arn: str
    endpoint_config_name: str
    variants: list[Variant]
    tags: list[dict[str, str]] = field(default_factory=list)
    endpoint_status: str = "Creating"
    failure_reason: str | None = None
    updating_to: tuple[str, list[Variant]] | None = None
    revision: int = 1
    creation_time: datetime = field(default_factory=now)
    last_modified_time: datetime = field(default_factory=now)

    def become(self, status: str, failure: str | None = None) -> None:
        self.endpoint_status, self.failure_reason, self.last_modified_time = status, failure, now()

    def shape(self) -> dict[str, Any]:
        variants = [
            {
                "VariantName": variant.name,
                "DeployedImages": [{"SpecifiedImage": variant.image, "ResolvedImage": variant.image}],
                "CurrentWeight": variant.config.get("InitialVariantWeight", 1.0),
                "DesiredWeight": variant.config.get("InitialVariantWeight", 1.0),
                **_instances(variant.config),
            }
            for variant in self.variants
        ]
        shape = {**self.summary(), "EndpointConfigName": self.endpoint_config_name, "ProductionVariants": variants}
        return shape | ({"FailureReason": self.failure_reason} if self.failure_reason else {})

    def summary(self) -> dict[str, Any]:
        return {
            "EndpointName": self.endpoint_name,
            "EndpointArn": self.arn,
            "EndpointStatus": self.endpoint_status,
            "CreationTime": self.creation_time,
            "LastModifiedTime": self.last_modified_time,
        }


def _instances(config: dict[str, Any]) -> dict[str, Any]:
    if "ServerlessConfig" in config:
        return {"CurrentServerlessConfig": config["ServerlessConfig"]}
    count = config.get("InitialInstanceCount", 1)
    return {"CurrentInstanceCount": count, "DesiredInstanceCount": count}
