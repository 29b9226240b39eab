"""Quality of clusters: agreement as scikit-learn has it, and what planted and no clusters give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

import lstmvis_core as lv
from lstmvis_core.analysis.cluster_quality import METHODS, block_ratio, find_clusters
from lstmvis_core.analysis.response_clusters import describe_clusters

both_methods = pytest.mark.parametrize("method", METHODS)
pairs = st.lists(st.tuples(st.integers(-2, 4), st.integers(0, 6)), max_size=30)


def divisions(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([a for a, _ in pairs], int), np.array([b for _, b in pairs], int)


# -- agreement ---------------------------------------------------------------------------------


@given(pairs)
def test_agreement_is_that_of_scikit_learn(pairs: list[tuple[int, int]]):
    a, b = divisions(pairs)
    assert lv.adjusted_rand_index(a, b) == pytest.approx(adjusted_rand_score(a, b), abs=1e-12)


@given(pairs, st.permutations(range(10)))
def test_neither_order_nor_names_of_groups_matter(pairs: list[tuple[int, int]], names: list[int]):
    a, b = divisions(pairs)
    found = lv.adjusted_rand_index(a, b)
    assert lv.adjusted_rand_index(b, a) == pytest.approx(found, abs=1e-12)
    renamed = np.array([names[label + 2] for label in a], int)
    assert lv.adjusted_rand_index(renamed, b) == pytest.approx(found, abs=1e-12)
    assert lv.adjusted_rand_index(a, renamed) == 1


def test_agreement_of_few_things_by_hand():
    for a, b, agreement in [
        ([], [], 1),
        ([3], [1], 1),
        ([0, 0], [0, 1], 0),
        ([0, 1], [5, 6], 1),
        # One pair is together in both, of 2 and 2; by chance it is 2 · 2 / 6.
        ([0, 0, 1, 1], [0, 0, 1, 2], (1 - 2 / 6) / (1.5 - 2 / 6)),
        ([0, 0, 1, 1], [0, 1, 0, 1], (0 - 4 / 6) / (2 - 4 / 6)),
    ]:
        found = lv.adjusted_rand_index(np.array(a), np.array(b))
        assert found == pytest.approx(agreement, abs=1e-12)


def test_divisions_of_different_things_are_refused():
    with pytest.raises(lv.StatesError, match="got 2, 3"):
        lv.adjusted_rand_index(np.zeros(2), np.zeros(3))


# -- blocks ------------------------------------------------------------------------------------


@given(st.integers(0, 2**32), st.integers(2, 8), st.integers(2, 8))
def test_the_ratio_is_that_of_a_loop(seed: int, words: int, units: int):
    draws = np.random.default_rng(seed)
    table = draws.normal(size=(words, units))
    of_units, of_words = draws.integers(0, 2, units), draws.integers(0, 2, words)
    own, other = [], []
    for word in range(words):
        for unit in range(units):
            where = own if of_words[word] == of_units[unit] else other
            where.append(abs(table[word, unit]))
    clusters = describe_clusters(table, of_units, np.arange(2), of_words)
    expected = np.mean(own) / np.mean(other) if own and other else np.nan
    assert block_ratio(table, clusters) == pytest.approx(expected, nan_ok=True)


def test_one_cluster_or_nothing_outside_has_no_ratio():
    table = np.ones((3, 4))
    assert np.isnan(block_ratio(table, describe_clusters(table, np.zeros(4))))
    apart = np.kron(np.eye(2), np.ones((2, 2)))
    clusters = describe_clusters(apart, np.array([0, 0, 1, 1]))
    assert np.isnan(block_ratio(apart, clusters))
    other_way = describe_clusters(apart, np.array([0, 0, 1, 1]), None, np.array([1, 1, 0, 0]))
    assert block_ratio(apart, other_way) == 0


# -- planted and no clusters -------------------------------------------------------------------


def responses_to(true: np.ndarray, seed: int, times: int = 30) -> lv.Responses:
    """Each word is read so often, in documents of one word, so that its change is the state."""
    draws = np.random.default_rng(seed)
    of = draws.permutation(np.repeat(np.arange(len(true)), times))
    changes = true[of] + draws.normal(size=(len(of), true.shape[1]))
    at = np.arange(len(of))
    pieces = lv.Pieces(tuple(f"w{word:02}" for word in of), at, at + 1, at.copy())
    return lv.expected_responses(lv.CorpusStates.from_array(changes), pieces)


@both_methods
@pytest.mark.parametrize("seed", range(2))
def test_planted_clusters_are_clear_and_found_again(method: str, seed: int):
    made = lv.planted_responses(4, 40, 48, noise=0, seed=seed)
    quality = lv.cluster_quality(responses_to(2 * made.scaled, seed), 4, method)
    assert quality.ratio > 2.5 * quality.by_chance
    assert quality.units_again > 0.95
    assert quality.words_again > 0.6


@both_methods
@pytest.mark.parametrize("seed", range(2))
def test_noise_has_no_clusters(method: str, seed: int):
    quality = lv.cluster_quality(responses_to(np.zeros((40, 48)), seed), 4, method)
    assert quality.ratio == pytest.approx(quality.by_chance, rel=0.3)
    assert quality.by_chance > 1, "clusters are found in any table"
    assert quality.units_again < 0.3
    assert quality.words_again < 0.3


@both_methods
def test_a_seed_gives_the_same_quality_again(method: str):
    responses = responses_to(lv.planted_responses(3, 20, 15).scaled, 0)
    one, same, other = (
        lv.cluster_quality(responses, 5, method, draws=4, seed=seed) for seed in (1, 1, 2)
    )
    assert one == same
    assert one.ratio == other.ratio
    assert one.by_chance != other.by_chance
    first, draws = find_clusters(responses.scaled, 5, method), np.random.default_rng(1)
    again = [find_clusters(responses.resampled(draws), 5, method) for _ in range(4)]
    units = [adjusted_rand_score(first.units, found.units) for found in again]
    words = [adjusted_rand_score(first.words, found.words) for found in again]
    assert one.units_again == pytest.approx(np.mean(units))
    assert one.words_again == pytest.approx(np.mean(words))


def test_one_cluster_has_no_ratio_and_is_found_again():
    quality = lv.cluster_quality(responses_to(np.eye(6), 0), 1, draws=2)
    assert np.isnan(quality.ratio)
    assert np.isnan(quality.by_chance)
    assert (quality.units_again, quality.words_again) == (1, 1)


def test_the_methods_are_a_tree_and_a_graph_and_no_others():
    table = np.random.default_rng(0).normal(size=(20, 15))
    tree, graph = lv.response_tree(table).cut(3), lv.spectral_clusters(table, 3)
    assert np.array_equal(find_clusters(table, 3).units, tree.units)
    assert np.array_equal(find_clusters(table, 3, "spectral").units, graph.units)
    with pytest.raises(lv.StatesError, match="by ward or spectral, not by 'k-means'"):
        find_clusters(table, 3, "k-means")
    with pytest.raises(lv.StatesError, match="6 units make 1 to 6 clusters, not 7"):
        lv.cluster_quality(responses_to(np.eye(6), 0), 7)
