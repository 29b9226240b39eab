"""One step with every number: which step, the chart, and one number written out in words."""

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.one_step import ROWS
from lstmvis_core.charts import step_chart, step_equation
from lstmvis_core.charts.step_chart import MOST_UNITS, NUMBER_CLICK
from lstmvis_core.charts.tokens import visible
from lstmvis_core.model import LANGUAGE_MODEL
from pages.ui import cached, frame, session
from pages.ui.cursor import cursor_slider
from pages.ui.doors import ONE_STEP
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.link import first_view
from pages.ui.models import model_name
from pages.ui.network import Network
from pages.ui.parameters import LAST
from pages.ui.step_words import GRU_CONVENTIONS, ROW_NAMES, meaning, symbols
from pages.ui.text_panel import text_box
from pages.ui.units_page import begin_units
from pages.ui.view import VIEW, View
from pages.ui.words import count, plain, signed

AROUND = 34  # tokens that are shown on either side of the one that is read
USUAL_PART = {"lstm": "forget_gate", "gru": "update_gate", "rnn": "hidden"}
GUESSES = 3
TEXT = "(1 (2 (3) 2) 1) 0"
EXAMPLES = (
    ("LSTM: a memory that counts", View("tiny-lstm", TEXT, step=3, part="cell", unit=2)),
    ("LSTM: a forget gate", View("tiny-lstm", TEXT, step=8, part="forget_gate", unit=2)),
    ("RNN: all is worked out anew", View("tiny-rnn", TEXT, step=3, part="hidden")),
    ("GRU: keep or take", View("tiny-gru", TEXT, step=3, part="update_gate")),
)
_CLICKED = "step_number"


def begin_step() -> tuple[View, Network, lv.Trace | None, list[str]]:
    """What to show, as `begin_units` gives it; a newcomer begins with a tiny network."""
    fresh = not {"model", "text", VIEW} & set(st.query_params)
    first = first_view()

    def opening(view: View) -> View:
        if not fresh or (view.model, view.text) != (first.model, first.text):
            return view
        shown = EXAMPLES[0][1]
        kept = {"lesson": view.lesson, "lesson_step": view.lesson_step, "large": view.large}
        return replace(shown, **kept)

    view, network, trace, said = begin_units(opening)
    cell = cached.model(view.model).config.cell
    if view.part in ROWS[cell]:
        return view, network, trace, said
    part = USUAL_PART[cell]
    if view.part:
        said.append(
            f"{_article(cell)} has no {ROW_NAMES[view.part]}; shown is the {ROW_NAMES[part]}."
        )
    return replace(view, part=part), network, trace, said


def _article(cell: str) -> str:
    return {"lstm": "An LSTM", "gru": "A GRU", "rnn": "A plain RNN"}[cell]


def text_of_step(view: View) -> None:
    """The text box, with prepared steps."""
    text_box(view, list(EXAMPLES))


def step_panel(view: View, trace: lv.Trace) -> None:
    """Draw everything about the step in view."""
    step = view.cursor(len(trace.tokens))
    found = lv.one_step(trace, view.layer, step)
    token = visible(trace.tokens.strings[step])
    _walk(view, trace, step)
    _chart(view, found, token)
    _guess(view, trace, step)
    _choose_number(found)
    _written_out(view, found, token)
    if found.cell == "gru":
        st.markdown(GRU_CONVENTIONS)


def _walk(view: View, trace: lv.Trace, step: int) -> None:
    """The text with the token that is read now, and three ways to go to another one."""
    steps = len(trace.tokens)
    first, end = max(0, step - AROUND), min(steps, step + AROUND + 1)
    spans = "".join(
        f'<span style="{_style(number, step)}">{escape(visible(trace.tokens.strings[number]))}'
        "</span>"
        for number in range(first, end)
    )
    dots = "…" if first else "", "…" if end < steps else ""
    st.html(
        '<div style="font-family:monospace;font-size:1.25rem;line-height:2;overflow-wrap:anywhere">'
        f"{dots[0]}{spans}{dots[1]}</div>"
    )
    if steps < 2:
        return
    back, slider, forward = st.columns([1.3, 5, 1.5], vertical_alignment="bottom")
    back.button(
        "Back",
        key="step_back",
        icon=":material/arrow_back:",
        on_click=_go,
        args=(step - 1, steps),
        disabled=step == 0,
        width="stretch",
    )
    with slider:
        cursor_slider(view, steps)
    forward.button(
        "One step on",
        key="step_on",
        icon=":material/arrow_forward:",
        on_click=_go,
        args=(step + 1, steps),
        disabled=step == steps - 1,
        width="stretch",
    )


