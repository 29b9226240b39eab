"""The text box, in one line (read while it is typed) or several, and what to say about a text."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.zoo import HUB
from pages.ui import cached, models, session
from pages.ui.link import default_corpus, first_view, from_example
from pages.ui.network import is_project
from pages.ui.parameters import MAX_TEXT
from pages.ui.project_panel import with_usable_project
from pages.ui.view import View
from pages.ui.words import count, named_apart, plain, quote

THE_END = "the end"  # of the training


def with_usable_model(view: View) -> tuple[View, list[str]]:
    """The view, or the first one there is with a sentence, if its model cannot be loaded."""
    if is_project(view.model):
        return with_usable_project(view)
    model = models.loaded(view.model)
    if isinstance(model, str):
        return first_view(), [model]
    if view.model.startswith(HUB):
        models.remember_from_hub(model.id)
        return replace(view, model=model.id), []  # of the commit that was loaded
    return view, []


def with_usable_corpus(view: View) -> tuple[View, list[str]]:
    """The view, with the usual corpus and a sentence if its own cannot be had."""
    usual = replace(view, corpus=default_corpus(view.model))
    if not view.corpus:
        return usual, []
    try:
        cached.corpus(view.corpus)
    except lv.CorpusError as error:
        reason = (
            "The corpus of this link was a file of somebody's own, which is not here: bring it "
            "again under Own text."
            if view.corpus.startswith("own-")
            else str(error)
        )
        return usual, [reason]
    return view, []


def text_box(view: View, examples: list[tuple[str, View]]) -> None:
    """Draw the text box and what goes with it: titles and views of examples."""
    box, side = st.columns([5, 2], vertical_alignment="bottom")
    with box:
        if view.lines:
            st.text_area("Text for the network to read", key=session.AREA, height=110)
        else:
            st.text_input("Text for the network to read", key=session.LINE, live="200ms")
    with side.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Examples", icon=":material/lightbulb:"):
            for number, (title, prepared) in enumerate(examples):
                st.button(
                    plain(title),
                    key=f"example_{view.model}_{number}",
                    on_click=session.show,
                    args=(prepared,),
                    width="stretch",
                )
            st.page_link("pages/2_Zoo.py", label="Other models and their examples")
        st.toggle(
            "Several lines",
            key="lines",
            disabled="\n" in view.text,
            help="Type a text with line breaks; it is read "
            "when you leave the box or press Ctrl+Enter.",
        )


def select_examples(model: str) -> list[tuple[str, View]]:
    """Titles of a model's prepared views of Select and Match, and the views."""
    examples = cached.about(model).examples
    return [(str(one["title"]), from_example(model, one)) for one in examples]


def steps_of(view: View) -> int:
    """How many time steps there are to look at; of an empty text those that the view wants."""
    if is_project(view.model):
        return len(cached.corpus_tokens(view.model, view.corpus)[0])
    trace = read(view)
    return len(trace.tokens) if trace else view.end


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
            f"outside the vocabulary of {models.model_name(view.model)} and read as unknown:",
            " ".join(dict.fromkeys(unknown))[:80],
        )


def model_box(view: View) -> None:
    """Draw the model picker, and the slider of a model with checkpoints."""
    ids = models.models_to_choose(view.model)
    st.selectbox(
        "Model",
        ids,
        key="model",
        on_change=_choose_model,
        format_func=named_apart(ids, models.model_name),
    )
    _checkpoint_slider(view.model)


@session.uninterrupted
def _choose_model() -> None:
    """Callback of the model picker: keep the text if the new model can read it."""
    before = session.former().model
    view, broken = with_usable_model(session.current())
    if broken or view.model == before:
        return  # the page says what is broken; or the browser repeated an old value
    shown, said = models.switched(replace(view, model=before), view.model)
    session.show(shown)
    if said:
        st.toast(plain(said), icon=":material/info:")


def _checkpoint_slider(id: str) -> None:
    """For a model whose weights were kept along its training: which of them to look at."""
    name, _, step = id.partition("@")
    steps = [] if id.startswith(HUB) or is_project(id) else lv.list_checkpoints(name)
    if not steps:
        return
    key = f"checkpoint_{id}"

    @session.uninterrupted
    def choose() -> None:
        chosen = st.session_state[key]
        session.change(model=name if chosen == THE_END else f"{name}@{chosen}")

    st.select_slider(
        "After how many training steps?",
        [*steps, THE_END],
        int(step) if step else THE_END,
        key=key,
        on_change=choose,
        format_func=lambda step: f"{step:,}" if isinstance(step, int) else step,
        help="The same network, at moments of its training.",
    )
