"""The view of this session: widgets, link and memory, kept in step.

While a page is open its user moves widgets, and the page itself sets some (a brush sets the range
slider). Both reach us as "the widget's value"; and for a moment, or when a run is interrupted by
the next key, the browser still sends the value that a widget had before the page set it. So a value
counts as the user's if it is neither what the widget was last given nor what it had just before.

The link is read when a page is entered or the browser goes back; it is written in every run.
"""

import time
from dataclasses import replace
from typing import Any

import streamlit as st

from pages.ui.view import View, first_view, opened

VIEW, _WRITTEN, _LIMITS = "view", "written_params", "limits"
_GIVEN = "given"  # values that widgets were last given
_BEFORE = "before_given"  # values they had before, with the time when that ended
_LATE = 2.0  # seconds for which the browser may still send such a value
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
    "pattern",
    "pipeline",
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
        return opened(params)
    view = current()
    moved = st.session_state.pop(_TAKEN)
    # If something moved, its user is ahead of the link, which the browser may send late.
    if params and params != st.session_state.get(_WRITTEN) and not moved:
        return opened(params)
    return view, []


def held() -> View:
    """The view of this session, for a page that has no widgets of it."""
    st.session_state.pop(_TAKEN, None)
    return st.session_state.setdefault(VIEW, first_view())


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
    values[AREA if view.lines else LINE] = view.text
    again = limits is not None and limits != st.session_state.get(_LIMITS)
    state = st.session_state
    for key, value in values.items():
        if key in state and state[key] != value:
            state.setdefault(_BEFORE, []).append((key, state[key], time.monotonic()))
        if key not in state or state[key] != value or (again and key not in (LINE, AREA)):
            state[key] = value
    state[_GIVEN] = values


def remember(view: View) -> None:
    """Keep the view, and write it into the link."""
    st.session_state[VIEW] = view
    params = view.to_params()
    if dict(st.query_params) != params:
        st.query_params.from_dict(params)
    st.session_state[_WRITTEN] = params


def drawn(limits: object) -> None:
    """Note which limits are drawn; the last call of a page, which an interrupted run lacks."""
    st.session_state[_LIMITS] = limits


def _moved() -> dict[str, Any]:
    """The widgets that their user moved, with their values."""
    state, now = st.session_state, time.monotonic()
    late = [entry for entry in state.get(_BEFORE, []) if now - entry[2] < _LATE]
    state[_BEFORE] = late
    given = state.get(_GIVEN, {})
    values = {key: state[key] for key in _KEYS if key in state}
    return {
        key: value
        for key, value in values.items()
        if not (key in given and value == given[key])
        and not any(key == name and value == old for name, old, _ in late)
    }


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
