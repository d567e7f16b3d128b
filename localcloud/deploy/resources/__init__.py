"""Every resource type the embedded cloud handles, one module per service."""

import importlib

from localcloud.deploy.kinds import Kind

_MODULES = {
    "Athena": "athena",
    "CloudWatch": "cloudwatch",
    "DynamoDB": "dynamodb",
    "EC2": "ec2",
    "EMR": "emr",
    "Events": "events",
    "Glue": "glue",
    "IAM": "iam",
    "KMS": "kms",
    "Lambda": "functions",
    "Logs": "logs",
    "S3": "buckets",
    "SNS": "sns",
    "SQS": "sqs",
    "SageMaker": "sagemaker",
    "Scheduler": "scheduler",
    "SecretsManager": "secretsmanager",
    "StepFunctions": "stepfunctions",
}


def find(type_name: str) -> Kind | None:
    """What is known of a type such as AWS::S3::Bucket; None if nothing is."""
    parts = type_name.split("::")
    if len(parts) != 3 or parts[1] not in _MODULES:
        return None
    module = importlib.import_module(f"{__name__}.{_MODULES[parts[1]]}")
    return next((kind for kind in module.KINDS if kind.type == type_name), None)
