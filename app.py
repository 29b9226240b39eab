"""Home: type a text, see what one unit and the predictions make of it, and go further."""

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import coloured_text, prediction_chart
from pages.ui import frame
from pages.ui.text_panel import read, remarks, with_usable_model
from pages.ui.view import View, default_corpus, from_example
from pages.ui.words import KIND_NAMES, plain

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
highlight = lv.read_highlight(view.model)
trace = read(view)
remarks(view, trace)
if trace is not None:
    left, right = st.columns([7, 3], gap="large")
    with left:
        layer, kind, unit = view.layer, view.kind, highlight["unit"]
        st.markdown(f"**Your text, coloured by unit {unit} of layer {layer}**")
        st.html(coloured_text(trace.tokens, trace.states(layer, kind)[:, unit]))
        st.caption(
            f"{highlight['says']} Blue: its {KIND_NAMES[kind]} is above zero; orange: below."
        )
        st.page_link(
            "pages/1_Select_and_Match.py",
            label="See all units read this text",
            icon=":material/query_stats:",
            query_params=view.to_params(),
        )
    with right:
        st.markdown("**What it expects next**")
        st.altair_chart(
            prediction_chart(trace.predictions(len(trace.tokens) - 1), frame.is_dark()),
            key="predictions",
            alt="The five most probable next characters with their probabilities",
        )

st.subheader("Start with a question", anchor=False)
doors = [(name, example) for name in lv.list_models() for example in lv.read_examples(name)]
for column, (name, example) in zip(st.columns(len(doors)), doors, strict=True):
    with column.container(border=True, height="stretch"):
        st.markdown(f"**{example['title']}**")
        st.caption(example["look_for"])
        st.page_link(
            "pages/1_Select_and_Match.py",
            label="Open",
            icon=":material/arrow_forward:",
            query_params=from_example(name, example).to_params(),
        )
frame.close_page()
