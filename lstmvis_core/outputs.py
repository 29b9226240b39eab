"""What a model says at each step of a text or of a corpus: its guesses, and how right they are."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lstmvis_core.cache import Report
from lstmvis_core.corpus import Corpus
from lstmvis_core.layers import LayerReading
from lstmvis_core.model import LANGUAGE_MODEL, SequenceModel
from lstmvis_core.reading import read_corpus
from lstmvis_core.states import kept_of_corpus
from lstmvis_core.trace import Trace, check_language_model, log_probabilities_of

GUESSES = 3  # most probable tokens or labels that are kept of each step
NOBODY = -1  # there is no next token
_FOLLOWING, _ENTROPY, _RANK, _LAST, _QUANTITIES = range(5)


@dataclass(frozen=True)
class Outputs:
    """What a model says at each step.

    Attributes
    ----------
    model : SequenceModel
        A language model speaks of the next token; a tagger or classifier of labels.
    rows : numpy.ndarray of float32, (quantity, time_step)
        As `measured` gives them; read through the properties. Those that speak of a next token
        raise a `ModelError` for a model of labels.
    """

    model: SequenceModel
    rows: np.ndarray

    @property
    def surprisal(self) -> np.ndarray:
        """-log probability that each token was given, in nats; NaN where a document begins."""
        following = self._of_next(_FOLLOWING)
        return np.concatenate([[np.float32(np.nan)], following])[: len(following)]

    @property
    def entropy(self) -> np.ndarray:
        """Of all probabilities given at each step, in nats: 0 where the model is sure."""
        return self.rows[_ENTROPY]

    @property
    def rank(self) -> np.ndarray:
        """The place of the token that follows among all guesses, from 1; NaN where none does."""
        return self._of_next(_RANK)

    @property
    def probability(self) -> np.ndarray:
        """Given to the token that follows; NaN where none does."""
        return np.exp(-self._of_next(_FOLLOWING))

    @property
    def last(self) -> np.ndarray:
        """The probability of the last token or label, which of a classifier says the rest."""
        return self.rows[_LAST]

    @property
    def guesses(self) -> np.ndarray:
        """The most probable tokens or labels, the first one first: int64, (time_step, guess)."""
        return self._pairs[0].T.astype(np.int64)

    @property
    def shares(self) -> np.ndarray:
        """The probabilities of `guesses`, (time_step, guess)."""
        return self._pairs[1].T

    def _of_next(self, quantity: int) -> np.ndarray:
        check_language_model(self.model)
        return self.rows[quantity]

    @property
    def _pairs(self) -> np.ndarray:
        return self.rows[_QUANTITIES:].reshape(2, -1, self.rows.shape[1])


def outputs_of_trace(trace: Trace, guesses: int = GUESSES) -> Outputs:
    """What the model said of a text that was read.

    Parameters
    ----------
    trace : Trace
    guesses : int
        How many are kept of each step; all that there are, where they are fewer.

    Returns
    -------
    Outputs

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> outputs = lv.outputs_of_trace(lv.trace_text(lv.load_model("parens"), "(1 (2))"))
    >>> outputs.guesses.shape
    (7, 3)
    """
    following = _following(trace.tokens.ids)
    rows = measured(trace.model, trace.log_probabilities, following, guesses)
    return Outputs(trace.model, rows)


def outputs_of_corpus(
    model: SequenceModel, corpus: Corpus, progress: Report | None = None
) -> Outputs:
    """What the model says over a corpus; read as by `corpus_states`, and kept on disk.

    Parameters
    ----------
    model : SequenceModel
    corpus : Corpus
    progress : callable or None
        Called with a `Progress` while the corpus is read. It may raise, to interrupt.

    Returns
    -------
    Outputs

    Raises
    ------
    StatesError
        The cached file was damaged. It is removed; ask again.
    """
    tokens, breaks = corpus.tokens(model.vocabulary)
    following = _following(tokens.ids)
    following[breaks[1:] - 1] = NOBODY

    def scores_of(readings: list[LayerReading]) -> np.ndarray:
        return log_probabilities_of(model, readings).numpy()

    def fill(rows: np.ndarray) -> Iterator[float]:
        width = model.config.output_size
        for done, steps, scores in read_corpus(model, tokens.ids, breaks, scores_of, width):
            for row, at in enumerate(steps):
                rows[:, at] = measured(model, scores[row, : at.stop - at.start], following[at])
            yield done

    shape = (_QUANTITIES + 2 * _kept_guesses(model), len(tokens))
    doing = "What the network says of {}"
    values = kept_of_corpus(model, corpus, "outputs", shape, fill, progress, doing)
    return Outputs(model, values)


def measured(
    model: SequenceModel, scores: np.ndarray, following: np.ndarray, guesses: int = GUESSES
) -> np.ndarray:
    """The numbers that are kept of each step.

    Parameters
    ----------
    model : SequenceModel
    scores : numpy.ndarray, (time_step, token or label)
        Log-probabilities in nats.
    following : numpy.ndarray of int, (time_step,)
        The tokens that come next; `NOBODY` where none does.
    guesses : int
        How many are kept.

    Returns
    -------
    numpy.ndarray of float32, (quantity, time_step)
        -log probability of the next token, entropy, rank of the next token, probability of the
        last label; then the guesses and their probabilities. What speaks of a next token is NaN
        for a model of labels.
    """
    steps = np.arange(len(scores))
    probabilities = np.exp(scores)
    rows = np.full((_QUANTITIES, len(scores)), np.nan, np.float32)
    # Where a probability is 0, its logarithm is no number to multiply it with.
    rows[_ENTROPY] = -(probabilities * np.maximum(scores, -1e4)).sum(axis=1)
    rows[_LAST] = probabilities[:, -1]
    if model.config.task == LANGUAGE_MODEL:
        at = np.flatnonzero(following != NOBODY)
        given = scores[at, following[at]]
        rows[_FOLLOWING, at] = -given
        rows[_RANK, at] = 1 + (scores[at] > given[:, None]).sum(axis=1)
    best = _best(scores, min(guesses, model.config.output_size))
    return np.concatenate([rows, best.T, probabilities[steps[:, None], best].T]).astype(np.float32)


def _following(ids: np.ndarray) -> np.ndarray:
    return np.append(ids[1:], NOBODY)[: len(ids)]


def _kept_guesses(model: SequenceModel) -> int:
    return min(GUESSES, model.config.output_size)


def _best(scores: np.ndarray, number: int) -> np.ndarray:
    """Indices of the highest scores, (time_step, number); of equal ones the lower index first."""
    # A partial sort first: a whole one of ten thousand words takes ten times as long.
    some = np.argpartition(-scores, number - 1, axis=1)[:, :number]
    chosen = np.take_along_axis(scores, some, axis=1)
    order = np.lexsort((some, -chosen))
    return np.take_along_axis(some, order, axis=1)
