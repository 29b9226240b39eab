"""Home: type a text, see what the network makes of it at a glance, and go further."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached, frame, models, session
from pages.ui.cluster_examples import clustered
from pages.ui.doors import CLUSTERS, SELECT_AND_MATCH, UNITS
from pages.ui.home_panel import all_units, one_unit, telling_view
from pages.ui.link import default_corpus, from_example
from pages.ui.network import is_project
from pages.ui.text_panel import read, remarks, with_usable_model
from pages.ui.unit_examples import prepared
from pages.ui.view import FIRST_MODEL, View
from pages.ui.words import named_apart, plain

DOORS = 4  # in a row

frame.open_page("Home")
frame.title(frame.NAME)
st.markdown(
    "A small recurrent network reads your text one token after another, and all it knows of what "
    "came before is in its **hidden states**. Here you can watch them, guess what they mean, and "
    "check your guess."
)

held = session.held()
in_use = FIRST_MODEL if is_project(held.model) else held.model
choice, more = st.columns([5, 3], vertical_alignment="bottom")
ids = models.models_to_choose(in_use)
id = choice.selectbox(
    "Network",
    ids,
    ids.index(in_use),
    key="home_model",
    format_func=named_apart(ids, models.described),
    on_change=lambda: models.use(st.session_state["home_model"]),
)
more.page_link("pages/2_Zoo.py", label="Look at all of them in the zoo", icon=":material/pets:")
view, broken = with_usable_model(View(model=id))
for sentence in broken:
    st.warning(plain(sentence), icon=":material/broken_image:")
id = view.model
highlight = models.highlight_of(cached.model(id), id)
# Streamlit forgets a box that is not drawn; what was typed for another network is kept here.
typed = st.session_state.setdefault("home_typed", {})
st.session_state.setdefault(f"home_text_{id}", typed.get(id, highlight["text"]))
text = st.text_input("Type a text for it to read", key=f"home_text_{id}", live="200ms")
typed[id] = text
view = View(
    model=id,
    text=text or "",
    layer=highlight["layer"],
    kind=highlight["kind"],
    corpus=default_corpus(id),
    large=held.large,
)
trace = read(view)
remarks(view, trace)
if trace is not None:
    one_unit(view, trace, highlight)
    telling = telling_view(view, trace, highlight)
    if telling is not None:
        all_units(telling, cached.network(telling), trace)
    st.page_link(
        SELECT_AND_MATCH,
        label="Pick a range of your own, with all units and all places",
        icon=":material/query_stats:",
        query_params=(telling or view).to_params(),
    )
    st.page_link(
        UNITS,
        label="What does this unit do, and what does the network do without it?",
        icon=":material/manage_search:",
        query_params=prepared(replace(view, unit=highlight["unit"])).to_params(),
    )
    st.page_link(
        CLUSTERS,
        label="Which words drive which units?",
        icon=":material/workspaces:",
        query_params=clustered(view).to_params(),
    )

st.subheader("Start with a question", anchor=False)
doors = [(name, one) for name in models.embedded() for one in lv.read_examples(name)[:1]]
for first in range(0, len(doors), DOORS):
    for column, (name, example) in zip(
        st.columns(DOORS), doors[first : first + DOORS], strict=False
    ):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{example['title']}**")
            st.caption(example["look_for"])
            st.page_link(
                SELECT_AND_MATCH,
                label=f"Open, with {name}",
                icon=":material/arrow_forward:",
                query_params=replace(from_example(name, example), large=held.large).to_params(),
            )
frame.close_page()
