"""With which probabilities a language model draws its next token, at a temperature."""

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.trace import Trace, check_language_model


def drawing_odds(
    trace: Trace, step: int, temperature: float = 1.0, k: int = 5
) -> list[tuple[str, float]]:
    """The tokens that `sample` would most probably draw after a step.

    Parameters
    ----------
    trace : Trace
        Of a language model.
    step : int
    temperature : float
        As for `sample`: scores are divided by it; 0 takes the most probable token.
    k : int
        How many tokens, at most.

    Returns
    -------
    list of (str, float)
        Tokens with the probability of being drawn, the most probable first; never the one that
        stands for unknown ones.

    Raises
    ------
    SelectionError
        The temperature is negative, or the text has no such step.
    ModelError
        The model is no language model.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2")
    >>> cold, usual, hot = (drawing_odds(trace, 4, t, k=1)[0][1] for t in (0, 1, 2))
    >>> cold, usual > hot
    (1.0, True)
    """
    check_language_model(trace.model)
    if not 0 <= temperature < np.inf:
        raise SelectionError(f"The temperature is a number from 0 on, not {temperature}.")
    if not 0 <= step < len(trace.tokens):
        raise SelectionError(f"The text has steps 0 to {len(trace.tokens) - 1}, not {step}.")
    vocabulary = trace.model.vocabulary
    scores = trace.log_probabilities[step].astype(np.float64)
    scores[vocabulary.tokens.index(vocabulary.unknown)] = -np.inf
    best = np.argsort(-scores, kind="stable")
    if temperature == 0:
        return [(vocabulary.tokens[best[0]], 1.0)][:k]
    odds = np.exp((scores - scores.max()) / temperature)
    odds /= odds.sum()
    return [(vocabulary.tokens[id], float(odds[id])) for id in best[:k] if odds[id] > 0]
