"""Every chart on its way to the browser: with words for who does not see it, and its size.

What a page has drawn is noted, for who wants to take it along: figures_panel.py.
"""

from typing import Any

import streamlit as st

from lstmvis_core.charts import Drawing
from pages.ui import session

LARGE = 1.25  # times the usual size of letters, at large type
VECTOR = "vector"  # a widget's key: whether charts are drawn as vector graphics
_DRAWN = "figures"  # of this run: (what it shows, drawing)


def figure(drawing: Drawing, *, alt: str, again: str = "", **options: Any) -> None:
    """Draw a chart; larger at large type.

    Parameters
    ----------
    drawing : Drawing
    alt : str
        What it shows and what comes of it: all that a screen reader reads of it.
    again : str
        A name for what is drawn again and again in a run, as it grows.
    **options
        Others of `streamlit.vega_lite_chart`.
    """
    drawn = figures()
    drawn[again or str(len(drawn))] = (alt, drawing)
    shown = drawing.enlarged(LARGE) if session.is_large() else drawing
    spec = shown.spec()
    if st.session_state.get(VECTOR):
        spec["usermeta"] = {"embedOptions": {"renderer": "svg"}}
    st.vega_lite_chart(spec, alt=alt, **options)


def fresh_key(name: str, clicks: str) -> str:
    """A key for a chart that is clicked, and another one after each click of that counter.

    A browser tells of a selection that changes: without a new chart the same place could not be
    clicked again.
    """
    return f"{name}_{st.session_state.get(clicks, 0)}"


def note_click(clicks: str) -> None:
    """For callbacks: charts with this counter are to be drawn anew."""
    st.session_state[clicks] = st.session_state.get(clicks, 0) + 1


def figures() -> dict[str, tuple[str, Drawing]]:
    """What this run has drawn so far: what each shows, and the drawing."""
    return st.session_state.setdefault(_DRAWN, {})


def begin_figures() -> None:
    """Nothing is drawn yet."""
    st.session_state[_DRAWN] = {}
