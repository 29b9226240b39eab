"""What is handed on of a view: its link, a worksheet, the same in a notebook."""

import streamlit as st

from pages.ui import frame
from pages.ui.notebook import notebook
from pages.ui.view import View
from pages.ui.worksheet import worksheet


def share(page: str, view: View) -> None:
    """Draw the button behind which all of it is."""
    with st.popover("Share", icon=":material/share:"):
        st.markdown("**The link** opens exactly this view.")
        base = (st.context.url or "").split("?", 1)[0]
        st.code(f"{base}?{view.query()}", language=None, wrap_lines=True)
        st.download_button(
            "Worksheet",
            worksheet(page, view),
            "worksheet.json",
            "application/json",
            icon=":material/description:",
            help="A file that opens this view again, text and all: on the page Learn.",
            on_click="ignore",
        )
        code = notebook(page, view)
        if code:
            st.markdown("**The same in a notebook**, without this app:")
            st.code(code, language="python")


def heading(page: str, view: View, about: str, title: str = "") -> None:
    """The title of a page, its name if none is given, what it is about, and what may be handed on.

    Of a lesson the bar needs the room, and says what to do: the title is smaller then, and stands
    alone.
    """
    frame.choose_type()
    left, button = st.columns([8, 2], vertical_alignment="bottom")
    with left:
        frame.title(title or page, small=bool(view.lesson))
    with button:
        share(page, view)
    if not view.lesson:
        st.markdown(about)
