"""A text with a small label under each token: what a tagger says."""

from collections.abc import Sequence
from html import escape

from lstmvis_core.charts.palette import hue
from lstmvis_core.text import Tokens


def labelled_text(tokens: Tokens, labels: Sequence[str], names: Sequence[str]) -> str:
    """Write the label of each token under it, in the label's colour.

    Parameters
    ----------
    tokens : Tokens
    labels : sequence of str, (time_step,)
    names : sequence of str
        All labels there are, which says their colours.

    Returns
    -------
    str
        HTML; the text is escaped.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("a", "word").encode("a <")
    >>> html = labelled_text(tokens, ["DET", "SYM"], ["DET", "SYM"])
    >>> "&lt;" in html and html.count("DET")
    1
    """
    colours = {name: hue(number) for number, name in enumerate(names)}
    pieces = [
        '<span style="display:inline-flex;flex-direction:column;align-items:center;'
        f'margin-right:.35rem;border-bottom:2px solid {colours[label]}">'
        f"<span>{escape(string)}</span>"
        f'<span style="font-size:.62rem;opacity:.8">{escape(label)}</span></span>'
        for string, label in zip(tokens.strings, labels, strict=True)
    ]
    return '<div style="line-height:1.15;row-gap:.4rem;display:flex;flex-wrap:wrap">' + (
        "".join(pieces) + "</div>"
    )
