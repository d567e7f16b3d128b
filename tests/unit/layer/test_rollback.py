"""A rollback brings readers back to what they saw, and loses nothing that the runs took in."""

from datetime import UTC, datetime, timedelta

import pytest
from hourglass.landings import detected_key
from hourglass.plans import typing_key
from hourglass.publication import Move, apply_moves, publication, publication_key
from hourglass.rollback import INTENT, RollbackRefusedError, RolledBack, finish_rollback, roll_back
from hourglass.unfinished import settle_publication

from tests.unit.layer.catalog_fakes import FakeCatalog, FakeDocuments

FIRST, SECOND, THIRD = (f"d202611{day}t090000_0a1b2c3d" for day in (21, 20, 22))
NOW, KEPT = datetime(2026, 11, 22, 12, tzinfo=UTC), timedelta(days=30)
MOVES = {
    FIRST: [Move("country", None, "c1", "empty"), Move("hours", "w1", "a1", None), Move("hours", "w2", "a2", None)],
    SECOND: [Move("country", None, "c2", "c1"), Move("hours", "w2", "b2", "a2"), Move("hours", "w3", "b3", None)],
    THIRD: [Move("hours", "w1", None, "a1"), Move("hours", "w3", "d3", "b3")],
}
# The second run started first and waited longest: it has published last but one all the same.
PUBLISHED = {FIRST: "2026-11-22T09", SECOND: "2026-11-22T10", THIRD: "2026-11-22T11"}
AFTER = {
    FIRST: ({"w1": "a1", "w2": "a2"}, "c1"),
    SECOND: ({"w1": "a1", "w2": "b2", "w3": "b3"}, "c2"),
    THIRD: ({"w2": "b2", "w3": "d3"}, "c2"),
}


def lake(*runs):
    """A catalog and documents after these runs."""
    catalog, documents = FakeCatalog({"hours": {}}, {"country": "empty"}), FakeDocuments()
    for run in runs:
        apply_moves(MOVES[run], catalog)
        documents[publication_key(run)] = publication(run, MOVES[run], True, published_at=PUBLISHED[run])
        documents[typing_key(run)] = {"ingest_runs": [f"i-{run}"]}
        documents[detected_key(f"i-{run}")] = {}
    return catalog, documents


def seen(catalog):
    return catalog.partitions("hours"), catalog.locations["country"]


def taken_in(documents):
    return [run for run in MOVES if detected_key(f"i-{run}") in documents]


def back(run, documents, catalog, now=NOW):
    return list(roll_back(run, now, KEPT, documents, catalog).runs)


def test_the_last_run_is_taken_back_and_what_it_took_in_is_new_again():
    catalog, documents = lake(FIRST, SECOND, THIRD)
    assert roll_back(THIRD, NOW, KEPT, documents, catalog) == RolledBack((THIRD,), 2)
    assert seen(catalog) == AFTER[SECOND]
    assert taken_in(documents) == [FIRST, SECOND]


def test_what_a_release_has_built_anew_is_built_anew_again():
    catalog, documents = lake(FIRST)
    catalog.published = {"hours": "new", "country": "same"}
    documents[publication_key(FIRST)] = publication(FIRST, MOVES[FIRST], True, {"hours": "old", "travel": None})
    back(FIRST, documents, catalog)
    assert catalog.published == {"hours": "old", "country": "same", "travel": None}


def test_later_runs_are_taken_back_with_an_earlier_one_newest_first():
    catalog, documents = lake(FIRST, SECOND, THIRD)
    assert back(SECOND, documents, catalog) == [THIRD, SECOND]
    assert seen(catalog) == AFTER[FIRST]
    assert back(FIRST, documents, catalog) == [FIRST]
    assert seen(catalog) == ({}, "empty")
    assert taken_in(documents) == []


@pytest.mark.parametrize("survives", range(13))
def test_a_rollback_that_dies_is_finished_by_doing_it_again(survives):
    catalog, documents = lake(FIRST, SECOND, THIRD)

    class Dying(FakeDocuments):
        left = survives

        def __getattribute__(self, name):
            if name in ("get_json", "put_json", "delete"):
                if self.left == 0:
                    raise TimeoutError
                self.left -= 1
            return super().__getattribute__(name)

    dying = Dying(documents)
    with pytest.raises(TimeoutError):
        back(SECOND, dying, catalog)
    healed = FakeDocuments(dying)
    if INTENT in healed:
        finish_rollback(healed, catalog)  # as the next detection does
    else:
        assert seen(catalog) == AFTER[THIRD]
        back(SECOND, healed, catalog)
    assert seen(catalog) == AFTER[FIRST]
    assert taken_in(healed) == [FIRST]
    assert INTENT not in healed


def test_a_run_is_taken_back_once():
    catalog, documents = lake(FIRST, SECOND)
    back(SECOND, documents, catalog)
    catalog.create_partitions("hours", {"w3": "later"})
    with pytest.raises(RollbackRefusedError, match=f"{SECOND} has been taken back before"):
        back(SECOND, documents, catalog)
    assert catalog.partitions("hours")["w3"] == "later"


def test_a_run_that_was_taken_back_is_passed_over_when_an_earlier_one_is():
    catalog, documents = lake(FIRST, SECOND)
    back(SECOND, documents, catalog)
    assert back(FIRST, documents, catalog) == [FIRST]
    assert seen(catalog) == ({}, "empty")


@pytest.mark.parametrize(
    ("run", "now", "sentence"),
    [
        (THIRD, NOW, f"{THIRD} has published nothing that could be taken back"),
        ("d1", NOW, "d1 has published nothing"),
        (SECOND, NOW + timedelta(days=29), "older than 29 days: the files that it replaced may be gone"),
    ],
)
def test_what_cannot_be_taken_back_is_refused_and_changes_nothing(run, now, sentence):
    catalog, documents = lake(FIRST, SECOND)
    with pytest.raises(RollbackRefusedError, match=sentence):
        back(run, documents, catalog, now)
    assert seen(catalog) == AFTER[SECOND]


def test_clearing_up_after_a_run_that_was_taken_back_leaves_its_landings_new():
    catalog, documents = lake(FIRST, SECOND)
    back(SECOND, documents, catalog)
    assert settle_publication(SECOND, documents, catalog) is False
    assert taken_in(documents) == [FIRST]
