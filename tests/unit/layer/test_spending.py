"""What the ledger says of a run, added up, and what AWS would take for it."""

import pytest
from hourglass.budget import Prices
from hourglass.spending import ClusterLife, totals

PRICES = Prices({"m5.xlarge": 0.24}, 5.0, 10_000_000)
DETECTION, INGEST = "d20261122t090000_0a1b2c3d", "20261122t173427-431ebffb"


def query(scanned, state="SUCCEEDED", **facts):
    return {"scanned_bytes": scanned, "state": state, "seconds": 1.5, **facts}


def test_a_detection_counts_its_statements_rows_and_weeks():
    steps = {
        "employee_week": query(10**12, rows=7, attempt=1, partitions=["2026-01-05", "2026-01-12"]),
        "peer_week": query(0, rows=3, partitions=["2026-01-05"]),
        "typed_travel": query(20_000_000, rows=1, partitions=["20261122t173427-431ebffb"]),
    }
    found = totals(DETECTION, steps, PRICES)
    assert (found.machine, found.steps, found.weeks, found.rows, found.retries) == ("detect", 3, 2, 11, 1)
    assert (found.scanned_bytes, found.seconds) == (10**12 + 20_000_000, 4.5)
    assert found.dollars == pytest.approx(5.0 + 5e-5 + 1e-4)


def test_a_statement_that_failed_is_counted_and_costs_nothing():
    found = totals(DETECTION, {"a": query(10**12, "FAILED", error="AthenaUserError")}, PRICES)
    assert (found.failed, found.dollars) == (1, 0.0)


def test_a_statement_that_was_stopped_costs_what_it_read():
    assert totals(DETECTION, {"a": query(10**12, "CANCELLED", error="x")}, PRICES).dollars == pytest.approx(5.0)


def test_an_ingest_counts_its_new_rows_and_its_cluster():
    verified = {"tables": {"travel": {"new_rows": 4, "rows": 9}, "timesheet": {"new_rows": 2, "rows": 2}}}
    steps = {"Import travel": {"cluster_id": "j-1", "seconds": 9.0}, "Verify the landing": verified}
    found = totals(INGEST, steps, PRICES, [ClusterLife(0.5, {"m5.xlarge": 3})])
    assert (found.machine, found.rows, found.seconds) == ("ingest", 6, 9.0)
    assert found.dollars == found.cluster_dollars == pytest.approx(0.36)


def test_an_instance_without_a_price_is_named():
    with pytest.raises(KeyError, match=r"x9\.huge"):
        totals(INGEST, {}, PRICES, [ClusterLife(1.0, {"x9.huge": 1})])
