"""A language model: its guesses after each token, and how it carries the text on, three times."""

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.odds import drawing_odds
from lstmvis_core.charts import prediction_chart, sample_text
from lstmvis_core.charts.guessed_text import guessed_text
from lstmvis_core.charts.sample_text import first_difference
from pages.ui import frame, session
from pages.ui.cursor import cursor_slider, up_to
from pages.ui.figure import figure
from pages.ui.outputs import MOST_SEEDS, SAMPLE, SAMPLES, samples, seeds
from pages.ui.view import View
from pages.ui.words import likely, quote

GUESSES = 3  # under each token
WINDOWS = {"character": 160, "word": 60, "symbol": 60}  # tokens that are shown with them
SHORT = 16  # characters of the text before a sample


def carry_on_panel(view: View, trace: lv.Trace) -> None:
    """Draw the guesses, then what is written."""
    step = view.cursor(len(trace.tokens))
    _guesses(trace, step)
    cursor_slider(view, len(trace.tokens))
    st.markdown("#### It carries the text on")
    left, right = st.columns([5, 4], gap="large")
    with left:
        _controls(view)
    with right:
        quote("After", up_to(trace.tokens, step), "it draws the next token from:")
        odds = drawing_odds(trace, step, view.temperature)
        figure(
            prediction_chart(odds, frame.is_dark()),
            key="odds",
            alt=f"The most probable next tokens at temperature {view.temperature:g}: "
            f"{likely(odds)}",
        )
    _samples(view, trace, step)


def _guesses(trace: lv.Trace, step: int) -> None:
    st.markdown("#### After each token, its best guesses for the next one")
    steps, size = len(trace.tokens), WINDOWS[trace.model.vocabulary.level]
    first = max(0, min(step - size // 2, steps - size))
    span = first, min(steps, first + size)
    guesses: list[list[tuple[str, float]]] = [[] for _ in range(steps)]
    for at in range(*span):
        guesses[at] = trace.predictions(at, GUESSES)
    read = trace.model.vocabulary.decode(trace.tokens.ids)
    st.html(guessed_text(trace.tokens, guesses, read=read, cursor=step, span=span))
    right = int((trace.log_probabilities[:-1].argmax(axis=1) == trace.tokens.ids[1:]).sum())
    shown = "" if span[1] - span[0] == steps else f" Shown are tokens {span[0]} to {span[1] - 1}."
    told = (
        f"For {right} of {steps - 1} tokens the first guess was the one that came. "
        if steps > 1
        else ""
    )
    st.caption(
        f"{told}Under each token stand the {GUESSES} best guesses for the one **after** it, the "
        f"bluer the more probable; underlined in orange: it came. Framed: where the slider "
        f"stands.{shown}"
    )


def _controls(view: View) -> None:
    st.slider(
        "Temperature",
        0.0,
        2.0,
        step=0.1,
        key="temperature",
        help="0 always takes the most probable token; the higher, the more the network strays.",
    )
    luck, again = st.columns([3, 2], vertical_alignment="bottom")
    luck.number_input("Random numbers", 0, MOST_SEEDS - 1, key="seed", help="Each draws another.")
    again.button(
        "Draw again",
        key="draw_again",
        icon=":material/casino:",
        on_click=session.change,
        kwargs={"seed": (view.seed + SAMPLES) % MOST_SEEDS},
    )
    st.caption(
        "**Cold** (near 0) it takes what is most probable, and soon repeats itself. **Hot** "
        "(above 1) it dares rare tokens, and soon talks nonsense."
    )


def _samples(view: View, trace: lv.Trace, step: int) -> None:
    written = samples(view, trace.tokens.span(0, step + 1))
    level, end = trace.model.vocabulary.level, up_to(trace.tokens, step, SHORT)
    for column, seed, one in zip(
        st.columns(SAMPLES, gap="medium"), seeds(view), written, strict=True
    ):
        column.markdown(f"**Random numbers {seed}**")
        column.html(sample_text(end, one, written[0], level))
    places = [first_difference(written[0], one) for one in written[1:]]
    parted = [place + 1 for place in places if place is not None]
    if parted:
        said = f"They part at token {min(parted)}: marked is what differs from the first."
    else:
        said = f"All are the same for {SAMPLE} tokens: nothing is left to chance here."
    st.caption(f"The same network, the same text, other random numbers. {said}")
