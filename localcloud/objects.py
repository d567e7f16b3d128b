"""S3 objects for the engines: they read and write plain files, and S3 knows of it at once.

store().path("lake", "raw/part-0.avro")          # open it directly
store().adopt("lake", "tables/t/0.parquet", file)  # a finished file becomes an object, nothing is copied
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from localcloud import object_rows, service
from localcloud.errors import CloudNotRunningError, ObjectNotFoundError
from localcloud.object_files import FileBody, ObjectFiles


@dataclass(frozen=True)
class ObjectInfo:
    """One object: its bytes are the file at `path`, which never changes (an overwrite is another file)."""

    key: str
    size: int
    etag: str
    path: Path
    last_modified: datetime
    bucket: str = ""
    version: str | None = None


class ObjectStore:
    """The objects of the running cloud. Unknown buckets, keys and versions raise ObjectNotFoundError."""

    def __init__(self, files: ObjectFiles) -> None:
        self._files = files

    def path(self, bucket: str, key: str, version: str | None = None) -> Path:
        """The plain file of an object. It is removed soon after the object is overwritten or deleted."""
        return self.info(bucket, key, version).path

    def info(self, bucket: str, key: str, version: str | None = None) -> ObjectInfo:
        """What S3 knows of an object."""
        found = self._backend().get_object(bucket, key, version_id=version) if self.bucket_exists(bucket) else None
        if found is None:
            raise ObjectNotFoundError(f"There is no object s3://{bucket}/{key}" + (f" ({version})" if version else ""))
        return self._info(found)

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object exists (now, and is not deleted)."""
        return self.bucket_exists(bucket) and self._backend().get_object(bucket, key) is not None

    def bucket_exists(self, bucket: str) -> bool:
        """Whether there is such a bucket."""
        return bucket in self._backend().buckets

    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectInfo]:
        """The current objects under a prefix, in the order of their keys."""
        self._require(bucket)
        with service.reading("s3"):
            keys = self._backend().buckets[bucket].keys
            found = [keys[name] for name in keys.under(prefix)]
        return (self._info(version) for version in found if "file" in version.__dict__)

    def read_bytes(self, bucket: str, key: str) -> bytes:
        """The whole of a small object."""
        return bytes(FileBody.open(self.path(bucket, key)))

    def scratch(self) -> Path:
        """A new file name on the objects' own file system: write there, then `adopt` is a rename."""
        return self._files.scratch()

    def put_bytes(self, bucket: str, key: str, data: bytes, content_type: str = "binary/octet-stream") -> ObjectInfo:
        """Stores an object as PutObject does, events included."""
        self._require(bucket)
        with self._files.stage(data) as body:
            return self._put(bucket, key, body, content_type)

    def adopt(self, bucket: str, key: str, file: Path, content_type: str = "binary/octet-stream") -> ObjectInfo:
        """Moves a finished file in as an object, without a copy if it is on the same file system; events included."""
        self._require(bucket)
        with FileBody.open(file, owned=True) as body:
            return self._put(bucket, key, body, content_type)

    def link(self, bucket: str, key: str, file: Path, content_type: str = "binary/octet-stream") -> ObjectInfo:
        """Makes a finished file an object that stays where it is as well; nobody may write to it any more."""
        self._require(bucket)
        with FileBody.open(file) as body:
            return self._put(bucket, key, body, content_type)

    def delete(self, bucket: str, key: str) -> None:
        """Deletes an object as DeleteObject does; nothing happens if there is none."""
        self._require(bucket)
        with service.transaction():
            self._backend().delete_object(bucket, key)

    def _put(self, bucket: str, key: str, value: FileBody, content_type: str) -> ObjectInfo:
        with service.transaction():
            put = self._backend().put_object(bucket, key, value)
            put.set_metadata({"Content-Type": content_type})
            return self._info(put)

    def _info(self, key: Any) -> ObjectInfo:
        return ObjectInfo(
            key.name,
            key.contentsize,
            key._etag,
            self._files.path(key.file),
            key.last_modified.replace(tzinfo=UTC),
            key.bucket_name,
            key._version_id,
        )

    def _require(self, bucket: str) -> None:
        if not self.bucket_exists(bucket):
            raise ObjectNotFoundError(f"There is no bucket {bucket}.")

    def _backend(self) -> Any:
        return service.backend("s3", "aws")


_running: list[ObjectStore] = []


def store() -> ObjectStore:
    """The objects of the running cloud."""
    if not _running:
        raise CloudNotRunningError("No embedded cloud is running in this process.")
    return _running[0]


def open_store(root: Path, *, swept: bool) -> None:
    """Serves the objects under a folder; `swept` removes what a killed process left half done."""
    files = ObjectFiles(root)
    object_rows.use_files(files)
    _running[:] = [ObjectStore(files)]

    def restore() -> None:
        s3_backends = service.backends("s3")
        known: set[str] = set()
        for account, partition, backend in s3_backends.iter_backends():
            for bucket in backend.buckets.values():
                s3_backends.bucket_accounts[bucket.name] = (partition, account)
                for upload in bucket.multiparts.values():
                    known.update(part.file for part in upload.parts.values())
        if swept:
            object_rows.drop_incomplete(service.store())
        known |= object_rows.restore_objects(service.store(), service.ACCOUNT, "aws")
        if swept:
            files.sweep(known)

    service.when_loaded("s3", _patch)
    service.after_loading("s3", restore)


def close_store() -> None:
    """Stops serving objects."""
    _running.clear()
    object_rows.use_files(None)


def _patch() -> None:
    from localcloud import s3_patches

    s3_patches.install()
