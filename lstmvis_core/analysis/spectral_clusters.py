"""Words and units cut into blocks at once, by spectral co-clustering: to set beside the tree."""

import warnings

import numpy as np
from scipy.cluster.vq import kmeans2

from lstmvis_core.analysis.response_clusters import (
    ResponseClusters,
    checked_table,
    describe_clusters,
)
from lstmvis_core.errors import StatesError

STARTS = 10  # of k-means, which ends in a different place from each


def spectral_clusters(scaled: np.ndarray, k: int, seed: int = 0) -> ResponseClusters:
    """Cut the graph of words and units, joined by |response|, into `k` parts (Dhillon 2001).

    As RNNVis does, but for two points: its signed responses are shifted to be positive, so that a
    word which lowers a unit has no tie to it, and it looks at log2(k) singular vectors only, as
    scikit-learn's ``SpectralCoclustering`` does. Here ties are absolute responses, and the second
    to the k-th vector count, which tell k parts apart.

    Parameters
    ----------
    scaled : numpy.ndarray, (word, unit)
        Responses; finite.
    k : int
        From 1 to the number of units.
    seed : int
        Of the places where k-means begins.

    Returns
    -------
    ResponseClusters
        The largest cluster first. One may have no units, or no words. Another `k` gives other
        clusters, not parts of these.

    Raises
    ------
    StatesError
        It is no such table, or there are not so many units.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> planted = lv.planted_responses(k=10, words=300, units=600)
    >>> found = spectral_clusters(planted.scaled, 10)
    >>> lv.adjusted_rand_index(found.units, planted.units)
    1.0
    """
    table = np.abs(checked_table(scaled))
    words, units = table.shape
    if not 1 <= k <= units:
        raise StatesError(f"{units} units make 1 to {units} clusters, not {k}.")
    of_words, of_units = (_inverse_root(table.sum(axis=axis)) for axis in (1, 0))
    left, _, right = np.linalg.svd(of_words[:, None] * table * of_units, full_matrices=False)
    # The first pair is the same for every graph that hangs together.
    vectors = slice(1, k)
    points = np.vstack([of_words[:, None] * left[:, vectors], of_units[:, None] * right[vectors].T])
    labels = _k_means(points, k, seed)
    sizes = np.bincount(labels[words:], minlength=k)
    numbers = np.empty(k, np.int64)
    numbers[np.argsort(-sizes, kind="stable")] = np.arange(k)
    labels = numbers[labels]
    return describe_clusters(scaled, labels[words:], np.arange(k), labels[:words])


def _inverse_root(degrees: np.ndarray) -> np.ndarray:
    return np.divide(1, np.sqrt(degrees), out=np.zeros_like(degrees), where=degrees > 0)


def _k_means(points: np.ndarray, k: int, seed: int) -> np.ndarray:
    """The tightest of a few: (point,)."""
    if k == 1 or not points.size:
        return np.zeros(len(points), np.int64)
    draws = np.random.default_rng(seed)
    best, least = np.zeros(len(points), np.int64), np.inf
    for _ in range(STARTS):
        with warnings.catch_warnings():  # of a part without a point, or points all in one place
            warnings.simplefilter("ignore")
            centres, labels = kmeans2(points, k, minit="++", rng=draws)
        apart = float(((points - centres[labels]) ** 2).sum())
        if apart < least:
            best, least = labels, apart
    return best.astype(np.int64)
