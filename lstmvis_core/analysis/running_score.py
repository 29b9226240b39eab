"""What a classifier thinks of a text while it reads it, and which token moved it most."""

from dataclasses import dataclass

import numpy as np
import torch

from lstmvis_core.errors import ModelError
from lstmvis_core.model import CLASSIFIER
from lstmvis_core.trace import Trace


@dataclass(frozen=True)
class RunningScore:
    """The probability of one label after each token.

    Attributes
    ----------
    label : str
    before : float
        Before anything was read: from a state of zeros.
    scores : numpy.ndarray of float64, (time_step,)
    turns : tuple of int
        Steps after which another label is the most probable one than a step before.
    verdict : (str, float)
        The most probable label of the whole text, and its probability.
    """

    label: str
    before: float
    scores: np.ndarray
    turns: tuple[int, ...]
    verdict: tuple[str, float]

    @property
    def moves(self) -> np.ndarray:
        """By how much each token moved it, (time_step,)."""
        return np.diff(self.scores, prepend=self.before)

    @property
    def strongest(self) -> int:
        """The step of the token that moved it most, either way; of equal ones the first."""
        return int(np.abs(self.moves).argmax())


def running_score(trace: Trace) -> RunningScore:
    """Follow the judgement of a classifier.

    Parameters
    ----------
    trace : Trace
        Of a classifier.

    Returns
    -------
    RunningScore
        Of two labels the second one is followed, of more the one that wins in the end.

    Raises
    ------
    ModelError
        The model judges no texts.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("sentiment"), "The jokes are old, the music is lovely.")
    >>> score = running_score(trace)
    >>> score.label, score.scores.shape, trace.tokens.strings[score.strongest]
    ('positive', (10,), 'jokes')
    """
    model = trace.model
    if model.config.task != CLASSIFIER:
        raise ModelError(
            f"A running score is a classifier's; {model.id or 'this model'} is a "
            f"{model.config.task}."
        )
    probabilities = np.exp(trace.log_probabilities.astype(np.float64))
    best = trace.log_probabilities.argmax(axis=1)
    last = int(best[-1])
    followed = 1 if len(model.outputs) == 2 else last
    with torch.no_grad():
        start = torch.softmax(model.head.bias.double(), dim=0)
    return RunningScore(
        model.outputs[followed],
        float(start[followed]),
        probabilities[:, followed],
        tuple((np.flatnonzero(np.diff(best)) + 1).tolist()),
        (model.outputs[last], float(probabilities[-1, last])),
    )
