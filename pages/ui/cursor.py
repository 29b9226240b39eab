"""The step that is looked at closely: a slider for it, and how the text up to there is written."""

import streamlit as st

import lstmvis_core as lv
from pages.ui import session
from pages.ui.parameters import LAST
from pages.ui.view import View

QUOTED = 36  # characters


def cursor_slider(view: View, steps: int) -> None:
    """Draw the slider. At its end the cursor follows a text that is typed on."""
    if steps < 2:
        return
    # Of a text of another length it is another slider: the browser sends no old value for it.
    key = f"cursor_{steps}"
    here = view.cursor(steps)
    if st.session_state.get(key) != here:
        st.session_state[key] = here

    @session.uninterrupted
    def move() -> None:
        step = st.session_state[key]
        session.change(step=LAST if step == steps - 1 else step)

    st.slider(
        "Look at the step after token number",
        0,
        steps - 1,
        key=key,
        on_change=move,
        help="Tokens are counted from 0. At the right end it follows the text while you type.",
    )


def up_to(tokens: lv.Tokens, step: int, longest: int = QUOTED) -> str:
    """The end of the text up to a step, to quote."""
    read = tokens.span(0, step + 1)
    return read if len(read) <= longest else "…" + read[-longest:]
