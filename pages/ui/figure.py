"""Every chart on its way to the browser: with words for who does not see it, and its size."""

from typing import Any

import streamlit as st

from lstmvis_core.charts import Drawing
from lstmvis_core.charts.palette import quiet_letters
from pages.ui import frame, session


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
    spec = (drawing.enlarged(frame.LARGE) if session.is_large() else drawing).spec()
    grey = quiet_letters(frame.is_dark())  # that of Streamlit is too faint to read
    axes = {name: {"labelColor": grey, "titleColor": grey} for name in ("axis", "legend")}
    spec["config"] = axes | spec.get("config", {})
    st.vega_lite_chart(spec, alt=alt, **options)
