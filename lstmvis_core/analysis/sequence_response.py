"""How clusters of units respond while a text is read, and how much they keep of what they held.

The response is that of Ming et al. (2017), as RNNVis computes it. Its share that is
kept compares magnitudes only: a value that was overwritten by another one of the same sign counts
as kept. An LSTM or GRU tells the true share by its gates, as the memory ledger does.
"""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ledger import KEEPS, REMEMBERED
from lstmvis_core.analysis.pieces import TOKEN, Pieces, pieces_of_trace
from lstmvis_core.analysis.response_clusters import ResponseClusters
from lstmvis_core.analysis.responses import (
    Responses,
    changes_over,
    reads_backward,
    states_before,
)
from lstmvis_core.errors import StatesError
from lstmvis_core.trace import Trace


@dataclass(frozen=True, eq=False)
class SequenceResponse:
    """What each piece of a text did to each cluster.

    Attributes
    ----------
    pieces : Pieces
    changes : numpy.ndarray of float32, (piece, unit)
        Of each unit, while the piece was read.
    positive, negative : numpy.ndarray of float64, (piece, cluster)
        Sum of the states above 0, and of those below, over the number of units; after the piece.
    positive_change, negative_change : numpy.ndarray of float64, (piece, cluster)
        By how much they changed. Both are positive where states rose.
    overlap : numpy.ndarray of float64, (piece, cluster)
        RNNVis's share that is kept: of what was there before, Σ|s|, that much is there again with
        the same sign, Σ min(|s before|, |s after|). 0 for the first piece.
    kept : numpy.ndarray of float64, (piece, cluster)
        The true share of what was remembered before: Σ|Π f · c before| / Σ|c before| with the
        forget gates f of an LSTM and its cell state c; of a GRU with update gate and hidden state.
        0 for the first piece; NaN for a plain RNN, which writes its state anew at every step.
    """

    pieces: Pieces
    changes: np.ndarray
    positive: np.ndarray
    negative: np.ndarray
    positive_change: np.ndarray
    negative_change: np.ndarray
    overlap: np.ndarray
    kept: np.ndarray


def sequence_response(
    trace: Trace, layer: int, kind: str, units: np.ndarray, by: str = TOKEN
) -> SequenceResponse:
    """Divide what a layer does with a text among clusters of its units.

    Parameters
    ----------
    trace : Trace
    layer : int
        Counted from 1.
    kind : str
        Of state.
    units : numpy.ndarray of int, (unit,)
        The cluster of each unit, from 0.
    by : {"token", "word"}
        How the text is cut, as `pieces_of` does.

    Returns
    -------
    SequenceResponse
        Of a layer that reads from the end, "before" is what follows in the text.

    Raises
    ------
    SelectionError, TextError
        There is no such layer, kind or way to cut.
    StatesError
        There is not one cluster for each unit.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2")
    >>> found = sequence_response(trace, 1, "cell", np.arange(32) % 3)
    >>> found.positive.shape, bool((found.kept[1:] <= 1).all())
    ((5, 3), True)
    """
    pieces = pieces_of_trace(trace, by)
    backward = reads_backward(trace.model, layer)
    values = trace.states(layer, kind).T
    labels = np.asarray(units)
    if labels.shape != (len(values),):
        raise StatesError(
            f"Layer {layer} has {len(values)} units; got clusters of shape {labels.shape}."
        )
    groups = np.zeros((len(values), int(labels.max()) + 1))
    groups[np.arange(len(values)), labels] = 1
    sizes = np.maximum(groups.sum(axis=0), 1)
    changes = changes_over(values, pieces, backward)
    after = values[:, pieces.starts if backward else pieces.ends - 1].astype(np.float64)
    before = states_before(after, pieces, backward)

    def shared(of_units: np.ndarray) -> np.ndarray:
        return of_units.T @ groups

    def means(of_units: np.ndarray) -> np.ndarray:
        return shared(of_units) / sizes

    overlap = np.minimum(np.abs(before), np.abs(after)) * (before * after > 0)
    return SequenceResponse(
        pieces,
        changes.T,
        means(np.maximum(after, 0)),
        means(np.minimum(after, 0)),
        means(np.maximum(after, 0) - np.maximum(before, 0)),
        means(np.minimum(after, 0) - np.minimum(before, 0)),
        _share(shared(overlap), shared(np.abs(before))),
        _truly_kept(trace, layer, pieces, backward, groups),
    )


