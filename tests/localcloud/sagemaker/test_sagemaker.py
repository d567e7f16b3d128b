"""Training jobs and endpoints through boto3 on a running cloud."""

import io
import json
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest

from localcloud.cloud import LocalCloud

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/echo:1"


class Aws:
    """Clients of one running cloud."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        names = {"endpoint_url": cloud.endpoint_url, "region_name": "us-east-1"}
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
        self.s3 = boto3.client("s3", **names, **keys)
        self.sagemaker = boto3.client("sagemaker", **names, **keys)
        self.runtime = boto3.client("sagemaker-runtime", **names, **keys)

    def train(
        self, name: str, kind: str = "S3Prefix", uri: str = "s3://lake/data/", **parameters: str
    ) -> dict[str, Any]:
        self.sagemaker.create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            RoleArn="arn:aws:iam::123456789012:role/training",
            HyperParameters=parameters,
            InputDataConfig=[
                {
                    "ChannelName": "training",
                    "DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}},
                }
            ],
            OutputDataConfig={"S3OutputPath": "s3://lake/models"},
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            StoppingCondition={"MaxRuntimeInSeconds": int(parameters.get("longest", "60"))},
        )
        return self.job(name)

    def model(self, job: str) -> dict[str, Any]:
        """What the job's program has noted in its model."""
        packed = self.s3.get_object(Bucket="lake", Key=f"models/{job}/output/model.tar.gz")["Body"].read()
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            member = archive.extractfile("model.json")
            assert member is not None
            return dict(json.load(member))

    def job(self, name: str) -> dict[str, Any]:
        return self.until(
            lambda: self.sagemaker.describe_training_job(TrainingJobName=name),
            lambda job: job["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"),
        )

    def make_config(self, name: str, artefact: str) -> None:
        self.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn="arn:aws:iam::123456789012:role/serving",
            PrimaryContainer={"Image": IMAGE, "ModelDataUrl": artefact},
        )
        variant = {"VariantName": "main", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])

    def endpoint(self, name: str) -> dict[str, Any]:
        return self.until(
            lambda: self.sagemaker.describe_endpoint(EndpointName=name),
            lambda found: found["EndpointStatus"] not in ("Creating", "Updating"),
        )

    def ask(self, body: bytes, **more: str) -> bytes:
        answer: bytes = self.runtime.invoke_endpoint(EndpointName="echo", Body=body, **more)["Body"].read()
        return answer

    @staticmethod
    def until(look: Callable[[], dict[str, Any]], done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while not done(found := look()):
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def aws(state: Path) -> Iterator[Aws]:
    with LocalCloud(state, images={"echo": Path(__file__).parent / "image"}) as cloud:
        found = Aws(cloud)
        found.s3.create_bucket(Bucket="lake")
        found.s3.put_object(Bucket="lake", Key="data/a.csv", Body=b"1")
        found.s3.put_object(Bucket="lake", Key="data/week=1/b.csv", Body=b"2")
        yield found


def test_a_training_job_sees_the_real_layout_and_leaves_its_model_in_s3(aws: Aws) -> None:
    job = aws.train("first", alpha="0.5")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed")
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == "s3://lake/models/first/output/model.tar.gz"
    model = aws.model("first")
    assert model["parameters"] == {"alpha": "0.5"}
    assert model["files"] == ["input/data/training/a.csv", "input/data/training/week=1/b.csv"]
    assert model["greeting"] == "hello"
    assert [t["Status"] for t in job["SecondaryStatusTransitions"]] == [
        "Starting", "Downloading", "Training", "Uploading", "Completed",
    ]  # fmt: skip


def test_a_manifest_names_the_files_that_a_job_sees(aws: Aws) -> None:
    manifest = [{"prefix": "s3://lake/"}, "data/week=1/b.csv"]
    aws.s3.put_object(Bucket="lake", Key="manifest.json", Body=json.dumps(manifest).encode())
    assert aws.train("listed", "ManifestFile", "s3://lake/manifest.json")["TrainingJobStatus"] == "Completed"
    assert aws.model("listed")["files"] == ["input/data/training/data/week=1/b.csv"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"prefix": "s3://lake/"}, "data/none.csv"]', "There is no object s3://lake/data/none.csv"),
        ('[{"prefix": "s3://lake/"}]', "no S3 objects found under s3://lake/manifest.json"),
        ('{"files": 3}', "s3://lake/manifest.json is not a manifest"),
    ],
)
def test_a_manifest_that_cannot_be_followed_fails_the_job(aws: Aws, text: str, told: str) -> None:
    aws.s3.put_object(Bucket="lake", Key="manifest.json", Body=text.encode())
    job = aws.train(f"lost-{len(text)}", "ManifestFile", "s3://lake/manifest.json")
    assert job["TrainingJobStatus"] == "Failed"
    assert told in job["FailureReason"]


def test_a_failed_job_says_what_its_failure_file_says(aws: Aws) -> None:
    job = aws.train("failing", fail="no rows")
    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: told to fail: no rows, exit code: 3"


