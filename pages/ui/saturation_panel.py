"""The figure of the page Gates: thresholds, dots to pick, and which units are picked."""

from functools import partial
from typing import Any

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import saturation_chart
from lstmvis_core.charts.saturation_chart import BRUSH, CLICK, units_within
from pages.ui import cached, frame, session
from pages.ui.figure import figure
from pages.ui.gate_shares import Layers
from pages.ui.network import Network
from pages.ui.parameters import OVER
from pages.ui.units_page import forget_dots
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count, plain

OFTEN = 0.5  # of all time
OVER_NAMES = {"corpus": "the corpus", "text": "your text"}
_NONCE, _BRUSHED = "saturation_number", "dots_brushed"


def shown_units(view: View, layers: Layers) -> list[int]:
    """The units that are picked, the most extreme first; if none is, some that tell something."""
    gate = layers[view.layer - 1][view.gate]
    if not view.dots:
        return lv.telling_units(gate).tolist()
    return sorted(view.dots, key=lambda unit: -max(gate.left[unit], gate.right[unit]))


def saturation_panel(
    view: View, network: Network, layers: Layers, units: list[int], over_text: bool
) -> None:
    """Draw the figure and its controls."""
    over, left, right = st.columns([3, 3, 3], gap="large", vertical_alignment="bottom")
    over.segmented_control(
        "Share of time over",
        OVER,
        key="over",
        format_func=OVER_NAMES.__getitem__,
        required=True,
        width="stretch",
    )
    left.slider("A gate is shut below", 0.0, 0.5, key="left", step=0.01)
    right.slider("and open above", 0.5, 1.0, key="right", step=0.01)
    _chart(view, network, layers, units)
    title = "your text" if over_text else f"*{plain(cached.corpus(view.corpus).title)}*"
    rings = " Rings: the other layers." if len(network.layers) > 1 else ""
    st.caption(
        f"Each dot is a unit of layer {network.layers[view.layer - 1]}; where it stands says how "
        f"often its gate is open and shut over {title}.{rings} Drag a rectangle, or click a dot."
    )
    gates, picked, clear = st.columns([4, 4, 1.4], gap="medium", vertical_alignment="bottom")
    gates.segmented_control(
        "Gate on the text",
        list(layers[0]),
        key="gate",
        format_func=KIND_NAMES.__getitem__,
        required=True,
        width="stretch",
    )
    picked.multiselect(
        "Units on the text",
        range(network.units[view.layer - 1]),
        key="dots",
        placeholder="none picked: some that tell something",
    )
    clear.button("Pick none", key="no_dots", on_click=forget_dots, disabled=not view.dots)


def _chart(view: View, network: Network, layers: Layers, units: list[int]) -> None:
    # Where the dots are no longer what was brushed, a new chart drops the old brush.
    brushed = st.session_state.get(_BRUSHED)
    if brushed is not None and brushed != _state(view):
        st.session_state[_NONCE] = st.session_state.get(_NONCE, 0) + 1
        st.session_state[_BRUSHED] = None
    key = f"saturation_chart_{st.session_state.get(_NONCE, 0)}"
    drawing = saturation_chart(
        layers, network.layers, view.layer, view.gate, units, frame.is_dark()
    )
    often = layers[view.layer - 1][view.gate].right > OFTEN
    figure(
        drawing,
        key=key,
        width="content",
        on_select=partial(_pick, key, view, layers),
        selection_mode=(BRUSH, CLICK),
        alt=f"Share of time open and shut of each gate. Of layer {network.layers[view.layer - 1]}, "
        f"the {KIND_NAMES[view.gate]} is open more than half of the time in {int(often.sum())} of "
        f"{count(len(often), 'unit')}; {count(len(units), 'unit')} picked",
    )


def _state(view: View) -> tuple:
    return view.model, view.layer, view.gate, view.dots


@session.uninterrupted
def _pick(key: str, view: View, layers: Layers) -> None:
    """Callback of the chart: the dots in the rectangle, or the one that was clicked."""
    selection: Any = st.session_state[key]["selection"]
    within = units_within(selection.get(BRUSH) or {}, layers[view.layer - 1])
    clicked = selection.get(CLICK) or []
    if within is not None:
        layer, (gate, dots) = view.layer, within
    elif clicked:
        layer, gate = int(clicked[0]["layer"]), str(clicked[0]["gate"])
        dots = [int(clicked[0]["unit"])]
    else:
        return
    st.session_state[_BRUSHED] = (view.model, layer, gate, tuple(dots))
    session.change(layer=layer, gate=gate, dots=tuple(dots))
