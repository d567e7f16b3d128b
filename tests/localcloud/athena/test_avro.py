"""Avro files are read whoever wrote them, and what is wrong with one is said as Athena says it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pytest

from localcloud.engines.athena.avro.rows import AvroFile, AvroRows
from localcloud.engines.athena.errors import AthenaQueryError
from localcloud.engines.athena.scanned import scanned_bytes
from localcloud.engines.athena.testing import TestLake
from localcloud.engines.emr.sqoop.avro import AvroFile as SqoopFile
from tests.localcloud.athena.avro_lake import SYNC, avro, avro_table, raw_avro, record, repacked

ENUM = {"type": "enum", "name": "colour", "symbols": ["RED", "BLUE"]}
POINT = {"type": "record", "name": "point", "fields": [{"name": "x", "type": "int"}, {"name": "c", "type": ENUM}]}
PAIR = {"type": "record", "name": "pair", "fields": [{"name": "a", "type": POINT}, {"name": "b", "type": "point"}]}
PLAIN = record(("k", "int"), ("v", ["null", "string"]))
NOON = datetime(2026, 1, 5, 12, 30, 0, 123000)


def logical(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "logicalType": name, **more}


TYPES: list[tuple[str, Any, str, list[Any], list[Any]]] = [
    # name, Avro type, Hive type, written, read
    ("boolean", "boolean", "boolean", [True, False], [True, False]),
    ("int", "int", "int", [1, -(2**31)], [1, -(2**31)]),
    ("int as bigint", "int", "bigint", [1, -5], [1, -5]),
    ("long", "long", "bigint", [2**62, -1], [2**62, -1]),
    ("float", "float", "float", [1.5], [1.5]),
    ("double", "double", "double", [1e300], [1e300]),
    ("string", "string", "string", ["é", "", "a longer text than fits"], ["é", "", "a longer text than fits"]),
    ("java string", {"type": "string", "avro.java.string": "String"}, "string", ["x"], ["x"]),
    ("bytes", "bytes", "binary", [b"\x00\xff"], [b"\x00\xff"]),
    ("fixed", {"type": "fixed", "name": "f", "size": 3}, "binary", [b"abc"], [b"abc"]),
    ("null first", ["null", "long"], "bigint", [1, None], [1, None]),
    ("null last", ["string", "null"], "string", ["a", None], ["a", None]),
    ("union of one", ["int"], "int", [1, 2], [1, 2]),
    ("null", "null", "string", [None, None], [None, None]),
    ("enum", ENUM, "string", ["RED", "BLUE"], ["RED", "BLUE"]),
    ("enum or null", ["null", ENUM], "string", ["BLUE", None], ["BLUE", None]),
    ("date", logical("int", "date"), "date", [date(2026, 1, 5)], [date(2026, 1, 5)]),
    ("time", logical("int", "time-millis"), "int", [time(0, 0, 1)], [1000]),
    ("millis", logical("long", "timestamp-millis"), "timestamp", [NOON.replace(tzinfo=UTC)], [NOON]),
    ("micros", ["null", logical("long", "timestamp-micros")], "timestamp", [NOON.replace(tzinfo=UTC)], [NOON]),
    ("local", logical("long", "local-timestamp-micros"), "timestamp", [NOON], [NOON]),
    ("nanos", logical("long", "timestamp-nanos"), "timestamp", [1_000_000_000], [datetime(1970, 1, 1, 0, 0, 1)]),
    ("decimal", logical("bytes", "decimal", precision=9, scale=2), "decimal(9,2)", [Decimal("-12.34")], None),
    (
        "wide decimal",
        ["null", logical("bytes", "decimal", precision=38, scale=2)],
        "decimal(38,2)",
        [Decimal(10) ** 35, None],
        [Decimal(10) ** 35, None],
    ),
    (
        "fixed decimal",
        {"type": "fixed", "size": 5, "name": "d", "logicalType": "decimal", "precision": 9, "scale": 2},
        "decimal(9,2)",
        [Decimal("-12.34")],
        None,
    ),
    ("uuid", logical("string", "uuid"), "string", [UUID(int=1)], [str(UUID(int=1))]),
    ("array", {"type": "array", "items": ["null", "string"]}, "array<string>", [["a", None], []], None),
    ("array of enums", {"type": "array", "items": ENUM}, "array<string>", [["BLUE"], []], None),
    ("map", {"type": "map", "values": "int"}, "map<string,int>", [{"a": 1}, {}], None),
    ("map of enums", ["null", {"type": "map", "values": ENUM}], "map<string,string>", [{"a": "RED"}, None], None),
    ("record", ["null", POINT], "struct<x:int,c:string>", [{"x": 1, "c": "RED"}, None], None),
    (
        "record with a null",
        record(("x", "int"), ("n", "null")) | {"name": "inner"},
        "struct<x:int,n:string>",
        [{"x": 1, "n": None}],
        None,
    ),
    (
        "type named again",
        PAIR,
        "struct<a:struct<x:int,c:string>,b:struct<x:int,c:string>>",
        [{"a": {"x": 1, "c": "RED"}, "b": {"x": 2, "c": "BLUE"}}],
        None,
    ),
    (
        "array of records",
        {"type": "array", "items": POINT},
        "array<struct<x:int,c:string>>",
        [[{"x": 1, "c": "RED"}]],
        None,
    ),
]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestLake]:
    made = TestLake(Path(tmp_path_factory.mktemp("avro")))
    yield made
    made.close()


def failure(lake: TestLake, sql: str) -> str:
    with pytest.raises(AthenaQueryError) as caught:
        lake.query(sql)
    return caught.value.message


@pytest.mark.parametrize(("kind", "hive", "written", "read"), [c[1:] for c in TYPES], ids=[c[0] for c in TYPES])
def test_a_value_of_every_type_is_read(lake: TestLake, kind: Any, hive: str, written: list[Any], read: Any) -> None:
    rows = [{"k": number, "v": value, "z": -number} for number, value in enumerate(written)]
    avro_table(
        lake, "t", {"k": "int", "v": hive, "z": "int"}, [avro(record(("k", "int"), ("v", kind), ("z", "int")), rows)]
    )

    assert [row[0] for row in lake.query("select v from t order by k").rows] == (written if read is None else read)
    assert lake.query("select k, z from t order by k").rows == [(n, -n) for n in range(len(written))]


def test_what_sqoop_writes_is_read(lake: TestLake, tmp_path: Path) -> None:
    schema = record(("id", ["null", "long"]), ("hours", ["null", "string"]), ("flag", ["null", "boolean"]))
    file = SqoopFile(tmp_path / "part-m-00000.avro", schema, "snappy")
    for start in (0, 1000):
        numbers = [None if n % 10 == 0 else n for n in range(start, start + 1000)]
        texts = [None if n is None else f"{n}.50" for n in numbers]
        frame = pl.DataFrame({"id": numbers, "hours": texts}).with_columns(flag=pl.lit(None, pl.Boolean))
        file.write(frame.to_arrow())
    file.close()
    data = (tmp_path / "part-m-00000.avro").read_bytes()
    avro_table(lake, "sqoop", {"id": "bigint", "hours": "string", "flag": "boolean"}, [data])

    sql = "select count(*), count(id), sum(cast(hours as decimal(8,2))), count(flag) from sqoop"
    assert lake.query(sql).rows == [(2000, 1800, Decimal(sum(n for n in range(2000) if n % 10) + 900), 0)]


def test_what_spark_writes_is_read(lake: TestLake) -> None:
    """Its names, its unions with null behind, decimals as fixed, nested names in a namespace, maps of unions."""
    amount = {"type": "fixed", "name": "fixed", "namespace": "topLevelRecord.amount", "size": 5}
    fields = [
        ("amount", [amount | {"logicalType": "decimal", "precision": 10, "scale": 2}, "null"]),
        ("at", [logical("long", "timestamp-micros"), "null"]),
        ("tags", [{"type": "map", "values": ["string", "null"]}, "null"]),
        (
            "address",
            [record(("city", ["string", "null"])) | {"name": "address", "namespace": "topLevelRecord"}, "null"],
        ),
    ]
    schema = record(*fields) | {"name": "topLevelRecord"}
    row = {"amount": Decimal("1.50"), "at": NOON.replace(tzinfo=UTC), "tags": {"a": None}, "address": {"city": "Graz"}}
    columns = {
        "amount": "decimal(10,2)",
        "at": "timestamp",
        "tags": "map<string,string>",
        "address": "struct<city:string>",
    }
    avro_table(lake, "spark", columns, [avro(schema, [row, dict.fromkeys(row)])])

    found = lake.query("select amount, at, tags, address.city from spark order by amount nulls last").rows
    assert found == [(Decimal("1.50"), NOON, {"a": None}, "Graz"), (None, None, None, None)]


@pytest.mark.parametrize("codec", ["uncompressed", "snappy", "deflate"])
def test_what_polars_writes_is_read(lake: TestLake, tmp_path: Path, codec: Any) -> None:
    frame = pl.DataFrame({"n": [1, None, 3], "s": ["x", "y", None], "d": [date(2026, 1, 5)] * 3})
    frame.write_avro(tmp_path / "p.avro", compression=codec)
    avro_table(lake, "polars", {"n": "bigint", "s": "string", "d": "date"}, [(tmp_path / "p.avro").read_bytes()])

    assert lake.query("select * from polars").rows == frame.rows()


@pytest.mark.parametrize("codec", ["null", "deflate", "snappy", "bzip2", "xz", "zstandard"])
def test_all_rows_of_many_blocks_are_read_in_their_order(lake: TestLake, tmp_path: Path, codec: str) -> None:
    rows = [{"k": n, "v": None if n % 7 == 0 else f"text {n}"} for n in range(3000)]
    data = repacked(avro(PLAIN, rows, sync_interval=500), codec, tmp_path)
    avro_table(lake, "many", {"k": "int", "v": "string"}, [data])

    assert data.count(b"0123456789abcdef") > 50
    assert lake.query("select k, v from many").rows == [(row["k"], row["v"]) for row in rows]


def test_rows_come_in_batches_of_few_blocks(tmp_path: Path) -> None:
    """The second block is damaged: the first one's rows have come before it is looked at."""
    text = "x" * 5_000_000
    data = avro(PLAIN, [{"k": n, "v": text} for n in range(2)], sync_interval=1)
    path = tmp_path / "big.avro"
    path.write_bytes(data[:-1] + b"?")
    batches = AvroRows(
        [AvroFile(path, "big.avro")],
        '{"type": "record", "name": "r", "fields": [{"name": "k", "type":'
        ' "int"}, {"name": "v", "type": ["null", "string"]}]}',
        ["k"],
        numbered=True,
    ).batches()

    assert next(batches).to_pylist() == [{"k": 0, "file_index": 0}]


