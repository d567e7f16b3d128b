"""Avro files as several programs write them, as tables of a test's lake."""

import bz2
import io
import json
import lzma
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa

from localcloud.engines.athena.avro.blocks import blocks, zigzag
from localcloud.engines.athena.catalog import AVRO_SERDE, Column, Partition, Storage, Table
from localcloud.engines.athena.testing import TestLake
from localcloud.engines.avro_header import MAGIC, avro_header

SYNC = b"0123456789abcdef"


def record(*fields: tuple[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": "row", "fields": [{"name": name, "type": kind} for name, kind in fields]}


def avro(schema: Mapping[str, Any], rows: Iterable[Mapping[str, Any]], sync_interval: int = 16_000) -> bytes:
    """A file without compression; a block ends behind the row that fills it up to `sync_interval` bytes."""
    stream = io.BytesIO()
    fastavro.writer(stream, dict(schema), rows, sync_interval=sync_interval, sync_marker=SYNC)
    return stream.getvalue()


def raw_avro(schema: Mapping[str, Any], *found: tuple[int, bytes], codec: str = "null") -> bytes:
    """A file of given blocks, each as its count of rows and its bytes."""
    entries = {b"avro.schema": json.dumps(schema).encode(), b"avro.codec": codec.encode()}
    header = b"".join(zigzag(len(part)) + part for entry in entries.items() for part in entry)
    packed = (zigzag(rows) + zigzag(len(data)) + data + SYNC for rows, data in found)
    return MAGIC + zigzag(len(entries)) + header + b"\0" + SYNC + b"".join(packed)


def repacked(plain: bytes, codec: str, folder: Path) -> bytes:
    """The same file with another codec."""
    path = folder / "plain.avro"
    path.write_bytes(plain)
    header = avro_header(path)
    with path.open("rb") as stream:
        found = [
            (block.rows, _pack(plain[block.start : block.start + block.size], codec))
            for block in blocks(stream, header, path.name)
        ]
    return raw_avro(json.loads(header.schema), *found, codec=codec)


def _pack(data: bytes, codec: str) -> bytes:
    if codec == "deflate":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush()
    if codec == "snappy":
        return bytes(pa.compress(data, "snappy", asbytes=True)) + zlib.crc32(data).to_bytes(4, "big")
    if codec == "zstandard":
        return bytes(pa.compress(data, "zstd", asbytes=True))
    return {"null": bytes, "bzip2": bz2.compress, "xz": lzma.compress}[codec](data)


def avro_table(
    lake: TestLake,
    name: str,
    columns: Mapping[str, str],
    files: Sequence[bytes] = (),
    partitions: Mapping[str, Sequence[bytes]] | None = None,
) -> None:
    """A table of Avro files; with `partitions`, of files by the value of its partition key `p`."""
    location = f"s3://lake/{lake.database}/{name}/"
    keys = (Column("p", "string"),) if partitions else ()
    table = Table(
        lake.database,
        name,
        tuple(Column(key, hive) for key, hive in columns.items()),
        keys,
        Storage(location, serde=AVRO_SERDE),
    )
    lake.drop(name)
    lake.catalog.create_table(table)
    for value, held in {"": files, **(partitions or {})}.items():
        folder = f"p={value}/" if value else ""
        for number, data in enumerate(held):
            lake.objects.put_bytes("lake", f"{lake.database}/{name}/{folder}part-{number}.avro", data)
        if value:
            lake.catalog.add_partitions(table, [Partition((value,), Storage(location + folder, serde=AVRO_SERDE))])
