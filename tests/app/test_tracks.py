"""Tracks on the page: added, ordered, mapped to colours and removed; from pipelines and files."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.charts.track_rows import row_frames
from lstmvis_core.pipelines import load
from lstmvis_core.pipelines.load import PIPELINES
from lstmvis_core.tracks import SOURCES
from lstmvis_core.tracks.registry import TEXT, source
from lstmvis_core.tracks.track import Track, categorical
from tests.app.driver import (
    SELECT_PAGE,
    check,
    click,
    html,
    markdown,
    matches,
    open_page,
    open_select,
    params,
    sentences,
    toasts,
    type_text,
    view,
)
from tests.app.test_select_and_match import consistent, model
from tests.hub.standin import Hub

SENTENCE = "A very marked improvement, Anna told the reporters in Berlin."
UNUSUAL = ["😀 👩‍👩‍👧", "word " * 1_000, "nospaces" * 250, "我昨天在北京。", "?!.,;—…", "\n \n"]


def open_prose(**given: str) -> AppTest:
    """Select and Match on the sentence, by the model `prose`."""
    usual = {"model": "prose", "text": SENTENCE, "start": "2", "end": "6", "threshold": "0.3"}
    return open_page(SELECT_PAGE, usual | given)


def rows(at: AppTest) -> list[list]:
    """What the rows below the states say, token by token, from top to bottom."""
    (chart,) = [c for c in at.get("vega_lite_chart") if (c.key or "").startswith("select_chart")]
    sets = {d.name: convert_arrow_bytes_to_pandas_df(d.data.data) for d in chart.proto.datasets}
    numbered = sorted((name for name in sets if name.startswith("track_")), key=len)
    return [sets[name]["value"].astype(str).tolist() for name in numbered]


def expected(at: AppTest) -> list[list]:
    v = view(at)
    trace = lv.trace_text(model(v.model), v.text)
    steps = slice(v.at, min(v.at + v.size, len(trace.tokens)))
    tracks = (lv.track_of_trace(trace, name, v.options()) for name in v.tracks)
    frames = (frame for track in tracks for frame in row_frames(track, steps))
    return [frame["value"].astype(str).tolist() for frame in frames]


def heat_maps(at: AppTest) -> list[str]:
    """Titles above the Match view."""
    (chart,) = [c for c in at.get("vega_lite_chart") if (c.key or "").startswith("match_chart")]
    return [part["title"]["text"] for part in json.loads(chart.proto.spec)["hconcat"]]


# -- picking -----------------------------------------------------------------------------------


def test_tracks_are_added_ordered_and_removed():
    at = open_prose(tracks="surprisal")
    for names in (
        ["surprisal", "pos"],
        ["surprisal", "pos", "entity", "phrase", "guesses"],
        ["guesses", "phrase", "pos"],
        ["pos"],
        [],
    ):
        at.multiselect(key="tracks").set_value(names)
        check(at.run())
        assert view(at).tracks == tuple(names)
        assert rows(at) == expected(at)
        assert len(rows(at)) == len(names) + 2 * ("guesses" in names)
        titles = [SOURCES[name].title.split(" (")[0] for name in names]
        assert heat_maps(at) == ["the places", "selected units on", *titles]
        consistent(at)


def test_the_words_are_coloured_by_any_track_and_its_legend_is_there():
    at = open_prose(tracks="")
    for name, said in (("pos", "DET: determiner"), ("entity", "PER: person"), (COUNT, "")):
        at.selectbox(key="colour").set_value(name)
        check(at.run())
        assert view(at).colour == name
        assert said in html(at)
    assert "determiner" not in html(at)


def test_the_matches_are_summed_up_by_the_tracks_of_the_language():
    at = open_prose(tracks="pos,phrase")
    assert re.search(r"part of speech:\*\* \d+ of 50 matches .* “\w+”", markdown(at))
    assert re.search(r"phrase:\*\* \d+ of 50 matches .* “NP”", markdown(at))


def test_tracks_follow_the_text_as_it_is_typed():
    at = open_prose(tracks="pos,entity,phrase")
    for text in ("The dog", "The dog sat", "Anna met the dog in Paris."):
        type_text(at, text)
        assert rows(at) == expected(at)
    assert "PER: person" in rows(at)[1]


@pytest.mark.parametrize("text", UNUSUAL, ids=range(len(UNUSUAL)))
def test_unusual_texts_have_all_tracks(text: str):
    at = open_prose(tracks="pos,entity,phrase,guesses,entropy,rank,probability", lines="1")
    type_text(at, text)
    if text.strip():
        assert len(rows(at)) == 9
        consistent(at)


@pytest.mark.parametrize("id", ["english", "tagger", "sentiment", "python", "chords", "dna"])
def test_every_model_has_tracks_of_the_language(id: str):
    at = open_page(SELECT_PAGE, {"model": id, "tracks": "pos,entity,phrase,guesses,entropy"})
    assert rows(at) == expected(at)
    consistent(at)


@pytest.fixture
def vowels() -> Iterator[None]:
    """A track that somebody just added."""
    before = dict(SOURCES)

    @source("vowel", TEXT)
    def vowel(text: str) -> Track:
        return categorical("vowel", "vowel", [one in "aeiou" for one in text], ("no", "yes"))

    yield
    SOURCES.clear()
    SOURCES.update(before)


@pytest.mark.usefixtures("vowels")
def test_a_new_track_shows_up_in_every_view():
    at = open_prose(tracks="vowel", colour="vowel")
    assert "vowel" in at.multiselect(key="tracks").options
    assert "vowel" in at.selectbox(key="colour").options
    assert rows(at)[0][:8] == ["no", "no", "no", "yes", "no", "no", "no", "no"]
    assert heat_maps(at)[-1] == "vowel"
    assert "vowel:" in html(at)
    assert "vowel:**" in markdown(at)


# -- labels of one's own -----------------------------------------------------------------------


def bring(at: AppTest, name: str, content: bytes) -> None:
    at.file_uploader(key="own_labels_file").set_value((name, content, "text/csv"))
    check(at.run())


def test_labels_of_ones_own_become_a_track():
    at = open_select(text="(1 (2))")
    bring(at, "mine.csv", b"label\na\na\nb\nb\n\nb\na\n")
    assert view(at).tracks == ("surprisal", "labels")
    assert rows(at)[1] == ["a", "a", "b", "b", "none", "b", "a"]
    assert "own labels" in at.multiselect(key="tracks").options
    assert "mine\\.csv has 7 labels" in markdown(at), "the corpus has more tokens"
    assert not sentences(at)
    type_text(at, "(1 (2)) ")
    assert len(rows(at)) == 1
    assert "as 8 tokens" in markdown(at)


def test_labels_of_a_corpus_are_a_heat_map():
    corpus = lv.load_corpus("parens")
    tokens, _ = corpus.tokens(model("parens").vocabulary)
    at = open_select()
    labels = ["open" if string == "(" else "other" for string in tokens.strings]
    bring(at, "corpus.json", json.dumps(labels).encode())
    assert heat_maps(at)[-1] == "own labels"
    at.selectbox(key="colour").set_value("labels")
    check(at.run())
    assert "open" in html(at)
    assert len(matches(at)) == 50


def test_a_bad_file_of_labels_is_a_sentence():
    at = open_select()
    bring(at, "mine.csv", b"token,tag\na,b")
    assert 'no column "label"' in toasts(at).replace("\\", "")
    assert view(at).tracks == ("surprisal",)


def test_a_link_to_labels_says_that_they_are_not_here():
    at = open_select(labels="own-0123456789ab", tracks="level,labels")
    assert "bring it again under Labels and pipeline" in sentences(at)
    assert "labels" not in view(at).tracks
    assert "labels" not in params(at)
    consistent(at)


# -- pipelines ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pipeline", ["en_core_web_sm", "hub:spacy/en_core_web_sm@" + "0123456789" * 4]
)
def test_a_pipeline_that_is_not_here_is_a_sentence_and_the_embedded_one(pipeline: str):
    at = open_prose(tracks="pos", pipeline=pipeline)
    assert "en_tiny says" in sentences(at).replace("\\", "")
    assert len(at.warning) == 1
    assert view(at).pipeline == "en_tiny"
    assert rows(at) == expected(at)


@pytest.fixture
def spacy_hub(hub: Hub, tmp_path: Path) -> Hub:
    """A stand-in with the embedded pipeline under the name of one of spaCy's."""
    shutil.copytree(PIPELINES / "en_tiny", tmp_path / "pipeline")
    hub.add("spacy/en_core_web_sm", tmp_path / "pipeline", "main")
    load._load.cache_clear()
    return hub


