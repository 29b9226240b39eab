"""Probes against least squares written out over all steps, and on states made on purpose."""

from typing import Any

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis import ranked as module
from tests.analysis.test_unit_scores import all_pairs


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers, the same for every test."""
    return np.random.default_rng(0)


# -- the oracle --------------------------------------------------------------------------------


def held_out_of(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps to learn from and steps held out: the 4th, 8th, ... of 20 stretches."""
    stretches = np.array_split(np.flatnonzero(known), 20)
    test = np.concatenate(stretches[3::4])
    return np.setdiff1d(np.flatnonzero(known), test), test


def least_squares(
    scaled: np.ndarray, y: np.ndarray, at: tuple[np.ndarray, np.ndarray], strength: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, what is told of the steps held out, and what is left over of the others.

    The ridge is rows of its own, one a unit, that ask for a weight of 0.
    """
    learn, test = at
    means, mean = scaled[learn].mean(axis=0), y[learn].mean()
    rows = np.vstack(
        [scaled[learn] - means, np.sqrt(strength * len(learn)) * np.eye(scaled.shape[1])]
    )
    asked = np.concatenate([y[learn] - mean, np.zeros(scaled.shape[1])])
    weights = np.linalg.lstsq(rows, asked)[0]
    left = y[learn] - mean - (scaled[learn] - means) @ weights
    return weights, (scaled[test] - means) @ weights + mean, left


def score_of(told: np.ndarray, truth: np.ndarray, is_bool: bool) -> float:
    if is_bool:
        return all_pairs(told, truth.astype(bool))
    return float(1 - np.mean((truth - told) ** 2) / truth.var())


def by_hand(states: np.ndarray, values: np.ndarray, known: np.ndarray, most: int) -> dict[str, Any]:
    scaled = (states - states.mean(axis=0)) / states.std(axis=0)
    y, is_bool, at = values.astype(float), values.dtype == bool, held_out_of(known)
    weights, told, _ = least_squares(scaled, y, at, 1e-3)
    found: dict[str, Any] = {"weights": weights, "everything": score_of(told, y[at[1]], is_bool)}
    chosen, curve, left = list[int](), [], y[at[0]]
    for _ in range(most):
        correlations = [abs(np.corrcoef(unit, left)[0, 1]) for unit in scaled[at[0]].T]
        best = max(set(range(scaled.shape[1])) - set(chosen), key=lambda unit: correlations[unit])
        chosen.append(best)
        _, told, left = least_squares(scaled[:, chosen], y, at, 1e-3)
        curve.append(score_of(told, y[at[1]], is_bool))
    return found | {"units": chosen, "curve": curve}


# -- probes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_bool", [True, False])
@pytest.mark.parametrize("size", [37, 10_000])
def test_probes_are_those_of_least_squares(rng, is_bool: bool, size: int, monkeypatch):
    monkeypatch.setattr(module, "_STEPS", size)
    H = (rng.normal(size=(300, 7)) @ rng.normal(size=(7, 7)) * 0.2 + 3).astype(np.float32)
    values = H @ rng.normal(size=7) + rng.normal(size=300)
    known = rng.random(300) < 0.8
    values = values > np.median(values) if is_bool else values
    found = lv.probe(H, values, known=known, most=4)
    expected = by_hand(H.astype(float), values, known, 4)
    assert found.units.tolist() == expected["units"]
    np.testing.assert_allclose(found.weights, expected["weights"], rtol=1e-3, atol=1e-4)
    # Rounding may change the order of a pair of steps, of which there are a few hundred.
    np.testing.assert_allclose(found.curve, expected["curve"], atol=1e-3)
    assert found.everything == pytest.approx(expected["everything"], abs=1e-3)
    assert found.control is None
    assert found.selectivity is None


def test_a_property_of_one_unit_is_localised_and_of_a_sum_distributed(rng):
    H = rng.normal(size=(4000, 12)).astype(np.float32)
    one = lv.probe(H, H[:, 5] > 0.3)
    assert one.units[0] == 5
    assert one.curve[0] > 0.999
    every = lv.probe(H, H.sum(axis=1) > 1)
    assert every.curve[0] < 0.75 < 0.99 < every.everything
    assert (np.diff(every.curve) > 0).all()
    assert every.curve[-1] == pytest.approx(every.everything, abs=1e-4)


def test_noise_tells_nothing_of_steps_that_are_held_out(rng):
    H = rng.normal(size=(1200, 60))
    assert lv.probe(H, rng.random(1200) > 0.5).everything == pytest.approx(0.5, abs=0.08)
    assert lv.probe(H, rng.normal(size=1200)).everything < 0.05


def test_states_that_only_name_the_token_tell_the_control_task_as_well(rng):
    ids = rng.integers(0, 30, 3000)
    names = np.eye(30)[ids] + 0.01 * rng.normal(size=(3000, 30))
    vowel = ids < 9
    found = lv.probe(names, vowel, ids=ids)
    assert found.everything == pytest.approx(1, abs=1e-6)
    assert found.control == pytest.approx(1, abs=1e-6)
    assert found.selectivity == pytest.approx(0, abs=1e-6)
    assert found.by_token == pytest.approx(1)
    other = rng.normal(size=3000)  # a number that no token tells
    found = lv.probe(np.column_stack([other, rng.normal(size=(3000, 5))]), other > 0, ids=ids)
    assert found.control == pytest.approx(0.5, abs=0.06)
    assert found.control is not None
    assert found.by_token == pytest.approx(0.5, abs=0.06)
    assert found.selectivity == pytest.approx(found.everything - found.control)


def test_by_token_is_the_mean_of_each_token_among_steps_learned_from(rng):
    ids, values = rng.integers(0, 4, 200), rng.normal(size=200)
    learn, test = held_out_of(np.ones(200, bool))
    ids[test[0]] = 99  # a token that nobody has seen
    values = values + ids % 9
    told = [
        values[learn][ids[learn] == id].mean() if id != 99 else values[learn].mean()
        for id in ids[test]
    ]
    found = lv.probe(rng.normal(size=(200, 2)), values, ids=ids)
    assert found.by_token == pytest.approx(score_of(np.array(told), values[test], False))


def test_the_seed_says_which_control_tasks(rng):
    H, ids = rng.normal(size=(500, 4)), rng.integers(0, 9, 500)
    one, same, other = (lv.probe(H, H[:, 0], ids=ids, seed=seed).control for seed in (1, 1, 2))
    assert one == same != other


def test_a_constant_unit_is_chosen_last_and_has_no_weight(rng):
    H = rng.normal(size=(200, 3))
    H[:, 0] = 0.1
    found = lv.probe(H, H[:, 1] + H[:, 2])
    assert found.units[-1] == 0
    assert found.weights[0] == 0
    assert np.isfinite(found.curve).all()


def test_where_nothing_varies_there_is_no_score(rng):
    H = rng.normal(size=(200, 3))
    assert np.isnan(lv.probe(H, np.zeros(200, bool)).everything)
    late = np.arange(200) == 35  # in the fourth stretch only, which is held out
    assert np.isnan(lv.probe(H, late).curve).all()


def test_what_cannot_be_probed_is_refused():
    H = np.zeros((40, 2))
    with pytest.raises(lv.SelectionError, match="20 steps or more; 19 count"):
        lv.probe(H, np.zeros(40), known=np.arange(40) < 19)
    with pytest.raises(lv.SelectionError, match="above 0"):
        lv.probe(H, np.zeros(40), strength=0)
    with pytest.raises(lv.StatesError, match="one value a step"):
        lv.probe(H, np.zeros(40), ids=np.zeros(3, int))
