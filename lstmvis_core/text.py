"""Text to tokens: a vocabulary of characters, words or symbols, and where each token stands.

The typed text is never altered. A token keeps the characters the user typed; only its id may
stand for something simpler (a typographic quotation mark is read as a plain one) or for
"unknown".
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lstmvis_core.errors import TextError

LEVELS = ("character", "word", "symbol")
UNKNOWN = "\ufffd"

# Short forms are tokens of their own, as in most treebanks: do|n't, dog|'s, I|'ll.
_LETTERS = r"(?:\w[\u0300-\u036f]*)+"  # accents may follow a letter
_CLITIC = r"['’](?:s|m|d|re|ve|ll)\b"
_WORD = re.compile(
    r"\d+(?:[.,]\d+)*(?!\w)"
    rf"|n['’]t\b|(?<=\w){_CLITIC}|{_LETTERS}?(?=n['’]t\b)"
    rf"|{_LETTERS}(?:(?!{_CLITIC})['’]{_LETTERS})*"
    r"|\.{2,}|-{2,}|\n|[^\w\s]",  # a line break is something a model may have learned
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")

# One character for one character, so that offsets stay as they are.
_PLAIN = str.maketrans("‘’‚‛“”„‟«»–—―−…\u00a0\u2009\u202f", '\'\'\'\'""""""----.   ')


@dataclass(frozen=True)
class Tokens:
    """What a model reads: one id a time step, and the text it came from.

    Attributes
    ----------
    text : str
        The text as it was typed.
    strings : tuple of str, (time_step,)
        The characters of `text` each token covers.
    offsets : numpy.ndarray of int64, (time_step,)
        Where each token starts in `text`; it ends at ``offset + len(string)``.
    ids : numpy.ndarray of int64, (time_step,)
        The vocabulary's id for each token.
    unknown : numpy.ndarray of bool, (time_step,)
        True where the token is outside the vocabulary.
    """

    text: str
    strings: tuple[str, ...]
    offsets: np.ndarray
    ids: np.ndarray
    unknown: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.offsets, self.ids, self.unknown):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.strings)

    def span(self, start: int, end: int) -> str:
        """The text that the tokens of ``[start, end)`` cover, with what stands between them."""
        if end <= start:
            return ""
        last = int(self.offsets[end - 1]) + len(self.strings[end - 1])
        return self.text[int(self.offsets[start]) : last]

    @classmethod
    def joined(cls, parts: Sequence["Tokens"]) -> "Tokens":
        """The tokens of several texts, one after the other; at least one text."""
        places = np.cumsum([0, *(len(part.text) for part in parts[:-1])])
        return cls(
            text="".join(part.text for part in parts),
            strings=tuple(string for part in parts for string in part.strings),
            offsets=np.concatenate(
                [part.offsets + place for part, place in zip(parts, places, strict=True)]
            ),
            ids=np.concatenate([part.ids for part in parts]),
            unknown=np.concatenate([part.unknown for part in parts]),
        )


@dataclass(frozen=True)
class Vocabulary:
    """The tokens a model knows, in the order of their ids.

    Parameters
    ----------
    tokens : tuple of str
        Distinct; ``tokens[i]`` has id ``i``.
    level : {"character", "word", "symbol"}
        A symbol is what stands between blanks, such as a chord.
    unknown : str
        The token that stands for everything else; must be among `tokens`.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_text("abba", level="character")
    >>> vocabulary.tokens
    ('�', 'a', 'b')
    >>> vocabulary.encode("ab?").ids
    array([1, 2, 0])
    """

    tokens: tuple[str, ...]
    level: str = "character"
    unknown: str = field(default=UNKNOWN)

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise TextError(f"The level of a vocabulary is one of {LEVELS}, not {self.level!r}.")
        if len(set(self.tokens)) != len(self.tokens):
            twice = [token for token, n in Counter(self.tokens).items() if n > 1]
            raise TextError(f"A vocabulary lists each token once; {twice[:5]!r} come twice.")
        if self.unknown not in self.tokens:
            raise TextError(f"The unknown token {self.unknown!r} is not in the vocabulary.")
        if self.level == "character" and (long := [t for t in self.tokens if len(t) != 1]):
            raise TextError(f"A character vocabulary holds single characters, not {long[:5]!r}.")

    @classmethod
    def from_text(
        cls, text: str, level: str = "character", min_count: int = 1, lowercase: bool = False
    ) -> "Vocabulary":
        """The tokens that occur at least `min_count` times, sorted, after the unknown token.

        Numbers among words that are rarer are counted by their shape: 1,812 as 0,000.
        """
        text = text.lower() if lowercase else text
        counts = Counter(string for string, _ in _split(text, level))
        if level == "word":
            for string, n in list(counts.items()):
                if n < min_count and string[0].isdigit() and (shape := _shape(string)) != string:
                    counts[shape] += n
        counts.pop(UNKNOWN, None)
        return cls((UNKNOWN, *sorted(t for t, n in counts.items() if n >= min_count)), level)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: i for i, token in enumerate(self.tokens)}

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, text: str) -> Tokens:
        """Split `text` and look every token up.

        Parameters
        ----------
        text : str
            Any text; characters outside the vocabulary become the unknown token, after an
            attempt with a simpler form of the same character (plain quotation marks, no accent).

        Returns
        -------
        Tokens
        """
        pieces = list(_split(text, self.level))
        ids = np.fromiter((self._lookup(string) for string, _ in pieces), np.int64, len(pieces))
        return Tokens(
            text=text,
            strings=tuple(string for string, _ in pieces),
            offsets=np.fromiter((offset for _, offset in pieces), np.int64, len(pieces)),
            ids=ids,
            unknown=ids == self._ids[self.unknown],
        )

    def decode(self, ids: Iterable[int]) -> tuple[str, ...]:
        """The token of each id."""
        return tuple(self.tokens[i] for i in ids)

    def _lookup(self, string: str) -> int:
        known = self._ids.get(string)
        if known is not None:
            return known
        forms = list(_simpler_forms(string))
        if self.level == "word":
            forms += [form.lower() for form in forms]
            forms += [_shape(form) for form in forms if form[:1].isdigit()]
        for form in forms:
            if form in self._ids:
                return self._ids[form]
        return self._ids[self.unknown]


def is_text(string: str) -> bool:
    """Whether every character is whole: JSON can name half of one, which nothing can draw."""
    return not any("\ud800" <= character <= "\udfff" for character in string)


def _split(text: str, level: str) -> Iterable[tuple[str, int]]:
    if level == "character":
        return ((character, i) for i, character in enumerate(text))
    pattern = _WORD if level == "word" else _SYMBOL
    return ((match.group(), match.start()) for match in pattern.finditer(text))


def _shape(number: str) -> str:
    """A number with every digit written 0."""
    return _DIGIT.sub("0", number)


def plain_marks(text: str) -> str:
    """The text with the quotation marks, dashes and blanks of a typewriter; offsets stay.

    Examples
    --------
    >>> plain_marks("„So – ja“")
    '"So - ja"'
    """
    return text.translate(_PLAIN)


def _simpler_forms(string: str) -> Iterable[str]:
    yield string
    plain = plain_marks(string)
    yield plain
    bare = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    yield bare