@pytest.mark.usefixtures("unhurried")
def test_a_pipeline_is_fetched_when_asked_for_and_goes_into_the_link(spacy_hub: Hub):
    at = open_prose(tracks="pos")
    assert not spacy_hub.log, "nothing is downloaded without being asked"
    assert at.selectbox(key="pipeline").options == ["en_tiny"]
    at.text_input(key="hub_pipeline_name").set_value("spacy/en_core_web_sm")
    click(at, "fetch_pipeline")
    commit = spacy_hub.repositories["spacy/en_core_web_sm"].names["main"]
    assert params(at)["pipeline"] == f"hub:spacy/en_core_web_sm@{commit}"
    assert f"spacy/en_core_web_sm ({commit[:7]})" in at.selectbox(key="pipeline").options
    assert rows(at) == expected(at)
    at.selectbox(key="pipeline").set_value("en_tiny")
    check(at.run())
    assert view(at).pipeline == "en_tiny"
    consistent(at)


@pytest.mark.parametrize(
    ("name", "said"), [("someone/evil", "none of spaCy"), ("", "does not name"), ("x y", "name")]
)
def test_a_wrong_name_of_a_pipeline_is_a_sentence(spacy_hub: Hub, name: str, said: str):
    at = open_prose(tracks="pos")
    at.text_input(key="hub_pipeline_name").set_value(name)
    click(at, "fetch_pipeline")
    assert said in sentences(at).replace("\\", "")
    assert view(at).pipeline == "en_tiny"
