"""Planted responses: what they promise, seen in tables without noise."""

import numpy as np
import pytest

import lstmvis_core as lv


@pytest.mark.parametrize(
    ("k", "words", "units"), [(1, 5, 7), (4, 30, 22), (10, 300, 600), (6, 6, 3)]
)
def test_clusters_are_about_equally_large(k: int, words: int, units: int):
    planted = lv.planted_responses(k, words, units)
    assert planted.scaled.shape == (words, units)
    for labels, number in ((planted.words, words), (planted.units, units)):
        sizes = np.bincount(labels, minlength=k)
        assert len(sizes) == k
        assert sizes.sum() == number
        assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("seed", range(5))
def test_without_noise_a_word_drives_its_own_cluster_with_two_signs(seed: int):
    planted = lv.planted_responses(3, 20, 31, noise=0, seed=seed)
    for row, word in zip(planted.scaled, planted.words, strict=True):
        own = planted.units == word
        assert not row[~own].any()
        of_pole_one = row[own] * planted.poles[own]
        assert set(of_pole_one) == {of_pole_one[0]}, "one strength and sign for all units"
        assert of_pole_one[0]


def test_half_of_the_words_and_units_have_the_other_sign():
    planted = lv.planted_responses(2, 500, 400, noise=0)
    assert set(planted.poles) == {-1, 1}
    assert (planted.poles > 0).mean() == pytest.approx(0.5, abs=0.1)
    raised = [(row[row != 0] * planted.poles[row != 0])[0] > 0 for row in planted.scaled]
    assert np.mean(raised) == pytest.approx(0.5, abs=0.1)


def test_strengths_are_exponential_and_the_rest_is_noise():
    planted = lv.planted_responses(2, 2000, 40, noise=0.5, mixed=False, seed=1)
    own = planted.words[:, None] == planted.units
    outside = planted.scaled[~own]
    assert outside.mean() == pytest.approx(0, abs=0.02)
    assert outside.std() == pytest.approx(0.5, abs=0.02)
    clear = lv.planted_responses(2, 2000, 40, noise=0, mixed=False, seed=1)
    strengths = clear.scaled.max(axis=1)
    assert strengths.mean() == pytest.approx(1, abs=0.1)
    assert (strengths > 2).mean() == pytest.approx(np.exp(-2), abs=0.03)


def test_signs_that_are_not_mixed_are_positive():
    planted = lv.planted_responses(3, 20, 30, noise=0, mixed=False)
    assert (planted.scaled >= 0).all()
    assert (planted.poles == 1).all()
    assert np.count_nonzero(planted.scaled) == (planted.words[:, None] == planted.units).sum()


def test_a_seed_gives_the_same_table_again():
    one, same, other = (lv.planted_responses(3, 20, 30, seed=seed) for seed in (4, 4, 5))
    for name in ("scaled", "units", "words", "poles"):
        assert np.array_equal(getattr(one, name), getattr(same, name))
        assert not np.array_equal(getattr(one, name), getattr(other, name))
