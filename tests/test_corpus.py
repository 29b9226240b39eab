"""Corpora: their text, tokens and known tracks; the embedded ones."""

import builtins
import re
import sysconfig
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lstmvis_core import Corpus, CorpusError, KnownTrack, Vocabulary, list_corpora, load_corpus
from lstmvis_core.corpus import MODULES, SOURCES
from lstmvis_core.grammars import nesting_level

DOCUMENTS = ("(a b) (c (b.))\nab" * 3, "b", "", "(ab.)" * 4, "a" * 16)


@pytest.fixture
def texts() -> Corpus:
    """Documents of unequal length, one of them empty."""
    return Corpus("texts", "Texts", DOCUMENTS)


# -- text and tokens ---------------------------------------------------------------------------


def test_tokens_of_a_corpus_stand_in_its_text(texts: Corpus):
    tokens, breaks = texts.tokens(Vocabulary.from_text("abc() .\n"))
    assert tokens.text == "".join(DOCUMENTS)
    assert [tokens.text[offset] for offset in tokens.offsets] == list(tokens.strings)
    assert [int(tokens.offsets[b]) for b in breaks[:2]] == [0, len(DOCUMENTS[0])]
    assert breaks.tolist() == [sum(map(len, DOCUMENTS[:i])) for i in range(len(DOCUMENTS))]


def test_a_corpus_is_encoded_once_by_each_of_a_few_vocabularies(texts: Corpus, monkeypatch):
    calls = []
    encode = Vocabulary.encode
    monkeypatch.setattr(Vocabulary, "encode", lambda *a: calls.append(1) or encode(*a))
    vocabularies = [Vocabulary.from_text("abcdefgh"[:n]) for n in range(1, 8)]
    for vocabulary in vocabularies[:4] * 2:
        assert texts.tokens(vocabulary)[0].ids.max() == len(vocabulary.tokens[1:4])
    assert len(calls) == 4 * len(DOCUMENTS)
    for vocabulary in vocabularies:
        texts.tokens(vocabulary)
    assert len(texts._encoded) <= 4


def test_another_text_is_another_revision():
    revisions = {
        Corpus("a", "A", d).revision for d in [("ab",), ("a", "b"), ("a", "", "b"), ("b",)]
    }
    assert len(revisions) == 4


@pytest.mark.parametrize("documents", [(), ("",), ("", "")])
def test_a_corpus_without_text_is_refused(documents: tuple[str, ...]):
    with pytest.raises(CorpusError, match="'nothing' holds no text"):
        Corpus("nothing", "Nothing", documents)


def test_a_known_track_has_one_value_a_character():
    track = KnownTrack("mood", ("good", "bad"), (0.0, 1.0))
    assert Corpus("two", "Two", ("a", "b"), {"mood": track}).tracks["mood"][1:] == (1.0,)
    with pytest.raises(CorpusError, match="'mood' of the corpus 'three' has 2 values for 3"):
        Corpus("three", "Three", ("a", "bc"), {"mood": track})


def test_a_known_track_is_a_sequence_of_its_values():
    track = KnownTrack("level", (), (1.0, 2.0, 1.0))
    assert (list(track), len(track), track[-1], max(track)) == ([1, 2, 1], 3, 1, 2)
    np.testing.assert_array_equal(np.asarray(track), [1.0, 2.0, 1.0])


# -- embedded corpora --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stories() -> Corpus:
    return load_corpus("stories")


@pytest.fixture(scope="module")
def parens() -> Corpus:
    return load_corpus("parens")


@pytest.mark.parametrize("id", list_corpora())
def test_every_embedded_corpus_loads(id: str):
    loaded = load_corpus(id)
    assert loaded.id == id
    assert loaded.title
    assert all(document.strip() for document in loaded.documents)
    for track in loaded.tracks.values():
        assert len(track) == len(loaded.text)
        assert track.title
        assert not track.labels or set(track) == set(range(len(track.labels)))


def test_stories_are_plain_text_in_short_lines(stories: Corpus):
    assert len(stories.text) >= 60_000
    assert stories.text.isascii()
    assert max(map(len, stories.text.split("\n"))) <= 70
    assert set(stories.text) & set("\t\r") == set()


def test_no_long_sentence_of_the_stories_comes_twice(stories: Corpus):
    sentences = [
        " ".join(re.findall(r"[\w']+", sentence.lower()))
        for document in stories.documents
        for sentence in re.split(r"[.!?]+\W|\n\n", document)
    ]
    long = Counter(sentence for sentence in sentences if len(sentence.split()) > 5)
    assert len(long) > 900
    assert [sentence for sentence, count in long.items() if count > 1] == []


def test_levels_of_the_counting_language_are_counted_document_by_document(parens: Corpus):
    levels = list(parens.tracks["level"])
    assert levels == [n for document in parens.documents for n in nesting_level(document)]
    assert set(levels) == {0, 1, 2, 3, 4}


def test_an_unknown_corpus_is_refused():
    with pytest.raises(CorpusError, match="no corpus 'bible'. Known are .*stories"):
        load_corpus("bible")


@pytest.mark.parametrize(
    ("id", "least", "most"),
    [("chords", 36e3, 44e3), ("dna", 110e3, 130e3), ("python-stdlib", 0.2e6, 0.4e6)],
)
def test_corpora_are_of_the_size_that_is_announced(id: str, least: float, most: float):
    assert least <= len(load_corpus(id).text) <= most


# -- what every Python brings along ------------------------------------------------------------


def test_the_reference_has_a_document_a_topic():
    documents = SOURCES["python-reference"]()
    assert len(documents) > 60
    assert any(document.startswith('The "for" statement') for document in documents)


def test_modules_of_the_standard_library_are_read_in_order_and_missing_ones_skipped(
    tmp_path: Path, monkeypatch
):
    assert list(MODULES) == sorted(MODULES)
    assert len(SOURCES["python-stdlib"]()) == len(MODULES)
    monkeypatch.setattr(sysconfig, "get_paths", lambda: {"stdlib": str(tmp_path)})
    with pytest.raises(CorpusError, match="no sources of its standard library"):
        load_corpus("python-stdlib")
    for name in ("heapq.py", "copy.py", "other.py"):
        (tmp_path / name).write_text(name)
    assert load_corpus("python-stdlib").documents == ("copy.py", "heapq.py")


def test_a_python_without_its_help_says_so(monkeypatch):
    imported = builtins.__import__

    def refuse(name: str, *args, **kwargs):
        if name.startswith("pydoc_data"):
            raise ModuleNotFoundError(name)
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(CorpusError, match="without pydoc_data.*choose another corpus"):
        load_corpus("python-reference")
