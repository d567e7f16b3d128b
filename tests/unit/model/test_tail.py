"""A value's rarity follows its rank in history, from streams as from one batch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from model.tail import Floats, Tail, TailSketch, fit_tail

ORDINARY_NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))


def tail_of(*batches: Floats, from_surprise: float = 0.0) -> Tail:
    sketch = TailSketch()
    for batch in batches:
        sketch.add(batch)
    return fit_tail(sketch, from_surprise=from_surprise)


def test_the_largest_of_a_thousand_values_is_about_three_decades_rare():
    tail = tail_of(np.arange(1000.0))
    assert tail.surprise(np.array([999.0]))[0] == pytest.approx(np.log10(1001 / 1.5))


def test_a_value_of_a_heavy_point_mass_is_as_rare_as_the_mass_and_all_above_it():
    history = np.repeat([0.0, 8.0, 24.0], [900, 90, 10])
    surprises = tail_of(history).surprise(np.array([0.0, 8.0, 24.0]))
    assert surprises == pytest.approx(np.log10(1001 / np.array([1000.5, 100.5, 10.5])))


def test_a_value_beyond_history_is_never_rarer_than_half_a_row():
    tail = tail_of(np.arange(1000.0))
    beyond = tail.surprise(np.array([1000.0, 2000.0, 1e300]))
    assert (np.diff(beyond) > 0).all()
    assert beyond[-1] <= np.log10(1001 / 0.5)


def test_a_value_above_a_constant_history_is_as_rare_as_the_history_is_long():
    assert tail_of(np.zeros(99)).surprise(np.array([0.25]))[0] == pytest.approx(np.log10(100 / 0.5))


def test_an_empty_history_makes_nothing_rare():
    assert tail_of().surprise(np.array([1e9])).tolist() == [0.0]


def test_a_long_stream_is_known_to_about_one_per_cent_in_little_memory():
    random = np.random.default_rng(0)
    batches = [random.exponential(size=100_000) for _ in range(30)]
    tail = tail_of(*batches)
    history = np.sort(np.concatenate(batches))
    probes = np.array([0.5, 2.0, 5.0, 10.0])
    exact = np.log10((len(history) + 1) / (len(history) - np.searchsorted(history, probes) + 0.5))
    assert tail.surprise(probes) == pytest.approx(exact, abs=0.01)
    assert tail.rows == 3_000_000
    assert len(tail.values) < 1000


@given(
    hnp.arrays(np.float64, st.integers(1, 200), elements=ORDINARY_NUMBERS),
    hnp.arrays(np.float64, 50, elements=st.floats(-1e7, 1e7)),
)
def test_rarity_rises_with_the_value_and_stays_within_the_length_of_history(history: Floats, probes: Floats):
    tail = tail_of(history)
    surprises = tail.surprise(np.sort(probes))
    assert (np.diff(surprises) >= -1e-12).all()
    assert (surprises >= 0).all()
    assert (surprises <= tail.limit + 1e-12).all()


@given(hnp.arrays(np.float64, st.integers(1, 200), elements=ORDINARY_NUMBERS), st.integers(1, 5))
def test_how_a_history_is_cut_into_batches_does_not_matter(history: Floats, parts: int):
    whole, cut = tail_of(history), tail_of(*np.array_split(history, parts))
    assert whole.values.tolist() == cut.values.tolist()
    assert whole.surprises.tolist() == cut.surprises.tolist()
