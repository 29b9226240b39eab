"""A text with the best guesses for the next token under each token."""

from collections.abc import Sequence
from html import escape

from lstmvis_core.charts.palette import ACCENT, CONTRAST
from lstmvis_core.charts.tokens import visible
from lstmvis_core.text import Tokens

LEAST, MOST = 0.4, 1.0  # opacity of a guess without any probability, and of a sure one


def guessed_text(
    tokens: Tokens,
    guesses: Sequence[Sequence[tuple[str, float]]],
    *,
    read: Sequence[str] | None = None,
    cursor: int | None = None,
    span: tuple[int, int] | None = None,
) -> str:
    """Write the guesses after each token under it, the best one first.

    Parameters
    ----------
    tokens : Tokens
    guesses : sequence of sequence of (str, float), (time_step,)
        As `Trace.predictions` gives them. The darker one is, the more probable; the one that came
        is marked.
    read : sequence of str or None, (time_step,)
        Each token as the vocabulary has it, where that differs from how it was typed.
    cursor : int or None
        A step that gets a frame.
    span : (int, int) or None
        First step, and the step after the last one, that are drawn; all if None.

    Returns
    -------
    str
        HTML; all text is escaped.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("a<").encode("a<")
    >>> html = guessed_text(tokens, [[("<", 0.9), ("b", 0.1)], [("a", 0.5)]])
    >>> html.count("&lt;</span>"), html.count("<mark")
    (2, 1)
    """
    start, end = span or (0, len(tokens))
    known = tokens.strings if read is None else read
    # Words need a blank between them, letters do not.
    space = ".08rem" if len(tokens.text) == len(tokens) else ".35rem"
    pieces = []
    for step in range(start, end):
        came = known[step + 1] if step + 1 < len(tokens) else None
        below = "".join(_guess(token, share, token == came) for token, share in guesses[step])
        frame = "outline:2px solid currentColor;border-radius:3px" if step == cursor else ""
        pieces.append(
            '<span style="display:inline-flex;flex-direction:column;align-items:center;'
            "min-width:.78rem;margin-bottom:.5rem;padding:0 " + space + '">'
            f'<span style="font-size:1rem;line-height:1.45;padding:0 1px;{frame}">'
            f"{escape(visible(tokens.strings[step]))}</span>{below}</span>"
        )
    return (
        '<div style="font-family:monospace;display:flex;flex-wrap:wrap;align-items:flex-start">'
        + "".join(pieces)
        + "</div>"
    )


def _guess(token: str, share: float, came: bool) -> str:
    name = escape(visible(token))
    told = escape(f"{visible(token)}: {share:.1%}", quote=True)
    ground = f"background:color-mix(in srgb, {ACCENT} {round(60 * share)}%, transparent);"
    style = f"font-size:.72rem;line-height:1.35;padding:0 2px;opacity:{_opacity(share)};{ground}"
    if came:
        style += f"box-shadow:inset 0 -2px 0 {CONTRAST};color:inherit;font-weight:600"
        return f'<mark title="{told}" style="{style}"><span>{name}</span></mark>'
    return f'<span title="{told}" style="{style}">{name}</span>'


def _opacity(share: float) -> str:
    return f"{LEAST + (MOST - LEAST) * share:.2f}"
