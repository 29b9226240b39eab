"""The panel about a unit: what it says is what the library says."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.analysis.over_training import beginning
from pages.ui import about_cached
from tests.app.driver import (
    TEXT,
    check,
    click,
    frame,
    go_to,
    html,
    markdown,
    open_page,
    open_select,
    sentences,
    upload,
    view,
)

PAGE = "pages/4_Units.py"
HISTOGRAM = "Histogram of the values of the unit over the corpus"
TRAINING = "What the unit was at each checkpoint of the training"
USUAL = {"model": "parens", "text": TEXT, "panel": "about", "layer": "1", "unit": "3"}
EVERY = {
    "parens": {},
    "prose-gru": {"corpus": "reviews", "text": "He said so."},
    "prose-rnn": {"corpus": "reviews", "text": "He said so."},
    "tagger": {"corpus": "reviews", "layer": "2", "text": "They can fish ."},
    "sentiment": {"text": "A slow film ."},
    "chords": {"text": "C Am F G", "layer": "2"},
    "dna": {"text": "ACGTAGGT"},
}


@pytest.fixture(autouse=True)
def short_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gates and checkpoints of a few steps, for what is shown is the same."""
    monkeypatch.setattr(about_cached, "GATE_STEPS", 500)


def open_about(**params: str) -> AppTest:
    """A fresh session on the panel: unit 3 of `parens`, unless a parameter says otherwise."""
    return open_page(PAGE, USUAL | {"kind": "tanh_cell"} | params)


def explained(model_id: str, corpus_id: str, layer: int, kind: str, unit: int):
    model, corpus = lv.load_model(model_id), lv.load_corpus(corpus_id)
    tokens, breaks = corpus.tokens(model.vocabulary)
    values = np.array(lv.corpus_states(model, corpus, layer, kind).values[unit])
    text = lv.TextProperties(tokens, breaks, model.vocabulary.level)
    return values, lv.explain_unit(values, text, lv.explaining_tracks(model, corpus))


def test_it_says_what_explains_the_unit_best():
    at = open_about()
    values, found = explained("parens", "parens", 1, "tanh_cell", 3)
    best = found[0]
    assert best.track == "level"
    assert f"Explained best by **{best.name}**: it rises with it (r = {best.r:+.2f}" in markdown(at)
    assert "**It need not look far back**: the character that it reads explains 33%" in markdown(at)
    table = at.dataframe[0].value
    shown = [one for n, one in enumerate(found) if one.explained >= 0.01 or n < 3]
    assert table.iloc[:, 0].tolist() == [one.name for one in shown]
    assert np.allclose(table["r"], [one.r for one in shown])
    bars = frame(at, HISTOGRAM, "low", "share")
    assert bars["share"].tolist() == (np.histogram(values, 40, (-1, 1))[0] / len(values)).tolist()
    assert not at.warning


def test_examples_are_those_of_the_library():
    at = open_about()
    values, _ = explained("parens", "parens", 1, "tanh_cell", 3)
    corpus = lv.load_corpus("parens")
    tokens, breaks = corpus.tokens(lv.load_model("parens").vocabulary)
    found = lv.unit_examples(values, breaks, top=4, each=2, before=60, after=35)
    rows = html(at)
    for one in (*found.top, *found.bottom):
        assert f"{values[one.at]:+.2f}" in rows
    assert rows.count("outline") // 2 == 8 + sum(map(len, found.tenths))
    assert len(tokens) == len(values)


@pytest.mark.parametrize("id", EVERY)
def test_every_kind_of_model_has_its_panel(id: str):
    at = open_about(
        **{"model": id, "kind": "hidden", "corpus": id, **EVERY[id]}
        | ({"corpus": "reviews"} if id == "sentiment" else {})
    )
    assert not at.warning
    assert "How long it remembers" in markdown(at)
    assert ("has no gates" in markdown(at)) == (id == "prose-rnn")
    assert len(at.dataframe) == (1 if id == "prose-rnn" else 2)
    above = "Only the top layer speaks" in markdown(at)
    assert above == (view(at).layer == 1 and id not in ("sentiment", "dna"))


@pytest.mark.parametrize("row", [0, 1])
def test_an_explanation_becomes_the_property_to_find(row: int):
    at = open_about()
    one = explained("parens", "parens", 1, "tanh_cell", 3)[1][row]
    at.selectbox(key="about_property").set_value(row)
    check(at.run())
    click(at, "about_find")
    v = view(at)
    assert v.panel == "find"
    assert v.find == (one.track or "pattern")
    assert v.pattern == ("" if one.track else one.pattern)
    assert not at.warning


def test_the_thresholds_of_the_link_say_when_a_gate_is_shut():
    at = open_about(left="0.3", right="0.6")
    model = lv.load_model("parens")
    piece = beginning(lv.load_corpus("parens"), model.vocabulary, about_cached.GATE_STEPS)
    table = at.dataframe[1].value
    assert table.columns.tolist() == ["gate", "shut (< 0.3)", "open (> 0.6)"]
    for row, gate in zip(table.to_numpy(), ["input", "forget", "output"], strict=True):
        values = lv.corpus_states(model, piece, 1, f"{gate}_gate").values[3]
        assert row[1:].tolist() == [(values < 0.3).mean(), (values > 0.6).mean()]


def test_checkpoints_show_when_a_unit_learned_this():
    text = "He said it."
    at = open_about(model="prose-epochs", text=text, corpus="reviews", kind="hidden")
    lines = frame(at, TRAINING, "step", "value")
    assert set(lines["step"]) <= set(lv.list_checkpoints("prose-epochs"))
    first = lines[lines["what"] == lines["what"].iloc[0]]
    assert first["value"].iloc[-1] == pytest.approx(1)
    charts = open_about().get("vega_lite_chart")
    assert not any(chart.proto.alt.startswith(TRAINING) for chart in charts)


def test_a_long_corpus_is_looked_at_from_its_beginning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(about_cached, "MOST_STEPS", 700)
    at = open_about(unit="4", corpus="chords", model="parens")
    assert "the first 700 steps" in markdown(at)


@pytest.mark.parametrize("said", ["(1 (2))", "(1 (2)) 0 (3) " * 20])
def test_a_text_that_somebody_brought_may_be_short(said: str):
    at = open_select(panel="about", unit="3")
    upload(at, "mine.txt", said.encode())
    go_to(at, PAGE)
    assert ("too short" in sentences(at)) == (len(said) < 20)
    assert ("Explained best by" in markdown(at)) == (len(said) >= 20)
    assert "How long it remembers" in markdown(at)


def test_where_no_context_comes_twice_nothing_is_said_of_memory():
    at = open_select(panel="about", unit="1", model="tagger", text="They can fish .", kind="hidden")
    upload(at, "mine.txt", " ".join(f"w{number}" for number in range(60)).encode())
    go_to(at, PAGE)
    assert "It need not" not in markdown(at)
    assert "It remembers" not in markdown(at)
    assert "How long it remembers" in markdown(at)


def test_the_language_is_offered_for_texts_of_it_alone():
    def offered(at: AppTest) -> bool:
        return any(toggle.key == "parsed" for toggle in at.toggle)

    assert not offered(open_about())
    at = open_about(model="tagger", text="They can fish .", corpus="reviews", kind="hidden")
    assert offered(at)
    at.toggle(key="parsed").set_value(True)
    check(at.run())
    assert any("part of speech" in name for name in at.dataframe[0].value.iloc[:, 0])