def test_a_job_that_runs_too_long_is_stopped(aws: Aws) -> None:
    job = aws.train("slow", sleep="30", longest="1")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_an_unknown_image_is_refused_by_name(aws: Aws) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="No folder is known for the image other/thing:1"):
        aws.sagemaker.create_training_job(
            TrainingJobName="other",
            AlgorithmSpecification={"TrainingImage": "other/thing:1", "TrainingInputMode": "File"},
            RoleArn="arn:aws:iam::123456789012:role/training",
            OutputDataConfig={"S3OutputPath": "s3://lake/models"},
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            StoppingCondition={"MaxRuntimeInSeconds": 60},
        )


def test_an_endpoint_serves_the_artefact_and_passes_bytes_through(aws: Aws) -> None:
    aws.make_config("one", "s3://lake/models/first/output/model.tar.gz")
    aws.sagemaker.create_endpoint(EndpointName="echo", EndpointConfigName="one")
    assert aws.endpoint("echo")["EndpointStatus"] == "InService"
    answer = aws.runtime.invoke_endpoint(
        EndpointName="echo", Body=bytes(range(256)) * 4096, ContentType="application/x", Accept="application/y"
    )
    assert answer["Body"].read() == bytes(range(256)) * 4096
    assert (answer["ContentType"], answer["InvokedProductionVariant"]) == ("application/y", "main")
    assert json.loads(aws.ask(b"which"))["parameters"] == {"alpha": "0.5"}


def test_an_answer_other_than_200_is_a_model_error_with_the_original(aws: Aws) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        aws.ask(b"bad row")
    answer = caught.value.response
    assert answer["Error"]["Code"] == "ModelError"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert (answer["OriginalStatusCode"], answer["OriginalMessage"]) == (400, "bad row 7")


def test_a_body_above_six_megabytes_is_refused(aws: Aws) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="less than or equal to 6291456") as caught:
        aws.ask(b"x" * 6_291_457)
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_an_unknown_endpoint_is_a_validation_error(aws: Aws) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="Endpoint nowhere of account 123456789012 not found"):
        aws.runtime.invoke_endpoint(EndpointName="nowhere", Body=b"x")


def test_an_update_that_fails_leaves_the_old_model_in_service(aws: Aws) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz"):
        pass
    aws.s3.put_object(Bucket="lake", Key="models/empty.tar.gz", Body=packed.getvalue())
    aws.make_config("empty", "s3://lake/models/empty.tar.gz")
    aws.sagemaker.update_endpoint(EndpointName="echo", EndpointConfigName="empty")
    assert aws.ask(b"still here") == b"still here"
    found = aws.endpoint("echo")
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", "one")
    assert "there is no model" in found["FailureReason"]
    assert json.loads(aws.ask(b"which"))["parameters"] == {"alpha": "0.5"}


def test_an_update_exchanges_the_model(aws: Aws) -> None:
    aws.train("second", alpha="0.7")
    aws.make_config("two", "s3://lake/models/second/output/model.tar.gz")
    aws.sagemaker.update_endpoint(EndpointName="echo", EndpointConfigName="two")
    assert aws.endpoint("echo")["EndpointConfigName"] == "two"
    assert json.loads(aws.ask(b"which"))["parameters"] == {"alpha": "0.7"}


def test_a_server_that_crashed_is_started_for_the_next_invocation(aws: Aws) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="server error"):
        boto3.client(
            "sagemaker-runtime",
            endpoint_url=aws.cloud.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="a",
            aws_secret_access_key="b",
            config=botocore.config.Config(retries={"total_max_attempts": 1}),
        ).invoke_endpoint(EndpointName="echo", Body=b"crash")
    assert aws.ask(b"again") == b"again"


def test_an_endpoint_comes_back_with_the_first_invocation_after_a_restart(tmp_path: Path, aws: Aws) -> None:
    packed = aws.s3.get_object(Bucket="lake", Key="models/first/output/model.tar.gz")["Body"].read()
    aws.cloud.stop()
    images = {"echo": Path(__file__).parent / "image"}
    with LocalCloud(tmp_path, images=images) as cloud:
        other = Aws(cloud)
        other.s3.create_bucket(Bucket="lake")
        other.s3.put_object(Bucket="lake", Key="m.tar.gz", Body=packed)
        other.make_config("one", "s3://lake/m.tar.gz")
        other.sagemaker.create_endpoint(EndpointName="echo", EndpointConfigName="one")
        other.endpoint("echo")
    with LocalCloud(tmp_path, images=images) as cloud:
        again = Aws(cloud)
        assert json.loads(again.ask(b"which"))["parameters"] == {"alpha": "0.5"}
        assert again.endpoint("echo")["EndpointStatus"] == "InService"
        again.sagemaker.delete_endpoint(EndpointName="echo")
        with pytest.raises(botocore.exceptions.ClientError, match="Could not find endpoint"):
            again.sagemaker.describe_endpoint(EndpointName="echo")
    aws.cloud.start()
