"""Pipelines of spaCy's own from a stand-in for the Hub: fetched once, of one commit; no others."""

import shutil
from pathlib import Path

import pytest

from lstmvis_core import HubError, Options, TrackError, load_pipeline, trace_text, track_of_trace
from lstmvis_core.pipelines import hub as hub_module
from lstmvis_core.pipelines import load
from lstmvis_core.pipelines.hub import fetch_pipeline
from lstmvis_core.pipelines.load import PIPELINES
from tests.hub.standin import Hub

NAME = "spacy/en_core_web_sm"


@pytest.fixture
def spacy_hub(hub: Hub, tmp_path: Path) -> Hub:
    """A stand-in that serves the embedded pipeline under the name of one of spaCy's."""
    folder = tmp_path / "pipeline"
    shutil.copytree(PIPELINES / "en_tiny", folder)
    (folder / "en_core_web_sm-any-py3-none-any.whl").write_bytes(b"PK" * 10)
    hub.add(NAME, folder, "main")
    load._load.cache_clear()
    return hub


def test_a_fetched_pipeline_is_named_by_its_commit_and_works(spacy_hub: Hub, lstm):
    name = fetch_pipeline(NAME)
    assert name == f"hub:{NAME}@{spacy_hub.repositories[NAME].names['main']}"
    trace = trace_text(lstm, "(a b)")
    track = track_of_trace(trace, "pos", Options(pipeline=name))
    ours = track_of_trace(trace, "pos")
    assert track.values.tolist() == ours.values.tolist()
    assert not spacy_hub.asked_for(".whl"), "the same again, packed"


def test_once_it_is_here_nothing_is_asked_for(spacy_hub: Hub):
    name = fetch_pipeline(NAME)
    spacy_hub.log.clear()
    assert load_pipeline(name).language == "en"
    assert spacy_hub.log == []


def test_loading_alone_fetches_nothing(spacy_hub: Hub):
    commit = spacy_hub.repositories[NAME].names["main"]
    with pytest.raises(TrackError, match="not here.*Fetch it from the Hub"):
        load_pipeline(f"hub:{NAME}@{commit}")
    with pytest.raises(TrackError, match="not here"):
        load_pipeline(f"hub:{NAME}@main")
    assert spacy_hub.log == []


@pytest.mark.parametrize("name", ["someone/tiny", "someone/en_core_web_sm", "spacy/evil", "spacy"])
def test_pipelines_of_others_are_refused_before_anything_is_asked(spacy_hub: Hub, name: str):
    with pytest.raises(HubError, match="none of spaCy's own|does not name"):
        fetch_pipeline(name)
    assert spacy_hub.log == []


def test_a_large_one_is_refused_before_it_is_fetched(spacy_hub: Hub, monkeypatch):
    monkeypatch.setattr(hub_module, "LARGEST", 1_000_000)
    with pytest.raises(HubError, match="at most 1 MB.*_sm"):
        fetch_pipeline(NAME)
    assert not spacy_hub.asked_for("resolve")


def test_what_is_no_pipeline_is_refused(spacy_hub: Hub, folder: Path):
    spacy_hub.add("spacy/en_core_web_md", folder)
    with pytest.raises(HubError, match="no spaCy pipeline"):
        fetch_pipeline("spacy/en_core_web_md")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": 503}, "busy or out of order"),
        ({"page": b"<html>Sign in</html>"}, "does not answer as the Hub does"),
        ({"gated": {NAME}}, "is gated"),
        ({"sent": 0.5}, "broke off before it was whole"),
    ],
)
def test_a_hub_in_trouble_is_a_sentence(spacy_hub: Hub, change: dict, message: str):
    for name, value in change.items():
        setattr(spacy_hub, name, value)
    with pytest.raises(HubError, match=message):
        fetch_pipeline(NAME)


def test_without_the_network_nothing_is_tried(spacy_hub: Hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match="HF_HUB_OFFLINE"):
        fetch_pipeline(NAME)
    assert spacy_hub.log == []


def test_a_damaged_pipeline_says_so(spacy_hub: Hub, tmp_path: Path):
    (tmp_path / "pipeline" / "parser" / "model").write_bytes(b"nothing")
    spacy_hub.add(NAME, tmp_path / "pipeline", "main")
    with pytest.raises(TrackError, match="cannot be loaded"):
        load_pipeline(fetch_pipeline(NAME))
