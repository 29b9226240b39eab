"""How often each unit's gates are shut and open: Karpathy's figure 3, with dots to pick."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.saturation import Saturation
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, HUES, NEUTRAL, letters, quiet_letters

BRUSH, CLICK = "brushed", "clicked"
ACCENT_ON_DARK = HUES[4]
# Size, and how much of it is filled: dots of other layers are rings.
LOOKS = {"picked": (95, 0.8), "in view": (45, 0.5), "other layer": (22, 0.0)}
SIDE = 250  # px of a panel
MARGIN = 0.04  # around the dots, many of which lie in the corners
# What a dot in each of the corners means, written where there are few dots.
_CORNERS: tuple[tuple[float, float, str, Literal["left", "right"]], ...] = (
    (1.0, 0.26, "always open ↓", "right"),
    (0.03, 1.0, "← always shut", "left"),
    (0.03, 0.04, "seldom either", "left"),
)


def saturation_chart(
    layers: Sequence[Mapping[str, Saturation]],
    names: Sequence[str],
    layer: int,
    gate: str,
    picked: Collection[int] = (),
    dark: bool = False,
) -> Drawing:
    """Draw a panel a gate, in which each dot is a unit.

    Parameters
    ----------
    layers : sequence of mapping of str to Saturation
        Of each layer what `gate_saturation` says of a text, or ``GateCounts.saturation`` of a
        corpus.
    names : sequence of str
        Of the layers.
    layer : int
        The one in view, counted from 1: its dots are filled, those of others are rings.
    gate : str
        The one in view, whose title stands out.
    picked : collection of int
        Units of the layer in view that are shown in colour.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        A rectangle drawn in a panel is the selection `BRUSH`, which `units_within` reads; a click
        on a dot is `CLICK` with ``layer``, ``gate`` and ``unit``.

    Examples
    --------
    >>> one = Saturation(np.array([0.1, 0.7]), np.array([0.8, 0.0]))
    >>> drawing = saturation_chart([{"forget_gate": one}], ["1"], 1, "forget_gate", [1])
    >>> drawing.data["dots"][["unit", "shut_0", "open_0"]].to_dict("list")
    {'unit': [0, 1], 'shut_0': [0.1, 0.7], 'open_0': [0.8, 0.0]}
    """
    gates = tuple(layers[0])
    tables = []
    for number, (name, of_layer) in enumerate(zip(names, layers, strict=True), 1):
        units = np.arange(len(of_layer[gates[0]].left))
        table = {"unit": units, "layer": number, "name": name}
        for at, kind in enumerate(gates):
            table |= {f"shut_{at}": of_layer[kind].left, f"open_{at}": of_layer[kind].right}
        shown = np.where(np.isin(units, list(picked)), "picked", "in view")
        table["shown"] = shown if number == layer else "other layer"
        tables.append(pd.DataFrame(table))
    dots = pd.concat(tables)
    dots["size"], dots["filled"] = zip(*dots["shown"].map(LOOKS), strict=True)
    dots = dots.sort_values("size", kind="stable")  # what stands out is drawn last
    return Drawing(_layout(gates, gates.index(gate), dark), {"dots": dots})


def units_within(
    brush: Mapping[str, Sequence[float]], of_layer: Mapping[str, Saturation]
) -> tuple[str, list[int]] | None:
    """The gate of the panel in which a rectangle was drawn, and the units of a layer in it.

    Parameters
    ----------
    brush : mapping
        The value of the selection `BRUSH`: of the panel's two fields the two ends each.
    of_layer : mapping of str to Saturation
        Of the layer in view, as drawn.

    Returns
    -------
    tuple or None
        None if no rectangle is there.

    Examples
    --------
    >>> one = Saturation(np.array([0.1, 0.7]), np.array([0.8, 0.0]))
    >>> units_within({"open_0": [0.5, 1], "shut_0": [0, 0.2]}, {"forget_gate": one})
    ('forget_gate', [0])
    """
    for at, (gate, one) in enumerate(of_layer.items()):
        shut, is_open = brush.get(f"shut_{at}"), brush.get(f"open_{at}")
        if shut and is_open:
            inside = np.ones(len(one.left), bool)
            for ends, shares in ((shut, one.left), (is_open, one.right)):
                inside &= (shares >= min(ends)) & (shares <= max(ends))
            return gate, np.flatnonzero(inside).tolist()
    return None


@lru_cache(maxsize=32)
def _layout(gates: tuple[str, ...], current: int, dark: bool) -> dict[str, Any]:
    panels = [_panel(at, gate, at == current, dark) for at, gate in enumerate(gates)]
    # A ground that can be seen through feels the mouse; without any, dots alone would.
    figure = alt.hconcat(*panels, spacing=18).configure_view(stroke=None, fill="transparent")
    layout = figure.to_dict()
    # One rectangle in all, whatever the panel: a new one takes the place of the last.
    brush = {"type": "interval", "encodings": ["x", "y"], "zoom": False}
    click = {"type": "point", "fields": ["layer", "gate", "unit"], "on": "click"}
    views = [f"panel_{at}" for at in range(len(gates))]
    params = [
        {"name": name, "select": select, "views": views}
        for name, select in ((BRUSH, brush), (CLICK, click))
    ]
    return {**layout, "params": params}


def _panel(at: int, gate: str, current: bool, dark: bool) -> Any:
    scale = alt.Scale(domain=[-MARGIN, 1 + MARGIN], nice=False)
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": False}
    x = alt.X(f"open_{at}:Q", title="share of time open", axis=alt.Axis(**axis), scale=scale)
    first = {"title": "share of time shut" if at == 0 else None, "labels": at == 0}
    y = alt.Y(f"shut_{at}:Q", axis=alt.Axis(**axis, **first), scale=scale)
    accent = ACCENT_ON_DARK if dark else ACCENT
    colours = alt.Scale(domain=[*LOOKS], range=[accent, NEUTRAL, NEUTRAL])
    dots = (
        alt.Chart(alt.NamedData(name="dots"), name=f"panel_{at}")
        .transform_calculate(gate=f"'{gate}'")
        .mark_point(strokeWidth=1, clip=False, cursor="pointer")
        .encode(
            x=x,
            y=y,
            stroke=alt.Stroke("shown:N", scale=colours, legend=None),
            fill=alt.Fill("shown:N", scale=colours, legend=None),
            fillOpacity=alt.FillOpacity("filled:Q", scale=None),
            size=alt.Size("size:Q", scale=None),
            tooltip=[
                alt.Tooltip("unit:Q", title="unit"),
                alt.Tooltip("name:N", title="layer"),
                alt.Tooltip(f"shut_{at}:Q", title="shut", format=".1%"),
                alt.Tooltip(f"open_{at}:Q", title="open", format=".1%"),
            ],
        )
    )
    title = alt.TitleParams(
        gate.replace("_", " "),
        color=letters(dark) if current else quiet_letters(dark),
        fontWeight="bold" if current else "normal",
        fontSize=14,
        anchor="start",
    )
    return alt.layer(*_frame(dark), dots).properties(width=SIDE, height=SIDE, title=title)


def _frame(dark: bool) -> list[alt.Chart]:
    """The line beyond which no dot can be, and what the corners mean."""
    ends = alt.Data(values=[{"open": 0, "shut": 1}, {"open": 1, "shut": 0}])
    line = (
        alt.Chart(ends)
        .mark_line(color=NEUTRAL, strokeDash=[4, 4], strokeWidth=1, tooltip=None)
        .encode(x="open:Q", y="shut:Q")
    )
    words = [
        alt.Chart(alt.Data(values=[{"open": x, "shut": y}]))
        .mark_text(text=text, align=align, fontSize=10, color=quiet_letters(dark), tooltip=None)
        .encode(x="open:Q", y="shut:Q")
        for x, y, text, align in _CORNERS
    ]
    return [line, *words]
