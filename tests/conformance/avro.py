"""Reads Avro files to the last bit, so that two writers can be compared.

Blocks are unpacked here (fastavro needs a further package for snappy); fastavro decodes the records.
"""

import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa

MAGIC = b"Obj\x01"


@dataclass(frozen=True)
class AvroFile:
    """One file: its schema as written, its codec, and its rows as a name and a value with its type."""

    schema: dict[str, Any]
    codec: str
    rows: list[str]


def read_avro(path: Path) -> AvroFile:
    """Reads a file that Sqoop or one of its likes wrote.

    Raises:
        ValueError: it is no Avro file, or a block of it is damaged.
    """
    data = io.BytesIO(path.read_bytes())
    if data.read(4) != MAGIC:
        raise ValueError(f"{path} is no Avro file")
    metadata: Any = fastavro.schemaless_reader(data, {"type": "map", "values": "bytes"}, None)
    sync = data.read(16)
    codec = metadata.get("avro.codec", b"null").decode()
    schema = json.loads(metadata["avro.schema"])
    parsed = fastavro.parse_schema(schema)
    rows: list[str] = []
    while data.tell() < len(data.getbuffer()):
        count: Any = fastavro.schemaless_reader(data, "long", None)
        packed: Any = fastavro.schemaless_reader(data, "bytes", None)
        block = io.BytesIO(_unpack(packed, codec))
        rows += [repr(fastavro.schemaless_reader(block, parsed, None)) for _ in range(count)]
        if data.read(16) != sync or block.read(1):
            raise ValueError(f"{path} has a damaged block that ends at byte {data.tell()}")
    return AvroFile(schema, codec, rows)


def _unpack(block: bytes, codec: str) -> bytes:
    if codec == "null":
        return block
    if codec == "deflate":
        return zlib.decompress(block, -15)
    if codec == "snappy":
        plain = pa.decompress(block[:-4], decompressed_size=_length(block), codec="snappy", asbytes=True)
        if zlib.crc32(plain).to_bytes(4, "big") != block[-4:]:
            raise ValueError("a snappy block does not have its checksum")
        return bytes(plain)
    raise ValueError(f"codec {codec} is not read here")


def _length(block: bytes) -> int:
    """The length of the unpacked block, with which a snappy block begins (seven bits a byte, the least first)."""
    length = shift = 0
    for byte in block:
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return length
