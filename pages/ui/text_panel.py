"""The text box, in one line (read while it is typed) or several, and what to say about a text."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from pages.ui import cached, session
from pages.ui.view import MAX_TEXT, View, default_corpus, first_view, from_example
from pages.ui.words import count, quote


def with_usable_model(view: View) -> tuple[View, list[str]]:
    """The view, or the first one there is with a sentence, if its model cannot be loaded."""
    try:
        cached.model(view.model)
    except lv.ModelError as error:
        return first_view(), [f"The model {view.model} cannot be used. {error}"]
    return view, []


def text_box(view: View) -> None:
    """Draw the text box and what goes with it."""
    box, side = st.columns([5, 2], vertical_alignment="bottom")
    with box:
        if view.lines:
            st.text_area("Text for the network to read", key=session.AREA, height=110)
        else:
            st.text_input("Text for the network to read", key=session.LINE, live="200ms")
    with side.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Examples", icon=":material/lightbulb:"):
            for model in lv.list_models():
                st.caption(f"for {model}")
                for number, example in enumerate(lv.read_examples(model)):
                    st.button(
                        example["title"],
                        key=f"example_{model}_{number}",
                        on_click=session.show,
                        args=(from_example(model, example),),
                        width="stretch",
                    )
        st.toggle(
            "Several lines",
            key="lines",
            disabled="\n" in view.text,
            help="Type a text with line breaks; it is read "
            "when you leave the box or press Ctrl+Enter.",
        )


def read(view: View) -> lv.Trace | None:
    """Let the network read the text, as far as a page reads; None if there is nothing."""
    try:
        return cached.trace(view.model, view.text[:MAX_TEXT])
    except lv.TextError:
        return None


def remarks(view: View, trace: lv.Trace | None) -> None:
    """Say what a reader should know about the text: too long, empty, or partly unknown."""
    if len(view.text) > MAX_TEXT:
        st.warning(
            f"The page reads up to {MAX_TEXT:,} characters; yours has {len(view.text):,}. "
            f"The first {MAX_TEXT:,} are shown, and all of it stays in the box.",
            icon=":material/content_cut:",
        )
    if trace is None:
        st.info(
            "The text is empty, so there is nothing to read. Type a sentence above, "
            "or pick one of the examples.",
            icon=":material/edit:",
        )
        return
    unknown = [s for s, u in zip(trace.tokens.strings, trace.tokens.unknown, strict=True) if u]
    if unknown:
        quote(
            f"{count(len(unknown), 'token')} of this text {'is' if len(unknown) == 1 else 'are'} "
            f"outside the vocabulary of {view.model} and read as unknown:",
            " ".join(dict.fromkeys(unknown))[:80],
        )


def choose_model() -> None:
    """Callback of the model picker: keep the text if the new model can read it."""
    before = st.session_state[session.VIEW].model
    view, broken = with_usable_model(session.current())
    if broken or view.model == before:
        return  # the page says what is broken; or the browser repeated an old value
    tokens = cached.model(view.model).vocabulary.encode(view.text[:MAX_TEXT])
    examples = lv.read_examples(view.model)
    if examples and (not len(tokens) or tokens.unknown.mean() > 0.5):
        session.show(from_example(view.model, examples[0]))
        st.toast(f"{view.model} cannot read that text; this is one of its examples.")
    else:
        session.show(replace(view, corpus=default_corpus(view.model), exclude=(), pin=()))
