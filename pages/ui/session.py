"""The view of this session: widgets, link and memory, kept in step.

While a page is open its user moves widgets, and the page itself sets some (a brush sets the range
slider). Both reach us as "the widget's value"; and for a moment, or when a run is interrupted by
the next key, the browser still sends the value that a widget had before the page set it. So a value
counts as the user's if it is neither what the widget was last given nor what it had just before;
the latter only until the browser sends what was given, for then it has heard of it.

A newer request can end a run at every access to Streamlit's session state, even within a callback.
So all we keep is one record that is replaced as a whole, and callbacks are `uninterrupted`.

The link is read when a page is entered or the browser goes back, and when the server was started
again below an open page; it is written in every run.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

from pages.ui.link import default_corpus, first_view, opened
from pages.ui.view import View

P = ParamSpec("P")

_RECORD = "record"
_LATE = 2.0  # seconds for which the browser may still send the value a widget had before

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
    "panel",
    "unit",
    "guesses",
    "find",
    "label",
    "parsed",
    "hold",
    "by",
    "value",
    "inside",
    "on",
    "seed",
    "temperature",
    "gate",
    "over",
    "left",
    "right",
    "cut",
    "method",
    "clusters",
    "frequent",
    "weakest",
    "cluster",
    "tint",
    "large",
    "other",
    "other_layer",
    "scale",
    "token",
    "part",
)
_LISTS = ("exclude", "pin", "tracks", "held", "dots", "words")
_KEYS = (*_PLAIN, *_LISTS, "range", "threshold_exact", LINE, AREA)


@dataclass(frozen=True)
class _Record:
    """What is kept between the runs of a session."""

    view: View
    given: Mapping[str, Any] = field(default_factory=dict)  # to widgets, or taken over from them
    before: tuple[tuple[str, Any, float], ...] = ()  # their values before, and when that ended
    ahead: bool = False  # whether its user has changed something that the link does not say yet
    written: Mapping[str, str] | None = None  # the link
    page: str = ""  # the one last drawn
    whole: View | None = None  # the one whose page was last drawn to its end
    limits: object = None  # those last drawn


def uninterrupted(callback: Callable[P, None]) -> Callable[P, None]:
    """A callback that always ends, also when a newer request comes in the middle of it.

    Streamlit ends it there and never calls it again: a click or a brush would be lost. So it is
    done again from its start, and must come to the same if a part of it was done before.
    """

    @wraps(callback)
    def to_the_end(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except RerunException:
            to_the_end(*args, **kwargs)
            raise  # the newer request still has to be answered

    return to_the_end


def begin() -> tuple[View, list[str]]:
    """The view to show, and sentences about a link that made no sense."""
    params = dict(st.query_params)
    if _RECORD not in st.session_state:
        view, problems = opened(params)
        return _as_typed(view), problems
    record = _up_to_date()
    st.session_state[_RECORD] = record
    # A user who moved something is ahead of the link, which the browser may send late.
    if params and params != record.written and not record.ahead:
        return opened(params)
    return record.view, []


def is_new() -> bool:
    """Whether nothing was asked for yet: no link, and no page before this one."""
    return not st.query_params and _RECORD not in st.session_state


def held() -> View:
    """The view of this session, for a page that has no widgets of it."""
    record = st.session_state.get(_RECORD) or _Record(first_view())
    st.session_state[_RECORD] = replace(record, ahead=False)
    return record.view


def is_large() -> bool:
    """Whether the user of this session wants large type."""
    record = st.session_state.get(_RECORD)
    return record is not None and record.view.large


def former() -> View:
    """The view without what the user has moved since the last run; for callbacks."""
    return st.session_state[_RECORD].view


def current() -> View:
    """The view with what the user has moved; for callbacks."""
    return _up_to_date().view


@uninterrupted
def change(**values: Any) -> None:
    """Change fields of the view; for callbacks, which run before a page is drawn."""
    show(replace(current(), **values))


@uninterrupted
def show(view: View) -> None:
    """Show another view altogether, in the type that its user has chosen; for callbacks."""
    record = _up_to_date()
    view = replace(view, large=record.view.large)
    st.session_state[_RECORD] = replace(record, view=view, ahead=True)


def seed(view: View, page: str, limits: object) -> None:
    """Give every widget its value before it is drawn, where it has another one.

    A widget whose limits or options changed is a new one to Streamlit, which would begin with its
    default; so when `limits` are not what was last drawn, all values but the text are given again.
    What somebody is typing is never overwritten: its widget has the view's text already. But on
    another page every widget is a new one.
    """
    values: dict[str, Any] = {name: getattr(view, name) for name in _PLAIN}
    values |= {name: list(getattr(view, name)) for name in _LISTS}
    values["range"] = (view.start, view.end)
    values["threshold_exact"] = view.threshold
    values[AREA if view.lines else LINE] = view.text
    state, now = st.session_state, time.monotonic()
    record: _Record = state.get(_RECORD) or _Record(view)
    shown = _values(values)
    ended = tuple((key, old, now) for key, old in shown.items() if old != values[key])
    state[_RECORD] = replace(record, view=view, given=values, before=(*record.before, *ended))
    elsewhere = page != record.page
    again = limits != record.limits
    for key, value in values.items():
        new = elsewhere or (again and key not in (LINE, AREA))
        if new or key not in shown or shown[key] != value:
            state[key] = value


def remember(view: View) -> None:
    """Keep the view, and write it into the link."""
    params = view.to_params()
    if dict(st.query_params) != params:
        st.query_params.from_dict(params)
    record: _Record = st.session_state[_RECORD]
    st.session_state[_RECORD] = replace(record, view=view, written=params, ahead=False)


def drawn(page: str, limits: object) -> None:
    """Note what is drawn; the last call of a page, which an interrupted run lacks."""
    record: _Record = st.session_state[_RECORD]
    st.session_state[_RECORD] = replace(record, page=page, limits=limits, whole=record.view)


def retreat() -> View | None:
    """What to go back to from a view that takes long to draw; None if there is nothing.

    The view that was last drawn whole; if that is this one, as on another page, the same with the
    usual corpus.
    """
    record: _Record | None = st.session_state.get(_RECORD)
    if record is None or record.whole is None:
        return None
    if record.whole != record.view:
        return record.whole
    usual = default_corpus(record.view.model)
    return None if record.view.corpus in ("", usual) else replace(record.view, corpus=usual)


def _as_typed(view: View) -> View:
    """The view of a link, with the text that is in the box of a page that is open already.

    The session is new where the server was started again, or has forgotten one that slept for
    long. The browser shows the page as it was; what is typed there then must not be lost.
    """
    context = get_script_run_ctx()
    # A step of a lesson has a text of its own, whatever stood in the box before.
    if context is None or view.lesson or not st.query_params:
        return view
    box = AREA if view.lines else LINE
    for state in context.session_state.get_widget_states():
        if user_key_from_element_id(state.id) == box:
            return replace(view, text=state.string_value)
    return view


def _values(keys: Iterable[str]) -> dict[str, Any]:
    """What the widgets say, of those that are there."""
    there = st.session_state.to_dict()  # once: to ask for each key takes ten times as long
    return {key: there[key] for key in keys if key in there}


def _up_to_date() -> _Record:
    """The record, with what its user has moved since in the view."""
    record: _Record = st.session_state[_RECORD]
    now, values = time.monotonic(), _values(_KEYS)
    late = tuple(
        (key, old, ended)
        for key, old, ended in record.before
        if now - ended < _LATE and not (key in values and values[key] == record.given.get(key))
    )
    moved = {
        key: value
        for key, value in values.items()
        if not (key in record.given and value == record.given[key])
        and not any(key == name and value == old for name, old, _ in late)
    }
    if not moved:
        return replace(record, before=late)
    view = _with(record.view, moved)
    return replace(record, view=view, given={**record.given, **moved}, before=late, ahead=True)


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
