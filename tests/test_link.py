"""A link: what goes in comes out, and nonsense never breaks a page."""

from dataclasses import fields, replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstmvis_core import (
    list_corpora,
    list_models,
    read_examples,
)
from lstmvis_core.charts.select_frames import MAX_MARGIN
from pages.ui.link import default_corpus, first_view, from_example, from_params, opened
from pages.ui.parameters import (
    MAX_TEXT,
)
from pages.ui.view import MAX_QUERY, VIEW, View
from tests.views import views

NAMES = [field.name for field in fields(View)]


# -- there and back ----------------------------------------------------------------------------


@given(views())
@example(View())
@example(View(tracks=()))
def test_a_view_comes_back_from_its_parameters(view: View):
    assert from_params(view.to_params()) == (view, [])


@given(views())
@example(View(text="a&b=c#d?e+f%20\n\t \u00a0🙂"))
def test_a_view_comes_back_from_its_query_string(view: View):
    params = dict(parse_qsl(view.query(), keep_blank_values=True))
    assert from_params(params) == (view, [])


def test_a_link_always_carries_model_and_text_and_else_what_is_not_usual():
    assert View().to_params() == {"model": "prose", "text": ""}
    assert View(text="a", before=2, exclude=(3, 1)).to_params() == {
        "model": "prose",
        "text": "a",
        "before": "2",
        "exclude": "3,1",
    }


def test_a_link_carries_no_more_text_than_a_page_reads():
    view = View(text="ab" * MAX_TEXT)
    assert from_params(view.to_params()) == (replace(view, text=view.text[:MAX_TEXT]), [])


def test_a_long_link_is_packed_and_a_short_one_can_be_read():
    text = "The old man went home. " * 80
    short, long = View(text=text[:1400]), View(text=text, unit=7)
    assert set(short.to_params()) == {"model", "text"}
    assert set(long.to_params()) == {VIEW}
    assert len(long.query()) < 500 < MAX_QUERY
    assert from_params(long.to_params()) == (long, [])
    changed, problems = from_params({**long.to_params(), "unit": "9"})
    assert (changed, problems) == (replace(long, unit=9), [])


@pytest.mark.parametrize("raw", ["", "~", "~abc", "nonsense", "~eJw"])
def test_a_packed_link_that_is_broken_is_a_sentence(raw: str):
    view, [problem] = from_params({VIEW: raw, "unit": "3"})
    assert "cannot be unpacked" in problem
    assert view == View(unit=3)


@pytest.mark.parametrize("model", list_models())
def test_prepared_views_come_back_from_their_links(model: str):
    for prepared in read_examples(model):
        view = from_example(model, prepared)
        assert view.model == model
        assert from_params(view.to_params()) == (view, [])


def test_the_first_view_is_a_prepared_one_with_a_text():
    assert first_view().text
    assert from_params(first_view().to_params()) == (first_view(), [])


def test_a_link_without_a_text_opens_the_first_example_of_its_model():
    example = from_example("sentiment", read_examples("sentiment")[0])
    assert opened({"model": "sentiment"}) == (example, [])
    assert opened({}) == (first_view(), [])


def test_a_link_without_a_text_changes_the_example_as_it_says():
    example = from_example("prose", read_examples("prose")[0])
    shown, problems = opened({"model": "prose", "threshold": "0.4", "start": "40"})
    assert shown == replace(example, threshold=0.4, start=40, end=41)
    assert problems == []


def test_a_link_with_an_empty_text_keeps_it():
    assert opened({"model": "prose", "text": ""}) == from_params({"model": "prose", "text": ""})


def test_a_link_without_a_text_says_what_made_no_sense_and_says_it_once():
    shown, problems = opened({"model": "nobody", "layer": "2"})
    assert shown == replace(first_view(), layer=2)
    assert len(problems) == 1


# -- nonsense ----------------------------------------------------------------------------------

