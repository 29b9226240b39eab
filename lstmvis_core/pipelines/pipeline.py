"""A spaCy pipeline that a server can use for years: one for all threads, and nothing stays behind.

spaCy reads pieces of a text between blank lines, with every white space as a blank, so that no
offset moves: the text itself is never altered.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar

PIECE = 5_000  # characters that are parsed in one piece
TOGETHER = 10_000  # characters that are parsed while others wait
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Pipeline:
    """A spaCy pipeline, shared by all threads.

    Attributes
    ----------
    name : str
    revision : str
        Tells its annotations from another's.
    language : str
        For example ``"en"``.
    entities : mapping of str to str
        Its kinds of entities and what they stand for.
    """

    name: str
    revision: str
    language: str
    entities: Mapping[str, str]
    _nlp: Any = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def read(self, text: str, extract: Callable[[Any], T]) -> Iterator[tuple[int, int, T]]:
        """Parse a text piece by piece.

        Parameters
        ----------
        text : str
        extract : callable
            Given a `spacy.tokens.Doc`, which must not be used after its return.

        Yields
        ------
        start, end : int
            The characters of the piece.
        found : object
            What `extract` returns.
        """
        # Pieces whose starts lie in the same stretch of the text go together, which is faster.
        for _, some in groupby(pieces(text), key=lambda piece: piece[0] // TOGETHER):
            starts, texts = zip(*some, strict=True)
            # One thread at a time: the zone belongs to the vocabulary. What a text adds to it is
            # forgotten at its end, or a server would grow with every text (spaCy, memory_zone).
            with self._lock, self._nlp.memory_zone():
                found = [extract(doc) for doc in self._nlp.pipe(texts)]
            for start, piece, one in zip(starts, texts, found, strict=True):
                yield start, start + len(piece), one


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Stretches between blank lines, the long ones cut at blanks, and where they begin.

    Examples
    --------
    >>> list(pieces("One\\nline.\\n\\nAnother."))
    [(0, 'One line.'), (11, 'Another.')]
    """
    plain = re.sub(r"\s", " ", text)
    plain = re.sub(r"[\ud800-\udfff]", "\ufffd", plain)  # halves of a character; no text has them
    for part in re.finditer(r"\S(?:(?!\n[ \t\r]*\n).)*", text, re.DOTALL):
        start, end = part.span()
        while start < end:
            stop = _stop(plain, start, end)
            yield start, plain[start:stop]
            start = stop


def _stop(plain: str, start: int, end: int) -> int:
    """Where a piece ends: at the end of its paragraph or the last blank before it gets too long."""
    if end - start <= PIECE:
        return end
    blank = plain.rfind(" ", start + 1, start + PIECE)
    return blank if blank > 0 else start + PIECE
