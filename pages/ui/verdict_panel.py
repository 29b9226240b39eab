"""A classifier: what it thinks after each word, and which word moved it most."""

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.running_score import RunningScore, running_score
from lstmvis_core.charts.score_chart import score_chart
from lstmvis_core.charts.tokens import visible
from pages.ui import frame
from pages.ui.figure import figure
from pages.ui.words import plain, unmarked


def verdict_panel(trace: lv.Trace) -> None:
    """Draw the running score, below what it comes to."""
    score = running_score(trace)
    st.markdown("#### What it thinks after each word")
    said = f"{_verdict(score)} {_strongest(trace, score)} {_turns(trace, score)}"
    st.markdown(said)
    figure(
        score_chart(trace.tokens, score, frame.is_dark()),
        key="score_chart",
        alt=f"Probability of {score.label} after each word. {unmarked(said)}",
    )
    st.caption(
        f"Above the dashed line it takes the text for *{plain(score.label)}*. It was trained on "
        "the verdict at the end alone; what it says before is what it would say if the text ended "
        "there. The dot of the word that moved it most is orange."
    )


def _verdict(score: RunningScore) -> str:
    label, share = score.verdict
    return f"In the end: **{plain(label)}**, {share:.0%}."


def _strongest(trace: lv.Trace, score: RunningScore) -> str:
    step = score.strongest
    before = score.before if step == 0 else score.scores[step - 1]
    return (
        f"**“{_word(trace, step)}”** moved it most: from {before:.0%} to {score.scores[step]:.0%} "
        f"{plain(score.label)}."
    )


def _turns(trace: lv.Trace, score: RunningScore) -> str:
    if not score.turns:
        return "It never changed its mind."
    last = score.turns[-1]
    times = {1: "once", 2: "twice"}.get(len(score.turns), f"{len(score.turns)} times")
    at = "at" if len(score.turns) == 1 else "the last time at"
    return f"It changed its mind {times}, {at} “{_word(trace, last)}”."


def _word(trace: lv.Trace, step: int) -> str:
    return plain(visible(trace.tokens.strings[step]))