def test_a_file_without_rows_has_none(lake: TestLake) -> None:
    avro_table(lake, "none", {"k": "int", "v": "string"}, [avro(PLAIN, []), raw_avro(PLAIN, (0, b""))])

    assert lake.query("select count(*), count(v) from none").rows == [(0, 0)]
    assert lake.query("select * from none").rows == []


def test_files_that_gained_or_lost_a_column_are_read_together(lake: TestLake) -> None:
    files = [
        avro(record(("K", "int"), ("old", "string")), [{"K": 1, "old": "a"}]),
        avro(record(("new", ["null", "long"]), ("k", "long")), [{"k": 2, "new": 5}]),
        avro(record(("k", "int")), [{"k": 3}]),
    ]
    avro_table(lake, "drift", {"k": "bigint", "old": "string", "new": "bigint"}, files)

    assert lake.query("select * from drift order by k").rows == [(1, "a", None), (2, None, 5), (3, None, None)]
    assert lake.query("select old from drift order by k").rows == [("a",), (None,), (None,)]


def test_each_row_has_the_values_of_its_partition(lake: TestLake) -> None:
    def numbers(*values: int) -> bytes:
        return avro(PLAIN, [{"k": value, "v": None} for value in values])

    partitions = {"a": [numbers(1, 2), numbers(3)], "b": [numbers(4)]}
    avro_table(lake, "parts", {"k": "int", "v": "string"}, partitions=partitions)

    assert lake.query("select k, p from parts order by k").rows == [(1, "a"), (2, "a"), (3, "a"), (4, "b")]
    assert lake.query("select p, count(*) from parts group by p order by p").rows == [("a", 3), ("b", 1)]
    assert lake.query("select count(*) from parts where p = 'b'").rows == [(1,)]


