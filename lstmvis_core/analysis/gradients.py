"""Gradients through time: how much of a small change of the state is left many steps later."""

from dataclasses import dataclass

import numpy as np
import torch

from lstmvis_core.analysis.path_norms import PathNorms, spectral_norm
from lstmvis_core.analysis.step_jacobians import ScaledReading, read_scaled
from lstmvis_core.errors import SelectionError, TextError
from lstmvis_core.model import SequenceModel


@dataclass(frozen=True, eq=False)
class Gradients:
    """How the state of a layer after one step, the target T, depends on the states before it.

    Arrays have a number for every time step k of the text; NaN where the layer had not read
    towards T yet, or where it was not asked for.

    Attributes
    ----------
    step : int
        The target T.
    scale : float
        What the recurrent weights were multiplied by.
    hidden, hidden_frobenius : numpy.ndarray of float64, (time_step,)
        ‖∂h_T/∂h_k‖, the 2-norm (by how much a small change of h_k is stretched at most until it
        arrives in h_T) and the Frobenius norm. Of an LSTM, h_k is changed and c_k is not; all that
        follows from that goes through hidden and cell states alike. 1 and √units at k = T.
    cell, cell_frobenius : numpy.ndarray of float64, (time_step,), or None
        Of an LSTM, ‖∂c_T/∂c_k‖: its memory. c_k is changed and h_k is not, with all that follows.
    single : numpy.ndarray of float64, (time_step,), or None
        ‖∂s_t/∂s_{t−1}‖, the 2-norm of the single step that leads to t, for all steps between. The
        state s is h; of an LSTM it is (h, c) together.
    product : numpy.ndarray of float64, (time_step,), or None
        Π ‖∂s_t/∂s_{t−1}‖ over the steps from k to T. ‖∂h_T/∂h_k‖ is never larger, and mostly far
        smaller: what one step stretches most, the next one need not. May be infinite.
    bound : numpy.ndarray of float64, (time_step,), or None
        Of a plain RNN, ‖W‖^(T−k): what would be if no step shrank anything, for the slope of
        tanh is at most γ = 1. It is never smaller than the product.
    slope : numpy.ndarray of float64, (time_step,), or None
        Of a plain RNN, the slope of tanh, 1 − h_t², on average over the units: near 0 where they
        are saturated. Of the steps between.
    """

    step: int
    scale: float
    hidden: np.ndarray
    hidden_frobenius: np.ndarray
    cell: np.ndarray | None = None
    cell_frobenius: np.ndarray | None = None
    single: np.ndarray | None = None
    product: np.ndarray | None = None
    bound: np.ndarray | None = None
    slope: np.ndarray | None = None


def gradients_through_time(
    model: SequenceModel,
    text: str,
    *,
    layer: int,
    step: int,
    scale: float = 1.0,
    back: int | None = None,
    single_steps: bool = True,
) -> Gradients:
    """Norms of ∂h_T/∂h_k for one target step T and every step k before it.

    Exact: the product of the Jacobians of all steps between. Inputs from below are held fixed, so
    what is asked is what the layer carries along by itself.

    Parameters
    ----------
    model : SequenceModel
    text : str
        At least one token.
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`. A layer that reads from the end
        has later tokens of the text before the target.
    step : int
        The target T, counted from 0.
    scale : float
        From 0 to 100: what the recurrent matrix W_hh of this layer (of all its gates) is
        multiplied by before the layer reads the text.
    back : int or None
        How many steps before the target at most; all of them if None.
    single_steps : bool
        Whether single steps, their product and the bound are asked for, which costs as much again.

    Returns
    -------
    Gradients

    Raises
    ------
    TextError
        The text has no token.
    SelectionError
        There is no such layer or step, or the scale is out of bounds.

    Notes
    -----
    Pascanu, Mikolov and Bengio (2013) bound the norm by the product of the norms of single steps.
    A product or a bound above one does not say that gradients explode, as lectures often have it.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> text = 'He said, "I will come'
    >>> found = gradients_through_time(lv.load_model("prose-rnn"), text, layer=2, step=20)
    >>> [f"{norm[0]:.0e}" for norm in (found.hidden, found.product, found.bound)]
    ['2e-03', '2e+10', '6e+17']
    """
    tokens = model.vocabulary.encode(text)
    if not len(tokens):
        raise TextError("There is nothing to read: the text is empty. Type at least one token.")
    if not 0 <= step < len(tokens):
        raise SelectionError(f"step is a whole number from 0 to {len(tokens) - 1}, not {step}.")
    reading = read_scaled(model, torch.from_numpy(tokens.ids.copy()), layer, scale)
    backward = bool(model.config.bidirectional and layer % 2 == 0)
    last = len(tokens) - 1 - step if backward else step  # in the order in which the layer reads
    first = 0 if back is None else max(0, last - back)
    found = _norms_of_paths(reading, first, last)
    if single_steps:
        found |= _norms_of_steps(reading, first, last)
    in_text = {name: values[:: -1 if backward else 1] for name, values in found.items()}
    return Gradients(step, scale, **in_text)


def _norms_of_paths(reading: ScaledReading, first: int, last: int) -> dict[str, np.ndarray]:
    """Of ∂h_T/∂h_k and ∂c_T/∂c_k, for every k from the first step to the last one, T."""
    units, is_lstm = reading.units, reading.cell == "lstm"
    hidden, cell = PathNorms(reading.steps), PathNorms(reading.steps)
    path = np.eye(2 * units if is_lstm else units)
    for k in range(last, first - 1, -1):
        hidden.note(k, path[:units, :units])
        if is_lstm:
            cell.note(k, path[units:, units:])
        if k > first:
            path = path @ reading.jacobian(k)
    found = {"hidden": hidden.spectral, "hidden_frobenius": hidden.frobenius}
    of_cell = {"cell": cell.spectral, "cell_frobenius": cell.frobenius}
    return found | of_cell if is_lstm else found


def _norms_of_steps(reading: ScaledReading, first: int, last: int) -> dict[str, np.ndarray]:
    """Of the single steps between, their product, and of a plain RNN what bounds them."""
    between = range(first + 1, last + 1)
    single = np.full(reading.steps, np.nan)
    for t in between:
        single[t] = spectral_norm(reading.jacobian(t))[0]
    found = {"single": single, "product": _products(single, first, last)}
    if reading.cell != "rnn":
        return found
    norm, slope = np.full(reading.steps, np.nan), np.full(reading.steps, np.nan)
    norm[between] = spectral_norm(reading.weights["weight_hh"])[0]
    slope[between] = (1 - reading.states["hidden"][between] ** 2).mean(axis=1)
    return found | {"bound": _products(norm, first, last), "slope": slope}


def _products(of_steps: np.ndarray, first: int, last: int) -> np.ndarray:
    """The product of what each of the steps after k does, up to the last, for every k."""
    found = np.full(len(of_steps), np.nan)
    with np.errstate(divide="ignore", over="ignore"):  # a product may be 0, or beyond any number
        logs = np.log(of_steps[first + 1 : last + 1])
        found[first : last + 1] = np.exp(np.append(np.cumsum(logs[::-1])[::-1], 0.0))
    return found
