"""A text set in lines, coloured by one unit, with the network's guesses under each token.

Karpathy, Johnson and Li (2016, figure 2) coloured characters by the state of a cell; in an essay
of 2015 Karpathy wrote the five best guesses for the next one under each.
"""

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, letters
from lstmvis_core.charts.text_lines import WIDTH, text_lines
from lstmvis_core.charts.tokens import visible
from lstmvis_core.text import Tokens
from lstmvis_core.tracks import Track

PICK, BRUSH = "pick", "span"
LETTER = 11  # px: narrower, letters would run into each other
TOKEN, GUESS, GAP = 24, 15, 8  # px: a row of tokens, of guesses, between lines
FOOT = 20  # px below all charts, which the height counts in
STRONGEST = 0.72  # how much colour the largest value has


def text_heat(
    tokens: Tokens,
    values: np.ndarray,
    *,
    limit: float = 1.0,
    cursor: int | None = None,
    span: tuple[int, int] | None = None,
    guesses: Track | None = None,
    dark: bool = False,
) -> Drawing:
    """Colour each token by a value: blue for positive, orange for negative, stronger for larger.

    Parameters
    ----------
    tokens : Tokens
    values : numpy.ndarray, (time_step,)
    limit : float
        Value of the full colour.
    cursor : int or None
        A step that gets a frame.
    span : (int, int) or None
        First step and step after the last of a range that is underlined.
    guesses : Track or None
        Of kind top-k: written under each token, the darker the more probable.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        With the selections `PICK`, a click on a token or guess (fields ``step`` and ``guess``,
        which is −1 for the token itself), and `BRUSH`, an interval of ``x`` and, in a text of
        several lines, ``y``: `steps_within` says which tokens lie in it.
    """
    lines, starts, ends = text_lines(tokens)
    number = 0 if guesses is None else guesses.values.shape[1]
    tall = line_height(number)
    top = lines * tall
    cells = pd.DataFrame(
        {
            "step": np.arange(len(tokens)),
            "guess": -1,
            "token": [visible(string) for string in tokens.strings],
            "value": np.asarray(values, np.float64),
            "share": np.minimum(1.0, np.abs(values) / limit) * STRONGEST,
            "x": starts,
            "x2": ends,
            "y": top,
            "y2": top + TOKEN,
        }
    )
    marked = np.zeros(len(tokens), bool)
    if span is not None:
        marked[span[0] : span[1]] = True
    place = ["x", "x2", "y", "y2"]
    framed = [] if cursor is None else [cursor]
    data = {
        "tokens": cells,
        "guesses": _guesses(guesses, cells[["step", *place]]),
        "cursor": cells[place].assign(cursor=cells["step"]).iloc[framed],
        "span": cells.loc[marked, place],
    }
    height = (int(lines[-1]) + 1) * tall if len(lines) else tall
    several = len(lines) > 0 and int(lines[-1]) > 0
    return Drawing(_layout(height, several, number > 0, dark), data)


def line_height(guesses: int) -> int:
    """Pixels from one line of tokens to the next."""
    return TOKEN + GUESS * guesses + GAP


def steps_within(
    tokens: Tokens,
    x: tuple[float, float],
    y: tuple[float, float] = (0, TOKEN),
    guesses: int = 0,
) -> tuple[int, int] | None:
    """The range from the first token that a brush touches to the last; None if it touches none.

    Over several lines a brush is read as a writer marks a text: from where it begins in its first
    line to where it ends in its last one.

    Parameters
    ----------
    tokens : Tokens
    x, y : (float, float)
        What the brush covers, in the units of `text_heat`'s axes.
    guesses : int
        How many guesses are written under each token.

    Returns
    -------
    (int, int) or None
        First step, and the step after the last.
    """
    lines, starts, ends = text_lines(tokens)
    tall = line_height(guesses)
    low, high = sorted(y)
    left, right = sorted(x)
    touched = np.unique(lines[(lines * tall < high) & (lines * tall + TOKEN > low)])
    if not len(touched):
        return None
    inside = (lines >= touched[0]) & (lines <= touched[-1])
    inside &= ~((lines == touched[0]) & (ends <= left))
    inside &= ~((lines == touched[-1]) & (starts >= right))
    steps = np.flatnonzero(inside)
    return (int(steps[0]), int(steps[-1]) + 1) if len(steps) else None


