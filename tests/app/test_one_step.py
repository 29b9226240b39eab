"""One step: its numbers against the library, walking, clicking, and what does not fit."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.analysis.one_step import ROWS
from lstmvis_core.charts import step_equation
from lstmvis_core.charts.step_chart import MOST_UNITS
from lstmvis_core.charts.tokens import visible
from pages.ui.checks import CHECKS
from pages.ui.doors import ONE_STEP, UNITS
from pages.ui.parameters import LAST
from pages.ui.step_panel import EXAMPLES, TEXT
from pages.ui.step_words import ROW_NAMES
from pages.ui.view import View
from tests.app.driver import (
    check,
    click,
    frame,
    go_to,
    html,
    keys,
    links,
    markdown,
    open_page,
    params,
    select,
    sentences,
    type_text,
    view,
)

CHART = "step_chart"
TINY = ("tiny-rnn", "tiny-lstm", "tiny-gru")
model = cache(lv.load_model)


def open_step(**changed: str) -> AppTest:
    """A fresh session on One step: the tiny LSTM, unless a parameter says otherwise."""
    return open_page(ONE_STEP, {"model": "tiny-lstm", "text": TEXT, "step": "5"} | changed)


def found(v: View) -> lv.OneStep:
    trace = lv.trace_text(model(v.model), v.text)
    return lv.one_step(trace, v.layer, v.cursor(len(trace.tokens)))


def consistent(at: AppTest) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    one = found(v)
    assert v.part in one.rows
    table = frame(at, CHART, "part", "unit", "value")
    for part, row in one.rows.items():
        drawn = table[table["part"] == part].sort_values(["y", "x"])
        assert np.isin(np.round(row[:MOST_UNITS], 6), np.round(drawn["value"], 6)).all()
    picked = table[table["picked"]]
    if v.part == "input":
        assert picked["value"].tolist() == one.input[:MOST_UNITS].tolist()
    elif v.unit < MOST_UNITS:
        assert picked["value"].tolist() == [one.rows[v.part][v.unit]]
    assert [latex.value.strip("$\n") for latex in at.latex] == [step_equation(one, v.part, v.unit)]
    assert at.session_state["part"] == v.part
    assert at.session_state["unit"] == v.unit
    assert at.selectbox(key="part").options == [ROW_NAMES[name] for name in ROWS[one.cell]]
    assert ("Two ways to write a GRU" in markdown(at)) == (one.cell == "gru")
    [shown] = re.findall(r"background:#0072B2[^>]*>([^<]*)<", html(at))
    trace = lv.trace_text(model(v.model), v.text)
    assert shown == visible(trace.tokens.strings[one.step])


def as_fitted(v: View, at: AppTest) -> View:
    """A view with what other pages look at besides."""
    return replace(v, corpus="parens", gate=view(at).gate)


# -- opening -----------------------------------------------------------------------------------


def test_a_fresh_visit_opens_on_a_tiny_network():
    at = open_page(ONE_STEP)
    assert view(at) == as_fitted(EXAMPLES[0][1], at)
    assert not at.warning
    consistent(at)


def test_a_visitor_keeps_the_network_and_the_text_of_another_page():
    at = open_page(UNITS, {"model": "parens", "text": "(1 (2"})
    go_to(at, ONE_STEP)
    assert (view(at).model, view(at).text) == ("parens", "(1 (2")
    consistent(at)


def test_the_first_network_can_be_chosen_here_too():
    at = open_page(ONE_STEP)
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    assert view(at).model == "prose"
    consistent(at)


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_every_prepared_step_can_be_shown(place: int):
    at = open_page(ONE_STEP)
    click(at, f"example_tiny-lstm_{place}")
    assert view(at) == as_fitted(EXAMPLES[place][1], at)
    assert not at.warning
    consistent(at)


@pytest.mark.parametrize("id", lv.list_models())
def test_every_network_has_its_step(id: str):
    at = open_page(ONE_STEP, {"model": id, "corpus": "reviews"})
    consistent(at)
    assert not at.warning
    small = model(id).config.hidden_size <= MOST_UNITS
    assert (f"Drawn are the first {MOST_UNITS}" in sentences(at)) != small
    assert [v.model for v in links(at) if v.model in TINY] == ([] if small else ["tiny-lstm"])


@pytest.mark.parametrize("layer", ["1", "2"])
def test_a_network_of_two_directions_is_shown_as_it_reads(layer: str):
    at = open_page(ONE_STEP, {"model": "dna", "text": "CAGGTA", "layer": layer, "step": "2"})
    consistent(at)
    assert found(view(at)).backward == (layer == "2")


# -- walking -----------------------------------------------------------------------------------


def test_the_buttons_go_one_step_on_and_back():
    at = open_step(step="15")
    consistent(at)
    click(at, "step_on")
    assert (view(at).step, view(at).cursor(len(TEXT))) == (LAST, 16)
    assert at.button(key="step_on").disabled
    consistent(at)
    click(at, "step_back")
    assert view(at).step == 15
    at = open_step(step="0")
    assert at.button(key="step_back").disabled
    assert "nothing has been read" in markdown(open_step(step="0", part="hidden_before"))


def test_the_slider_goes_anywhere():
    at = open_step()
    at.slider(key=f"cursor_{len(TEXT)}").set_value(9)
    check(at.run())
    assert view(at).step == 9
    consistent(at)


def test_typing_is_read_at_once_and_one_token_needs_no_slider():
    at = open_step(step="4")
    type_text(at, "(1)")
    assert view(at).cursor(3) == 2
    consistent(at)
    type_text(at, "(")
    assert not at.slider
    consistent(at)


# -- choosing a number -------------------------------------------------------------------------


@pytest.mark.parametrize("id", TINY)
def test_each_number_can_be_chosen_by_keyboard(id: str):
    at = open_step(model=id)
    for name in ROWS[model(id).config.cell]:
        at.selectbox(key="part").set_value(name)
        at.number_input(key="unit").set_value(1)
        check(at.run())
        assert (view(at).part, view(at).unit) == (name, 1)
        consistent(at)


def test_a_click_chooses_a_number_and_the_chart_can_be_clicked_again():
    at = open_step()
    [key] = keys(at)
    point = {"id": 7, "part": "candidate", "unit": 3, "sources": "|"}
    select(at, CHART, number=[point])
    assert (view(at).part, view(at).unit) == ("candidate", 3)
    assert keys(at) != [key]
    consistent(at)
    select(at, CHART, number=[{"id": 0, "part": "input", "unit": 1, "sources": "|"}])
    assert (view(at).part, view(at).unit) == ("input", 3)
    consistent(at)


def test_a_click_beside_the_numbers_changes_nothing():
    at = open_step(part="cell", unit="2")
    before = view(at)
    for points in ([], [{"id": -1, "part": "", "unit": -1, "sources": "|"}]):
        select(at, CHART, number=points)
        assert view(at) == before
    consistent(at)


def test_a_number_is_said_in_words():
    at = open_step(part="forget_gate", unit="2", step="8")
    one = found(view(at))
    assert f"**keeps** **{one.gates['forget_gate'].value[2]:.0%}**" in markdown(at)
    assert "Forget gate f of unit 2, at “\\)”" in markdown(at)
    at = open_step(part="update_gate", model="tiny-gru", unit="1")
    z = found(view(at)).gates["update_gate"].value[1]
    assert f"takes the rest, **{1 - z:.0%}**" in markdown(at)


def test_another_network_shows_the_number_that_its_cell_has():
    at = open_step(part="forget_gate", unit="3")
    at.selectbox(key="model").set_value("tiny-gru")
    check(at.run())
    assert (view(at).part, view(at).unit, view(at).text) == ("update_gate", 0, TEXT)
    said = sentences(at).replace("\\", "")
    assert "A GRU has no forget gate f; shown is the update gate z" in said
    consistent(at)


# -- what does not fit -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_text_is_said(text: str):
    at = open_step(text=text)
    if not text:
        assert "text is empty" in sentences(at)
        assert keys(at) == []
    else:
        consistent(at)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("part", "nonsense", "part is 'nonsense'"),
        ("part", "reset_gate", "An LSTM has no reset gate r"),
        ("unit", "4", "from 0 to 3; unit 3 is shown"),
        ("layer", "2", "layers 1 to 1"),
        ("step", "x", "step is 'x'"),
        ("model", "nobody", "model is 'nobody'"),
    ],
)
def test_a_link_that_makes_no_sense_is_a_sentence_and_the_rest_is_shown(name, value, said):
    at = open_step(**{name: value})
    assert said in re.sub(r"\\(.)", r"\1", at.warning[0].value)
    consistent(at)


def test_a_project_is_replaced_with_a_sentence():
    at = open_page(ONE_STEP, {"model": "project:nothing"})
    assert "project" in at.warning[0].value
    consistent(at)


def test_a_step_beyond_the_text_is_its_last():
    at = open_step(step="900")
    assert view(at).cursor(len(TEXT)) == len(TEXT) - 1
    consistent(at)


def test_hostile_text_is_shown_and_never_read_as_markup():
    at = open_page(ONE_STEP, {"model": "prose", "text": "<script>$x$</script>", "step": "0"})
    assert "<script" not in html(at)
    assert "at “\\<”" in markdown(at)
    assert params(at)["step"] == "0"


# -- what lessons check here -------------------------------------------------------------------


def verdict(name: str, value: object, prepared: View, v: View) -> tuple[bool, str]:
    one = CHECKS[name](value).verdict(prepared, v)
    return one.holds, one.said


def test_a_number_is_checked_as_it_is():
    v = View("tiny-lstm", TEXT, step=5, unit=2)
    f = float(found(v).gates["forget_gate"].value[2])
    said = f"Forget gate f of unit 2 at “·”: {f:.2f}."
    for limits, holds in (
        ({"least": f - 0.01}, True),
        ({"least": f + 0.01}, False),
        ({"most": f + 0.01}, True),
        ({"most": f - 0.01}, False),
        ({"least": f - 0.01, "most": f + 0.01}, True),
    ):
        assert verdict("number", {"part": "forget_gate", **limits}, v, v) == (holds, said)
    no_gate = verdict("number", {"part": "cell", "most": 0}, v, replace(v, model="tiny-gru"))
    assert no_gate == (False, "This network has no new cell state c.")
    empty = verdict("number", {"part": "cell", "most": 0}, v, replace(v, text=""))
    assert empty == (False, "There is no text.")


def test_another_order_is_checked_by_what_the_network_makes_of_it():
    prepared = View("tiny-rnn", "(1) (1")

    def said(text: str, least: float = 0.3) -> tuple[bool, str]:
        return verdict("reordered", least, prepared, replace(prepared, text=text))

    apart = np.abs(
        lv.trace_text(model("tiny-rnn"), "((1) 1").states(1)[-1]
        - lv.trace_text(model("tiny-rnn"), "(1) (1").states(1)[-1]
    )
    right = f"At the end the hidden state of unit {apart.argmax()} differs by {apart.max():.2f}."
    assert said("((1) 1") == (True, right)
    assert said("((1) 1", 5.0) == (False, right)
    assert said("(1) (1") == (False, "They are still in the same order.")
    assert said("((1 1)") == (False, "It does not end with “1”.")
    assert said("((2) 1") == (False, "These are not the same as in “(1) (1”.")
    assert said("") == (False, "There is no text.")
