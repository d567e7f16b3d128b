"""Walks through the blocks of an Avro file by the counts and sizes before them, without unpacking any."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from localcloud.engines.athena.avro.errors import unreadable
from localcloud.engines.avro_header import SYNC_BYTES, AvroHeader

LONGEST_COUNTS = 20  # two integers of at most ten bytes


@dataclass(frozen=True)
class Block:
    """Some rows, packed, and where in the file they are."""

    rows: int
    start: int
    size: int


def blocks(stream: BinaryIO, header: AvroHeader, name: str) -> Iterator[Block]:
    """The blocks of an open file in their order. The caller may move the stream in between.

    Raises AvroDataError for a file that is cut off, or whose blocks do not end with its marker.
    """
    position, end = header.length, stream.seek(0, 2)
    while position < end:
        stream.seek(position)
        counts = stream.read(LONGEST_COUNTS)
        rows, at = _long(counts, 0, name)
        size, at = _long(counts, at, name)
        if rows < 0 or size < 0:
            raise unreadable(name, f"a block of {rows} rows and {size} bytes at byte {position}")
        start = position + at
        position = start + size + SYNC_BYTES
        if position > end:
            raise unreadable(name, f"it ends at byte {end}, in the middle of a block that ends at {position}")
        yield Block(rows, start, size)
        stream.seek(start + size)
        if stream.read(SYNC_BYTES) != header.sync:
            raise unreadable(name, f"invalid sync at byte {start + size}")


def zigzag(number: int) -> bytes:
    """Avro's variable-length form of a count."""
    rest, out = number << 1, bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def _long(data: bytes, position: int, name: str) -> tuple[int, int]:
    value = shift = 0
    for at in range(position, min(len(data), position + 10)):
        value |= (data[at] & 0x7F) << shift
        if data[at] < 0x80:
            return (value >> 1) ^ -(value & 1), at + 1
        shift += 7
    raise unreadable(name, "the count or the size of a block cannot be read")
