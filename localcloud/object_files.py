"""Where the bytes of S3 objects lie: one plain file per object version, under a tree a person can browse.

The folders of `objects/<bucket>/` are the folders of the keys. The file's name carries a unique mark before its
extension (`part-0~4f2a91c3.avro`), so an overwrite is a new file, and a key may be a prefix of another. Characters a
file system may refuse are escaped, `.` and `..` among them, so no key leaves its bucket. A file is complete before its
row is stored; what has no row is swept at the next start. A killed process loses nothing of that. Nothing is flushed
to the disk (10 ms for each object on a busy one), so a power cut may lose the last objects; a row whose file did not
arrive whole is dropped at the next start.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
MAX_NAME_BYTES = 200
_UNSAFE = frozenset('%~\\:*?"<>|')


class FileBody:
    """A part of a file that stands for bytes: has a length, can be sliced, and is read in chunks when iterated."""

    def __init__(
        self, file: BinaryIO, path: Path, start: int, end: int, *, owned: bool = False, etag: str = ""
    ) -> None:
        self._file = file
        self.path = path
        self.start = start
        self.end = end
        self.owned = owned  # the receiver may move the file instead of linking it
        self.etag = etag

    @classmethod
    def open(cls, path: Path, *, owned: bool = False, etag: str = "") -> "FileBody":
        """The whole of a file; it stays readable even if the file is deleted meanwhile."""
        file = path.open("rb")
        return cls(file, path, 0, os.fstat(file.fileno()).st_size, owned=owned, etag=etag)

    def __enter__(self) -> "FileBody":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, part: slice) -> "FileBody":
        start, end, _ = part.indices(len(self))
        return FileBody(self._file, self.path, self.start + start, self.start + max(start, end))

    def __iter__(self) -> Iterator[bytes]:
        position = self.start
        while position < self.end:
            chunk = os.pread(self._file.fileno(), min(CHUNK, self.end - position), position)
            if not chunk:
                return
            position += len(chunk)
            yield chunk

    def __bytes__(self) -> bytes:
        return b"".join(self)


@dataclass(frozen=True)
class Stored:
    """A complete file: its place relative to the root, its size and its entity tag (without quotes)."""

    file: str
    size: int
    etag: str


class ObjectFiles:
    """Creates, reads and removes the files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / ".incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def path(self, file: str) -> Path:
        """The absolute path of a stored file."""
        return self.root / file

    def scratch(self) -> Path:
        """A new file name on the same file system, for bytes that are to become an object."""
        return self._incoming / secrets.token_hex(8)

    def stage(self, data: bytes) -> FileBody:
        """Writes bytes to a scratch file that may be adopted."""
        scratch = self.scratch()
        scratch.write_bytes(data)
        return FileBody.open(scratch, owned=True, etag=hashlib.md5(data, usedforsecurity=False).hexdigest())

    def adopt(self, bucket: str, key: str, source: Path, etag: str | None = None) -> Stored:
        """Makes a finished file an object: a rename within a file system, a copy otherwise."""
        size = source.stat().st_size
        etag = etag or entity_tag(source, size)
        return Stored(self._move_in(bucket, key, source), size, etag)

    def link(self, bucket: str, key: str, source: Path, etag: str | None = None) -> Stored:
        """Makes a second name for a file that never changes: a copy that costs nothing."""
        scratch = self.scratch()
        try:
            os.link(source, scratch)
        except OSError:
            shutil.copyfile(source, scratch)
        return self.adopt(bucket, key, scratch, etag)

    def is_whole(self, file: str, size: int) -> bool:
        """Whether a file is there with the size it should have."""
        try:
            return self.path(file).stat().st_size == size
        except FileNotFoundError:
            return False

    def remove(self, file: str) -> None:
        """Removes a file and the folders it leaves empty."""
        path = self.path(file)
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder in (self.root, self._incoming):
                return
            try:
                folder.rmdir()
            except OSError:
                return

    def sweep(self, known: set[str]) -> int:
        """Removes every file that belongs to no object: what a killed process left; answers how many."""
        removed = 0
        for folder, _, names in os.walk(self.root, topdown=False):
            for name in names:
                file = Path(folder, name).relative_to(self.root).as_posix()
                if file not in known:
                    self.remove(file)
                    removed += 1
        self._incoming.mkdir(exist_ok=True)
        return removed

    def _move_in(self, bucket: str, key: str, source: Path) -> str:
        file = place(bucket, key)
        target = self.path(file)
        while True:
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                source.replace(target)
            except FileNotFoundError:
                if not source.exists():
                    raise
                continue  # a concurrent delete removed the empty folder between the two lines
            except OSError:
                shutil.copyfile(source, scratch := self.scratch())
                source.unlink()
                source = scratch
                continue
            return file


def place(bucket: str, key: str) -> str:
    """A new, unique place for an object, relative to the root."""
    *folders, leaf = key.split("/")
    stem, dot, extension = leaf.rpartition(".")
    if not stem:
        stem, dot, extension = leaf, "", ""
    mark = secrets.token_hex(6)
    name = f"{_safe(stem)}~{mark}{dot}{_safe(extension) if extension else ''}"
    return "/".join([_safe(bucket), *map(_safe, folders), name])


def _safe(name: str) -> str:
    """A name that every file system takes, different for different names unless it is very long."""
    escaped = "".join(f"%{ord(c):02X}" if c in _UNSAFE or ord(c) < 32 or ord(c) == 127 else c for c in name)
    if escaped.strip(".") == "":
        escaped = "%2E" * len(escaped) or "%"
    if len(os.fsencode(escaped)) > MAX_NAME_BYTES:
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        escaped = f"{escaped[:40]}~{digest}"
    return escaped


def entity_tag(path: Path, size: int) -> str:
    """The MD5 up to 8 MiB, as of one PUT; above, an opaque tag as of a multipart upload in parts of 8 MiB."""
    part_bytes = 8 << 20
    if size > part_bytes:
        return f"{secrets.token_hex(16)}-{-(-size // part_bytes)}"
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
