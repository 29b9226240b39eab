"""The Select view: all units over the tokens, a range to brush, the units that follow it.

Dragging must feel immediate, so the browser finds the units that follow the brush by itself. It
does not decide what "on" means: Python sends, for each unit, a string of 0 and 1, one character a
time step (`is_on`), and the browser compares a piece of that string with the pattern.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, NEUTRAL, letters
from lstmvis_core.charts.select_frames import MAX_MARGIN, Window, select_frames
from lstmvis_core.charts.track_colours import COLOUR
from lstmvis_core.charts.track_rows import RowTitle, row_titles
from lstmvis_core.selection import Selection
from lstmvis_core.trace import TokenStates
from lstmvis_core.tracks import Track

BRUSH = "brush"

STRIP, PLOT, ROW, GAP = 26, 230, 20, 6
NO_ELLIPSIS = "\u200b"  # of no width; Vega takes its own for an empty one
LETTER = 6.1  # width of a monospaced letter of 10 points
PLOT_TOP = STRIP + GAP
PLOT_BOTTOM = PLOT_TOP + PLOT
PATTERN_TOP = PLOT_BOTTOM + GAP
TRACKS_TOP = PATTERN_TOP + ROW


def select_chart(
    trace: TokenStates,
    selection: Selection,
    units: Sequence[int],
    *,
    window: Window | None = None,
    excluded: Sequence[int] = (),
    pinned: Sequence[int] = (),
    tracks: Sequence[Track] = (),
    domain: tuple[float, float] | None = None,
    dark: bool = False,
) -> Drawing:
    """Draw the Select view.

    Parameters
    ----------
    trace : Trace or other TokenStates
    selection : Selection
    units : sequence of int
        The selected units, after exclusions and pins.
    window : Window or None
        The steps in view; all of them if None.
    excluded, pinned : sequence of int
        Units that the brush never selects, or always.
    tracks : sequence of Track
        Drawn below, in this order.
    domain : tuple of float or None
        Limits of the value axis; `value_domain` of all states if None, which takes a while where
        the states are those of a whole corpus.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        With one interval selection, ``brush``, on the field ``t``: time steps counted from the
        start of the window.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> trace = lv.trace_text(lv.load_model("parens"), "(1 (2) ()) 0")
    >>> selection = lv.Selection(layer=2, start=3, end=5)
    >>> drawing = select_chart(trace, selection, lv.select_units(trace, selection))
    >>> type(drawing.chart()).__name__
    'LayerChart'
    """
    window = window or Window(0, len(trace.tokens))
    domain = domain or value_domain(trace.states(selection.layer, selection.kind))
    # The same wherever the window is; of a whole corpus, its beginning says it.
    widest = min(4, max(map(len, trace.tokens.strings[:10_000])))
    titles = tuple(title for track in tracks for title in row_titles(track))
    return Drawing(
        _layout(window.size, domain, widest, titles, dark),
        select_frames(trace, selection, units, window, excluded, pinned, tracks),
    )


def value_domain(states: np.ndarray) -> tuple[float, float]:
    """Limits of the value axis: round, around zero if any value is negative."""
    largest = float(np.abs(states).max(initial=0.0))
    step = 0.5 if largest <= 1 else 1.0
    top = max(step, float(np.ceil(largest / step - 1e-6) * step))
    return (-top if states.min(initial=0.0) < 0 else 0.0), top


@lru_cache(maxsize=64)
def _layout(
    size: int,
    domain: tuple[float, float],
    widest: int,
    titles: tuple[RowTitle, ...],
    dark: bool,
) -> dict[str, Any]:
    x = _position("t", size)
    y = alt.Y(
        "v:Q",
        title=None,
        scale=alt.Scale(domain=domain, range=[PLOT_BOTTOM, PLOT_TOP], nice=False),
        axis=alt.Axis(tickCount=4, minExtent=74, gridOpacity=0.35, format="~g"),
    )
    ink = letters(dark)
    layers = [
        *_range_layers(size),
        _grey_lines(x, y),
        _highlights(x, y),
        _threshold_lines(y),
        _strip(size),
        _token_texts(x, size, widest, ink),
        _row_label("pattern", PATTERN_TOP, ink),
        *_track_layers(titles, size, ink),
    ]
    chart = (
        alt.layer(*layers)
        .add_params(*_range_params(size))
        .resolve_scale(color="independent", opacity="independent")
        .properties(
            height=TRACKS_TOP + ROW * len(titles) + 2,
            width="container",
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            usermeta={"embedOptions": {"renderer": "canvas"}},
            view=alt.ViewBackground(stroke=None),
        )
    )
    return chart.to_dict()


def _position(field: str, size: int) -> alt.X:
    """Time steps of the window, half a step of room on either side."""
    scale = alt.Scale(domain=[-0.5, size - 0.5], nice=False, zero=False)
    return alt.X(f"{field}:Q", axis=None, scale=scale)


def _of(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _range_params(size: int) -> list[alt.Parameter]:
    """The brush in whole steps; -1 while there is none."""
    return [
        alt.param(name="lo", expr=f"{BRUSH}.t ? max(0, floor({BRUSH}.t[0] + 0.5)) : -1"),
        alt.param(name="hi", expr=f"{BRUSH}.t ? min({size - 1}, floor({BRUSH}.t[1] + 0.5)) : -1"),
    ]


# The brush may reach past the end of a short text.
_HI = "min(hi, datum.last)"


def _follows() -> str:
    """Vega expression: does the unit of this row follow the brush?

    Where the brush says what Python was last told, Python's answer stands.
    """
    piece = (
        f"substring(datum.on, lo + {MAX_MARGIN} - datum.before,"
        f" hi + 1 + {MAX_MARGIN} + datum.after)"
    )
    pattern = "pad('', datum.before, '0') + pad('', hi - lo + 1, '1') + pad('', datum.after, '0')"
    same = "lo < 0 || (lo == datum.lo && hi == datum.hi)"
    live = f"datum.fixed == 1 || (datum.fixed == 0 && {piece} == {pattern})"
    return f"({same}) ? datum.chosen : ({live})"


def _range_layers(size: int) -> list[alt.Chart]:
    """The range as a band over the plot, and the pattern plot: on, and off on either side."""
    base = _of("control").transform_calculate(
        a="(lo < 0 ? datum.lo : lo) - 0.5",
        b=f"(lo < 0 ? datum.hi : {_HI}) + 0.5",
        a0="datum.a - datum.before",
        b1="datum.b + datum.after",
    )

    def bar(start: str, end: str, top: int, bottom: int, colour: str, opacity: float) -> alt.Chart:
        return base.mark_rect(color=colour, opacity=opacity, clip=True, tooltip=None).encode(
            x=_position(start, size), x2=f"{end}:Q", y=alt.value(top), y2=alt.value(bottom)
        )

    top, bottom = PATTERN_TOP + 3, PATTERN_TOP + ROW - 5
    return [
        bar("a", "b", 0, PLOT_BOTTOM, ACCENT, 0.10),
        bar("a", "b", top, bottom, ACCENT, 0.9),
        bar("a0", "a", top, bottom, CONTRAST, 0.45),
        bar("b", "b1", top, bottom, CONTRAST, 0.45),
    ]


def _unrolled(chart: alt.Chart) -> alt.Chart:
    """One row a unit, its values in a string, to one row a unit and step: `t` and `v`.

    The values stay strings, since a scale reads them as numbers, and no mark looks for invalid
    ones: an expression for each of ten thousand rows is what takes time in the browser.
    """
    return chart.transform_calculate(
        v="split(datum.values, ' ')", t="sequence(0, length(datum.v))"
    ).transform_flatten(["t", "v"])


def _grey_lines(x: alt.X, y: alt.Y) -> alt.Chart:
    # One line a unit, of constant look: a condition on every line would be slow.
    return (
        _unrolled(_of("lines"))
        .mark_line(color=NEUTRAL, strokeWidth=1, opacity=0.22, tooltip=None, invalid=None)
        .encode(x=x, y=y, detail="u:N")
    )


def _highlights(x: alt.X, y: alt.Y) -> alt.Chart:
    return (
        _unrolled(
            _of("units")
            .transform_filter(_follows())
            .transform_lookup("u", alt.LookupData(alt.NamedData("lines"), "u", ["values"]))
        )
        .mark_line(strokeWidth=2.2, opacity=0.9, invalid=None)
        .encode(
            x=x,
            y=y,
            detail="u:N",
            color=alt.Color("colour:N", scale=None),
            tooltip=[alt.Tooltip("u:N", title="unit")],
        )
    )


def _threshold_lines(y: alt.Y) -> alt.Chart:
    return (
        _of("thresholds")
        .mark_rule(color=CONTRAST, strokeDash=[6, 4], strokeWidth=1.6, tooltip=None)
        .encode(y=y)
    )


def _strip(size: int) -> alt.Chart:
    """Behind each token, how many selected units are on there."""
    return (
        _of("units")
        .transform_filter(_follows())
        .transform_calculate(
            o=f"split(substring(datum.on, {MAX_MARGIN}, {MAX_MARGIN + size}), '')",
            t=f"sequence(0, {size})",
        )
        .transform_flatten(["t", "o"])
        .transform_filter("datum.o == '1'")
        .transform_aggregate(n="count()", groupby=["t"])
        .transform_joinaggregate(most="max(n)")
        .transform_calculate(
            a="datum.t - 0.5", b="datum.t + 0.5", strength="0.6 * datum.n / datum.most"
        )
        .mark_rect(color=ACCENT)
        .encode(
            x=_position("a", size),
            x2="b:Q",
            y=alt.value(0),
            y2=alt.value(STRIP),
            opacity=alt.Opacity("strength:Q", scale=None),
            tooltip=[alt.Tooltip("n:Q", title="selected units on")],
        )
    )


def _token_texts(x: alt.X, size: int, widest: int, colour: str) -> alt.Chart:
    brush = alt.selection_interval(
        name=BRUSH,
        encodings=["x"],
        zoom=False,
        # The range is drawn in whole steps by `_range_layers`; the raw brush stays unseen.
        mark=alt.BrushConfig(fillOpacity=0, strokeOpacity=0, cursor="grab"),
    )
    # A monospaced letter is 0.6 times as wide as it is high.
    font_size = f"clamp(width / {size} / 0.62 / {widest}, 4, 16)"
    return (
        _of("tokens")
        .mark_text(
            font="monospace",
            color=colour,
            fontSize=alt.ExprRef(font_size),
            baseline="middle",
            limit=alt.ExprRef(f"width / {size}"),
        )
        .encode(
            x=x,
            y=alt.value(STRIP / 2),
            text="token:N",
            tooltip=["token:N", "step:Q", "read:N", alt.Tooltip("told:N", title="network")],
        )
        .add_params(brush)
    )


def _row_label(title: str, top: int, colour: str, legend: str | None = None) -> alt.Chart:
    return (
        _of("control")
        .mark_text(
            align="right",
            baseline="middle",
            fontSize=11,
            color=colour,
            tooltip=None if legend is None else alt.ExprRef(legend),
        )
        .encode(text=alt.value(title), x=alt.value(-8), y=alt.value(top + ROW / 2 - 1))
    )


def _track_layers(titles: tuple[RowTitle, ...], size: int, colour: str) -> list[alt.Chart]:
    layers = []
    for row, title in enumerate(titles):
        top = TRACKS_TOP + row * ROW
        layers += [
            _of(f"track_{row}")
            .mark_rect()
            .encode(
                x=_position("a", size),
                x2="b:Q",
                y=alt.value(top + 1),
                y2=alt.value(top + ROW - 2),
                color=COLOUR,
                tooltip=[alt.Tooltip("value:N", title=title.title)],
            ),
            _labels(row, top, size),
            _row_label(title.label, top, colour, title.legend),
        ]
    return layers


def _labels(row: int, top: int, size: int) -> alt.Chart:
    """Labels over the stretches that have them, as far as they fit."""
    room = f"(datum.until - datum.a) * width / {size} - 2"
    return (
        _of(f"track_{row}")
        .transform_filter("datum.text")
        .transform_calculate(middle="(datum.a + datum.until) / 2")
        .transform_filter(f"datum.least * {LETTER} <= {room}")
        .mark_text(
            font="monospace",
            fontSize=10,
            baseline="middle",
            limit=alt.ExprRef(room),
            ellipsis=NO_ELLIPSIS,
            tooltip=None,
        )
        .encode(
            x=_position("middle", size),
            y=alt.value(top + ROW / 2 - 0.5),
            text="text:N",
            color=alt.Color("ink:N", scale=None),
        )
    )
