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
    load_corpus,
    outputs_of_corpus,
    trace_text,
    track_of_corpus,
    track_of_trace,
    tracks_of,
)
from lstmvis_core.tracks import CATEGORICAL, SOURCES, Labels, Options
from lstmvis_core.tracks.registry import TEXT, source
from lstmvis_core.tracks.rules import level
from lstmvis_core.tracks.track import categorical

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


@pytest.mark.parametrize("number", range(3))
def test_every_track_of_a_corpus_is_that_of_its_documents(lstm, number: int):
    model = all_models(lstm)[number]
    documents = ("(a b", "c", '"a) b')
    for name in tracks_of(model, options=Options("a.b")):
        check_corpus_against_traces(model, documents, name, Options("a.b"))


def test_a_model_has_all_tracks_but_those_of_other_models(lstm):
    of_tokens = {"surprisal", "rank", "probability"}
    asked = Options(pattern="a", labels=Labels("mine", ("x",)))
    for model, missing in zip(all_models(lstm), (set(), of_tokens, of_tokens), strict=True):
        others = missing or {"prediction"}
        assert set(tracks_of(model, options=asked)) == set(SOURCES) - others
        assert set(tracks_of(model)) == set(SOURCES) - others - {"pattern", "labels"}


def check_corpus_against_traces(
    model: SequenceModel, documents: tuple[str, ...], name: str, options: Options
) -> None:
    track = track_of_corpus(model, Corpus("docs", "Docs", documents), name, options)
    parts = [track_of_trace(trace_text(model, document), name, options) for document in documents]
    for array in ("values", "shares"):
        together = np.concatenate([getattr(part, array) for part in parts])
        np.testing.assert_allclose(getattr(track, array), together, rtol=0, atol=1e-5)
    for field in ("title", "kind", "labels", "domain", "meanings", "hues"):
        assert getattr(track, field) == getattr(parts[0], field)


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
    again = outputs_of_corpus(lstm, Corpus("docs", "Docs", ("ab",)))
    np.testing.assert_array_equal(track.values, again.surprisal)


@pytest.mark.parametrize(("value", "label"), [(2.0, "2"), (0.456, "0.46"), (10.0, "10"), (0, "0")])
def test_numbers_are_labelled_briefly(value: float, label: str):
    assert Track("t", "t", "scalar", np.array([value], np.float32)).label(0) == label


def test_an_unknown_track_is_refused(lstm):
    with pytest.raises(HiddenStatesError, match="surprisal, guesses.*not 'mood'"):
        track_of_trace(trace_text(lstm, "a"), "mood")
    with pytest.raises(HiddenStatesError, match="not 'mood'"):
        track_of_corpus(lstm, Corpus("docs", "Docs", ("ab",)), "mood")


# -- of the model ------------------------------------------------------------------------------


def test_guesses_are_told_with_their_probabilities(lstm):
    trace = trace_text(lstm, "(ab)")
    track = track_of_trace(trace, "guesses")
    for step in range(4):
        best = [f"{token} {share:.0%}" for token, share in trace.predictions(step, k=3)]
        assert track.label(step) == ", ".join(best).replace("\ufffd", "(unknown)")


def test_rank_and_chance_stand_where_the_guess_was_made(lstm):
    trace = trace_text(lstm, "(ab)")
    rank, chance = (track_of_trace(trace, name).values for name in ("rank", "probability"))
    following = trace.tokens.ids[1:]
    for step, token in enumerate(following.tolist()):
        row = trace.log_probabilities[step]
        assert rank[step] == 1 + (row > row[token]).sum()
        assert chance[step] == pytest.approx(np.exp(row[token]), rel=1e-5)
    assert np.isnan(rank[-1])
    assert np.isnan(chance[-1])


def test_entropy_is_zero_to_the_logarithm_of_all_tokens(lstm):
    track = track_of_trace(trace_text(lstm, "(ab)"), "entropy")
    p = np.exp(trace_text(lstm, "(ab)").log_probabilities)
    np.testing.assert_allclose(track.values, -(p * np.log(p)).sum(axis=1), rtol=1e-5)
    assert track.domain == (0, round(float(np.log(len(lstm.vocabulary))), 1))


# -- adding one --------------------------------------------------------------------------------


def test_a_new_track_is_one_function_and_is_found_everywhere(lstm):
    before = dict(SOURCES)

    @source("vowel", TEXT)
    def vowel(text: str) -> Track:
        return categorical("vowel", "vowel", [one in "aeiou" for one in text], ("no", "yes"))

    try:
        assert vowel("ab").values.tolist() == [1, 0]
        assert "vowel" in tracks_of(lstm)
        track = track_of_trace(trace_text(lstm, "(ab)"), "vowel")
        assert [track.label(step) for step in range(4)] == ["no", "yes", "no", "no"]
        corpus = Corpus("docs", "Docs", ("(ab)", "a"))
        assert track_of_corpus(lstm, corpus, "vowel").values.tolist() == [0, 1, 0, 0, 1]
    finally:
        SOURCES.clear()
        SOURCES.update(before)
