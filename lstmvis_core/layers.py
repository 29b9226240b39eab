"""What each layer of a stack of torch.nn did: its inputs and states, and from them its gates."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lstmvis_core.cells import EQUATIONS
from lstmvis_core.model import CELLS

# State that a layer hands on: hidden and, for an LSTM, cell.
LayerState = tuple[Tensor, Tensor | None]


@dataclass(frozen=True)
class LayerReading:
    """What one layer did over a stretch of time steps (batch first).

    A layer that reads backwards is described in the order in which it reads; `backward` says so,
    and `states` gives the order of the text.
    """

    weights: dict[str, Tensor]
    inputs: Tensor
    hidden: Tensor
    before: LayerState
    after: LayerState
    backward: bool = False

    def states(self, cell: str, kind: str) -> Tensor:
        """States of one kind in the order of the text, (batch, time_step, unit)."""
        return self._in_order(self.hidden) if kind == "hidden" else self.all_states(cell)[kind]

    def all_states(self, cell: str) -> dict[str, Tensor]:
        """States of every kind, computed at once."""
        h_0, c_0 = self.before
        h_before = torch.cat([h_0[:, None], self.hidden[:, :-1]], dim=1)
        states = EQUATIONS[cell](self.inputs, h_before, c_0, self.weights)
        return {
            kind: self._in_order(one) for kind, one in {"hidden": self.hidden, **states}.items()
        }

    def _in_order(self, values: Tensor) -> Tensor:
        return values.flip(1) if self.backward else values


def cell_of(rnn: nn.RNNBase) -> str:
    """The type of cell of a torch.nn module, as `lstmvis_core.KINDS` names it."""
    return next(cell for cell, kind in CELLS.items() if isinstance(rnn, kind))


# How one layer reads: the stack, its number from 0, inputs, state to begin with, whether backwards.
ReadLayer = Callable[[nn.RNNBase, int, Tensor, LayerState, bool], LayerReading]


def read_layer(
    rnn: nn.RNNBase, number: int, inputs: Tensor, before: LayerState, backward: bool
) -> LayerReading:
    """Let one layer of a stack read, as torch.nn does; `inputs` in the order of the text."""
    layer, weights = single_layer(rnn, number, backward)
    return read_with(layer, weights, inputs.flip(1) if backward else inputs, before, backward)


@torch.no_grad()
def read_stack(
    rnn: nn.RNNBase,
    inputs: Tensor,
    before: list[LayerState] | None = None,
    read: ReadLayer = read_layer,
) -> list[LayerReading]:
    """Run the layers of a stack one by one, keeping what each of them did.

    Dropout between layers, which torch.nn has in training, is left out.

    Parameters
    ----------
    rnn : torch.nn.LSTM, GRU or RNN
    inputs : Tensor, (batch, time_step, input)
    before : list, one a reading
        State to begin with; zeros if None.
    read : callable
        How each of the layers reads.

    Returns
    -------
    list of LayerReading
        Bottom layer first, forward before backward.
    """
    readings: list[LayerReading] = []
    for number in range(rnn.num_layers):
        of_layer = []
        for backward in (False, True) if rnn.bidirectional else (False,):
            start = before[len(readings) + len(of_layer)] if before else _zeros(rnn, inputs)
            of_layer.append(read(rnn, number, inputs, start, backward))
        inputs = torch.cat([reading.states(cell_of(rnn), "hidden") for reading in of_layer], 2)
        readings += of_layer
    return readings


def _zeros(rnn: nn.RNNBase, inputs: Tensor) -> LayerState:
    hidden = inputs.new_zeros(len(inputs), rnn.proj_size or rnn.hidden_size)
    return hidden, inputs.new_zeros(len(inputs), rnn.hidden_size) if rnn.mode == "LSTM" else None


def read_with(
    layer: nn.Module,
    weights: dict[str, Tensor],
    inputs: Tensor,
    before: LayerState,
    backward: bool = False,
) -> LayerReading:
    """Let a layer of its own, of `single_layer`, read; `inputs` in the order in which it reads."""
    h_0, c_0 = before
    hidden, last = layer(inputs, h_0[None] if c_0 is None else (h_0[None], c_0[None]))
    after = (last[0][0], last[1][0]) if type(last) is tuple else (last[0], None)
    return LayerReading(weights, inputs, hidden, before, after, backward)


def single_layer(
    rnn: nn.RNNBase, number: int, backward: bool
) -> tuple[nn.Module, dict[str, Tensor]]:
    """One layer of the stack as a torch.nn module of its own, sharing the weights."""
    suffix = f"_l{number}_reverse" if backward else f"_l{number}"
    layer = like(rnn, getattr(rnn, f"weight_ih{suffix}").shape[1])
    names = [name.removesuffix("_l0") for name, _ in layer.named_parameters()]
    weights = {name: getattr(rnn, name + suffix) for name in names}
    for name, weight in weights.items():
        setattr(layer, f"{name}_l0", weight)
    if not rnn.bias:  # the equations have one
        none = weights["weight_ih"].new_zeros(len(weights["weight_ih"]))
        weights |= {"bias_ih": none, "bias_hh": none}
    return layer, weights


def like(rnn: nn.RNNBase, inputs: int, layers: int = 1, bidirectional: bool = False) -> nn.RNNBase:
    """A module of the same cell whose weights are still to be set; batch first."""
    cell = cell_of(rnn)
    of_cell = {"lstm": ("proj_size",), "gru": (), "rnn": ("nonlinearity",)}[cell]
    return CELLS[cell](
        inputs,
        rnn.hidden_size,
        layers,
        bias=rnn.bias,
        batch_first=True,
        bidirectional=bidirectional,
        device="meta",  # neither memory nor random numbers for weights that nobody reads
        **{name: getattr(rnn, name) for name in of_cell},
    )
