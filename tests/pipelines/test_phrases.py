"""Noun and verb phrases, by hand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core.pipelines.phrases import (
    LABELS,
    NOUN_PHRASE,
    Word,
    phrases_of_tags,
    phrases_of_tree,
    rule_for,
)

# Word, part of speech, relation, head; then what it is by the tree and by the tags.
SENTENCES = {
    "the king 's very old horse did not want to give up": (
        [
            ("the", "DET", "det", 1, "NP", "NP"),
            ("king", "NOUN", "nmod:poss", 5, "NP", "NP"),
            ("'s", "PART", "case", 1, "NP", "NP"),
            ("very", "ADV", "advmod", 4, "NP", "NP"),
            ("old", "ADJ", "amod", 5, "NP", "NP"),
            ("horse", "NOUN", "nsubj", 8, "NP", "NP"),
            ("did", "AUX", "aux", 8, "VP", "VP"),
            ("not", "PART", "advmod", 8, "VP", "VP"),
            ("want", "VERB", "ROOT", 8, "VP", "VP"),
            ("to", "PART", "mark", 10, "VP", "VP"),
            ("give", "VERB", "xcomp", 8, "VP", "VP"),
            ("up", "ADP", "compound:prt", 10, "VP", "none"),
        ]
    ),
    "what hangs on behind is another phrase": (
        [
            ("men", "NOUN", "nsubj", 3, "NP", "NP"),
            ("of", "ADP", "case", 2, "none", "none"),
            ("letters", "NOUN", "nmod", 0, "NP", "NP"),
            ("often", "ADV", "ROOT", 3, "none", "none"),
        ]
    ),
    "a word before a noun that does not belong to it": (
        [
            ("give", "VERB", "ROOT", 0, "VP", "VP"),
            ("him", "PRON", "iobj", 0, "NP", "NP"),
            ("books", "NOUN", "obj", 0, "NP", "NP"),
        ]
    ),
    "a participle that goes with a noun": (
        [
            ("a", "DET", "det", 2, "NP", "none"),
            ("tired", "VERB", "amod", 2, "NP", "VP"),
            ("dog", "NOUN", "ROOT", 2, "NP", "NP"),
        ]
    ),
}
WORDS = st.builds(
    Word,
    st.sampled_from(["a", "'s", "up"]),
    st.sampled_from(["NOUN", "PRON", "VERB", "AUX", "PART", "ADP", "ADJ", "ADV", "DET", "PUNCT"]),
    st.sampled_from(["det", "amod", "compound", "nmod:poss", "case", "obj", "compound:prt"]),
    st.integers(0, 7),
)


@pytest.mark.parametrize("name", SENTENCES)
def test_phrases_by_hand(name: str):
    rows = SENTENCES[name]
    words = [Word(*row[:4]) for row in rows]
    assert [LABELS[label] for label in phrases_of_tree(words)] == [row[4] for row in rows]
    assert [LABELS[label] for label in phrases_of_tags(words)] == [row[5] for row in rows]


@given(st.lists(WORDS, min_size=8, max_size=8))
def test_every_noun_is_in_a_noun_phrase(words: list[Word]):
    for rule in (phrases_of_tree, phrases_of_tags):
        labels = rule(words)
        assert len(labels) == len(words)
        for word, label in zip(words, labels, strict=True):
            if word.pos in ("NOUN", "PRON"):
                assert label == NOUN_PHRASE


def test_a_sentence_of_nouns_takes_no_longer_than_its_length():
    """A chain of 100 and of 10,000 compounds: time grows with it, not with its square."""

    def taken(number: int) -> float:
        words = [Word("x", "NOUN", "compound", min(i + 1, number - 1)) for i in range(number)]
        start = time.perf_counter()
        assert set(phrases_of_tree(words)) == {NOUN_PHRASE}
        return time.perf_counter() - start

    taken(100)
    assert taken(10_000) < 2_000 * taken(100)  # a square would be 10,000 times


def test_the_tree_is_for_english_and_the_tags_for_the_rest():
    assert rule_for("en") is phrases_of_tree
    assert rule_for("de") is phrases_of_tags
