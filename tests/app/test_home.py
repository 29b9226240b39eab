"""Home, and what holds for every page."""

from html import escape

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.tracks import tracks_of
from pages.ui import cached
from pages.ui.link import default_corpus, from_example
from pages.ui.models import highlight_of
from pages.ui.words import plain
from tests.app.driver import (
    ROOT,
    SELECT_PAGE,
    UNITS_PAGE,
    check,
    html,
    in_order,
    keys,
    links,
    markdown,
    open_page,
    sentences,
    view,
)
from tests.views import fit_to

PAGES = [None, *(f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("[0-9]*.py")))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "app.py")
def test_every_page_opens_with_a_picture_and_words(page: str | None):
    at = open_page(page)
    assert at.title[0].value
    assert keys(at) or '<span style="background' in html(at), "a chart, or a coloured text"
    assert at.markdown[0].value
    assert html(at)
    assert not at.warning
    assert not at.error
    assert "Not affiliated" in at.main.caption[-1].value, "the footer"


def choose(at: AppTest, id: str) -> None:
    """Choose a network on Home."""
    at.selectbox(key="home_model").set_value(id)
    check(at.run())


def type_text(at: AppTest, text: str) -> None:
    at.text_input[0].set_value(text)
    check(at.run())


def test_every_model_has_a_door_to_its_first_example():
    # But those to its unit and its clusters.
    _, *doors = [one for one in links(open_page()) if not (one.find or one.cut)]
    prepared = [(name, lv.read_examples(name)) for name in in_order()]
    assert doors == [from_example(name, examples[0]) for name, examples in prepared if examples]


@pytest.mark.parametrize("id", lv.list_models())
def test_every_prepared_view_fits_its_text_and_its_model(id: str):
    model = lv.load_model(id)
    for example in lv.read_examples(id):
        view = from_example(id, example)
        colours = tracks_of(model, lv.load_corpus(view.corpus))
        steps = len(model.vocabulary.encode(view.text))
        assert fit_to(view, model, steps, colours) == (view, [])


def test_typing_colours_the_text_and_goes_with_the_link():
    at = open_page()
    before = html(at)
    type_text(at, "She said, <b>")
    assert html(at) != before
    assert escape("<") in html(at)
    assert links(at)[0].text == "She said, <b>"


@pytest.mark.parametrize("id", lv.list_models())
def test_every_network_shows_a_text_and_a_telling_unit(id: str):
    at = open_page()
    choose(at, id)
    model = lv.load_model(id)
    highlight = highlight_of(model, id)
    assert at.text_input[0].value == highlight["text"]
    layer = model.config.layer_names[highlight["layer"] - 1]
    assert f"unit {highlight['unit']} of layer {layer}" in markdown(at)
    assert plain(highlight["says"]) in markdown(at)
    assert links(at)[0].model == id
    assert not at.warning


@pytest.mark.parametrize("id", [id for id in lv.list_models() if lv.read_highlight(id)])
def test_a_prepared_telling_unit_is_on_in_a_part_of_its_own_text(id: str):
    prepared = lv.read_highlight(id)
    trace = lv.trace_text(lv.load_model(id), prepared["text"])
    states = trace.states(prepared["layer"], prepared["kind"])[:, prepared["unit"]]
    assert 0 < lv.is_on(states, prepared["threshold"]).mean() < 1


def test_a_model_without_a_prepared_unit_shows_the_one_that_moves_most(monkeypatch):
    monkeypatch.setattr(lv, "read_highlight", lambda id: {})
    cached.about.clear()  # type: ignore[attr-defined]
    at = open_page()
    cached.about.clear()  # type: ignore[attr-defined]
    text = str(at.text_input[0].value)
    states = lv.trace_text(lv.load_model("prose"), text).states(2, "hidden")
    [unit] = np.flatnonzero(states.std(axis=0) == states.std(axis=0).max())
    assert f"unit {unit} of layer 2" in markdown(at)
    assert "moves most" in markdown(at)
    assert not at.warning


