"""Keeps what S3 knows of each object (size, tag, metadata) as one row per version, so that a PUT stores one row.

`StoredKeys` takes the place of the dictionary moto keeps a bucket's objects in: it notes what changed, and keeps the
keys in order so that listing a prefix costs what the prefix holds.
"""

import pickle
import threading
from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.s3.models import FakeDeleteMarker, FakeKey, get_canned_acl
from moto.s3.utils import _VersionedKeyStore
from moto.utilities.utils import LowercaseDict

from localcloud import service
from localcloud.object_files import ObjectFiles
from localcloud.state import Store

_COLUMNS = {"name", "bucket_name", "_version_id", "file", "contentsize", "_etag", "last_modified", "lock"}
_PRIVATE = pickle.dumps(get_canned_acl("private"))
_dirty: set[tuple[str, str]] = set()
_keys: dict[str, "StoredKeys"] = {}


def is_changing() -> bool:
    """Whether a change of the state is under way, rather than a read."""
    return service.in_scope()


def touch(bucket: str, key: str) -> None:
    """Has the rows of a key stored when the current change ends."""
    _dirty.add((bucket, key))  # first: outside of any change the rows are stored at once
    service.before_commit(_store_dirty)


class StoredKeys(_VersionedKeyStore):  # type: ignore[misc]
    """The object versions of one bucket by key, oldest first."""

    def __init__(self, bucket: str) -> None:
        super().__init__()
        self.bucket = bucket
        self.order: list[str] = []
        _keys[bucket] = self

    def __reduce__(self) -> tuple[Any, ...]:
        return StoredKeys, (self.bucket,)

    def __deepcopy__(self, _memo: dict[int, Any]) -> "StoredKeys":
        return self

    def __setitem__(self, key: str, version: Any) -> None:
        self._note(key)
        super().__setitem__(key, version)

    def setlist(self, key: str, versions: Any) -> None:
        self._note(key)
        kept = {id(version) for version in versions}
        for version in self.getlist(key, []):
            if id(version) not in kept:
                release(version)
        dict.__setitem__(self, key, list(versions))

    def pop(self, key: str) -> None:
        for version in dict.pop(self, key):
            release(version)
        del self.order[bisect_left(self.order, key)]
        touch(self.bucket, key)

    def under(self, prefix: str) -> Iterator[str]:
        """The keys that begin with the prefix, in order."""
        order = self.order
        for position in range(bisect_left(order, prefix), len(order)):
            if not order[position].startswith(prefix):
                return
            yield order[position]

    def restore(self, key: str, version: Any) -> None:
        """Adds a version from its row; rows come in order."""
        versions = dict.setdefault(self, key, [])
        if not versions:
            self.order.append(key)
        versions.append(version)

    def _note(self, key: str) -> None:
        if key not in self:
            insort(self.order, key)
        touch(self.bucket, key)


def release(version: Any) -> None:
    """Removes a version's file once the change that dropped it is stored."""
    file = version.__dict__.get("file")
    if file:
        service.after_commit(lambda: files().remove(file))


def files() -> ObjectFiles:
    """The files of the running cloud."""
    return _open_files[-1]


_open_files: list[ObjectFiles] = []


def use_files(opened: ObjectFiles | None) -> None:
    """Makes these the files of the running cloud; None when it stops."""
    _open_files.clear()
    _keys.clear()
    _dirty.clear()
    if opened:
        _open_files.append(opened)


def _store_dirty() -> None:
    changed = sorted(_dirty)
    if not changed:
        return
    _dirty.clear()
    store = service.store()
    store.write("delete from object where bucket = ? and key = ?", changed)
    rows = [row for bucket, key in changed if bucket in _keys for row in _rows(bucket, key)]
    store.write("insert into object values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _rows(bucket: str, key: str) -> Iterator[tuple[Any, ...]]:
    for position, version in enumerate(_keys[bucket].getlist(key, [])):
        modified = version.last_modified.replace(tzinfo=UTC).timestamp()
        if isinstance(version, FakeDeleteMarker):
            yield (bucket, key, position, version.version_id, 1, None, None, None, modified, None)
        else:
            extra = _extra(version)
            yield (
                *(bucket, key, position, version._version_id, 0, version.file, version.contentsize, version._etag),
                *(modified, pickle.dumps(extra) if extra else None),
            )


def _extra(version: Any) -> dict[str, Any]:
    """What differs from a plain object."""
    plain = _plain(version)
    return {
        name: value
        for name, value in version.__dict__.items()
        if name not in _COLUMNS and not _same(name, value, plain.get(name))
    }


def _same(name: str, value: Any, plain: Any) -> bool:
    if name == "acl":
        return value is plain or pickle.dumps(value) == _PRIVATE
    if name == "_metadata":
        return dict(value) == dict(plain)
    return bool(value == plain)


def _plain(version: Any) -> dict[str, Any]:
    template = _templates.get((version.account_id, version.region_name))
    if template is None:
        sample = FakeKey.__new__(FakeKey)
        sample.__dict__["bucket_name"] = None
        FakeKey.__init__(sample, "", NOTHING, version.account_id, version.region_name)
        template = _templates[version.account_id, version.region_name] = dict(sample.__dict__)
    return template


NOTHING: Any = object()  # a value that FakeKey's patched setter stores no file for
_templates: dict[tuple[str, str], dict[str, Any]] = {}


def drop_incomplete(store: Store) -> int:
    """Removes the rows whose file is not there or not whole (after a power cut); answers how many."""
    lost = [
        (bucket, key, position)
        for bucket, key, position, file, size in store.read("select bucket, key, position, file, size from object")
        if file and not files().is_whole(file, size)
    ]
    store.write("delete from object where bucket = ? and key = ? and position = ?", lost)
    return len(lost)


def restore_objects(store: Store, account: str, partition: str) -> set[str]:
    """Fills the buckets from the rows; answers the files they name."""
    known: set[str] = set()
    host = type("Host", (), {"account_id": account, "region_name": partition})
    plain = _plain(host)
    previous: Any = None
    for row in store.read("select * from object order by bucket, key, position"):
        bucket, key, _, version_id, is_marker, file, size, etag, modified, extra = row
        when = datetime.fromtimestamp(modified, UTC).replace(tzinfo=None)
        if is_marker:
            version = FakeDeleteMarker.__new__(FakeDeleteMarker)
            version.__dict__.update(key=previous, name=key, last_modified=when, _version_id=version_id)
        else:
            version = FakeKey.__new__(FakeKey)
            version.__dict__.update(plain)
            version.__dict__.update(
                name=key, bucket_name=bucket, _version_id=version_id, file=file, contentsize=size, _etag=etag
            )
            version.__dict__.update(
                last_modified=when, lock=threading.Lock(), _metadata=LowercaseDict(plain["_metadata"])
            )
            version.__dict__.update(pickle.loads(extra) if extra else {})  # noqa: S301 - our own state folder
            known.add(file)
        previous = version
        if bucket in _keys:
            _keys[bucket].restore(key, version)
    return known
