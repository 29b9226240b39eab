"""How well a model predicts a text it has not learned from, and how sure that figure is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lstmvis_core.errors import TextError
from lstmvis_core.layers import LayerState
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import check_language_model, log_probabilities_of, read_layers

CHUNK = 4096  # tokens read at once; the state is carried on
RESAMPLES = 1_000
BLOCKS = 100  # of which a resample draws as many, with replacement


@dataclass(frozen=True)
class Evaluation:
    """A mean over a text, with the interval in which it would lie for other texts of its kind.

    Attributes
    ----------
    value : float
        The mean.
    low, high : float
        95 % bootstrap interval.
    count : int
        How many values the mean is of.
    unknown : int
        Tokens outside the vocabulary among them; they are counted.
    """

    value: float
    low: float
    high: float
    count: int
    unknown: int = 0

    def __str__(self) -> str:
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


def evaluate(model: SequenceModel, *documents: str) -> Evaluation:
    """Loss of a language model on texts, in nats per token.

    Parameters
    ----------
    model : SequenceModel
        A language model.
    *documents : str
        Each is read from a state of zeros to its end. Its first token, which nothing predicts, is
        not counted; unknown tokens are, as predictions of "unknown".

    Returns
    -------
    Evaluation
        The interval is that of a bootstrap over stretches of the text (a moving block would do the
        same): neighbouring tokens are not independent, so they are drawn together.

    Raises
    ------
    TextError
        No document has two tokens.
    ModelError
        The model is no language model.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> loss = lv.evaluate(lv.load_model("parens"), "(1 (2 (3) 2)) 0 (1 1)")
    >>> loss.count, 0 < loss.low <= loss.value <= loss.high < 2
    (20, True)
    """
    check_language_model(model)
    losses, unknown = [], 0
    for document in documents:
        tokens = model.vocabulary.encode(document)
        losses.append(token_losses(model, tokens.ids))
        unknown += int(tokens.unknown[1:].sum())
    return mean_with_interval(np.concatenate([np.zeros(0), *losses]), unknown)


def token_losses(model: SequenceModel, ids: np.ndarray) -> np.ndarray:
    """Surprisal in nats of each token but the first, (time_step - 1,), state carried through."""
    losses = np.zeros(max(0, len(ids) - 1))
    before: list[LayerState] | None = None
    for start in range(0, len(losses), CHUNK):
        targets = ids[start + 1 : start + 1 + CHUNK]
        inputs = torch.from_numpy(ids[start : start + len(targets)].copy())[None]
        readings = read_layers(model, inputs, before)
        before = [reading.after for reading in readings]
        scores = log_probabilities_of(model, readings)[0].numpy()
        losses[start : start + len(targets)] = -scores[np.arange(len(targets)), targets]
    return losses


def mean_with_interval(values: np.ndarray | Sequence[float], unknown: int = 0) -> Evaluation:
    """The mean of values in the order of a text, with a 95 % block bootstrap interval.

    The values are cut into at most `BLOCKS` stretches; `RESAMPLES` times as many stretches are
    drawn with replacement (Efron 1979; in blocks: Künsch 1989). The draw is seeded.
    """
    values = np.asarray(values, np.float64)
    if not len(values):
        raise TextError("There is nothing to predict: the text has fewer than two tokens.")
    blocks = np.array_split(values, min(BLOCKS, len(values)))
    sums = np.array([block.sum() for block in blocks])
    sizes = np.array([len(block) for block in blocks])
    draws = np.random.default_rng(0).integers(len(blocks), size=(RESAMPLES, len(blocks)))
    means = sums[draws].sum(1) / sizes[draws].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Evaluation(float(values.mean()), float(low), float(high), len(values), unknown)
