"""The typed text, coloured by one unit: click a token to look closely, drag to mark a range."""

from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import text_heat
from lstmvis_core.charts.text_heat import BRUSH, PICK, TOKEN, steps_within
from lstmvis_core.charts.tokens import visible
from lstmvis_core.tracks.predicted import UNKNOWN_NAME, guesses
from pages.ui import frame, session
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.network import Network
from pages.ui.parameters import LAST, MAX_TEXT
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, signed

GUESSES = 5  # as in Karpathy's essay
_DONE = "heat_number"  # clicks and brushes so far


def heat_panel(view: View, network: Network, trace: lv.Trace) -> None:
    """Draw the text."""
    layer = network.layers[view.layer - 1]
    values = trace.states(view.layer, view.kind)[:, view.unit]
    words, switch = st.columns([7, 3], vertical_alignment="bottom")
    words.markdown(
        f"**Your text, coloured by unit {view.unit} of layer {layer}**: its "
        f"{KIND_NAMES[view.kind]}, blue above zero and orange below. Click a token to look "
        "closely at that step; drag over some to mark them."
    )
    switch.toggle(
        "Guesses under each token",
        key="guesses",
        help="The five tokens that the network finds most probable next, the best one first; the "
        "darker, the more probable. Click one: it is put in, and the network reads on.",
    )
    track = guesses(lv.outputs_of_trace(trace, GUESSES)) if view.guesses else None
    drawing = text_heat(
        trace.tokens,
        values,
        limit=limit_of(values),
        cursor=view.cursor(len(trace.tokens)),
        span=(view.start, view.end),
        guesses=track,
        dark=frame.is_dark(),
    )
    high, low = int(values.argmax()), int(values.argmin())

    def at(step: int) -> str:
        token = visible(trace.tokens.strings[step])
        return f"{signed(float(values[step]))} at token {step}, “{token}”"

    key = fresh_key("heat", _DONE)
    figure(
        drawing,
        key=key,
        width="content",  # in a narrow window it is scrolled
        on_select=partial(_picked, key, view, trace, track),
        selection_mode=[PICK, BRUSH],
        alt=f"The text, coloured by unit {view.unit} of layer {layer}: highest "
        f"{at(high)}, lowest {at(low)}",
    )


def limit_of(values: np.ndarray) -> float:
    """The value of the full colour: 1, or the largest one of a cell that goes beyond."""
    return max(1.0, float(np.abs(values).max(initial=0)))


@session.uninterrupted
def _picked(key: str, view: View, trace: lv.Trace, track: lv.Track | None) -> None:
    """Callback of the chart: a token, a guess, or a range."""
    selection = st.session_state[key]["selection"]
    points, interval = selection.get(PICK), selection.get(BRUSH)
    if interval:
        number = 0 if track is None else track.values.shape[1]
        y = interval.get("y", (0, TOKEN))  # of one line the brush has no height
        span = steps_within(trace.tokens, interval["x"], y, number)
        if span is not None:
            session.change(start=span[0], end=span[1])
    elif points:
        step, guess = int(points[0]["step"]), int(points[0]["guess"])
        if guess < 0 or track is None:
            session.change(step=step)
        else:
            _put_in(view, trace, step, track.labels[int(track.values[step, guess])])
    else:
        return
    note_click(_DONE)


def _put_in(view: View, trace: lv.Trace, step: int, token: str) -> None:
    """A guess becomes part of the text, after the token that it was made at."""
    model, tokens = trace.model, trace.tokens
    if model.config.task != "language-model" or token == UNKNOWN_NAME:
        session.change(step=step)
        return
    end = int(tokens.offsets[step]) + len(tokens.strings[step])
    if model.vocabulary.level != "character":
        token = f" {token}"
    text = tokens.text[:end] + token + tokens.text[end:]
    if len(text) > MAX_TEXT:
        st.toast(f"The text has {MAX_TEXT:,} characters already.", icon=":material/content_cut:")
        return
    at_the_end = step == len(tokens) - 1
    session.show(
        replace(
            session.current(),
            text=text,
            lines=view.lines or "\n" in text,
            step=LAST if at_the_end else step + 1,
        )
    )
