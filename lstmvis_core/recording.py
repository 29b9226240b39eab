"""Recording: states of a network of the user's own, sequence by sequence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import torch

from lstmvis_core.cells import check_kind
from lstmvis_core.errors import SelectionError, StatesError
from lstmvis_core.layers import LayerReading
from lstmvis_core.states import CorpusStates
from lstmvis_core.text import Tokens


@dataclass(frozen=True)
class RecordedLayer:
    """What one layer did over one sequence.

    Attributes
    ----------
    name : str
        Path of its module, number in it from 1, and direction: ``encoder.rnn 2 backward``.
    cell : {"lstm", "gru", "rnn"}
        What `lstmvis_core.KINDS` says of the kinds of its states.
    """

    name: str
    cell: str
    _reading: LayerReading = field(repr=False)

    @property
    def steps(self) -> int:
        """How many time steps it read."""
        return self._reading.hidden.shape[1]

    @torch.no_grad()
    def states(self, kind: str) -> np.ndarray:
        """States of one kind, (time_step, unit)."""
        check_kind(self.cell, kind)
        return self._reading.states(self.cell, kind)[0].numpy()


@dataclass(frozen=True)
class RecordedTrace:
    """What the recurrent layers of a network did over one sequence.

    Attributes
    ----------
    tokens : Tokens
        One a time step: the strings that were given, or the numbers of the steps.
    layers : tuple of RecordedLayer
        In the order in which their modules were called, forward before backward.
    """

    tokens: Tokens
    layers: tuple[RecordedLayer, ...]

    @property
    def layer_names(self) -> tuple[str, ...]:
        """What can be looked at: `layer` counts these from 1."""
        return tuple(layer.name for layer in self.layers)

    def states(self, layer: int, kind: str = "hidden") -> np.ndarray:
        """States of one layer and kind.

        Parameters
        ----------
        layer : int
            Counted from 1: an entry of `layer_names`.
        kind : str
            One of `lstmvis_core.KINDS` for the layer's cell.

        Returns
        -------
        numpy.ndarray of float32, or of float64 where the network has it: (time_step, unit)
            Read-only.

        Raises
        ------
        SelectionError
            There is no such layer or kind.
        """
        if not 1 <= layer <= len(self.layers):
            names = "; ".join(f"{n}: {name}" for n, name in enumerate(self.layer_names, 1))
            raise SelectionError(f"The recording has no layer {layer}. It has {names}.")
        states = self.layers[layer - 1].states(kind)[: len(self.tokens)]
        states.flags.writeable = False
        return states


@dataclass(frozen=True)
class Recording:
    """What the recurrent layers of a network did over all sequences it read.

    Attributes
    ----------
    traces : tuple of RecordedTrace
        One a sequence: what units are selected in, and what `charts.select_chart` draws.
    output : object
        What the network returned; a list where it was given a list.
    """

    traces: tuple[RecordedTrace, ...]
    output: Any = field(repr=False)

    @property
    def layer_names(self) -> tuple[str, ...]:
        """What can be looked at: `layer` counts these from 1."""
        return self.traces[0].layer_names

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of all sequences, one after the other, as in `corpus_states`."""
        return Tokens.joined([trace.tokens for trace in self.traces])

    def corpus_states(self, layer: int = 1, kind: str = "hidden") -> CorpusStates:
        """States of one layer and kind over all sequences, to find matches in.

        Parameters
        ----------
        layer : int
            Counted from 1: an entry of `layer_names`.
        kind : str
            One of `lstmvis_core.KINDS` for the layer's cell.

        Returns
        -------
        CorpusStates
            In memory, a document a sequence.

        Raises
        ------
        SelectionError
            There is no such layer or kind.
        """
        parts = [trace.states(layer, kind) for trace in self.traces]
        breaks = np.cumsum([0, *map(len, parts[:-1])])
        return CorpusStates.from_array(np.concatenate(parts), breaks.tolist())


# One after the other: what some layers did over each sequence.
Sequences = Sequence[Sequence[RecordedLayer]]


def recording_of(
    modules: Mapping[str, Sequences],
    output: Any,
    tokens: Sequence[Any] | None,
    lengths: Sequence[int] | None,
) -> Recording:
    """Put together what each module did, by its path, over the same sequences."""
    steps = {
        path: tuple(layers[0].steps for layers in sequences) for path, sequences in modules.items()
    }
    ends = _ends(steps, lengths)
    numbers = [[str(step) for step in range(end)] for end in ends]
    strings = numbers if tokens is None else _strings(tokens, ends)
    layers = [tuple(chain(*parts)) for parts in zip(*modules.values(), strict=True)]
    traces = map(RecordedTrace, _tokens(strings), layers)
    return Recording(tuple(traces), output)


def _ends(steps: Mapping[str, tuple[int, ...]], lengths: Sequence[int] | None) -> tuple[int, ...]:
    """Where each sequence ends."""
    told = "; ".join(f"{path or 'the module'}: {_told(read)}" for path, read in steps.items())
    first, *others = steps.values()
    if any(len(other) != len(first) or (lengths is None and other != first) for other in others):
        raise StatesError(
            f"The recurrent modules read different sequences ({told}). "
            f"Record one of them: only={next(iter(steps))!r}."
        )
    if lengths is None:
        return first
    ends = tuple(int(length) for length in lengths)
    shortest = [min(of_one) for of_one in zip(*steps.values(), strict=True)]
    if len(ends) != len(first) or not all(
        1 <= end <= most for end, most in zip(ends, shortest, strict=True)
    ):
        raise StatesError(
            "lengths says of each sequence how many of its steps are no padding, 1 at least; "
            f"got {_told(ends)} for what was read ({told})."
        )
    return ends


def _told(steps: Sequence[int]) -> str:
    shown = ", ".join(map(str, steps[:5])) + (", ..." if len(steps) > 5 else "")
    return f"{len(steps)} of {shown} steps"


def _strings(tokens: Sequence[Any], ends: tuple[int, ...]) -> list[list[str]]:
    """The strings that label each sequence; of a single one the list may hold them itself."""
    if len(ends) == 1 and all(isinstance(token, str) for token in tokens):
        tokens = [tokens]
    strings = [list(sequence) for sequence in tokens]
    given = tuple(map(len, strings))
    if given != ends or not all(isinstance(token, str) for part in strings for token in part):
        raise StatesError(
            "tokens holds a string for each time step: of one sequence in a list or string, of "
            f"several in a list of such. Sequences were {_told(ends)}, of tokens {_told(given)}."
        )
    return strings


def _tokens(sequences: Sequence[Sequence[str]]) -> list[Tokens]:
    """Strings as tokens of a text in which words have blanks between them."""
    ids: dict[str, int] = {}
    for strings in sequences:
        for string in strings:
            ids.setdefault(string, len(ids))
    between = "" if all(len(string) == 1 for string in ids) else " "
    return [
        Tokens(
            text=between.join(strings),
            strings=tuple(strings),
            offsets=np.cumsum([0, *(len(string) + len(between) for string in strings[:-1])]),
            ids=np.array([ids[string] for string in strings], np.int64),
            unknown=np.zeros(len(strings), bool),
        )
        for strings in sequences
    ]
