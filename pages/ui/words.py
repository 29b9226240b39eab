"""Names for what the library calls by short keys, and safe ways to show what users typed."""

import re
from collections.abc import Callable, Iterable
from html import escape

import streamlit as st

from lstmvis_core.charts.tokens import visible

KIND_NAMES = {
    "hidden": "hidden state h",
    "cell": "cell state c",
    "tanh_cell": "tanh(c)",
    "input_gate": "input gate i",
    "forget_gate": "forget gate f",
    "candidate": "candidate g",
    "output_gate": "output gate o",
    "reset_gate": "reset gate r",
    "update_gate": "update gate z",
}
SIGN_NAMES = {"+": "≥ θ", "-": "≤ −θ", "abs": "either"}


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is: every mark escaped, on one line."""
    return re.sub(r"([!-/:-@[-`{-~])", r"\\\1", " ".join(text.split()))


def mild(text: str) -> str:
    """A stranger's Markdown, of which only emphasis and paragraphs are left.

    >>> print(mild("**Look** at [this](x)"))
    **Look** at \\[this\\]\\(x\\)
    """
    return re.sub(r"([!-)+-/:-@[-`{-~])", r"\\\1", text)


def quote(before: str, users_text: str, after: str = "") -> None:
    """A line with a piece of the user's text in it, which is never read as markup."""
    shown = escape(users_text.replace("\n", "⏎"))
    st.html(
        f'<div style="font-size:.92rem;opacity:.9">{escape(before)} '
        f'<code style="white-space:pre-wrap;overflow-wrap:anywhere">{shown}</code> '
        f"{escape(after)}</div>"
    )


def named_apart(ids: Iterable[str], name: Callable[[str], str]) -> Callable[[str], str]:
    """A `format_func` for options, whose names are told apart by a number where they are equal.

    The browser sends the name of what was chosen, and Streamlit takes the first of that name.

    >>> list(map(named_apart("ab", lambda id: "notes.txt"), "abc"))
    ['notes.txt', 'notes.txt (2)', 'c']
    """
    names: dict[str, str] = {}
    for id in ids:
        first = shown = name(id)
        number = 1
        while shown in names.values():
            number += 1
            shown = f"{first} ({number})"
        names[id] = shown
    return lambda id: names.get(id, id)


def count(number: int, one: str, several: str | None = None) -> str:
    """A number with its noun: `1 unit`, `2 units`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def likely(odds: Iterable[tuple[str, float]]) -> str:
    """Tokens with their probabilities.

    >>> likely([(" ", 0.59), ("e", 0.4)])
    '· 59%, e 40%'
    """
    return ", ".join(f"{visible(token)} {share:.0%}" for token, share in odds)


def unmarked(markdown: str) -> str:
    """A sentence of the page without marks of Markdown, as a screen reader is to read it.

    >>> unmarked("**Unit 3** follows *level* (a\\\\_b)")
    'Unit 3 follows level (a_b)'
    """
    return re.sub(r"\\(.)|[*`]", r"\1", markdown)


def signed(number: float, digits: int = 2) -> str:
    """A number with its sign, as it is printed: `+0.38`, `−0.57`, `±0.00`.

    >>> signed(-0.5), signed(-0.001)
    ('−0.50', '±0.00')
    """
    shown = f"{number:+.{digits}f}"
    return ("±" if float(shown) == 0 else shown[0].replace("-", "−")) + shown[1:]
