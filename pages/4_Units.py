"""Units: which one tells a property, what it does, and whether it matters."""

import streamlit as st

from pages.ui import frame, session
from pages.ui.about_panel import about_panel
from pages.ui.doors import use_in_select
from pages.ui.effects import told
from pages.ui.effects_panel import effects_panel
from pages.ui.find import with_property
from pages.ui.find_panel import find_panel
from pages.ui.guide import guide
from pages.ui.heat_panel import heat_panel
from pages.ui.memory_panel import memory_panel
from pages.ui.off_panel import off_panel
from pages.ui.share import heading
from pages.ui.text_panel import remarks, text_box
from pages.ui.unit_examples import look_for, unit_examples
from pages.ui.units_page import begin_units, choose_corpus, choose_network, choose_unit, say
from pages.ui.words import plain

PANELS = {
    "find": "Find units",
    "about": "About this unit",
    "off": "Switch it off",
    "memory": "What it remembers",
}

frame.open_page("Units")
view, network, trace, said = begin_units()
view, labels, unknown = with_property(view, network, trace)
limits = (view.model, network, view.find, labels, view.panel, trace and len(trace.tokens))
session.seed(view, "Units", limits)
session.remember(view)
choose_network(view, network)
choose_unit(view, network)
choose_corpus()

heading(
    "Units",
    view,
    "Does a single unit follow something that you can name? Your text is coloured by one unit: "
    "**blue where it is above zero, orange where it is below**. Pick a property, and see which "
    "unit tells it best, where else it is on, and what the network does without it.",
)
say([*said, *unknown])
text_box(view, [(title, example) for title, _, example in unit_examples(view.model)])
remarks(view, trace)
if not view.lesson and (sentence := look_for(view)):
    st.markdown(f":material/search: {plain(sentence)}")
if trace is not None:
    heat_panel(view, network, trace)
    panels, door = st.columns([7, 3], vertical_alignment="center")
    panels.segmented_control(
        "What to look at",
        list(PANELS),
        key="panel",
        format_func=PANELS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    with door:
        use_in_select(view, trace)
    if view.panel == "find":
        find_panel(view, network, trace, labels)
    elif view.panel == "about":
        about_panel(view, network, trace)
    elif view.panel == "off":
        off_panel(view, network, trace)
    elif view.panel == "memory":
        memory_panel(view, network, trace)
guide(view, "Units")
last = st.container()
frame.close_page()
session.drawn("Units", limits)
if trace is not None and view.panel == "off":  # what takes seconds comes when all else is drawn
    with last:
        effects_panel(view, network, trace, *told(view, network, trace))
