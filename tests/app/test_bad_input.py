"""Select and Match with texts and links that nobody should have to expect."""

from html import escape

import pytest

import lstmvis_core as lv
from pages.ui import cached
from pages.ui.view import View
from tests.app.driver import (
    SELECT_PAGE,
    drawn_tokens,
    frame,
    html,
    keys,
    markdown,
    open_page,
    open_select,
    sentences,
    type_text,
    view,
)
from tests.app.test_select_and_match import consistent

SCRIPT = "<script>alert(1)</script>"
MARKDOWN = "![x](http://a.example/b.png) **bold** [y](http://a.example) :red[z] $q$ `c`"


def test_an_empty_text_is_a_sentence_and_the_page_comes_back():
    at = open_select()
    type_text(at, "")
    assert "text is empty" in sentences(at)
    assert keys(at) == []
    type_text(at, "(1 (2))")
    assert {"select_chart_0", "match_chart_0"} <= set(keys(at))
    consistent(at)


def test_an_empty_text_in_a_link_is_a_sentence():
    assert "text is empty" in sentences(open_select(text=""))


def test_a_long_text_is_read_in_part_and_kept_whole():
    at = open_select(size="120")
    text = "(1 (2)) 0 " * 2000
    type_text(at, text)
    assert "2,000" in sentences(at)
    assert "20,000" in sentences(at)
    assert at.text_input(key="text_line").value == text
    assert view(at).text == text[:2000]
    consistent(at)
    at.slider(key="range").set_value((1990, 2000))
    at.run()
    assert at.text_input(key="text_line").value == text
    consistent(at)


ODD = ["x", " ", "👩‍🚀🙂", "e\u0301\u0323", "\u0301", "שלום", "a\x00b", "\u202eabc", "\ufffd", "("]


def test_any_text_is_read_token_by_token():
    at = open_select()
    for text in ODD:
        type_text(at, text)
        assert view(at).text == text
        assert len(frame(at, "select_chart", "token", "step")) == len(text)
        consistent(at)


@pytest.mark.parametrize("text", [SCRIPT, MARKDOWN, '"><img src=x onerror=alert(1)>', "&lt;b&gt;"])
def test_hostile_text_is_shown_and_never_read_as_markup(text: str):
    at = open_select(text=text, start="0", end=str(len(text)), size="120")
    assert escape(text) in html(at)
    assert text not in markdown(at)
    for tag in ("<script", "<img", "<b>"):
        assert tag not in html(at)
    assert drawn_tokens(at) == text.replace(" ", "·")
    consistent(at)


def test_what_is_outside_the_vocabulary_is_named():
    at = open_select(text="(1 & é <2> &)")
    assert "5 tokens of this text are outside the vocabulary of parens" in html(at)
    assert escape("& é < >") in html(at)
    reads = frame(at, "select_chart", "token", "read")["read"].tolist()
    assert reads.count("unknown") == 5


def test_one_unknown_token_is_one():
    assert "1 token of this text is outside" in html(open_select(text="(1&)"))


def test_a_text_the_model_knows_gets_no_remark():
    assert "outside the vocabulary" not in html(open_select())


# -- links -------------------------------------------------------------------------------------

# Any text, pattern or label will do; whether there is such a property is looked up by Units, and
# whether there are such words or colours of words by Clusters; a token by Outputs, a lesson by the
# bar that it has.
ANYTHING = ("text", "pattern", "label", "find", "words", "tint", "token", "lesson")
NAMES = [name for name in View().__dataclass_fields__ if name not in ANYTHING]
MAY_BE_EMPTY = ("exclude", "pin", "tracks", "held", "dots", "part")


@pytest.mark.parametrize("raw", ["", "nan", "٣", SCRIPT, "9" * 200])
def test_a_link_of_nonsense_opens_with_a_sentence_for_each_setting(raw: str):
    bad = [name for name in NAMES if raw or name not in MAY_BE_EMPTY]
    at = open_page(SELECT_PAGE, {"text": "He went out."} | dict.fromkeys(bad, raw))
    assert at.warning[0].value.count("- ") == len(bad)
    consistent(at)


@pytest.mark.parametrize(
    "link",
    [
        {"layer": "9"},
        {"kind": "update_gate"},
        {"start": "999", "end": "1000"},
        {"start": "8", "end": "3"},
        {"at": "100000"},
        {"exclude": "99999", "pin": "0,500"},
        {"threshold": "50"},
        {"threshold": "0"},
        {"longest": "1", "shortest": "9"},
        {"before": "8", "after": "8", "start": "0", "end": "37"},
    ],
    ids=str,
)
def test_a_link_past_what_there_is_shows_the_nearest(link: dict[str, str]):
    consistent(open_select(**link))


@pytest.mark.parametrize("name", ["layer", MARKDOWN])
def test_a_warning_about_a_link_never_reads_it_as_markup(name: str):
    at = open_select(**{name: MARKDOWN[:40]})
    assert len(at.warning) == 1
    for markup in ("![x](", "](http"):
        assert markup not in at.warning[0].value


def test_a_warning_about_a_link_is_short():
    [warning] = open_select(**{"x" * 3000: "1"}).warning
    assert len(warning.value) < 300


# -- models ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["app.py", SELECT_PAGE])
def test_a_broken_model_folder_is_a_sentence_and_another_model(page: str, monkeypatch, tmp_path):
    load = lv.load_model

    def broken(id: str) -> lv.SequenceModel:
        if id == "parens":
            (tmp_path / "config.json").write_text("{", "utf-8")
            return load(tmp_path)
        return load(id)

    monkeypatch.setattr(lv, "load_model", broken)
    cached.model_of_zoo.clear()  # type: ignore[attr-defined]
    if page == SELECT_PAGE:
        at = open_select()
    else:
        at = open_page()
        at.selectbox(key="home_model").set_value("parens").run()
    cached.model_of_zoo.clear()  # type: ignore[attr-defined]
    assert not at.exception
    assert "cannot be used" in at.warning[0].value
    assert len(at.get("vega_lite_chart")) >= 1