def _style(number: int, step: int) -> str:
    """What was read is as usual, what is read now has a ground, what is to come is faint."""
    if number == step:
        return "background:#0072B2;color:#fff;border-radius:4px;padding:1px 5px;margin:0 2px"
    return "opacity:.65" if number > step else ""


@session.uninterrupted
def _go(step: int, steps: int) -> None:
    """Callback: look at another step."""
    session.change(step=LAST if step == steps - 1 else step)


def _chart(view: View, found: lv.OneStep, token: str) -> None:
    units = len(found.hidden)
    if units > MOST_UNITS or len(found.input) > MOST_UNITS:
        st.info(
            f"This layer has {count(units, 'unit')} and an input of "
            f"{count(len(found.input), 'number')}. Drawn are the first {MOST_UNITS} of each; all "
            "of them are in the sums. A tiny network shows everything.",
            icon=":material/filter_list:",
        )
        tiny = EXAMPLES[0][1]
        st.page_link(
            ONE_STEP,
            label=f"See {tiny.model}",
            icon=":material/arrow_forward:",
            query_params=tiny.to_params(),
        )
    st.caption(  # also, the toolbar of the chart covers what stands just above it
        "Blue is above zero, orange below. In frames: the number that is written out below, and "
        "those it was made of."
    )
    drawing = step_chart(found, token, view.part, view.unit, frame.is_dark())
    numbers = ", ".join(signed(value) for value in found.hidden[:MOST_UNITS].tolist())
    key = fresh_key("step_chart", _CLICKED)
    figure(
        drawing,
        key=key,
        width="content",  # in a narrow window it is scrolled
        on_select=partial(_click, key),
        selection_mode=NUMBER_CLICK,
        alt=f"All numbers of step {found.step} of layer {found.layer} of {model_name(view.model)}, "
        f"at “{token}”. The hidden state becomes {numbers}",
    )


@session.uninterrupted
def _click(key: str) -> None:
    """Callback of the chart: the number that was clicked is written out."""
    points: Any = st.session_state[key]["selection"].get(NUMBER_CLICK, [])
    if points and points[0]["part"]:
        part, unit = str(points[0]["part"]), int(points[0]["unit"])
        note_click(_CLICKED)
        session.change(part=part, **({} if part == "input" else {"unit": unit}))


def _guess(view: View, trace: lv.Trace, step: int) -> None:
    """What the network makes of the hidden state."""
    if trace.model.config.task != LANGUAGE_MODEL:
        return
    guesses = ", ".join(
        f"“{plain(visible(token))}” {share:.0%}"
        for token, share in trace.predictions(step, GUESSES)
    )
    st.caption(f"From its hidden state the network now guesses what comes next: {guesses}.")


def _choose_number(found: lv.OneStep) -> None:
    """The same as a click, by keyboard."""
    row, unit, _ = st.columns([2.4, 1.3, 4])
    row.selectbox(
        "Number to write out", ROWS[found.cell], key="part", format_func=ROW_NAMES.__getitem__
    )
    last = len(found.hidden) - 1
    unit.number_input(f"Unit, 0 to {last}", 0, last, key="unit")


def _written_out(view: View, found: lv.OneStep, token: str) -> None:
    part, unit = view.part, view.unit
    name = ROW_NAMES[part] if part == "input" else f"{ROW_NAMES[part]} of unit {unit}"
    st.markdown(
        f"**{name[0].upper() + name[1:]}, at “{plain(token)}”.** {meaning(found, part, unit)}"
    )
    st.latex(step_equation(found, part, unit))
    st.markdown("\n".join(f"- {one}" for one in symbols(found, part, token)))
    st.caption("Numbers are rounded, so the last digit of a sum may be off by a little.")
