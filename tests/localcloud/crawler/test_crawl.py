"""A crawl brings the catalog up to date from the objects' folders and headers."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from localcloud.engines.athena.catalog import MemoryCatalog, Table
from localcloud.engines.athena.storage import FolderObjects
from localcloud.engines.crawler.crawl import Changes, Crawl, Policies, Target, crawl
from localcloud.engines.crawler.folders import glob_pattern

FIELDS = [
    {"name": "id", "type": ["null", "long"]},
    {"name": "Name", "type": ["null", "string"]},
    {"name": "n", "type": ["null", "int"]},
    {"name": "ok", "type": ["null", "boolean"]},
]
EXTRA = {"name": "extra", "type": ["null", "double"]}


def avro(rows: Sequence[dict[str, Any]], *more: dict[str, Any]) -> bytes:
    stream = io.BytesIO()
    fastavro.writer(stream, {"type": "record", "name": "r", "fields": [*FIELDS, *more]}, list(rows))
    return stream.getvalue()


class Site:
    """A folder of objects, a catalog, and a crawler over s3://lake/raw/."""

    def __init__(self, root: Path) -> None:
        self.objects = FolderObjects(root)
        self.catalog = MemoryCatalog(["ts"])

    def put(self, key: str, data: bytes) -> None:
        self.objects.put_bytes("lake", key, data)

    def crawl(self, policies: Policies | None = None, path: str = "s3://lake/raw") -> Changes:
        targets = (Target(path, ("_manifests/**", "**/*.crc")),)
        return crawl(Crawl("c", "ts", "raw_", targets, policies or Policies()), self.catalog, self.objects)

    def table(self, name: str) -> Table:
        found = self.catalog.table("ts", name)
        assert found is not None
        return found

    def columns(self, name: str) -> list[tuple[str, str]]:
        return [(column.name, column.hive) for column in self.table(name).columns]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.put("raw/employee/ingest_date=2026-01-05/run_id=r1/part-0.avro", avro([{"id": 1, "Name": "x"}]))
    made.put("raw/client/ingest_date=2026-01-05/run_id=r1/part-0.avro", avro([]))
    made.put("raw/_manifests/r1.json", b"{}")
    return made


BASE = [("id", "bigint"), ("name", "string"), ("n", "int"), ("ok", "boolean")]


def test_a_folder_becomes_a_table_with_string_partitions(site: Site) -> None:
    changes = site.crawl()

    assert (changes.tables_created, changes.partitions_created) == (2, 2)
    assert site.columns("raw_employee") == BASE
    assert [(key.name, key.hive) for key in site.table("raw_employee").partition_keys] == [
        ("ingest_date", "string"),
        ("run_id", "string"),
    ]
    assert dict(site.table("raw_employee").parameters)["classification"] == "avro"
    assert "avro.schema.literal" in dict(site.table("raw_employee").storage.serde_parameters)


def test_a_file_without_rows_still_gives_a_table(site: Site) -> None:
    site.crawl()

    assert site.columns("raw_client") == BASE


def test_crawling_again_changes_nothing(site: Site) -> None:
    site.crawl()

    assert site.crawl() == Changes()


def test_new_folders_become_partitions_and_new_columns_are_merged(site: Site) -> None:
    site.crawl()
    site.put("raw/employee/ingest_date=2026-01-06/run_id=r2/part-0.avro", avro([], EXTRA))

    changes = site.crawl()

    assert (changes.tables_updated, changes.partitions_created) == (1, 1)
    assert site.columns("raw_employee") == [*BASE, ("extra", "double")]


@pytest.mark.parametrize("policies", [Policies(update="LOG"), Policies("LOG", "LOG", "CRAWL_NEW_FOLDERS_ONLY")])
def test_a_policy_of_log_adds_partitions_but_no_columns(site: Site, policies: Policies) -> None:
    site.crawl()
    site.put("raw/employee/ingest_date=2026-01-06/run_id=r2/part-0.avro", avro([], EXTRA))

    assert site.crawl(policies).partitions_created == 1
    assert site.columns("raw_employee") == BASE


def test_a_table_whose_objects_are_gone_is_deleted_only_if_the_policy_says_so(site: Site) -> None:
    site.crawl()
    site.objects.delete("lake", "raw/client/ingest_date=2026-01-05/run_id=r1/part-0.avro")

    site.crawl()
    assert site.table("raw_client").parameter("DEPRECATED_BY_CRAWLER")
    assert site.crawl(Policies(delete="DELETE_FROM_DATABASE")).tables_deleted == 1
    assert site.catalog.table("ts", "raw_client") is None


def test_parquet_csv_and_json_are_read_too(site: Site) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array([1], pa.int32()), "d": pa.array([None], pa.decimal128(5, 2))}), stream)
    site.put("other/p/x", stream.getvalue())
    site.put("other/c/x.csv", b"id,name,amount\n1,x,1.5\n2,y,2\n")
    site.put("other/j/x.json", b'{"id": 1, "tags": ["a"]}\n{"id": 3000000000, "name": null}\n')

    site.crawl(path="s3://lake/other/")

    assert site.columns("raw_p") == [("a", "int"), ("d", "decimal(5,2)")]
    assert site.columns("raw_c") == [("id", "bigint"), ("name", "string"), ("amount", "double")]
    assert site.columns("raw_j") == [("id", "bigint"), ("tags", "array<string>"), ("name", "string")]


def test_a_damaged_file_is_a_warning_and_no_table(site: Site) -> None:
    site.put("raw/broken/x.avro", b"Obj\x01\x02")

    changes = site.crawl()

    assert len(changes.warnings) == 1
    assert site.catalog.table("ts", "raw_broken") is None


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("**/_SUCCESS", "a/b/_SUCCESS", True),
        ("**/_SUCCESS", "_SUCCESS", True),
        ("*.csv", "a/b.csv", False),
        ("*.{csv,tmp}", "b.tmp", True),
        ("_manifests/**", "_manifests/x/y.json", True),
        ("part-?", "part-12", False),
    ],
)
def test_an_exclusion_is_a_glob_below_the_target(glob: str, path: str, matches: bool) -> None:
    assert bool(glob_pattern(glob).fullmatch(path)) is matches
