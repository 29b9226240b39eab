"""Annotations of a project as tracks: labels, numbers, or several words a step."""

import numpy as np

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.config import Annotation
from lstmvis_core.projects.dictionary import Dictionary
from lstmvis_core.projects.tables import Table, read, read_ids
from lstmvis_core.tracks.track import SCALAR, TOP_K, Track, categorical


def track_of(annotation: Annotation, words: np.ndarray, dictionary: Dictionary | None) -> Track:
    """One annotation as a track.

    Parameters
    ----------
    annotation : Annotation
    words : numpy.ndarray of int64, (time_step,)
        The word ids of the project.
    dictionary : Dictionary or None
        Of the annotation's values; numbers are their own labels if None.

    Returns
    -------
    Track
        Categorical for "discrete", scalar for "scalar", top-k for "wordvec": the words of a step,
        those of more weight first.

    Raises
    ------
    ProjectError
        An array is missing, has another shape than needed, or an id that has no word.
    """
    make = {"discrete": _labels, "scalar": _numbers, "wordvec": _words}[annotation.kind]
    return make(annotation, words, dictionary)


def _labels(annotation: Annotation, words: np.ndarray, dictionary: Dictionary | None) -> Track:
    ids = _at_steps(
        read_ids(annotation.values, 1, _NEEDED[1]), annotation.values, annotation, words
    )
    dictionary = dictionary or _of_numbers(ids, annotation.range)
    values = dictionary.indices(ids, annotation.values)
    return categorical(annotation.name, annotation.title, values, dictionary.labels)


def _of_numbers(ids: np.ndarray, declared: tuple[float, ...]) -> Dictionary:
    """Numbers that are their own labels: those declared, and those that are there."""
    numbers = {int(number) for number in declared} | set(np.unique(ids).tolist())
    return Dictionary("", {number: str(number) for number in numbers})


def _numbers(annotation: Annotation, words: np.ndarray, dictionary: Dictionary | None) -> Track:
    table = annotation.values
    values = _at_steps(_single(table, 1), table, annotation, words)
    if annotation.unknown is not None:
        steps = read_ids(annotation.unknown, 1, "(step that is unknown,)")
        if steps.min() < 0 or steps.max() >= len(values):
            raise ProjectError(f"{annotation.unknown} names steps that are none.")
        values[steps] = np.nan
    domain = (0.0, 1.0)
    if annotation.range:
        domain = annotation.range[0], annotation.range[1]
    elif not np.isnan(values).all():
        low, high = min(0.0, float(np.nanmin(values))), float(np.nanmax(values))
        domain = low, high if high > low else low + 1
    return Track(annotation.name, annotation.title, SCALAR, values, domain=domain)


def _words(annotation: Annotation, words: np.ndarray, dictionary: Dictionary | None) -> Track:
    table = annotation.values
    ids = _at_steps(read_ids(table, 2, _NEEDED[2]), table, annotation, words)
    dictionary = dictionary or _of_numbers(ids, annotation.range)
    values = dictionary.indices(ids, table)
    shares = np.full(ids.shape, np.nan, np.float32)
    if annotation.weights is not None:
        found = _at_steps(_single(annotation.weights, 2), annotation.weights, annotation, words)
        if found.shape != ids.shape:
            raise ProjectError(
                f"{annotation.weights} has the shape {found.shape} and {table} {ids.shape}; they "
                "are one weight a word."
            )
        shares = _shares(found)
        order = np.argsort(-shares, axis=1, kind="stable")
        values, shares = np.take_along_axis(values, order, 1), np.take_along_axis(shares, order, 1)
    return Track(annotation.name, annotation.title, TOP_K, values, dictionary.labels, shares=shares)


def _shares(weights: np.ndarray) -> np.ndarray:
    """Weights as shares from 0 to 1: probabilities as they are, log-probabilities as what they are
    the logarithm of (LSTMVis's own tool writes those), others between smallest and largest."""
    low, high = np.nanmin(weights), np.nanmax(weights)
    if low >= 0 and high <= 1:
        return weights
    with np.errstate(all="ignore"):  # what cannot be computed is not known
        if high <= 0:
            return np.exp(weights)
        return (weights - low) / (high - low) if high > low else np.ones_like(weights)


_NEEDED = {1: "(time step,)", 2: "(time step, word)"}


def _single(table: Table, dimensions: int) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        values = read(table, dimensions, _NEEDED[dimensions]).astype(np.float32)
    if np.isinf(values).any() or np.isnan(values).all():
        raise ProjectError(f"{table} holds numbers that are not finite. Write finite ones.")
    return values


def _at_steps(
    rows: np.ndarray, table: Table, annotation: Annotation, words: np.ndarray
) -> np.ndarray:
    """One row a time step: as it is, or looked up by the id of the word."""
    if not annotation.by_word:
        if len(rows) != len(words):
            raise ProjectError(
                f"{table} has {len(rows):,} rows for {len(words):,} words; it needs one for each. "
                "(index: word_sequence would take one for each word id.)"
            )
        return rows
    if words.min() < 0 or words.max() >= len(rows):
        raise ProjectError(
            f"{table} has rows for the word ids 0 to {len(rows) - 1:,}; the words have ids from "
            f"{words.min():,} to {words.max():,}. It needs a row for each id."
        )
    return rows[words]
