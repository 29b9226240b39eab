"""How often gates are shut or open over a corpus, at many thresholds, after reading it once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstmvis_core.analysis.saturation import LEFT, RIGHT, Saturation, gates_of
from lstmvis_core.cache import Report
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import SelectionError
from lstmvis_core.layers import LayerReading
from lstmvis_core.model import SequenceModel
from lstmvis_core.reading import read_corpus
from lstmvis_core.states import kept_of_corpus

# Thresholds go in hundredths: those for shut from 0 to 0.5, those for open from 0.5 to 1.
HUNDRED, MIDDLE = 100, 50


@dataclass(frozen=True)
class GateCounts:
    """How many steps each unit of each gate is below and above every threshold.

    Attributes
    ----------
    gates : tuple of str
        Kinds of state, as `lstmvis_core.KINDS` names them.
    steps : int
        Of the corpus.
    below : numpy.ndarray of int64, (layer, gate, unit, threshold)
        Steps at which a gate is strictly below 0, 0.01, ... 0.5.
    above : numpy.ndarray of int64, (layer, gate, unit, threshold)
        Steps at which it is strictly above 0.5, 0.51, ... 1.
    """

    gates: tuple[str, ...]
    steps: int
    below: np.ndarray
    above: np.ndarray

    def saturation(self, left: float = LEFT, right: float = RIGHT) -> list[dict[str, Saturation]]:
        """How often each unit is shut and open: of each layer what `gate_saturation` says of one.

        Parameters
        ----------
        left, right : float
            Hundredths; `left` from 0 to 0.5, `right` from 0.5 to 1.

        Raises
        ------
        SelectionError
            A threshold is none of those.
        """
        shut = self.below[..., _hundredths("left", left, 0)]
        is_open = self.above[..., _hundredths("right", right, MIDDLE) - MIDDLE]
        return [
            {
                gate: Saturation(shut[layer, at] / self.steps, is_open[layer, at] / self.steps)
                for at, gate in enumerate(self.gates)
            }
            for layer in range(len(shut))
        ]


def gate_counts(model: SequenceModel, corpus: Corpus, progress: Report | None = None) -> GateCounts:
    """Count how often the gates of all layers are shut and open over a corpus.

    The corpus is read once, as by `corpus_states`; only counts are kept, so a threshold can be
    moved without looking at the states again, and no states fill memory or disk.

    Parameters
    ----------
    model : SequenceModel
        An LSTM or GRU.
    corpus : Corpus
    progress : callable or None
        Called with a `Progress` while the corpus is read. It may raise, to interrupt.

    Returns
    -------
    GateCounts
        Exact for corpora of up to 2²⁴ (16.8 million) steps, beyond to seven digits.

    Raises
    ------
    SelectionError
        The model has no gates, or the corpus no tokens.
    StatesError
        The cached file was damaged. It is removed; ask again.

    References
    ----------
    Karpathy, Johnson and Li 2016, section 4.2.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> counts = gate_counts(lv.load_model("parens"), Corpus("one", "One", ("(1 (2))",)))
    >>> of_layer_2 = counts.saturation(left=0.1, right=0.9)[1]
    >>> list(of_layer_2), of_layer_2["forget_gate"].right.shape
    (['input_gate', 'forget_gate', 'output_gate'], (32,))
    """
    cell, gates = model.config.cell, gates_of(model.config.cell)
    tokens, breaks = corpus.tokens(model.vocabulary)
    if not len(tokens):
        raise SelectionError("There is no time step, so there are no shares of them.")
    shape = (len(model.config.layer_names), len(gates), model.config.hidden_size)

    def bins_of(readings: list[LayerReading]) -> np.ndarray:
        states = [reading.all_states(cell) for reading in readings]
        return np.stack([_bins(one[gate].numpy()) for one in states for gate in gates], axis=2)

    def fill(values: np.ndarray) -> Iterator[float]:
        counts = np.zeros((shape[0] * shape[1], shape[2] * _BINS), np.int64)
        unit = np.arange(shape[2], dtype=np.int32) * _BINS
        for done, steps, bins in read_corpus(
            model, tokens.ids, breaks, bins_of, int(np.prod(shape))
        ):
            for row, place in enumerate(steps):
                read = bins[row, : place.stop - place.start]
                for at, of_gate in enumerate(counts):
                    of_gate += np.bincount((read[:, at] + unit).ravel(), minlength=len(of_gate))
            yield done
        values[:] = counts.reshape(values.shape)

    found = kept_of_corpus(
        model, corpus, "gates", (*shape, _BINS), fill, progress, steps=len(tokens)
    )
    counted = np.asarray(found).astype(np.int64)
    below = counted.cumsum(axis=-1)[..., : MIDDLE + 1]
    # The bin b holds what is at or above edge b − 1, so all from b on are above it.
    above = counted[..., ::-1].cumsum(axis=-1)[..., ::-1][..., MIDDLE + 2 :]
    return GateCounts(gates, len(tokens), below, above)


def _hundredths(name: str, threshold: float, first: int) -> int:
    at = round(threshold * HUNDRED)
    if abs(at - threshold * HUNDRED) > 1e-6 or not first <= at <= first + MIDDLE:
        low, high = first / HUNDRED, (first + MIDDLE) / HUNDRED
        raise SelectionError(
            f"{name} is a threshold in steps of 0.01 from {low:g} to {high:g}, not {threshold}."
        )
    return at


# Below 0.5 a bin begins at an edge, above just beyond one: so that "strictly" is exact for both.
_HUNDREDTHS = (np.arange(HUNDRED + 1) / HUNDRED).astype(np.float32)
_EDGES = np.concatenate(
    [_HUNDREDTHS[: MIDDLE + 1], np.nextafter(_HUNDREDTHS[MIDDLE:], np.float32(2))]
)
_BINS = len(_EDGES) + 1
# A value times a power of two is exact, so a table says which edges lie at or below the cell of a
# fine grid that it is in; at most one more is in the same cell. A search takes ten times as long.
_CELLS = 2**13
_AT_OR_BELOW = np.searchsorted(
    _EDGES, (np.arange(_CELLS + 1) / _CELLS).astype(np.float32), side="right"
).astype(np.uint8)
_NEXT_EDGE = np.append(_EDGES, np.float32(np.inf))[_AT_OR_BELOW]


def _bins(values: np.ndarray) -> np.ndarray:
    """How many edges are at or below each value of [0, 1]: uint8."""
    cells = (values * np.float32(_CELLS)).astype(np.int32)
    return _AT_OR_BELOW[cells] + (values >= _NEXT_EDGE[cells])
