"""Makes moto's S3 keep objects as plain files and rows: every patched symbol of `moto.s3`, and nothing else.

Patched: FakeKey.value, .etag, .dispose, .__del__, .__getstate__, .__setstate__; FakeBucket.__init__, .get_permission;
FakeMultipart.complete; S3Backend.copy_object, .get_object, ._set_delete_marker, .list_objects;
S3Response.get_object; notifications.send_event.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.utils import utcnow
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3 import models, notifications
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML, MethodNotAllowed
from moto.s3.responses import S3Response

from localcloud import object_rows, s3_events
from localcloud.object_files import FileBody
from localcloud.object_rows import StoredKeys, files, touch

STREAM_BYTES = 256 << 10  # smaller objects are answered from memory

_mode = threading.local()


def install() -> None:
    """Replaces the symbols; called once, when moto.s3 is first loaded."""
    key: Any = models.FakeKey
    key.value = property(_value, _set_value)
    key.etag = property(_etag)
    key.dispose = _dispose
    key.__del__ = lambda _key: None
    key.__getstate__ = _get_state
    key.__setstate__ = _set_state
    _wrap(models.FakeBucket, "__init__", _bucket_with_stored_keys)
    models.FakeBucket.get_permission = _permission  # type: ignore[method-assign]
    models.FakeMultipart.complete = _complete  # type: ignore[method-assign]
    _wrap(models.S3Backend, "copy_object", _copy_without_reading)
    _wrap(models.S3Backend, "get_object", _get_and_touch)
    _wrap(models.S3Backend, "_set_delete_marker", _mark_and_notify)
    models.S3Backend.list_objects = _list_objects  # type: ignore[method-assign]
    _wrap(S3Response, "get_object", _answer_streamed)
    notifications.send_event = s3_events.send_event


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    plain = getattr(owner, name)

    def wrapped(self: Any, *arguments: Any, **named: Any) -> Any:
        return around(plain, self, *arguments, **named)

    setattr(owner, name, wrapped)


# --- bucket policies


def _permission(self: Any, action: str, resource: str) -> Any:
    """moto ignores conditions; those on TLS cannot be met on loopback and do not apply there."""
    policy = json.loads(self.policy or b'{"Statement": []}')
    applying = [each for each in policy["Statement"] if not _asks_for_tls(each.get("Condition", {}))]
    if not applying:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": applying})).is_action_permitted(action, resource)


def _asks_for_tls(condition: dict[str, dict[str, Any]]) -> bool:
    return any(key in ("aws:SecureTransport", "s3:TlsVersion") for keys in condition.values() for key in keys)


# --- the bytes of an object


def _value(self: Any) -> bytes | FileBody:
    body = FileBody.open(files().path(self.file))
    if getattr(_mode, "streamed", False):
        return body
    return bytes(body)


def _set_value(self: Any, value: bytes | str | FileBody) -> None:
    buffer = self.__dict__.pop("_value_buffer", None)
    if buffer:
        buffer.close()
    if value is object_rows.NOTHING:
        return
    bucket, name = (self.bucket_name, self.name) if self.bucket_name else (".parts", f"part-{self.name}")
    if not isinstance(value, FileBody):
        value = files().stage(value.encode() if isinstance(value, str) else value)
    store = files().adopt if value.owned else files().link
    stored = store(bucket, name, value.path, self._etag or value.etag)
    self.file = stored.file
    self.contentsize = stored.size
    self._etag = self._etag or stored.etag
    self.multipart = None  # its parts are gone once the object is complete


def _etag(self: Any) -> str:
    return f'"{self._etag}"'


def _dispose(self: Any, garbage: bool = False) -> None:
    """Only the parts of an upload are disposed of; the versions of an object belong to StoredKeys."""
    if not self.bucket_name and not garbage:
        object_rows.release(self)


def _get_state(self: Any) -> dict[str, Any]:
    return {name: value for name, value in self.__dict__.items() if name != "lock"}


def _set_state(self: Any, state: dict[str, Any]) -> None:
    self.__dict__.update(state, lock=threading.Lock())


# --- buckets and uploads


def _bucket_with_stored_keys(plain: Callable[..., None], self: Any, *arguments: Any, **named: Any) -> None:
    plain(self, *arguments, **named)
    self.keys = StoredKeys(self.name)


def _complete(self: Any, body: Iterator[tuple[int, str]]) -> tuple[FileBody, str, tuple[str, str, int] | None]:
    """Joins the parts on disk; memory does not grow with the object."""
    checksums = models.MultipartChecksumBuilder(
        self.metadata.get("x-amz-checksum-algorithm"), self.metadata.get("x-amz-checksum-type")
    )
    wants_checksum = "x-amz-checksum-algorithm" in self.metadata
    digests = hashlib.md5(usedforsecurity=False)
    last = None
    count = 0
    scratch = files().scratch()
    with scratch.open("wb") as joined:
        for number, etag in body:
            part = self.parts.get(number)
            if part is None or part._etag != etag.replace('"', ""):
                raise InvalidPart()
            if last is not None and last.contentsize < models.S3_UPLOAD_PART_MIN_SIZE:
                raise EntityTooSmall()
            digests.update(bytes.fromhex(part._etag))
            value = part.value
            joined.write(value)
            if wants_checksum:
                checksums.addPart(value)
            last = part
            count += 1
    if not count:
        raise MalformedXML
    etag = f"{digests.hexdigest()}-{count}"
    return FileBody.open(scratch, owned=True), etag, checksums.build() if wants_checksum else None


def _copy_without_reading(plain: Callable[..., None], self: Any, src_key: Any, *arguments: Any, **named: Any) -> None:
    with _streamed():
        plain(self, src_key, *arguments, **named)


# --- reading


@contextmanager
def _streamed() -> Iterator[None]:
    _mode.streamed = True
    try:
        yield
    finally:
        _mode.streamed = False


def _answer_streamed(plain: Callable[..., Any], self: Any) -> Any:
    with _streamed():
        status, headers, body = plain(self)
    if isinstance(body, FileBody) and len(body) <= STREAM_BYTES:
        body = bytes(body)
    return status, headers, body


def _get_and_touch(
    plain: Callable[..., Any], self: Any, bucket_name: str, key_name: str, *args: Any, **named: Any
) -> Any:
    """A change begins with a look at the object: what a change looked at is stored again."""
    found = plain(self, bucket_name, key_name, *args, **named)
    if found is not None and object_rows.is_changing():
        touch(bucket_name, key_name)
    return found


def _list_objects(
    self: Any, bucket: Any, prefix: str | None, delimiter: str | None, marker: str | None, max_keys: int | None
) -> tuple[list[Any], list[str], bool, str | None]:
    """As moto's, for the cost of what the prefix holds instead of what the bucket holds."""
    if isinstance(bucket, models.FakeTableStorageBucket):
        raise MethodNotAllowed()
    prefix = prefix or ""
    found: list[Any] = []
    folders: dict[str, None] = {}
    for name in bucket.keys.under(prefix):
        cut = name.find(delimiter, len(prefix)) if delimiter else -1
        version = bucket.keys[name]
        if isinstance(version, models.FakeDeleteMarker):
            continue
        if cut >= 0 and delimiter:
            folders[name[: cut + len(delimiter)]] = None
        else:
            found.append(version)
    if marker:
        found = self._get_results_from_token(found, self._pagination_tokens.get(marker) or marker)
    if max_keys is None:
        return found, list(folders), False, None
    found, is_truncated, next_marker = self._truncate_result(found, max_keys)
    return found, list(folders), is_truncated, next_marker


def _mark_and_notify(plain: Callable[..., Any], self: Any, bucket_name: str, key_name: str) -> Any:
    marker = plain(self, bucket_name, key_name)
    marker.last_modified = utcnow()
    bucket = self.get_bucket(bucket_name)
    event = notifications.S3NotificationEvent.OBJECT_REMOVED_DELETE_MARKER_CREATED_EVENT
    s3_events.send_event(self.account_id, event, bucket, marker)
    return marker
