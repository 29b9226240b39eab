"""Places of a text one below the other, each coloured by a unit: a concordance."""

from collections.abc import Sequence

import numpy as np

from lstmvis_core.analysis.unit_examples import Example
from lstmvis_core.charts.coloured_text import coloured_pieces
from lstmvis_core.text import Tokens

_SEEN = str.maketrans("\n\t", "⏎⇥")  # as long as before: offsets stay as they are
_ROW = (
    "font-family:monospace;font-size:.85rem;line-height:1.7;display:grid;"
    "grid-template-columns:7ch minmax(0,60ch) minmax(0,36ch)"
)


def example_rows(
    tokens: Tokens, values: np.ndarray, examples: Sequence[Example], limit: float = 1.0
) -> str:
    """Draw examples in rows, their steps below each other and framed.

    Parameters
    ----------
    tokens : Tokens
        Of the text that they are places of.
    values : numpy.ndarray, (time_step,)
        Of the unit at each of them.
    examples : sequence of Example
    limit : float
        Value of the full colour; blue for positive, orange for negative.

    Returns
    -------
    str
        HTML; the text is escaped. Each row begins with the value at its step.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("<b>").encode("<b>")
    >>> rows = example_rows(tokens, np.array([1.0, 0.5, -1.0]), [Example(0, 3, 1)])
    >>> "+0.50" in rows and "&lt;" in rows and "<b>" not in rows
    True
    """
    return "".join(_row(tokens, values, one, limit) for one in examples)


def _row(tokens: Tokens, values: np.ndarray, one: Example, limit: float) -> str:
    def piece(start: int, end: int) -> str:
        return coloured_pieces(_part(tokens, start, end), values[start:end], limit)

    gap = _gap(tokens, one.at), _gap(tokens, one.at + 1)
    before = piece(one.start, one.at) + (gap[0] if one.at > one.start else "")
    after = (gap[1] if one.at + 1 < one.end else "") + piece(one.at + 1, one.end)
    return (
        f'<div style="{_ROW}">'
        f'<span style="opacity:.7">{values[one.at]:+.2f}</span>'
        # What does not fit is cut off on the left, far from the step.
        '<span style="display:flex;justify-content:flex-end;overflow:hidden">'
        f'<span style="white-space:pre">{before}</span></span>'
        '<span style="white-space:pre;overflow:hidden;text-overflow:ellipsis">'
        '<span style="outline:1.5px solid currentColor;outline-offset:-1px;border-radius:2px">'
        f"{piece(one.at, one.at + 1)}</span>{after}</span></div>"
    )


def _part(tokens: Tokens, start: int, end: int) -> Tokens:
    """Some of the tokens, with line breaks that can be seen."""
    first = int(tokens.offsets[start]) if start < len(tokens) else len(tokens.text)
    return Tokens(
        tokens.span(start, end).translate(_SEEN),
        tuple(string.translate(_SEEN) for string in tokens.strings[start:end]),
        tokens.offsets[start:end] - first,
        tokens.ids[start:end].copy(),
        tokens.unknown[start:end].copy(),
    )


def _gap(tokens: Tokens, step: int) -> str:
    """A blank, where something stands between a token and the one before."""
    if not 0 < step < len(tokens):
        return ""
    end = int(tokens.offsets[step - 1]) + len(tokens.strings[step - 1])
    return " " if end < int(tokens.offsets[step]) else ""
