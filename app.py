"""Home: type a text, see what the network makes of it at a glance, and go further."""

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached, frame
from pages.ui.home_panel import all_units, one_unit, telling_view
from pages.ui.text_panel import read, remarks, with_usable_model
from pages.ui.view import View, default_corpus, from_example
from pages.ui.words import plain

SELECT_AND_MATCH = "pages/1_Select_and_Match.py"

frame.open_page("Home")
st.title(frame.NAME, anchor=False)
st.markdown(
    "A small recurrent network reads your text one character at a time, and all it knows of what "
    "came before is in its **hidden states**. Here you can watch them, guess what they mean, and "
    "check your guess."
)

models = [name for name in lv.list_models() if lv.read_highlight(name)]
id = st.segmented_control("Network", models, default=models[-1], key="home_model", required=True)
highlight = lv.read_highlight(id)
text = st.text_input(
    "Type a text for it to read", highlight["text"], key=f"home_text_{id}", live="200ms"
)
view = View(
    model=id,
    text=text or "",
    layer=highlight["layer"],
    kind=highlight["kind"],
    corpus=default_corpus(id),
)
view, broken = with_usable_model(view)
for sentence in broken:
    st.warning(plain(sentence), icon=":material/broken_image:")
trace = read(view)
remarks(view, trace)
if trace is not None:
    one_unit(view, trace)
    telling = telling_view(view, trace)
    if telling is not None:
        all_units(telling, cached.model(telling.model), trace)
    st.page_link(
        SELECT_AND_MATCH,
        label="Pick a range of your own, with all units and all places",
        icon=":material/query_stats:",
        query_params=(telling or view).to_params(),
    )

st.subheader("Start with a question", anchor=False)
doors = [(name, example) for name in lv.list_models() for example in lv.read_examples(name)]
for column, (name, example) in zip(st.columns(len(doors)), doors, strict=True):
    with column.container(border=True, height="stretch"):
        st.markdown(f"**{example['title']}**")
        st.caption(example["look_for"])
        st.page_link(
            SELECT_AND_MATCH,
            label="Open",
            icon=":material/arrow_forward:",
            query_params=from_example(name, example).to_params(),
        )
frame.close_page()
