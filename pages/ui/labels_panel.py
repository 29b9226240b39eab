"""A tagger: the label of each token, and which ones change when what follows is deleted."""

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis.right_context import Flip, changed_labels
from lstmvis_core.charts.tagged_text import tagged_text
from lstmvis_core.charts.tokens import visible
from pages.ui import session
from pages.ui.cursor import cursor_slider
from pages.ui.outputs import MOST_CUTS, cut_after, next_change
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import count, plain

WINDOWS = {"character": 400, "word": 120, "symbol": 120}  # tokens that are drawn
NAMED = 5  # changed labels that the sentence names


def labels_panel(view: View, trace: lv.Trace) -> None:
    """Draw the labels of the whole text, and of the text that ends at the cursor."""
    st.markdown("#### The label of each token, and how sure it is")
    steps = len(trace.tokens)
    step = view.cursor(steps)
    _labels(trace, trace, step)
    st.markdown("#### Delete the right context")
    if not trace.model.config.bidirectional:
        st.info(
            "This network reads from the left alone, so no label depends on what follows it: there "
            "is nothing to delete.",
            icon=":material/arrow_forward:",
        )
        return
    slider, search = st.columns([7, 3], gap="large", vertical_alignment="bottom")
    with slider:
        cursor_slider(view, steps)
    search.button(
        "Find a change",
        key="next_change",
        icon=":material/content_cut:",
        on_click=_go_on,
        disabled=steps < 2,
        width="stretch",
    )
    if step == steps - 1:
        st.markdown(
            "Nothing is deleted yet: the slider stands at the last token. **Move it to the left**, "
            "and all that follows is taken away and the rest read anew."
        )
        return
    cut = cut_after(view.model, trace.tokens.text, step)
    flips = changed_labels(trace, cut)
    st.markdown(_sentence(trace, step, flips))
    _labels(trace, cut, step, flips)


def _labels(whole: lv.Trace, shown: lv.Trace, step: int, flips: tuple[Flip, ...] = ()) -> None:
    level, steps = whole.model.vocabulary.level, len(whole.tokens)
    first = max(0, min(step - WINDOWS[level] // 2, steps - WINDOWS[level]))
    span = first, min(steps, first + WINDOWS[level])
    best = shown.log_probabilities.argmax(axis=1)
    names = whole.model.outputs
    st.html(
        tagged_text(
            whole.tokens,
            [names[id] for id in best],
            np.exp(shown.log_probabilities.max(axis=1)).tolist(),
            names,
            instead_of={flip.step: flip.whole for flip in flips},
            span=span,
            in_runs=level == "character",
        )
    )
    if span[1] - span[0] < steps:
        st.caption(f"Shown are tokens {span[0]} to {span[1] - 1}, around the slider.")
    if level == "character":
        st.caption(
            "Before the letters that have it stands each label, with how sure the network is of it "
            "on average; hold the mouse over a letter to read it of that letter."
        )


def _sentence(trace: lv.Trace, step: int, flips: tuple[Flip, ...]) -> str:
    """Which labels changed."""
    last = f"“{_token(trace, step)}”"
    gone = count(len(trace.tokens) - 1 - step, "token")
    begin = f"Deleted: the {gone} after {last}. "
    if not flips:
        return f"{begin}**No label changes**: what came before was enough."
    verb = "changes" if len(flips) == 1 else "change"
    listed = "; ".join(
        f"“{_token(trace, flip.step)}” (token {flip.step}) is **{plain(flip.cut)}** "
        f"({flip.cut_share:.0%}) instead of {plain(flip.whole)} ({flip.whole_share:.0%})"
        for flip in flips[:NAMED]
    )
    more = f"; and {len(flips) - NAMED} more" if len(flips) > NAMED else ""
    return f"{begin}**{len(flips)} of {step + 1} labels {verb}**: {listed}{more}."


def _token(trace: lv.Trace, step: int) -> str:
    return plain(visible(trace.tokens.strings[step]))


@session.uninterrupted
def _go_on() -> None:
    """Callback: to the next cut that changes a label."""
    view = session.current()
    trace = read(view)
    if trace is None:
        return  # the text was emptied a moment ago
    steps = len(trace.tokens)
    step = view.cursor(steps)
    found = next_change(view.model, trace.tokens.text, -1 if step == steps - 1 else step)
    if found is None:
        st.toast(
            f"No label changes at any of the {min(MOST_CUTS, steps - 1)} cuts that were tried.",
            icon=":material/content_cut:",
        )
        return
    session.change(step=found)
