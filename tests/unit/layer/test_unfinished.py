"""A run that failed or died leaves nothing that readers see, and nothing that runs."""

from datetime import datetime

from hourglass.landings import DETECTED, Landing, landing_from_manifest, pending_runs, runs_by_table, tables_with_news
from hourglass.plans import detection_run_id, staging_run_id, typing_key
from hourglass.publication import Move, publication, publication_key
from hourglass.unfinished import Unfinished, dead_runs, drop_staging, mark_detected

from tests.unit.layer.catalog_fakes import FakeCatalog, FakeDocuments

RUN, OTHER = "d20261122t090000_0a1b2c3d", "d20261122t110000_99999999"


class FakeSteps(dict):
    def steps(self, run_id):
        return self


class FakeJobs(list):
    def stop(self, job_id):
        self.append(job_id)


MOVES = [Move("hours", "w1", "new", "old"), Move("hours", "w2", "new", None)]
TABLES = [f"hours__{RUN}", f"hours__{OTHER}", "hours", "snake__case"]


def published():
    return FakeCatalog({"hours": {"w1": "new", "w2": "new", "w3": "other"}})


def abandon(documents, steps=None, catalog=None):
    catalog, jobs = catalog or published(), FakeJobs()
    Unfinished(documents, catalog, FakeSteps(steps or {}), {"athena": jobs}).abandon(RUN, TABLES)
    return catalog, jobs


def test_a_publication_that_was_cut_off_is_reversed():
    catalog, _ = abandon(FakeDocuments({publication_key(RUN): publication(RUN, MOVES, done=False)}))
    assert catalog.partitions("hours") == {"w1": "old", "w3": "other"}


def test_a_publication_is_reversed_once_so_that_what_a_later_run_publishes_stays():
    documents = FakeDocuments({publication_key(RUN): publication(RUN, MOVES, done=False)})
    abandon(documents)
    catalog, _ = abandon(documents)
    assert catalog.partitions("hours") == published().partitions("hours")


def test_a_complete_publication_stays_and_its_landings_are_taken_in():
    documents = FakeDocuments({publication_key(RUN): publication(RUN, MOVES, done=True)})
    documents[typing_key(RUN)] = {"ingest_runs": ["r1"]}
    catalog, _ = abandon(documents)
    assert catalog.partitions("hours") == published().partitions("hours")
    assert f"{DETECTED}r1.json" in documents


def test_only_queries_that_did_not_end_are_stopped():
    steps = {
        "running": {"service": "athena", "job_id": "q1"},
        "ended": {"service": "athena", "job_id": "q2", "error": None},
        "unknown": {"job_id": "c1"},
    }
    _, jobs = abandon(FakeDocuments(), steps)
    assert jobs == ["q1"]


def test_a_run_drops_its_own_staging_tables():
    catalog, _ = abandon(FakeDocuments())
    assert catalog.dropped == [f"hours__{RUN}"]


def test_closing_drops_the_staging_tables_of_every_run():
    catalog = FakeCatalog({})
    assert drop_staging(TABLES, catalog) == [f"hours__{RUN}", f"hours__{OTHER}"]


def test_other_runs_with_staging_tables_are_dead():
    assert dead_runs(TABLES, RUN) == [OTHER]


def test_a_run_id_is_the_same_on_every_attempt_and_can_name_a_table():
    started = datetime.fromisoformat("2026-11-22T09:00:00.5Z")
    run_id = detection_run_id("arn:aws:states:…:detect:1", started)
    assert run_id == detection_run_id("arn:aws:states:…:detect:1", started)
    assert run_id.startswith("d20261122t090000_")
    assert staging_run_id(f"clean_country__{run_id}") == run_id
    assert staging_run_id("clean_country") is None


def test_landings_without_a_marker_are_pending_oldest_first():
    documents = FakeDocuments()
    mark_detected(["20261122t08-b"], RUN, documents)
    manifests = [f"raw/_manifests/{run}.json" for run in ("20261122t10-c", "20261122t08-b", "20261122t06-a")]
    assert pending_runs(manifests, documents.keys(DETECTED)) == ["20261122t06-a", "20261122t10-c"]


def test_only_tables_with_new_rows_are_typed():
    counts = {"timesheet": {"rows": 9, "new_rows": 2}, "country": {"rows": 3, "new_rows": 0}}
    landing = landing_from_manifest({"run_id": "r1", "tables": counts})
    assert tables_with_news([landing, Landing("r2", {"country": 0})]) == {"typed_timesheet"}
    assert (landing.news, Landing("r2", {"country": 0}).news) == (2, 0)


def test_rows_that_are_gone_are_kept_as_deleted_ones():
    counts = {
        "keys_of_timesheet": {"rows": 9, "new_rows": 0, "gone_rows": 2},
        "timesheet": {"rows": 0, "new_rows": 0, "gone_rows": 0},
        "country": {"rows": 3, "new_rows": 0, "gone_rows": 1},
        "travel": {"rows": 3, "new_rows": 0, "gone_rows": 0},
    }
    landing = landing_from_manifest({"run_id": "r1", "tables": counts})
    assert tables_with_news([landing]) == {"deleted_timesheet", "deleted_country"}
    assert landing.news == 3


def test_only_runs_whose_manifest_lists_a_table_are_read_for_it():
    both = {"timesheet": {"new_rows": 1}, "client": {"new_rows": 0}}
    landings = [
        landing_from_manifest({"run_id": "r1", "tables": both}),
        landing_from_manifest({"run_id": "r2", "tables": {"client": {"new_rows": 1}}}),
    ]
    assert runs_by_table(landings) == {"timesheet": ["r1"], "client": ["r1", "r2"]}
