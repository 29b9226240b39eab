"""The figure of the page Gradients: what arrives of a change, by network, and what bounds it."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import gradient_chart
from lstmvis_core.charts.gradient_chart import TOKEN_CLICK
from lstmvis_core.charts.gradient_frames import share_left
from lstmvis_core.charts.tokens import visible
from pages.ui import cached, frame, session
from pages.ui.cursor import cursor_slider, up_to
from pages.ui.doors import GRADIENTS
from pages.ui.figure import figure, fresh_key, note_click
from pages.ui.gradients import MOST, OneOf, beside, gradients_of, left_after, matrices, reach
from pages.ui.models import model_name, switched
from pages.ui.network import Network
from pages.ui.parameters import LAST, LEAST_SCALE, MOST_SCALE
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count, plain, quote, unmarked

USUAL = 20  # steps over which the sentences compare
_CLICKED = "gradient_number"
_SINGLE = r"$\lVert\partial s_t/\partial s_{t-1}\rVert$"


def gradients_panel(view: View, network: Network, trace: lv.Trace) -> None:
    """Draw sliders, figure, and sentences that are computed of it."""
    steps = len(trace.tokens)
    step = view.cursor(steps)
    target, scale = st.columns(2, gap="large")
    with target:
        cursor_slider(view, steps)
    scale.slider(
        "Scale W: multiply all recurrent weights of this layer by",
        LEAST_SCALE,
        MOST_SCALE,
        key="scale",
        step=0.1,
        help="W is the matrix by which a step sees the state before. The text is read anew with "
        "the scaled weights, which nobody has trained: at 1 the network is as it was trained.",
    )
    networks = beside(view)
    own = next(one for one in networks.values() if one.id == view.model)
    found = {
        cell: gradients_of(view, one, step, single=one is own) for cell, one in networks.items()
    }
    here = found[own.cell]
    if not reach(here):
        way = "an earlier token" if _reads_backward(view, network) else "a token further on"
        st.info(
            "The network has read nothing before this token, so there is no step back yet. Move "
            f"the target to {way}, or type a longer text.",
            icon=":material/arrow_forward:",
        )
    shown = _window(view, network, steps, step)
    left = _what_is_left(view, network, trace, networks, found) if reach(here) else ""
    _chart(trace, found, step, shown, left)
    quote("Read up to the target:", up_to(trace.tokens, step))
    if left:
        st.markdown(left)
    st.caption(_how_to_read(view, network, networks, shown, steps))
    if reach(here):
        _bounds(view, network, own, here)
    _others(view, networks)


def _what_is_left(
    view: View,
    network: Network,
    trace: lv.Trace,
    networks: dict[str, OneOf],
    found: dict[str, lv.Gradients],
) -> str:
    """How much of a change arrives after some steps, network by network."""
    here = next(iter(found.values()))
    over = min(USUAL, reach(here))
    parts = []
    for cell, one in found.items():
        name = f"{cell.upper()} ({plain(model_name(networks[cell].id))})"
        parts.append(f"**{share_left(left_after(one, over))}** in the {name}")
        if one.cell is not None:
            parts.append(
                f"**{share_left(left_after(one, over, 'cell'))}** in the memory c of the "
                f"{cell.upper()}"
            )
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    token = plain(visible(trace.tokens.strings[here.step]))
    scaled = "" if view.scale == 1 else f", with W × {view.scale:g}"
    side = "after" if _reads_backward(view, network) else "before"
    return (
        f"A small change **{count(over, 'step')} {side}** the target “{token}” arrives there as"
        f"{scaled}: {listed}."
    )


def _chart(
    trace: lv.Trace, found: dict[str, lv.Gradients], step: int, shown: tuple[int, int], left: str
) -> None:
    drawing = gradient_chart(trace.tokens, found, *shown, dark=frame.is_dark())
    key = fresh_key("gradient_chart", _CLICKED)
    figure(
        drawing,
        key=key,
        on_select=partial(_click, key, len(trace.tokens)),
        selection_mode=TOKEN_CLICK,
        alt=f"How much of a small change at each token arrives at token {step}, by network. "
        f"{unmarked(left)}",
    )


def _reads_backward(view: View, network: Network) -> bool:
    return network.layers[view.layer - 1].endswith("backward")


def _window(view: View, network: Network, steps: int, step: int) -> tuple[int, int]:
    """So many tokens up to the target; of a layer that reads from the end, from it on."""
    if _reads_backward(view, network):
        start = min(step, max(0, steps - MOST))
    else:
        start = max(0, step + 1 - MOST)
    return start, min(steps, start + MOST)


@session.uninterrupted
def _click(key: str, steps: int) -> None:
    """Callback of the chart: the token that was clicked is the target."""
    points: Any = st.session_state[key]["selection"].get(TOKEN_CLICK, [])
    if points:
        step = int(points[0]["step"])
        note_click(_CLICKED)
        session.change(step=LAST if step == steps - 1 else step)


def _how_to_read(
    view: View, network: Network, networks: dict[str, OneOf], shown: tuple[int, int], steps: int
) -> str:
    said = (
        r"How much of a small change of the hidden state $h_k$ at each token arrives at the target "
        r"(grey), of that change which arrives best: $\lVert\partial h_T/\partial h_k\rVert.$ "
    )
    if "lstm" in networks:
        said += (
            r"Thin: the same of the memory $c$ of the LSTM, "
            r"$\lVert\partial c_T/\partial c_k\rVert.$ "
        )
    said += "Each mark is a thousand times the one below. Click a token to make it the target."
    start, end = shown
    if end - start < steps:
        said += (
            f" Shown are tokens {start} to {end - 1} of {steps:,}: a line goes back {MOST} tokens "
            "at most."
        )
    if _reads_backward(view, network):
        said += " This layer reads from the end of the text, so its lines go to the right."
    own = cached.model(view.model).vocabulary
    strangers = [one.id for one in networks.values() if cached.model(one.id).vocabulary != own]
    if strangers:
        verb = "has" if len(strangers) == 1 else "have"
        said += (
            f" {plain(' and '.join(strangers))} {verb} learned from other texts, so compare "
            "with care."
        )
    return said


def _bounds(view: View, network: Network, own: OneOf, here: lv.Gradients) -> None:
    """What single steps and the bound say, and whether that is true."""
    st.markdown("##### Does a bound above one mean that gradients explode?")
    over = min(USUAL, reach(here))
    assert here.single is not None
    largest = float(np.nanmedian(here.single))
    product, truth = left_after(here, over, "product"), left_after(here, over)
    state = "state (h and c together)" if own.cell == "lstm" else "state"
    steps = count(over, "step")
    said = [
        f"A single step of this {own.cell.upper()} stretches some change of its {state} "
        f"{largest:.2g} times ({_SINGLE}, the median over these tokens). Multiplied over "
        f"{steps}, that makes **{share_left(product)}** (dashed)."
    ]
    if here.bound is not None and here.slope is not None:
        norm = view.scale * matrices(own.id, own.layer)["hidden"].norm
        said.append(
            f"Textbooks bound each step by ‖W‖, here {norm:.3g}: "
            f"**{share_left(left_after(here, over, 'bound'))}** (dotted)."
        )
    said.append(f"What really arrives is **{share_left(truth)}**.")
    st.markdown(" ".join(said))
    st.markdown(_verdict(here, truth, product))
    st.caption(_of_matrices(view, network, own))


def _verdict(here: lv.Gradients, truth: float, product: float) -> str:
    """Whether what textbooks conclude is true of the text in view."""
    flat = ""
    if here.slope is not None:
        slope = float(np.nanmean(here.slope))
        flat = (
            f" And tanh is flat where a unit is near −1 or 1: the bound takes 1 for its slope, "
            f"here it is **{slope:.2g}** on average."
        )
    why = "What one step stretches most, the next one need not stretch at all." + flat
    if product > 1 >= truth:
        return (
            f"**So no: the numbers are above one, and the gradient vanishes.** A bound says what "
            f"cannot be exceeded, not what happens. {why}"
        )
    if truth > 1:
        return (
            f"**Here the gradient does grow, but by far less than the product says.** A bound "
            f"says what cannot be exceeded, not what happens. {why}"
        )
    return (
        f"**Here even the product is below one, and then the gradient must vanish**: that way "
        f"round the textbook is right. It vanishes faster than the product says. {why}"
    )


def _of_matrices(view: View, network: Network, own: OneOf) -> str:
    """How strong the recurrent matrices are."""
    shown = [
        (KIND_NAMES[gate] if gate != "hidden" else "W")
        + f": norm {view.scale * one.norm:.3g}, spectral radius {view.scale * one.radius:.3g}"
        for gate, one in matrices(own.id, own.layer).items()
    ]
    scaled = "" if view.scale == 1 else f" × {view.scale:g}"
    said = (
        f"Recurrent weights of layer {network.layers[view.layer - 1]}{scaled}: {'; '.join(shown)}."
    )
    if own.cell != "rnn":
        said += " The textbook bound is for a plain RNN; with gates there is no such number."
    return said


def _others(view: View, networks: dict[str, OneOf]) -> None:
    """Doors to the same view of the other networks, or a word that there is none."""
    others = [one for one in networks.values() if one.id != view.model]
    if not others:
        st.info(
            "No other network here reads such a text for the same task, so there is nothing to "
            "compare it with. Choose *prose* in the sidebar to see an RNN, a GRU and an LSTM on "
            "one text.",
            icon=":material/compare_arrows:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Dashed lines of another network:")
        for one in others:
            st.page_link(
                GRADIENTS,
                label=f"{model_name(one.id)}, {one.cell.upper()}",
                query_params=_with(view, one).to_params(),
                icon=":material/trending_down:",
            )


def _with(view: View, one: OneOf) -> View:
    """The view with another network, of the same text and target."""
    return replace(switched(view, one.id)[0], step=view.step)
