"""Spectral co-clusters: planted blocks, and a few lines of Dhillon's with another k-means."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

import lstmvis_core as lv


def blocks(k: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positive blocks of unequal size and little noise, and which words and units they are of."""
    draws = np.random.default_rng(seed)
    words = draws.permutation(np.repeat(np.arange(k), np.arange(6, 6 + 2 * k, 2)))
    units = draws.permutation(np.repeat(np.arange(k), np.arange(5, 5 + 3 * k, 3)))
    table = np.equal.outer(words, units) * draws.uniform(0.5, 1.5, (len(words), len(units)))
    return table + draws.uniform(0, 0.1, table.shape), words, units


def dhillon(table: np.ndarray, k: int) -> np.ndarray:
    """Labels of words, then units: the second to k-th singular vectors tell k parts apart."""
    rows, columns = (np.sqrt(table.sum(axis=axis))[:, None] for axis in (1, 0))
    left, _, right = np.linalg.svd(table / rows / columns.T)
    points = np.vstack([left[:, 1:k] / rows, right[1:k].T / columns])
    return KMeans(k, n_init=10, random_state=0).fit_predict(points)  # pyright: ignore


@pytest.mark.parametrize("k", range(2, 7))
@pytest.mark.parametrize("seed", range(3))
def test_planted_blocks_are_found_whatever_their_signs(k: int, seed: int):
    table, words, units = blocks(k, seed)
    signs = np.random.default_rng(seed).choice([-1, 1], table.shape)
    for signed in (table, table * signs):
        found = lv.spectral_clusters(signed, k)
        assert adjusted_rand_score(units, found.units) == 1
        assert adjusted_rand_score(words, found.words) == 1
    expected = dhillon(table, k)
    labels = np.concatenate([found.words, found.units])
    assert adjusted_rand_score(expected, labels) == 1


@pytest.mark.parametrize("seed", range(3))
def test_parts_that_nothing_ties_together_are_found(seed: int):
    made = lv.planted_responses(4, 40, 50, noise=0, seed=seed)
    found = lv.spectral_clusters(made.scaled, 4)
    assert adjusted_rand_score(made.units, found.units) == 1
    assert adjusted_rand_score(made.words, found.words) == 1


def test_harder_tables_are_cut_nearly_as_by_another_k_means():
    agreement = []
    for seed in range(5):
        made = lv.planted_responses(5, 60, 80, noise=0.5, seed=seed)
        found = lv.spectral_clusters(made.scaled, 5)
        expected = dhillon(np.abs(made.scaled), 5)
        agreement.append(adjusted_rand_score(expected, np.append(found.words, found.units)))
    assert np.mean(agreement) > 0.9


@pytest.mark.parametrize("k", range(1, 9))
def test_the_largest_cluster_comes_first(k: int):
    found = lv.spectral_clusters(np.random.default_rng(k).normal(size=(20, 30)), k)
    sizes = np.bincount(found.units, minlength=k)
    assert len(sizes) == k
    assert sizes.tolist() == sorted(sizes, reverse=True)
    assert set(found.words) <= set(range(k))
    assert found.order.tolist() == list(range(k))
    assert found.strengths.shape == found.responses.shape == (20, k)


def test_one_cluster_holds_everything():
    found = lv.spectral_clusters(blocks(3, 0)[0], 1)
    assert not found.units.any()
    assert not found.words.any()


def test_silent_words_and_units_leave_the_others_where_they_are():
    table, words, units = blocks(3, 1)
    larger = np.zeros((len(words) + 2, len(units) + 3))
    larger[2:, :-3] = table
    found = lv.spectral_clusters(larger, 3)
    assert adjusted_rand_score(units, found.units[:-3]) == 1
    assert adjusted_rand_score(words, found.words[2:]) == 1
    assert len(set(found.units[-3:]) | set(found.words[:2])) == 1
    assert np.isfinite(found.strengths).all()


def test_a_seed_finds_the_same_clusters_again():
    table = np.random.default_rng(0).normal(size=(40, 50))
    one, same = (lv.spectral_clusters(table, 6, seed=2) for _ in range(2))
    assert np.array_equal(one.units, same.units)
    assert np.array_equal(one.words, same.words)
    others = [lv.spectral_clusters(table, 6, seed=seed).units for seed in range(3, 6)]
    assert any(adjusted_rand_score(one.units, other) < 1 for other in others)


def test_more_clusters_than_units_are_refused():
    for k in (-1, 0, 4):
        with pytest.raises(lv.StatesError, match=f"3 units make 1 to 3 clusters, not {k}"):
            lv.spectral_clusters(np.ones((5, 3)), k)
