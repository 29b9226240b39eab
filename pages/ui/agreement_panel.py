"""How far to trust the matches: how many ranges agree so well, and how many would by chance."""

import numpy as np
import streamlit as st

from lstmvis_core.analysis.agreement import Agreement
from lstmvis_core.charts import agreement_chart, lengths_chart
from pages.ui import cached
from pages.ui.chance import agreement_of, chance, draws
from pages.ui.network import Network
from pages.ui.search import Search
from pages.ui.view import View
from pages.ui.words import count

BLUE = "Blue: ranges of the corpus by the number of your units that do the same there."
ORANGE = (
    "Orange: as many other units, each on about as often as one of yours, drawn at random again "
    "and again (5 % to 95 %, and the median)."
)


def agreement_panel(view: View, network: Network, units: np.ndarray) -> None:
    """Draw the counts at once, and the band of chance as it grows; nothing without a match.

    It comes last in a run: whatever its user does next ends it, and nothing waits for it.
    """
    search = Search.of(view, units)
    if not len(units) or not cached.matches(search):
        return
    found = agreement_of(search)
    st.markdown("**How many places agree so well, and how many would by chance?**")
    words = st.empty()
    left, right = st.columns([7, 4], gap="medium")
    chart = left.empty()
    why = _no_chance(len(units), network.units[view.layer - 1])
    left.caption(BLUE if why or not draws() else f"{BLUE} {ORANGE}")
    with right:
        st.vega_lite_chart(lengths_chart(found).spec(), alt="Lengths of ranges")
        st.caption("How long these ranges are, in steps.")
    chart.vega_lite_chart(agreement_chart(found).spec())
    words.markdown(f"{_sentence(found)}{why}")
    if why:
        return
    pictured = 0  # draws
    for drawn, ended in chance(search):
        if len(drawn):
            words.markdown(_sentence(found, drawn))
        if len(drawn) > 1.5 * pictured or (ended and len(drawn)):
            chart.vega_lite_chart(agreement_chart(found, drawn).spec())
            pictured = len(drawn)


def _no_chance(units: int, of: int) -> str:
    """Why nothing is drawn to compare with; nothing where something is."""
    if units == 1:
        return (
            "A single unit has none to agree with, so there is no chance to compare with: ask what "
            "the matches have in common."
        )
    return "There are too few other units to draw from." if 2 * units > of else ""


def _sentence(found: Agreement, drawn: np.ndarray | None = None) -> str:
    selected = len(found.ranges) - 1
    here = int(found.ranges[found.most])
    if selected == 1:
        return f"Your unit does the same in {count(here, 'range')} of the corpus. "
    verb = "shares" if here == 1 else "share"
    first = f"{count(here, 'range')} of the corpus {verb} {_units(found.most, selected)}. "
    if drawn is None:
        return first
    by_chance = drawn[:, found.most]
    low, high = (round(float(q)) for q in np.quantile(by_chance, [0.05, 0.95]))
    others = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if here > by_chance.max():
        end = "**More than in any draw**: chance hardly explains it."
    elif here > high:
        end = "More than in nearly all draws."
    else:
        end = "**No more than chance gives**: do not conclude much from this list."
    return (
        f"{first}Of other units that are on as often: {others} ({count(len(drawn), 'draw')}). {end}"
    )


def _units(level: int, selected: int) -> str:
    if level == selected:
        return f"all {selected} units"
    return f"{level} of the {selected} units"
