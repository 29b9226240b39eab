"""The text once for each unit, coloured by its gate; and for how long the unit remembers."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import lstmvis_core as lv
from lstmvis_core.analysis.ledger import KEEPS
from lstmvis_core.cache import let_go
from lstmvis_core.charts import coloured_text
from pages.ui import cached
from pages.ui.doors import SELECT_AND_MATCH, open_in_units, selecting
from pages.ui.gate_shares import Layers
from pages.ui.network import Network
from pages.ui.view import View
from pages.ui.words import KIND_NAMES, count

LONG = 1000  # steps
MOST, MOST_TOKENS = 8, 4000  # rows, and tokens in all of them: what a browser draws at once


@dataclass(frozen=True)
class Rows:
    """Where the time constants belong: each below what is said of its unit, and what they are."""

    places: dict[int, tuple[DeltaGenerator, str]]
    note: DeltaGenerator


def unit_rows(
    view: View, network: Network, layers: Layers, units: list[int], trace: lv.Trace
) -> Rows:
    """Draw the text once a unit."""
    rows = max(1, min(MOST, MOST_TOKENS // len(trace.tokens)))
    name = KIND_NAMES[view.gate]
    if view.dots:
        what = f"{count(len(units), 'unit')} picked, the most extreme first"
        what += f"; shown are {rows}." if len(units) > rows else "."
    else:
        what = (
            "No dot is picked, so here are the units of this layer that are most often open, the "
            "most open of those that are shut now and then, and some that are shut about as often "
            "as open."
        )
    st.markdown(f"**The {name} on your text.** {what} Blue: open; orange: shut; pale: in between.")
    values = trace.states(view.layer, view.gate)
    gate = layers[view.layer - 1][view.gate]
    places = {}
    for unit in units[:rows]:
        label, text, links = st.columns([2.6, 7, 2.2], vertical_alignment="center")
        words = f"**unit {unit}**  \nopen {gate.right[unit]:.0%}, shut {gate.left[unit]:.0%}"
        place = label.empty()
        place.caption(words)
        places[unit] = place, words
        text.html(coloured_text(trace.tokens, values[:, unit], limit=0.5, centre=0.5))
        with links:
            _doors(view, network, unit, trace)
    return Rows(places, st.empty())


def _doors(view: View, network: Network, unit: int, trace: lv.Trace) -> None:
    """Links to the same unit elsewhere, where its memory is shown rather than a gate."""
    kind = "tanh_cell" if "tanh_cell" in network.kinds else "hidden"
    open_in_units(replace(view, kind=kind), unit, "open in Units")
    st.page_link(
        SELECT_AND_MATCH,
        label="use in Select",
        query_params=selecting(replace(view, kind=kind, unit=unit), trace).to_params(),
        icon=":material/query_stats:",
    )


def time_constants(view: View, rows: Rows) -> None:
    """Write for how long each unit remembers."""
    constants = _time_constants(view)
    for unit, (place, words) in rows.places.items():
        place.caption(f"{words}  \nholds for {_steps(constants[unit])}")
    rows.note.caption(
        "*Holds for*: after so many steps 37 % of what the unit remembers is left, as long as "
        "nothing shuts its forget gate (of a GRU: its update gate); by that gate's median over "
        "the corpus."
    )


def _steps(constant: float) -> str:
    """A number of steps; large ones are beyond what the states can tell."""
    if constant > LONG:
        return f"over {LONG:,} steps"
    return f"{constant:,.0f} steps" if constant >= 10 else f"{constant:.1f} steps"


def _time_constants(view: View) -> np.ndarray:
    gate = KEEPS[cached.model(view.model).config.cell]
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
