"""Regular expressions that a unit may follow: what people think of first when they look at one.

To add one, write one line here: a name that goes on "it is high at …", and what can be pasted into
the box *Own pattern*. Of two that mean the same in some text, the first one is told. A step has the
property if the last character of its token is in a match.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import regex

from lstmvis_core.text import Tokens


class Pattern(NamedTuple):
    """A regular expression with a name for people."""

    name: str
    pattern: str


_BEGIN = (
    Pattern("the first character of a document", r"\A[\s\S]"),
    Pattern("the first ten characters of a document", r"\A[\s\S]{1,10}"),
)
_BEGIN_OF_WORDS = (
    Pattern("the first word of a document", r"\A\s*\S+"),
    Pattern("the first five words of a document", r"\A(?:\s*\S+){1,5}"),
)
_ANY = (
    Pattern("a digit", "[0-9]+"),
    Pattern("a punctuation mark", r"[^\w\s]+"),
    Pattern("the end of a sentence", "[.!?]+"),
    Pattern("after a comma, up to the next mark", r"(?<=,)[^,.!?;:()\n]+"),
    Pattern("inside round brackets", r"\([^()]*"),
    Pattern("a word with a capital", r"\b[A-Z]\w*"),
    Pattern("a word of capitals", r"\b[A-Z]{2,}\b"),
    Pattern("a long word (eight letters or more)", r"\b[A-Za-z]{8,}\b"),
    Pattern("an article", r"(?i)\b(?:the|an?)\b"),
    Pattern("a pronoun", r"(?i)\b(?:I|you|he|she|it|we|they|me|him|her|us|them)\b"),
    Pattern(
        "a preposition", r"(?i)\b(?:of|in|to|for|with|on|at|by|from|into|over|under|after|before)\b"
    ),
    Pattern(
        "a form of be, have or do",
        r"(?i)\b(?:be|am|is|are|was|were|been|being|have|has|had|do|does|did)\b",
    ),
    Pattern("a negation", r"(?i)\b(?:not?|never|nothing|nobody|none|nor)\b|n't\b"),
    Pattern("a verb of speech", r"\b(?:said|says?|asked|told|answered|replied|cried)\b"),
    Pattern("in a sentence that ends with ?", r"[^.!?\n]*\?"),
)
_CHARACTERS = (
    Pattern("a letter", "[A-Za-z]+"),
    Pattern("a small letter", "[a-z]+"),
    Pattern("a capital letter", "[A-Z]+"),
    Pattern("a vowel", "[aeiouAEIOU]+"),
    Pattern("a consonant", "[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]+"),
    Pattern("white space", r"\s+"),
    Pattern("the first letter of a word", r"\b[A-Za-z]"),
    Pattern("the second letter of a word", r"(?<=\b[A-Za-z])[A-Za-z]"),
    Pattern("inside a word, beyond its first letter", r"(?<=[A-Za-z])[A-Za-z]+"),
    Pattern("inside a word, beyond its fifth letter", r"(?<=[A-Za-z]{5})[A-Za-z]+"),
    Pattern("the second of two equal letters", r"(?<=([A-Za-z]))\1"),
    Pattern("the first character of a line", r"^."),
    Pattern("the rest of a line after :", r"(?<=:).+"),
    Pattern("the first letter of a sentence", r"(?<=[.!?][\"'”’]?\s+[\"“‘]?)[A-Za-z]"),
    Pattern("an empty line", r"^\n"),
    Pattern("blanks that a line begins with", r"^[ \t]+"),
    Pattern("the ending -ing", r"ing\b"),
    Pattern("the ending -ed", r"ed\b"),
    Pattern("a name with an underscore", r"\b\w*_\w*"),
    Pattern("an operator", r"[-+*/%=<>!&|^~]+"),
    Pattern("the rest of a line after =", r"(?<=[^=!<>]=)[^=\n].*"),
    Pattern("the rest of a line after #", "#.*"),
    Pattern(
        "a keyword of Python",
        r"\b(?:def|class|return|if|elif|else|for|while|import|from|in|not|and|or|is|with|as|try"
        r"|except|raise|yield|pass|lambda|None|True|False)\b",
    ),
    Pattern("a line with def", r"^[ \t]*def .*"),
)
_WORDS = (
    Pattern("a word on -ing", r"\b\w+ing\b"),
    Pattern("a word on -ed", r"\b\w+ed\b"),
    Pattern("a word on -ly", r"\b\w+ly\b"),
    Pattern("a word on -s", r"\b\w+s\b"),
    Pattern("the first word of a sentence", r"(?:^|(?<=[.!?][\"'”’]?\s+[\"“‘]?))\w+"),
)
_SYMBOLS = (
    Pattern("a minor chord", r"(?<!\S)[A-G][#b]?m(?!aj)\S*"),
    Pattern("a major chord", r"(?<!\S)[A-G][#b]?(?:maj7|7)?(?!\S)"),
    Pattern("a seventh chord", r"(?<!\S)\S*7(?!\S)"),
    Pattern("a chord on a black key", r"(?<!\S)[A-G][#b]\S*"),
)
PATTERNS: dict[str, tuple[Pattern, ...]] = {
    "character": (*_BEGIN, *_CHARACTERS, *_ANY),
    "word": (*_BEGIN_OF_WORDS, *_ANY, *_WORDS),
    "symbol": (*_BEGIN_OF_WORDS, *_SYMBOLS),
}


def places_of(patterns: tuple[Pattern, ...], tokens: Tokens, breaks: np.ndarray) -> np.ndarray:
    """Where patterns match: bool, (pattern, time_step).

    Each document is looked at on its own, as tracks are. The patterns are ours: none takes long.

    Examples
    --------
    >>> from lstmvis_core.text import Vocabulary
    >>> tokens = Vocabulary.from_text("a1").encode("a11a1")
    >>> places_of((Pattern("a digit", "[0-9]+"),), tokens, np.array([0])).tolist()
    [[False, True, True, False, True]]
    """
    ends = tokens.offsets + np.fromiter(map(len, tokens.strings), np.int64, len(tokens)) - 1
    found = np.zeros((len(patterns), len(tokens)), bool)
    matched = np.zeros(len(tokens.text), bool)
    documents = list(documents_of(tokens, breaks))
    for row, (_, pattern) in zip(found, patterns, strict=True):
        matched[:] = False
        compiled = regex.compile(pattern, regex.MULTILINE)
        for start, text in documents:
            for match in compiled.finditer(text):
                matched[start + match.start() : start + match.end()] = True
        row[:] = matched[ends]
    return found


def documents_of(tokens: Tokens, breaks: np.ndarray) -> Iterator[tuple[int, str]]:
    """Where each document begins in the text, and what it says."""
    starts = [int(tokens.offsets[first]) for first in breaks.tolist() if first < len(tokens)]
    for start, end in zip(starts, [*starts[1:], len(tokens.text)], strict=True):
        yield start, tokens.text[start:end]
