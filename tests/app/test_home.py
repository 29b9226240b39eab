"""Home, and what holds for every page."""

from html import escape
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from pages.ui.view import View, fit, from_example, from_params
from tests.app.driver import ROOT, check, html, keys, markdown, open_page, sentences

PAGES = [None, *(f"pages/{path.name}" for path in sorted((ROOT / "pages").glob("[0-9]*.py")))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "app.py")
def test_every_page_opens_with_a_chart_and_words(page: str | None):
    at = open_page(page)
    assert at.title[0].value
    assert len(keys(at)) >= 1
    assert at.markdown[0].value
    assert html(at)
    assert not at.warning
    assert not at.error
    assert "Not affiliated" in at.caption[-1].value, "the footer"


def links(at: AppTest) -> list[View]:
    """The views that the links of Home's main part lead to."""
    protos = [link.proto for link in at.main.get("page_link")]
    read = [from_params(dict(parse_qsl(p.query_string, keep_blank_values=True))) for p in protos]
    assert all(problems == [] for _, problems in read)
    return [view for view, _ in read]


def type_text(at: AppTest, text: str) -> None:
    at.text_input[0].set_value(text)
    check(at.run())


def test_every_prepared_example_has_a_door_that_leads_to_it():
    _, *doors = links(open_page())
    prepared = [from_example(m, e) for m in lv.list_models() for e in lv.read_examples(m)]
    assert doors == prepared
    for view in doors:
        model = lv.load_model(view.model)
        steps = len(model.vocabulary.encode(view.text))
        assert fit(view, model, steps)[0] == view, "a prepared view fits its text"


def test_typing_colours_the_text_and_goes_with_the_link():
    at = open_page()
    before = html(at)
    type_text(at, "She said, <b>")
    assert html(at) != before
    assert escape("<") in html(at)
    assert links(at)[0].text == "She said, <b>"


@pytest.mark.parametrize("id", [id for id in lv.list_models() if lv.read_highlight(id)])
def test_every_network_shows_its_own_text_and_unit(id: str):
    at = open_page()
    at.segmented_control(key="home_model").set_value(id)
    check(at.run())
    highlight = lv.read_highlight(id)
    assert at.text_input[0].value == highlight["text"]
    assert f"unit {highlight['unit']} of layer {highlight['layer']}" in markdown(at)
    assert links(at)[0].model == id


def test_each_network_remembers_what_was_typed_for_it():
    at = open_page()
    type_text(at, "A lamp.")
    at.segmented_control(key="home_model").set_value("parens")
    check(at.run())
    assert at.text_input[0].value == lv.read_highlight("parens")["text"]


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
    assert "Fifteen stories" in markdown(at)


def test_a_text_in_which_the_unit_is_off_says_less_and_still_opens_the_page():
    at = open_page()
    at.segmented_control(key="home_model").set_value("parens").run()
    at.text_input(key="home_text_parens").set_value("0 0 0").run()
    assert not at.exception
    assert len(at.get("vega_lite_chart")) == 1  # the guesses
