"""A text carried on by a model, with or without some of its units and with the same luck."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from lstmvis_core.analysis.holding import Held, held
from lstmvis_core.cells import step
from lstmvis_core.errors import SelectionError, TextError
from lstmvis_core.layers import LayerReading, LayerState
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import check_language_model, read_layers


@torch.no_grad()
def sample(
    model: SequenceModel,
    text: str,
    length: int,
    *,
    seed: int = 0,
    temperature: float = 1.0,
    layer: int = 1,
    units: int | Sequence[int] | np.ndarray = (),
    kind: str = "hidden",
    value: float | Sequence[float] | np.ndarray = 0.0,
    steps: Sequence[int] | np.ndarray | None = None,
) -> tuple[str, ...]:
    """Let a language model carry a text on, token by token.

    Each token is drawn by one random number, which says how far up the probabilities, added in the
    order of the vocabulary, to go. With the same seed these numbers are the same, so what differs
    between two samples comes from what was held.

    Parameters
    ----------
    model : SequenceModel
        A language model.
    text : str
        What it reads first; at least one token.
    length : int
        How many tokens follow.
    seed : int
    temperature : float
        Scores are divided by it before they become probabilities: below 1 the model keeps to what
        it finds probable, above 1 it strays. 0 takes the most probable token each time.
    layer, units, kind, value
        As for `ablate`: units that are held, while it reads the text and while it writes. None by
        default.
    steps : sequence of int or None
        After which tokens of the text the units are set, as for `ablate`: then the model is free
        while it writes. After all, and while it writes, if None.

    Returns
    -------
    tuple of str, (length,)
        Tokens of the vocabulary; never the one that stands for unknown ones.

    Raises
    ------
    SelectionError
        The length or temperature is negative, or as `ablate`.
    ModelError
        The model is no language model.
    TextError
        The text has no token.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> "".join(sample(lv.load_model("parens"), "(1 (2", 4, temperature=0))
    ' ((4'
    """
    check_language_model(model)
    if length < 0 or not 0 <= temperature < np.inf:
        raise SelectionError(
            "length is a whole number and temperature a number, both 0 or more; "
            f"got {length} and {temperature}."
        )
    tokens = model.vocabulary.encode(text)
    if not len(tokens):
        raise TextError("There is nothing to carry on: the text is empty. Type at least one token.")
    hold = held(model, layer, units, kind, value, steps, len(tokens))
    readings = read_layers(
        model, torch.from_numpy(tokens.ids.copy())[None], read=hold.reader(model)
    )
    states = [reading.after for reading in readings]
    unknown = model.vocabulary.tokens.index(model.vocabulary.unknown)
    ids: list[int] = []
    for luck in np.random.default_rng(seed).random(length):
        scores = model.head(states[-1][0])[0].numpy().astype(np.float64)
        scores[unknown] = -np.inf
        ids.append(_drawn(scores, temperature, luck))
        states = _next(model, hold, readings, states, ids[-1])
    return model.vocabulary.decode(ids)


def _drawn(scores: np.ndarray, temperature: float, luck: float) -> int:
    if temperature == 0:
        return int(scores.argmax())
    up_to = np.cumsum(np.exp((scores - scores.max()) / temperature))
    # The sum is not quite 1 after rounding, so luck is a share of what it is.
    return int(np.searchsorted(up_to, luck * up_to[-1], side="right"))


def _next(
    model: SequenceModel,
    hold: Held,
    readings: list[LayerReading],
    states: list[LayerState],
    id: int,
) -> list[LayerState]:
    """The states of all layers after one more token."""
    inputs: Tensor = model.embedding.weight[id][None]
    after: list[LayerState] = []
    for layer, (reading, (h, c)) in enumerate(zip(readings, states, strict=True), 1):
        weights = reading.weights
        of_input = torch.addmm(weights["bias_ih"], inputs, weights["weight_ih"].T)
        of_hidden = torch.addmm(weights["bias_hh"], h, weights["weight_hh"].T)
        here = hold.set if layer == hold.layer and hold.steps is None else None
        alter = here if hold.kind == "cell" else None
        inputs, c = step(model.config.cell, of_input, of_hidden, h, c, alter)
        if here is not None and hold.kind == "hidden":
            inputs = here(inputs)
        after.append((inputs, c))
    return after
