"""Trace: everything that reading one text made the model do."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lstmvis_core.cells import KINDS, check_kind
from lstmvis_core.errors import ModelError, SelectionError, TextError
from lstmvis_core.layers import LayerReading, LayerState, ReadLayer, read_layer, read_stack
from lstmvis_core.model import LANGUAGE_MODEL, SequenceModel
from lstmvis_core.text import Tokens


@torch.no_grad()
def read_layers(
    model: SequenceModel,
    ids: Tensor,
    before: list[LayerState] | None = None,
    read: ReadLayer = read_layer,
) -> list[LayerReading]:
    """Run the recurrent layers one by one, keeping what each of them did.

    Parameters
    ----------
    model : SequenceModel
    ids : Tensor of int64, (batch, time_step)
    before : list, one a reading
        State to begin with; zeros if None. ``[reading.after for reading in ...]`` carries on,
        but not for a bidirectional model, whose backward layers begin at the end.
    read : callable
        How each of the layers reads.

    Returns
    -------
    list of LayerReading
        One for each of `ModelConfig.layer_names`: bottom layer first, forward before backward.
    """
    return read_stack(model.rnn, model.embedding(ids), before, read)


@torch.no_grad()
def log_probabilities_of(model: SequenceModel, readings: list[LayerReading]) -> Tensor:
    """What the head says after each step, in nats: (batch, time_step, token or label)."""
    top = readings[-1 - model.config.bidirectional :]
    hidden = torch.cat([reading.states(model.config.cell, "hidden") for reading in top], 2)
    return torch.log_softmax(model.head(hidden), dim=-1)


class TokenStates(Protocol):
    """States over tokens: all that a selection needs, whatever network they are of."""

    @property
    def tokens(self) -> Tokens:
        """One a time step."""
        ...

    def states(self, layer: int, kind: str = "hidden") -> np.ndarray:
        """States of one layer, counted from 1, and kind: (time_step, unit)."""
        ...


@dataclass(frozen=True, eq=False)  # equal is the same one, so that it can be a key
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
        if kind != "hidden":
            return _all_states(self, layer)[kind]
        with torch.no_grad():
            states = self._readings[layer - 1].states(self.model.config.cell, kind)[0].numpy()
        states.flags.writeable = False
        return states

    def all_states(self, layer: int) -> dict[str, np.ndarray]:
        """States of one layer by kind.

        Parameters
        ----------
        layer : int
            As for `states`.

        Returns
        -------
        dict of str to numpy.ndarray of float32, (time_step, unit)
            Read-only; the kinds of `lstmvis_core.KINDS` for the model's cell.

        Raises
        ------
        SelectionError
            The model has no such layer.
        """
        check_layer(self.model, layer)
        return dict(_all_states(self, layer))

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


# A page asks for states of the text in view from many places; few are kept, for they are large.
@lru_cache(maxsize=8)
@torch.no_grad()
def _all_states(trace: Trace, layer: int) -> dict[str, np.ndarray]:
    states = trace._readings[layer - 1].all_states(trace.model.config.cell)
    found = {kind: states[kind][0].numpy() for kind in KINDS[trace.model.config.cell]}
    for values in found.values():
        values.flags.writeable = False
    return found


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
    return trace_with(model, text, read_layer)


def trace_with(model: SequenceModel, text: str, read: ReadLayer) -> Trace:
    """As `trace_text`, where `read` says how each layer reads."""
    tokens = model.vocabulary.encode(text)
    if not len(tokens):
        raise TextError("There is nothing to read: the text is empty. Type at least one token.")
    readings = read_layers(model, torch.from_numpy(tokens.ids.copy())[None], read=read)
    log_probabilities = log_probabilities_of(model, readings)[0].numpy()
    log_probabilities.flags.writeable = False
    return Trace(model, tokens, log_probabilities, readings)
