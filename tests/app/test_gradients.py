"""Gradients: the figure and its sentences, every control, and links that make no sense."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.charts.gradient_frames import powers, share_left
from pages.ui.checks import CHECKS
from pages.ui.doors import GATES
from pages.ui.gradients import MOST
from pages.ui.parameters import LAST
from pages.ui.view import View
from tests.app.driver import (
    TEXT,
    check,
    frame,
    go_to,
    html,
    keys,
    links,
    markdown,
    open_page,
    select,
    sentences,
    type_text,
    view,
)

GRADIENTS_PAGE = "pages/8_Gradients.py"
CHART = "gradient_chart"
SAID = 'He said, "I will come to you in the morning, if I can." She went.'
OF_PROSE = {"rnn": "prose-rnn", "gru": "prose-gru", "lstm": "prose"}
model = cache(lv.load_model)


def open_gradients(**params: str) -> AppTest:
    """A fresh session on Gradients: model `prose-rnn`, unless a parameter says otherwise."""
    usual = {"model": "prose-rnn", "text": SAID, "layer": "2", "corpus": "stories"}
    return open_page(GRADIENTS_PAGE, usual | params)


@cache
def expected(id: str, v: View, step: int, back: int | None = None) -> lv.Gradients:
    """What the library says of one network."""
    network = model(id)
    layer = min(v.layer, len(network.config.layer_names))
    return lv.gradients_through_time(
        network, v.text, layer=layer, step=step, scale=v.scale, back=back
    )


def lines(at: AppTest) -> dict[str, pd.DataFrame]:
    table = frame(at, CHART, "line", "y", "kind")
    return {str(name): part for name, part in table.groupby("line")}


def consistent(at: AppTest, models: dict[str, str] = OF_PROSE) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    step = v.cursor(len(model(v.model).vocabulary.encode(v.text)))
    drawn = lines(at)
    names = set()
    for cell, id in models.items():
        found = expected(id, replace(v, model=id), step)
        curves = {cell.upper(): found.hidden, f"{cell.upper()}, memory c": found.cell}
        if id == v.model:
            curves |= {"product of single steps": found.product, "textbook bound": found.bound}
        for name, values in curves.items():
            if values is None:
                continue
            names.add(name)
            known = powers(values)[~np.isnan(values)]
            assert drawn[name]["y"].tolist() == pytest.approx(known.tolist(), abs=1e-6)
        over = min(20, step)
        if over:
            assert f"**{share_left(found.hidden[step - over])}** in the {cell.upper()}" in said(at)
            if found.cell is not None:
                memory = share_left(found.cell[step - over])
                assert f"**{memory}** in the memory c of the {cell.upper()}" in said(at)
    assert set(drawn) == names
    table = frame(at, CHART, "token", "here")
    assert table["step"][table["here"]].tolist() == [step]
    assert at.session_state["scale"] == v.scale


def said(at: AppTest) -> str:
    return markdown(at).replace("\\", "")


# -- opening -----------------------------------------------------------------------------------


def test_without_a_link_a_plain_network_is_shown_beside_a_gru_and_an_lstm():
    at = open_page(GRADIENTS_PAGE)
    assert (view(at).model, view(at).layer, view(at).scale) == ("prose-rnn", 2, 1.0)
    assert not at.warning
    consistent(at)
    assert "**20 steps before** the target “.” arrives there as: **0.12 %** in the RNN" in said(at)
    assert "the gradient vanishes" in said(at)


def test_who_comes_from_another_page_keeps_the_network():
    at = open_page(GATES, {"model": "prose", "text": SAID, "layer": "2", "over": "text"})
    go_to(at, GRADIENTS_PAGE)
    assert view(at).model == "prose"
    consistent(at)
    assert "The textbook bound is for a plain RNN" in said(at)


def test_a_link_is_shown_as_it_says():
    at = open_gradients(scale="2.5", step="40", layer="1")
    assert (view(at).scale, view(at).step, view(at).layer) == (2.5, 40, 1)
    assert not at.warning
    consistent(at)
    assert "with W × 2.5" in said(at)


@pytest.mark.parametrize("id", lv.list_models())
def test_every_network_has_its_figure(id: str):
    at = open_page(GRADIENTS_PAGE, {"model": id})
    assert not at.warning
    v = view(at)
    cell = model(id).config.cell
    drawn = lines(at)
    assert {cell.upper(), "product of single steps"} <= set(drawn)
    assert len(drawn) <= 6
    reached = drawn[cell.upper()]["y"]
    step = v.cursor(len(model(id).vocabulary.encode(v.text)))
    values = expected(id, v, step).hidden
    assert reached.tolist() == pytest.approx(powers(values)[~np.isnan(values)].tolist(), abs=1e-6)
    assert "Does a bound above one" in markdown(at)


def test_a_network_that_none_can_be_set_beside_says_so():
    at = open_page(GRADIENTS_PAGE, {"model": "tagger", "layer": "2", "step": "2"})
    assert "No other network here" in sentences(at)
    assert "its lines go to the right" in said(at)
    assert "**16 steps after** the target “that”" in said(at)
    assert set(lines(at)) == {"LSTM", "LSTM, memory c", "product of single steps"}
    begun = open_page(GRADIENTS_PAGE, {"model": "tagger", "layer": "2"})
    assert "Move the target to an earlier token" in sentences(begun), "it has only begun to read"


def test_networks_that_learned_from_other_texts_are_named():
    at = open_page(GRADIENTS_PAGE, {"model": "parens", "text": TEXT})
    assert "prose-rnn and prose-gru have learned from other texts" in said(at)
    assert "other texts" not in said(open_gradients())


# -- controls ----------------------------------------------------------------------------------


def test_scaling_w_changes_all_lines_and_the_link():
    at = open_gradients()
    before = lines(at)["RNN"]["y"].tolist()
    for scale in (0.2, 2.0, 3.0, 1.0):
        at.slider(key="scale").set_value(scale)
        check(at.run())
        assert view(at).scale == scale
        consistent(at)
    assert lines(at)["RNN"]["y"].tolist() == before


def test_what_is_said_of_the_bound_follows_the_numbers():
    assert "So no: the numbers are above one, and the gradient vanishes" in said(open_gradients())
    assert "does grow, but by far less" in said(open_gradients(scale="2.5"))
    low = said(open_gradients(scale="0.2"))
    assert "even the product is below one" in low
    norm = lv.recurrent_matrices(model("prose-rnn"), 2, 0.2)["hidden"]
    assert f"bound each step by ‖W‖, here {norm.norm:.3g}" in low
    assert f"norm {norm.norm:.3g}, spectral radius {norm.radius:.3g}" in low


def test_the_target_is_moved_by_the_slider():
    at = open_gradients()
    for step, kept in ((30, 30), (5, 5), (len(SAID) - 1, LAST)):
        at.slider(key=f"cursor_{len(SAID)}").set_value(step)
        check(at.run())
        assert view(at).step == kept
        consistent(at)


def test_a_click_on_a_token_makes_it_the_target():
    at = open_gradients()
    for step, kept in ((30, 30), (len(SAID) - 1, LAST), (30, 30)):
        select(at, CHART, token=[{"step": step}])
        assert view(at).step == kept
        consistent(at)


def test_a_click_beside_the_tokens_changes_nothing():
    at = open_gradients(step="30")
    select(at, CHART, token=[])
    assert view(at).step == 30
    consistent(at)


def test_typing_draws_the_new_text_and_the_target_follows_its_end():
    at = open_gradients()
    type_text(at, SAID + " And then")
    assert view(at).step == LAST
    consistent(at)


def test_another_layer_and_another_network_are_drawn():
    at = open_gradients()
    at.segmented_control(key="layer").set_value(1)
    check(at.run())
    assert view(at).layer == 1
    consistent(at)
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    assert view(at).model == "prose"
    consistent(at)


def test_doors_lead_to_the_dashed_lines_of_the_others():
    at = open_gradients(scale="1.5", step="30")
    there = links(at)
    assert [v.model for v in there] == ["prose-gru", "prose"]
    assert all((v.text, v.step, v.scale, v.layer) == (SAID, 30, 1.5, 2) for v in there)
    at = open_page(GRADIENTS_PAGE, there[1].to_params())
    assert view(at).model == "prose"
    consistent(at)


def test_the_scale_is_kept_while_another_page_is_visited():
    at = open_gradients(scale="1.5", step="30", over="text")
    before = view(at)
    go_to(at, GATES)
    go_to(at, GRADIENTS_PAGE)
    assert (view(at).scale, view(at).step) == (before.scale, before.step)
    consistent(at)


# -- what does not fit -------------------------------------------------------------------------


def test_an_empty_text_is_said_and_the_page_comes_back():
    at = open_gradients(text="")
    assert "text is empty" in sentences(at)
    assert keys(at) == []
    type_text(at, SAID)
    consistent(at)


@pytest.mark.parametrize(("text", "step"), [("H", ""), (SAID, "0")])
def test_a_token_without_one_before_it_is_said(text: str, step: str):
    at = open_gradients(text=text, **({"step": step} if step else {}))
    assert "Move the target to a token further on" in sentences(at)
    assert "bound above one" not in markdown(at)
    assert len(keys(at)) == 1
    assert not at.warning


def test_of_a_long_text_the_last_tokens_up_to_the_target_are_shown():
    text = "The old man went home. " * 20
    at = open_gradients(text=text, step="300")
    table = frame(at, CHART, "token", "here")
    assert table["step"].tolist() == list(range(301 - MOST, 301))
    assert f"Shown are tokens 101 to 300 of {len(text)}" in said(at)
    found = expected("prose-rnn", view(at), 300, MOST - 1)
    drawn = lines(at)["RNN"]["y"].tolist()
    assert drawn == pytest.approx(powers(found.hidden[101:301]).tolist(), abs=1e-6)
    at.slider(key=f"cursor_{len(text)}").set_value(50)
    check(at.run())
    assert frame(at, CHART, "token", "here")["step"].tolist() == list(range(MOST))
    assert len(lines(at)["RNN"]) == 51


@pytest.mark.parametrize(
    ("name", "value", "said_of_it"),
    [
        ("scale", "1.234", "in steps of 0.1; shown is 1.2"),
        ("scale", "9", "scale is '9'"),
        ("scale", "nonsense", "needed is a number from 0.2 to 3"),
        ("layer", "7", "layers 1 to 2"),
        ("model", "nothing", "model is 'nothing'"),
    ],
)
def test_a_link_that_makes_no_sense_is_a_sentence_and_the_nearest_view(
    name: str, value: str, said_of_it: str
):
    at = open_gradients(**{name: value})
    assert said_of_it in at.warning[0].value.replace("\\", "")
    consistent(at)


def test_a_target_beyond_the_text_is_its_end():
    at = open_gradients(step="999")
    assert view(at).step == len(SAID) - 1
    consistent(at)


def test_a_project_is_replaced_with_a_sentence():
    at = open_page(GRADIENTS_PAGE, {"model": "project:nothing"})
    assert "project" in at.warning[0].value
    assert view(at).model == "prose"


def test_hostile_text_is_shown_and_never_read_as_markup():
    text = "<script>alert(1)</script> **b** $x$ :red[y]"
    at = open_gradients(text=text, step=str(text.index("*")))
    assert "<script" not in html(at)
    assert "the target “\\*”" in markdown(at)
    consistent(at)


# -- checks of lessons -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "holds", "words"),
    [
        ({"cell": "rnn", "steps": 20, "at_most": 0.01}, True, "RNN, 20 steps before"),
        ({"cell": "rnn", "steps": 20, "at_least": 0.01}, False, "of the hidden state"),
        ({"cell": "lstm", "steps": 20, "at_least": 0.5, "of": "cell"}, True, "of the memory c"),
        ({"cell": "rnn", "steps": 20, "at_least": 10, "of": "product"}, True, "by the product"),
        ({"cell": "rnn", "steps": 20, "at_least": 10, "of": "bound"}, True, "by the textbook"),
        ({"cell": "gru", "steps": 20, "at_least": 10, "of": "cell"}, False, "no GRU, or no token"),
        ({"cell": "rnn", "steps": 500, "at_least": 0}, False, "no token 500 steps before"),
    ],
)
def test_a_check_asks_for_what_is_left(value: dict, holds: bool, words: str):
    shown = View(model="prose-rnn", text=SAID, layer=2, corpus="stories")
    verdict = CHECKS["gradient_left"](value).verdict(shown, shown)
    assert verdict.holds == holds
    assert words in verdict.said


def test_a_check_of_nothing_does_not_hold():
    empty = View(model="prose-rnn", text="", layer=2)
    verdict = CHECKS["gradient_left"]({"cell": "rnn", "steps": 2, "at_least": 0})
    assert not verdict.verdict(empty, empty).holds
    words = View(model="english", text="He went home .", layer=2)
    assert not verdict.verdict(words, words).holds


@pytest.mark.parametrize(
    "value",
    [
        {"cell": "rnn", "steps": 2},
        {"cell": "cnn", "steps": 2, "at_least": 1},
        {"cell": "rnn", "steps": 0, "at_least": 1},
        {"cell": "rnn", "steps": 2, "at_least": 1, "of": "step"},
    ],
)
def test_a_check_that_makes_no_sense_is_refused(value: dict):
    with pytest.raises(ValueError, match=r"it needs|cells are"):
        CHECKS["gradient_left"](value)
