"""Encoded is not the same as used: what holding each unit does, beside what the unit tells."""

import time
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import Drawing, effects_chart
from lstmvis_core.charts.effects_chart import UNIT_CLICK
from lstmvis_core.model import LANGUAGE_MODEL
from pages.ui import frame, session
from pages.ui.effects import Effects, effects_of, estimated
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.held import Hold
from pages.ui.network import Network
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, signed

ON_NAMES = {"all": "all tokens", "range": "the range"}
TOP = 8  # units that are listed
PATIENCE, PAUSE = 0.4, 1.0  # seconds to a first picture of what is not all known, to a next one
_CLICKED = "effects_number"


def effects_panel(
    view: View,
    network: Network,
    trace: lv.Trace,
    scores: np.ndarray | None,
    score_title: str = "how well the unit tells the property",
) -> None:
    """Draw the estimates at once, and the exact effects as they come.

    It comes last in a run: whatever its user does next ends it, and nothing waits for it.

    Parameters
    ----------
    view, network, trace
        As of the page; the view's range lies in the text.
    scores : numpy.ndarray, (unit,) or None
        How well each unit of the view's layer tells a property, the higher the better: a
        correlation or AUC without its sign. NaN where nothing is known.
    score_title : str
        What they are, for an axis.
    """
    language = trace.model.config.task == LANGUAGE_MODEL
    st.markdown("**Encoded is not the same as used: which units does the network need here?**")
    _choose_tokens()
    start, end = (view.start, view.end) if view.on == "range" else (0, len(trace.tokens))
    start = max(start, 1) if language else start  # nothing predicts the first token
    if start >= end:
        st.info(
            "Nothing predicts the first token, so no unit has an effect on it. "
            "Choose other tokens, or type on.",
            icon=":material/keyboard:",
        )
        return
    _explain(view, network, language, scores is not None)
    hold, text = Hold.of(view).each(), trace.tokens.text
    hold.values()  # the first time with a bar, which has no place in what is kept
    guess = estimated(hold, text, start, end) if language else None
    bar, place, began = st.empty(), None, time.monotonic()
    due = PATIENCE
    for effects in effects_of(hold, text):
        # Where the run ends if its user has gone on.
        _progress(bar, effects, place is not None)
        spent = time.monotonic() - began
        if spent < due and not effects.ended:
            continue
        # What is soon known is drawn once: in the place of the picture before, which then stays.
        place = place or (st.container() if effects.ended else st.empty())
        exact = effects.on(slice(start, end))
        drawing = effects_chart(
            exact,
            guess,
            scores,
            unit=view.unit,
            score_title=score_title,
            dark=frame.is_dark(),
        )
        with place:
            _chart(drawing, effects.done, exact)
        due = spent + max(PAUSE, spent)
        if effects.ended:
            st.markdown(_sentence(view, exact, guess, scores))
            _list(view, exact)


def _choose_tokens() -> None:
    st.segmented_control(
        "Effect on",
        list(ON_NAMES),
        key="on",
        format_func=ON_NAMES.__getitem__,
        required=True,
        help="The range is the one above; with all tokens, it is not looked at.",
    )


def _explain(view: View, network: Network, language: bool, scored: bool) -> None:
    kind, layer = KIND_NAMES[view.hold], network.layers[view.layer - 1]
    across = "Further right, it tells the property better. " if scored else ""
    up = (
        "Higher up, the tokens become less probable: the network uses the unit. "
        if language
        else "Higher up, what the network says changes more. "
    )
    hollow = "Hollow: a quick estimate; filled: exact. " if language else ""
    st.caption(
        f"Each dot is one unit of layer {layer}, its {kind} held alone, all along. "
        f"{across}{up}{hollow}Click a dot to choose its unit."
    )


def _progress(bar: Any, effects: Effects, slow: bool) -> None:
    units = len(effects.values)
    if effects.ended or not slow:
        bar.empty()
    else:
        bar.progress(effects.done / units, f"Holding each unit: {effects.done} of {units}")


def _chart(drawing: Drawing, done: int, exact: np.ndarray) -> None:
    # A key for each picture of a run, and new ones after a click, so that a dot can be clicked
    # again.
    key = f"{fresh_key('effects_chart', _CLICKED)}_{done}"
    known = ~np.isnan(exact)
    most = int(np.nanargmax(exact)) if known.any() else None
    largest = "" if most is None else f"; the largest, of unit {most}: {signed(exact[most])} nats"
    figure(
        drawing,
        again="effects",
        key=key,
        on_select=partial(_click, key),
        selection_mode=UNIT_CLICK,
        alt="Each unit: the effect of holding it, beside how well it tells the property. Known "
        f"exactly: {done} of {len(exact)}{largest}",
    )


@session.uninterrupted
def _click(key: str) -> None:
    """Callback of the chart: the unit of the dot is looked at."""
    points: Any = st.session_state[key]["selection"].get(UNIT_CLICK, [])
    if points:
        note_click(_CLICKED)
        session.change(unit=int(points[0]["unit"]))


def _sentence(
    view: View, exact: np.ndarray, guess: np.ndarray | None, scores: np.ndarray | None
) -> str:
    """Where the unit in view stands among all."""
    said = (
        f"Unit {view.unit} has an effect of **{signed(exact[view.unit])} nats**, "
        f"{_place(exact, view.unit)} of {len(exact)} units."
    )
    if scores is not None and not np.isnan(scores).all():
        best = int(np.nanargmax(scores))
        if best == view.unit:
            said += " It is also the one that tells the property best."
        else:
            said += (
                f" The one that tells the property best, unit {best}, has {signed(exact[best])}, "
                f"{_place(exact, best)}."
            )
    if guess is not None and np.ptp(guess) > 0 and np.ptp(exact) > 0:
        r = float(np.corrcoef(exact, guess)[0, 1])
        said += (
            f" The first-order estimate correlates with the exact effect by {signed(r)} here "
            "(by −0.63 to 0.98 among four of our models, so do not trust it alone)."
        )
    return said


def _list(view: View, exact: np.ndarray) -> None:
    st.caption("The largest effects, in nats. Choose one of these units:")
    with st.container(horizontal=True, gap="small"):
        for unit in np.argsort(-exact, kind="stable")[:TOP].tolist():
            st.button(
                f"{unit}: {signed(float(exact[unit]))}",
                key=f"effects_unit_{unit}",
                on_click=session.change,
                kwargs={"unit": unit},
                type="primary" if unit == view.unit else "secondary",
            )


def _place(exact: np.ndarray, unit: int) -> str:
    """The place of a unit among all by its effect."""
    place = 1 + int((exact > exact[unit]).sum())
    if place == 1:
        return "the largest"
    teens = place % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"the {place}{ending} largest"
