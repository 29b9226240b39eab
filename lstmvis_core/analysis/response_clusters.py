"""Units and words in groups: which words drive which units.

Ming et al. (2017) cut the table of expected responses into blocks by spectral
co-clustering of its signed values, which puts units that do the opposite far from each other and
begins anew for every number of clusters. Here units are joined one by one (Ward 1963) by how alike
they are, whatever the sign: a larger number of clusters splits some and leaves the others as they
are. Two *poles* tell the units of a cluster apart that go opposite ways.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from lstmvis_core.errors import StatesError


@dataclass(frozen=True, eq=False)
class ResponseClusters:
    """Clusters of units, and the one that each word drives most.

    Attributes
    ----------
    units : numpy.ndarray of int64, (unit,)
        The cluster of each unit, from 0.
    words : numpy.ndarray of int64, (word,)
        The cluster that each word drives most.
    poles : numpy.ndarray of int64, (unit,)
        1 or −1: units of a cluster that go opposite ways have opposite poles. Most have 1.
    strengths : numpy.ndarray of float64, (word, cluster)
        How strongly each word drives each cluster; see `strengths_of`.
    responses : numpy.ndarray of float64, (word, cluster)
        Mean response of the cluster's units, those of pole −1 counting with the other sign. A word
        with a positive one raises the units of pole 1 and lowers the others.
    order : numpy.ndarray of int64, (cluster,)
        All clusters, such that like ones stand together.
    """

    units: np.ndarray
    words: np.ndarray
    poles: np.ndarray
    strengths: np.ndarray
    responses: np.ndarray
    order: np.ndarray

    def __post_init__(self) -> None:
        for value in vars(self).values():
            value.flags.writeable = False

    @property
    def number(self) -> int:
        """How many clusters there are."""
        return len(self.order)

    @cached_property
    def word_poles(self) -> np.ndarray:
        """1 for a word that raises the units of pole 1 of its cluster, else −1: (word,)."""
        own = self.responses[np.arange(len(self.words)), self.words]
        return np.where(own >= 0, 1, -1)

    @cached_property
    def margins(self) -> np.ndarray:
        """How clearly each word drives its own cluster more than another: (word,).

        1 − second strength / first: 0 if two clusters are driven alike, 1 if only one is.
        """
        if self.number == 1:
            return np.ones(len(self.words))
        second, first = np.partition(self.strengths, -2, axis=1)[:, -2:].T
        return 1 - np.divide(second, first, out=np.ones_like(first), where=first > 0)

    def links(self) -> np.ndarray:
        """Mean response of each cluster to the words of each cloud: (cluster, pole, cluster).

        A cloud is the words of a cluster that have one pole, 1 before −1; NaN where there are none.
        """
        found = np.full((self.number, 2, self.number), np.nan)
        for cluster in range(self.number):
            for side, pole in enumerate((1, -1)):
                cloud = (self.words == cluster) & (self.word_poles == pole)
                if cloud.any():
                    found[cluster, side] = self.responses[cloud].mean(axis=0)
        return found


@dataclass(frozen=True, eq=False)
class ResponseTree:
    """Units joined one after the other, to be cut into any number of clusters.

    Attributes
    ----------
    scaled : numpy.ndarray of float64, (word, unit)
        The responses.
    joined : numpy.ndarray, (unit − 1, 4)
        Which two were joined at each turn, as `scipy.cluster.hierarchy.linkage` writes it.
    """

    scaled: np.ndarray
    joined: np.ndarray

    def units(self, k: int) -> np.ndarray:
        """The cluster of each unit where there are `k`: int64, (unit,).

        With one cluster more, one of them is split; its larger part keeps the number, and the other
        one gets the next.
        """
        units = self.scaled.shape[1]
        if not 1 <= k <= units:
            raise StatesError(f"{units} units make 1 to {units} clusters, not {k}.")
        labels = np.zeros(units, np.int64)
        for label in range(1, k):
            left, right = (self._members(int(node)) for node in self.joined[-label, :2])
            # The smaller one; of two equal ones that without the first unit.
            labels[min(left, right, key=lambda part: (len(part), -int(part.min())))] = label
        return labels

    def cut(self, k: int) -> ResponseClusters:
        """The clusters where there are `k`, and the words that drive them.

        Parameters
        ----------
        k : int
            From 1 to the number of units.

        Returns
        -------
        ResponseClusters

        Raises
        ------
        StatesError
            There are not so many units.
        """
        labels = self.units(k)
        order = list(dict.fromkeys(labels[self._leaves].tolist()))
        return describe_clusters(self.scaled, labels, np.array(order))

    @cached_property
    def _leaves(self) -> np.ndarray:
        return leaves_list(self.joined) if len(self.joined) else np.zeros(1, np.int64)

    def _members(self, node: int) -> np.ndarray:
        """The units below a node."""
        units, found, open_nodes = self.scaled.shape[1], [], [node]
        while open_nodes:
            node = open_nodes.pop()
            if node < units:
                found.append(node)
            else:
                open_nodes += self.joined[node - units, :2].astype(int).tolist()
        return np.array(found)


def response_tree(scaled: np.ndarray) -> ResponseTree:
    """Join units by how alike words drive them, whatever the sign (Ward 1963).

    Each unit is described by how alike it is to every unit: the larger of |cosine| of their
    responses and the correlation of their absolute responses. Units that do the same, or the
    opposite, at the same words, and those that respond to the same words with any signs, are alike.

    Parameters
    ----------
    scaled : numpy.ndarray, (word, unit)
        Responses, such as ``Responses.scaled``; finite.

    Returns
    -------
    ResponseTree

    Raises
    ------
    StatesError
        It is no such table.

    Examples
    --------
    >>> S = np.array([[1.0, -1.0, 0.0, 0.1], [0.9, -1.1, 0.0, 0.0], [0.0, 0.1, 2.0, 2.0]])
    >>> response_tree(S).units(2).tolist()
    [0, 0, 1, 1]
    """
    table = checked_table(scaled)
    if table.shape[1] == 1:
        return ResponseTree(table, np.zeros((0, 4)))
    alike = likeness(table)
    squares = np.einsum("uv,uv->u", alike, alike)
    distances = squares[:, None] + squares - 2 * (alike @ alike.T)
    # The same distance may come out a little different, which must not decide who is joined.
    distances = np.round(np.sqrt(np.maximum(distances, 0)), 6)
    np.fill_diagonal(distances, 0)
    return ResponseTree(table, linkage(squareform(distances, checks=False), "ward"))


def cluster_responses(scaled: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Clusters of units, and of the words that drive them.

    Parameters
    ----------
    scaled : numpy.ndarray, (word, unit)
        Responses of each unit to each word; finite.
    k : int
        How many clusters, from 1 to the number of units.

    Returns
    -------
    units : numpy.ndarray of int64, (unit,)
        The cluster of each unit, from 0 to k − 1.
    words : numpy.ndarray of int64, (word,)
        The cluster that each word drives most.

    Raises
    ------
    StatesError
        It is no such table, or there are not so many units.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> planted = lv.planted_responses(k=10, words=300, units=600)
    >>> units, words = lv.cluster_responses(planted.scaled, 10)
    >>> lv.adjusted_rand_index(units, planted.units)
    1.0
    >>> round(lv.adjusted_rand_index(words, planted.words), 2)  # some words hardly do anything
    0.84
    """
    found = response_tree(scaled).cut(k)
    return found.units, found.words


