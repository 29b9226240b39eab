"""Noun and verb phrases, as Strobelt et al. (2018, section 6.2) look for them: short runs of words.

A noun phrase is a noun, name or pronoun with what stands before it and belongs to it (*the king's
very old horse*), without what hangs on behind. A verb phrase is verbs in a row, with *to*, *not*
and particles (*did not want to give up*). From the dependency tree, or from parts of speech alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

NONE, NOUN_PHRASE, VERB_PHRASE = range(3)
LABELS = ("none", "NP", "VP")

_NOMINAL = {"NOUN", "PROPN", "PRON"}
_VERBAL = {"VERB", "AUX"}
_BEFORE_NOUN = {*_NOMINAL, "DET", "ADJ", "NUM", "SYM"}
# What may stand before a noun, in Universal Dependencies and in spaCy's own English models.
_OF_NOUN = {"det", "det:predet", "predet", "amod", "nummod", "quantmod", "advmod", "compound"}
_OF_NOUN |= {"nmod:poss", "poss", "nmod", "nmod:desc", "nmod:unmarked"}
_PARTICLE = {"compound:prt", "prt"}


@dataclass(frozen=True)
class Word:
    """A word of a sentence: its part of speech, its relation, and where its head stands."""

    text: str
    pos: str
    relation: str = ""
    head: int = 0


Rule = Callable[[Sequence[Word]], list[int]]


def words_of(doc: Iterable[Any]) -> list[Word]:
    """The words of a spaCy document, as plain values."""
    return [Word(token.text, token.pos_, token.dep_, token.head.i) for token in doc]


def phrases_of_tree(words: Sequence[Word]) -> list[int]:
    """A label for each word, by the dependency tree.

    Examples
    --------
    >>> words = [Word("The", "DET", "det", 2), Word("tired", "VERB", "amod", 2),
    ...          Word("dog", "NOUN", "nsubj", 3), Word("sat", "VERB", "ROOT", 3),
    ...          Word("down", "ADP", "compound:prt", 3)]
    >>> [LABELS[label] for label in phrases_of_tree(words)]
    ['NP', 'NP', 'NP', 'VP', 'VP']
    """
    labels = [
        VERB_PHRASE if _is_verbal(word) or word.relation in _PARTICLE else NONE for word in words
    ]
    at = len(words) - 1
    while at >= 0:  # from the right, so that no noun within a phrase is looked at again
        start = at
        if words[at].pos in _NOMINAL:
            while start > 0 and _belongs(words, start - 1, at):
                start -= 1
            labels[start : at + 1] = [NOUN_PHRASE] * (at + 1 - start)
        at = start - 1
    return labels


def phrases_of_tags(words: Sequence[Word]) -> list[int]:
    """A label for each word, by the parts of speech alone.

    Examples
    --------
    >>> words = [Word("The", "DET"), Word("dog", "NOUN"), Word("ran", "VERB"), Word("off", "ADP")]
    >>> [LABELS[label] for label in phrases_of_tags(words)]
    ['NP', 'NP', 'VP', 'none']
    """
    labels = [VERB_PHRASE if _is_verbal(word) else NONE for word in words]
    start = 0  # of the words in a row that may belong to one noun
    for at, word in enumerate(words):
        if word.pos in _NOMINAL:
            labels[start : at + 1] = [NOUN_PHRASE] * (at + 1 - start)
        elif not _may_precede_noun(words, at):
            start = at + 1
    return labels


def _is_verbal(word: Word) -> bool:
    return word.pos in _VERBAL or (word.pos == "PART" and not _is_possessive(word))


def _is_possessive(word: Word) -> bool:
    return word.pos == "PART" and word.text.lower() in ("'s", "’s", "'", "’")


def _belongs(words: Sequence[Word], at: int, noun: int) -> bool:
    """Whether a word before a noun hangs on it, or on one in between, all of which do."""
    word = words[at]
    if _is_possessive(word) and word.head < at:  # it goes with the word that it follows
        at = word.head
        word = words[at]
    return word.relation in _OF_NOUN and at < word.head <= noun


def _may_precede_noun(words: Sequence[Word], at: int) -> bool:
    following = words[at + 1].pos if at + 1 < len(words) else ""
    return (
        words[at].pos in _BEFORE_NOUN
        or _is_possessive(words[at])
        or (words[at].pos == "ADV" and following == "ADJ")
    )


def rule_for(language: str) -> Rule:
    """The rule that measures best: the relations of the tree are known here for English only."""
    return phrases_of_tree if language == "en" else phrases_of_tags
