"""How far back a unit looks: what of it the last tokens explain."""

import numpy as np

from lstmvis_core.analysis.explain import checked_values
from lstmvis_core.analysis.text_properties import TextProperties
from lstmvis_core.text import Tokens


def explained_by_tokens(values: np.ndarray, text: TextProperties | Tokens) -> np.ndarray:
    """Which share of a unit's variance the last token, two, or three tokens explain.

    If a unit did nothing but name the token it reads, the first share would be 1. What the last
    three leave open it has from further back: it remembers. The reverse need not hold, for what the
    last tokens give away may be remembered all the same.

    Parameters
    ----------
    values : numpy.ndarray, (time_step,)
        Of one unit over a text or corpus; finite.
    text : TextProperties or Tokens
        What the unit has read; tokens alone are one document of characters.

    Returns
    -------
    numpy.ndarray of float64, (3,)
        Epsilon² (Kelley 1935), 1 − (SSW / (n − k)) / (SST / (n − 1)) of n steps in k groups of
        equal contexts: the correlation ratio η², corrected for the number of groups, so that many
        rare contexts explain nothing by chance. At most 1; may fall a little below 0 where nothing
        is explained. Steps that have no such context, at the begin of a document, are not counted.
        NaN for a constant unit, or where every context occurs only once.

    Raises
    ------
    StatesError
        There is not one finite value for each step.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("ab").encode("aabb" * 500)
    >>> before = np.array([0.0, *(string == "a" for string in tokens.strings[:-1])])
    >>> explained_by_tokens(before, tokens).round(2).tolist()
    [-0.0, 1.0, 1.0]
    """
    if isinstance(text, Tokens):
        text = TextProperties(text, np.zeros(1, np.int64))
    values = checked_values(values, len(text.tokens))
    return np.array([_epsilon(values, groups.of) for groups in text.contexts])


def _epsilon(values: np.ndarray, of: np.ndarray) -> float:
    known = of >= 0
    of, values = of[known], values[known]
    counts = np.bincount(of)
    groups = int((counts > 0).sum())
    if len(values) <= groups or values.min() == values.max():
        return np.nan
    values = values - values.mean()
    means = np.bincount(of, values) / np.maximum(counts, 1)
    within = ((values - means[of]) ** 2).sum() / (len(values) - groups)
    return float(1 - within / ((values**2).sum() / (len(values) - 1)))
