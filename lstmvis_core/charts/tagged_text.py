"""A text with the label and its probability under each token, what changed, and what is deleted."""

from collections.abc import Mapping, Sequence
from html import escape

from lstmvis_core.charts.palette import CONTRAST, hue
from lstmvis_core.text import Tokens


def tagged_text(
    tokens: Tokens,
    labels: Sequence[str],
    shares: Sequence[float],
    names: Sequence[str],
    *,
    instead_of: Mapping[int, str] | None = None,
    span: tuple[int, int] | None = None,
    in_runs: bool = False,
) -> str:
    """Write what a tagger says under each token.

    Parameters
    ----------
    tokens : Tokens
    labels, shares : sequence of str and of float
        Of the first tokens; those after them were deleted, and are shown so.
    names : sequence of str
        All labels there are, which says their colours.
    instead_of : mapping of int to str
        Of tokens that are marked the label they had before.
    span : (int, int) or None
        First step, and the step after the last one, that are drawn; all if None.
    in_runs : bool
        Whether a label is written once, before the first of its tokens, with the mean of their
        probabilities: for short tokens.

    Returns
    -------
    str
        HTML; the text is escaped.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("a b", "word").encode("a < b")
    >>> html = tagged_text(tokens, ["DET", "X"], [0.9, 0.5], ["DET", "X"], instead_of={1: "Y"})
    >>> "&lt;" in html, "90%" in html, "not Y" in html, "line-through" in html
    (True, True, True, True)
    """
    colours = {name: hue(number) for number, name in enumerate(names)}
    before = instead_of or {}
    start, end = span or (0, len(tokens))
    draw = _in_a_run if in_runs else _with_its_label
    pieces = []
    for step in range(start, end):
        string = tokens.strings[step]
        if step >= len(labels):
            pieces.append(_deleted(string, in_runs))
            continue
        label = labels[step]
        if in_runs and (step == start or labels[step - 1] != label):
            pieces.append(_head(label, _mean(labels, shares, step, end)))
        pieces.append(draw(string, label, shares[step], colours[label], before.get(step)))
    if in_runs:
        return (
            '<div style="font-family:monospace;font-size:1.05rem;line-height:2.1;'
            'overflow-wrap:anywhere">' + "".join(pieces) + "</div>"
        )
    return (
        '<div style="line-height:1.2;row-gap:.45rem;display:flex;flex-wrap:wrap;'
        'align-items:flex-start">' + "".join(pieces) + "</div>"
    )


def _told(string: str, label: str, share: float, before: str | None) -> str:
    instead = "" if before is None else f", instead of {before}"
    return escape(f"{string}: {label}, {share:.0%}{instead}", quote=True)


def _mark(before: str | None) -> str:
    if before is None:
        return ""
    return f"background:color-mix(in srgb, {CONTRAST} 24%, transparent);border-radius:4px;"


def _with_its_label(string: str, label: str, share: float, colour: str, before: str | None) -> str:
    small = "font-size:.66rem;opacity:.85"
    instead = ""
    if before is not None:
        instead = f'<span style="{small};font-weight:600">not {escape(before)}</span>'
    return (
        f'<span title="{_told(string, label, share, before)}" style="display:inline-flex;'
        "flex-direction:column;align-items:center;margin-right:.4rem;padding:0 .12rem;"
        f'border-bottom:3px solid {colour};{_mark(before)}">'
        f"<span>{escape(string)}</span>"
        f'<span style="{small}">{escape(label)}</span>'
        f'<span style="{small}">{share:.0%}</span>{instead}</span>'
    )


def _in_a_run(string: str, label: str, share: float, colour: str, before: str | None) -> str:
    return (
        f'<span title="{_told(string, label, share, before)}" style="border-bottom:3px solid '
        f'{colour};{_mark(before)}">{escape(string)}</span>'
    )


def _head(label: str, share: float) -> str:
    return f'<span style="font-size:.68rem;opacity:.85"> {escape(label)} {share:.0%} </span>'


def _mean(labels: Sequence[str], shares: Sequence[float], start: int, end: int) -> float:
    """Of the probabilities of the tokens from one on that have its label."""
    here = labels[start]
    rest = enumerate(labels[start:end], start)
    stop = next((step for step, label in rest if label != here), min(end, len(labels)))
    return sum(shares[start:stop]) / (stop - start)


def _deleted(string: str, in_runs: bool) -> str:
    space = "" if in_runs else "margin-right:.4rem;"
    return f'<span style="opacity:.7;{space}text-decoration:line-through">{escape(string)}</span>'
