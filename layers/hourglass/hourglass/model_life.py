"""How models, their training jobs and endpoint configurations are named and asked for.

Names carry a hash of the feature columns, so that a model which learned from other features is not used.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hourglass.errors import HourglassError


class ModelError(HourglassError):
    """Raised when the model in service cannot be found, made or asked."""


class EndpointNotReadyError(ModelError):
    """Raised when the endpoint is being created, changed or deleted: retry later."""


@dataclass(frozen=True)
class Training:
    """What a training job and the endpoint run on."""

    image: str
    role_arn: str
    instance_type: str
    kms_key: str
    max_seconds: int


def schema_hash(columns: Sequence[Sequence[str]]) -> str:
    """Eight hexadecimal digits of the feature table's column names and types, in order."""
    return hashlib.sha256("\n".join(" ".join(column) for column in columns).encode()).hexdigest()[:8]


def model_name(prefix: str, schema: str, run_id: str) -> str:
    """Also the name of the training job and of the endpoint configuration: the same on every attempt."""
    return f"{prefix}-{schema}-{run_id.replace('_', '-')}"


def learned_from(name: str, prefix: str) -> str | None:
    """The schema hash of a model by its name; None when the name is not one of ours."""
    head, _, rest = name.partition(f"{prefix}-")
    return rest.split("-")[0] if not head and rest else None


def training_request(name: str, training: Training, manifest_uri: str, output_uri: str) -> dict[str, Any]:
    """CreateTrainingJob: the Parquet files of timesheet_features that the manifest lists in, model.tar.gz out."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": training.image, "TrainingInputMode": "File"},
        "RoleArn": training.role_arn,
        "InputDataConfig": [
            {
                "ChannelName": "training",
                "ContentType": "application/vnd.apache.parquet",
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "ManifestFile",
                        "S3Uri": manifest_uri,
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": output_uri, "KmsKeyId": training.kms_key},
        "ResourceConfig": {"InstanceType": training.instance_type, "InstanceCount": 1, "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": training.max_seconds},
    }


def model_request(name: str, image: str, role_arn: str, artefact: str) -> dict[str, Any]:
    """CreateModel."""
    return {
        "ModelName": name,
        "PrimaryContainer": {"Image": image, "ModelDataUrl": artefact},
        "ExecutionRoleArn": role_arn,
    }


def config_request(name: str, instance_type: str, kms_key: str) -> dict[str, Any]:
    """CreateEndpointConfig: one variant with the model of the same name."""
    return {
        "EndpointConfigName": name,
        "ProductionVariants": [
            {
                "VariantName": "all",
                "ModelName": name,
                "InitialInstanceCount": 1,
                "InstanceType": instance_type,
                "InitialVariantWeight": 1.0,
            }
        ],
        "KmsKeyId": kms_key,
    }
