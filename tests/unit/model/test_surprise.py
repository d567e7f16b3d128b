"""Scores rise with evidence, count it once and come apart into reasons."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model.features import CATALOGUE, feature_schema_hash
from model.scorer import Scorer
from model.surprise import DirectedSurprise
from model.tail import Floats

NAMES = [feature.name for feature in CATALOGUE]
WIDTH = len(NAMES)
NOTHING = np.full((1, WIDTH), np.nan)
MATRICES = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 20), st.just(WIDTH)),
    elements=st.one_of(st.just(np.nan), st.just(0.0), st.floats(-1e3, 1e3)),
)

Matrix = Callable[[int, int], Floats]


def one_row(**values: float) -> Floats:
    row = NOTHING.copy()
    for name, value in values.items():
        row[0, NAMES.index(name)] = value
    return row


def micros(score: float) -> int:
    return round(score * 1_000_000)


@given(MATRICES)
def test_scores_lie_between_zero_and_one(scorer: Scorer, matrix: Floats):
    scores = scorer.artefact.model.score(matrix)
    assert ((scores >= 0) & (scores < 1)).all()


@given(MATRICES, st.integers(0, WIDTH - 1), st.floats(0, 1e3))
def test_more_of_any_feature_never_lowers_a_score(scorer: Scorer, matrix: Floats, feature: int, more: float):
    model = scorer.artefact.model
    raised = matrix.copy()
    raised[:, feature] = np.nan_to_num(raised[:, feature]) + more
    assert (model.score(raised) >= model.score(matrix) - 1e-9).all()


@given(MATRICES)
def test_terms_add_up_to_the_total(scorer: Scorer, matrix: Floats):
    model = scorer.artefact.model
    assert model.terms(matrix)[0].sum(axis=1) == pytest.approx(model.total(matrix))


def test_zeros_and_nulls_are_no_evidence(scorer: Scorer):
    model = scorer.artefact.model
    assert model.score(NOTHING)[0] == 0.0
    assert model.score(np.zeros((1, WIDTH)))[0] == 0.0


def test_what_measures_the_same_thing_counts_once(scorer: Scorer):
    model = scorer.artefact.model
    alone = model.total(one_row(excess_hours=30))
    assert model.total(one_row(excess_hours=30, longest_day_hours=8))[0] == alone[0]


def test_different_evidence_adds_up(scorer: Scorer):
    model = scorer.artefact.model
    together = model.total(one_row(excess_hours=30, self_approval=1))
    assert together[0] == pytest.approx(
        (model.total(one_row(excess_hours=30)) + model.total(one_row(self_approval=1)))[0]
    )


def test_one_in_a_thousand_scores_about_one_half(feature_matrix: Matrix):
    history = feature_matrix(20_000, 3)
    scores = DirectedSurprise().fit(history).score(history)
    assert np.quantile(scores, 0.999) == pytest.approx(0.5, abs=0.01)
    assert len(np.unique(scores[np.argsort(scores)[-20:]])) == 20


def test_a_feature_without_any_value_in_history_is_never_evidence(feature_matrix: Matrix):
    history = feature_matrix(500, 4)
    history[:, NAMES.index("vpn_drop_z")] = np.nan
    model = DirectedSurprise().fit(history)
    assert model.score(one_row(vpn_drop_z=99.0))[0] == 0.0


def test_equal_rows_get_equal_scores(scorer: Scorer, feature_matrix: Matrix):
    row = feature_matrix(1, 5)
    assert len(set(scorer.artefact.model.score(np.repeat(row, 7, axis=0)).tolist())) == 1


def test_a_history_of_one_row_finds_nothing_surprising_in_it(feature_matrix: Matrix):
    history = feature_matrix(1, 6)
    assert DirectedSurprise().fit(history).score(history).tolist() == [0.0]


def test_the_schema_hash_changes_with_the_order_of_features():
    assert feature_schema_hash(CATALOGUE) != feature_schema_hash(CATALOGUE[::-1])


def test_every_feature_has_a_name_and_a_code_of_its_own():
    assert len(set(NAMES)) == WIDTH
    assert len({feature.code for feature in CATALOGUE}) == WIDTH
