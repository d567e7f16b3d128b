"""What polars and the importer write is read back by a few lines of Python."""

import io
import zlib

import polars as pl
import pytest
from hourglass.avro import read_avro
from hourglass.errors import AvroError

ROWS = [
    {"table_name": "employee", "column_name": "grade", "count": 3, "ok": True, "share": 0.25},
    {"table_name": "Straße \"x\"\n", "column_name": None, "count": -(2**40), "ok": False, "share": None},
    *({"table_name": f"t_{n % 7}", "column_name": "x" * n, "count": n, "ok": None, "share": 1.0} for n in range(500)),
]  # fmt: skip


def written(codec: str) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(ROWS).write_avro(file, compression=codec)
    return file.getvalue()


@pytest.mark.parametrize("codec", ["uncompressed", "deflate", "snappy"])
def test_rows_are_read_as_they_were_written(codec):
    assert list(read_avro(written(codec))) == ROWS


def test_a_file_that_is_cut_off_is_refused():
    with pytest.raises(AvroError, match="too early"):
        list(read_avro(written("snappy")[:-20]))


def test_a_block_whose_bytes_have_changed_is_refused():
    body = bytearray(written("snappy"))
    body[-18] ^= 1  # of the checksum before the mark
    with pytest.raises(AvroError):
        list(read_avro(bytes(body)))


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(AvroError, match="does not begin"):
        list(read_avro(zlib.compress(b"PAR1")))
