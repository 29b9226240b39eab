"""What every page has: its title, the list of pages, a footer."""

import streamlit as st

from pages.ui import session
from pages.ui.doors import (
    CLUSTERS,
    GATES,
    GRADIENTS,
    LEARN,
    ONE_STEP,
    OUTPUTS,
    SELECT_AND_MATCH,
    UNITS,
)
from pages.ui.figure import LARGE, begin_figures
from pages.ui.figures_panel import figures_panel

NAME = "Hidden States"
TOUCH = "touch"  # key of what is said where there is no mouse: there a chart cannot be brushed
MOTTO = "see what a recurrent network remembers"

_STYLE = """
<style>
  .block-container { padding-top: 2.6rem; padding-bottom: 3rem; max-width: 1500px; }
  [data-testid="stVegaLiteChart"] { max-width: 100%; overflow-x: auto; }
  [data-testid="stSidebarHeader"] { height: 1.5rem; }
  [data-testid="stCaptionContainer"] { opacity: .75; }  /* Streamlit's .6 is too faint to read */
  @media not (pointer: coarse) { .st-key-touch { display: none; } }
  /* The bar of a lesson: small, and never more than a third of the window. */
  [data-testid="stBottomBlockContainer"] { padding: .2rem 1rem .7rem; max-width: 1500px; }
  .st-key-guide { max-height: 33vh; overflow-y: auto; padding: .5rem .9rem; gap: .2rem; }
  .st-key-guide [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
  .st-key-guide p { font-size: .93rem; line-height: 1.4; margin-bottom: .15rem; }
</style>
"""
# Streamlit writes white on the light blue that the dark theme needs.
_STYLE_ON_DARK = "<style> [kind=primary], [data-tag] span { color: #14181d; } </style>"


def open_page(title: str) -> None:
    """Set the page up; the first call of every page."""
    st.set_page_config(page_title=f"{title} · {NAME}", page_icon="🧠", layout="wide")
    st.html(_STYLE + _STYLE_ON_DARK if is_dark() else _STYLE)
    begin_figures()
    with st.sidebar:
        st.markdown(f"### {NAME}\n{MOTTO}")
        st.page_link("app.py", label="Home", icon=":material/home:")
        st.page_link(LEARN, label="Learn", icon=":material/school:")
        st.page_link(SELECT_AND_MATCH, label="Select and Match", icon=":material/query_stats:")
        st.page_link(UNITS, label="Units", icon=":material/manage_search:")
        st.page_link(GATES, label="Gates", icon=":material/tune:")
        st.page_link(CLUSTERS, label="Clusters", icon=":material/workspaces:")
        st.page_link(GRADIENTS, label="Gradients", icon=":material/trending_down:")
        st.page_link(ONE_STEP, label="One step", icon=":material/calculate:")
        st.page_link(OUTPUTS, label="Outputs", icon=":material/output:")
        st.page_link("pages/2_Zoo.py", label="Zoo", icon=":material/pets:")
        st.page_link("pages/3_Projects.py", label="Projects", icon=":material/folder_open:")


def title(words: str, small: bool = False) -> None:
    """The page's title. From here on all letters are larger, if its user wants large type."""
    (st.header if small else st.title)(words, anchor=False)
    if session.is_large():
        st.html(f"<style>html {{ font-size: {LARGE:.0%}; }}</style>")


def choose_type() -> None:
    """In the sidebar: large type."""
    with st.sidebar:
        st.divider()
        st.toggle("Large type", key="large", help="Page and charts, for a projector.")


def is_dark() -> bool:
    """Whether the page is shown on a dark ground."""
    return st.context.theme.type == "dark"


def close_page() -> None:
    """Figures to take along, and the footer; the last call of every page."""
    st.divider()
    figures_panel()
    st.caption(
        "An independent implementation of published ideas: LSTMVis (Strobelt, Gehrmann, Pfister "
        "and Rush, 2018) and others. Not affiliated with their authors. What you type is read in "
        "this app's memory and stored nowhere; of a file that you bring, only what a network "
        "makes of it is kept for a while: numbers, so that it need not be read twice."
    )
