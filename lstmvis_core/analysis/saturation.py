"""How often gates are shut or wide open (Karpathy, Johnson and Li 2016, section 4.2)."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.cells import KINDS
from lstmvis_core.errors import SelectionError
from lstmvis_core.states import CorpusStates
from lstmvis_core.trace import Trace

LEFT, RIGHT = 0.1, 0.9  # the thresholds of the paper


@dataclass(frozen=True)
class Saturation:
    """The share of time for which the units of a gate are saturated.

    Attributes
    ----------
    left : numpy.ndarray of float64, (unit,)
        Of the steps at which the gate is below the left threshold: shut.
    right : numpy.ndarray of float64, (unit,)
        Of the steps at which it is above the right threshold: open.
    """

    left: np.ndarray
    right: np.ndarray


def saturation(
    gate: CorpusStates | np.ndarray, *, left: float = LEFT, right: float = RIGHT
) -> Saturation:
    """How often each unit of a gate is shut, and how often open.

    Parameters
    ----------
    gate : CorpusStates or numpy.ndarray, (time_step, unit)
        Values in [0, 1], as of the kind ``"forget_gate"``.
    left, right : float
        A gate is left-saturated strictly below `left`, right-saturated strictly above `right`;
        `left` is not above `right`.

    Returns
    -------
    Saturation
        Points below the diagonal of the paper's figure 3: both shares add up to 1 at most.

    Raises
    ------
    SelectionError
        The left threshold is above the right one, or there is no step.

    Examples
    --------
    >>> found = saturation(np.array([[0.0, 0.5], [0.95, 0.5], [1.0, 0.05], [0.99, 0.5]]))
    >>> found.left.tolist(), found.right.tolist()
    ([0.25, 0.25], [0.75, 0.0])
    """
    if not left <= right:
        raise SelectionError(
            f"The left threshold is not above the right one; got {left} and {right}."
        )
    values = gate.values if isinstance(gate, CorpusStates) else np.asarray(gate).T
    if not values.shape[-1]:
        raise SelectionError("There is no time step, so there are no shares of them.")
    # Unit by unit, so that no array as large as the states is made of a corpus.
    shares = [((row < left).mean(), (row > right).mean()) for row in values]
    return Saturation(*np.array(shares, np.float64).reshape(-1, 2).T)


def gate_saturation(
    trace: Trace, layer: int, *, left: float = LEFT, right: float = RIGHT
) -> dict[str, Saturation]:
    """How often each unit of each gate of a layer is saturated while a text is read.

    Parameters
    ----------
    trace : Trace
        Of an LSTM or GRU.
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    left, right : float
        As for `saturation`.

    Returns
    -------
    dict of str to Saturation
        By kind: ``"input_gate"``, ``"forget_gate"``, ``"output_gate"`` of an LSTM,
        ``"reset_gate"``, ``"update_gate"`` of a GRU.

    Raises
    ------
    SelectionError
        There is no such layer, the model has no gates, or as `saturation`.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = gate_saturation(lv.trace_text(lv.load_model("parens"), "(1 (2))"), layer=1)
    >>> list(found), found["forget_gate"].right.shape
    (['input_gate', 'forget_gate', 'output_gate'], (32,))
    """
    gates = gates_of(trace.model.config.cell)
    states = trace.all_states(layer)
    return {gate: saturation(states[gate], left=left, right=right) for gate in gates}


def gates_of(cell: str) -> tuple[str, ...]:
    """The kinds of states of a cell that are gates.

    Raises
    ------
    SelectionError
        It has none.

    Examples
    --------
    >>> gates_of("gru")
    ('reset_gate', 'update_gate')
    """
    gates = tuple(kind for kind in KINDS[cell] if kind.endswith("_gate"))
    if not gates:
        raise SelectionError(f"A model of type {cell} has no gates; take an lstm or a gru.")
    return gates


def telling_units(gate: Saturation, number: int = 2) -> np.ndarray:
    """Units of a gate to look at first.

    Parameters
    ----------
    gate : Saturation
    number : int
        How many of each of three: the most often open; of those that are shut at 2 % of the steps
        or more, the most often open; and those that are shut and open equally often, by the lesser
        of the two shares.

    Returns
    -------
    numpy.ndarray of int64, (unit,)
        In that order. Each unit comes once; of equal ones the first.

    Examples
    --------
    >>> telling_units(Saturation(np.array([0.0, 0.5, 0.1]), np.array([1.0, 0.4, 0.8])), 1).tolist()
    [0, 2, 1]
    """
    chosen: list[int] = []
    for score in (
        gate.right,
        np.where(gate.left >= _AT_TIMES, gate.right, -1),
        np.minimum(gate.left, gate.right),
    ):
        best = [unit for unit in np.argsort(-score, kind="stable").tolist() if unit not in chosen]
        chosen += best[:number]
    return np.array(chosen, np.int64)


_AT_TIMES = 0.02
