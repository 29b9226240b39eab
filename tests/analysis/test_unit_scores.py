"""Scores of units against all pairs and numpy.corrcoef, and bands against moving by hand."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lstmvis_core as lv
from lstmvis_core.analysis import ranked as module

whole = st.integers(-3, 3)
small = hnp.arrays(np.float32, st.tuples(st.integers(1, 20), st.integers(1, 3)), elements=whole)


def all_pairs(unit: np.ndarray, has: np.ndarray) -> float:
    """The share of pairs of which the step with the property is the higher, ties counting half."""
    pairs = [(a, b) for a in unit[has] for b in unit[~has]]
    return float(Fraction(sum(2 * (a > b) + (a == b) for a, b in pairs), 2 * len(pairs)))


def correlation(unit: np.ndarray, values: np.ndarray) -> float:
    if np.ptp(unit) == 0:
        return 0.0
    return float(np.corrcoef(unit.astype(float), values)[0, 1])


# -- scores ------------------------------------------------------------------------------------


@given(small, st.data())
def test_auc_counts_all_pairs_of_steps_that_count(states: np.ndarray, data: st.DataObject):
    has = data.draw(hnp.arrays(bool, len(states)))
    known = data.draw(st.none() | hnp.arrays(bool, len(states)))
    scores = lv.rank_units(states, has, known=known)
    at = slice(None) if known is None else known
    if has[at].all() or not has[at].any():
        assert np.isnan(scores).all()
    else:
        expected = [all_pairs(unit[at], has[at]) for unit in states.T]
        np.testing.assert_allclose(scores, expected, rtol=1e-14)


@given(small, st.data(), st.integers(1, 7))
def test_correlation_is_that_of_numpy_over_known_steps(states, data, size):
    values = data.draw(hnp.arrays(float, len(states), elements=whole.map(float) | st.just(np.nan)))
    known = data.draw(st.none() | hnp.arrays(bool, len(states)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_STEPS", size)
        scores = lv.rank_units(states, values, known=known)
    at = ~np.isnan(values) & (True if known is None else known)
    if not at.any() or np.ptp(values[at]) == 0:
        assert np.isnan(scores).all()
    else:
        expected = [correlation(unit[at], values[at]) for unit in states.T]
        np.testing.assert_allclose(scores, expected, atol=1e-12)


def test_many_steps_are_scored_as_exactly_as_few():
    rng = np.random.default_rng(1)
    H = (rng.normal(size=(40_000, 3)) + 50).astype(np.float32)
    values = H[:, 1] + rng.normal(size=len(H))
    has = values > 50.5
    expected = np.corrcoef(H.T.astype(float), values)[-1, :3]
    np.testing.assert_allclose(lv.rank_units(H, values), expected, atol=1e-10)
    ordered = [np.sort(unit[~has]) for unit in H.T]
    pairs = [
        (np.searchsorted(o, u[has]) + np.searchsorted(o, u[has], side="right")).sum()
        for o, u in zip(ordered, H.T, strict=True)
    ]
    expected = np.array(pairs) / (2 * has.sum() * (~has).sum())
    np.testing.assert_allclose(lv.rank_units(H, has), expected, rtol=1e-13)


def test_a_constant_unit_says_nothing():
    H = np.full((40, 1), 0.1, np.float32)
    assert lv.rank_units(H, np.arange(40) % 3 == 0).tolist() == [0.5]
    assert lv.rank_units(H, np.arange(40)).tolist() == [0.0]


def test_the_other_way_round_auc_is_what_is_left_of_one():
    H = np.random.default_rng(2).normal(size=(50, 4))
    has = np.arange(50) % 7 == 0
    np.testing.assert_allclose(lv.rank_units(H, has) + lv.rank_units(-H, has), 1)
    np.testing.assert_allclose(lv.rank_units(H, has) + lv.rank_units(H, ~has), 1)


def test_a_unit_of_the_zoo_tells_quotations():
    model, stories = lv.load_model("prose"), lv.load_corpus("stories")
    states = lv.corpus_states(model, stories, layer=2, kind="tanh_cell")
    inside = lv.track_of_corpus(model, stories, "quotation").values == 1
    scores = lv.rank_units(states, inside)
    assert np.abs(scores - 0.5).argmax() == 12  # the unit that the model's card names
    assert scores[12] == pytest.approx(all_sorted(states.values[12], inside), abs=1e-12)


def all_sorted(unit: np.ndarray, has: np.ndarray) -> float:
    """Pairs counted in the sorted others, as `all_pairs` but for many steps."""
    others = np.sort(unit[~has])
    below, up_to = (np.searchsorted(others, unit[has], side) for side in ("left", "right"))
    return float((below + up_to).sum() / (2 * has.sum() * len(others)))


# -- chance ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [bool, float])
@pytest.mark.parametrize("size", [4, 1000])
def test_the_band_is_the_best_score_of_moved_values(kind: type, size: int, monkeypatch):
    monkeypatch.setattr(module, "_STEPS", size)
    rng = np.random.default_rng(3)
    H = rng.integers(0, 6, size=(40, 5)).astype(np.float32)
    H[:, 4] = 2  # constant
    values = rng.integers(0, 2, 40).astype(kind)
    known = rng.random(40) < 0.9
    steps = int(known.sum())
    best = lv.best_by_chance(H, values, known=known, shifts=1000)
    assert len(best) == steps - 1  # all that there are: a 20th of so few steps is one
    by_hand = [
        np.abs(lv.rank_units(H[known], np.roll(values[known], s)) - (kind is bool) / 2).max()
        for s in range(1, steps)
    ]
    np.testing.assert_allclose(np.sort(best), np.sort(by_hand), atol=1e-6)


def test_the_same_seed_moves_by_the_same_steps_whatever_the_states():
    rng = np.random.default_rng(4)
    H, values = rng.normal(size=(100, 6)), rng.normal(size=100)
    left, right = (lv.best_by_chance(part, values, shifts=9) for part in (H[:, :2], H[:, 2:]))
    both = lv.best_by_chance(H, values, shifts=9)
    np.testing.assert_allclose(np.maximum(left, right), both, atol=1e-6)
    assert both.tolist() == lv.best_by_chance(H, values, shifts=9).tolist()
    assert both.tolist() != lv.best_by_chance(H, values, shifts=9, seed=1).tolist()


def test_no_shift_is_near_to_none():
    H = np.zeros((200, 1))
    H[10] = 1  # so r is 1 exactly when the values are not moved
    values = np.zeros(200)
    values[[19, 20]] = 1  # by 10 or 9 steps the other way, which is a 20th
    assert lv.best_by_chance(H, values, shifts=200).max() > 0.7
    values = np.zeros(200)
    values[[18, 19]] = 1
    assert lv.best_by_chance(H, values, shifts=200).max() < 0.1


def test_unrelated_noise_that_is_slow_stays_within_the_band():
    rng = np.random.default_rng(5)
    slow = rng.normal(size=(5000, 21))
    for before, now in itertools.pairwise(slow):
        now += 0.98 * before
    score = np.abs(lv.rank_units(slow[:, 1:], slow[:, 0])).max()
    band = np.quantile(lv.best_by_chance(slow[:, 1:], slow[:, 0]), 0.95)
    drawn = np.abs(lv.rank_units(slow[:, 1:], rng.permutation(slow[:, 0]))).max()
    assert 2 * drawn < score < band


# -- what cannot be ranked ---------------------------------------------------------------------


def test_what_does_not_fit_is_refused():
    H = np.zeros((6, 2))
    with pytest.raises(lv.StatesError, match=r"\(time_step, unit\)"):
        lv.rank_units(H.T, np.zeros(6))
    with pytest.raises(lv.StatesError, match="6 time steps and 2 units; known"):
        lv.rank_units(H, np.zeros(6), known=np.ones(5, bool))
    with pytest.raises(lv.SelectionError, match="True or False"):
        lv.rank_units(H, np.zeros(6), known=np.ones(6))
    with pytest.raises(lv.SelectionError, match="bool or numbers"):
        lv.rank_units(H, np.array(list("abcdef")))
    with pytest.raises(lv.SelectionError, match="finite"):
        lv.rank_units(H, np.array([0, 1, 2, 3, 4, np.inf]))
    with pytest.raises(lv.SelectionError, match="2 steps or more; 1 count"):
        lv.best_by_chance(H, np.zeros(6), known=np.arange(6) == 2)
    with pytest.raises(lv.SelectionError, match="not 0"):
        lv.best_by_chance(H, np.zeros(6), shifts=0)


def test_where_there_is_nothing_to_tell_there_is_no_band():
    assert np.isnan(lv.best_by_chance(np.zeros((6, 2)), np.ones(6, bool))).all()
