"""The Select view: the plot to brush, range and threshold, the units that follow."""

import re
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import Window, select_chart, threshold_chart
from lstmvis_core.charts.select_chart import BRUSH
from lstmvis_core.charts.select_frames import MAX_MARGIN
from lstmvis_core.trace import TokenStates
from pages.ui import cached, frame, session
from pages.ui.doors import open_in_units
from pages.ui.figure import figure
from pages.ui.frame import TOUCH
from pages.ui.network import Network, is_project
from pages.ui.parameters import MAX_TEXT, SIZES
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, SIGN_NAMES, count, quote

DOORS = 5  # units with a link
MANY = 12  # selected units, from which on a hint helps
_CHART, _NONCE, _BRUSHED, _FRESH = "select_chart", "chart_number", "brushed", "fresh_brush"


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


def selected_units(view: View, trace: TokenStates | None) -> np.ndarray:
    """The units that follow the view's selection, after exclusions and pins; none of no text."""
    if trace is None:
        return np.zeros(0, np.int64)
    followers = lv.select_units(trace, view.selection())
    return np.union1d(np.setdiff1d(followers, view.exclude), view.pin).astype(np.int64)


def just_brushed() -> bool:
    """Whether this run is the answer to a brush, which the browser has drawn already."""
    return st.session_state.pop(_FRESH, False)


def select_panel(
    view: View, network: Network, trace: TokenStates, units: np.ndarray, tracks: list[lv.Track]
) -> None:
    """Draw the view."""
    _chart(view, network, trace, units, tracks)
    if len(trace.tokens) > view.size:
        _move_bar(view, trace)
    _range_and_threshold(view, trace)
    _followers(view, trace, units)


def _chart(
    view: View, network: Network, trace: TokenStates, units: np.ndarray, tracks: list[lv.Track]
) -> None:
    # Where the range no longer is what was brushed, a new chart drops the old brush.
    brushed = st.session_state.get(_BRUSHED)
    if brushed is not None and brushed != (view.start, view.end, view.at):
        st.session_state[_NONCE] = st.session_state.get(_NONCE, 0) + 1
        st.session_state[_BRUSHED] = None
    key = f"{_CHART}_{st.session_state.get(_NONCE, 0)}"
    layer = network.layers[view.layer - 1]
    kind = "states" if is_project(view.model) else KIND_NAMES[view.kind]
    chart = select_chart(
        trace,
        view.selection(),
        units.tolist(),
        window=Window(view.at, view.window(len(trace.tokens))),
        excluded=view.exclude,
        pinned=view.pin,
        tracks=tracks,
        domain=cached.value_limits(view, trace),
        dark=frame.is_dark(),
    )
    figure(
        chart,
        key=key,
        on_select=partial(_brush, key, view.at, min(view.size, len(trace.tokens) - view.at)),
        selection_mode=BRUSH,
        alt=f"{kind} of all units of layer {layer} over the text; "
        f"{count(len(units), 'unit')} selected over steps {view.start} to {view.end - 1}",
    )


@session.uninterrupted
def _brush(key: str, at: int, steps: int) -> None:
    """Callback of the chart: the brush, in whole steps of those in view, becomes the range."""
    interval: Any = st.session_state[key]["selection"].get(BRUSH, {}).get("t")
    if not interval:
        return
    first, last = (int(np.floor(edge + 0.5)) for edge in interval)
    start, end = at + max(0, first), at + min(steps - 1, last) + 1
    if end > start:
        st.session_state[_BRUSHED] = (start, end, at)
        st.session_state[_FRESH] = True
        session.change(start=start, end=end)


def limits_of(view: View, network: Network, trace: TokenStates | None, steps: int) -> tuple:
    """What the limits and options of widgets depend on."""
    units, top = network.units[view.layer - 1], highest_threshold(view, trace)
    return view.model, units, view.kind, view.size, top, range_limits(view, steps)


def range_limits(view: View, steps: int) -> tuple[int, int]:
    """Between which steps the range can be moved: of a whole corpus, those in view."""
    if steps <= MAX_TEXT:
        return 0, steps
    return min(view.at, view.start), max(min(view.at + view.size, steps), view.end)


def _range_and_threshold(view: View, trace: TokenStates) -> None:
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


