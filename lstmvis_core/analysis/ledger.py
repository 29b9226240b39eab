"""The memory ledger: which tokens wrote what a unit remembers now."""

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.trace import Trace

# Of each cell with gates: the kind of state that is a running sum.
REMEMBERED = {"lstm": "cell", "gru": "hidden"}
KEEPS = {"lstm": "forget_gate", "gru": "update_gate"}  # the share of it that each step keeps
_NEAR = 1e-3  # in sums of so many steps rounding stays far below


def memory_ledger(trace: Trace, layer: int, unit: int, step: int) -> np.ndarray:
    """Divide what a unit remembers after a step among the tokens that wrote it.

    The cell state of an LSTM is c_t = f_t c_{t−1} + i_t g_t and begins with 0, so

        c_T = Σ_k (Π_{k<j≤T} f_j) i_k g_k

    exactly: token k wrote i_k g_k, and every later forget gate f_j kept its share of that. In the
    same way the hidden state of a GRU, h_t = z_t h_{t−1} + (1 − z_t) n_t as torch.nn defines it, is
    h_T = Σ_k (Π_{k<j≤T} z_j) (1 − z_k) n_k.

    Parameters
    ----------
    trace : Trace
        Of an LSTM or GRU.
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    unit, step : int
        Counted from 0.

    Returns
    -------
    numpy.ndarray of float64, (time_step,)
        What each token of the text wrote that is still there after `step`, of either sign: the sum
        is ``trace.states(layer, "cell")[step, unit]``, of a GRU ``"hidden"``. Tokens that the layer
        has not read by then have 0: those after `step`, of a backward layer those before it.

    Raises
    ------
    SelectionError
        There is no such layer, unit or step; the model is a plain RNN, whose state is written anew
        at each step; or the state was held from outside, as `ablate` does, so that no token wrote
        it.

    Notes
    -----
    The sum says by which way the unit came to its value. What was written at step k (i, g) depends
    on the tokens before k, too, through the hidden state.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2")
    >>> ledger = memory_ledger(trace, layer=1, unit=3, step=4)
    >>> len(ledger), bool(abs(ledger.sum() - trace.states(1, "cell")[4, 3]) < 1e-5)
    (5, True)
    """
    cell = trace.model.config.cell
    if cell not in REMEMBERED:
        raise SelectionError(
            f"A model of type {cell} has no gates and writes its whole state anew at each step, "
            "so nothing is left of single tokens. A ledger needs an lstm or a gru."
        )
    states = trace.all_states(layer)
    remembered = states[REMEMBERED[cell]]
    for name, number, limit in zip(("step", "unit"), (step, unit), remembered.shape, strict=True):
        if not 0 <= number < limit:
            raise SelectionError(f"{name} is a whole number from 0 to {limit - 1}, not {number}.")
    backward = trace.model.config.bidirectional and layer % 2 == 0
    read = slice(step, None) if backward else slice(step + 1)
    of_unit = {kind: values[read, unit].astype(float) for kind, values in states.items()}
    # In the order in which the layer reads.
    order = slice(None, None, -1 if backward else 1)
    keep, write = (values[order] for values in _kept_and_written(cell, of_unit))
    # Π_{k<j≤T}: of the last token nothing has been forgotten yet.
    still_there = np.append(np.cumprod(keep[:0:-1])[::-1], 1.0)
    ledger = np.zeros(len(remembered))
    ledger[read] = (still_there * write)[order]
    held = remembered[step, unit]
    if abs(ledger.sum() - held) > _NEAR * max(1.0, abs(held)):
        raise SelectionError(
            f"Unit {unit} of layer {layer} was held from outside in this trace: tokens wrote "
            f"{ledger.sum():.3g}, it has {held:.3g}. Take a trace in which its memory is its own."
        )
    return ledger


def _kept_and_written(cell: str, states: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Which share of the state each step keeps, and what it adds."""
    kept = states[KEEPS[cell]]
    written = states["input_gate"] if cell == "lstm" else 1 - kept
    return kept, written * states["candidate"]