def test_counting_rows_unpacks_no_block(lake: TestLake) -> None:
    data = raw_avro(PLAIN, (5, b"damaged"), (2_000_000, b""), codec="snappy")
    avro_table(lake, "counted", {"k": "int", "v": "string"}, [data])

    assert lake.query("select count(*) from counted").rows == [(2_000_005,)]
    assert "HIVE_CURSOR_ERROR" in failure(lake, "select count(k) from counted")


def test_the_whole_file_counts_as_scanned(lake: TestLake) -> None:
    data = avro(PLAIN, [{"k": 1, "v": "x"}])
    avro_table(lake, "bytes", {"k": "int", "v": "string"}, [data])

    for sql in ("select count(*) from bytes", "select k from bytes"):
        with lake.engine.session(lake.database) as session:
            assert scanned_bytes(lake.engine.prepare(sql, session).files) == len(data)


@pytest.mark.parametrize(
    "sql",
    [
        "with q as (select k, v from twice) select k from q union all select k + 10 from q limit 20",
        "select k, count(*) over (partition by v) from twice",
        "with q as (select k from twice where k > 0) select a.k from q a join q b on a.k = b.k",
    ],
)
def test_rows_that_a_plan_reads_twice_are_all_there(lake: TestLake, sql: str) -> None:
    avro_table(lake, "twice", {"k": "int", "v": "string"}, [avro(PLAIN, [{"k": n, "v": "x"} for n in range(1, 6)])])
    rows = lake.query(sql).rows

    assert sorted({row[0] % 10 for row in rows}) == [1, 2, 3, 4, 5]
    assert len(rows) == (10 if "union" in sql else 5)


