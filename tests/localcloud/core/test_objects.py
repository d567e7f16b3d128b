"""S3 objects as plain files: over the protocol and from inside, with their events."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cloud_fixture import bucket, client, running

from localcloud import bus, objects
from localcloud.cloud import LocalCloud
from localcloud.errors import ObjectNotFoundError
from localcloud.object_files import place


class RecordingBus:
    """Takes the place of the bus: keeps the events."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.depth = 0

    def put(self, event: dict[str, Any], bus_name: str = "default") -> None:
        self.events.append(event)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with running(tmp_path_factory.mktemp("state")) as cloud:
        bucket(cloud)
        yield cloud


@pytest.fixture
def s3(cloud: LocalCloud) -> Any:
    return client("s3", cloud)


@pytest.fixture
def events(s3: Any) -> Iterator[list[dict[str, Any]]]:
    recording = RecordingBus()
    bus.use(recording)  # type: ignore[arg-type]
    s3.put_bucket_notification_configuration(Bucket="lake", NotificationConfiguration={"EventBridgeConfiguration": {}})
    yield recording.events
    s3.put_bucket_notification_configuration(Bucket="lake", NotificationConfiguration={})
    bus.use(None)


def read(s3: Any, key: str, **more: Any) -> bytes:
    return bytes(s3.get_object(Bucket="lake", Key=key, **more)["Body"].read())


def test_an_object_is_a_plain_file(s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="raw/t/part-0.avro", Body=b"bytes", Metadata={"rows": "7"})
    path = objects.store().path("lake", "raw/t/part-0.avro")
    assert path.read_bytes() == b"bytes"
    assert path.suffix == ".avro"
    assert path.parent.name == "t"
    head = s3.head_object(Bucket="lake", Key="raw/t/part-0.avro")
    assert head["Metadata"] == {"rows": "7"}
    assert head["ETag"] == f'"{hashlib.md5(b"bytes").hexdigest()}"'


def test_a_key_may_be_the_prefix_of_another(s3: Any) -> None:
    for key in ("a", "a/b", "a/b/c", "a/"):
        s3.put_object(Bucket="lake", Key=key, Body=key.encode())
    assert [read(s3, key) for key in ("a", "a/b", "a/b/c", "a/")] == [b"a", b"a/b", b"a/b/c", b"a/"]


@pytest.mark.parametrize("key", ["../x", "a/../../../x", "..", "./x", "//x", "x\\..\\y", "C:/x", "a" * 1000, "é%2F~/ü"])
def test_no_key_leaves_its_bucket(s3: Any, key: str) -> None:
    s3.put_object(Bucket="lake", Key=key, Body=key.encode())
    path = objects.store().path("lake", key)
    root = next(parent for parent in path.parents if (parent.parent.name, parent.name) == ("objects", "lake"))
    assert path.resolve().is_relative_to(root.resolve())
    assert read(s3, key) == key.encode()


def test_different_keys_get_different_files() -> None:
    assert len({place("b", key) for key in ("a/b", "a//b", "a/b", "a~/b", "A/b")}) == 5


def test_ranges_read_a_part(s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="range", Body=bytes(range(256)) * 4096)
    assert read(s3, "range", Range="bytes=256-259") == bytes(range(4))
    assert read(s3, "range", Range="bytes=-2") == b"\xfe\xff"
    assert len(read(s3, "range", Range="bytes=1048000-")) == 576
    with pytest.raises(ClientError, match="InvalidRange"):
        read(s3, "range", Range="bytes=9999999-")


def test_an_upload_in_parts_becomes_one_file(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket="lake", Key="parts")["UploadId"]
    chunks = [b"x" * (5 << 20), b"the end"]
    parts = [
        {
            "PartNumber": number,
            "ETag": s3.upload_part(Bucket="lake", Key="parts", UploadId=upload, PartNumber=number, Body=chunk)["ETag"],
        }
        for number, chunk in enumerate(chunks, 1)
    ]
    s3.complete_multipart_upload(Bucket="lake", Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})
    path = objects.store().path("lake", "parts")
    assert path.read_bytes() == b"".join(chunks)
    assert objects.store().info("lake", "parts").etag.endswith("-2")
    assert not list((path.parent.parent / "%2Eparts").glob("*"))


def test_a_copy_has_the_bytes_and_the_metadata(s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="from", Body=b"copied", Metadata={"a": "b"})
    s3.copy_object(Bucket="lake", Key="to", CopySource={"Bucket": "lake", "Key": "from"})
    s3.delete_object(Bucket="lake", Key="from")
    assert read(s3, "to") == b"copied"
    assert s3.head_object(Bucket="lake", Key="to")["Metadata"] == {"a": "b"}


