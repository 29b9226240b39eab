"""What each unit of a layer does to the predictions of a text: exactly, or estimated at once."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lstmvis_core.analysis.holding import Held, held, whole_numbers
from lstmvis_core.cells import step
from lstmvis_core.layers import single_layer
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import (
    Trace,
    check_language_model,
    log_probabilities_of,
    read_layers,
    trace_text,
)

_NUMBERS = 1 << 24  # probabilities of so many tokens and steps at a time, which bounds the memory


@torch.no_grad()
def unit_effects(
    model: SequenceModel,
    text: str,
    *,
    layer: int,
    units: Sequence[int] | np.ndarray | None = None,
    kind: str = "hidden",
    value: float | Sequence[float] | np.ndarray = 0.0,
) -> np.ndarray:
    """How much more each token surprises when one unit after the other is held at a value.

    Exact: as `ablate` and `surprisal_change` of each unit alone, but many units are read side by
    side, which takes a small part of the time.

    Parameters
    ----------
    model : SequenceModel
        A language model.
    text : str
        At least one token.
    layer, kind, value
        As for `ablate`; where there are several values, one for each of `units`.
    units : sequence of int or None
        Counted from 0; all of the layer if None.

    Returns
    -------
    numpy.ndarray of float32, (unit, time_step)
        In nats, a row for each of `units`: positive where the token has become less probable, NaN
        for the first token. ``np.nansum(..., axis=1)`` is the effect of each on the whole text.

    Raises
    ------
    SelectionError, ModelError, TextError
        As `ablate`; or the model is no language model.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> unit_effects(lv.load_model("parens"), "(1 (2", layer=1).shape
    (32, 5)
    """
    trace, chosen, hold = _checked(model, text, layer, units, kind, value)
    ids = torch.from_numpy(trace.tokens.ids.copy())
    effects = np.full((len(chosen), len(ids)), np.nan, np.float32)
    together = max(1, _NUMBERS // (len(ids) * model.config.output_size))
    for first in range(0, len(chosen), together):
        some = torch.from_numpy(chosen[first : first + together])
        alone = torch.nn.functional.one_hot(some, model.config.hidden_size).bool()
        one_each = Held(layer, kind, alone, hold.values)
        readings = read_layers(model, ids.expand(len(some), -1), read=one_each.reader(model))
        scores = log_probabilities_of(model, readings)[:, :-1]
        following = ids[1:].expand(len(some), -1)[:, :, None]
        surprisal = -scores.gather(2, following)[:, :, 0].numpy()
        effects[first : first + together, 1:] = surprisal - trace.surprisal[1:]
    return effects


def first_order_effects(
    model: SequenceModel,
    text: str,
    *,
    layer: int,
    tokens: Sequence[int] | np.ndarray | None = None,
    kind: str = "hidden",
    value: float | Sequence[float] | np.ndarray = 0.0,
) -> np.ndarray:
    """Estimate the effect of each unit on chosen tokens from one pass back through the network.

    To the first order, moving the states s_t of a unit to the value v changes the surprisal L of
    the tokens by Σ_t (v − s_t) ∂L/∂s_t (attribution patching; Nanda 2022). It sees what a small
    change would do, so where the network saturates it differs from what `unit_effects` finds. Over
    the first example of four embedded models the two correlate by −0.63 to 0.98, by layer and kind
    (``python -m benchmarks.live_units``): use it to choose units, and hold those for the truth.

    Parameters
    ----------
    model : SequenceModel
        A language model.
    text : str
        At least one token.
    layer, kind, value
        As for `ablate`; where there are several values, one for each unit of the layer.
    tokens : sequence of int or None
        Steps of the tokens whose surprisal counts; all but the first if None.

    Returns
    -------
    numpy.ndarray of float64, (unit,)
        In nats: positive where the tokens would become less probable, all together.

    Raises
    ------
    SelectionError, ModelError, TextError
        As `ablate`; the model is no language model; or a token is not of the text.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model = lv.load_model("parens")
    >>> first_order_effects(model, "(1 (2", layer=1, tokens=[4]).shape
    (32,)
    """
    trace, _, hold = _checked(model, text, layer, None, kind, value)
    ids = torch.from_numpy(trace.tokens.ids.copy())
    counted = np.arange(len(ids)) if tokens is None else whole_numbers("tokens", tokens, len(ids))
    counted = torch.from_numpy(counted[counted > 0])
    if layer == 1:
        inputs = model.embedding(ids).detach()
    else:
        inputs = torch.from_numpy(trace.states(layer - 1).copy())
    with torch.enable_grad():
        moved = torch.zeros(len(ids), model.config.hidden_size, requires_grad=True)
        hidden = _moved(model, layer - 1, inputs, kind, moved)
        for number in range(layer, model.config.layers):
            hidden, _ = single_layer(model.rnn, number, False)[0](hidden)
        scores = torch.log_softmax(model.head(hidden[0]), dim=1)
        surprisal = -scores[counted - 1, ids[counted]].sum()
        (gradient,) = torch.autograd.grad(surprisal, moved)
    by = hold.values.numpy() - trace.states(layer, kind)
    return (by * gradient.numpy()).sum(axis=0, dtype=np.float64)


def _moved(model: SequenceModel, number: int, inputs: Tensor, kind: str, moved: Tensor) -> Tensor:
    """Hidden states of a layer whose states are moved by so much after each step, which is 0."""
    _, weights = single_layer(model.rnn, number, False)
    of_input = inputs @ weights["weight_ih"].T + weights["bias_ih"]
    h = inputs.new_zeros(1, model.config.hidden_size)
    c = h if model.config.cell == "lstm" else None
    hidden = []
    for x, by in zip(of_input, moved, strict=True):
        of_hidden = torch.addmm(weights["bias_hh"], h, weights["weight_hh"].T)
        alter = by.add if kind == "cell" else None
        h, c = step(model.config.cell, x[None], of_hidden, h, c, alter)
        h = h if kind == "cell" else h + by
        hidden.append(h)
    return torch.stack(hidden, dim=1)


def _checked(
    model: SequenceModel,
    text: str,
    layer: int,
    units: Sequence[int] | np.ndarray | None,
    kind: str,
    value: float | Sequence[float] | np.ndarray,
) -> tuple[Trace, np.ndarray, Held]:
    check_language_model(model)
    every = np.arange(model.config.hidden_size) if units is None else units
    hold = held(model, layer, every, kind, value)
    return trace_text(model, text), whole_numbers("units", every, None), hold
