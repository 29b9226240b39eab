"""Charts for a projector: all letters larger, in places that lie as far apart as they need."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert

import lstmvis_core as lv
from lstmvis_core.charts import Drawing, Scene, cluster_chart, select_chart, step_chart, text_heat
from lstmvis_core.charts.enlarging import enlarged
from lstmvis_core.charts.gradient_chart import gradient_chart

TEXT = "0 (1 (2 (3 (4 4 4) 3) 2) 1) 0 ((2) 1)"
BY = 1.25
TIMES = ["x", "y", "fontSize", "dx", "dy"]


def drawings() -> dict[str, Drawing]:
    """One of each way to place letters: by pixels in tables, by their scales, by expressions."""
    model = lv.load_model("parens")
    trace = lv.trace_text(model, TEXT)
    usual = lv.responses_of_corpus(model, lv.load_corpus("parens"), layer=1)
    clusters = lv.response_tree(usual.scaled).cut(3)
    tracks = [lv.track_of_trace(trace, "quotation"), lv.track_of_trace(trace, "character")]
    gradients = {"lstm": lv.gradients_through_time(model, TEXT, layer=1, step=20)}
    return {
        "select": select_chart(trace, lv.Selection(start=3, end=5), [1, 2], tracks=tracks),
        "text": text_heat(trace.tokens, trace.states(1)[:, 3], cursor=3, span=(4, 9)),
        "step": step_chart(lv.one_step(trace, 1, 6), "(", "hidden", 0),
        "clusters": cluster_chart(Scene(usual.words, usual.counts, clusters)),
        "gradients": gradient_chart(trace.tokens, gradients, 0, len(trace.tokens)),
    }


def written(drawing: Drawing, width: float) -> pd.DataFrame:
    """All letters that Vega draws, but those of axes, whose size is the page's."""
    layout = drawing.chart().to_dict()
    if layout["width"] == "container":
        layout |= {"width": width, "autosize": {"type": "pad"}}
    spec = vl_convert.vegalite_to_vega(layout)
    found, left = [], [vl_convert.vega_to_scenegraph(spec)["scenegraph"]]
    while left:
        one = left.pop()
        if not one.get("role", "").startswith("axis"):
            left += one.get("items", [])
            found += [one] if "text" in one else []
    table = pd.DataFrame(found, columns=["text", *TIMES, "limit"])
    return table.fillna({"dx": 0, "dy": 0, "fontSize": 11}).round(3)


@pytest.mark.parametrize("name", drawings())
def test_all_letters_grow_and_stand_as_many_times_as_far_apart(name: str):
    drawing = drawings()[name]
    as_made = json.dumps(drawing.layout)
    plain, large = written(drawing, 800), written(drawing.enlarged(BY), 800 * BY)
    assert len(plain) > 5
    assert large["text"].tolist() == plain["text"].tolist()
    np.testing.assert_allclose(large[TIMES], plain[TIMES] * BY, atol=0.6)  # whole pixels
    np.testing.assert_allclose(large["limit"], plain["limit"] * BY, atol=0.1)
    assert json.dumps(drawing.layout) == as_made


def test_the_tables_and_the_width_of_the_place_stay_what_they_are():
    drawing = drawings()["select"]
    large = drawing.enlarged(BY)
    assert large.layout["width"] == drawing.layout["width"] == "container"
    assert large.layout["height"] == drawing.layout["height"] * BY
    assert large.layout["params"] == drawing.layout["params"]
    assert all(large.data[name] is table for name, table in drawing.data.items())


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"fontSize": 12}, {"fontSize": 18}),
        (
            {"padding": {"left": 2}, "width": "container"},
            {"padding": {"left": 3}, "width": "container"},
        ),
        (
            {"limit": {"expr": "width / 3 - 2"}},
            {"limit": {"expr": "1.5 * ((width / 1.5) / 3 - 2)"}},
        ),
        ({"filter": "datum.width < width"}, {"filter": "datum.width < (width / 1.5)"}),
        (
            {"x2": {"value": "width"}, "y": {"value": 4}},
            {"x2": {"value": "width"}, "y": {"value": 6}},
        ),
        ({"y": {"scale": {"range": [10, 0]}}}, {"y": {"scale": {"range": [15, 0]}}}),
        (
            {"opacity": {"value": 0.5}, "strokeWidth": 2},
            {"opacity": {"value": 0.5}, "strokeWidth": 2},
        ),
    ],
)
def test_what_is_a_length_grows(part: dict[str, Any], expected: dict[str, Any]):
    assert enlarged(part, 1.5) == expected | {"config": {"text": {"fontSize": 16.5}}}
