"""Files go when nothing refers to them and the time to come back to them is over; nothing else ever goes."""

from datetime import UTC, datetime, timedelta

import pytest
from hourglass.expiry import expired_keys
from hourglass.lake import Lake
from hourglass.publication import Move, publication, publication_key

from tests.unit.layer.catalog_fakes import FakeCatalog, FakeDocuments

LAKE, KEPT = Lake("lake"), timedelta(days=30)
OLD, NEWER, NEWEST = "d20260901t090000_0a1b2c3d", "d20261001t090000_0a1b2c3d", "d20261120t090000_0a1b2c3d"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def week(run, value, table="hours"):
    return f"{LAKE.table_location(table, run)}week_start={value}/"


def file(location, name="part-0.parquet"):
    return f"{location}{name}".removeprefix("s3://lake/")


def expired(catalog, *keys, publications=()):
    documents = FakeDocuments(dict.fromkeys(keys, b""))
    for run, moves in publications:
        documents[publication_key(run)] = publication(run, moves, done=True)
    return list(expired_keys(NOW, KEPT, LAKE, documents, catalog))


def test_what_a_week_or_a_table_does_not_point_to_any_more_goes():
    catalog = FakeCatalog({"hours": {"w1": week(NEWER, "w1")}}, {"country": LAKE.table_location("country", NEWER)})
    gone = [file(week(OLD, "w1")), file(LAKE.table_location("country", OLD))]
    kept = [file(week(NEWER, "w1")), file(LAKE.table_location("country", NEWER))]
    assert expired(catalog, *gone, *kept) == gone


def test_one_week_of_a_run_may_go_while_another_stays():
    catalog = FakeCatalog({"hours": {"w1": week(OLD, "w1"), "w2": week(NEWER, "w2")}})
    assert expired(catalog, file(week(OLD, "w1")), file(week(OLD, "w2"))) == [file(week(OLD, "w2"))]


def test_a_location_without_its_slash_is_the_same_location():
    catalog = FakeCatalog({"hours": {"w1": week(OLD, "w1").rstrip("/")}})
    assert expired(catalog, file(week(OLD, "w1"))) == []


def test_a_location_keeps_no_other_that_begins_like_it():
    catalog = FakeCatalog({"hours": {"w1": week(OLD, "w1")}})
    assert expired(catalog, file(week(OLD, "w10"))) == [file(week(OLD, "w10"))]


def test_a_staging_table_keeps_its_files():
    catalog = FakeCatalog({}, {f"hours__{OLD}": LAKE.table_location("hours", OLD)})
    assert expired(catalog, file(week(OLD, "w1"))) == []


@pytest.mark.parametrize(("replaced_by", "goes"), [(NEWEST, False), (NEWER, True)])
def test_what_a_run_has_replaced_stays_as_long_as_it_can_be_rolled_back(replaced_by, goes):
    catalog = FakeCatalog({"hours": {"w1": week(replaced_by, "w1")}})
    moves = [Move("hours", "w1", week(replaced_by, "w1"), week(OLD, "w1"))]
    found = expired(catalog, file(week(OLD, "w1")), publications=[(replaced_by, moves)])
    assert found == ([file(week(OLD, "w1"))] if goes else [])


def test_files_of_a_young_run_stay_though_nothing_refers_to_them_yet():
    assert expired(FakeCatalog({}), file(week(NEWEST, "w1"))) == []


@pytest.mark.parametrize(
    "key",
    ["tables/hours/empty/x", "tables/reviews/2026.parquet", "tables/hours/run_id=mine/x.parquet", "tables/hours/x"],
)
def test_what_no_run_has_written_stays(key):
    assert expired(FakeCatalog({}), key) == []


def test_nothing_outside_the_tables_goes():
    documents = FakeDocuments({f"raw/travel/ingest_date=2026-01-01/run_id={OLD}/part-m-0.avro": b""})
    assert list(expired_keys(NOW, KEPT, LAKE, documents, FakeCatalog({}))) == []
