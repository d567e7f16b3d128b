"""An auditor reads facts with numbers, and the numbers add up."""

import json
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model.features import CATALOGUE
from model.reasons import NAMED_REASONS, format_value, rarity_words
from model.scorer import LEAST_EXPLAINED_ROWS, MOST_EXPLAINED_ROWS, ScoredBatch, Scorer
from model.tail import Floats

NAMES = [feature.name for feature in CATALOGUE]
ACCUSING = re.compile(r"fraud|cheat|falsif|suspicious|violat|illegal|abuse|lied|guilty|steal|wrong", re.IGNORECASE)


def scored(scorer: Scorer, matrix: Floats) -> ScoredBatch:
    return scorer.score(np.arange(len(matrix)), matrix)


def one_row(**values: float) -> Floats:
    row = np.full((1, len(NAMES)), np.nan)
    for name, value in values.items():
        row[0, NAMES.index(name)] = value
    return row


@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 20), st.just(len(NAMES))),
        elements=st.one_of(st.just(np.nan), st.just(0.0), st.floats(-1e3, 1e6)),
    )
)
def test_contributions_add_up_to_the_score_exactly(scorer: Scorer, matrix: Floats):
    batch = scored(scorer, matrix)
    for row, reasons in zip(batch.explained.tolist(), batch.reasons, strict=True):
        evidence = json.loads(reasons.evidence)
        parts = [round(reason["contribution"] * 1_000_000) for reason in evidence]
        assert sum(parts) == batch.micro_scores[row]
        assert min(parts) > 0
        named = [reason for reason in evidence if reason["code"] != "OTHER"]
        assert len(named) <= NAMED_REASONS
        assert reasons.codes == ",".join(reason["code"] for reason in named)
        assert reasons.explanation == " ".join(reason["sentence"] for reason in named)


def test_a_sentence_tells_what_was_observed_what_is_typical_and_how_rare_it_is(scorer: Scorer):
    reasons = scored(scorer, one_row(closed_project_hours=12.5)).reasons[0]
    assert reasons.codes == "PROJECT_CLOSED"
    assert re.fullmatch(
        r"12\.5 hours were recorded before the project started or after it ended"
        r" \(typical: 0; reached by about 1 in [\d,]+\)\.",
        reasons.explanation,
    )
    (reason,) = json.loads(reasons.evidence)
    assert reason["feature"] == "closed_project_hours"
    assert (reason["value"], reason["expected"]) == (12.5, 0)


def test_a_value_above_all_of_history_is_said_to_be(scorer: Scorer):
    reasons = scored(scorer, one_row(night_share=1e6)).reasons[0]
    assert re.search(r"above all 4,[45]\d\d of the history\)\.$", reasons.explanation)


def test_what_is_too_small_to_name_is_summed_up_last(scorer: Scorer):
    values = dict.fromkeys(
        ["closed_project_hours", "split_entry_hours", "outside_employment_hours", "night_share", "silent_off_hours",
         "unassigned_hours", "changed_after_approval_hours"], 14.0,
    )  # fmt: skip
    evidence = json.loads(scored(scorer, one_row(**values)).reasons[0].evidence)
    assert [reason["code"] for reason in evidence].index("OTHER") == NAMED_REASONS
    assert evidence[-1]["sentence"] == "2 smaller reasons, summed up."


def test_only_the_top_rows_are_explained(scorer: Scorer, feature_matrix: Callable[[int, int], Floats]):
    batch = scored(scorer, feature_matrix(4000, 7))
    assert 80 <= len(batch.explained) <= 160
    untold = np.delete(batch.micro_scores, batch.explained)
    assert untold.max() < batch.micro_scores[batch.explained].min()


def test_a_small_batch_is_explained_whole_where_it_scores(scorer: Scorer, feature_matrix: Callable[[int, int], Floats]):
    batch = scored(scorer, feature_matrix(LEAST_EXPLAINED_ROWS, 8))
    assert batch.explained.tolist() == np.flatnonzero(batch.micro_scores > 0).tolist()


def test_a_batch_of_suspects_is_explained_from_the_top_as_far_as_a_reply_holds(scorer: Scorer):
    rows = np.repeat(one_row(closed_project_hours=12.5), MOST_EXPLAINED_ROWS + 10, axis=0)
    rows[:10, NAMES.index("closed_project_hours")] = 0.25
    batch = scored(scorer, rows)
    assert batch.explained.tolist() == list(range(10, MOST_EXPLAINED_ROWS + 10))


def test_no_sentence_accuses():
    assert not [feature.fact for feature in CATALOGUE if ACCUSING.search(feature.fact)]


def test_no_fact_holds_what_json_must_escape():
    assert all(json.dumps(feature.fact) == f'"{feature.fact}"' for feature in CATALOGUE)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (12.5, "hours", "12.5"),
        (1200.0, "hours", "1,200"),
        (40.0, "hours", "40"),
        (0.3512, "share", "35.1 %"),
        (1.0, "flag", "yes"),
        (-0.001, "deviations", "0"),
        (3.0, "count", "3"),
        (0.0, "log factor", "1"),
    ],
)
def test_numbers_are_rounded_sensibly(value, unit, words):
    assert format_value(value, unit) == words


def test_rarity_is_said_in_two_digits():
    assert rarity_words(5000)[70] == "reached by about 1 in 3,200"
