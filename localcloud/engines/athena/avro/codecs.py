"""Unpacks blocks of Avro files, whichever of Avro's codecs packed them."""

import bz2
import lzma
import zlib
from collections.abc import Callable
from functools import cache

import pyarrow as pa

Unpack = Callable[[bytes], bytes]
CRC_BYTES = 4
RAW_DEFLATE = -15
FAILURES = (ValueError, OSError, EOFError, zlib.error, lzma.LZMAError)  # what unpacking damaged bytes raises


@cache
def _snappy_codec() -> pa.Codec:
    return pa.Codec("snappy")


def _snappy(packed: bytes) -> bytes:
    """Snappy with the CRC of the plain bytes behind it."""
    body, checksum = memoryview(packed)[:-CRC_BYTES], packed[-CRC_BYTES:]
    size = shift = 0
    for byte in body:  # the plain size comes first, seven bits a byte
        size |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    if size > len(packed) * 64:
        raise ValueError("the size of the block is not plausible")
    plain: bytes = _snappy_codec().decompress(body, decompressed_size=size, asbytes=True)
    if zlib.crc32(plain).to_bytes(CRC_BYTES, "big") != checksum:
        raise ValueError("checksum failure")
    return plain


def _zstandard(packed: bytes) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
        return bytes(stream.read())


UNPACKERS: dict[str, Unpack] = {
    "null": lambda packed: packed,
    "deflate": lambda packed: zlib.decompress(packed, RAW_DEFLATE),
    "snappy": _snappy,
    "bzip2": bz2.decompress,
    "xz": lzma.decompress,
    "zstandard": _zstandard,
}
