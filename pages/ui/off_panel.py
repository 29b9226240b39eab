"""Switch it off: what the network says of the text, and writes after it, while units are held."""

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.ablation import most_changed
from lstmvis_core.charts import change_chart, coloured_text, sample_text
from lstmvis_core.charts.change_chart import percent
from lstmvis_core.charts.sample_text import first_difference
from lstmvis_core.charts.tokens import visible
from lstmvis_core.model import LANGUAGE_MODEL
from pages.ui import frame, session
from pages.ui.cursor import cursor_slider, up_to
from pages.ui.figure import figure
from pages.ui.held import MEAN, VALUE, ZERO, Hold, ablated, carried_on
from pages.ui.hold_controls import hold_controls
from pages.ui.network import Network
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, plain, quote, signed, unmarked

LIMITS = (0.1, 0.3, 1.0, 3.0)  # nats that have the full colour
LENGTHS = {"character": 120, "word": 30, "symbol": 30}  # of samples, in tokens
SHORT = 16  # characters of the text before a sample
HARDLY = 0.005  # of a probability
SMALL = 0.005  # nats, which are written as 0.00


def off_panel(view: View, network: Network, trace: lv.Trace) -> None:
    """Draw the controls, and what becomes of the text."""
    hold_controls(view, network, trace)
    hold = Hold.of(view)
    after = ablated(hold, trace.tokens.text)
    _text(view, network, trace, after)
    cursor_slider(view, len(trace.tokens))
    step = view.cursor(len(trace.tokens))
    if trace.model.config.task != LANGUAGE_MODEL:
        _next(trace, after, step)
        return
    left, right = st.columns([4, 7], gap="medium")
    with left:
        _next(trace, after, step)
    with right:
        _samples(view, network, trace, hold, step)


def _text(view: View, network: Network, trace: lv.Trace, after: lv.Trace) -> None:
    """The text, coloured by what has become of each token, below the sum."""
    held = _held(view, network)
    if trace.model.config.task == LANGUAGE_MODEL:
        change = np.nan_to_num(lv.surprisal_change(trace, after))
        st.markdown(f"With {held}, {_of_surprisal(trace, after, change)}")
    else:
        change = lv.prediction_change(trace, after)
        st.markdown(f"With {held}, {_of_labels(trace, after, change)}")
    limit = next((top for top in LIMITS if np.abs(change).max() <= top), LIMITS[-1])
    st.html(coloured_text(trace.tokens, change, limit))
    if trace.model.config.task == LANGUAGE_MODEL:
        st.caption(
            "Blue: the network finds this token **less** probable than before, so the units "
            f"helped it; orange: more probable. Full colour from {_nats(limit)} on, a probability "
            f"{np.exp(limit):.2g} times smaller or larger."
        )
    else:
        st.caption(
            "The bluer a token, the more differently the network labels there. Full colour from "
            f"{_nats(limit)} on. This network names labels instead of next tokens: it has no "
            "surprisal, and writes no text."
        )


def _held(view: View, network: Network) -> str:
    several = sorted({view.unit, *view.held})
    units = ", ".join(map(str, several[:6])) + (" …" if len(several) > 6 else "")
    of = f"unit{'s' if len(several) > 1 else ''} {units} of layer {network.layers[view.layer - 1]}"
    at = {ZERO: "zero", MEAN: "the mean over the corpus", VALUE: f"{view.value:g}"}[view.by]
    one = view.end == view.start + 1
    where = f"at step {view.start}" if one else f"from step {view.start} to {view.end - 1}"
    return f"the {KIND_NAMES[view.hold]} of {of} held at {at}{f' {where}' if view.inside else ''}"