def _truly_kept(
    trace: Trace, layer: int, pieces: Pieces, backward: bool, groups: np.ndarray
) -> np.ndarray:
    cell = trace.model.config.cell
    if cell not in KEEPS:
        return np.full((len(pieces), groups.shape[1]), np.nan)
    remembered = trace.states(layer, REMEMBERED[cell]).T.astype(np.float64)
    gates = trace.states(layer, KEEPS[cell]).T.astype(np.float64)
    after = remembered[:, pieces.starts if backward else pieces.ends - 1]
    before = states_before(after, pieces, backward)
    # Over several tokens, each gate keeps its share of what the one before has left.
    through = np.multiply.reduceat(gates, pieces.starts, axis=1)
    return _share(np.abs(through * before).T @ groups, np.abs(before).T @ groups)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


@dataclass(frozen=True)
class ResponseDifference:
    """How differently a layer responded to a word at two places.

    Attributes
    ----------
    first, second : float
        Root mean square of the changes of all units, in units of each unit's variation.
    alike : float
        Cosine of the two responses: 1 for the same, 0 for nothing in common, −1 for opposite ones.
    apart : float
        Root mean square of their difference.
    usually_apart : float
        The same for two places of the corpus that have this word, as the root of the mean of
        squares; NaN if there are no two.
    clusters : numpy.ndarray of float64, (2, cluster)
        Mean response of each cluster at both places, units of pole −1 counting with the other sign.
    """

    first: float
    second: float
    alike: float
    apart: float
    usually_apart: float
    clusters: np.ndarray


def mean_of_clusters(
    changes: np.ndarray, responses: Responses, found: ResponseClusters
) -> np.ndarray:
    """Mean response of each cluster to each piece, as ``ResponseClusters.responses`` has it.

    Parameters
    ----------
    changes : numpy.ndarray, (piece, unit)
        ``SequenceResponse.changes``.
    responses : Responses
        What each unit is measured by.
    found : ResponseClusters

    Returns
    -------
    numpy.ndarray of float64, (piece, cluster)
    """
    signs = np.zeros((len(found.units), found.number))
    signs[np.arange(len(found.units)), found.units] = found.poles
    sizes = np.maximum(np.bincount(found.units, minlength=found.number), 1)
    return (changes / responses.divisors) @ signs / sizes


def response_difference(
    first: np.ndarray,
    second: np.ndarray,
    responses: Responses,
    found: ResponseClusters,
    word: str | None = None,
) -> ResponseDifference:
    """Compare the responses to a word at two places.

    Parameters
    ----------
    first, second : numpy.ndarray, (unit,)
        Rows of ``SequenceResponse.changes``.
    responses : Responses
    found : ResponseClusters
    word : str or None
        As it is called in `responses`.

    Returns
    -------
    ResponseDifference

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    >>> usual = lv.responses_of_corpus(model, corpus, layer=1)
    >>> found = lv.response_tree(usual.scaled).cut(3)
    >>> text = lv.sequence_response(lv.trace_text(model, "(1) (("), 1, "hidden", found.units)
    >>> opened = lv.response_difference(text.changes[0], text.changes[4], usual, found, "(")
    >>> opened.first > opened.second  # the first one of all
    True
    """
    a, b = (np.asarray(one, np.float64) / responses.divisors for one in (first, second))
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    usual = float("nan")
    row = responses.index.get(word) if word is not None else None
    if row is not None and (count := int(responses.counts[row])) > 1:
        # Two different places differ by twice the variance, estimated without bias.
        variances = responses.variances[row] / responses.divisors**2 * count / (count - 1)
        usual = float(np.sqrt(2 * variances.mean()))
    return ResponseDifference(
        _size(a),
        _size(b),
        float(a @ b) / lengths if lengths else 0.0,
        _size(a - b),
        usual,
        mean_of_clusters(np.stack([first, second]), responses, found),
    )


def _size(vector: np.ndarray) -> float:
    return float(np.sqrt((vector**2).mean()))
