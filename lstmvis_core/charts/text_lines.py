"""Where each token of a text stands when the text is set in lines of equal letters."""

import numpy as np

from lstmvis_core.text import Tokens

WIDTH = 80  # letters of a line


def text_lines(tokens: Tokens, width: int = WIDTH) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Break a text into lines, at its own line breaks and otherwise at blanks.

    Parameters
    ----------
    tokens : Tokens
    width : int
        Letters of a line. A longer token has a line of its own.

    Returns
    -------
    lines : numpy.ndarray of int64, (time_step,)
        Counted from 0.
    starts, ends : numpy.ndarray of int64, (time_step,)
        First letter of each token in its line, and the letter after its last one. A line break
        takes one letter at the end of its line.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("to be").encode("to be\\nor")
    >>> text_lines(tokens, width=4)[0].tolist()
    [0, 0, 0, 1, 1, 1, 2, 2]
    """
    lines = np.zeros(len(tokens), np.int64)
    starts, ends = lines.copy(), lines.copy()
    line = column = first = 0  # where the next token goes, and the first token of its line
    for step, string in enumerate(tokens.strings):
        between = _between(tokens, step)
        if breaks := between.count("\n"):
            line, column, first = line + breaks, 0, step
        else:
            column += len(between)
        length = max(1, len(string.rstrip("\n")))
        if column > 0 and column + length > width:
            moved = _since_blank(tokens, first, step)
            shift = int(starts[moved]) if moved < step else column
            lines[moved:step] += 1
            starts[moved:step] -= shift
            ends[moved:step] -= shift
            line, column, first = line + 1, column - shift, moved
        lines[step], starts[step], ends[step] = line, column, column + length
        column += length
    return lines, starts, ends


def _between(tokens: Tokens, step: int) -> str:
    """What stands between a token and the one before: blanks, and line breaks that are tokens."""
    if not step:
        return ""
    before = tokens.strings[step - 1]
    blanks = tokens.text[int(tokens.offsets[step - 1]) + len(before) : int(tokens.offsets[step])]
    return "\n" * before.count("\n") + blanks


def _since_blank(tokens: Tokens, first: int, step: int) -> int:
    """The first token of the word that no longer fits: it goes to the next line as a whole."""
    if tokens.strings[step].isspace():
        return step
    for moved in range(step, first, -1):
        if _between(tokens, moved) or tokens.strings[moved - 1].isspace():
            return moved
    return step
