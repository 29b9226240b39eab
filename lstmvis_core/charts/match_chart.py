"""The Match view: one match a row, aligned at its start, with heat maps beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.palette import ACCENT, ink, shade
from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.track_colours import track_colour
from lstmvis_core.corpus import CorpusStates
from lstmvis_core.matching import Match
from lstmvis_core.selection import is_on
from lstmvis_core.text import Tokens
from lstmvis_core.tracks import Track

ROW_CLICK = "row"
ROW_HEIGHT = 17
COUNT = "count"
COUNT_TITLE = "selected units on"
BARE = alt.ViewBackground(stroke=None)


@dataclass(frozen=True)
class MatchRow:
    """A match with the steps around it that are shown: ``[first, last)`` of the corpus."""

    match: Match
    first: int
    last: int
    counts: np.ndarray  # (last - first,) how many selected units are on at each step


def match_rows(
    states: CorpusStates,
    units: np.ndarray,
    matches: Sequence[Match],
    *,
    threshold: float,
    sign: str,
    before: int,
    after: int,
) -> list[MatchRow]:
    """Cut out what is shown of each match: `before` steps before its start, `after` from it.

    The cut stays inside the match's document.
    """
    bounds = np.append(states.breaks, states.values.shape[1])
    rows = []
    for match in matches:
        document = int(np.searchsorted(states.breaks, match.start, side="right")) - 1
        first = max(int(bounds[document]), match.start - before)
        last = min(int(bounds[document + 1]), match.start + after)
        on = is_on(states.values[units, first:last], threshold, sign)
        rows.append(MatchRow(match, first, last, on.sum(axis=0)))
    return rows


def match_chart(
    rows: Sequence[MatchRow],
    tokens: Tokens,
    tracks: Mapping[str, Track],
    *,
    colour_by: str = COUNT,
    heat_maps: Sequence[str] = (COUNT,),
    before: int,
    after: int,
    selected: int,
) -> alt.HConcatChart:
    """Draw the word matrix and its heat maps.

    Parameters
    ----------
    rows : sequence of MatchRow
    tokens : Tokens
        Of the corpus.
    tracks : mapping of str to Track
        Of the corpus, by name.
    colour_by : str
        ``"count"`` or the name of a track: what colours the words.
    heat_maps : sequence of str
        What stands in a heat map of its own: ``"count"`` or names of tracks.
    before, after : int
        Steps shown before the start of a match, and from it on.
    selected : int
        Number of selected units: the full colour of the count.

    Returns
    -------
    altair.HConcatChart
        With a point selection ``row`` on the field ``row`` (a row of `rows`).
    """
    cells = _cells(rows, tokens, tracks, {colour_by, *heat_maps}, selected)
    y = alt.Y(
        "row:O",
        axis=alt.Axis(title=None, labelExpr="datum.value + 1", labelOverlap=False, ticks=False),
    )
    height = ROW_HEIGHT * len(rows)
    width = 8.6 if max(map(len, cells["token"])) == 1 else 46
    charts: list[alt.Chart | alt.LayerChart | alt.FacetChart] = [
        _matrix(cells, _rows_frame(rows, tokens), colour_by, y, (before, after), width)
    ]
    y_bare = alt.Y("row:O", axis=None)
    for name in heat_maps:
        title = COUNT_TITLE if name == COUNT else tracks[name].title
        charts.append(_heat_map(cells, name, title, y_bare, (before, after), width))
    return alt.hconcat(
        *(chart.properties(height=height, view=BARE) for chart in charts), spacing=14
    ).properties(
        autosize=alt.AutoSizeParams(type="pad"),
        usermeta={"embedOptions": {"renderer": "canvas"}},
    )


def _cells(
    rows: Sequence[MatchRow],
    tokens: Tokens,
    tracks: Mapping[str, Track],
    names: set[str],
    selected: int,
) -> pd.DataFrame:
    """One row a cell: its token, and colour and value of every heat map."""
    columns: dict[str, list] = {"row": [], "x": [], "token": []}
    columns |= {f"{name}_colour": [] for name in names} | {f"{name}_value": [] for name in names}
    for number, row in enumerate(rows):
        steps = range(row.first, row.last)
        columns["row"] += [number] * len(steps)
        columns["x"] += [step - row.match.start for step in steps]
        columns["token"] += [visible(tokens.strings[step]) for step in steps]
        for name in names:
            if name == COUNT:
                columns["count_colour"] += [shade(n / max(selected, 1)) for n in row.counts]
                columns["count_value"] += [f"{n} of {selected}" for n in row.counts]
            else:
                track = tracks[name]
                columns[f"{name}_colour"] += [track_colour(track, step) for step in steps]
                columns[f"{name}_value"] += [track.label(step) for step in steps]
    frame = pd.DataFrame(columns)
    inside = [row.match.end - row.match.start for row in rows]
    frame["inside"] = [0 <= x < inside[r] for r, x in zip(frame["row"], frame["x"], strict=True)]
    for name in names:
        frame[f"{name}_ink"] = [ink(colour) for colour in frame[f"{name}_colour"]]
    return frame


def _rows_frame(rows: Sequence[MatchRow], tokens: Tokens) -> pd.DataFrame:
    def listed(units: np.ndarray) -> str:
        shown = ", ".join(map(str, units[:12].tolist())) or "none"
        return shown + (f" and {len(units) - 12} more" if len(units) > 12 else "")

    return pd.DataFrame(
        {
            "row": range(len(rows)),
            "a": [-0.5] * len(rows),
            "b": [row.match.end - row.match.start - 0.5 for row in rows],
            "text": [tokens.span(row.match.start, row.match.end)[:80] for row in rows],
            "shared": [listed(row.match.shared) for row in rows],
            "missing": [listed(row.match.missing) for row in rows],
            "extra": [listed(row.match.extra) for row in rows],
        }
    )


def _matrix(
    cells: pd.DataFrame,
    row_frame: pd.DataFrame,
    colour_by: str,
    y: alt.Y,
    reach: tuple[int, int],
    width: float,
) -> alt.LayerChart | alt.FacetChart:
    before, after = reach
    scale = alt.Scale(domain=[-before - 0.5, after - 0.5], nice=False, zero=False)
    x = alt.X("a:Q", axis=None, scale=scale)
    base = alt.Chart(cells).transform_calculate(a="datum.x - 0.5", b="datum.x + 0.5")
    ground = base.mark_rect(tooltip=None).encode(
        x=x,
        x2="b:Q",
        y=y,
        color=alt.Color(f"{colour_by}_colour:N", scale=None),
        opacity=alt.condition("datum.inside", alt.value(1.0), alt.value(0.25)),
    )
    letters = base.mark_text(font="monospace", fontSize=12, limit=width, tooltip=None).encode(
        x=alt.X("x:Q", axis=None, scale=scale),
        y=y,
        text="token:N",
        color=alt.condition(
            "datum.inside", alt.Color(f"{colour_by}_ink:N", scale=None), alt.value("#868d97")
        ),
    )
    outlines = (
        alt.Chart(row_frame)
        .mark_rect(fillOpacity=0, stroke=ACCENT, strokeWidth=1.4, clip=True, tooltip=None)
        .encode(x=x, x2="b:Q", y=y)
    )
    # A whole row to point at: it tells the units, and opens its place when clicked.
    handles = (
        alt.Chart(row_frame)
        .mark_rect(fillOpacity=0.001, cursor="pointer")
        .encode(
            x=alt.value(0),
            x2=alt.value(width * (before + after)),
            y=y,
            tooltip=["text:N", "shared:N", "missing:N", "extra:N"],
        )
        .add_params(alt.selection_point(name=ROW_CLICK, fields=["row"], on="click"))
    )
    return alt.layer(ground, letters, outlines, handles).properties(
        width=width * (before + after), title=alt.Title("the places", anchor="start", fontSize=12)
    )


def _heat_map(
    cells: pd.DataFrame, name: str, title: str, y: alt.Y, reach: tuple[int, int], width: float
) -> alt.Chart:
    before, after = reach
    scale = alt.Scale(domain=[-before - 0.5, after - 0.5], nice=False, zero=False)
    return (
        alt.Chart(cells)
        .transform_calculate(a="datum.x - 0.5", b="datum.x + 0.5")
        .mark_rect()
        .encode(
            x=alt.X("a:Q", axis=None, scale=scale),
            x2="b:Q",
            y=y,
            color=alt.Color(f"{name}_colour:N", scale=None),
            tooltip=["token:N", alt.Tooltip(f"{name}_value:N", title=title)],
        )
        .properties(
            width=(before + after) * (2.4 if width < 20 else 10),
            title=alt.Title(title, anchor="start", fontSize=12),
        )
    )
