"""What home shows of a text: one telling unit, all units, and where else the same ones are on."""

from dataclasses import replace
from typing import Any

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import Window, coloured_text, prediction_chart, select_chart
from pages.ui import cached, frame
from pages.ui.figure import figure
from pages.ui.match_panel import matching_rows, matrix_drawing, places_in_words
from pages.ui.network import Network
from pages.ui.parameters import SIZES
from pages.ui.select_panel import selected_units
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count, likely, plain

PLACES = 8  # of the corpus
SAYS = {
    "language-model": "What it expects next",
    "tagger": "How it labels the last token",
    "classifier": "What it thinks of the text",
}


def telling_view(view: View, trace: lv.Trace, highlight: dict[str, Any]) -> View | None:
    """The view that selects the longest stretch in which the model's telling unit is on."""
    states = trace.states(highlight["layer"], highlight["kind"])[:, highlight["unit"]]
    run = lv.longest_run(lv.is_on(states, highlight["threshold"]))
    if run is None:
        return None
    size = next((size for size in SIZES if size >= len(trace.tokens)), SIZES[-1])
    return replace(
        view,
        start=run[0],
        end=run[1],
        threshold=highlight["threshold"],
        before=1,
        after=1,
        tracks=(),
        size=size,
        at=max(0, min(run[0] - size // 3, len(trace.tokens) - size)),
    )


def one_unit(view: View, trace: lv.Trace, highlight: dict[str, Any]) -> None:
    """The text coloured by the telling unit, and what the network says at its end."""
    config = trace.model.config
    left, right = st.columns([7, 3], gap="large")
    with left:
        unit = highlight["unit"]
        st.markdown(
            f"**Your text, coloured by unit {unit} of layer {config.layer_names[view.layer - 1]}**"
        )
        st.html(coloured_text(trace.tokens, trace.states(view.layer, view.kind)[:, unit]))
        st.caption(
            f"{plain(highlight['says'])} Blue: its {KIND_NAMES[view.kind]} is above zero; "
            "orange: below."
        )
    with right:
        st.markdown(f"**{SAYS[config.task]}**")
        predicted = trace.predictions(len(trace.tokens) - 1)
        figure(
            prediction_chart(predicted, frame.is_dark()),
            key="predictions",
            alt=f"{SAYS[config.task]}: {likely(predicted)}",
        )


def all_units(view: View, network: Network, trace: lv.Trace) -> None:
    """All units over the text, those that follow the range, and the best places for them."""
    units = selected_units(view, trace)
    st.markdown(
        f"**All {network.units[view.layer - 1]} units of that layer while they read**, and "
        f"{count(len(units), 'unit')} that {'is' if len(units) == 1 else 'are'} on exactly in the "
        "shaded range"
    )
    drawing = select_chart(
        trace,
        view.selection(),
        units.tolist(),
        window=Window(view.at, view.window(len(trace.tokens))),
        dark=frame.is_dark(),
    )
    figure(
        drawing,
        key="all_units",
        alt=f"All units over the text: {count(len(units), 'unit')} on exactly from step "
        f"{view.start} to {view.end - 1}",
    )
    rows = matching_rows(view, network, units)[:PLACES]
    if rows:
        title = cached.corpus(view.corpus).title
        st.markdown(f"**Where else they do the same**, in the corpus *{title}*")
        figure(
            matrix_drawing(view, network, rows, len(units)),
            key="places",
            alt=places_in_words(view, rows),
        )
