"""How much clusters of responses are worth: clear blocks, found again in other texts."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.response_clusters import ResponseClusters, response_tree
from lstmvis_core.analysis.responses import Responses
from lstmvis_core.analysis.spectral_clusters import spectral_clusters
from lstmvis_core.errors import StatesError

WARD, SPECTRAL = "ward", "spectral"
METHODS = (WARD, SPECTRAL)
DRAWS, BY_CHANCE = 20, 5


@dataclass(frozen=True)
class ClusterQuality:
    """How clear clusters are, and how stable.

    Attributes
    ----------
    ratio : float
        Mean |response| of units to words of their own cluster, over that to other words: 1 if the
        clusters say nothing. NaN with one cluster.
    by_chance : float
        The same, averaged over tables in which the responses of each unit are dealt out anew among
        the words: clusters are found in any table.
    units_again, words_again : float
        How well clusters found in other texts of the kind agree with these: adjusted Rand index,
        1 for the same and 0 for no more than chance. Averaged over 20 corpora drawn from stretches
        of this one.
    """

    ratio: float
    by_chance: float
    units_again: float
    words_again: float


def find_clusters(scaled: np.ndarray, k: int, method: str = WARD) -> ResponseClusters:
    """Clusters by one of the methods, ``"ward"`` (a tree) or ``"spectral"``.

    Raises
    ------
    StatesError
        There is no such method, or there are not so many units.
    """
    if method == WARD:
        return response_tree(scaled).cut(k)
    if method == SPECTRAL:
        return spectral_clusters(scaled, k)
    raise StatesError(f"Clusters are found by {' or '.join(METHODS)}, not by {method!r}.")


def cluster_quality(
    responses: Responses, k: int, method: str = WARD, *, draws: int = DRAWS, seed: int = 0
) -> ClusterQuality:
    """Judge the clusters of a layer's responses.

    Parameters
    ----------
    responses : Responses
    k : int
        How many clusters.
    method : {"ward", "spectral"}
    draws : int
        How many corpora are drawn.
    seed : int
        Of the draws.

    Returns
    -------
    ClusterQuality

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = lv.responses_of_corpus(lv.load_model("parens"), lv.load_corpus("parens"), layer=1)
    >>> quality = lv.cluster_quality(found, k=4)
    >>> quality.ratio > quality.by_chance > 1
    True
    """
    scaled = responses.scaled
    clusters = find_clusters(scaled, k, method)
    generator = np.random.default_rng(seed)
    again = [find_clusters(responses.resampled(generator), k, method) for _ in range(draws)]
    chance = []
    for _ in range(BY_CHANCE):
        dealt = generator.permuted(scaled, axis=0)
        chance.append(block_ratio(dealt, find_clusters(dealt, k, method)))
    return ClusterQuality(
        block_ratio(scaled, clusters),
        float(np.mean(chance)),
        float(np.mean([adjusted_rand_index(clusters.units, one.units) for one in again])),
        float(np.mean([adjusted_rand_index(clusters.words, one.words) for one in again])),
    )


def block_ratio(scaled: np.ndarray, clusters: ResponseClusters) -> float:
    """Mean |response| inside the blocks over that outside; NaN if either is empty."""
    own = clusters.words[:, None] == clusters.units
    if own.all() or not own.any():
        return float("nan")
    absolute = np.abs(scaled)
    outside = absolute[~own].mean()
    return float(absolute[own].mean() / outside) if outside else float("nan")


def adjusted_rand_index(a: np.ndarray, b: np.ndarray) -> float:
    """How far two divisions into groups agree, beyond chance (Hubert and Arabie 1985).

    Parameters
    ----------
    a, b : numpy.ndarray, (thing,)
        The group of each thing; what the groups are called does not matter.

    Returns
    -------
    float
        1 if the groups are the same; about 0 if they have nothing to do with each other.

    Examples
    --------
    >>> adjusted_rand_index(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    if len(a) != len(b):
        raise StatesError(f"Two divisions of the same things are compared; got {len(a)}, {len(b)}.")
    first, second = (np.unique(labels, return_inverse=True)[1] for labels in (a, b))
    shape = tuple(int(labels.max(initial=0)) + 1 for labels in (first, second))
    table = np.zeros(shape, np.int64)
    np.add.at(table, (first, second), 1)
    together = _pairs(table).sum()
    rows, columns = _pairs(table.sum(axis=1)).sum(), _pairs(table.sum(axis=0)).sum()
    expected = rows * columns / max(_pairs(np.array(len(a))), 1)
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((together - expected) / (most - expected))


def _pairs(counts: np.ndarray) -> np.ndarray:
    return counts * (counts - 1) / 2
