"""The text once for each unit, coloured by its gate; and for how long the unit remembers."""

from dataclasses import replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import lstmvis_core as lv
from lstmvis_core.cache import let_go
from lstmvis_core.charts import coloured_text
from pages.ui import cached
from pages.ui.gate_shares import Layers
from pages.ui.network import Network
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count

MOST, MOST_TOKENS = 8, 4000  # rows, and tokens in all of them: what a browser draws at once
KEEPS = ("forget_gate", "update_gate")  # how much is kept, of an LSTM and a GRU


def unit_rows(
    view: View, network: Network, layers: Layers, units: list[int], trace: lv.Trace
) -> dict[int, tuple[DeltaGenerator, str]]:
    """Draw the rows; return where each unit's time constant belongs, after which words."""
    rows = max(1, min(MOST, MOST_TOKENS // len(trace.tokens)))
    shown, name = units[:rows], KIND_NAMES[view.gate]
    if not view.dots:
        what = (
            f"No dot is picked. Here are the units of this layer whose {name} is open most often, "
            "then those that switch most"
        )
    else:
        what = f"{count(len(units), 'unit')} picked, the most extreme first"
        what += f"; shown are {rows}" if len(units) > rows else ""
    st.markdown(f"**The {name} on your text.** {what}. Blue: open; orange: shut; pale: in between.")
    values = trace.states(view.layer, view.gate)
    gate = layers[view.layer - 1][view.gate]
    places = {}
    for unit in shown:
        label, text, links = st.columns([2, 7, 2.4], vertical_alignment="center")
        words = f"**unit {unit}**  \nopen {gate.right[unit]:.0%}, shut {gate.left[unit]:.0%}"
        place = label.empty()
        place.caption(words)
        places[unit] = place, words
        text.html(coloured_text(trace.tokens, values[:, unit], limit=0.5, centre=0.5))
        with links:
            _doors(view, network, unit)
    return places


def _doors(view: View, network: Network, unit: int) -> None:
    """Links to the same unit elsewhere, where its memory is shown rather than a gate."""
    kind = "tanh_cell" if "tanh_cell" in network.kinds else "hidden"
    there = replace(view, kind=kind, unit=unit, panel="about")
    st.page_link(
        "pages/4_Units.py",
        label="open in Units",
        query_params=there.to_params(),
        icon=":material/manage_search:",
    )
    st.page_link(
        "pages/1_Select_and_Match.py",
        label="use in Select",
        query_params=replace(there, pin=(unit,), exclude=()).to_params(),
        icon=":material/query_stats:",
    )


def time_constants(view: View, places: dict[int, tuple[DeltaGenerator, str]]) -> None:
    """Write for how long each unit remembers below its name."""
    if not places:
        return
    note = st.empty()
    constants = _time_constants(view)
    for unit, (place, words) in places.items():
        place.caption(f"{words}  \nremembers for {_steps(constants[unit])}")
    note.caption(
        "*Remembers for*: after so many steps 37 % of what a unit holds is typically left, by the "
        "median of its forget gate (of a GRU: update gate) over the corpus."
    )


def _steps(constant: float) -> str:
    if constant >= 10:
        return "ever" if np.isinf(constant) else f"{constant:,.0f} steps"
    return f"{constant:.1f} steps"


def _time_constants(view: View) -> np.ndarray:
    gate = next(kind for kind in KEEPS if kind in lv.KINDS[cached.model(view.model).config.cell])
    key = view.model, view.corpus, view.layer, gate
    if key not in _KNOWN:
        cached.corpus_states(*key)  # with a bar
    _KNOWN.add(key)
    return _of_corpus(*key)


_KNOWN: set[tuple] = set()


@st.cache_resource(max_entries=64, show_spinner=False)
def _of_corpus(model_id: str, corpus_id: str, layer: int, gate: str) -> np.ndarray:
    states = cached.corpus_states(model_id, corpus_id, layer, gate)
    constants = lv.time_constants(states)
    constants.flags.writeable = False
    let_go(states.values)
    return constants
