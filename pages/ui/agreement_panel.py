"""How far to trust the matches: how many ranges agree so well, and how many would by chance."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from lstmvis_core.analysis.agreement import Agreement
from lstmvis_core.charts import agreement_chart, lengths_chart
from pages.ui import cached, frame
from pages.ui.chance import draws, trust_in
from pages.ui.figure import figure
from pages.ui.network import Network
from pages.ui.search import Search
from pages.ui.view import View
from pages.ui.words import count, unmarked

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
    st.markdown("**How many places agree so well, and how many would by chance?**")
    words = st.empty()
    left, right = st.columns([7, 4], gap="medium")
    chart, lengths = left.empty(), right.empty()
    why = _no_chance(len(units), network.units[view.layer - 1])
    left.caption(BLUE if why or not draws() else f"{BLUE} {ORANGE}")
    right.caption("How long these ranges are, in steps.")
    pictured = None  # draws
    for trust in trust_in(search, compared=not why):
        if trust.found is None:
            words.markdown(f"Counting: {trust.share:.0%}")
            continue
        words.markdown(_sentence(trust.found, trust.drawn) + why)
        if pictured is None:
            with lengths:
                figure(lengths_chart(trust.found), alt=_lengths(trust.found))
        if pictured is None or len(trust.drawn) > 1.5 * pictured or trust.ended:
            drawing = agreement_chart(
                trust.found, np.array(trust.drawn), trust.least, frame.is_dark()
            )
            with chart:
                told = unmarked(_sentence(trust.found, trust.drawn))
                figure(drawing, alt=told, again="agreement")
            pictured = len(trust.drawn)


def _lengths(found: Agreement) -> str:
    usual = int(found.lengths.argmax())
    times = f"{found.lengths[usual]:,} times"
    return f"Lengths of ranges: most often {count(usual, 'step')}, {times}"


def _no_chance(units: int, of: int) -> str:
    """Why nothing is drawn to compare with; nothing where something is."""
    if units == 1:
        return (
            "A single unit has none to agree with, so there is no chance to compare with: ask what "
            "the matches have in common."
        )
    return "There are too few other units to draw from." if 2 * units > of else ""


def _sentence(found: Agreement, drawn: Sequence[np.ndarray]) -> str:
    selected = len(found.ranges) - 1
    here = int(found.ranges[found.most])
    if selected == 1:
        return f"Your unit does the same in {count(here, 'range')} of the corpus. "
    verb = "shares" if here == 1 else "share"
    first = f"{count(here, 'range')} of the corpus {verb} {_units(found.most, selected)}. "
    if not drawn:
        return first
    by_chance = np.array(drawn)[:, found.most]
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
