"""Reads the small Avro files that a step has put beside the lake: the Lambdas carry no library for it.

Only what an import of control rows writes is read: records of strings, numbers and booleans, each perhaps null, in
blocks that are plain, deflated or snappy.
"""

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from hourglass.errors import AvroError

_MAGIC = b"Obj\x01"
_SYNC_BYTES = 16


class _Bytes:
    """A place in a run of bytes."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    @property
    def ended(self) -> bool:
        return self._at >= len(self._body)

    def take(self, count: int) -> bytes:
        taken = self._body[self._at : self._at + count]
        if len(taken) != count:
            raise AvroError(f"the file ends {count - len(taken)} bytes too early")
        self._at += count
        return taken

    def long(self) -> int:
        """A zigzag number of variable length."""
        shift, value = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)
            shift += 7

    def text(self) -> str:
        return self.take(self.long()).decode()


def read_avro(body: bytes) -> Iterator[dict[str, Any]]:
    """The records of one file, by column.

    Raises:
        AvroError: it is no Avro file, is cut off, or holds what is not read here.
    """
    file = _Bytes(body)
    if file.take(len(_MAGIC)) != _MAGIC:
        raise AvroError("the file does not begin as Avro files do")
    header = dict(_header(file))
    sync = file.take(_SYNC_BYTES)
    unpack = _CODECS.get(header.get("avro.codec", b"null").decode())
    if unpack is None:
        raise AvroError(f"blocks of {header['avro.codec'].decode()} are not read")
    fields = [(field["name"], _reader(field["type"])) for field in json.loads(header["avro.schema"])["fields"]]
    while not file.ended:
        rows, block = file.long(), _Bytes(unpack(file.take(file.long())))
        for _ in range(rows):
            yield {name: read(block) for name, read in fields}
        if file.take(_SYNC_BYTES) != sync:
            raise AvroError("a block does not end with the file's mark")


def _header(file: _Bytes) -> Iterator[tuple[str, bytes]]:
    while count := file.long():
        if count < 0:  # the size of the group follows
            count = -count
            file.long()
        for _ in range(count):
            yield file.text(), file.take(file.long())


def _reader(kind: Any) -> Callable[[_Bytes], Any]:
    if isinstance(kind, list):
        choices = [_reader(each) for each in kind]
        return lambda block: choices[block.long()](block)
    reader = _TYPES.get(kind if isinstance(kind, str) else kind["type"])
    if reader is None:
        raise AvroError(f"values of type {kind} are not read")
    return reader


_TYPES: dict[str, Callable[[_Bytes], Any]] = {
    "null": lambda _block: None,
    "string": _Bytes.text,
    "int": _Bytes.long,
    "long": _Bytes.long,
    "boolean": lambda block: block.take(1) == b"\x01",
    "double": lambda block: struct.unpack("<d", block.take(8))[0],
}


def _snappy(packed: bytes) -> bytes:
    """A raw snappy block and the checksum of what it holds (google/snappy, format_description.txt)."""
    source, target = _Bytes(packed[:-4]), bytearray()
    size, shift = 0, 0
    while True:
        byte = source.take(1)[0]
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    while len(target) < size:
        tag = source.take(1)[0]
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                length = int.from_bytes(source.take(length - 59), "little")
            target += source.take(length + 1)
            continue
        if tag & 3 == 1:
            length, offset = 4 + ((tag >> 2) & 7), (tag >> 5) << 8 | source.take(1)[0]
        else:
            length, offset = 1 + (tag >> 2), int.from_bytes(source.take(2 if tag & 3 == 2 else 4), "little")
        if not 0 < offset <= len(target):
            raise AvroError("a block refers to bytes that it does not hold")
        for _ in range(length):  # a copy may reach into itself
            target.append(target[-offset])
    if zlib.crc32(target) != struct.unpack(">I", packed[-4:])[0]:
        raise AvroError("the checksum of a block is wrong")
    return bytes(target)


_CODECS: dict[str, Callable[[bytes], bytes]] = {
    "null": bytes,
    "deflate": lambda packed: zlib.decompress(packed, -15),
    "snappy": _snappy,
}
