"""How a token is written where its blanks must be seen."""

import unicodedata

VISIBLE = {" ": "·", "\n": "⏎", "\t": "⇥", "\r": "␍", "\u00a0": "⍽"}


def visible(string: str) -> str:
    """A token as it can be drawn: blanks get a sign, a lone accent gets a circle to stand on.

    Examples
    --------
    >>> visible(" "), visible("\\n"), visible("a")
    ('·', '⏎', 'a')
    """
    if string in VISIBLE:
        return VISIBLE[string]
    if string and unicodedata.combining(string[0]):
        return "◌" + string
    if not string.isprintable():
        return "�"
    return string
