"""Where the engine's files are: the object store's interface as the engine needs it, and a plain folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class StoredObject(Protocol):
    """One object: its key, its bytes' size, and the plain file that holds them."""

    @property
    def key(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def path(self) -> Path: ...


class Objects(Protocol):
    """S3 as plain files."""

    def list(self, bucket: str, prefix: str) -> Iterator[StoredObject]: ...
    def path(self, bucket: str, key: str) -> Path: ...
    def adopt(self, bucket: str, key: str, file: Path) -> object: ...
    def put_bytes(self, bucket: str, key: str, data: bytes) -> object: ...
    def delete(self, bucket: str, key: str) -> object: ...


@dataclass(frozen=True)
class PlainFile:
    key: str
    size: int
    path: Path


class FolderObjects:
    """Buckets as folders under a root, for tests and for use of the engine without the server.

    A file's name ends in LEAF, because a key may also be the prefix of another.
    """

    LEAF = "#"

    def __init__(self, root: Path) -> None:
        self._root = root

    def list(self, bucket: str, prefix: str) -> Iterator[PlainFile]:
        base = self._root / bucket
        for file in sorted(base.rglob("*")):
            key = file.relative_to(base).as_posix().removesuffix(self.LEAF)
            if key.startswith(prefix) and file.is_file():
                yield PlainFile(key, file.stat().st_size, file)

    def path(self, bucket: str, key: str) -> Path:
        return self._root / bucket / f"{key}{self.LEAF}"

    def adopt(self, bucket: str, key: str, file: Path) -> PlainFile:
        target = self.path(bucket, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
        return PlainFile(key, target.stat().st_size, target)

    def put_bytes(self, bucket: str, key: str, data: bytes) -> PlainFile:
        target = self.path(bucket, key)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return PlainFile(key, len(data), target)

    def delete(self, bucket: str, key: str) -> None:
        self.path(bucket, key).unlink(missing_ok=True)


def split_location(location: str) -> tuple[str, str]:
    """(bucket, key) of an s3:// location."""
    scheme, separator, rest = location.partition("://")
    if not separator or scheme not in ("s3", "s3a", "s3n"):
        raise ValueError(f"{location!r} is not an S3 location")
    bucket, _, key = rest.partition("/")
    return bucket, key


def folder(location: str) -> str:
    """The location with exactly one closing slash, so that `t1` never lists `t10`."""
    return location.rstrip("/") + "/"


def data_files(objects: Objects, location: str) -> list[StoredObject]:
    """The files of a folder that Athena reads: not those whose name, or folder, starts with `_` or `.`."""
    bucket, prefix = split_location(folder(location))
    found = []
    for item in objects.list(bucket, prefix):
        parts = item.key[len(prefix) :].split("/")
        if item.size and parts[-1] and not any(part.startswith(("_", ".")) for part in parts):
            found.append(item)
    return found
