"""kill -9 at several points, then a restart: nothing acknowledged is lost, nothing half done is left."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from cloud_fixture import FUNCTIONS, REGION, package, running

from localcloud import objects, service
from localcloud.errors import StateInUseError, StateVersionError
from localcloud.state import Store

SERVE = Path(__file__).with_name("serve.py")


class Process:
    """A cloud that can be killed."""

    def __init__(self, state: Path, *components: str) -> None:
        environment = {**os.environ, "AWS_DEFAULT_REGION": REGION}
        self._process = subprocess.Popen(
            [sys.executable, str(SERVE), str(state), *components], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid


@contextlib.contextmanager
def started(state: Path, *components: str) -> Iterator[Process]:
    process = Process(state, *components)
    try:
        yield process
    finally:
        process.kill()


def table(client: Any) -> None:
    client.create_table(
        TableName="ledger",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def bucket(client: Any) -> None:
    client.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})


def test_what_was_acknowledged_survives(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        s3, items, glue = (process.client(name) for name in ("s3", "dynamodb", "glue"))
        bucket(s3)
        s3.put_object(Bucket="lake", Key="raw/x", Body=b"1", Metadata={"rows": "1"}, Tagging="a=b")
        table(items)
        items.put_item(TableName="ledger", Item={"id": {"S": "run-1"}})
        glue.create_database(DatabaseInput={"Name": "timesheets"})
        glue.create_table(DatabaseName="timesheets", TableInput={"Name": "raw_x", "PartitionKeys": []})
        process.client("sqs").create_queue(QueueName="q")
        key = process.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")["KeyMetadata"]["KeyId"]
        process.client("secretsmanager").create_secret(Name="source", SecretString="{}")
    with started(tmp_path) as process:
        s3 = process.client("s3")
        assert s3.get_object(Bucket="lake", Key="raw/x")["Body"].read() == b"1"
        assert s3.head_object(Bucket="lake", Key="raw/x")["Metadata"] == {"rows": "1"}
        assert s3.get_object_tagging(Bucket="lake", Key="raw/x")["TagSet"] == [{"Key": "a", "Value": "b"}]
        assert process.client("dynamodb").get_item(TableName="ledger", Key={"id": {"S": "run-1"}})["Item"]
        assert process.client("glue").get_table(DatabaseName="timesheets", Name="raw_x")["Table"]["Name"] == "raw_x"
        assert process.client("sqs").get_queue_url(QueueName="q")
        assert process.client("kms").describe_key(KeyId=key)["KeyMetadata"]["Enabled"]
        assert process.client("secretsmanager").get_secret_value(SecretId="source")["SecretString"] == "{}"


@pytest.mark.parametrize("after_seconds", [0.05, 0.2, 0.5])
def test_a_kill_in_the_middle_of_writing_loses_nothing_acknowledged_and_leaves_nothing_half(
    tmp_path: Path, after_seconds: float
) -> None:
    acknowledged: list[int] = []
    with started(tmp_path) as process:
        s3, items = process.client("s3"), process.client("dynamodb")
        bucket(s3)
        table(items)

        def write() -> None:
            with contextlib.suppress(BotoCoreError, ClientError):
                for number in range(10_000):
                    s3.put_object(Bucket="lake", Key=f"n/{number}", Body=str(number).encode() * 50_000)
                    items.put_item(TableName="ledger", Item={"id": {"S": str(number)}})
                    acknowledged.append(number)

        writer = threading.Thread(target=write)
        writer.start()
        time.sleep(after_seconds)
        process.kill()
        writer.join()
    with running(tmp_path):
        store = objects.store()
        found = {info.key: info for info in store.list("lake", "n/")}
        for number in acknowledged:
            assert found[f"n/{number}"].path.read_bytes() == str(number).encode() * 50_000
        for info in found.values():
            assert info.path.stat().st_size == info.size
        files = {path for path in (tmp_path / "objects").rglob("*") if path.is_file()}
        assert files == {info.path for info in store.list("lake")}
        stored = service.backend("dynamodb", REGION).tables["ledger"].items
        assert {str(number) for number in acknowledged} <= {key.value for key in stored}


def test_an_upload_in_parts_can_be_completed_after_a_kill(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        s3 = process.client("s3")
        bucket(s3)
        upload = s3.create_multipart_upload(Bucket="lake", Key="k")["UploadId"]
        part = s3.upload_part(Bucket="lake", Key="k", UploadId=upload, PartNumber=1, Body=b"part")
    with started(tmp_path) as process:
        parts = [{"PartNumber": 1, "ETag": part["ETag"]}]
        s3 = process.client("s3")
        s3.complete_multipart_upload(Bucket="lake", Key="k", UploadId=upload, MultipartUpload={"Parts": parts})
        assert s3.get_object(Bucket="lake", Key="k")["Body"].read() == b"part"


def test_an_asynchronous_invocation_runs_after_a_kill_and_no_child_survives(tmp_path: Path) -> None:
    state, mark = tmp_path / "state", tmp_path / "mark"
    source = (
        "import os, pathlib, time\n"
        "def handler(event, context):\n"
        "    mark = pathlib.Path(event['mark'])\n"
        "    with mark.open('a') as file: file.write(f'{os.getpid()}\\n')\n"
        "    time.sleep(30 if len(mark.read_text().split()) == 1 else 0)\n"
        "    mark.with_suffix('.done').touch()\n"
    )
    with started(state, *FUNCTIONS) as process:
        process.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
        process.client("lambda").create_function(
            FunctionName="f",
            Runtime="python3.13",
            Handler="handler.handler",
            Role="arn:aws:iam::123456789012:role/r",
            Timeout=60,
            Code={"ZipFile": package(source)},
        )
        event = json.dumps({"mark": str(mark)})
        process.client("lambda").invoke(FunctionName="f", InvocationType="Event", Payload=event)
        eventually(lambda: mark.exists() and mark.read_text().endswith("\n"))
    child = int(mark.read_text())
    eventually(lambda: not is_running(child))
    with started(state, *FUNCTIONS):
        eventually(mark.with_suffix(".done").exists)


def test_a_state_folder_is_served_once(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        with pytest.raises(StateInUseError) as raised, running(tmp_path):
            pass
        assert raised.value.pid == process.pid
        assert process.url.endswith(f":{raised.value.port}")


def test_the_state_of_another_version_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.sqlite")
    store.write("update meta set value = ? where name = 'moto'", [("4.0.0",)])
    store.close()
    with pytest.raises(StateVersionError, match=r"written with moto 4\.0\.0"):
        Store(tmp_path / "state.sqlite")


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def eventually(holds: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
