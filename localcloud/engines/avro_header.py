"""Reads the header of an Avro file: its schema and codec, without its rows. Shared by Athena and the crawler."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = b"Obj\x01"
SYNC_BYTES = 16


class AvroHeaderError(Exception):
    """Raised when a file does not start as an Avro object container does."""


@dataclass(frozen=True)
class AvroHeader:
    """What a file says before its first block; `length` is where that block starts."""

    schema: str
    codec: str
    sync: bytes
    length: int

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of the record that each row is."""
        found: list[dict[str, Any]] = json.loads(self.schema).get("fields", [])
        return found


def avro_schema(path: Path) -> dict[str, Any]:
    """The writer's schema of an Avro file."""
    return dict(json.loads(avro_header(path).schema))


def avro_header(path: Path) -> AvroHeader:
    """The header of an Avro file; remembered while the file stays as it is."""
    status = path.stat()
    return _header(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4096)
def _header(path: Path, modified: int, size: int) -> AvroHeader:
    with path.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise AvroHeaderError("it is not an Avro file: it does not start with 'Obj'")
        metadata = _metadata(stream)
        sync = stream.read(SYNC_BYTES)
        length = stream.tell()
    if len(sync) < SYNC_BYTES or "avro.schema" not in metadata:
        raise AvroHeaderError("the Avro header ends too early")
    try:
        schema = json.loads(metadata["avro.schema"])
    except ValueError as error:
        raise AvroHeaderError(f"the Avro header holds no schema: {error}") from error
    if not isinstance(schema, dict) or schema.get("type") != "record":
        raise AvroHeaderError("its rows are no records")
    codec = metadata.get("avro.codec", b"null").decode(errors="replace")
    return AvroHeader(json.dumps(schema), codec, sync, length)


def _metadata(stream: BinaryIO) -> dict[str, bytes]:
    metadata: dict[str, bytes] = {}
    while count := _long(stream):
        if count < 0:
            count = -count
            _long(stream)
        for _ in range(count):
            name = stream.read(_long(stream)).decode(errors="replace")
            metadata[name] = stream.read(_long(stream))
    return metadata


def _long(stream: BinaryIO) -> int:
    """Avro's zigzag integer of variable length."""
    value = shift = 0
    while True:
        byte = stream.read(1)
        if not byte or shift > 63:
            raise AvroHeaderError("the Avro header ends too early")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return (value >> 1) ^ -(value & 1)
        shift += 7