GOOD = avro(PLAIN, [{"k": n, "v": "text"} for n in range(100)], sync_interval=100)
DAMAGED = [
    ("cut off in a block", GOOD[:-30], "HIVE_CURSOR_ERROR: Failed to read Avro file: part-0.avro: it ends at byte"),
    ("another marker", GOOD[:-1] + b"?", "HIVE_CURSOR_ERROR: Failed to read Avro file: part-0.avro: invalid sync"),
    ("text in its place", b"id,name\n1,x\n", "HIVE_BAD_DATA: part-0.avro: it is not an Avro file"),
    ("cut off in the header", GOOD[:20], "HIVE_BAD_DATA: part-0.avro: the Avro header ends too early"),
    ("fewer bytes than rows", raw_avro(PLAIN, (3, b"\x02\x00")), "HIVE_CURSOR_ERROR: Failed to read Avro file"),
    ("a text without an end", raw_avro(PLAIN, (1, b"\x02\x02\x7f")), "HIVE_CURSOR_ERROR: Failed to read Avro file"),
    ("a negative count", raw_avro(PLAIN) + b"\x01\x04\x02\x00" + SYNC, "HIVE_CURSOR_ERROR: Failed to read Avro file"),
    ("no snappy", raw_avro(PLAIN, (1, b"\x02\x00\x00\x00\x00\x00\x00"), codec="snappy"), "HIVE_CURSOR_ERROR"),
    ("no deflate", raw_avro(PLAIN, (1, b"\x02\x00"), codec="deflate"), "HIVE_CURSOR_ERROR"),
    ("no zstandard", raw_avro(PLAIN, (1, b"\x02\x00"), codec="zstandard"), "HIVE_CURSOR_ERROR"),
    (
        "another codec",
        raw_avro(PLAIN, (1, b"\x02\x00"), codec="lz9"),
        "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split: part-0.avro: unrecognized codec lz9",
    ),
]


@pytest.mark.parametrize(("data", "message"), [case[1:] for case in DAMAGED], ids=[case[0] for case in DAMAGED])
def test_a_damaged_file_fails_the_query_as_athena_does(lake: TestLake, data: bytes, message: str) -> None:
    avro_table(lake, "bad", {"k": "int", "v": "string"}, [data])
    told = failure(lake, "select max(v), max(k) from bad")

    assert told.startswith(message)
    assert "Traceback" not in told


def test_a_wrong_checksum_is_noticed(lake: TestLake, tmp_path: Path) -> None:
    data = bytearray(repacked(avro(PLAIN, [{"k": 1, "v": "abcdefgh"}]), "snappy", tmp_path))
    data[data.index(b"abcdefgh")] ^= 1
    avro_table(lake, "crc", {"k": "int", "v": "string"}, [bytes(data)])

    assert "HIVE_CURSOR_ERROR: Failed to read Avro file: part-0.avro: snappy block at byte" in failure(
        lake, "select v from crc"
    )


def test_a_file_that_is_gone_is_named(lake: TestLake, monkeypatch: pytest.MonkeyPatch) -> None:
    avro_table(lake, "gone", {"k": "int", "v": "string"}, [avro(PLAIN, [{"k": 1, "v": "x"}])])
    listed = list(lake.objects.list("lake", f"{lake.database}/gone/"))
    listed[0].path.unlink()
    monkeypatch.setattr(lake.objects, "list", lambda bucket, prefix: iter(listed))

    for sql in ("select k from gone", "select count(*) from gone"):
        assert failure(lake, sql).startswith("HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split: part-0.avro")


@pytest.mark.parametrize(
    ("kind", "hive"),
    [
        (["null", "int", "string"], "string"),
        ({"type": "array", "items": "null"}, "array<string>"),
        (record(("next", ["null", "row"])), "struct<next:string>"),
    ],
)
def test_a_type_that_athena_has_not_is_refused(lake: TestLake, kind: Any, hive: str) -> None:
    avro_table(lake, "odd", {"v": hive}, [raw_avro(record(("v", kind)), (0, b""))])

    assert failure(lake, "select v from odd").startswith("NOT_SUPPORTED: ")
