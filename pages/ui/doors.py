"""Links from one page to another that show the same unit."""

from dataclasses import replace

import numpy as np
import streamlit as st

import lstmvis_core as lv
from pages.ui.parameters import RANGE, SIZES
from pages.ui.view import View

SELECT_AND_MATCH = "pages/1_Select_and_Match.py"
UNITS = "pages/4_Units.py"
GATES = "pages/5_Gates.py"
CLUSTERS = "pages/6_Clusters.py"
ONE_STEP = "pages/9_One_Step.py"
OUTPUTS = "pages/10_Outputs.py"
GRADIENTS = "pages/8_Gradients.py"
LEARN = "pages/7_Learn.py"
# Pages on which a lesson may be held, by name.
PAGES = {
    "Select and Match": SELECT_AND_MATCH,
    "Units": UNITS,
    "Gates": GATES,
    "Clusters": CLUSTERS,
    "Gradients": GRADIENTS,
    "One step": ONE_STEP,
    "Outputs": OUTPUTS,
}
HALF = 0.5  # of a unit's largest state in a text, from which on it is taken to be on


def open_in_units(view: View, unit: int, label: str) -> None:
    """A link to a unit of the view's layer, with the range in view as the property to find."""
    shown = replace(view, unit=unit, find=view.find or RANGE, panel="about")
    st.page_link(
        UNITS, label=label, icon=":material/manage_search:", query_params=shown.to_params()
    )


def use_in_select(view: View, trace: lv.Trace) -> None:
    """A link to the view that selects where the view's unit is on, and every unit that follows."""
    st.page_link(
        SELECT_AND_MATCH,
        label=f"Use unit {view.unit} in Select and Match",
        icon=":material/query_stats:",
        query_params=selecting(view, trace).to_params(),
    )


def selecting(view: View, trace: lv.Trace) -> View:
    """The view that selects the longest stretch in which a unit is far from zero.

    The unit is pinned; its farther side says the sign, half of the farthest state the threshold.
    """
    states = trace.states(view.layer, view.kind)[:, view.unit]
    farthest = float(states[np.abs(states).argmax()])
    sign = "+" if farthest >= 0 else "-"
    threshold = max(0.01, round(HALF * abs(farthest), 2))
    start, end = lv.longest_run(lv.is_on(states, threshold, sign)) or (view.start, view.end)
    size = next((size for size in SIZES if size >= len(trace.tokens)), SIZES[-1])
    return replace(
        view,
        start=start,
        end=end,
        threshold=threshold,
        sign=sign,
        before=0,
        after=0,
        pin=(view.unit,),
        exclude=(),
        size=size,
        at=max(0, min(start - size // 3, len(trace.tokens) - size)),
    )
