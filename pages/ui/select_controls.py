"""Which states, which range of them and what pattern is asked for: the controls of Select."""

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts.select_frames import MAX_MARGIN
from lstmvis_core.trace import TokenStates
from pages.ui import cached
from pages.ui.frame import TOUCH
from pages.ui.network import Network, is_project
from pages.ui.parameters import MAX_TEXT, SIZES
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, SIGN_NAMES, quote


def sidebar(view: View, network: Network) -> None:
    """What is looked at, and which pattern is asked for."""
    with st.sidebar:
        st.divider()
        _states_in_view(view, network)
        st.segmented_control(
            "A unit is on when it is",
            lv.SIGNS,
            key="sign",
            format_func=SIGN_NAMES.__getitem__,
            required=True,
            width="stretch",
            help="θ is the threshold. A unit can say something by going far below zero, too.",
        )
        before, after = st.columns(2)
        before.number_input(
            "Off before",
            0,
            MAX_MARGIN,
            key="before",
            help="Steps just before the range at "
            "which a unit must be off: it switches on where the range begins.",
        )
        after.number_input(
            "Off after",
            0,
            MAX_MARGIN,
            key="after",
            help="Steps just after the range at "
            "which a unit must be off: it switches off where the range ends.",
        )
        st.select_slider("Tokens in view", SIZES, key="size", help="Fewer tokens are wider.")


def _states_in_view(view: View, network: Network) -> None:
    """Which layer and kind; a project has a list of its own."""
    layers = range(1, len(network.layers) + 1)
    if is_project(view.model):
        st.selectbox(
            "States", layers, key="layer", format_func=lambda layer: network.layers[layer - 1]
        )
        return
    st.segmented_control(
        "Layer",
        layers,
        key="layer",
        format_func=lambda layer: network.layers[layer - 1],
        required=True,
        width="stretch",
    )
    st.selectbox("Kind of state", network.kinds, key="kind", format_func=KIND_NAMES.__getitem__)


def limits_of(view: View, network: Network, trace: TokenStates | None, steps: int) -> tuple:
    """What the limits and options of widgets depend on."""
    units, top = network.units[view.layer - 1], highest_threshold(view, trace)
    return view.model, units, view.kind, view.size, top, range_limits(view, steps)


def range_limits(view: View, steps: int) -> tuple[int, int]:
    """Between which steps the range can be moved: of a whole corpus, those in view."""
    if steps <= MAX_TEXT:
        return 0, steps
    return min(view.at, view.start), max(min(view.at + view.size, steps), view.end)


def range_and_threshold(view: View, trace: TokenStates) -> None:
    with st.container(key=TOUCH):
        st.caption(
            "With a finger: move the two handles of the slider, for a finger scrolls the page."
        )
    left, middle, right = st.columns([6, 4, 2], gap="medium", vertical_alignment="bottom")
    steps = len(trace.tokens)
    with left:
        st.slider(
            "Range of time steps, from one border between tokens to another",
            *range_limits(view, steps),
            key="range",
            help="Drag over the plot, or use the two handles (arrow keys work, too).",
        )
    top = highest_threshold(view, trace)
    with middle:
        st.slider("Threshold θ", 0.0, top, key="threshold", step=0.01)
    with right:
        st.number_input(
            "exactly",
            0.0,
            top,
            key="threshold_exact",
            step=0.001,
            format="%.3f",
        )
    quote("Selected:", trace.tokens.span(view.start, view.end))


def highest_threshold(view: View, trace: TokenStates | None) -> float:
    """Where the threshold's axis ends: at 1, or higher for an unbounded cell state."""
    largest = 1.0 if trace is None else cached.value_limits(view, trace)[1]
    return float(max(1.0, largest, np.ceil(view.threshold)))
