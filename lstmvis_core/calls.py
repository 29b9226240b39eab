"""One call of a recurrent module of torch.nn, taken apart: layer by layer, sequence by sequence."""

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from lstmvis_core.layers import LayerReading, LayerState, like, read_stack

# How far what is computed again may be from what the module gave in half precision or TF32.
RTOL = ATOL = 0.02


def copy_of(rnn: nn.RNNBase) -> nn.RNNBase:
    """The same module, which later training does not change: on the CPU and batch first."""
    copy = like(rnn, rnn.input_size, rnn.num_layers, rnn.bidirectional)
    for name, _ in list(copy.named_parameters()):
        setattr(copy, name, nn.Parameter(_plain(getattr(rnn, name)).clone(), requires_grad=False))
    return copy


def tensors_of(state: Any) -> tuple[Tensor, ...]:
    """The state of an LSTM is a tuple, of others a tensor, and at first there may be none."""
    return () if state is None else tuple(state) if isinstance(state, tuple | list) else (state,)


@torch.autocast("cpu", enabled=False)  # the user's own may be on, and less precise
def read_call(
    rnn: nn.RNNBase,
    inputs: Tensor | PackedSequence,
    state: tuple[Tensor, ...],
    output: Tensor | PackedSequence,
    batch_first: bool,
) -> list[list[LayerReading]] | None:
    """What each layer did in a call, from what went in and what came out.

    Parameters
    ----------
    rnn : torch.nn.LSTM, GRU or RNN
        As `copy_of` gives it.
    inputs, output : Tensor or PackedSequence
        As torch.nn takes and gives them, also of a single sequence.
    state : tuple of Tensor
        The state that was given; none for zeros.
    batch_first : bool
        Whether sequences come first in `inputs` and `output`.

    Returns
    -------
    list of list of LayerReading, or None
        For each sequence those of its layers, of the top one with the very output. None if the
        module computes something else.
    """
    (rows_in, lengths), (rows_out, _) = (_rows(of, batch_first) for of in (inputs, output))
    if rows_in.shape[:2] != rows_out.shape[:2]:
        return None
    found: dict[int, list[LayerReading]] = {}
    for length in set(lengths):  # those alike side by side: padding would be read backwards first
        rows = [row for row, steps in enumerate(lengths) if steps == length]
        readings = read_stack(rnn, rows_in[rows, :length], _before(state, rows))
        ways = 1 + rnn.bidirectional
        for place, half in enumerate(rows_out[rows, :length].chunk(ways, dim=2), -ways):
            hidden = half.flip(1) if readings[place].backward else half
            if not _close(hidden, readings[place].hidden):
                return None
            readings[place] = replace(readings[place], hidden=hidden)
        found |= {row: [_row(of, place) for of in readings] for place, row in enumerate(rows)}
    return [found[row] for row in range(len(lengths))]


def _close(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and torch.allclose(a, b, RTOL, ATOL, equal_nan=True)


def joined(first: list[LayerReading], then: list[LayerReading]) -> list[LayerReading]:
    """What the layers did over a sequence and over what follows it."""
    return [
        replace(
            a,
            inputs=torch.cat([a.inputs, b.inputs], dim=1),
            hidden=torch.cat([a.hidden, b.hidden], dim=1),
            after=b.after,
        )
        for a, b in zip(first, then, strict=True)
    ]


def _row(reading: LayerReading, row: int) -> LayerReading:
    """One sequence of those that were read side by side."""

    def of(state: LayerState) -> LayerState:
        hidden, cell = state
        return hidden[row : row + 1], cell if cell is None else cell[row : row + 1]

    one = slice(row, row + 1)
    return replace(
        reading,
        inputs=reading.inputs[one],
        hidden=reading.hidden[one],
        before=of(reading.before),
        after=of(reading.after),
    )


def _before(state: tuple[Tensor, ...], rows: list[int]) -> list[LayerState] | None:
    """The state that a call was given, for each layer and direction."""
    if not state:
        return None
    batched = [_plain(part if part.ndim == 3 else part[:, None])[:, rows] for part in state]
    cells = batched[1] if len(batched) > 1 else [None] * len(batched[0])
    return list(zip(batched[0], cells, strict=True))


def _rows(values: Tensor | PackedSequence, batch_first: bool) -> tuple[Tensor, list[int]]:
    """What went in or came out as (sequence, time_step, ...), and how long each sequence is."""
    if isinstance(values, PackedSequence):
        padded, lengths = pad_packed_sequence(values, batch_first=True)
        return _plain(padded), lengths.tolist()
    if values.ndim == 2:
        values = values[None]
    elif not batch_first:
        values = values.transpose(0, 1)
    return _plain(values), [values.shape[1]] * len(values)


def _plain(tensor: Tensor) -> Tensor:
    """Outside any graph, on the CPU, in a precision that numpy has."""
    tensor = tensor.detach().cpu()
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor
