"""Tells what happened to objects: to EventBridge for buckets that ask for it, and to the bucket's own notifications.

Everything is sent when the change is complete and inside its transaction: there is an event if and only if there is
its object.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from localcloud import bus, service

_REASONS = {
    "ObjectCreated:Put": "PutObject",
    "ObjectCreated:Post": "POST Object",
    "ObjectCreated:Copy": "CopyObject",
    "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
    "ObjectRemoved:Delete": "DeleteObject",
    "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
}

InvokeAsync = Callable[[str, bytes], None]
_invoke_async: list[InvokeAsync] = []
_sequence_lock = threading.Lock()
_last_sequence = 0


def use_functions(invoke_async: InvokeAsync) -> None:
    """Gives the way to invoke a function without waiting, for buckets that notify functions."""
    _invoke_async[:] = [invoke_async]


def sequencer() -> str:
    """A hexadecimal number that grows with every event of this process and its successors."""
    global _last_sequence
    with _sequence_lock:
        _last_sequence = max(_last_sequence + 1, time.time_ns())
        return f"{_last_sequence:018X}"


def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    """Takes the place of `moto.s3.notifications.send_event`."""
    if bucket.notification_configuration is None or key is None:
        return
    name = getattr(event_name, "value", event_name).removeprefix("s3:")
    service.before_commit(partial(_publish, name, event_name, bucket, key))


def _publish(name: str, event_name: Any, bucket: Any, key: Any) -> None:
    sequence = sequencer()
    configuration = bucket.notification_configuration
    if configuration.event_bridge is not None and name in _REASONS:
        bus.emit(
            "aws.s3",
            "Object Created" if name.startswith("ObjectCreated") else "Object Deleted",
            bridge_detail(name, bucket, key, sequence),
            [bucket.arn],
            region=bucket.region_name,
        )
    targets = [*configuration.cloud_function, *configuration.queue, *configuration.topic]
    for target in targets:
        if target.matches(event_name, key.name):
            record = notification(name, bucket, key, sequence, target.id)
            _send(target.arn, json.dumps(record))


def bridge_detail(name: str, bucket: Any, key: Any, sequence: str) -> dict[str, Any]:
    """The `detail` of S3's EventBridge events; the key is as it is, not encoded."""
    described: dict[str, Any] = {"key": key.name, "sequencer": sequence}
    if name.startswith("ObjectCreated"):
        described = {"key": key.name, "size": key.size, "etag": key.etag.strip('"'), "sequencer": sequence}
    if bucket.is_versioned:
        described["version-id"] = key.version_id
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": described,
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": service.ACCOUNT,
        "source-ip-address": "127.0.0.1",
        "reason": _REASONS[name],
    }
    if name.startswith("ObjectRemoved"):
        marker = name.endswith("DeleteMarkerCreated")
        detail["deletion-type"] = "Delete Marker Created" if marker else "Permanently Deleted"
    return detail


def notification(name: str, bucket: Any, key: Any, sequence: str, configuration_id: str) -> dict[str, Any]:
    """The record S3 sends to functions, queues and topics; here the key is encoded, `/` is not."""
    described: dict[str, Any] = {"key": quote(key.name, safe="/").replace("%20", "+"), "sequencer": sequence}
    if name.startswith("ObjectCreated"):
        described |= {"size": key.size, "eTag": key.etag.strip('"')}
    if bucket.is_versioned:
        described["versionId"] = key.version_id
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "eventName": name,
        "userIdentity": {"principalId": f"AWS:{service.ACCOUNT}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": uuid.uuid4().hex[:16].upper()},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": service.ACCOUNT},
                "arn": bucket.arn,
            },
            "object": described,
        },
    }
    return {"Records": [record]}


def _send(arn: str, message: str) -> None:
    kind, region = arn.split(":")[2:4]
    if kind == "sqs":
        with service.mutating("sqs"):
            service.backend("sqs", region).send_message(queue_name=arn.split(":")[-1], message_body=message)
    elif kind == "sns":
        with service.mutating("sns"), service.mutating("sqs"):
            service.backend("sns", region).publish(message=message, arn=arn, subject="Amazon S3 Notification")
    elif kind == "lambda":
        _invoke_async[0](arn, message.encode())