def _followers(view: View, trace: TokenStates, units: np.ndarray) -> None:
    """The units that follow, with their values; and what another threshold would select."""
    left, right = st.columns([6, 6], gap="medium")
    states = trace.states(view.layer, view.kind)
    with left:
        verb = "follows" if len(units) == 1 else "follow"
        st.markdown(f"**{count(len(units), 'unit')} of {states.shape[1]} {verb} this range**")
        if len(units):
            inside = states[view.start : view.end, units]
            table = pd.DataFrame(
                {
                    "unit": units,
                    "lowest": inside.min(axis=0),
                    "mean": inside.mean(axis=0),
                    "highest": inside.max(axis=0),
                    # Unit by unit: of a whole corpus, all at once would be large.
                    "on in text": [
                        100 * lv.is_on(states[:, unit], view.threshold, view.sign).mean()
                        for unit in units
                    ],
                }
            )
            # The units that are seldom on elsewhere say most about this range.
            table = table.sort_values("on in text", kind="stable")
            two_digits = st.column_config.NumberColumn(format="%.2f")
            st.dataframe(
                table,
                hide_index=True,
                column_config={
                    **dict.fromkeys(table.columns[1:-1], two_digits),
                    "on in text": st.column_config.NumberColumn(format="%.0f %%"),
                },
                height=min(36 * (len(units) + 1), 180),
            )
            if isinstance(trace, lv.Trace):
                _units_by_themselves(view, table["unit"].tolist())
            if len(units) > MANY and not view.before:
                st.caption(
                    "Units that are on nearly everywhere follow any range. To keep those that "
                    "switch on where yours begins, ask for one step *off before* (in the sidebar)."
                )
        else:
            st.info(
                "No unit is selected. Lower the threshold, shorten the range, or ask for fewer "
                "steps off before and after (in the sidebar).",
                icon=":material/filter_alt_off:",
            )
        out, into = st.columns(2)
        names = range(states.shape[1])
        out.multiselect("Leave out units", names, key="exclude", placeholder="none")
        into.multiselect("Always include", names, key="pin", placeholder="none")
    with right:
        _threshold_help(view, trace)


def _units_by_themselves(view: View, units: list[int]) -> None:
    """Links to what a single unit does."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Look at one by itself:")
        for unit in units[:DOORS]:
            open_in_units(view, unit, f"unit {unit}")


def _threshold_help(view: View, trace: TokenStates) -> None:
    selection = view.selection()
    suggested = lv.suggest_threshold(trace, selection)
    st.markdown("**How many units each threshold would select**")
    now = len(lv.select_units(trace, selection))
    figure(
        threshold_chart(trace, selection, highest_threshold(view, trace), suggested),
        key="threshold_chart",
        alt=f"Number of units selected over the threshold: {now} at {view.threshold:g}",
    )
    if suggested is None:
        st.caption("No threshold selects a unit for this range with these steps off around it.")
        return
    words, button = st.columns([5, 3], vertical_alignment="center")
    words.caption(
        f"Suggested (triangle): {suggested:g}, the highest threshold that keeps six units, "
        "or as many as follow at any."
    )
    button.button(
        f"Use {suggested:g}",
        key="use_suggested",
        on_click=session.change,
        kwargs={"threshold": suggested},
        disabled=abs(suggested - view.threshold) < 1e-9,
    )


def _move_bar(view: View, trace: TokenStates) -> None:
    """Move along a text that is longer than the window."""
    steps, half = len(trace.tokens), max(1, view.size // 2)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            "Back",
            icon=":material/chevron_left:",
            key="move_back",
            on_click=session.change,
            kwargs={"at": max(0, view.at - half)},
            disabled=view.at == 0,
        )
        st.button(
            "Forward",
            icon=":material/chevron_right:",
            key="move_forward",
            on_click=session.change,
            kwargs={"at": min(steps - view.size, view.at + half)},
            disabled=view.at + view.size >= steps,
        )
        st.button(
            "To the range",
            key="move_to_range",
            on_click=session.change,
            kwargs={"at": _around(view, view.start, steps)},
        )
        st.text_input(
            "Jump to a phrase",
            key="phrase",
            placeholder="jump to a phrase",
            label_visibility="collapsed",
            on_change=_jump,
            args=(trace.tokens, view),
            width=220,
        )
        st.button(
            "Find next",
            icon=":material/search:",
            key="find_next",
            on_click=_jump,
            args=(trace.tokens, view),
        )
        st.caption(f"Steps {view.at:,} to {min(view.at + view.size, steps) - 1:,} of {steps:,}")


def _around(view: View, step: int, steps: int) -> int:
    return max(0, min(step - view.size // 3, steps - view.size))


@session.uninterrupted
def _jump(tokens: lv.Tokens, view: View) -> None:
    """Callback: go to the next place of the phrase after the window's range, or the first."""
    phrase = st.session_state["phrase"]
    if not phrase:
        return
    # A search that ignores case, and not a lower-cased text, which may be longer.
    sought = re.compile(re.escape(phrase), re.IGNORECASE)
    here = int(tokens.offsets[view.start]) + 1
    found = sought.search(tokens.text, here) or sought.search(tokens.text)
    if found is None:
        st.toast("The phrase does not occur in this text.", icon=":material/search_off:")
        return
    ends = tokens.offsets + np.array([len(s) for s in tokens.strings])
    start = int(np.searchsorted(ends, found.start(), side="right"))
    end = int(np.searchsorted(tokens.offsets, found.end(), side="left"))
    session.change(start=start, end=max(end, start + 1), at=_around(view, start, len(tokens)))
