"""The cards of the Zoo page: what a model is, how good it is, and what it makes of the text."""

from collections.abc import Sequence
from html import escape

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import coloured_text, figure_bars, labelled_text, loss_chart
from lstmvis_core.charts.tokens import visible
from lstmvis_core.text import LEVELS
from pages.ui import cached, models, session
from pages.ui.doors import SELECT_AND_MATCH
from pages.ui.figure import figure
from pages.ui.link import from_example
from pages.ui.models import TASK_NAMES, model_name
from pages.ui.words import KIND_NAMES, plain

COLUMNS = 3
SHOWN = 120  # characters of the text in a demonstration


def filters(ids: list[str]) -> list[str]:
    """Draw search and filters; the models that remain."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        words = st.text_input(
            "Search", key="zoo_search", placeholder="quotation, python, GRU …", width=220
        )
        tasks = st.pills(
            "What it does",
            list(TASK_NAMES),
            selection_mode="multi",
            key="zoo_task",
            format_func=TASK_NAMES.__getitem__,
        )
        levels = st.pills(
            "What it reads",
            LEVELS,
            selection_mode="multi",
            key="zoo_level",
            format_func="{}s".format,
        )
        cells = st.pills(
            "Cell", list(lv.KINDS), selection_mode="multi", key="zoo_cell", format_func=str.upper
        )
    return [id for id in ids if _found(id, words or "") and _fits(id, tasks, levels, cells)]


def _found(id: str, words: str) -> bool:
    """Whether every word occurs in the name, the card or the examples."""
    examples = " ".join(f"{e['title']} {e.get('look_for', '')}" for e in cached.about(id).examples)
    said = f"{id} {cached.about(id).card} {examples}".casefold()
    return all(word in said for word in words.casefold().split())


def _fits(id: str, tasks: Sequence[str], levels: Sequence[str], cells: Sequence[str]) -> bool:
    model = models.loaded(id)
    if isinstance(model, str):
        return not (tasks or levels or cells)  # a broken one is shown, with its reason
    config = model.config
    return (
        (not tasks or config.task in tasks)
        and (not levels or model.vocabulary.level in levels)
        and (not cells or config.cell in cells)
    )


def grid(ids: list[str], text: str) -> None:
    """Draw one card a model."""
    in_use = session.held().model
    for first in range(0, len(ids), COLUMNS):
        columns = st.columns(COLUMNS)
        for column, id in zip(columns, ids[first : first + COLUMNS], strict=False):
            with column.container(border=True, height="stretch"):
                _card(id, text, id in (in_use, in_use.partition("@")[0]))


def _card(id: str, text: str, in_use: bool) -> None:
    model = models.loaded(id)
    if isinstance(model, str):
        st.markdown(f"**{plain(model_name(id))}**")
        st.warning(plain(model), icon=":material/broken_image:")
        return
    config, card = model.config, cached.about(id).data
    badges = [
        f":blue-badge[{config.cell.upper()} {config.layers} × {config.hidden_size}]",
        f":gray-badge[{model.vocabulary.level}s]",
        f":gray-badge[{TASK_NAMES[config.task]}]",
        *([":green-badge[in use]"] if in_use else []),
    ]
    st.markdown(f"**{plain(model_name(id))}** {' '.join(badges)}")
    st.markdown(plain(card.summary) or "This model has no card.")
    st.html(figure_bars(card) or "<span></span>")
    _demonstration(id, model, text)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "In use" if in_use else "Use this model",
            key=f"use_{id}",
            type="secondary" if in_use else "primary",
            disabled=in_use,
            on_click=models.use,
            args=(id,),
        )
        if st.button("Read its card", key=f"card_{id}", type="tertiary"):
            _whole_card(id)


def _demonstration(id: str, model: lv.SequenceModel, text: str) -> None:
    """What the model makes of the text, or of its own example if it cannot read that."""
    highlight = models.highlight_of(model, id)
    readable = models.readable(model, text)
    trace = cached.trace(id, text if readable else highlight["text"][:SHOWN])
    last = trace.predictions(len(trace.tokens) - 1, k=3)
    said = ", ".join(f"<code>{escape(visible(label))}</code> {p:.0%}" for label, p in last)
    if model.config.task == "tagger" and model.vocabulary.level == "word":
        best = [trace.predictions(step, k=1)[0][0] for step in range(len(trace.tokens))]
        st.html(labelled_text(trace.tokens, best, model.outputs))
    else:
        states = trace.states(highlight["layer"], highlight["kind"])
        st.html(coloured_text(trace.tokens, states[:, highlight["unit"]], size=0.85))
        end = "Next" if model.config.task == "language-model" else "At the end"
        layer = model.config.layer_names[highlight["layer"] - 1]
        where = f"unit {highlight['unit']} of layer {layer}"
        st.html(
            '<div style="font-size:.82rem;opacity:.75">Coloured by '
            f"{where}, {KIND_NAMES[highlight['kind']]}. {end}: {said}</div>"
        )
    if not readable and text:
        st.caption("This is its own example: your text is mostly unknown to it.")


@st.dialog("Model card", width="large")
def _whole_card(id: str) -> None:
    """The card, its curve, and its prepared views."""
    for number, example in enumerate(cached.about(id).examples):
        st.page_link(
            SELECT_AND_MATCH,
            label=f"Try: {plain(str(example['title']))}",
            icon=":material/query_stats:",
            query_params=from_example(id, example).to_params(),
            help=plain(str(example.get("look_for", ""))) if number < 9 else None,
        )
    st.markdown(_without_links(cached.about(id).card) or "This model has no card.")
    history = cached.about(id).history
    if history:
        st.markdown("**How it learned**")
        figure(
            loss_chart(history),
            key="loss_curve",
            alt=f"Loss over the training: validation {history[0][2]:.2f} nats at first, "
            f"{history[-1][2]:.2f} at the end",
        )


def _without_links(card: str) -> str:
    """A card without pictures: ours lie beside it, and a stranger's would be fetched from anywhere.

    Streamlit shows no HTML in Markdown.
    """
    lines = (line for line in card.splitlines() if not line.startswith("!["))
    return "\n".join(lines).replace("![", "[")
