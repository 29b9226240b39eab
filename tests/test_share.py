"""Worksheets and notebooks: what is handed on of a view comes back, and runs."""

import io
import json
from contextlib import redirect_stdout

import numpy as np
import pytest
from hypothesis import given

import lstmvis_core as lv
from pages.ui.doors import PAGES
from pages.ui.link import from_example
from pages.ui.notebook import notebook
from pages.ui.view import View
from pages.ui.worksheet import LARGEST, open_worksheet, worksheet
from tests.views import views


@given(views())
def test_a_worksheet_opens_the_view_again(view: View):
    for page in PAGES:
        assert open_worksheet(worksheet(page, view).encode()) == (page, view)


GOOD = json.loads(worksheet("Units", View(unit=7)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 5000, "no JSON"),
        (b"[]", "its format is not"),
        (json.dumps(GOOD | {"format": "other"}).encode(), "its format is not"),
        (json.dumps(GOOD | {"page": "Nowhere"}).encode(), "no page of ours"),
        (json.dumps(GOOD | {"settings": 3}).encode(), "no page of ours"),
        (json.dumps(GOOD | {"settings": {"unit": "x"}}).encode(), "unit is 'x'"),
        (json.dumps(GOOD | {"settings": {"colours": 3}}).encode(), "a setting 'colours'"),
        (b" " * (LARGEST + 1), "at most 200,000 bytes"),
    ],
)
def test_what_is_no_worksheet_says_why(content: bytes, said: str):
    with pytest.raises(lv.LessonError, match=said):
        open_worksheet(content)


def run(page: str, view: View) -> dict:
    """All names after the code has run, which must not know of Streamlit."""
    code = notebook(page, view)
    assert "streamlit" not in code
    names: dict = {}
    with redirect_stdout(io.StringIO()) as said:
        exec(code, names)
    names["said"] = said.getvalue()
    return names


def test_select_runs_in_a_notebook():
    view = from_example("parens", lv.read_examples("parens")[0])
    names = run("Select and Match", view)
    trace = lv.trace_text(lv.load_model("parens"), view.text)
    assert names["units"].tolist() == lv.select_units(trace, view.selection()).tolist()
    assert len(names["matches"]) == 50
    assert len(names["said"].splitlines()) == 5
    more = run(
        "Select and Match",
        from_example(
            "parens",
            {**lv.read_examples("parens")[0], "pin": [9], "exclude": names["units"].tolist()},
        ),
    )
    assert more["units"].tolist() == [9]


def test_units_run_in_a_notebook():
    view = from_example("parens", lv.read_unit_examples("parens")[0])
    scores = run("Units", view)["scores"]
    assert np.abs(scores).argmax() == view.unit
    label = View(
        model="prose",
        text="Hm.",
        layer=2,
        kind="tanh_cell",
        unit=12,
        find="quotation",
        label="inside",
        corpus="stories",
    )
    names = run("Units", label)
    assert names["scores"].argmax() == 12
    assert float(names["said"]) > 0.9


def test_gates_and_clusters_run_in_a_notebook():
    gates = View(
        model="parens", text="(1)", corpus="parens", gate="forget_gate", dots=(3,), left=0.2
    )
    assert run("Gates", gates)["layers"][0]["forget_gate"].left.shape == (32,)
    for id in ("parens", "sentiment"):
        view = from_example(id, lv.read_cluster_examples(id)[0])
        names = run("Clusters", view)
        assert names["clusters"].number == view.clusters
        assert len(names["sentences"]) == len(view.text.split("\n"))


def test_gradients_steps_and_outputs_run_in_a_notebook():
    text = "(1 (2 (3) 2) 1) 0"
    found = run("Gradients", View(model="parens", text=text, step=6, scale=0.5))["found"]
    again = lv.gradients_through_time(lv.load_model("parens"), text, layer=1, step=6, scale=0.5)
    assert np.array_equal(found.hidden, again.hidden, equal_nan=True)
    step = run("One step", View(model="tiny-gru", text=text, part="update_gate", unit=1))
    assert step["found"].step == len(text) - 1
    assert "[" in step["said"]
    judged = run("Outputs", View(model="sentiment", text="a good film", token="good"))
    trace = lv.trace_text(lv.load_model("sentiment"), "a good film")
    assert judged["score"].verdict == lv.running_score(trace).verdict
    assert lv.neighbours(lv.load_model("sentiment"), "good")[0][0] in judged["said"]
    cut = run("Outputs", View(model="tagger", text="I can fish in the sea.", step=1))["cut"]
    assert len(cut.tokens) == 2
    odds = run("Outputs", View(model="prose", text="He said", temperature=0.5))["odds"]
    assert sum(share for _, share in odds) <= 1


def test_what_is_not_at_hand_elsewhere_has_no_notebook():
    assert notebook("Units", View(model="project:mine@0123456789ab")) == ""
    assert notebook("Units", View(corpus="own-0123456789ab")) == ""
    assert notebook("Learn", View()) == ""
