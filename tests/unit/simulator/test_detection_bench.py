"""The benchmark's figures are what their names say."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from bench.detection import (
    UnusableInputError,
    compare,
    isolation_forest,
    quality,
    recall_by_scheme,
    report,
)

COUNT = 1000
IDS = np.arange(1, COUNT + 1)
TRUTH = pl.DataFrame(
    {
        "timesheet_id": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        "scheme": ["padding"] * 5 + ["ghost_week"] * 5,
        "severity": ["mild", "medium", "blatant", "mild", "mild"] * 2,
    }
)


def scores(values: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"timesheet_id": IDS, "score": values})


def features() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    weeks = [date(2026, 1, 5) + timedelta(weeks=int(index) % 10) for index in IDS]
    odd = np.where(IDS <= 10, 6.0, 0.0)
    return pl.DataFrame(
        {
            "timesheet_id": IDS,
            "week_start": weeks,
            "country": ["DE"] * COUNT,
            "excess_hours": rng.normal(size=COUNT) + odd,
            "vpn_drop_z": [None] * COUNT,
            "longest_day_hours": np.where(IDS % 7 == 0, np.nan, rng.normal(size=COUNT) + odd),
        },
        schema_overrides={"vpn_drop_z": pl.Float64},
    )


def test_a_perfect_ranking_scores_one() -> None:
    perfect = quality(scores(-IDS.astype(float)), TRUTH)
    assert (perfect.timesheets, perfect.falsified) == (1000, 10)
    assert perfect.average_precision == perfect.precision == perfect.recall == 1.0


def test_the_worst_ranking_finds_nothing() -> None:
    worst = quality(scores(IDS.astype(float)), TRUTH)
    assert worst.precision == worst.recall == 0.0
    assert worst.average_precision < 0.02


def test_equal_scores_are_not_ranked_by_their_ids() -> None:
    assert quality(scores(np.zeros(COUNT)), TRUTH).recall < 0.5


def test_recall_is_told_by_scheme_and_severity() -> None:
    only_padding = np.where(IDS <= 5, 1.0, np.where(IDS <= 10, 0.0, 0.5))
    found = {row["scheme"]: row for row in recall_by_scheme(scores(only_padding), TRUTH).iter_rows(named=True)}
    assert found["padding"]["recall"] == 1.0
    assert found["ghost_week"]["recall"] == 0.0
    assert found["ghost_week"]["timesheets"] == 5


def test_the_forest_copes_with_missing_values_and_sees_no_context() -> None:
    forest = isolation_forest(features())
    assert forest.get_column("score").is_finite().all()
    assert quality(forest, TRUTH).recall > 0.5


def test_both_rankings_are_compared_over_all_weeks_and_the_later_half() -> None:
    compared = compare(features(), scores(-IDS.astype(float)), TRUTH)
    assert list(compared) == [
        "hourglass, all weeks",
        "hourglass, later half",
        "IsolationForest, all weeks",
        "IsolationForest, later half",
    ]
    assert compared["hourglass, later half"].timesheets == 500
    assert "IsolationForest" in report(compared, recall_by_scheme(scores(-IDS.astype(float)), TRUTH))


def test_a_truth_of_another_company_is_refused() -> None:
    with pytest.raises(UnusableInputError, match="1000 scored timesheets"):
        quality(scores(np.zeros(COUNT)), TRUTH.with_columns(pl.col("timesheet_id") + 10**6))
