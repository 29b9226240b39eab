"""Every chart on its way to the browser: with words for who does not see it, and its size."""

from typing import Any

import streamlit as st

from lstmvis_core.charts import Drawing
from pages.ui import session
from pages.ui.frame import LARGE


def figure(drawing: Drawing, *, alt: str, **options: Any) -> None:
    """Draw a chart; larger at large type.

    Parameters
    ----------
    drawing : Drawing
    alt : str
        What it shows and what comes of it: all that a screen reader reads of it.
    **options
        Others of `streamlit.vega_lite_chart`.
    """
    shown = drawing.enlarged(LARGE) if session.is_large() else drawing
    st.vega_lite_chart(shown.spec(), alt=alt, **options)
