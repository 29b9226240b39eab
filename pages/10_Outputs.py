"""Outputs: what the network makes of a text, and the embedding it reads by."""

import streamlit as st

from pages.ui import frame, session
from pages.ui.embedding_panel import embedding_panel
from pages.ui.guide import guide
from pages.ui.outputs import with_known_token
from pages.ui.outputs_panel import other_wirings, outputs_panel
from pages.ui.share import heading
from pages.ui.text_panel import model_box, remarks, select_examples, text_box
from pages.ui.units_page import begin_units, choose_corpus, say

frame.open_page("Outputs")
view, network, trace, said = begin_units(opening=lambda view: view)
view, no_such_token = with_known_token(view)
limits = (view.model, network)
session.seed(view, "Outputs", limits)
session.remember(view)
with st.sidebar:
    model_box(view)
choose_corpus()

heading(
    "Outputs",
    view,
    "A network can say something **after every word**, or only **once at the end**; it can look at "
    "what comes **later**, or write on **all by itself**. Look at the arrows: they show how this "
    "one is wired, and what can come out of it.",
)
say(said)
text_box(view, select_examples(view.model))
remarks(view, trace)
if trace is not None:
    outputs_panel(view, trace)
other_wirings(view)
embedding_panel(view, trace, no_such_token)
guide(view, "Outputs")
frame.close_page()
session.drawn("Outputs", limits)
