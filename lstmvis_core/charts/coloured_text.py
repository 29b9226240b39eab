"""A text with one colour a token: Karpathy's figure, as HTML."""

from html import escape

import numpy as np

from lstmvis_core.charts.palette import ACCENT, CONTRAST
from lstmvis_core.text import Tokens


def coloured_text(
    tokens: Tokens,
    values: np.ndarray,
    limit: float = 1.0,
    size: float = 1.05,
    span: tuple[int, int] | None = None,
    centre: float = 0.0,
) -> str:
    """Colour each token by a value: blue for positive, orange for negative, stronger for larger.

    Parameters
    ----------
    tokens : Tokens
    values : numpy.ndarray, (time_step,)
    limit : float
        How far from the centre the colour is full.
    size : float
        Of the letters, in the page's own.
    span : (int, int) or None
        First step, and the step after the last one, that are drawn; all if None.
    centre : float
        The value without a colour, if not 0: of a gate 0.5.

    Returns
    -------
    str
        HTML; the text is escaped, line breaks and blanks are kept.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("<b>").encode("<b")
    >>> "&lt;" in coloured_text(tokens, np.array([1.0, -1.0]))
    True
    """
    pieces = coloured_pieces(tokens, values, limit, span, centre)
    return (
        f'<div style="font-family:monospace;font-size:{size}rem;line-height:1.75;'
        f'white-space:pre-wrap;overflow-wrap:anywhere">{pieces}</div>'
    )


def coloured_pieces(
    tokens: Tokens,
    values: np.ndarray,
    limit: float = 1.0,
    span: tuple[int, int] | None = None,
    centre: float = 0.0,
) -> str:
    """The same as HTML that goes within a line."""
    start, end = span or (0, len(tokens))
    place = int(tokens.offsets[start]) if start else 0
    pieces = []
    for string, offset, value in zip(
        tokens.strings[start:end],
        tokens.offsets[start:end].tolist(),
        values[start:end].tolist(),
        strict=True,
    ):
        pieces.append(escape(tokens.text[place:offset]))
        share = round(min(1.0, abs(value - centre) / limit) * 72)
        hue = ACCENT if value > centre else CONTRAST
        colour = f"color-mix(in srgb, {hue} {share}%, transparent)"
        told = f"{value:.2f}" if centre else f"{value:+.2f}"
        pieces.append(f'<span style="background:{colour}" title="{told}">{escape(string)}</span>')
        place = offset + len(string)
    if end == len(tokens):
        pieces.append(escape(tokens.text[place:]))
    return "".join(pieces)
