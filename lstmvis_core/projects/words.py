"""The words of a project as tokens of a text."""

import numpy as np

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.config import Config
from lstmvis_core.projects.dictionary import read_dictionary
from lstmvis_core.projects.tables import Table, read_ids
from lstmvis_core.text import Tokens

LONGEST = 500_000_000  # characters of the text


def tokens_of(config: Config, ids: np.ndarray) -> Tokens:
    """Words with a text around them.

    Parameters
    ----------
    config : Config
    ids : numpy.ndarray of int64, (time_step,)

    Returns
    -------
    Tokens

    Raises
    ------
    ProjectError
        The dictionary lacks a word, or the offsets do not fit.
    """
    dictionary = read_dictionary(config.dictionary, config.escaped)
    indices = dictionary.indices(ids, config.words)
    strings = tuple(dictionary.labels[i] for i in indices.tolist())
    lengths = np.fromiter(map(len, strings), np.int64, len(strings))
    # What stands between two words is not known, at most how long it is.
    gaps = np.full(len(strings), int(lengths.max() > 1))
    gaps[0] = 0
    if config.offsets is not None:
        gaps = _gaps(read_ids(config.offsets, 1, "(time step,)"), lengths, config.offsets)
    text = "".join(" " * gap + word for gap, word in zip(gaps.tolist(), strings, strict=True))
    offsets = np.cumsum(gaps + lengths) - lengths
    return Tokens(text, strings, offsets, ids, np.zeros(len(strings), bool))


def _gaps(offsets: np.ndarray, lengths: np.ndarray, table: Table) -> np.ndarray:
    """How many characters stand before each word, since the one before it."""
    fit = len(offsets) == len(lengths) and offsets[-1] <= LONGEST
    gaps = offsets - np.append(0, offsets + lengths)[:-1] if fit else np.array([-1])
    if gaps.min() < 0:
        raise ProjectError(f"{table} do not fit the words: they overlap. Export them again.")
    return gaps