def _of_surprisal(trace: lv.Trace, after: lv.Trace, change: np.ndarray) -> str:
    counted = len(change) - 1
    if counted < 1:
        return "there is nothing to compare yet: type a second token."
    total = float(change.sum())
    if abs(total) < SMALL:
        sum_of_it = "**the text surprises the network as much as before in all** (±0.00 nats)."
    else:
        less = "less" if total > 0 else "more"
        sum_of_it = (
            f"**the network expects the text {less}**: its surprisal changes by {signed(total)} "
            f"nats in all, {signed(total / counted, 3)} a token."
        )
    worst = int(change.argmax())
    if change[worst] < SMALL:
        return f"{sum_of_it} No token becomes less probable."
    was, now = (np.exp(-float(t.surprisal[worst])) for t in (trace, after))
    return (
        f"{sum_of_it} Hit hardest is “{_token(trace, worst)}”, token {worst}: "
        f"{signed(float(change[worst]))} nats, a probability of {percent(now)} instead of "
        f"{percent(was)}."
    )


def _of_labels(trace: lv.Trace, after: lv.Trace, change: np.ndarray) -> str:
    worst = int(change.argmax())
    flipped = int((trace.log_probabilities.argmax(1) != after.log_probabilities.argmax(1)).sum())
    gets = "gets" if flipped == 1 else "get"
    return (
        f"**{flipped or 'none'} of {len(change)} tokens {gets} another label**. What the network "
        f"says changes by {change.mean():.2g} nats a token (Kullback–Leibler divergence), most at "
        f"“{_token(trace, worst)}”, token {worst}: {change[worst]:.2g}."
    )


def _next(trace: lv.Trace, after: lv.Trace, step: int) -> None:
    """What the network says after a step, before and after."""
    language = trace.model.config.task == LANGUAGE_MODEL
    what = "the next token:" if language else "it says:"
    quote("After", up_to(trace.tokens, step), what)
    most = most_changed(trace, after, step)
    was, now = (np.exp(float(t.log_probabilities[step, most])) for t in (trace, after))
    name = plain(visible(trace.model.outputs[most]))
    shown = f"**{percent(was)} → {percent(now)}**"
    same = "Hardly anything changes here. " if abs(now - was) < HARDLY else ""
    said = f"{same}Most affected is “{name}”: {shown}."
    figure(
        change_chart(trace, after, step, dark=frame.is_dark()),
        key="change_chart",
        alt=f"Probabilities after this step, as it is and with the units held. {unmarked(said)}",
    )
    st.markdown(said)


def _samples(view: View, network: Network, trace: lv.Trace, hold: Hold, step: int) -> None:
    """How the text goes on from there, with and without, with the same random numbers."""
    read, length = trace.tokens.span(0, step + 1), LENGTHS[network.level]
    drawn = [
        carried_on(one, read, length, view.seed, view.temperature) for one in (hold.none(), hold)
    ]
    columns = st.columns(2, gap="medium")
    titles = ("**It would go on:** as it is", "**and so:** with the units held")
    for column, title, one, other in zip(columns, titles, drawn, drawn[::-1], strict=True):
        column.markdown(title)
        column.html(sample_text(up_to(trace.tokens, step, SHORT), one, other, network.level))
    place = first_difference(*drawn)
    differ = (
        f"The two are the same for all {length} tokens: try another text or temperature."
        if place is None
        else f"They part at token {place + 1}."
    )
    held = "" if hold.steps is None else " While it writes, the units are free."
    st.caption(f"Both texts are drawn with the same random numbers. {differ}{held}")
    warmth, luck, again = st.columns([4, 2, 2], vertical_alignment="bottom", gap="small")
    warmth.slider(
        "Temperature",
        0.0,
        2.0,
        step=0.1,
        key="temperature",
        help="0 always takes the most probable token; the higher, the more the network strays.",
    )
    luck.number_input("Random numbers", 0, 9_999, key="seed", help="Each number draws another.")
    again.button(
        "Draw again",
        key="draw_again",
        icon=":material/casino:",
        on_click=session.change,
        kwargs={"seed": (view.seed + 1) % 10_000},
    )


def _token(trace: lv.Trace, step: int) -> str:
    return plain(visible(trace.tokens.strings[step]))


def _nats(number: float) -> str:
    return f"{number:g} {'nat' if number == 1 else 'nats'}"
