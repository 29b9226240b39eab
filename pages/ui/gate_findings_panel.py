"""What the paper found about gates: each statement with a mark, its numbers and its criterion."""

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached
from pages.ui.gate_shares import Layers, over_text
from pages.ui.models import model_name
from pages.ui.view import View
from pages.ui.words import count, plain

MARKS = {True: ":green[:material/check_circle:]", False: ":orange[:material/cancel:]"}


def findings_panel(view: View, layers: Layers, trace: lv.Trace | None) -> None:
    """Draw the list."""
    config = cached.model(view.model).config
    found = lv.gate_findings(layers, bidirectional=config.bidirectional)
    applies = [one for one in found if one.holds is not None]
    if trace is not None and over_text(view, trace):
        over = f"your text of {count(len(trace.tokens), 'step')}"
    else:
        over = f"the corpus *{plain(cached.corpus(view.corpus).title)}*"
    holds = sum(one.holds is True for one in applies)
    st.subheader("What was found in other networks: is it so here?", anchor=False)
    st.markdown(
        "Karpathy, Johnson and Li (2016, section 4.2) looked at this figure for their networks. "
        f"Of what they said, **{holds} of {len(applies)} statements hold for "
        f"{plain(model_name(view.model))}** over {over}, with a gate shut below {view.left:g} and "
        f"open above {view.right:g}."
    )
    left, right = st.columns(2, gap="large")
    for number, one in enumerate(applies):
        place = left if number < (len(applies) + 1) // 2 else right
        place.markdown(f"{MARKS[bool(one.holds)]} **{one.statement}**  \n{one.because}")
        place.caption(one.criterion)
    others = [one for one in found if one.holds is None]
    if others:
        listed = " ".join(f"“{one.statement[:-1]}” ({one.because[:-1]})." for one in others)
        st.caption(f"Not asked here: {listed}")
    st.caption(
        "The paper names no numbers for *many* or *nearly always*: the criteria in small print are "
        "this page's reading of its words."
    )
