"""Move along a text that is longer than the window."""

import re

import numpy as np
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.trace import TokenStates
from pages.ui import session
from pages.ui.view import View


def move_bar(view: View, trace: TokenStates) -> None:
    """Move along a text that is longer than the window."""
    steps, half = len(trace.tokens), max(1, view.size // 2)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            "Back",
            icon=":material/chevron_left:",
            key="move_back",
            on_click=session.change,
            kwargs={"at": max(0, view.at - half)},
            disabled=view.at == 0,
        )
        st.button(
            "Forward",
            icon=":material/chevron_right:",
            key="move_forward",
            on_click=session.change,
            kwargs={"at": min(steps - view.size, view.at + half)},
            disabled=view.at + view.size >= steps,
        )
        st.button(
            "To the range",
            key="move_to_range",
            on_click=session.change,
            kwargs={"at": _around(view, view.start, steps)},
        )
        st.text_input(
            "Jump to a phrase",
            key="phrase",
            placeholder="jump to a phrase",
            label_visibility="collapsed",
            on_change=_jump,
            args=(trace.tokens, view),
            width=220,
        )
        st.button(
            "Find next",
            icon=":material/search:",
            key="find_next",
            on_click=_jump,
            args=(trace.tokens, view),
        )
        st.caption(f"Steps {view.at:,} to {min(view.at + view.size, steps) - 1:,} of {steps:,}")


def _around(view: View, step: int, steps: int) -> int:
    return max(0, min(step - view.size // 3, steps - view.size))


@session.uninterrupted
def _jump(tokens: lv.Tokens, view: View) -> None:
    """Callback: go to the next place of the phrase after the window's range, or the first."""
    phrase = st.session_state["phrase"]
    if not phrase:
        return
    # A search that ignores case, and not a lower-cased text, which may be longer.
    sought = re.compile(re.escape(phrase), re.IGNORECASE)
    here = int(tokens.offsets[view.start]) + 1
    found = sought.search(tokens.text, here) or sought.search(tokens.text)
    if found is None:
        st.toast("The phrase does not occur in this text.", icon=":material/search_off:")
        return
    ends = tokens.offsets + np.array([len(s) for s in tokens.strings])
    start = int(np.searchsorted(ends, found.start(), side="right"))
    end = int(np.searchsorted(tokens.offsets, found.end(), side="left"))
    session.change(start=start, end=max(end, start + 1), at=_around(view, start, len(tokens)))