def likeness(scaled: np.ndarray) -> np.ndarray:
    """How alike any two units respond, whatever the sign, from 0 to 1: (unit, unit)."""
    absolute = np.abs(scaled)
    return np.maximum(np.abs(_cosines(scaled)), _cosines(absolute - absolute.mean(axis=0)))


def describe_clusters(
    scaled: np.ndarray,
    units: np.ndarray,
    order: np.ndarray | None = None,
    words: np.ndarray | None = None,
) -> ResponseClusters:
    """Poles, strengths and words of given clusters of units.

    Parameters
    ----------
    scaled : numpy.ndarray, (word, unit)
    units : numpy.ndarray of int, (unit,)
        The cluster of each unit, from 0. One without units is driven by no word.
    order : numpy.ndarray or None
        All clusters as they are to stand; those of the units by number if None.
    words : numpy.ndarray or None
        The cluster of each word; that which it drives most if None.

    Returns
    -------
    ResponseClusters
    """
    table = checked_table(scaled)
    labels = np.array(units, np.int64)
    order = np.arange(labels.max() + 1) if order is None else order
    number = len(order)
    poles = np.ones(len(labels), np.int64)
    strengths = np.zeros((len(table), number))
    responses = np.zeros((len(table), number))
    for cluster in range(number):
        members = labels == cluster
        if not members.any():
            continue
        block = table[:, members]
        direction = main_direction(block)
        signs = np.where(direction >= 0, 1, -1)
        poles[members] = signs
        strengths[:, cluster] = strengths_of(block, direction)
        responses[:, cluster] = block @ signs / len(signs)
    return ResponseClusters(
        labels,
        strengths.argmax(axis=1) if words is None else np.array(words, np.int64),
        poles,
        strengths,
        responses,
        np.array(order, np.int64),
    )


def strengths_of(block: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """How strongly each word drives the units of a cluster: (word,).

    A word's responses x of the n units are split along the direction v in which the cluster mostly
    moves. The strength is the root of ((x·v)² + |x|² / √n) / n. For responses of one size a along v
    it is a, nearly. Noise of variance σ² has (x·v)² deviate by √2 σ² and |x|² by √(2n) σ²: divided
    by √n, both count as much as they tell.
    """
    n = block.shape[1]
    along = (block @ direction) ** 2
    return np.sqrt((along + np.einsum("wu,wu->w", block, block) / np.sqrt(n)) / n)


def main_direction(block: np.ndarray) -> np.ndarray:
    """The direction in which the units of a cluster mostly move: of length 1, (unit,).

    The first right singular vector, with the sign that makes most of its entries positive.
    """
    words, units = block.shape
    if not block.any():
        return np.full(units, units**-0.5)
    smaller = block @ block.T if words < units else block.T @ block
    last = len(smaller) - 1
    vector = scipy.linalg.eigh(smaller, subset_by_index=[last, last])[1][:, 0]
    direction = block.T @ vector if words < units else vector
    length = np.linalg.norm(direction)
    up, down = int((direction > 0).sum()), int((direction < 0).sum())
    first = direction[np.flatnonzero(direction)[0]]
    return direction / length * (1 if up > down or (up == down and first > 0) else -1)


def _cosines(table: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(table, axis=0)
    # In 32 bits, which takes half the time.
    columns = (table / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return columns.T @ columns


def checked_table(scaled: np.ndarray) -> np.ndarray:
    """Responses as float64; or a StatesError."""
    table = np.array(scaled, np.float64)
    if table.ndim != 2 or 0 in table.shape or not np.isfinite(table).all():
        raise StatesError(
            "Responses are a table (word, unit) of finite numbers, with at least one word and one "
            f"unit; got an array of shape {table.shape}"
            f"{', not all finite' if table.size and not np.isfinite(table).all() else ''}."
        )
    return table
