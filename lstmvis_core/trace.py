"""Trace: everything that reading one text made the model do."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from lstmvis_core.cells import EQUATIONS, check_kind
from lstmvis_core.errors import SelectionError, TextError
from lstmvis_core.model import CELLS, SequenceModel
from lstmvis_core.text import Tokens

# State that a layer hands on: hidden and, for an LSTM, cell.
LayerState = tuple[Tensor, Tensor | None]


@dataclass(frozen=True)
class LayerReading:
    """What one layer did over a stretch of time steps (batch first)."""

    weights: dict[str, Tensor]
    inputs: Tensor
    hidden: Tensor
    before: LayerState
    after: LayerState

    def states(self, cell: str, kind: str) -> Tensor:
        """States of one kind, (batch, time_step, unit)."""
        if kind == "hidden":
            return self.hidden
        h_0, c_0 = self.before
        h_before = torch.cat([h_0[:, None], self.hidden[:, :-1]], dim=1)
        return EQUATIONS[cell](self.inputs, h_before, c_0, self.weights)[kind]


@torch.no_grad()
def read_layers(
    model: SequenceModel, ids: Tensor, before: list[LayerState] | None = None
) -> list[LayerReading]:
    """Run the recurrent layers one by one, keeping what each of them did.

    Parameters
    ----------
    model : SequenceModel
    ids : Tensor of int64, (batch, time_step)
    before : list, one a layer
        State to begin with; zeros if None. ``[reading.after for reading in ...]`` carries on.

    Returns
    -------
    list of LayerReading
        Bottom layer first.
    """
    inputs = model.embedding(ids)
    readings = []
    for number in range(model.config.layers):
        layer, weights = _single_layer(model, number)
        zeros = inputs.new_zeros(len(ids), model.config.hidden_size)
        start = before[number] if before else (zeros, zeros if _has_cell(model) else None)
        h_0, c_0 = start
        given = h_0[None] if c_0 is None else (h_0[None], c_0[None])
        hidden, last = layer(inputs, given)
        after = (last[0][0], last[1][0]) if type(last) is tuple else (last[0], None)
        readings.append(LayerReading(weights, inputs, hidden, start, after))
        inputs = hidden
    return readings


def _has_cell(model: SequenceModel) -> bool:
    return model.config.cell == "lstm"


def _single_layer(model: SequenceModel, number: int) -> tuple[torch.nn.Module, dict[str, Tensor]]:
    """One layer of the stack as a torch.nn module of its own, sharing the weights."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    weights = {name: getattr(model.rnn, f"{name}_l{number}") for name in names}
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
    log_probabilities : numpy.ndarray of float32, (time_step, token)
        After each time step, the log-probability of every token to come next, in nats.
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
            Counted from 1, the layer next to the input.
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
        """
        return surprisal_of(self.log_probabilities, self.tokens.ids)

    def predictions(self, step: int, k: int = 5) -> list[tuple[str, float]]:
        """The `k` most probable tokens after a time step, with their probabilities."""
        row = self.log_probabilities[step]
        best = np.argsort(-row, kind="stable")[:k]
        tokens = self.model.vocabulary.decode(best)
        return [(token, float(np.exp(row[i]))) for token, i in zip(tokens, best, strict=True)]


def surprisal_of(log_probabilities: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Surprisal in nats of each token given the ones before; NaN for the first, (time_step,)."""
    surprisal = np.full(len(ids), np.nan, np.float32)
    surprisal[1:] = -log_probabilities[np.arange(len(ids) - 1), ids[1:]]
    return surprisal


def check_layer(model: SequenceModel, layer: int) -> None:
    """Raise `SelectionError` unless the model has this layer."""
    if not 1 <= layer <= model.config.layers:
        raise SelectionError(f"The model has layers 1 to {model.config.layers}, not {layer}.")


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
        Causal: the trace of a prefix is the prefix of the trace.

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
    with torch.no_grad():
        scores = model.head(readings[-1].hidden[0])
        log_probabilities = torch.log_softmax(scores, dim=-1).numpy()
    log_probabilities.flags.writeable = False
    return Trace(model, tokens, log_probabilities, readings)
