"""A text that a network carried on, and from where it differs from another one."""

from collections.abc import Sequence
from html import escape

from lstmvis_core.charts.palette import CONTRAST

_BETWEEN = {"character": "", "word": " ", "symbol": " "}


def first_difference(one: Sequence[str], other: Sequence[str]) -> int | None:
    """The place of the first token that differs, counted from 0; None where none does.

    Examples
    --------
    >>> first_difference("abc", "abd"), first_difference("abc", "abc")
    (2, None)
    """
    pairs = enumerate(zip(one, other, strict=False))
    differ = next((place for place, (left, right) in pairs if left != right), None)
    if differ is None and len(one) != len(other):
        return min(len(one), len(other))
    return differ


def sample_text(end: str, tokens: Sequence[str], other: Sequence[str], level: str) -> str:
    """Show what a network wrote after a text, from the first difference on marked.

    Parameters
    ----------
    end : str
        The end of the text that was carried on; shown faintly before it.
    tokens : sequence of str
        As `lstmvis_core.sample` gives them.
    other : sequence of str
        What it is compared with.
    level : {"character", "word", "symbol"}
        What a token is: words are written with blanks between them.

    Returns
    -------
    str
        HTML; all text is escaped, line breaks and blanks are kept.

    Examples
    --------
    >>> "a&lt;<mark" in sample_text("", "a<b", "a<c", "character")
    True
    """
    between = _BETWEEN[level]
    differ = first_difference(tokens, other)
    same = tokens if differ is None else tokens[:differ]
    rest = () if differ is None else tokens[differ:]
    mark = f"background:color-mix(in srgb, {CONTRAST} 22%, transparent);color:inherit"
    pieces = [f'<span style="opacity:.7">{escape(end)}</span>{between}']
    pieces.append(escape(between.join(same)))
    if rest:
        gap = between if same else ""
        pieces.append(f'{gap}<mark style="{mark}">{escape(between.join(rest))}</mark>')
    return (
        '<div style="font-family:monospace;font-size:.95rem;line-height:1.6;'
        'white-space:pre-wrap;overflow-wrap:anywhere">' + "".join(pieces) + "</div>"
    )
