"""Publishing repoints what changed, can be reversed, and is the same when it is done twice."""

from datetime import UTC, datetime

import pytest
from hourglass.publication import (
    CatalogTable,
    Move,
    RunStoppedError,
    SchemaMismatchError,
    apply_moves,
    columns_are_added,
    compare_schemas,
    move_back,
    publication_key,
    publish,
    reverse,
)
from hourglass.unfinished import settle_publication

from tests.unit.layer.catalog_fakes import FakeCatalog, FakeDocuments

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
RUN = "d20261122t090000_0a1b2c3d"
OTHER = "d20261122t110000_99999999"


def weekly(name, kind="double"):
    return CatalogTable(name, (("hours", kind), ("week_start", "date")), "week_start", "s3://lake/t/")


def whole(name, location="old"):
    return CatalogTable(name, (("country", "string"),), None, location)


TABLES = {
    "hours": weekly("hours"),
    f"hours__{RUN}": weekly(f"hours__{RUN}"),
    "country": whole("country"),
    f"country__{RUN}": whole(f"country__{RUN}", "new"),
}
WEEKS = ("w1", "w2", "w3", "w4")
PLAN = {
    "run_id": RUN,
    "publish": [
        {"table": "country", "kind": "WHOLE", "location": "new", "partitions": [], "definition": "c"},
        {
            "table": "hours",
            "kind": "WEEKLY",
            "location": "n/",
            "partitions": ["w1", "w2", "w3", "w4"],
            "definition": "h",
        },
    ],
}


def catalog():
    return FakeCatalog(
        {"hours": {"w0": "o0", "w1": "o1", "w3": "o3"}, f"hours__{RUN}": {"w1": "n1", "w2": "n2"}}, {"country": "old"}
    )


def test_weeks_are_repointed_created_and_deleted_and_others_stay():
    found, documents = catalog(), FakeDocuments()
    publish(PLAN, TABLES, documents, found, NOW)
    assert found.partitions("hours") == {"w0": "o0", "w1": "n1", "w2": "n2"}
    assert found.locations == {"country": "new"}
    assert found.published == {"country": "c", "hours": "h"}
    assert documents[publication_key(RUN)]["done"] is True


def test_what_is_replaced_is_written_down_before_the_first_move():
    documents = FakeDocuments()

    class Stubborn(FakeCatalog):
        def point_table(self, table, location):
            assert documents[publication_key(RUN)]["done"] is False
            raise TimeoutError

    with pytest.raises(TimeoutError):
        publish(PLAN, TABLES, documents, Stubborn(catalog().found), NOW)
    assert Move("hours", "w3", None, "o3").__dict__ in documents[publication_key(RUN)]["moves"]


def test_a_retry_carries_out_the_moves_that_are_written_down():
    found, documents = catalog(), FakeDocuments()
    first = publish(PLAN, TABLES, documents, found, NOW)
    assert publish(PLAN, TABLES, documents, found, NOW) == first
    assert found.partitions("hours") == {"w0": "o0", "w1": "n1", "w2": "n2"}


def test_a_run_that_was_stopped_while_it_published_takes_its_moves_back():
    documents = FakeDocuments()

    class Stopped(FakeCatalog):
        def point_table(self, table, location):
            super().point_table(table, location)
            if location == "new":
                settle_publication(RUN, documents, self)

    found = Stopped(catalog().found, catalog().locations)
    with pytest.raises(RunStoppedError, match=f"{RUN} was stopped while it published"):
        publish(PLAN, TABLES, documents, found, NOW)
    assert found.partitions("hours") == {"w0": "o0", "w1": "o1", "w3": "o3"}
    assert found.locations == {"country": "old"}
    assert documents[publication_key(RUN)]["rolled_back"] is True


def test_a_publication_can_be_reversed():
    found = catalog()
    moves = publish(PLAN, TABLES, FakeDocuments(), found, NOW)
    apply_moves(reverse(moves), found)
    assert found.partitions("hours") == {"w0": "o0", "w1": "o1", "w3": "o3"}
    assert found.locations == {"country": "old"}


def test_a_staged_table_with_other_columns_moves_nothing():
    found, documents = catalog(), FakeDocuments()
    tables = {**TABLES, f"hours__{RUN}": weekly("hours", "bigint")}
    with pytest.raises(SchemaMismatchError, match="hours has the column hours double, but hours bigint was staged"):
        publish(PLAN, tables, documents, found, NOW)
    assert found.locations == {"country": "old"}
    assert not documents


def test_a_missing_column_is_counted():
    staged = CatalogTable("x", (("hours", "double"),), None, "")
    with pytest.raises(SchemaMismatchError, match="has 2 columns, but 1 were staged"):
        compare_schemas(weekly("hours"), staged)


def test_a_table_is_widened_by_columns_that_it_lacks_wherever_they_stand():
    wider = CatalogTable("hours", (("grade", "string"), *weekly("hours").columns), "week_start", "")
    assert columns_are_added(weekly("hours"), wider)
    assert not columns_are_added(weekly("hours"), weekly("hours"))


def test_columns_in_another_order_are_put_in_order():
    wanted = CatalogTable("hours", (("week_start", "date"), ("hours", "double")), "week_start", "")
    assert columns_are_added(weekly("hours"), wanted)


def test_a_run_that_was_stopped_before_it_published_moves_nothing():
    found, documents = catalog(), FakeDocuments()
    settle_publication(RUN, documents, found)
    with pytest.raises(RunStoppedError, match="stopped before it published"):
        publish(PLAN, TABLES, documents, found, NOW)
    assert found.locations == {"country": "old"}


def test_what_a_later_run_has_moved_is_not_taken_back():
    found = catalog()
    moves = publish(PLAN, TABLES, FakeDocuments(), found, NOW)
    found.found["hours"]["w1"] = "later"
    move_back(moves, found)
    assert found.partitions("hours") == {"w0": "o0", "w1": "later", "w3": "o3"}


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (weekly("hours", "bigint"), "hours has the column hours double, which the release has as bigint; docs/"),
        (whole("hours"), "hours double, which the release has not any more"),
    ],
)
def test_a_column_that_is_gone_or_retyped_is_named(wanted, sentence):
    with pytest.raises(SchemaMismatchError, match=sentence):
        columns_are_added(weekly("hours"), wanted)


@pytest.mark.parametrize(("published", "staged"), [("string", "varchar"), ("int", "integer"), ("decimal(5,2)",) * 2])
def test_spellings_of_a_type_are_the_same_type(published, staged):
    compare_schemas(weekly("hours", published), weekly("hours", staged))
