"""DDL, CREATE TABLE AS, INSERT, UNLOAD, views and parameters on a catalog and a folder."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.engines.athena.errors import AthenaQueryError
from localcloud.engines.athena.runner import Outcome, PreparedStatements, Request, StatementRunner
from localcloud.engines.athena.storage import split_location
from localcloud.engines.athena.testing import TestLake


class Desk:
    """Runs statements as the server does and reads their output back."""

    def __init__(self, root: Path) -> None:
        self.lake = TestLake(root)
        self.runner = StatementRunner(self.lake.engine)
        self.prepared = PreparedStatements()

    def run(self, sql: str, *parameters: str) -> Outcome:
        request = Request(sql, str(uuid.uuid4()), "lake", "s3://results/q/", parameters, prepared=self.prepared)
        return self.runner.run(request, lambda connection: None)

    def output(self, sql: str, *parameters: str) -> list[str]:
        bucket, key = split_location(self.run(sql, *parameters).output_location)
        return self.lake.objects.path(bucket, key).read_text().splitlines()

    def keys(self, prefix: str) -> list[str]:
        return [item.key for item in self.lake.objects.list("lake", prefix)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.run(
        "create external table ev (a bigint comment 'the key', s string, d decimal(5,2)) comment 'events' "
        "partitioned by (week_start date) stored as parquet location 's3://lake/ev/'"
    )
    made.run(
        "insert into ev select 1, 'say \"x\"', 1.5, date '2026-01-05' union all select 2, null, 2, date '2026-01-12'"
    )
    yield made
    made.lake.close()


def test_a_result_file_quotes_every_value_and_leaves_null_empty(desk: Desk) -> None:
    assert desk.output("select a, s, d, week_start from ev order by a") == [
        '"a","s","d","week_start"',
        '"1","say ""x""","1.50","2026-01-05"',
        '"2",,"2.00","2026-01-12"',
    ]


def test_nested_values_are_written_as_athena_writes_them(desk: Desk) -> None:
    sql = (
        "select array[1, null], map(array['k'], array[1.5]), cast(row(1, 'z') as row(x integer, y varchar)), "
        "timestamp '2026-01-01 00:00:00', 1e10, to_utf8('ab'), array['a'], array['b']"
    )
    assert desk.output(sql)[1] == (
        '"[1, null]","{k=1.5}","{x=1, y=z}","2026-01-01 00:00:00.000","1.0E10","61 62","[a]","[b]"'
    )


def test_a_time_has_milliseconds_and_a_varchar_its_length(desk: Desk) -> None:
    sql = "select time '09:30:00' as t, cast('a' as varchar(10)) as v, 'b' as w, null as n"
    columns = desk.run(sql).columns

    assert desk.output(sql)[1] == '"09:30:00.000","a","b",'
    assert [(column["Type"], column["Precision"]) for column in columns] == [
        ("time", 3),
        ("varchar", 10),
        ("varchar", 2147483647),
        ("unknown", 0),
    ]


def test_two_columns_of_one_name_keep_it(desk: Desk) -> None:
    assert desk.output("select a, a from ev order by 1")[0] == '"a","a"'


def test_a_partitioned_ctas_registers_its_partitions_and_says_its_files(desk: Desk) -> None:
    outcome = desk.run(
        "create table c with (format='PARQUET', write_compression='ZSTD', partitioned_by=array["
        "'week_start'], external_location='s3://lake/c/') as select a, s, week_start from ev"
    )

    assert desk.output("show partitions c") == ["week_start=2026-01-05", "week_start=2026-01-12"]
    assert desk.output("select a from c where week_start = date '2026-01-12'") == ['"a"', '"2"']
    assert outcome.manifest_location is not None
    bucket, key = split_location(outcome.manifest_location)
    listed = desk.lake.objects.path(bucket, key).read_text().splitlines()
    assert sorted(listed) == [f"s3://lake/{key}" for key in desk.keys("c/")]


@pytest.mark.parametrize(
    "properties",
    [
        "format='textfile', field_delimiter='|'",
        "format='json', write_compression='NONE'",
        "format='avro'",
        "format='parquet', write_compression='snappy'",
    ],
)
def test_every_format_reads_back_what_was_written(desk: Desk, properties: str) -> None:
    desk.run(f"create table c with ({properties}) as select a, s, d from ev")

    assert desk.output("select * from c order by a") == desk.output("select a, s, d from ev order by a")


