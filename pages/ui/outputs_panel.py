"""What comes out of a network, in the wiring that it has: a diagram, and the panel of its task."""

from collections.abc import Sequence
from itertools import pairwise

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.wiring_chart import Column, wiring_chart
from lstmvis_core.model import CLASSIFIER, TAGGER
from pages.ui import frame
from pages.ui.carry_on_panel import carry_on_panel
from pages.ui.doors import OUTPUTS
from pages.ui.figure import figure
from pages.ui.labels_panel import labels_panel
from pages.ui.link import first_example
from pages.ui.outputs import cut_after, samples
from pages.ui.verdict_panel import verdict_panel
from pages.ui.view import View
from pages.ui.words import count

COLUMNS = 6  # of the diagram
READ = 3  # of them, of a network that writes on, those that it reads
OTHERS = {
    "one to many: chords that it writes": "chords",
    "many to one: good or bad?": "sentiment",
    "many to many: which kind of word?": "tagger",
    "many to many: which part of a gene?": "dna",
    "in step: which letter comes next?": "prose",
}


def outputs_panel(view: View, trace: lv.Trace) -> None:
    """Draw the wiring, and what comes out."""
    task = trace.model.config.task
    if task == CLASSIFIER:
        _many_to_one(trace)
        verdict_panel(trace)
    elif task == TAGGER:
        _many_to_many(view, trace)
        labels_panel(view, trace)
    else:
        _one_to_many(view, trace)
        carry_on_panel(view, trace)


def other_wirings(view: View) -> None:
    """Links to networks that are wired otherwise."""
    st.markdown("**Other wirings**")
    with st.container(horizontal=True, gap="medium"):
        for title, id in OTHERS.items():
            prepared = first_example(id)
            if id != view.model and prepared is not None:
                st.page_link(
                    OUTPUTS,
                    label=title,
                    icon=":material/arrow_forward:",
                    query_params=prepared.to_params(),
                )


def _many_to_one(trace: lv.Trace) -> None:
    steps = len(trace.tokens)
    first = max(0, steps - COLUMNS)
    [(label, share)] = trace.predictions(steps - 1, 1)
    columns = [Column(_token(trace, step)) for step in range(first, steps - 1)]
    columns.append(Column(_token(trace, steps - 1), label, share))
    _draw(
        columns,
        "**Many to one.** It reads all words, and what it says after the last one is its verdict.",
        f"Wiring, many to one: {count(steps, 'token')} in, one label out: {label}, {share:.0%}",
        goes_before=first > 0,
    )


def _many_to_many(view: View, trace: lv.Trace) -> None:
    steps, step = len(trace.tokens), view.cursor(len(trace.tokens))
    both = trace.model.config.bidirectional
    first = max(0, min(step - COLUMNS // 2, steps - COLUMNS))
    cut = both and step < steps - 1
    shown = cut_after(view.model, trace.tokens.text, step) if cut else trace
    columns = [
        Column(_token(trace, at), gone=True)
        if cut and at > step
        else Column(_token(trace, at), *shown.predictions(at, 1)[0])
        for at in range(first, min(steps, first + COLUMNS))
    ]
    said = "**Many to many.** Each word gets a label. "
    if both:
        said += (
            "One row of states reads from the left, one from the right: a label knows what comes "
            "before **and** after its word."
        )
    else:
        said += "It reads from the left, so a label knows what comes before its word alone."
    if cut:
        said += " What is pale was deleted."
    _draw(
        columns,
        said,
        f"Wiring, many to many: {count(steps, 'token')} in, a label for each out"
        + (", states in both directions" if both else ""),
        both_ways=both,
        goes_before=first > 0,
        goes_on=not cut and first + COLUMNS < steps,
    )


def _one_to_many(view: View, trace: lv.Trace) -> None:
    step = view.cursor(len(trace.tokens))
    [written, *_] = samples(view, trace.tokens.span(0, step + 1))
    first = max(0, step + 1 - READ)
    # Of the last token that is read, what was drawn; of those before, the best guess.
    read = [
        Column(_token(trace, at), *_seen(trace.predictions(at, 1)[0])) for at in range(first, step)
    ]
    following = [visible(token) for token in written[: COLUMNS - READ + 1]]
    writes = [Column(one, other, fed=True) for one, other in pairwise(following)]
    columns = [*read, Column(_token(trace, step), following[0]), *writes]
    _draw(
        columns,
        "**Many to many, in step:** while it reads your text, it guesses after each token which "
        "one comes next. **One to many:** then it goes on alone and reads what it has just written "
        "(dashed).",
        "Wiring, in step and one to many: after each token a guess, then what is written is read",
        goes_before=first > 0,
        goes_on=True,
    )


def _seen(guess: tuple[str, float]) -> tuple[str, float]:
    return visible(guess[0]), guess[1]


def _token(trace: lv.Trace, step: int) -> str:
    return visible(trace.tokens.strings[step])


def _draw(columns: Sequence[Column], said: str, told: str, **ways: bool) -> None:
    st.markdown(said)
    figure(
        wiring_chart(columns, dark=frame.is_dark(), **ways),
        key="wiring",
        width="content",
        alt=told,
    )
