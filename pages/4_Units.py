"""Units: which one tells a property, what it does, and whether it matters."""

import streamlit as st

from lstmvis_core.charts import coloured_text
from pages.ui import frame, session
from pages.ui.text_panel import remarks, text_box
from pages.ui.unit_examples import unit_examples
from pages.ui.units_page import begin_units, choose_corpus, choose_network, choose_unit, say
from pages.ui.words import KIND_NAMES

PANELS = {
    "find": "Find units",
    "about": "About this unit",
    "off": "Switch it off",
    "memory": "What it remembers",
}

frame.open_page("Units")
view, network, trace, said = begin_units()
limits = (view.model, network)
session.seed(view, limits)
session.remember(view)
choose_network(view, network)
choose_unit(view, network)
choose_corpus()

st.title("Units", anchor=False)
st.markdown(
    "Does a single unit follow something that you can name? Your text is coloured by one unit: "
    "**blue where it is above zero, orange where it is below**. Pick a property, and see which "
    "unit tells it best, where else it is on, and what the network does without it."
)
say(said)
text_box(view, [(title, example) for title, _, example in unit_examples(view.model)])
remarks(view, trace)
if trace is not None:
    layer = network.layers[view.layer - 1]
    st.markdown(f"**Unit {view.unit} of layer {layer}**: its {KIND_NAMES[view.kind]}")
    st.html(coloured_text(trace.tokens, trace.states(view.layer, view.kind)[:, view.unit]))
    st.segmented_control(
        "What to look at",
        list(PANELS),
        key="panel",
        format_func=PANELS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    # Panels are drawn here.
frame.close_page()
session.drawn(limits)
