"""The view of this session: widgets, link and memory, kept in step.

While a page is open its user moves widgets, and the page itself sets some (a brush sets the range
slider). Both reach us as "the widget's value", and when a run is interrupted by the next key, the
browser sends the old value of a widget that it was never told to change. So a value counts as the
user's only if it is neither what the browser last showed nor what it was last given; everything
else is in the stored view.

The link is read when a page is entered or the browser goes back; it is written in every run.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui.view import View, first_view, from_params

VIEW, _WRITTEN, _LIMITS = "view", "written_params", "limits"
_SHOWN = "shown"  # values of widgets as the browser last showed them
_GIVEN = "given"  # values that Python last gave to widgets, which the browser may show by now
_TAKEN = "taken"  # whether this run has taken over what the user moved

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
_KEYS = (*_PLAIN, *_LISTS, "range", "threshold_exact", LINE, AREA)


def begin() -> tuple[View, list[str]]:
    """The view to show, and sentences about a link that made no sense."""
    stored: View | None = st.session_state.get(VIEW)
    params = dict(st.query_params)
    if stored is None:
        return from_params(params) if params else (first_view(), [])
    view = current()
    moved = st.session_state.pop(_TAKEN)
    # If something moved, its user is ahead of the link, which the browser may send late.
    if params and params != st.session_state.get(_WRITTEN) and not moved:
        return from_params(params)
    return view, []


def current() -> View:
    """The stored view with what the user has moved; for callbacks."""
    state = st.session_state
    if not state.get(_TAKEN):
        moved = _moved()
        state[VIEW] = _with(state[VIEW], moved)
        state[_TAKEN] = bool(moved)
    return state[VIEW]


def change(**values: Any) -> None:
    """Change fields of the view; for callbacks, which run before a page is drawn."""
    show(replace(current(), **values))


def show(view: View) -> None:
    """Show another view altogether; for callbacks."""
    current()
    st.session_state[VIEW] = view
    st.session_state[_TAKEN] = True
    seed(view)


def seed(view: View, limits: object = None) -> None:
    """Give every widget its value before it is drawn, where it has another one.

    A widget whose limits or options changed is a new one to Streamlit, which would begin with its
    default; so when `limits` are not what was last drawn, all values but the text are given again.
    What somebody is typing is never overwritten: its widget has the view's text already.
    """
    values: dict[str, Any] = {name: getattr(view, name) for name in _PLAIN}
    values |= {name: list(getattr(view, name)) for name in _LISTS}
    values["range"] = (view.start, view.end)
    values["threshold_exact"] = view.threshold
    again = limits is not None and limits != st.session_state.get(_LIMITS)
    for key, value in values.items():
        if again or key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value
    key = AREA if view.lines else LINE
    if st.session_state.get(key) != view.text:
        st.session_state[key] = view.text
    st.session_state[_GIVEN] = {**values, key: view.text}


def remember(view: View) -> None:
    """Keep the view, and write it into the link."""
    st.session_state[VIEW] = view
    params = view.to_params()
    if dict(st.query_params) != params:
        st.query_params.from_dict(params)
    st.session_state[_WRITTEN] = params


def drawn(limits: object) -> None:
    """Note what the browser shows now; the last call of a page, which an interrupted run lacks."""
    state = st.session_state
    state[_SHOWN] = {key: state[key] for key in _KEYS if key in state}
    state[_LIMITS] = limits


def _moved() -> dict[str, Any]:
    """The widgets that their user moved."""
    state = st.session_state
    shown, given = state.get(_SHOWN, {}), state.get(_GIVEN, {})
    new = {k: state[k] for k in _KEYS if k in state and not (k in shown and state[k] == shown[k])}
    state[_SHOWN] = shown | new
    return {k: value for k, value in new.items() if not (k in given and value == given[k])}


def _with(view: View, moved: dict[str, Any]) -> View:
    values: dict[str, Any] = {name: moved[name] for name in _PLAIN if name in moved}
    values |= {name: tuple(moved[name]) for name in _LISTS if name in moved}
    if "range" in moved:
        values["start"], values["end"] = moved["range"]
    if "threshold_exact" in moved:
        values["threshold"] = moved["threshold_exact"]
    text = moved.get(AREA if view.lines else LINE)
    # A segmented control that is switched off gives None, and an emptied number box, too.
    values = {name: value for name, value in values.items() if value is not None}
    return replace(view, **values, **({} if text is None else {"text": text}))
