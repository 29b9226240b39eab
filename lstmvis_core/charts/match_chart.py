"""The Match view: one match a row, aligned at its start, with heat maps beside it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.match_frames import COUNT, MatchRow, match_frames
from lstmvis_core.charts.palette import ACCENT
from lstmvis_core.charts.track_colours import COLOUR
from lstmvis_core.text import Tokens
from lstmvis_core.tracks import Track

ROW_CLICK = "row"
ROW_HEIGHT = 17
# Width of a cell: of a monospaced letter (0.6 times its height of 12), or of a word.
LETTER, WORD = 7.22, 46.0
FEW = 3  # heat maps that are drawn wide
COUNT_TITLE = "selected units on"
BARE = alt.ViewBackground(stroke=None)


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
) -> Drawing:
    """Draw the word matrix and its heat maps.

    Parameters
    ----------
    rows : sequence of MatchRow
        At least one.
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
    Drawing
        With a point selection ``row`` on the field ``row`` (a row of `rows`).
    """
    data = match_frames(rows, tokens, tracks, colour_by, heat_maps, selected)
    titles = tuple(COUNT_TITLE if name == COUNT else tracks[name].short for name in heat_maps)
    shown = (tokens.strings[row.first : row.last] for row in rows)
    width = LETTER if max(len(string) for row in shown for string in row) == 1 else WORD
    return Drawing(_layout(len(rows), titles, before, after, width), data)


@lru_cache(maxsize=64)
def _layout(
    rows: int, titles: tuple[str, ...], before: int, after: int, width: float
) -> dict[str, Any]:
    size = {"height": ROW_HEIGHT * rows, "view": BARE}
    scale = alt.Scale(domain=[-before - 0.5, after - 0.5], nice=False, zero=False)
    numbers = alt.Axis(title=None, labelExpr="datum.value + 1", labelOverlap=False, ticks=False)
    matrix = _matrix(scale, alt.Y("row:O", axis=numbers), width * (before + after), width)
    # Many heat maps share the room of a few.
    cell = {LETTER: (1.9, 1.2)}.get(width, (10, 7))[len(titles) > FEW]
    narrow = (before + after) * cell
    y = alt.Y("row:O", axis=None)
    charts: list[Any] = [matrix.properties(title=_title("the places"), **size)]
    for i, title in enumerate(titles):
        heat_map = _stretches(f"heat_{i}", scale, y).encode(
            tooltip=[alt.Tooltip("value:N", title=title)]
        )
        charts.append(heat_map.properties(width=narrow, title=_title(title), **size))
    chart = alt.hconcat(*charts, spacing=14).properties(
        autosize=alt.AutoSizeParams(type="pad"),
        usermeta={"embedOptions": {"renderer": "canvas"}},
    )
    return chart.to_dict()


def _title(words: str) -> alt.Title:
    return alt.Title(words, anchor="start", fontSize=12)


def _of(name: str) -> alt.Chart:
    return alt.Chart(alt.NamedData(name=name))


def _stretches(name: str, scale: alt.Scale, y: alt.Y) -> alt.Chart:
    """Coloured rectangles from `a` to `b`."""
    return (
        _of(name)
        .mark_rect()
        .encode(
            x=alt.X("a:Q", axis=None, scale=scale),
            x2="b:Q",
            y=y,
            color=COLOUR,
        )
    )


def _matrix(scale: alt.Scale, y: alt.Y, whole: float, width: float) -> Any:
    x = alt.X("a:Q", axis=None, scale=scale)
    ground = _stretches("ground", scale, y).encode(opacity=alt.Opacity("opacity:Q", scale=None))
    limit = alt.Undefined if width == LETTER else width  # to measure each word takes time
    words = (
        _of("words")
        .mark_text(font="monospace", fontSize=12, align="left", limit=limit, tooltip=None)
        .encode(x=x, y=y, text="text:N", color=alt.Color("ink:N", scale=None))
    )
    outlines = (
        _of("rows")
        .mark_rect(fillOpacity=0, stroke=ACCENT, strokeWidth=1.4, clip=True, tooltip=None)
        .encode(x=x, x2="b:Q", y=y)
    )
    # A whole row to point at: it tells the units, and opens its place when clicked.
    handles = (
        _of("rows")
        .mark_rect(fillOpacity=0.001, cursor="pointer")
        .encode(
            x=alt.value(0),
            x2=alt.value(whole),
            y=y,
            tooltip=["text:N", "shared:N", "missing:N", "extra:N"],
        )
        .add_params(alt.selection_point(name=ROW_CLICK, fields=["row"], on="click"))
    )
    return alt.layer(ground, words, outlines, handles).properties(width=whole)
