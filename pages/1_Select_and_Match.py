"""Select a pattern in the hidden states of a text; match it against a corpus."""

from functools import partial

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached, frame, session
from pages.ui.agreement_panel import agreement_panel
from pages.ui.fit import fit
from pages.ui.guide import guide
from pages.ui.match_panel import match_panel
from pages.ui.network import is_project
from pages.ui.own_tracks import with_usable_options
from pages.ui.project_panel import about_project
from pages.ui.select_controls import limits_of, sidebar
from pages.ui.select_panel import just_brushed, select_panel, selected_units
from pages.ui.share import heading
from pages.ui.text_panel import (
    model_box,
    read,
    remarks,
    select_examples,
    steps_of,
    text_box,
    with_usable_corpus,
    with_usable_model,
)
from pages.ui.track_panel import track_controls, tracks_of_view
from pages.ui.words import plain

frame.open_page("Select and Match")
view, problems = session.begin()
view, broken = with_usable_model(view)
view, missing = with_usable_corpus(view)
view, unlabelled = with_usable_options(view)
network, steps = cached.network(view), steps_of(view)
view, changes = fit(view, network, steps, cached.colours(view))
trace = cached.project_trace(view) if is_project(view.model) else read(view)
limits = limits_of(view, network, trace, steps)
session.seed(view, "Select and Match", limits)
session.remember(view)

with st.sidebar:
    model_box(view)
sidebar(view, network)
track_controls(view, network)

what = "these words" if is_project(view.model) else "your text"
heading(
    "Select and Match",
    view,
    f"Each line is one unit of the network while it reads {what}. **Drag over the tokens** to "
    "pick a range: the units that stay above the threshold all through it light up, and below are "
    "the places in a corpus where the same units do the same. Is your guess about them right?",
)
sentences = (*problems, *broken, *missing, *unlabelled, *changes)
if sentences:
    listed = "\n".join(f"- {plain(sentence)}" for sentence in sentences)
    st.warning(listed, icon=":material/link_off:")
if isinstance(trace, lv.CorpusTrace):
    about_project(view)
else:
    text_box(view, select_examples(view.model))
    remarks(view, trace)
units = selected_units(view, trace)
select, match, trust = st.container(), st.container(), st.container()
if trace is not None:
    said: set[str] = set()
    tracks = tracks_of_view(view, trace, said)
    panels = [
        (select, partial(select_panel, view, network, trace, units, tracks)),
        (match, partial(match_panel, view, network, units, said)),
    ]
    # While a range is brushed the browser draws the Select view itself: the matches come first.
    for place, panel in reversed(panels) if just_brushed() else panels:
        with place:
            panel()
guide(view, "Select and Match")
frame.close_page()
session.drawn("Select and Match", limits)
with trust:  # what takes seconds comes when all else is drawn
    agreement_panel(view, network, units)
