"""The dots of the figure, and which of them lie in a rectangle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import Saturation
from lstmvis_core.charts import saturation_chart
from lstmvis_core.charts.saturation_chart import BRUSH, CLICK, units_within


def gate(*shares: tuple[float, float]) -> Saturation:
    return Saturation(np.array([s for s, _ in shares]), np.array([o for _, o in shares]))


LAYERS = [
    {"reset_gate": gate((0.1, 0.2), (0.0, 0.0)), "update_gate": gate((0.9, 0.1), (0.5, 0.5))},
    {"reset_gate": gate((0.3, 0.4), (1.0, 0.0)), "update_gate": gate((0.2, 0.7), (0.0, 1.0))},
]


def test_each_unit_is_a_dot_in_every_panel():
    table = saturation_chart(LAYERS, ["1", "2"], 2, "update_gate", [1]).data["dots"]
    columns = ["layer", "unit", "shut_0", "open_0", "shut_1", "open_1", "shown"]
    assert table[columns].values.tolist() == [
        [1, 0, 0.1, 0.2, 0.9, 0.1, "other layer"],
        [1, 1, 0.0, 0.0, 0.5, 0.5, "other layer"],
        [2, 0, 0.3, 0.4, 0.2, 0.7, "in view"],
        [2, 1, 1.0, 0.0, 0.0, 1.0, "picked"],
    ]
    assert table["name"].tolist() == ["1", "1", "2", "2"]
    assert table["size"].is_monotonic_increasing, "what stands out is drawn last"
    assert [filled > 0 for filled in table["filled"]] == [False, False, True, True], "rings"


def test_what_is_in_the_table_is_drawn_as_it_is():
    layout = saturation_chart(LAYERS, ["1", "2"], 1, "reset_gate").layout
    encoding = layout["hconcat"][0]["layer"][-1]["encoding"]
    for channel, field in (("size", "size"), ("fillOpacity", "filled")):
        assert encoding[channel] == {"field": field, "scale": None, "type": "quantitative"}


def test_there_is_a_panel_a_gate_whose_fields_say_where_a_rectangle_is():
    layout = saturation_chart(LAYERS, ["1", "2"], 1, "reset_gate").layout
    assert [panel["title"]["text"] for panel in layout["hconcat"]] == ["reset gate", "update gate"]
    assert [panel["title"]["fontWeight"] for panel in layout["hconcat"]] == ["bold", "normal"]
    dots = [panel["layer"][-1] for panel in layout["hconcat"]]
    assert [dot["encoding"]["x"]["field"] for dot in dots] == ["open_0", "open_1"]
    assert [dot["encoding"]["y"]["field"] for dot in dots] == ["shut_0", "shut_1"]
    assert {param["name"] for param in layout["params"]} == {BRUSH, CLICK}
    assert all(param["views"] == [dot["name"] for dot in dots] for param in layout["params"])


def test_the_drawing_is_a_chart_that_altair_accepts():
    chart = saturation_chart(LAYERS, ["1", "2"], 1, "reset_gate", dark=True).chart()
    assert len(chart.to_dict()["hconcat"]) == 2


@pytest.mark.parametrize("brush", [{}, {"open_0": [], "shut_0": []}, {"open_7": [0, 1]}])
def test_no_rectangle_picks_nothing(brush: dict):
    assert units_within(brush, LAYERS[0]) is None


share = st.floats(0, 1)


@given(st.lists(st.tuples(share, share), min_size=1), share, share, share, share)
def test_a_rectangle_picks_the_dots_in_it_whichever_way_it_was_drawn(shares, a, b, c, d):
    expected = [
        unit
        for unit, (shut, is_open) in enumerate(shares)
        if min(a, b) <= shut <= max(a, b) and min(c, d) <= is_open <= max(c, d)
    ]
    layer = {"reset_gate": gate((0, 0)), "update_gate": gate(*shares)}
    assert units_within({"shut_1": [a, b], "open_1": [c, d]}, layer) == ("update_gate", expected)
