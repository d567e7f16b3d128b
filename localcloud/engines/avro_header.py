"""Reads the header of an Avro file: its schema and codec, without its rows. Shared by Athena and the crawler."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = b"Obj\x01"


class AvroHeaderError(Exception):
    """Raised when a file does not start as an Avro object container does."""


def avro_schema(path: Path) -> dict[str, Any]:
    """The writer's schema of an Avro file; remembered while the file stays as it is."""
    status = path.stat()
    return dict(_schema(path, status.st_mtime_ns, status.st_size))


@lru_cache(maxsize=4096)
def _schema(path: Path, modified: int, size: int) -> dict[str, Any]:
    return dict(json.loads(avro_metadata(path)["avro.schema"]))


def avro_metadata(path: Path) -> dict[str, bytes]:
    """The metadata map of an Avro file's header."""
    with path.open("rb") as stream:
        if stream.read(4) != MAGIC:
            raise AvroHeaderError(f"{path.name} is not an Avro file: it does not start with 'Obj'")
        metadata: dict[str, bytes] = {}
        while count := _long(stream):
            if count < 0:
                count = -count
                _long(stream)
            for _ in range(count):
                name = stream.read(_long(stream)).decode()
                metadata[name] = stream.read(_long(stream))
        return metadata


def _long(stream: BinaryIO) -> int:
    """Avro's zigzag integer of variable length."""
    value = shift = 0
    while True:
        byte = stream.read(1)
        if not byte:
            raise AvroHeaderError("the Avro header ends too early")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return (value >> 1) ^ -(value & 1)
        shift += 7
