"""The Select view: the plot to brush, range and threshold, the units that follow."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import Window, select_chart
from lstmvis_core.charts.select_chart import BRUSH
from lstmvis_core.trace import TokenStates
from pages.ui import cached, frame, session
from pages.ui.figure import figure
from pages.ui.followers_panel import followers_panel
from pages.ui.move_bar import move_bar
from pages.ui.network import Network, is_project
from pages.ui.select_controls import range_and_threshold
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count

_CHART, _NONCE, _BRUSHED, _FRESH = "select_chart", "chart_number", "brushed", "fresh_brush"


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
        move_bar(view, trace)
    range_and_threshold(view, trace)
    followers_panel(view, trace, units)


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