NEVER_A_NUMBER = [
    *("-1", "nan", "inf", "-inf", "1e9", "9" * 30, "1.5.1", "0x1", "<script>", "½", "²"),
    *("١", "１", "1_0", " 1", "1 ", "+1", "1;2", "\x00", "🙂"),
]
WHOLE = ("lines", "layer", "start", "end", "before", "after", "at", "shortest", "longest")
ONE_OF = ("model", "kind", "sign", "size", "corpus")
NONSENSE = [
    *((name, raw) for name in (*WHOLE, *ONE_OF, "threshold") for raw in NEVER_A_NUMBER),
    *((name, raw) for name in ("exclude", "pin", "tracks") for raw in NEVER_A_NUMBER),
    *((name, "") for name in (*WHOLE, *ONE_OF, "threshold")),
    *((name, "1.5") for name in (*WHOLE, "exclude", "pin")),
    *((name, "1,x") for name in ("exclude", "pin", "tracks")),
    *(("model", "../prose"), ("corpus", "prose"), ("kind", "Hidden"), ("layer", "0")),
    *(
        ("model", bad)
        for bad in ("prose@", "prose@x", "prose@-1", "prose@1.5", "prose@²", "none@3")
    ),
    *(("model", "prose@" + "9" * 5000), ("model", "prose@1@2"), ("model", "Hub:a/b")),
    *(("corpus", bad) for bad in ("own-", "own-0123456789abc", "own-0123456789AB", "own-x" * 3)),
    *(("corpus", bad) for bad in ("own-0123456789ab\n", "hub:", "hub:" + "a" * 501, "hub:a\nb")),
    *(("colour", bad) for bad in ("", "Level", "a-b", "a" * 41, "<b>", "level\n", "niveau é", "1")),
    *(("end", "0"), ("lines", "2"), ("before", str(MAX_MARGIN + 1)), ("size", "61")),
    *(("unit", "-1"), ("step", "-1"), ("step", "last"), ("panel", "All"), ("find", "a b")),
    *(("label", "x" * 201), ("hold", "gate"), ("held", "1;2"), ("by", "mean ")),
    *(("value", bad) for bad in ("50.01", "-50.01", "--1", "")),
    *(("scale", bad) for bad in ("0", "0.19", "3.01", "-1", "1,5", "")),
    *(("seed", "10000"), ("temperature", "2.01"), ("gate", "hidden"), ("over", "")),
    *(
        ("left", "-0.1"),
        ("right", "1.01"),
        ("dots", "1,x"),
        ("inside", "2"),
        *(("on", "text"), ("parsed", "yes")),
        ("guesses", ""),
    ),
    *(("threshold", "50.01"), ("shortest", "1001"), ("text", "a" * (MAX_TEXT + 1))),
]


@pytest.mark.parametrize(("name", "raw"), NONSENSE)
def test_nonsense_gives_a_sentence_and_the_usual_value(name: str, raw: str):
    view, problems = from_params({name: raw})
    assert view == View()
    [sentence] = problems
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert len(sentence) < 400


@given(
    st.dictionaries(
        st.sampled_from(NAMES) | st.text(max_size=8),
        st.sampled_from([*NEVER_A_NUMBER, "", "0", "1", "5", "0.5", "1,2", ",,"])
        | st.text(max_size=2100),
    )
)
def test_no_link_raises_and_every_view_has_a_selection(params: dict[str, str]):
    view, problems = from_params(params)
    view.selection()
    assert view.min_length >= 1
    for name in params.keys() - set(NAMES):
        assert any(repr(name) in sentence for sentence in problems)
    blamed = {sentence.split(" is ")[0] for sentence in problems} & set(NAMES)
    for name in blamed - {"end"}:  # the end follows from the start
        assert getattr(view, name) == getattr(View(), name)


def test_one_bad_parameter_does_not_cost_the_others():
    view, problems = from_params({"layer": "2", "threshold": "much", "sign": "-"})
    assert view == View(layer=2, sign="-")
    assert len(problems) == 1


def test_unknown_parameters_are_named():
    view, problems = from_params({"utm_source": "x", "layer": "2"})
    assert view == View(layer=2)
    [sentence] = problems
    assert "'utm_source'" in sentence


@pytest.mark.parametrize(("start", "end"), [("5", "5"), ("7", "2")])
def test_a_range_that_ends_before_it_begins_is_its_first_token(start: str, end: str):
    view, problems = from_params({"start": start, "end": end})
    assert (view.start, view.end) == (int(start), int(start) + 1)
    [sentence] = problems
    assert "range" in sentence


def test_a_range_may_be_given_by_either_side_alone():
    assert from_params({"start": "7"}) == (View(start=7, end=8), [])
    assert from_params({"end": "7"}) == (View(end=7), [])


@pytest.mark.parametrize("model", list_models())
def test_every_model_has_a_corpus(model: str):
    assert default_corpus(model) in list_corpora()
