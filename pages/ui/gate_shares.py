"""How often the gates are shut and open: over a corpus, or while the text is read."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached
from pages.ui.doors import GATES
from pages.ui.models import embedded, loaded, readable, switched
from pages.ui.network import Network
from pages.ui.view import View

Layers = list[dict[str, lv.Saturation]]


def has_gates(network: Network) -> bool:
    """Whether there is anything to look at."""
    return any(kind.endswith("_gate") for kind in network.kinds)


def with_usable_thresholds(view: View) -> tuple[View, list[str]]:
    """The view, with thresholds that the sliders have, and a sentence if they were others."""
    left, right = round(min(view.left, 0.5), 2), round(max(view.right, 0.5), 2)
    if (left, right) == (view.left, view.right):
        return view, []
    said = f"Thresholds go in steps of 0.01 up to 0.5 and from there; shown are {left} and {right}."
    return replace(view, left=left, right=right), [said]


def over_text(view: View, trace: lv.Trace | None) -> bool:
    """Whether the shares are those of the text: an empty one has none."""
    return view.over == "text" and trace is not None


def shares(view: View, network: Network, trace: lv.Trace | None) -> Layers:
    """Of each layer, how often each unit of each gate is shut and open."""
    if trace is not None and over_text(view, trace):
        numbers = range(1, len(network.layers) + 1)
        return [
            lv.gate_saturation(trace, layer, left=view.left, right=view.right) for layer in numbers
        ]
    return cached.gate_counts(view.model, view.corpus).saturation(view.left, view.right)


def other_models(view: View) -> None:
    """Say that there are no gates, and lead to models that have some."""
    st.info(
        "This is a plain RNN: it has **no gates**, and writes its whole state anew at each step. "
        "Gates were invented because such a network forgets too soon. Look at one that has them:",
        icon=":material/tune:",
    )
    for id in embedded():
        model = loaded(id)
        if isinstance(model, str) or model.config.cell == "rnn" or not readable(model, view.text):
            continue
        st.page_link(
            GATES,
            label=f"{id}, {model.config.cell.upper()}",
            query_params=switched(view, id)[0].to_params(),
            icon=":material/tune:",
        )
