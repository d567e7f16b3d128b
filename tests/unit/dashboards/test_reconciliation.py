from datetime import date
from decimal import Decimal

from dashboards.reconciliation import SHOWN_DAYS, reconcile

NONE_DELETED = {"row_count": 0, "hours": None, "approved_rows": 0}


def day(number, source=2, lake=2, verdict="equal"):
    return {
        "work_date": date(2026, 1, number),
        "source_rows": source,
        "lake_rows": lake,
        "source_hours": Decimal(8 * source),
        "lake_hours": Decimal(8 * lake),
        "verdict": verdict,
        "run_id": "r2",
    }


def test_before_the_first_sweep_there_is_nothing_to_say():
    assert reconcile([], NONE_DELETED) is None


def test_both_sides_are_summed_and_only_days_that_differ_are_shown():
    found = reconcile([day(7), day(6, lake=1, verdict="different"), day(5)], NONE_DELETED)
    assert found is not None
    assert (found.days, found.unequal, found.source_rows, found.lake_rows) == (3, 1, 6, 5)
    assert (found.source_hours, found.lake_hours) == (48.0, 40.0)
    assert [each["work_date"].day for each in found.shown] == [6]


def test_the_newest_days_that_differ_are_shown():
    rows = [day(30 - n, lake=0, verdict="different") for n in range(SHOWN_DAYS + 5)]
    found = reconcile(rows, NONE_DELETED)
    assert found is not None
    assert (found.unequal, list(found.shown)) == (SHOWN_DAYS + 5, rows[:SHOWN_DAYS])