def test_home_leads_to_the_clusters_of_its_network_with_the_text_that_was_typed():
    at = open_page()
    at.text_input(key="home_text_prose").set_value("Where is the lamp?")
    check(at.run())
    [there] = [one for one in links(at) if one.cut and one.text == "Where is the lamp?"]
    shown = open_page("pages/6_Clusters.py", there.to_params())
    assert not shown.warning
    assert view(shown).text == "Where is the lamp?"
    assert view(shown).clusters == 6


@pytest.mark.parametrize("id", ["prose", "parens", "prose-rnn"])
def test_the_unit_of_home_is_opened_in_units(id: str):
    at = open_page()
    if id != "prose":
        choose(at, id)
    highlight = lv.read_highlight(id)
    [there] = [one for one in links(at) if one.find]
    assert (there.model, there.text) == (id, highlight["text"])
    assert (there.layer, there.kind, there.unit) == tuple(
        highlight[name] for name in ("layer", "kind", "unit")
    )
    assert view(open_page(UNITS_PAGE, there.to_params())).unit == highlight["unit"]


def test_the_network_of_home_is_the_one_of_every_page():
    at = open_page()
    choose(at, "parens")
    check(at.switch_page(SELECT_PAGE).run())
    assert view(at).model == "parens"
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    at.query_params.clear()
    check(at.switch_page("app.py").run())
    assert at.selectbox(key="home_model").value == "prose"
    assert links(at)[0].model == "prose"


def test_every_network_can_be_chosen_and_says_what_it_is():
    at = open_page()
    said = at.selectbox(key="home_model").options
    assert len(said) == len(in_order())
    for id, words in zip(in_order(), said, strict=True):
        model = lv.load_model(id)
        assert words.startswith(f"{id} · {model.config.cell.upper()} over ")
        assert model.vocabulary.level in words


def test_each_network_remembers_what_was_typed_for_it():
    at = open_page()
    type_text(at, "A lamp.")
    choose(at, "parens")
    assert at.text_input[0].value == lv.read_highlight("parens")["text"]
    type_text(at, "(1 (2))")
    choose(at, "prose")
    assert at.text_input[0].value == "A lamp."
    choose(at, "parens")
    assert at.text_input[0].value == "(1 (2))"


def test_an_empty_text_is_said_to_be_empty():
    at = open_page()
    type_text(at, "")
    assert "text is empty" in sentences(at)
    assert keys(at) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](http://a.example/b.png) **bold** :red[x] $x$",
        "👩‍🚀 e\u0301 שלום",
    ],
)
def test_hostile_text_is_shown_and_never_read_as_markup(text: str):
    at = open_page()
    type_text(at, text)
    assert "<script" not in html(at)
    assert text not in markdown(at)
    drawn = html(at).count('<span style="background')
    assert drawn == len(text)
    assert "outside the vocabulary" in html(at)


def test_a_long_text_is_read_as_far_as_a_page_reads():
    at = open_page()
    type_text(at, "He went. " * 2000)
    assert "2,000" in sentences(at)
    assert len(at.text_input[0].value or "") == 18_000
    assert html(at).count('<span style="background') == 2000
    assert len(links(at)[0].text) == 2000


def test_home_shows_all_units_a_range_and_places_without_a_click():
    at = open_page()
    assert len(at.get("vega_lite_chart")) == 3  # the guesses, all units, the places
    assert "on exactly in the shaded range" in markdown(at)
    assert lv.load_corpus(default_corpus("prose")).title in markdown(at)


def test_a_text_in_which_the_unit_is_off_says_less_and_still_opens_the_page():
    at = open_page()
    choose(at, "parens")
    type_text(at, "0 0 0")
    assert len(at.get("vega_lite_chart")) == 1  # the guesses
