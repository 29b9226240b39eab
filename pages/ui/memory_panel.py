"""What it remembers: which tokens wrote what a unit holds now, and what each step kept of it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.ledger import KEEPS, REMEMBERED
from lstmvis_core.charts import ledger_chart
from lstmvis_core.charts.ledger_chart import TOKEN_CLICK
from lstmvis_core.charts.tokens import visible
from pages.ui import frame, session
from pages.ui.cursor import cursor_slider, up_to
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.network import Network
from pages.ui.parameters import LAST
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count, plain, quote, signed, unmarked

NEARLY_ALL = 0.9
CANCELS = 0.7  # what is below zero, of what is above, or the other way round
LITTLE = 0.05  # a state so near 0 holds next to nothing
_CLICKED = "ledger_number"


@dataclass(frozen=True)
class _Shown:
    """The window of tokens, and what those outside it wrote together."""

    start: int
    end: int
    before: float
    after: float  # of a backward layer, which has read those after the window first


def memory_panel(view: View, network: Network, trace: lv.Trace) -> None:
    """Draw the ledger of the unit and step in view."""
    cell = trace.model.config.cell
    if cell not in REMEMBERED:
        st.info(
            "A plain recurrent network (RNN) has no gates: it writes its whole state anew at every "
            "step, so nothing that a single token wrote is kept as it was. Pick an LSTM or a GRU "
            "in the sidebar, such as *prose*, to see which tokens a unit remembers.",
            icon=":material/edit_note:",
        )
        return
    steps = len(trace.tokens)
    step = view.cursor(steps)
    written = lv.memory_ledger(trace, view.layer, view.unit, step)
    kept = trace.states(view.layer, KEEPS[cell])[:, view.unit]
    st.markdown(
        "What a unit holds is a sum of what each token wrote into it, less what the steps since "
        "then let go. **A tall bar far back is a memory**: find the token that wrote it."
    )
    cursor_slider(view, steps)
    shown = _window(view, written, step, _backward(view, trace))
    quote("After", up_to(trace.tokens, step))
    said = _sentence(view, network, trace, written, step)
    st.markdown(said)
    _chart(view, trace, written, kept, step, shown, said)
    st.caption(_outside(shown) + _how_to_read(KIND_NAMES[KEEPS[cell]], _backward(view, trace)))


def _backward(view: View, trace: lv.Trace) -> bool:
    return trace.model.config.bidirectional and view.layer % 2 == 0


def _window(view: View, written: np.ndarray, step: int, backward: bool) -> _Shown:
    """As many tokens as are in view, up to the step; of a backward layer, from it on."""
    steps = len(written)
    size = view.window(steps)
    first = min(step, max(0, steps - size)) if backward else max(0, step + 1 - size)
    end = min(steps, first + size)
    return _Shown(first, end, float(written[:first].sum()), float(written[end:].sum()))


def _sentence(view: View, network: Network, trace: lv.Trace, written: np.ndarray, step: int) -> str:
    """What the unit holds, and who wrote most of it."""
    kind = REMEMBERED[trace.model.config.cell]
    held = float(trace.states(view.layer, kind)[step, view.unit])
    layer = network.layers[view.layer - 1]
    said = f"The {KIND_NAMES[kind]} of unit {view.unit} of layer {layer} is **{signed(held)}**. "
    most = int(np.abs(written).argmax())
    by = f"the token “{plain(visible(trace.tokens.strings[most]))}” {_when(most, step)}"
    left = signed(written[most])
    if abs(held) < LITTLE and abs(written[most]) < LITTLE:
        return (
            said + "So it holds next to nothing now. Move to another token, or pick another unit."
        )
    up, down = float(written[written > 0].sum()), float(-written[written < 0].sum())
    if min(up, down) > CANCELS * max(up, down):
        return (
            f"{said}What tokens wrote nearly cancels out: {signed(up)} and {signed(-down)}. The "
            f"most is left of {by}: {left}."
        )
    share = written[most] / held
    if share <= 0.5:
        many = _needed(written, held)
        return (
            f"{said}No token alone wrote most of it. The most is left of {by}: {left}; "
            f"{many} tokens together make up {NEARLY_ALL:.0%} of it."
        )
    others = f", and the others wrote {signed(held - written[most])}" if share > 1.1 else ""
    return f"{said}**Most of it was written by {by}**: {left} of that is still there{others}."


def _needed(written: np.ndarray, held: float) -> int:
    """How many tokens, those that wrote the most first, make up nearly all of what is held."""
    towards = np.sort(written * np.sign(held))[::-1]
    return int(np.argmax(np.cumsum(towards) >= NEARLY_ALL * abs(held))) + 1


def _when(token: int, step: int) -> str:
    if token == step:
        return "that it has just read"
    away = count(abs(step - token), "step")
    return f"{away} ago" if token < step else f"{away} further on"


def _chart(
    view: View,
    trace: lv.Trace,
    written: np.ndarray,
    kept: np.ndarray,
    step: int,
    shown: _Shown,
    said: str,
) -> None:
    gate = KIND_NAMES[KEEPS[trace.model.config.cell]]
    drawing = ledger_chart(
        trace.tokens, written, kept, step, shown.start, shown.end, gate, frame.is_dark()
    )
    key = fresh_key("ledger_chart", _CLICKED)
    figure(
        drawing,
        key=key,
        on_select=partial(_click, key, len(trace.tokens)),
        selection_mode=TOKEN_CLICK,
        alt=f"What each token wrote into unit {view.unit} that is still there after step {step}. "
        f"{unmarked(said)}",
    )


@session.uninterrupted
def _click(key: str, steps: int) -> None:
    """Callback of the chart: the token that was clicked is looked at."""
    points: Any = st.session_state[key]["selection"].get(TOKEN_CLICK, [])
    if points:
        step = int(points[0]["step"])
        note_click(_CLICKED)
        session.change(step=LAST if step == steps - 1 else step)


def _outside(shown: _Shown) -> str:
    """What the tokens that are not drawn wrote, so that the sum is whole."""
    said = ""
    if shown.start:
        said += f"Older tokens (0 to {shown.start - 1}) together: {signed(shown.before, 3)}. "
    if shown.after:
        said += f"Tokens from {shown.end} on together: {signed(shown.after, 3)}. "
    return said


def _how_to_read(gate: str, backward: bool) -> str:
    order = (
        " This layer reads from the end of the text: look at an early token to see what it "
        "remembers of those that follow."
        if backward
        else ""
    )
    return (
        "Blue bars: above zero, orange: below; together they are the state, exactly. "
        f"Green: the unit's {gate}, which is the share of the state that each step keeps: where it "
        f"falls, what was written before fades.{order} Click a token to look at the step after it."
    )
