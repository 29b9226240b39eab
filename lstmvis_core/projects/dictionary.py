r"""Dictionaries of a project: one ``word<space>id`` a line.

LSTMVis splits each line at white space and keeps it if two parts come out; a line that begins with
a blank stands for the blank. So a word with white space in it is lost, and so is a line break.
Ours are therefore written as escapes that hold no white space: a blank inside a longer word as
``␣``, a backslash as ``\\``, a line break as ``\n``, nothing as ``\e``, all else that cannot be
seen by its number, ``\u00a0``. A single blank stays the line that LSTMVis knows. Only dictionaries
of projects that we wrote are read with escapes: elsewhere ``\n`` is two characters.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from lstmvis_core.errors import ProjectError

_LINE = re.compile(r"(.*?)[ \t](-?\d{1,18})[ \t]*", re.DOTALL)
_ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", " ": "␣", "␣": r"\u2423"}
_MEANINGS = {written: meant for meant, written in _ESCAPES.items()} | {r"\e": ""}
_ESCAPED = re.compile(r"␣|\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|.)", re.DOTALL)


@dataclass(frozen=True)
class Dictionary:
    """Words by their ids.

    Attributes
    ----------
    filename : str
        For messages.
    words : dict of int to str
    """

    filename: str
    words: dict[int, str] = field(repr=False)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """All words in the order of their ids, each once."""
        return tuple(dict.fromkeys(self.words[id] for id in sorted(self.words)))

    def indices(self, ids: np.ndarray, what: object) -> np.ndarray:
        """Which of `labels` each id stands for, in the shape of `ids`.

        Raises
        ------
        ProjectError
            The dictionary lacks an id of `what`.
        """
        different, places = np.unique(ids, return_inverse=True)
        for id in different.tolist():
            if id not in self.words:
                first = np.argwhere(ids == id)[0].tolist()
                raise ProjectError(
                    f"{self.filename} has no word of id {id}, which {what} holds at step "
                    f"{first[0]}. Add a line: the word, a blank and {id}."
                )
        number = {label: i for i, label in enumerate(self.labels)}
        found = np.array([number[self.words[id]] for id in different.tolist()], np.int64)
        return found[places].reshape(ids.shape)


def read_dictionary(path: Path, escaped: bool = False) -> Dictionary:
    """Read a dictionary; of two words of one id the last counts, as in LSTMVis.

    Parameters
    ----------
    path : Path
    escaped : bool
        Whether its words are written as `escape` writes them.

    Returns
    -------
    Dictionary

    Raises
    ------
    ProjectError
        It is not in UTF-8, or a line has no id.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (UnicodeDecodeError, OSError) as error:
        raise ProjectError(f"{path.name} is not written in UTF-8. Save it as UTF-8.") from error
    words: dict[int, str] = {}
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise ProjectError(
                f"Line {number:,} of {path.name} is {line[:40]!r}. A dictionary has a word, a "
                "blank and its id on each line, such as: the 17"
            )
        word = found[1].strip() or found[1] or " "
        if not found[1] and number > 1 and not lines[number - 2]:
            word = "\n"  # written as it is, it ends its own line
        words[int(found[2])] = unescape(word) if escaped else word
    if not words:
        raise ProjectError(f"{path.name} is empty. A dictionary has a line for each word.")
    return Dictionary(path.name, words)


def write_dictionary(path: Path, words: Iterable[str], first: int = 0) -> None:
    """Write words as a dictionary, escaped, numbered from `first`."""
    lines = (f"{escape(word)} {id}\n" for id, word in enumerate(words, first))
    path.write_text("".join(lines), "utf-8", newline="\n")


def escape(word: str) -> str:
    r"""A word without white space or what cannot be seen.

    Examples
    --------
    >>> print(escape("noun phrase"), escape("\n"), escape("a\\b\u200b"))
    noun␣phrase \n a\\b\u200b
    """
    if word == " ":
        return word
    return "".join(map(_escaped, word)) or r"\e"


def unescape(written: str) -> str:
    """What `escape` was given."""
    if written == " ":
        return written
    return _ESCAPED.sub(_meant, written)


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _meant(found: re.Match[str]) -> str:
    written = found[0]
    if written in _MEANINGS:
        return _MEANINGS[written]
    if len(written) > 2 and (number := int(written[2:], 16)) < 0x110000:
        return chr(number)
    return written
