"""Text files, read as Hive's LazySimpleSerDe and OpenCSVSerde read them."""

import bz2
import gzip
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from localcloud.engines.athena.catalog import LAZY_SERDE, OPEN_CSV_SERDE, TEXT_INPUT, Column, Partition, Storage, Table
from localcloud.engines.athena.errors import AthenaQueryError
from localcloud.engines.athena.readers import lines
from localcloud.engines.athena.testing import TestLake

Read = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[TestLake]:
    made = TestLake(tmp_path)
    yield made
    made.close()


@pytest.fixture
def read(lake: TestLake) -> Read:
    """Rows of a table over the given files."""

    def rows(columns: str, *files: bytes, serde: str = LAZY_SERDE, **parameters: str) -> list[tuple[Any, ...]]:
        described = tuple(Column(*each.split(" ", 1)) for each in columns.split("; "))
        named = tuple((name.replace("_", "."), value) for name, value in parameters.items())
        if serde == OPEN_CSV_SERDE:
            named = tuple(parameters.items())
        storage = Storage("s3://lake/text/", TEXT_INPUT, "", serde, named)
        lake.catalog.create_table(Table("lake", "text", described, (), storage))
        for number, content in enumerate(files):
            _put(lake, f"text/{number}", content)
        return lake.query("select * from text").rows

    return rows


def _put(lake: TestLake, key: str, content: bytes) -> None:
    path = lake.objects.path("lake", key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_scalars_are_read_by_type_and_what_does_not_fit_is_null(read: Read) -> None:
    columns = "a int; b boolean; c date; d timestamp; e decimal(5,1); f binary; g string; h double"
    fits = b"1\x01TRUE\x012026-01-05\x012026-01-05 09:30:00\x010.1\x01MTIz\x01text\x010.5\n"
    does_not = b"1.5\x011\x01x\x01x\x01x\x01**\x01\\N\x01x\n"

    assert read(columns, fits + does_not) == [
        (1, True, date(2026, 1, 5), datetime(2026, 1, 5, 9, 30), Decimal("0.1"), b"123", "text", 0.5),
        (None, None, None, None, None, b"**", None, None),
    ]


def test_arrays_maps_and_structs_are_parted_by_deeper_separators(read: Read) -> None:
    columns = "a array<int>; m map<string,int>; s struct<x:int,y:string>; n array<array<int>>"

    assert read(
        columns, b"1,2|k:1,l:2|7,z|1:2,3\n||\\N|\\N\n", field_delim="|", collection_delim=",", mapkey_delim=":"
    ) == [
        ([1, 2], {"k": 1, "l": 2}, {"x": 7, "y": "z"}, [[1, 2], [3]]),
        ([], {}, None, None),
    ]


def test_an_empty_line_is_a_row_and_a_short_one_lacks_fields(read: Read) -> None:
    assert read("a int; b string", b"1\tx\n\n2\n\n", field_delim="\t") == [
        (1, "x"),
        (None, None),
        (2, None),
        (None, None),
    ]


def test_an_escaped_separator_is_no_separator(read: Read) -> None:
    written = b"a\\,b,c\\\\,\\d\n\\N,x\\\\\\,y,z\n"

    assert read("a string; b string; c string", written, field_delim=",", escape_delim="\\") == [
        ("a,b", "c\\", "d"),
        (None, "x\\,y", "z"),
    ]


def test_quotes_mean_nothing(read: Read) -> None:
    assert read("a string; b string", b'"x,y"\n', field_delim=",") == [('"x', 'y"')]


def test_header_lines_are_left_out_of_each_file(read: Read) -> None:
    files = (b"head\nline\n1\n", b"head\nline\n2\n", b"head\n")

    assert sorted(read("a int", *files, skip_header_line_count="2")) == [(1,), (2,)]


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress], ids=["plain", "gzip", "bzip2"])
def test_lines_are_whole_at_the_edges_of_blocks(
    read: Read, monkeypatch: pytest.MonkeyPatch, compress: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(lines, "BLOCK_BYTES", 5)

    assert read("a string", compress("één\r\ntwo\n\nfour\rfive\r\nsix".encode())) == [
        ("één",),
        ("two",),
        ("",),
        ("four",),
        ("five",),
        ("six",),
    ]


def test_a_truncated_archive_is_a_clear_error(read: Read) -> None:
    with pytest.raises(AthenaQueryError, match="Failed to read file at 0") as raised:
        read("a string", gzip.compress(b"some lines\n" * 100)[:-20])

    assert raised.value.code == "HIVE_CURSOR_ERROR"


def test_a_partition_of_text_keeps_its_own_values(lake: TestLake) -> None:
    storage = Storage("s3://lake/parted/", TEXT_INPUT, "", LAZY_SERDE, (("field.delim", ","),))
    table = Table("lake", "parted", (Column("a", "int"),), (Column("p", "string"),), storage)
    lake.catalog.create_table(table)
    for value in ("x", "y"):
        _put(lake, f"parted/p={value}/0", b"1\n2\n")
        location = f"s3://lake/parted/p={value}/"
        lake.catalog.add_partitions(table, [Partition((value,), Storage(location, TEXT_INPUT, "", LAZY_SERDE))])

    assert lake.query("select p, a from parted order by p, a").rows == [("x", 1), ("x", 2), ("y", 1), ("y", 2)]
    assert lake.query("select count(*) from parted where p = 'y'").rows == [(2,)]


def test_projected_partitions_are_refused_and_not_read_as_none(lake: TestLake) -> None:
    storage = Storage("s3://lake/projected/", TEXT_INPUT, "", LAZY_SERDE)
    properties = (("projection.enabled", "true"),)
    lake.catalog.create_table(
        Table("lake", "projected", (Column("a", "int"),), (Column("p", "int"),), storage, properties)
    )

    with pytest.raises(AthenaQueryError, match="partition projection") as raised:
        lake.query("select * from projected")

    assert raised.value.code == "NOT_SUPPORTED"


def test_open_csv_reads_what_quotes_hold(read: Read) -> None:
    assert read("a string; b string", b'"x,y",""\n', serde=OPEN_CSV_SERDE, separatorChar=",", quoteChar='"') == [
        ("x,y", "")
    ]
