"""How far to trust the matches: how many ranges agree so well, and how many would by chance."""

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.agreement import Agreement
from lstmvis_core.charts import agreement_chart, lengths_chart
from pages.ui import cached
from pages.ui.chance import agreement_of, chance
from pages.ui.search import Search
from pages.ui.view import View
from pages.ui.words import count


def agreement_panel(view: View, model: lv.SequenceModel, units: np.ndarray) -> None:
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
    left.caption(
        "Blue: ranges of the corpus by the number of your units that do the same there. Orange: "
        "as many other units, each on about as often as one of yours, drawn at random again and "
        "again (5 % to 95 %, and the median)."
    )
    with right:
        st.vega_lite_chart(lengths_chart(found).spec(), alt="Lengths of ranges")
        st.caption(f"How long the ranges are that share {_units(found.most, len(units))}.")
    chart.vega_lite_chart(agreement_chart(found).spec())
    words.markdown(_sentence(found, None))
    pictured = 0  # draws
    for drawn, ended in chance(search):
        if len(drawn):
            words.markdown(_sentence(found, drawn))
        if len(drawn) > 1.5 * pictured or (ended and len(drawn)):
            chart.vega_lite_chart(agreement_chart(found, drawn).spec())
            pictured = len(drawn)
    if 2 * len(units) > model.config.hidden_size:
        words.markdown(f"{_sentence(found, None)}There are too few other units to draw from.")


def _sentence(found: Agreement, drawn: np.ndarray | None) -> str:
    selected = len(found.ranges) - 1
    here = int(found.ranges[found.most])
    verb = "shares" if here == 1 else "share"
    first = f"{count(here, 'range')} of the corpus {verb} {_units(found.most, selected)}. "
    if drawn is None:
        return first
    by_chance = drawn[:, found.most]
    low, high = (round(float(q)) for q in np.quantile(by_chance, [0.05, 0.95]))
    others = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    if here > by_chance.max():
        end = "**More than in any draw**: that your units agree is no accident."
    elif here > high:
        end = "More than in nearly all draws."
    else:
        end = "**No more than chance gives**: do not conclude much from this list."
    return (
        f"{first}Of other units that are on as often: {others} ({count(len(drawn), 'draw')}). {end}"
    )


def _units(level: int, selected: int) -> str:
    if level == selected:
        return "your unit" if selected == 1 else f"all {selected} units"
    return f"{level} of the {selected} units"
