"""Hooks: what the recurrent layers inside any PyTorch module do while its own forward runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from lstmvis_core.calls import copy_of, joined, read_call, tensors_of
from lstmvis_core.errors import ModelError
from lstmvis_core.layers import LayerReading, cell_of
from lstmvis_core.recording import RecordedLayer, Recording, recording_of


def record(
    module: nn.Module,
    inputs: Any,
    *,
    tokens: Sequence[str] | Sequence[Sequence[str]] | None = None,
    lengths: Sequence[int] | None = None,
    only: str | None = None,
) -> Recording:
    """Let a network of one's own read, and keep what its recurrent layers did.

    The forward pass is the module's own, without gradients, in the mode it is in; every nn.LSTM,
    nn.GRU and nn.RNN inside it is listened to by a hook that is removed afterwards. Of a stack
    torch.nn gives the hidden states of the top layer alone: those of the others, and the gates,
    are computed from inputs, initial states and a copy of the weights by the same equations as
    for `Trace`.

    A module that is called again goes on with its sequences if it is given the very state with
    which the call before ended (a loop over time steps, a text read in chunks); otherwise the
    call adds sequences.

    Parameters
    ----------
    module : torch.nn.Module
    inputs : object
        What its forward takes: one argument (such as a tensor or PackedSequence), a tuple of
        arguments, or a mapping of keyword arguments. A list holds several such inputs, read one
        after the other.
    tokens : sequence of str, or of such sequences, or None
        A string for each time step, to label it; of several sequences a list with the tokens of
        each. The numbers of the steps if None.
    lengths : sequence of int, (sequence,), or None
        Where sequences end that are padded but not packed; states after that are left out. A
        backward layer of such a network has read the padding first.
    only : str or None
        The path of a submodule: only what is inside it is recorded. Needed where recurrent
        modules read different sequences, such as encoder and decoder.

    Returns
    -------
    Recording

    Raises
    ------
    ModelError
        There is no recurrent layer, or none was called; or its states cannot be computed again.
    StatesError
        Recurrent modules read different sequences, or `tokens` or `lengths` do not fit them.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lstm = torch.nn.LSTM(4, 6, num_layers=2, batch_first=True)
    >>> recording = lv.record(lstm, torch.ones(3, 5, 4), tokens=["abcde", "fghij", "klmno"])
    >>> recording.layer_names, recording.traces[1].states(2, "forget_gate").shape
    (('1', '2'), (5, 6))
    >>> recording.corpus_states(layer=2).breaks.tolist()
    [0, 5, 10]
    """
    found = _recurrent(module, only)
    heard: dict[str, _Heard] = {}
    # Before hooks of the user's own, which may give back something else than the module.
    hooks = [
        rnn.register_forward_hook(partial(_hear, heard, path), with_kwargs=True, prepend=True)
        for path, rnn in found.items()
    ]
    try:
        with torch.no_grad():
            output = [_call(module, one) for one in (inputs if type(inputs) is list else [inputs])]
    finally:
        for hook in hooks:
            hook.remove()
    if not any(one.sequences for one in heard.values()):
        raise ModelError(
            f"The forward of {type(module).__name__} called none of {_listed(found)}. "
            "Give inputs with at least one sequence for which it does."
        )
    modules = {path: one.layers(path) for path, one in heard.items()}
    return recording_of(modules, output if type(inputs) is list else output[0], tokens, lengths)


def _call(module: nn.Module, inputs: Any) -> Any:
    if type(inputs) is tuple:  # a PackedSequence is one argument, though also a tuple
        return module(*inputs)
    return module(**inputs) if isinstance(inputs, Mapping) else module(inputs)


def _recurrent(module: nn.Module, only: str | None) -> Mapping[str, nn.RNNBase]:
    """The recurrent modules inside a module by their paths."""
    if not isinstance(module, nn.Module):
        raise ModelError(f"What is recorded is a torch.nn.Module, not a {type(module).__name__}.")
    every = {p: m for p, m in module.named_modules() if isinstance(m, nn.LSTM | nn.GRU | nn.RNN)}
    if not every:
        raise ModelError(
            f"{type(module).__name__} has no nn.LSTM, nn.GRU or nn.RNN inside. Others, such as "
            "nn.LSTMCell, are not recorded; lv.CorpusStates.from_array takes any states."
        )
    found = {p: m for p, m in every.items() if only is None or f"{p}.".startswith(f"{only}.")}
    if not found:
        raise ModelError(f"Inside {only!r} is no recurrent module. There are {_listed(every)}.")
    for path, rnn in found.items():
        if rnn.training and rnn.dropout and rnn.num_layers > 1:
            raise ModelError(
                f"{path or 'The module'} is in training mode, with random dropout between its "
                "layers that cannot be recorded. Call .eval() on the network first."
            )
    return found


def _listed(found: Mapping[str, nn.RNNBase]) -> str:
    return ", ".join(f"{path!r}" if path else type(rnn).__name__ for path, rnn in found.items())


@dataclass
class _Heard:
    """What one recurrent module did so far: the readings of its layers, sequence by sequence."""

    rnn: nn.RNNBase  # a copy, which later training does not change
    sequences: list[list[LayerReading]]
    last: tuple[Tensor, ...]  # the state with which the last call ended

    def layers(self, path: str) -> list[list[RecordedLayer]]:
        ways = (" forward", " backward") if self.rnn.bidirectional else ("",)
        names = [f"{path} {n + 1}{way}".strip() for n in range(self.rnn.num_layers) for way in ways]
        cell = cell_of(self.rnn)
        return [
            [RecordedLayer(*of) for of in zip(names, [cell] * len(names), readings, strict=True)]
            for readings in self.sequences
        ]


def _hear(
    heard: dict[str, _Heard], path: str, rnn: nn.RNNBase, args: tuple, kwargs: dict, output: Any
) -> None:
    given = dict(zip(("input", "hx"), args, strict=False)) | kwargs
    if path not in heard:
        heard[path] = _Heard(copy_of(rnn), [], ())
    one, state = heard[path], tensors_of(given.get("hx"))
    whole = isinstance(output, tuple) and "input" in given  # which a subclass may do without
    readings = (
        read_call(one.rnn, given["input"], state, output[0], rnn.batch_first) if whole else None
    )
    if readings is None:
        raise ModelError(
            f"What {path or 'the module'} ({type(rnn).__name__}) gave is not what "
            f"{type(one.rnn).__name__} of torch.nn computes from the same inputs and weights, so "
            "its gates are not known. Record a plain one with its weights, or take its states "
            "with lv.CorpusStates.from_array."
        )
    if _goes_on(rnn, state, one.last):
        readings = list(map(joined, one.sequences[-len(readings) :], readings))
        del one.sequences[-len(readings) :]
    one.sequences += readings
    one.last = tuple(tensor.detach().clone() for tensor in tensors_of(output[1]))


def _goes_on(rnn: nn.RNNBase, state: tuple[Tensor, ...], last: tuple[Tensor, ...]) -> bool:
    if rnn.bidirectional or not last or not any(part.any() for part in state):
        return False  # who gives zeros begins anew
    return all(a.shape == b.shape and torch.equal(a, b) for a, b in zip(state, last, strict=True))
