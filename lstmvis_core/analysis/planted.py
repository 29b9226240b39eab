"""Responses whose clusters are known, to try with what is meant to find them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Planted:
    """Responses and the truth about them.

    Attributes
    ----------
    scaled : numpy.ndarray of float64, (word, unit)
    units : numpy.ndarray of int64, (unit,)
        The true cluster of each unit.
    words : numpy.ndarray of int64, (word,)
        The true cluster of each word.
    poles : numpy.ndarray of int64, (unit,)
        1 or −1.
    """

    scaled: np.ndarray
    units: np.ndarray
    words: np.ndarray
    poles: np.ndarray


def planted_responses(
    k: int = 10,
    words: int = 300,
    units: int = 600,
    *,
    noise: float = 0.25,
    mixed: bool = True,
    seed: int = 0,
) -> Planted:
    """Make responses in which each cluster of words drives one cluster of units.

    A word drives the units of its cluster by its own strength, which is exponentially distributed
    with mean 1: some words hardly do anything, as in a real network. Half of the units and half of
    the words have the other sign. Everything else is normal noise.

    Parameters
    ----------
    k, words, units : int
        How many clusters, words and units; clusters are about equally large.
    noise : float
        Its standard deviation.
    mixed : bool
        Whether signs are mixed; otherwise all strengths are positive.
    seed : int

    Returns
    -------
    Planted

    Examples
    --------
    >>> planted = planted_responses(k=2, words=4, units=3, noise=0)
    >>> bool((planted.scaled[:, planted.units == 0][planted.words == 1] == 0).all())
    True
    """
    draws = np.random.default_rng(seed)
    of_words = draws.permutation(np.arange(words) % k)
    of_units = draws.permutation(np.arange(units) % k)
    signs = draws.choice([-1, 1], words) if mixed else np.ones(words, np.int64)
    poles = draws.choice([-1, 1], units) if mixed else np.ones(units, np.int64)
    strengths = draws.exponential(size=words) * signs
    blocks = of_words[:, None] == of_units
    scaled = blocks * strengths[:, None] * poles + noise * draws.normal(size=(words, units))
    return Planted(scaled, of_units, of_words, poles)
