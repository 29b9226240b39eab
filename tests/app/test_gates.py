"""Gates: the figure, the dots, the text coloured by their gates, and what was found elsewhere."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.charts import coloured_text
from pages.ui.doors import UNITS
from pages.ui.parameters import RANGE
from pages.ui.view import View
from tests.app.driver import (
    SELECT_PAGE,
    TEXT,
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

GATES_PAGE = "pages/5_Gates.py"
CHART = "saturation_chart"
model = cache(lv.load_model)


def open_gates(**params: str) -> AppTest:
    """A fresh session on Gates: model `parens`, unless a parameter says otherwise."""
    return open_page(GATES_PAGE, {"model": "parens", "text": TEXT} | params)


@cache
def shares(v: View) -> list[dict[str, lv.Saturation]]:
    """What the figure has to show: of a small network from all states."""
    network = model(v.model)
    if v.model != "parens" and v.over == "corpus":
        return lv.gate_counts(network, lv.load_corpus(v.corpus)).saturation(v.left, v.right)
    numbers = range(1, len(network.config.layer_names) + 1)
    gates = [kind for kind in lv.KINDS[network.config.cell] if kind.endswith("_gate")]

    def states(layer: int, gate: str):
        if v.over == "text" and v.text:
            return lv.trace_text(network, v.text).states(layer, gate)
        return lv.corpus_states(network, lv.load_corpus(v.corpus), layer, gate)

    limits = {"left": v.left, "right": v.right}
    return [{g: lv.saturation(states(n, g), **limits) for g in gates} for n in numbers]


def dots(at: AppTest) -> pd.DataFrame:
    return frame(at, CHART, "unit", "layer", "shown")


def shown(at: AppTest) -> list[int]:
    """Units of the rows, from the first to the last."""
    return [int(unit) for unit in re.findall(r"\*\*unit (\d+)\*\*", markdown(at))]


def consistent(at: AppTest) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    expected = shares(v)
    table = dots(at)
    for number, of_layer in enumerate(expected, 1):
        one = table[table["layer"] == number].sort_values("unit")
        for place, gate in enumerate(of_layer.values()):
            assert one[f"shut_{place}"].tolist() == gate.left.tolist()
            assert one[f"open_{place}"].tolist() == gate.right.tolist()
    assert set(table[table["shown"] != "other layer"]["layer"]) == {v.layer}
    gate = expected[v.layer - 1][v.gate]
    units = list(v.dots) or lv.telling_units(gate).tolist()
    assert set(table[table["shown"] == "picked"]["unit"]) == set(units)
    for name in ("model", "layer", "gate", "over", "left", "right", "corpus"):
        assert at.session_state[name] == getattr(v, name), name
    assert tuple(at.session_state["dots"]) == v.dots
    if v.text:
        rows(at, v, units, gate)
    bidirectional = model(v.model).config.bidirectional
    found = [
        f for f in lv.gate_findings(expected, bidirectional=bidirectional) if f.holds is not None
    ]
    said = markdown(at)
    assert f"**{sum(f.holds is True for f in found)} of {len(found)} statements hold" in said
    for finding in found:
        mark = "check_circle" if finding.holds else "cancel"
        assert f"{mark}:] **{finding.statement}**  \n{finding.because}" in said
        assert finding.criterion in said


def rows(at: AppTest, v: View, units: list[int], gate: lv.Saturation) -> None:
    """The text is coloured by the gate of each unit, the most extreme first if they are picked."""
    trace = lv.trace_text(model(v.model), v.text)
    values = trace.states(v.layer, v.gate)
    assert set(shown(at)) <= set(units)
    assert len(shown(at)) == min(8, len(units))
    if v.dots:
        extremes = [max(gate.left[u], gate.right[u]) for u in shown(at)]
        assert extremes == sorted(extremes, reverse=True)
        left_out = set(units) - set(shown(at))
        assert all(max(gate.left[u], gate.right[u]) <= extremes[-1] for u in left_out)
    else:
        assert shown(at) == units
    body = html(at)
    for unit in shown(at):
        assert coloured_text(trace.tokens, values[:, unit], limit=0.5, centre=0.5) in body
        assert f"open {gate.right[unit]:.0%}, shut {gate.left[unit]:.0%}" in markdown(at)
    assert markdown(at).count("holds for") == len(shown(at))


# -- opening -----------------------------------------------------------------------------------


def test_without_a_link_the_figure_of_the_first_network_is_shown():
    at = open_page(GATES_PAGE)
    consistent(at)
    assert (view(at).model, view(at).gate, view(at).dots) == ("prose", "forget_gate", ())
    assert "Look for dots" in markdown(at)
    assert not at.warning


def test_a_link_is_shown_as_it_says():
    at = open_gates(layer="2", gate="output_gate", dots="4,30", left="0.25", right="0.66")
    consistent(at)
    assert view(at).dots == (4, 30)
    assert not at.warning


GATED = [id for id in lv.list_models() if lv.load_model(id).config.cell != "rnn"]


@pytest.mark.parametrize("id", [id for id in GATED if id != "prose"])
def test_every_network_with_gates_has_its_figure(id: str):
    at = open_page(GATES_PAGE, {"model": id, "over": "text", "corpus": "reviews"})
    consistent(at)
    assert not at.warning


def test_the_numbers_of_steps_a_unit_holds_are_those_of_its_forget_gate():
    at = open_gates(dots="7", layer="2", gate="input_gate")
    states = lv.corpus_states(model("parens"), lv.load_corpus("parens"), 2, "forget_gate")
    constant = -1 / np.log(np.median(states.values[7]))
    assert 10 < constant < 1000
    assert f"holds for {constant:.0f} steps" in markdown(at)


def test_a_gru_holds_by_its_update_gate():
    at = open_page(GATES_PAGE, {"model": "sentiment", "dots": "7"})
    states = lv.corpus_states(model("sentiment"), lv.load_corpus(view(at).corpus), 1, "update_gate")
    constant = -1 / np.log(np.median(states.values[7]))
    assert f"holds for {constant:.1f} steps" in markdown(at)


def test_a_network_without_gates_says_so_and_leads_to_some_that_read_this_text():
    at = open_page(GATES_PAGE, {"model": "prose-rnn", "text": "She went.", "corpus": "reviews"})
    assert "no gates" in sentences(at)
    assert not at.warning
    assert keys(at) == []
    there = links(at)
    assert {"prose", "prose-gru"} <= {v.model for v in there}
    assert all(model(v.model).config.cell != "rnn" and v.text == "She went." for v in there)
    at.selectbox(key="model").set_value("prose")
    check(at.run())
    consistent(at)


def test_a_project_is_replaced_with_a_sentence():
    at = open_page(GATES_PAGE, {"model": "project:nothing"})
    assert "project" in at.warning[0].value
    assert view(at).model == "prose"


# -- controls ----------------------------------------------------------------------------------

CONTROLS = [
    ("segmented_control", "over", ["text", "corpus"]),
    ("segmented_control", "gate", ["input_gate", "output_gate", "forget_gate"]),
    ("segmented_control", "layer", [2, 1]),
    ("slider", "left", [0.0, 0.5, 0.13]),
    ("slider", "right", [1.0, 0.5, 0.77]),
    ("multiselect", "dots", [[3], [31, 3], []]),
    ("selectbox", "corpus", ["reviews", "parens"]),
]


@pytest.mark.parametrize(("widget", "key", "values"), CONTROLS, ids=[key for _, key, _ in CONTROLS])
def test_a_control_changes_the_picture_and_the_link(widget: str, key: str, values: list):
    at = open_gates()
    for value in values:
        before = dots(at).values.tolist(), markdown(at)
        getattr(at, widget)(key=key).set_value(value)
        check(at.run())
        found = getattr(view(at), key)
        assert (sorted(found) if key == "dots" else found) == (
            sorted(value) if key == "dots" else value
        )
        assert (dots(at).values.tolist(), markdown(at)) != before
        consistent(at)


def test_another_gate_shows_the_same_units_and_another_layer_forgets_them():
    at = open_gates(dots="3,4")
    at.segmented_control(key="gate").set_value("input_gate")
    check(at.run())
    assert view(at).dots == (3, 4)
    at.segmented_control(key="layer").set_value(2)
    check(at.run())
    assert view(at).dots == ()
    consistent(at)


def test_picking_none_shows_telling_units_again():
    at = open_gates(dots="3,4")
    click(at, "no_dots")
    assert view(at).dots == ()
    assert "No dot is picked" in markdown(at)
    consistent(at)


def test_typing_changes_the_rows_and_the_figure_over_the_text():
    at = open_gates(over="text")
    type_text(at, "(1 (2))")
    consistent(at)
    assert "7 steps" in markdown(at)


def test_a_long_text_has_fewer_rows():
    at = open_gates(text=("(1) 0 " * 400)[:2000], dots=",".join(map(str, range(32))))
    assert len(shown(at)) == 2
    assert "shown are 2" in markdown(at)


# -- picking -----------------------------------------------------------------------------------


def rectangle(panel: int, shut: tuple[float, float], is_open: tuple[float, float]) -> dict:
    return {f"shut_{panel}": list(shut), f"open_{panel}": list(is_open)}


def test_a_rectangle_picks_the_dots_of_the_layer_in_view_and_the_gate_of_its_panel():
    at = open_gates(layer="2")
    select(at, CHART, brushed=rectangle(2, (0, 0.2), (0.6, 1)), clicked=[])
    gate = shares(view(at))[1]["output_gate"]
    inside = (gate.left <= 0.2) & (gate.right >= 0.6)
    assert 0 < inside.sum() < 32
    assert view(at).dots == tuple(np.flatnonzero(inside).tolist())
    assert view(at).gate == "output_gate"
    consistent(at)


def test_the_chart_keeps_its_brush_until_other_dots_are_picked():
    at = open_gates(layer="2")
    [key] = keys(at)
    select(at, CHART, brushed=rectangle(0, (0, 0.1), (0.9, 1)), clicked=[])
    assert keys(at) == [key]
    click(at, "no_dots")
    assert keys(at) != [key]
    consistent(at)


def test_a_rectangle_without_dots_picks_none():
    at = open_gates(dots="5")
    select(at, CHART, brushed=rectangle(0, (0.9, 1), (0.9, 1)), clicked=[])
    assert (view(at).dots, view(at).gate) == ((), "input_gate")
    consistent(at)


def test_a_click_picks_a_dot_of_any_layer():
    at = open_gates(layer="2", dots="5")
    select(at, CHART, brushed={}, clicked=[{"layer": 1, "gate": "input_gate", "unit": 9}])
    assert (view(at).layer, view(at).gate, view(at).dots) == (1, "input_gate", (9,))
    consistent(at)


def test_a_click_beside_the_dots_changes_nothing():
    at = open_gates(layer="2", dots="5")
    select(at, CHART, brushed={}, clicked=[])
    assert view(at).dots == (5,)
    consistent(at)


def test_each_unit_leads_to_the_other_pages():
    at = open_gates(layer="2", dots="0,6", gate="input_gate")
    here = view(at)
    there = links(at)
    units, selects = there[0::2], there[1::2]
    assert [v.unit for v in units] == shown(at) == [v.unit for v in selects]
    wanted = replace(here, kind="tanh_cell", panel="about", find=RANGE)
    assert all(v == replace(wanted, unit=v.unit) for v in units)
    assert [v.pin for v in selects] == [(unit,) for unit in shown(at)]
    assert {v.layer for v in there} == {2}


@pytest.mark.parametrize("unit", [0, 6])
def test_units_opens_on_the_unit_that_was_shown(unit: int):
    [there, _] = links(open_gates(layer="2", dots=str(unit)))
    found = view(open_page(UNITS, there.to_params()))
    assert (found.layer, found.unit, found.panel) == (2, unit, "about")


def test_dots_and_gate_are_kept_while_another_page_is_visited():
    at = open_gates(layer="2", dots="5,6", gate="input_gate", over="text")
    before = view(at)
    go_to(at, SELECT_PAGE)
    go_to(at, GATES_PAGE)
    assert view(at) == before
    consistent(at)


def test_another_network_forgets_the_dots():
    at = open_gates(layer="2", dots="5,6")
    at.selectbox(key="model").set_value("chords")
    check(at.run())
    assert view(at).dots == ()
    consistent(at)


# -- what does not fit -------------------------------------------------------------------------


@pytest.mark.parametrize("over", ["corpus", "text"])
def test_an_empty_text_is_said_and_the_figure_is_that_of_the_corpus(over: str):
    at = open_gates(text="", over=over)
    assert "text is empty" in sentences(at)
    assert shown(at) == []
    consistent(at)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("gate", "update_gate", "no 'update_gate'"),
        ("gate", "nonsense", "gate is 'nonsense'"),
        ("over", "nothing", "over is 'nothing'"),
        ("left", "0.123", "in steps of 0.01"),
        ("left", "0.7", "in steps of 0.01"),
        ("right", "0.2", "in steps of 0.01"),
        ("right", "7", "right is '7'"),
        ("dots", "a,b", "dots is 'a,b'"),
        ("layer", "9", "layers 1 to 2"),
    ],
)
def test_a_link_that_makes_no_sense_is_a_sentence_and_the_rest_is_shown(name, value, said):
    at = open_gates(**{name: value})
    assert said in re.sub(r"\\(.)", r"\1", at.warning[0].value)
    consistent(at)


def test_thresholds_that_are_crosswise_are_the_usual_ones():
    at = open_gates(left="0.8", right="0.6")
    assert "not crosswise" in sentences(at)
    assert (view(at).left, view(at).right) == (0.1, 0.9)
    consistent(at)


def test_dots_that_the_layer_does_not_have_are_left_out():
    at = open_gates(dots="4,32,900")
    assert view(at).dots == (4,)
    consistent(at)


def test_hostile_text_is_shown_and_never_read_as_markup():
    at = open_gates(text="<script>alert(1)</script>", dots="1")
    assert "<script" not in html(at)
    assert html(at).count('<span style="background') == len("<script>alert(1)</script>")
    assert params(at)["dots"] == "1"
