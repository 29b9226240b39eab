"""A chart in two parts: a specification that rarely changes, and the data it draws.

Altair takes a tenth of a second to build and check a large chart; a page draws one after every
keystroke. So a layout is built once (`functools.cache`) with its data sets by name, and a drawing
pairs it with small tables. Streamlit then sends only the tables that changed, and the chart in the
browser stays the same one, with its brush.
"""

import copy
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from lstmvis_core.charts.enlarging import enlarged


@dataclass(frozen=True)
class Drawing:
    """A Vega-Lite specification, made by Altair, and its named data.

    Attributes
    ----------
    layout : dict
        As `altair.Chart.to_dict` gives it; refers to its data by name.
    data : dict of str to pandas.DataFrame
    """

    layout: dict[str, Any]
    data: dict[str, pd.DataFrame]

    def spec(self) -> dict[str, Any]:
        """The specification with its data as tables, as ``st.vega_lite_chart`` takes it."""
        # A copy of its own, since Streamlit takes the data sets out of what it is given.
        return {**copy.deepcopy(self.layout), "datasets": dict(self.data)}

    def enlarged(self, by: float) -> "Drawing":
        """The same, so many times as large, for a projector; only its width may be its place's."""
        return Drawing(enlarged(self.layout, by), self.data)

    def chart(self) -> Any:
        """The same as an Altair chart that carries its data, to show in a notebook or to save."""
        rows = {name: table.to_dict("records") for name, table in self.data.items()}
        return alt.Chart.from_dict({**copy.deepcopy(self.layout), "datasets": rows})