REFUSED = [
    ("create table c with (external_location='s3://lake/ev/') as select 1 as x", "HIVE_PATH_ALREADY_EXISTS"),
    (
        "create table c with (partitioned_by=array['p']) as select x, x as p from unnest(sequence(1, 101)) as u(x)",
        "HIVE_TOO_MANY_OPEN_PARTITIONS",
    ),
    ("create table c with (partitioned_by=array['p']) as select 1 as p, 2 as x", "HIVE_COLUMN_ORDER_MISMATCH"),
    ("create table c as select 1", "MISSING_COLUMN_NAME"),
    ("create table c as select null as x", "COLUMN_TYPE_UNKNOWN"),
    ("create view c as select null as x", "COLUMN_TYPE_UNKNOWN"),
    (
        "create table c (a int, d date) partitioned by (a, year(d)) location 's3://lake/c/' "
        "tblproperties ('table_type' = 'ICEBERG')",
        "NOT_SUPPORTED",
    ),
    ("create table c with (format='ORC') as select 1 as x", "NOT_SUPPORTED"),
    ("create table c with (bucketed_by=array['x'], bucket_count=2) as select 1 as x", "NOT_SUPPORTED"),
    ("create table c as select 1 / (a - a) as x from ev", "DIVISION_BY_ZERO"),
]


@pytest.mark.parametrize(("sql", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_failed_ctas_leaves_no_table_and_no_object(desk: Desk, sql: str, code: str) -> None:
    with pytest.raises(AthenaQueryError) as caught:
        desk.run(sql)

    assert code in caught.value.message
    assert desk.lake.catalog.table("lake", "c") is None
    assert [item.key for item in desk.lake.objects.list("results", "q/tables/")] == []


def test_inserting_adds_files_and_the_partitions_that_are_new(desk: Desk) -> None:
    outcome = desk.run("insert into ev (s, a, week_start) select 'n', 3, date '2026-01-19'")

    assert outcome.update_count == 1
    assert desk.output("select a, d from ev where week_start = date '2026-01-19'") == ['"a","d"', '"3",']


def test_a_column_added_later_is_null_in_older_files(desk: Desk) -> None:
    desk.run("alter table ev add columns (n int)")

    assert desk.output("select a, n from ev order by a") == ['"a","n"', '"1",', '"2",']


def test_partitions_are_added_dropped_and_found(desk: Desk) -> None:
    desk.run("alter table ev drop partition (week_start='2026-01-05')")
    desk.run("alter table ev add if not exists partition (week_start='2026-01-26') location 's3://lake/other/'")
    assert desk.output("show partitions ev") == ["week_start=2026-01-12", "week_start=2026-01-26"]

    desk.run("msck repair table ev")

    assert "week_start=2026-01-05" in desk.output("show partitions ev")


def test_describe_and_show_create_table_say_what_was_declared(desk: Desk) -> None:
    assert desk.output("describe ev")[0].split("\t") == ["a".ljust(20), "bigint".ljust(20), "the key".ljust(20)]
    shown = "\n".join(desk.output("show create table ev"))
    assert "  `a` bigint COMMENT 'the key', " in shown
    assert "PARTITIONED BY ( \n  `week_start` date)" in shown


def test_a_view_is_its_query(desk: Desk) -> None:
    desk.run("create or replace view v as select a, s as text from ev where a > 1")

    assert desk.output("select v.a, v.text from v join ev on ev.a = v.a") == ['"a","text"', '"2",']
    assert desk.output("show views") == ["v"]


def test_parameters_are_values_and_never_sql(desk: Desk) -> None:
    assert desk.output("select a from ev where a = ?", "1") == ['"a"', '"1"']
    assert desk.output("select ? as v", "x' or '1'='1") == ['"v"', "\"x' or '1'='1\""]
    desk.run("prepare p from select a from ev where week_start = ?")
    assert desk.output("execute p using date '2026-01-12'") == ['"a"', '"2"']


def test_unload_writes_below_an_empty_location(desk: Desk) -> None:
    desk.run("unload (select a from ev) to 's3://lake/out/' with (format='PARQUET')")

    assert len(desk.keys("out/")) >= 1
    with pytest.raises(AthenaQueryError, match="already exists"):
        desk.run("unload (select a from ev) to 's3://lake/out/' with (format='PARQUET')")


def test_only_the_chunks_of_the_columns_used_count_as_scanned(desk: Desk) -> None:
    one, all_of_them = desk.run("select a from ev").scanned, desk.run("select * from ev").scanned

    assert 0 < one < all_of_them
