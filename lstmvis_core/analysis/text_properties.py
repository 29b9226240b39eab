"""What can be said of each step of a text, worked out once, to hold against any unit."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import regex

from lstmvis_core.analysis.patterns import PATTERNS, Pattern, documents_of, places_of
from lstmvis_core.errors import StatesError
from lstmvis_core.text import Tokens

DEPTH = 3  # tokens of the longest context
RUNS = ("token", "pair", "triple")
_WORD = regex.compile(r"\w+")
_WRITTEN = {"\n": r"\n", "\t": r"\t", "\r": r"\r", " ": "[ ]"}  # seen in a text box


@dataclass(frozen=True, eq=False)
class Groups:
    """The steps of a text in groups; to be in one of them is a property.

    Attributes
    ----------
    family : {"token", "pair", "triple", "before", "word"}
        What the steps of a group share: the token that is read, the last two or three tokens, the
        one before, or the word that is being read.
    of : numpy.ndarray of int32, (time_step,)
        The group of each step; −1 for none.
    example : numpy.ndarray of int64, (group,)
        A step of each.
    """

    family: str
    of: np.ndarray
    example: np.ndarray


@dataclass(frozen=True, eq=False)
class TextProperties:
    """Tokens, contexts, words and patterns of a text or corpus.

    Takes about 60 bytes a step. Give it to `explain_unit` where several units are asked for.

    Attributes
    ----------
    tokens : Tokens
    breaks : numpy.ndarray of int64, (document,)
        First steps of the documents; no context reaches into the document before.
    level : {"character", "word", "symbol"}
        What a token is.
    backward : bool
        Whether the layer reads from the end: the tokens it read before are those that follow.

    Raises
    ------
    StatesError
        When properties are asked for: the breaks do not fit the tokens.

    Examples
    --------
    >>> from lstmvis_core.text import Vocabulary
    >>> properties = TextProperties(Vocabulary.from_text("ab").encode("abab"), np.array([0]))
    >>> properties.contexts[1].of.tolist()  # "ba" and "ab"; the first step has no pair
    [-1, 1, 0, 1]
    """

    tokens: Tokens
    breaks: np.ndarray
    level: str = "character"
    backward: bool = False

    @cached_property
    def contexts(self) -> tuple[Groups, ...]:
        """By the last token, the last two, the last three."""
        numbers = self._numbers
        found, so_far = [], numbers
        for back, family in enumerate(RUNS):
            if back:
                so_far = _combined(so_far, self._moved(numbers, back))
            found.append(_grouped(family, so_far))
        return tuple(found)

    @cached_property
    def groups(self) -> tuple[Groups, ...]:
        """All there are: contexts, the token before, and of characters the word."""
        before = _grouped("before", self._moved(self._numbers, 1))
        words = (self._words[0],) if self.level == "character" else ()
        return (*self.contexts, before, *words)

    @cached_property
    def patterns(self) -> tuple[Pattern, ...]:
        """Regular expressions that are tried at this level."""
        return PATTERNS[self.level]

    @cached_property
    def matched(self) -> np.ndarray:
        """Where they match: bool, (pattern, time_step)."""
        return places_of(self.patterns, self.tokens, self.breaks)

    @cached_property
    def _numbers(self) -> np.ndarray:
        index: dict[str, int] = {}
        strings = self.tokens.strings
        numbers = (index.setdefault(string, len(index)) for string in strings)
        return np.fromiter(numbers, np.int64, len(strings))

    @cached_property
    def _words(self) -> tuple[Groups, tuple[str, ...]]:
        """By the whole word that a character is part of; and the words."""
        index: dict[str, int] = {}
        of = np.full(len(self.tokens.text), -1, np.int64)
        for start, text in documents_of(self.tokens, self.breaks):
            for match in _WORD.finditer(text):
                number = index.setdefault(match.group(), len(index))
                of[start + match.start() : start + match.end()] = number
        return _grouped("word", of[self.tokens.offsets]), tuple(index)

    def _moved(self, numbers: np.ndarray, back: int) -> np.ndarray:
        """What stood so many tokens before, in the order of reading; −1 beyond the document."""
        steps = len(numbers)
        edges = np.append(self.breaks, steps)
        if edges[0] != 0 or (np.diff(edges) < 0).any():
            raise StatesError(
                "The breaks are the first steps of the documents: sorted, beginning with 0, none "
                f"beyond the {steps} steps; got {self.breaks[:8].tolist()}."
            )
        document = np.repeat(np.arange(len(self.breaks)), np.diff(edges))
        at = np.arange(steps) + (back if self.backward else -back)
        there = np.clip(at, 0, max(steps - 1, 0))
        inside = (there == at) & (document[there] == document)
        return np.where(inside, numbers[there], -1)

    def name(self, groups: Groups, group: int) -> str:
        """A group in words, to go on "it is high at …"."""
        if groups.family == "word":
            return f"the word “{self._words[1][group]}”"
        way = "before" if self.backward else "after"
        run = self._tokens(groups, group)
        if groups.family == "before":
            return f"just {way} {self._quoted(run)}"
        if len(run) == 1:
            return self._quoted(run)
        here, read = (run[:1], run[1:]) if self.backward else (run[-1:], run[:-1])
        return f"{self._quoted(here)} {way} {self._quoted(read)}"

    def _quoted(self, tokens: tuple[str, ...]) -> str:
        """Tokens in which blanks and breaks can be seen."""
        between = "" if self.level == "character" else " "
        return f"“{between.join(map(shown, tokens))}”"

    def _tokens(self, groups: Groups, group: int) -> tuple[str, ...]:
        """In the order of the text."""
        at, way = int(groups.example[group]), 1 if self.backward else -1
        if groups.family == "before":
            return (self.tokens.strings[at + way],)
        back = RUNS.index(groups.family)
        first, last = sorted((at, at + way * back))
        return self.tokens.strings[first : last + 1]

    def pattern(self, groups: Groups, group: int) -> str:
        """A regular expression for a group.

        Of characters it matches at exactly the same steps. Of words it may differ by a few, since
        a word of a text is more than one token where it is a short form.
        """
        if groups.family == "word":
            return rf"\b{_escaped(self._words[1][group])}\b"
        run = [self._bounded(string) for string in self._tokens(groups, group)]
        gap = {"character": "", "word": " *", "symbol": r"\s+"}[self.level]
        if groups.family == "before":
            any_token = {"character": r"[\s\S]", "word": r"(?:\w+|[^\w ])", "symbol": r"\S+"}
            run = [any_token[self.level], *run] if self.backward else [*run, any_token[self.level]]
        if len(run) == 1:
            return run[0]
        if self.backward:
            return f"{run[0]}(?={gap}{gap.join(run[1:])})"
        return f"(?<={gap.join(run[:-1])}{gap}){run[-1]}"

    def _bounded(self, string: str) -> str:
        """A token that is not part of a longer one."""
        found = _escaped(string)
        if self.level == "symbol":
            return rf"(?<!\S){found}(?!\S)"
        if self.level == "word":
            before = r"\b" if regex.match(r"\w", string) and string.lower() != "n't" else ""
            return f"{before}{found}" + (r"\b" if regex.search(r"\w$", string) else "")
        return found


def shown(text: str) -> str:
    """A piece of text in which blanks and line breaks can be seen.

    >>> shown("a b\\n")
    'a␣b⏎'
    """
    return text.replace(" ", "␣").replace("\n", "⏎").replace("\t", "⇥")


def _escaped(string: str) -> str:
    return "".join(_WRITTEN.get(one) or regex.escape(one, literal_spaces=True) for one in string)


def _combined(numbers: np.ndarray, more: np.ndarray) -> np.ndarray:
    """One number for each pair of numbers; −1 where one of them is."""
    both = numbers * (more.max(initial=0) + 1) + more
    both[(numbers < 0) | (more < 0)] = -1
    # Small again, so that nothing overflows.
    return np.unique(both, return_inverse=True)[1] - int(both.min(initial=0) < 0)


def _grouped(family: str, numbers: np.ndarray) -> Groups:
    """Steps of equal numbers as groups, in the order of their numbers."""
    known, example, of = np.unique(numbers, return_index=True, return_inverse=True)
    if len(known) and known[0] < 0:
        of, example = of - 1, example[1:]
    return Groups(family, of.astype(np.int32), example)