def test_old_versions_stay_readable_and_a_delete_hides_them(cloud: LocalCloud) -> None:
    s3 = bucket(cloud, "versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="versioned", Key="k", Body=b"1")["VersionId"]
    s3.put_object(Bucket="versioned", Key="k", Body=b"2")
    s3.delete_object(Bucket="versioned", Key="k")
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="versioned", Key="k")
    assert s3.get_object(Bucket="versioned", Key="k", VersionId=first)["Body"].read() == b"1"
    assert objects.store().path("versioned", "k", first).read_bytes() == b"1"
    assert len(s3.list_object_versions(Bucket="versioned")["Versions"]) == 2
    assert list(objects.store().list("versioned")) == []


def test_an_overwritten_or_deleted_object_leaves_no_file(s3: Any) -> None:
    s3.put_object(Bucket="lake", Key="gone/x", Body=b"1")
    first = objects.store().path("lake", "gone/x")
    s3.put_object(Bucket="lake", Key="gone/x", Body=b"2")
    second = objects.store().path("lake", "gone/x")
    s3.delete_object(Bucket="lake", Key="gone/x")
    assert not first.exists()
    assert not second.parent.exists()


def test_listing_pages_through_a_prefix_with_its_folders(s3: Any) -> None:
    for number in range(25):
        s3.put_object(Bucket="lake", Key=f"list/{number % 5}/{number:02}", Body=b"")
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="lake", Prefix="list/", PaginationConfig={"PageSize": 7}
    )
    assert len([entry for page in pages for entry in page["Contents"]]) == 25
    folders = s3.list_objects_v2(Bucket="lake", Prefix="list/", Delimiter="/")["CommonPrefixes"]
    assert [folder["Prefix"] for folder in folders] == [f"list/{number}/" for number in range(5)]


def test_an_adopted_file_is_moved_and_readable_over_the_protocol(s3: Any, tmp_path: Path) -> None:
    source = tmp_path / "0.parquet"
    source.write_bytes(b"p" * 1_000_000)
    info = objects.store().adopt("lake", "tables/t/0.parquet", source)
    assert not source.exists()
    assert (info.size, info.key) == (1_000_000, "tables/t/0.parquet")
    assert len(read(s3, "tables/t/0.parquet")) == 1_000_000


def test_what_does_not_exist_is_named(cloud: LocalCloud) -> None:
    with pytest.raises(ObjectNotFoundError, match="s3://lake/nothing"):
        objects.store().path("lake", "nothing")
    with pytest.raises(ObjectNotFoundError, match="no bucket nowhere"):
        list(objects.store().list("nowhere"))


def test_a_created_object_is_an_event_with_its_key_as_it_is(s3: Any, events: list[dict[str, Any]]) -> None:
    s3.put_object(Bucket="lake", Key="raw/_manifests/r un+1.json", Body=b"{}")
    [event] = events
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert event["resources"] == ["arn:aws:s3:::lake"]
    detail = event["detail"]
    assert detail["bucket"] == {"name": "lake"}
    assert detail["reason"] == "PutObject"
    assert {"key": "raw/_manifests/r un+1.json", "size": 2, "etag": hashlib.md5(b"{}").hexdigest()}.items() <= detail[
        "object"
    ].items()
    assert "version-id" not in detail["object"]


def test_every_way_to_create_or_delete_an_object_is_an_event(
    s3: Any, events: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "f").write_bytes(b"1")
    objects.store().put_bytes("lake", "e/1", b"1")
    objects.store().adopt("lake", "e/2", tmp_path / "f")
    s3.copy_object(Bucket="lake", Key="e/3", CopySource={"Bucket": "lake", "Key": "e/1"})
    s3.delete_object(Bucket="lake", Key="e/1")
    assert [(event["detail"]["object"]["key"], event["detail"]["reason"]) for event in events] == [
        ("e/1", "PutObject"),
        ("e/2", "PutObject"),
        ("e/3", "CopyObject"),
        ("e/1", "DeleteObject"),
    ]
    sequence = [event["detail"]["object"]["sequencer"] for event in events]
    assert sequence == sorted(sequence)


def test_a_bucket_can_notify_a_queue(cloud: LocalCloud, s3: Any) -> None:
    url = client("sqs", cloud).create_queue(QueueName="told")["QueueUrl"]
    queue = {"QueueArn": "arn:aws:sqs:eu-central-1:123456789012:told", "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(Bucket="lake", NotificationConfiguration={"QueueConfigurations": [queue]})
    client("sqs", cloud).purge_queue(QueueUrl=url)
    s3.put_object(Bucket="lake", Key="told/a b", Body=b"1")
    s3.put_bucket_notification_configuration(Bucket="lake", NotificationConfiguration={})
    [message] = client("sqs", cloud).receive_message(QueueUrl=url, WaitTimeSeconds=2)["Messages"]
    assert json.loads(message["Body"])["Records"][0]["s3"]["object"]["key"] == "told/a+b"
