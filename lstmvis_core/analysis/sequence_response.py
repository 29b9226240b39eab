"""How clusters of units respond while a text is read, and how much they keep of what they held.

The response is that of Ming et al. (2017, section 4.3), as RNNVis computes it. Its share that is
kept compares magnitudes only: a value that was overwritten by another one of the same sign counts
as kept. An LSTM or GRU tells the true share by its gates, as the memory ledger does.
"""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.ledger import KEEPS, REMEMBERED
from lstmvis_core.analysis.pieces import TOKEN, Pieces, pieces_of_trace
from lstmvis_core.analysis.responses import changes_over, reads_backward, states_before
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
