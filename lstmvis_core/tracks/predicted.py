"""Tracks of the model's own: what it expects at each step, and how right it is.

The guesses that are made at a step stand at that step, as the states do that made them; so do rank
and probability of the token that follows. The surprisal of a token stands at the token itself.
"""

import numpy as np

from lstmvis_core.model import LANGUAGE_MODEL, TAGGER, SequenceModel
from lstmvis_core.outputs import Outputs
from lstmvis_core.tracks.options import Options
from lstmvis_core.tracks.registry import OUTPUTS, source
from lstmvis_core.tracks.track import CATEGORICAL, SCALAR, TOP_K, Track

UNKNOWN_NAME = "(unknown)"  # any token that the vocabulary does not have


def _predicts_tokens(model: SequenceModel, options: Options) -> bool:
    return model.config.task == LANGUAGE_MODEL


def _predicts_labels(model: SequenceModel, options: Options) -> bool:
    return model.config.task != LANGUAGE_MODEL


@source("surprisal", OUTPUTS, when=_predicts_tokens)
def surprisal(outputs: Outputs) -> Track:
    """-log probability that the token was given, in nats."""
    return _numbers("surprisal", "surprisal (nats)", outputs.surprisal, 8)


@source("prediction", OUTPUTS, when=_predicts_labels)
def prediction(outputs: Outputs) -> Track:
    """What a tagger says of each token, or how probable the last label of a classifier is."""
    model = outputs.model
    if model.config.task == TAGGER:
        best = outputs.guesses[:, 0]
        return Track("prediction", "prediction", CATEGORICAL, best, model.outputs)
    return _numbers("prediction", f"probability of {model.outputs[-1]!r}", outputs.last, 1)


@source("guesses", OUTPUTS)
def guesses(outputs: Outputs) -> Track:
    """The most probable next tokens, or labels, with their probabilities."""
    model, title = outputs.model, "guesses"
    labels = model.outputs
    if model.config.task == LANGUAGE_MODEL:
        title = "guesses (for the next token, the best ones)"
        unknown = model.vocabulary.unknown
        labels = tuple(UNKNOWN_NAME if token == unknown else token for token in labels)
    return Track("guesses", title, TOP_K, outputs.guesses, labels, shares=outputs.shares)


@source("entropy", OUTPUTS)
def entropy(outputs: Outputs) -> Track:
    """How unsure the model is: the entropy of its guesses, at most the log of their number."""
    most = float(np.log(len(outputs.model.outputs)))
    return _numbers("entropy", "entropy (nats)", outputs.entropy, round(most, 1))


@source("rank of the next token", OUTPUTS, when=_predicts_tokens)
def rank(outputs: Outputs) -> Track:
    """The place among all guesses of the token that follows; 1 if it was the first guess."""
    title = "rank of next (1: the token that came was the first guess)"
    return _numbers("rank", title, outputs.rank, 10, 1)


@source("chance of the next token", OUTPUTS, when=_predicts_tokens)
def probability(outputs: Outputs) -> Track:
    """What probability the token that follows was given."""
    title = "chance of next (probability given to the token that came)"
    return _numbers("probability", title, outputs.probability, 1)


def _numbers(name: str, title: str, values: np.ndarray, high: float, low: float = 0) -> Track:
    return Track(name, title, SCALAR, values.astype(np.float32), domain=(low, high))
