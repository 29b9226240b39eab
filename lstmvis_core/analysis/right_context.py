"""What follows a token taken away: which labels a tagger changes when it cannot look ahead."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.errors import ModelError, SelectionError
from lstmvis_core.model import TAGGER
from lstmvis_core.trace import Trace, trace_text


@dataclass(frozen=True)
class Flip:
    """A token that gets another label.

    Attributes
    ----------
    step : int
    whole, cut : str
        Its label in the whole text, and in the text that was cut.
    whole_share, cut_share : float
        The probabilities of the two, each in its own text.
    """

    step: int
    whole: str
    cut: str
    whole_share: float
    cut_share: float


def without_right_context(trace: Trace, step: int) -> Trace:
    """Read the text anew as if it ended after a token.

    Parameters
    ----------
    trace : Trace
        Of the whole text.
    step : int
        The last token that is left, counted from 0.

    Returns
    -------
    Trace
        Of the text up to there, read from the beginning by both directions.

    Raises
    ------
    SelectionError
        The text has no such token.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("tagger"), "She said that a can of fish was here.")
    >>> without_right_context(trace, 4).tokens.text
    'She said that a can'
    """
    tokens = trace.tokens
    if not 0 <= step < len(tokens):
        raise SelectionError(f"The text has tokens 0 to {len(tokens) - 1}, not {step}.")
    return trace_text(
        trace.model, tokens.text[: int(tokens.offsets[step]) + len(tokens.strings[step])]
    )


def changed_labels(whole: Trace, cut: Trace) -> tuple[Flip, ...]:
    """Which tokens of a text that was cut have another label than in the whole text.

    Parameters
    ----------
    whole, cut : Trace
        Of a tagger: the second one as `without_right_context` gives it.

    Returns
    -------
    tuple of Flip
        In the order of the text.

    Raises
    ------
    ModelError
        The model labels no tokens.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("tagger"), "She said that a can of fish was here.")
    >>> [flip] = changed_labels(trace, without_right_context(trace, 4))
    >>> trace.tokens.strings[flip.step], flip.whole, flip.cut
    ('can', 'NOUN', 'AUX')
    """
    model = whole.model
    if model.config.task != TAGGER:
        raise ModelError(
            f"Labels of tokens are a tagger's; {model.id or 'this model'} is a {model.config.task}."
        )
    read = min(len(whole.tokens), len(cut.tokens))
    first, second = (trace.log_probabilities[:read] for trace in (whole, cut))
    was, now = first.argmax(axis=1), second.argmax(axis=1)
    return tuple(
        Flip(
            step,
            model.outputs[was[step]],
            model.outputs[now[step]],
            float(np.exp(first[step, was[step]])),
            float(np.exp(second[step, now[step]])),
        )
        for step in np.flatnonzero(was != now).tolist()
    )
