"""Trace: everything that reading one text made the model do."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from lstmvis_core.cells import EQUATIONS, check_kind
from lstmvis_core.errors import ModelError, SelectionError, TextError
from lstmvis_core.model import CELLS, LANGUAGE_MODEL, SequenceModel
from lstmvis_core.text import Tokens

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
        if kind == "hidden":
            return self._in_order(self.hidden)
        h_0, c_0 = self.before
        h_before = torch.cat([h_0[:, None], self.hidden[:, :-1]], dim=1)
        return self._in_order(EQUATIONS[cell](self.inputs, h_before, c_0, self.weights)[kind])

    def _in_order(self, values: Tensor) -> Tensor:
        return values.flip(1) if self.backward else values


@torch.no_grad()
def read_layers(
    model: SequenceModel, ids: Tensor, before: list[LayerState] | None = None
) -> list[LayerReading]:
    """Run the recurrent layers one by one, keeping what each of them did.

    Parameters
    ----------
    model : SequenceModel
    ids : Tensor of int64, (batch, time_step)
    before : list, one a reading
        State to begin with; zeros if None. ``[reading.after for reading in ...]`` carries on,
        but not for a bidirectional model, whose backward layers begin at the end.

    Returns
    -------
    list of LayerReading
        One for each of `ModelConfig.layer_names`: bottom layer first, forward before backward.
    """
    inputs = model.embedding(ids)
    readings: list[LayerReading] = []
    for number in range(model.config.layers):
        of_layer = []
        for backward in (False, True) if model.config.bidirectional else (False,):
            start = before[len(readings) + len(of_layer)] if before else _zeros(model, inputs)
            of_layer.append(_read_layer(model, number, inputs, start, backward))
        inputs = torch.cat([reading.states(model.config.cell, "hidden") for reading in of_layer], 2)
        readings += of_layer
    return readings


@torch.no_grad()
def log_probabilities_of(model: SequenceModel, readings: list[LayerReading]) -> Tensor:
    """What the head says after each step, in nats: (batch, time_step, token or label)."""
    top = readings[-1 - model.config.bidirectional :]
    hidden = torch.cat([reading.states(model.config.cell, "hidden") for reading in top], 2)
    return torch.log_softmax(model.head(hidden), dim=-1)


def _zeros(model: SequenceModel, inputs: Tensor) -> LayerState:
    zeros = inputs.new_zeros(len(inputs), model.config.hidden_size)
    return zeros, zeros if model.config.cell == "lstm" else None


def _read_layer(
    model: SequenceModel, number: int, inputs: Tensor, before: LayerState, backward: bool
) -> LayerReading:
    layer, weights = _single_layer(model, number, backward)
    read = inputs.flip(1) if backward else inputs
    h_0, c_0 = before
    hidden, last = layer(read, h_0[None] if c_0 is None else (h_0[None], c_0[None]))
    after = (last[0][0], last[1][0]) if type(last) is tuple else (last[0], None)
    return LayerReading(weights, read, hidden, before, after, backward)


def _single_layer(
    model: SequenceModel, number: int, backward: bool
) -> tuple[torch.nn.Module, dict[str, Tensor]]:
    """One layer of the stack as a torch.nn module of its own, sharing the weights."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    suffix = f"_l{number}_reverse" if backward else f"_l{number}"
    weights = {name: getattr(model.rnn, name + suffix) for name in names}
    layer = CELLS[model.config.cell](
        weights["weight_ih"].shape[1], model.config.hidden_size, batch_first=True, device="meta"
    )
    for name, weight in weights.items():
        setattr(layer, f"{name}_l0", weight)
    return layer, weights


@dataclass(frozen=True)
class Trace:
    """Everything one text made the model do.

    Attributes
    ----------
    tokens : Tokens
    log_probabilities : numpy.ndarray of float32, (time_step, output)
        After each time step, in nats: of every token to come next (language model), of every
        label of this token (tagger) or of the text so far (classifier).
    """

    model: SequenceModel = field(repr=False)
    tokens: Tokens
    log_probabilities: np.ndarray
    _readings: list[LayerReading] = field(repr=False)

    def states(self, layer: int, kind: str = "hidden") -> np.ndarray:
        """States of one layer and kind.

        Parameters
        ----------
        layer : int
            Counted from 1, the layer next to the input: an entry of `ModelConfig.layer_names`.
        kind : str
            One of `lstmvis_core.KINDS` for the model's cell.

        Returns
        -------
        numpy.ndarray of float32, (time_step, unit)
            Read-only.

        Raises
        ------
        SelectionError
            The model has no such layer or kind.
        """
        check_layer(self.model, layer)
        check_kind(self.model.config.cell, kind)
        with torch.no_grad():
            states = self._readings[layer - 1].states(self.model.config.cell, kind)[0].numpy()
        states.flags.writeable = False
        return states

    @property
    def surprisal(self) -> np.ndarray:
        """Surprisal of each token in nats, (time_step,); NaN for the first, which none predicts.

        The negative log-probability that the model gave to the token before it read it.

        Raises
        ------
        ModelError
            The model is no language model.
        """
        check_language_model(self.model)
        return surprisal_of(self.log_probabilities, self.tokens.ids)

    def predictions(self, step: int, k: int = 5) -> list[tuple[str, float]]:
        """The `k` most probable tokens or labels after a time step, with their probabilities."""
        row = self.log_probabilities[step]
        best = np.argsort(-row, kind="stable")[:k]
        return [(self.model.outputs[i], float(np.exp(row[i]))) for i in best]


def surprisal_of(log_probabilities: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Surprisal in nats of each token given the ones before; NaN for the first, (time_step,)."""
    surprisal = np.full(len(ids), np.nan, np.float32)
    surprisal[1:] = -log_probabilities[np.arange(len(ids) - 1), ids[1:]]
    return surprisal


def check_layer(model: SequenceModel, layer: int) -> None:
    """Raise `SelectionError` unless the model has this layer."""
    layers = len(model.config.layer_names)
    if not 1 <= layer <= layers:
        raise SelectionError(f"The model has layers 1 to {layers}, not {layer}.")


def check_language_model(model: SequenceModel) -> None:
    """Raise `ModelError` unless the model predicts the next token."""
    if model.config.task != LANGUAGE_MODEL:
        raise ModelError(
            f"Surprisal is a language model's; {model.id or 'this model'} is a {model.config.task}."
        )


def trace_text(model: SequenceModel, text: str) -> Trace:
    """Let the model read a text from a state of zeros.

    Parameters
    ----------
    model : SequenceModel
    text : str
        At least one token; characters outside the vocabulary are read as unknown.

    Returns
    -------
    Trace
        Causal, unless the model reads in both directions: the trace of a prefix is the prefix
        of the trace.

    Raises
    ------
    TextError
        The text has no token.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2) ()) 0")
    >>> trace.states(layer=1, kind="hidden").shape
    (12, 32)
    """
    tokens = model.vocabulary.encode(text)
    if not len(tokens):
        raise TextError("There is nothing to read: the text is empty. Type at least one token.")
    readings = read_layers(model, torch.from_numpy(tokens.ids.copy())[None])
    log_probabilities = log_probabilities_of(model, readings)[0].numpy()
    log_probabilities.flags.writeable = False
    return Trace(model, tokens, log_probabilities, readings)
