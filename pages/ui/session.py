"""The view of this session: widgets, link and memory, kept in step.

The widgets are the truth while a page is open. The link is read when a page is entered or when the
browser goes back; it is written at the end of a run. `begin` gives each widget its value before it
is drawn, and only where it differs, so that what somebody is typing is never overwritten.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui.view import View, first_view, from_params

_VIEW, _WRITTEN, _AHEAD, _LIMITS = "view", "written_params", "ahead_of_link", "limits"

LINE, AREA = "text_line", "text_area"
# Widgets whose value is one field of the view.
_PLAIN = (
    "model",
    "lines",
    "layer",
    "kind",
    "threshold",
    "sign",
    "before",
    "after",
    "size",
    "corpus",
    "colour",
    "shortest",
    "longest",
)
_LISTS = ("exclude", "pin", "tracks")


def begin() -> tuple[View, list[str]]:
    """The view to show, and sentences about a link that made no sense."""
    stored: View | None = st.session_state.get(_VIEW)
    params = dict(st.query_params)
    if stored is None:
        return from_params(params) if params else (first_view(), [])
    current = _from_widgets(stored)
    came_by_link = bool(params) and params != st.session_state.get(_WRITTEN)
    # If something moved, its user is ahead of the link, which the browser may send late.
    moved = st.session_state.pop(_AHEAD, False) or current != stored
    if came_by_link and not moved:
        return from_params(params)
    return current, []


def current() -> View:
    """The view as the widgets say it now; for callbacks."""
    return _from_widgets(st.session_state[_VIEW])


def seed(view: View, limits: object = None) -> None:
    """Give every widget its value, where it has another one.

    A widget whose limits or options changed is a new one to Streamlit, which would begin with its
    default; so when `limits` are not what they were, all values but the text are given again.
    """
    values: dict[str, Any] = {name: getattr(view, name) for name in _PLAIN}
    values |= {name: list(getattr(view, name)) for name in _LISTS}
    values["range"] = (view.start, view.end)
    values["threshold_exact"] = view.threshold
    again = limits is not None and limits != st.session_state.get(_LIMITS)
    for key, value in values.items():
        if again or key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value
    if limits is not None:
        st.session_state[_LIMITS] = limits
    key = AREA if view.lines else LINE
    if st.session_state.get(key) != view.text:
        st.session_state[key] = view.text


def remember(view: View) -> None:
    """Keep the view, and write it into the link."""
    st.session_state[_VIEW] = view
    params = view.to_params()
    if dict(st.query_params) != params:
        st.query_params.from_dict(params)
    st.session_state[_WRITTEN] = params


def change(**values: Any) -> None:
    """Change fields of the view; for callbacks, which run before a page is drawn."""
    show(replace(current(), **values))


def show(view: View) -> None:
    """Show another view altogether; for callbacks."""
    st.session_state[_VIEW] = view
    st.session_state[_AHEAD] = True
    seed(view)


def _from_widgets(view: View) -> View:
    """The view with what the widgets say now."""
    state = st.session_state
    values: dict[str, Any] = {name: state[name] for name in _PLAIN if name in state}
    values |= {name: tuple(state[name]) for name in _LISTS if name in state}
    if "range" in state:
        values["start"], values["end"] = state["range"]
    key = AREA if view.lines else LINE
    if key in state:
        values["text"] = state[key]
    return replace(view, **{name: value for name, value in values.items() if value is not None})