def _guesses(track: Track | None, places: pd.DataFrame) -> pd.DataFrame:
    """A row for each guess at each token, below it."""
    if track is None:
        return places.iloc[:0].assign(guess=[], full=[], token=[], share=[])
    steps, number = track.values.shape
    rows = places.loc[places.index.repeat(number)].reset_index(drop=True)
    rows["guess"] = np.tile(np.arange(number), steps)
    rows["full"] = [visible(track.labels[value]) for value in track.values.reshape(-1)]
    # Letters of a word would run into the next one's.
    room = rows["x2"] - rows["x"]
    rows["token"] = [word[:letters] for word, letters in zip(rows["full"], room, strict=True)]
    rows["share"] = track.shares.reshape(-1)
    rows["y"] = rows["y"] + TOKEN + rows["guess"] * GUESS
    rows["y2"] = rows["y"] + GUESS
    return rows


@lru_cache(maxsize=64)
def _layout(height: int, several: bool, with_guesses: bool, dark: bool) -> dict[str, Any]:
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True, nice=False))
    middle_x, middle_y = "(datum.x + datum.x2) / 2", "(datum.y + datum.y2) / 2"

    def of(name: str) -> alt.Chart:
        return alt.Chart(alt.NamedData(name=name))

    def written(name: str, size: int, opacity: float) -> alt.Chart:
        return (
            of(name)
            .transform_calculate(mx=middle_x, my=middle_y)
            .mark_text(font="monospace", fontSize=size, color=letters(dark), opacity=opacity)
            .encode(
                x=alt.X("mx:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False)),
                y=alt.Y("my:Q", axis=None),
                text="token:N",
            )
        )

    pick = alt.selection_point(name=PICK, fields=["step", "guess"], on="click", empty=False)
    # A brush that is not moved down at all is none to Vega, so of one line only x counts.
    brush = alt.selection_interval(
        name=BRUSH, encodings=["x", "y"] if several else ["x"], empty=False
    )
    cells = (
        of("tokens")
        .mark_rect(cursor="pointer")
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            color=alt.condition("datum.value > 0", alt.value(ACCENT), alt.value(CONTRAST)),
            opacity=alt.Opacity("share:Q", scale=None),
            tooltip=[
                alt.Tooltip("token:N"),
                alt.Tooltip("value:Q", format="+.3f"),
                alt.Tooltip("step:Q", title="step"),
            ],
        )
        .add_params(pick, brush)
    )
    under = (
        of("span")
        .mark_rect(color=CONTRAST, height=3)
        .transform_calculate(low="datum.y2 + 2")
        .encode(x=x, x2="x2:Q", y=alt.Y("low:Q", axis=None))
    )
    frame = (
        of("cursor")
        .mark_rect(fillOpacity=0, stroke=letters(dark), strokeWidth=1.8)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    )
    layers: list[Any] = [cells, under, written("tokens", 13, 1.0), frame]
    if with_guesses:
        guessed = (
            of("guesses")
            .mark_rect(color=ACCENT, cursor="pointer")
            .encode(
                x=x,
                x2="x2:Q",
                y=y,
                y2="y2:Q",
                opacity=alt.Opacity("share:Q", scale=None),
                tooltip=[
                    alt.Tooltip("full:N", title="guess"),
                    alt.Tooltip("share:Q", title="probability", format=".1%"),
                ],
            )
        )
        layers += [guessed, written("guesses", 10, 0.85)]
    return (
        alt.layer(*layers)
        .properties(
            height=height + FOOT,
            width=WIDTH * LETTER,
            view=alt.ViewBackground(stroke=None),
            usermeta={"embedOptions": {"renderer": "canvas"}},
        )
        .to_dict()
    )
