"""Annotation tracks, by hand and against the steps they stand at."""

import numpy as np
import pytest
import torch

from lstmvis_core import (
    Corpus,
    HiddenStatesError,
    KnownTrack,
    ModelConfig,
    SequenceModel,
    Track,
    Vocabulary,
    corpus_surprisal,
    load_corpus,
    trace_text,
    track_of_corpus,
    track_of_trace,
    tracks_of,
)
from lstmvis_core.tracks import CATEGORICAL, TITLES, Options
from lstmvis_core.tracks.rules import level

CHARACTERS = Vocabulary.from_text('ab (),."“”1\n')


# -- of a trace and of a corpus ----------------------------------------------------------------


def test_surprisal_of_a_trace_is_unknown_first(lstm):
    trace = trace_text(lstm, "(ab)")
    track = track_of_trace(trace, "surprisal")
    np.testing.assert_array_equal(track.values, trace.surprisal)
    assert track.label(0) == "unknown"
    assert float(track.label(1)) == pytest.approx(float(trace.surprisal[1]), abs=0.005)


def labelling_model(task: str) -> SequenceModel:
    """A tagger or classifier with weights as they come."""
    torch.manual_seed(1)
    config = ModelConfig("gru", len(CHARACTERS), 3, 4, 1, task=task, labels=("x", "y", "z"))
    return SequenceModel(config, CHARACTERS).eval().requires_grad_(False)


def all_models(lstm: SequenceModel) -> list[SequenceModel]:
    return [lstm, labelling_model("tagger"), labelling_model("classifier")]


def test_tracks_of_a_corpus_are_those_of_its_documents(lstm):
    for model in all_models(lstm):
        options = Options(pattern="a.b")
        missing = "prediction" if model is lstm else "surprisal"
        assert set(tracks_of(model, options=options)) == set(TITLES) - {missing}
        assert set(tracks_of(model)) == set(TITLES) - {missing, "pattern"}
        for name in tracks_of(model, options=options):
            check_corpus_against_traces(model, name, options)


def check_corpus_against_traces(model: SequenceModel, name: str, options: Options) -> None:
    documents = ("(a b", "c", '"a) b')
    track = track_of_corpus(model, Corpus("docs", "Docs", documents), name, options)
    parts = [track_of_trace(trace_text(model, document), name, options) for document in documents]
    together = np.concatenate([part.values for part in parts])
    np.testing.assert_allclose(track.values, together, rtol=0, atol=1e-5)
    assert (track.title, track.kind, track.labels) == (
        parts[0].title,
        parts[0].kind,
        parts[0].labels,
    )


def test_the_prediction_of_a_tagger_is_its_most_probable_label():
    trace = trace_text(labelling_model("tagger"), "(a b")
    track = track_of_trace(trace, "prediction")
    assert (track.kind, track.labels) == (CATEGORICAL, ("x", "y", "z"))
    assert [track.label(i) for i in range(4)] == [trace.predictions(i, 1)[0][0] for i in range(4)]


def test_the_prediction_of_a_classifier_is_how_probable_its_last_label_is():
    trace = trace_text(labelling_model("classifier"), "(a b")
    track = track_of_trace(trace, "prediction")
    assert (track.kind, track.domain, track.title) == ("scalar", (0, 1), "probability of 'z'")
    expected = [dict(trace.predictions(i, 3))["z"] for i in range(4)]
    np.testing.assert_allclose(track.values, expected, rtol=1e-6)


def test_what_a_corpus_knows_comes_before_what_is_computed(lstm):
    levels = KnownTrack("nesting level", (), (3.0, 2.0, 1.0))
    track = track_of_corpus(lstm, Corpus("known", "Known", ("(a", "b"), {"level": levels}), "level")
    assert track.values.tolist() == [3, 2, 1]
    assert (track.kind, track.domain) == ("scalar", level("").domain)


def test_what_only_a_corpus_knows_has_a_name_of_its_own(lstm):
    moods = KnownTrack("how it feels", ("good", "bad"), (0.0, 1.0, 1.0))
    height = KnownTrack("height", (), (-1.0, 5.0, 2.0))
    corpus = Corpus("known", "Known", ("(a", "b"), {"mood": moods, "height": height})
    assert tracks_of(lstm, corpus) == (*tracks_of(lstm), "mood", "height")
    track = track_of_corpus(lstm, corpus, "mood")
    assert [track.label(i) for i in range(3)] == ["good", "bad", "bad"]
    assert (track.name, track.title, track.kind) == ("mood", "how it feels", CATEGORICAL)
    assert track_of_corpus(lstm, corpus, "height").domain == (-1, 5)
    with pytest.raises(HiddenStatesError, match="not 'mood'"):
        track_of_trace(trace_text(lstm, "a"), "mood")


def test_a_chord_has_its_progression_whether_read_as_a_symbol_or_by_characters(lstm):
    songs = load_corpus("chords")
    symbols = Vocabulary.from_text(songs.text, level="symbol")
    model = SequenceModel(ModelConfig("rnn", len(symbols), 2, 2, 1), symbols)
    track = track_of_corpus(model, songs, "progression")
    by_character = track_of_corpus(lstm, songs, "progression").values
    tokens, _ = songs.tokens(symbols)
    np.testing.assert_array_equal(track.values, by_character[tokens.offsets])
    assert set(map(track.label, range(len(tokens)))) == set(track.labels)


def test_a_track_is_not_changed_after_it_was_made(lstm):
    track = track_of_corpus(lstm, Corpus("docs", "Docs", ("ab",)), "surprisal")
    with pytest.raises(ValueError, match="read-only"):
        track.values[0] = 1
    again = corpus_surprisal(lstm, Corpus("docs", "Docs", ("ab",)))
    np.testing.assert_array_equal(track.values, again)


@pytest.mark.parametrize(("value", "label"), [(2.0, "2"), (0.456, "0.46"), (10.0, "10"), (0, "0")])
def test_numbers_are_labelled_briefly(value: float, label: str):
    assert Track("t", "t", "scalar", np.array([value], np.float32)).label(0) == label


def test_an_unknown_track_is_refused(lstm):
    with pytest.raises(HiddenStatesError, match="surprisal, level.*not 'mood'"):
        track_of_trace(trace_text(lstm, "a"), "mood")
    with pytest.raises(HiddenStatesError, match="not 'mood'"):
        track_of_corpus(lstm, Corpus("docs", "Docs", ("ab",)), "mood")
