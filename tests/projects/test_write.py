"""Projects that we write: opened again, and read by the rules of LSTMVis."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core import (
    CorpusStates,
    ProjectError,
    SelectionError,
    Tokens,
    TrackError,
    corpus_states,
    export_corpus,
    find_matches,
    load_corpus,
    load_model,
    open_project,
    track_of_corpus,
    write_project,
)
from lstmvis_core.projects import write as module
from lstmvis_core.tracks.track import SCALAR, TOP_K, Track, categorical, scalar
from tests.projects.by_hand import Oracle

TEXT = st.text(st.characters(), min_size=1, max_size=4)


def tokens_of(strings: list[str], gaps: list[int]) -> Tokens:
    """Tokens with so many blanks before each."""
    text, offsets = "", []
    for string, gap in zip(strings, gaps, strict=True):
        text += " " * gap
        offsets.append(len(text))
        text += string
    count = len(strings)
    return Tokens(text, tuple(strings), np.array(offsets), np.arange(count), np.zeros(count, bool))


def same(found: Track, expected: Track) -> None:
    """Compare all that a project keeps of a track."""
    assert (found.name, found.title, found.kind) == (expected.name, expected.title, expected.kind)
    assert found.labels == expected.labels
    np.testing.assert_array_equal(found.values, expected.values)
    np.testing.assert_array_equal(found.shares, expected.shares)
    if expected.kind == SCALAR:
        assert found.domain == pytest.approx(expected.domain)


# -- what is written is read -------------------------------------------------------------------


@settings(max_examples=40)
@given(data=st.data(), steps=st.integers(1, 12), units=st.integers(1, 3))
def test_what_is_written_is_read(tmp_path_factory, data, steps: int, units: int):
    strings = data.draw(st.lists(TEXT, min_size=steps, max_size=steps))
    gaps = data.draw(st.lists(st.integers(0, 3), min_size=steps, max_size=steps))
    inner = data.draw(st.lists(st.integers(0, steps), max_size=3))
    finite = st.floats(-3, 3, width=32)
    numbers = data.draw(st.lists(finite | st.just(np.nan), min_size=steps, max_size=steps))
    labels = data.draw(st.lists(st.text(st.characters(), max_size=4), min_size=1, unique=True))
    codes = data.draw(
        st.lists(st.integers(0, len(labels) - 1), min_size=2 * steps, max_size=2 * steps)
    )
    tokens = tokens_of(strings, gaps)
    values = np.random.default_rng(units).normal(size=(steps, units)).astype(np.float32)
    states = CorpusStates.from_array(values, [0, *sorted(inner)])
    guesses = np.array(codes).reshape(steps, 2)
    shares = np.tile(np.array([0.75, 0.25], np.float32), (steps, 1))
    tracks = [
        categorical("tag", "tag (of ours)", codes[:steps], labels),
        scalar("mood", "mood: nats", numbers, -3, 3.5),
        Track("guesses", "guesses", TOP_K, guesses, tuple(labels), shares=shares),
        Track("near", "near", TOP_K, guesses, tuple(labels), shares=np.full((steps, 2), np.nan)),
    ]
    folder = tmp_path_factory.mktemp("written") / "one"
    project = open_project(write_project(folder, "One", tokens, {(1, "cell"): states}, tracks))
    assert (project.name, project.description) == ("One", "One")
    assert project.tokens.strings == tokens.strings
    assert project.tokens.text == tokens.text
    np.testing.assert_array_equal(project.tokens.offsets, tokens.offsets)
    (source,) = project.sources
    assert (source.layer, source.kind, source.transform) == (1, "cell", "none")
    assert source.unsigned == bool((values >= 0).all())
    found = project.states(source.name)
    np.testing.assert_array_equal(found.values, states.values)
    np.testing.assert_array_equal(found.breaks, states.breaks)
    for track in tracks:
        same(project.track(track.name), track)
    oracle = Oracle(folder)
    assert len(oracle.words()) == steps
    assert len(set(oracle.words())) == len(set(strings))
    np.testing.assert_array_equal(oracle.states(oracle.settings["states"]["types"][0]), values)
    oracle.close()


def test_the_embedded_corpus_and_model_come_back_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(tmp_path / "cache"))
    model, corpus = load_model("parens"), load_corpus("parens")
    chosen = [(1, "hidden"), (2, "cell"), (2, "forget_gate")]
    names = ("surprisal", "guesses", "level", "character")
    told = []
    folder = export_corpus(tmp_path / "parens", model, corpus, chosen, names, progress=told.append)
    assert told
    project = open_project(folder)
    tokens, breaks = corpus.tokens(model.vocabulary)
    assert project.name == corpus.title
    assert project.description == f"{corpus.title}, read by parens"
    assert project.tokens.strings == tokens.strings
    assert project.tokens.text == tokens.text
    assert project.breaks.tolist() == breaks.tolist()
    assert [(s.layer, s.kind, s.unsigned) for s in project.sources] == [
        (1, "hidden", False),
        (2, "cell", False),
        (2, "forget_gate", True),
    ]
    for source, (layer, kind) in zip(project.sources, chosen, strict=True):
        expected = corpus_states(model, corpus, layer, kind)
        found = project.states(source.name)
        np.testing.assert_array_equal(found.values, expected.values)
        np.testing.assert_array_equal(found.breaks, expected.breaks)
    assert project.track_names == names
    for name in names:
        same(project.track(name), track_of_corpus(model, corpus, name))
    units = np.arange(6)
    ours = find_matches(corpus_states(model, corpus, 1), units, threshold=0.5)
    theirs = find_matches(project.states(project.sources[0].name), units, threshold=0.5)
    assert ours
    assert [(m.start, m.end) for m in theirs] == [(m.start, m.end) for m in ours]


# -- as LSTMVis reads it -----------------------------------------------------------------------


def test_lstmvis_reads_words_and_annotations(tmp_path: Path):
    strings = ["a", " ", "\n", "a", "\\", "\xa0", "noun phrase"]
    tokens = tokens_of(strings, [0] * 7)
    states = CorpusStates.from_array(np.zeros((7, 2), np.float32))
    tracks = [
        categorical("a,b", "a,b", [0, 1] * 3 + [0], ["noun phrase", "none"]),
        scalar("surprisal", "surprisal (nats)", [np.nan, 1, 2, 3, 4, 5, 6], 0, 8),
    ]
    write_project(tmp_path / "one", "One", tokens, {(1, "hidden"): states}, tracks)
    oracle = Oracle(tmp_path / "one")
    assert oracle.words() == ["a", " ", r"\n", "a", r"\\", r"\u00a0", "noun␣phrase"]
    assert oracle.settings["states"]["types"] == [
        {"type": "output", "layer": 1, "path": "output1", "transform": "none", "unsigned": True}
    ]
    metas = oracle.settings["meta"]
    assert list(metas) == ["a_b", "surprisal"]  # it takes names separated by commas
    assert oracle.dicts[metas["a_b"]["dict"]] == {0: "noun␣phrase", 1: "none"}
    assert metas["surprisal"]["vis"] == {"type": "scalar", "range": [0.0, 8.0]}
    shown = np.asarray(oracle.array("tracks", metas["surprisal"]["path"]))
    assert shown.tolist() == [0, 1, 2, 3, 4, 5, 6]  # NaN would break its JSON
    assert oracle.array("states", "output1").compression is None
    oracle.close()
    assert np.isnan(open_project(tmp_path / "one").track("surprisal").values[0])


def test_states_are_written_in_pieces(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 5)
    values = np.random.default_rng(0).normal(size=(11, 2)).astype(np.float32)
    tokens = tokens_of(["a"] * 11, [0] * 11)
    write_project(tmp_path / "a", "A", tokens, {(1, "x"): CorpusStates.from_array(values)})
    project = open_project(tmp_path / "a")
    np.testing.assert_array_equal(project.states("states::x1").values, values.T)


# -- what is wrong -----------------------------------------------------------------------------

TOKENS = tokens_of(["a", "b", "c"], [0, 0, 0])
STATES = CorpusStates.from_array(np.zeros((3, 2), np.float32))
OTHER = CorpusStates.from_array(np.zeros((3, 2), np.float32), [0, 1])
LONG = CorpusStates.from_array(np.zeros((4, 2), np.float32))
TRACK = scalar("a", "a", [0, 1, 2], 0, 1)


@pytest.mark.parametrize(
    ("name", "states", "tracks", "message"),
    [
        ("", {(1, "hidden"): STATES}, [], "has a name, and states of at least one layer"),
        ("A", {}, [], "has a name, and states of at least one layer"),
        ("A", {(1, "hidden"): LONG}, [], "layer 1, hidden, have 4 steps .* for 3 tokens"),
        ("A", {(1, "hidden"): STATES, (2, "cell"): OTHER}, [], "layer 2, cell, have .*2 documents"),
        ("A", {(1, "hidden"): STATES}, [scalar("a", "a", [0], 0, 1)], "1 values for 3 tokens"),
        ("A", {(1, "hidden"): STATES}, [TRACK, TRACK], "Two tracks are called 'a'"),
    ],
)
def test_what_does_not_fit_together_is_not_written(tmp_path, name, states, tracks, message):
    with pytest.raises(ProjectError, match=message):
        write_project(tmp_path / "a", name, TOKENS, states, tracks)
    assert not list(tmp_path.iterdir())


def test_a_folder_is_written_whole_and_only_where_nothing_is(tmp_path: Path, monkeypatch):
    states = {(1, "hidden"): STATES}
    (tmp_path / "empty").mkdir()
    write_project(tmp_path / "empty", "A", TOKENS, states)
    for taken in (tmp_path / "empty", tmp_path / "empty" / "lstm.yml"):
        with pytest.raises(ProjectError, match="is not empty. Choose a new folder"):
            write_project(taken, "A", TOKENS, states)
    with pytest.raises(ProjectError, match="cannot be written"):
        write_project(tmp_path / "empty" / "lstm.yml" / "a", "A", TOKENS, states)

    def fail(*_) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(module, "_write_states", fail)
    with pytest.raises(ProjectError, match="the disk is full"):
        write_project(tmp_path / "b", "A", TOKENS, states)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_states_and_tracks_that_a_model_lacks_are_refused(tmp_path: Path, lstm, texts):
    with pytest.raises(SelectionError, match="layers 1 to 2, not 3"):
        export_corpus(tmp_path / "a", lstm, texts, [(3, "hidden")])
    with pytest.raises(TrackError, match="not 'exon'"):
        export_corpus(tmp_path / "a", lstm, texts, tracks=["exon"])
    assert not list(tmp_path.iterdir())


def test_words_of_yaml_stay_what_they_are(tmp_path: Path):
    track = scalar("on", "yes", [0, 1, 2], 0, 1)
    write_project(tmp_path / "a", "null", TOKENS, {(1, "hidden"): STATES}, [track], "1.0: é\n")
    project = open_project(tmp_path / "a")
    assert (project.name, project.description) == ("null", "1.0: é\n")
    assert project.track("on").title == "yes"
    assert yaml.safe_load((tmp_path / "a" / "lstm.yml").read_text("utf-8"))["name"] == "null"
