"""What the embedded pipeline says of texts, in the tokens of every model."""

import gc
import random
import re
import resource

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core import (
    Corpus,
    Options,
    SequenceModel,
    Track,
    TrackError,
    Vocabulary,
    list_models,
    load_model,
    load_pipeline,
    trace_text,
    track_of_corpus,
    track_of_trace,
)
from lstmvis_core.pipelines import pipeline as pipelines
from lstmvis_core.pipelines.pipeline import pieces
from lstmvis_core.text import Tokens
from lstmvis_core.tracks import SOURCES
from lstmvis_core.tracks.language import LAYERS, UPOS, annotation_of
from lstmvis_core.tracks.track import of_tokens

SENTENCE = "A very marked improvement, Anna told the reporters in Berlin."
POS = {
    "A": "DET",
    "very": "ADV",
    "marked": "ADJ",
    "improvement": "NOUN",
    ",": "PUNCT",
    "Anna": "PROPN",
    "told": "VERB",
    "the": "DET",
    "reporters": "NOUN",
    "in": "ADP",
    "Berlin": "PROPN",
    ".": "PUNCT",
}
ENTITIES = {"Anna": "PER", "Berlin": "LOC"}
PHRASES = dict.fromkeys(("A", "very", "marked", "improvement", "Anna", "the"), "NP")
PHRASES |= {"reporters": "NP", "told": "VP", "Berlin": "NP"}
UNUSUAL = [
    "😀👩‍👩‍👧 I ❤️ it",
    "word " * 5_000,
    "nospaces" * 600,
    "我昨天在北京见到了安娜。",
    "?!.,;:—…()[]{}",
    " \n\t\n ",
    "a\u0301\u200b\u202e\ufeff",
    "\ud800 alone",
    "\x00\x01",
    "x" * 20_000,
    "\r\n\r\none\r\n\r\ntwo",
]


def track_of(text: str, name: str, tokens: Tokens | None = None) -> Track:
    annotation = annotation_of(text, load_pipeline("en_tiny"))
    track = SOURCES[name].of(annotation)
    return track if tokens is None else of_tokens(track, tokens)


def labels(track: Track) -> list[str]:
    return [track.label(step) for step in range(len(track.values))]


# -- what is right -----------------------------------------------------------------------------


@pytest.mark.parametrize("id", list_models())
@pytest.mark.parametrize(
    ("name", "expected"), [("pos", POS), ("entity", ENTITIES), ("phrase", PHRASES)]
)
def test_the_sentence_has_its_labels_in_the_tokens_of_every_model(id: str, name: str, expected):
    trace = trace_text(load_model(id), SENTENCE)
    track = track_of_trace(trace, name)
    for word in re.finditer(r"\w+|[,.]", SENTENCE):
        last = [
            step
            for step, (offset, string) in enumerate(
                zip(trace.tokens.offsets.tolist(), trace.tokens.strings, strict=True)
            )
            if word.start() < offset + len(string) <= word.end()
        ]
        found = {track.label(step) for step in last}
        assert found <= {expected.get(word[0], "none")}, word[0]


def test_a_blank_has_no_part_of_speech_and_belongs_to_a_phrase_around_it():
    assert labels(track_of("the dog", "pos")) == ["DET"] * 3 + ["none"] + ["NOUN"] * 3
    assert labels(track_of("the dog", "phrase")) == ["NP"] * 7


def test_a_token_that_is_split_has_the_label_of_its_last_part():
    text = "we don't know"
    tokens = Vocabulary.from_text(text, level="symbol").encode(text)
    assert tokens.strings == ("we", "don't", "know")
    assert labels(track_of(text, "pos", tokens)) == ["PRON", "PART", "VERB"]


def test_labels_have_meanings():
    track = track_of("the", "pos")
    assert track.labels == ("none", *UPOS)
    assert track.meanings["DET"] == "determiner"
    assert track_of("the", "entity").meanings == {
        "LOC": "place",
        "ORG": "organisation",
        "PER": "person",
    }


# -- any text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", UNUSUAL, ids=range(len(UNUSUAL)))
def test_unusual_texts_have_a_label_for_every_character(text: str):
    for name in LAYERS:
        assert len(labels(track_of(text, name))) == len(text)


@settings(max_examples=60)
@given(st.text(st.characters() | st.sampled_from("\n .'\"")))
def test_any_text_has_a_label_for_every_character(text: str):
    for name in LAYERS:
        track = track_of(text, name)
        assert track.values.shape == (len(text),)
        assert set(track.values.tolist()) <= set(range(len(track.labels)))


@given(st.text("ab \n\t.", max_size=80), st.integers(1, 20))
def test_pieces_are_stretches_of_the_text_and_leave_out_blanks_only(text: str, longest: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipelines, "PIECE", longest)
        found = list(pieces(text))
    covered = np.zeros(len(text), int)
    for start, piece in found:
        assert 0 < len(piece) <= longest
        assert re.sub(r"\s", " ", text[start : start + len(piece)]) == piece
        covered[start : start + len(piece)] += 1
    assert set(covered.tolist()) <= {0, 1}
    assert all(covered[i] for i, one in enumerate(text) if not one.isspace())


def test_blank_lines_part_the_pieces():
    assert [piece for _, piece in pieces("a\nb\n\nc\n \n\n d")] == ["a b", "c", "d"]


# -- corpora and servers -----------------------------------------------------------------------


def test_a_corpus_is_parsed_once(lstm: SequenceModel, monkeypatch, tmp_path):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path))
    corpus = Corpus("docs", "Docs", ("(a b)", "", "a\n\nb ."))
    told = []
    first = track_of_corpus(lstm, corpus, "pos", progress=told.append)
    assert told[0].doing == "Parsing Docs: 11 characters"
    assert told[-1].done == 1

    def refuse(*_):
        raise AssertionError("parsed again")

    monkeypatch.setattr(pipelines.Pipeline, "read", refuse)
    np.testing.assert_array_equal(track_of_corpus(lstm, corpus, "pos").values, first.values)
    assert len(list(tmp_path.glob("*.npy"))) == 1


def test_a_pipeline_that_is_not_here_says_how_to_get_it(lstm: SequenceModel):
    trace = trace_text(lstm, "a")
    with pytest.raises(TrackError, match=r"no pipeline 'xx_none'.*spacy download en_core_web_sm"):
        track_of_trace(trace, "pos", Options(pipeline="xx_none"))


def test_two_thousand_texts_leave_nothing_behind():
    pipeline = load_pipeline("en_tiny")
    rng = random.Random(0)

    def parse(number: int) -> None:
        for _ in range(number):
            words = ("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(10))
            for _ in pipeline.read(" ".join(words), lambda doc: len(doc.ents)):
                pass

    parse(200)
    gc.collect()
    known, before = len(pipeline._nlp.vocab.strings), peak()
    parse(2_000)
    gc.collect()
    assert len(pipeline._nlp.vocab.strings) == known
    # 20,000 new words, each with its lexeme, would be more.
    assert peak() - before < 10


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
