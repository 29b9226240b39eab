"""Layers some of whose units are held at a value while they read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lstmvis_core.cells import running, step
from lstmvis_core.errors import SelectionError
from lstmvis_core.layers import (
    LayerReading,
    LayerState,
    ReadLayer,
    cell_of,
    read_layer,
    read_with,
    single_layer,
)
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import check_layer

CAN_BE_HELD = {"lstm": ("hidden", "cell"), "gru": ("hidden",), "rnn": ("hidden",)}


@dataclass(frozen=True)
class Held:
    """Which units of which layer are held, and at what.

    Attributes
    ----------
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    kind : {"hidden", "cell"}
    units : Tensor of bool, (batch or 1, unit)
        One text may be read several times at once, with other units held each time.
    values : Tensor of float32, (unit,)
    steps : Tensor of int64 or None
        In the order of the text, sorted; all of them if None.
    """

    layer: int
    kind: str
    units: Tensor
    values: Tensor
    steps: Tensor | None = None

    def set(self, state: Tensor) -> Tensor:
        """The state with the units at their values, (batch, unit)."""
        return torch.where(self.units, self.values, state)

    def reader(self, model: SequenceModel) -> ReadLayer:
        """How the layers of a model read while the units are held."""
        if not self.units.any():
            return read_layer
        at = divmod(self.layer - 1, 1 + model.config.bidirectional)

        def read(
            rnn: nn.RNNBase, number: int, inputs: Tensor, before: LayerState, backward: bool
        ) -> LayerReading:
            if (number, backward) == at:
                return _read_held(self, rnn, number, inputs, before, backward)
            return read_layer(rnn, number, inputs, before, backward)

        return read


def held(
    model: SequenceModel,
    layer: int,
    units: int | Sequence[int] | np.ndarray,
    kind: str,
    value: float | Sequence[float] | np.ndarray,
    steps: Sequence[int] | np.ndarray | None = None,
    length: int | None = None,
) -> Held:
    """Check what is to be held; `length` is the number of steps of the text.

    Raises
    ------
    SelectionError
        The model has no such layer, unit or kind that can be held; there are more or fewer values
        than units, or they are not finite; or a step is not of the text.
    """
    check_layer(model, layer)
    cell, size = model.config.cell, model.config.hidden_size
    if kind not in CAN_BE_HELD[cell]:
        raise SelectionError(
            f"What can be held of a model of type {cell} is {' or '.join(CAN_BE_HELD[cell])}; "
            f"not {kind!r}."
        )
    chosen = whole_numbers("units", units, size)
    given = np.asarray(value, np.float32)
    if given.ndim and given.shape != chosen.shape:
        raise SelectionError(
            f"value is one number, or one for each of the {len(chosen)} units; got an array of "
            f"shape {given.shape}."
        )
    if not np.isfinite(given).all():
        raise SelectionError("Units are held at finite values.")
    mask, values = torch.zeros(1, size, dtype=torch.bool), torch.zeros(size)
    mask[0, chosen] = True
    values[chosen] = torch.from_numpy(np.broadcast_to(given, chosen.shape).copy())
    at = None if steps is None else np.unique(whole_numbers("steps", steps, length))
    return Held(layer, kind, mask, values, None if at is None else torch.from_numpy(at))


def whole_numbers(
    name: str, numbers: int | Sequence[int] | np.ndarray, limit: int | None
) -> np.ndarray:
    """Different whole numbers from 0, below a limit: int64, (number,)."""
    found = np.atleast_1d(np.asarray(numbers))
    if not found.size:
        return np.zeros(0, np.int64)
    whole = found.ndim == 1 and np.issubdtype(found.dtype, np.integer)
    if not whole or found.min() < 0 or (limit is not None and found.max() >= limit):
        upto = "" if limit is None else f" to {limit - 1}"
        raise SelectionError(f"{name} are whole numbers from 0{upto}; got {numbers!r:.80}.")
    if len(np.unique(found)) < len(found):
        raise SelectionError(f"{name} differ from each other; got {numbers!r:.80}.")
    return found.astype(np.int64)


@dataclass(frozen=True)
class HeldReading(LayerReading):
    """A reading in which the cell state was held at some steps, in the order of reading."""

    held: Held | None = None
    at: Tensor | None = None  # bool, (time_step,)

    def all_states(self, cell: str) -> dict[str, Tensor]:
        """As of any reading; where the cell is held, gates did not make it."""
        states = super().all_states(cell)
        if self.held is None or self.at is None:
            return states
        one = {kind: self._in_order(values) for kind, values in states.items()}
        mask = self.held.units[:, None] & self.at[None, :, None]
        write = torch.where(mask, self.held.values, one["input_gate"] * one["candidate"])
        keep = one["forget_gate"].masked_fill(mask, 0)
        _, c_0 = self.before
        assert c_0 is not None
        states["cell"] = self._in_order(running(keep, write, c_0))
        return states | {"tanh_cell": states["cell"].tanh()}


def _read_held(
    held: Held, rnn: nn.RNNBase, number: int, inputs: Tensor, before: LayerState, backward: bool
) -> HeldReading:
    """Step where the units are set; in between, read whole stretches as torch.nn does."""
    read = inputs.flip(1) if backward else inputs
    length = read.shape[1]
    at = torch.ones(length, dtype=torch.bool)
    if held.steps is not None:
        at = torch.zeros(length, dtype=torch.bool).index_fill(0, held.steps, True)
        at = at.flip(0) if backward else at
    layer, weights = single_layer(rnn, number, backward)
    of_input = read @ weights["weight_ih"].T + weights["bias_ih"]
    recurrent, bias = weights["weight_hh"].T.contiguous(), weights["bias_hh"]
    cell, of_cell = cell_of(rnn), held.kind == "cell"
    state, hidden, begin = before, [], 0
    for t in [*at.nonzero()[:, 0].tolist(), length]:
        if begin < t:
            piece = read_with(layer, weights, read[:, begin:t], state)
            hidden.append(piece.hidden)
            state = piece.after
        if t < length:
            h, c = state
            of_hidden = torch.addmm(bias, h, recurrent)
            h, c = step(cell, of_input[:, t], of_hidden, h, c, held.set if of_cell else None)
            state = (h if of_cell else held.set(h)), c
            hidden.append(state[0][:, None])
        begin = t + 1
    whole = torch.cat(hidden, dim=1)
    setting = (held, at) if of_cell else (None, None)
    return HeldReading(weights, read, whole, before, state, backward, *setting)
