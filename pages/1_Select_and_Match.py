"""Select a pattern in the hidden states of a text; match it against a corpus."""

from functools import partial

import streamlit as st

from pages.ui import cached, frame, session
from pages.ui.agreement_panel import agreement_panel
from pages.ui.match_panel import match_panel
from pages.ui.models import model_name, models_to_choose
from pages.ui.own_tracks import options_of, with_usable_options
from pages.ui.select_panel import (
    highest_threshold,
    just_brushed,
    select_panel,
    selected_units,
    sidebar,
)
from pages.ui.text_panel import (
    checkpoint_slider,
    choose_model,
    read,
    remarks,
    text_box,
    with_usable_corpus,
    with_usable_model,
)
from pages.ui.track_panel import track_controls, tracks_of_view
from pages.ui.view import fit
from pages.ui.words import named_apart, plain

frame.open_page("Select and Match")
view, problems = session.begin()
view, broken = with_usable_model(view)
model = cached.model(view.model)
trace = read(view)
steps = len(trace.tokens) if trace else view.end
view, missing = with_usable_corpus(view)
view, unlabelled = with_usable_options(view)
view, changes = fit(view, model, steps, cached.colours(view), options_of(view))
limits = (view.model, view.kind, view.size, steps, highest_threshold(view, trace))
session.seed(view, limits)
session.remember(view)

with st.sidebar:
    ids = models_to_choose(view.model)
    st.selectbox(
        "Model",
        ids,
        key="model",
        on_change=choose_model,
        format_func=named_apart(ids, model_name),
    )
    checkpoint_slider(view.model)
sidebar(view, model.config)
track_controls(view, model)

st.title("Select and Match", anchor=False)
st.markdown(
    "Each line is one unit of the network while it reads your text. **Drag over the tokens** to "
    "pick a range: the units that stay above the threshold all through it light up, and below are "
    "the places in a corpus where the same units do the same. Is your guess about them right?"
)
sentences = (*problems, *broken, *missing, *unlabelled, *changes)
if sentences:
    listed = "\n".join(f"- {plain(sentence)}" for sentence in sentences)
    st.warning(listed, icon=":material/link_off:")
text_box(view)
remarks(view, trace)
units = selected_units(view, trace)
select, match, trust = st.container(), st.container(), st.container()
if trace is not None:
    said: set[str] = set()
    tracks = tracks_of_view(view, trace, said)
    panels = [
        (select, partial(select_panel, view, trace, units, tracks)),
        (match, partial(match_panel, view, model, units, said)),
    ]
    # While a range is brushed the browser draws the Select view itself: the matches come first.
    for place, panel in reversed(panels) if just_brushed() else panels:
        with place:
            panel()
frame.close_page()
session.drawn(limits)
with trust:  # what takes seconds comes when all else is drawn
    agreement_panel(view, model, units)
