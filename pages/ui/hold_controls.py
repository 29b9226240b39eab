"""Which units are held, which of their states, at what, and where: the controls."""

import streamlit as st

import lstmvis_core as lv
from pages.ui.held import MEAN, VALUE, ZERO, kinds_to_hold
from pages.ui.network import Network
from pages.ui.parameters import MAX_THRESHOLD
from pages.ui.select_controls import range_limits
from pages.ui.view import View
from pages.ui.words import quote

HELD_AT = {ZERO: "zero", MEAN: "its mean over the corpus", VALUE: "a value"}


def hold_controls(view: View, network: Network, trace: lv.Trace) -> None:
    """Draw them; those for which there is nothing to choose are left out."""
    kinds = kinds_to_hold(trace.model)
    wide = {"also": 3.4, "which": 2.2, "how": 3.4, "value": 2.0, "where": 2.6}
    if len(kinds) == 1:
        del wide["which"]
    if view.by != VALUE:
        del wide["value"]
    drawn = st.columns(list(wide.values()), vertical_alignment="bottom", gap="small")
    place = dict(zip(wide, drawn, strict=True))
    place["also"].multiselect(
        f"Hold unit {view.unit}, and also",
        range(network.units[view.layer - 1]),
        key="held",
        placeholder="no other unit",
    )
    if "which" in place:
        place["which"].segmented_control(
            "Which state",
            kinds,
            key="hold",
            required=True,
            help="The hidden state is what a unit tells the rest of the network; the cell state is "
            "its memory, which it goes on from at the next step.",
        )
    place["how"].selectbox("Held at", list(HELD_AT), key="by", format_func=HELD_AT.__getitem__)
    if "value" in place:
        states = trace.states(view.layer, view.hold)[:, view.unit]
        place["value"].number_input(
            "Value",
            -MAX_THRESHOLD,
            MAX_THRESHOLD,
            step=0.1,
            format="%.2f",
            key="value",
            help=f"In this text unit {view.unit} goes from {states.min():.2f} to "
            f"{states.max():.2f}.",
        )
    place["where"].toggle(
        "Only in a range", key="inside", help="Elsewhere the units are left alone."
    )
    if (view.inside or view.on == "range") and len(trace.tokens) > 1:
        st.slider(
            "Range of time steps, from one border between tokens to another",
            *range_limits(view, len(trace.tokens)),
            key="range",
            help="Or drag over the coloured text above.",
        )
        quote("The range is", trace.tokens.span(view.start, view.end))
