"""The embedding as a map of words, those of the text bold, and the neighbours of one of them."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from lstmvis_core.analysis.embedding_map import EmbeddingMap
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import (
    ACCENT,
    BLUE,
    CONTRAST,
    HUES,
    NEUTRAL,
    ORANGE,
    hue_of_letters,
    letters,
    quiet_letters,
)
from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.word_cloud import text_width

TOKEN_CLICK, NEIGHBOUR_CLICK = "token_click", "neighbour_click"
WIDTH, HEIGHT, MARGIN = 520, 440, 14  # px
SIZE, BOLD_SIZE = 11.5, 13.0  # px, of letters
AWAY, LINE = 5.0, 1.1  # px from a dot to its word; height of a word in sizes of its letters
LONGEST = 18  # letters of a word
ROW = 24  # px, of a neighbour
ACCENT_ON_DARK, CONTRAST_ON_DARK = HUES[4], HUES[1]
OTHER, OF_TEXT, NEAR, CHOSEN = "other", "text", "near", "chosen"


def embedding_chart(
    shown: EmbeddingMap,
    tokens: Sequence[str],
    ids: Sequence[int],
    *,
    bold: Collection[int] = (),
    chosen: int | None = None,
    near: Collection[int] = (),
    dark: bool = False,
) -> Drawing:
    """Draw some tokens where they lie on the map.

    Every token has a dot in its place. It is named where its name covers no other one: first the
    chosen token, its neighbours, those of the text, then the others in their order.

    Parameters
    ----------
    shown : EmbeddingMap
    tokens : sequence of str
        The vocabulary.
    ids : sequence of int
        Which tokens are drawn, the most important first.
    bold : collection of int
        Those of the text.
    chosen : int or None
        The token that is looked at; from it a line leads to each of `near`.
    near : collection of int
        Its neighbours.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        With the selection `TOKEN_CLICK`, whose points have the field ``id``. Both axes have the
        same scale.

    Examples
    --------
    >>> shown = EmbeddingMap(np.array([[0.0, 1.0], [3.0, 0.0]]), (0.6, 0.4))
    >>> drawing = embedding_chart(shown, ["one", "two"], [0, 1], bold=[1])
    >>> drawing.data["words"][["name", "what", "named"]].values.tolist()
    [['two', 'text', True], ['one', 'other', True]]
    """
    what = {id: _what(id, bold, chosen, near) for id in ids}
    order = (CHOSEN, NEAR, OF_TEXT, OTHER)
    first = sorted(dict.fromkeys(ids), key=lambda id: order.index(what[id]))  # stable
    x, y = _on_paper(shown.places[first])
    names = [_name(tokens[id]) for id in first]
    sizes = [SIZE if what[id] == OTHER else BOLD_SIZE for id in first]
    places = _placed(x, y, names, sizes)
    words = pd.DataFrame(
        {
            "id": first,
            "name": names,
            "what": [what[id] for id in first],
            "bold": [id in bold or id == chosen for id in first],
            "x": x,
            "y": y,
            "named": [place is not None for place in places],
            "label_x": [place[0] if place else at for place, at in zip(places, x, strict=True)],
            "label_y": [place[1] if place else at for place, at in zip(places, y, strict=True)],
            "size": sizes,
        }
    )
    here = words[words["what"] == CHOSEN]
    there = words[words["what"] == NEAR]
    links = pd.DataFrame(
        [
            {"x": one.x, "y": one.y, "x2": other.x, "y2": other.y}
            for one in here.itertuples()
            for other in there.itertuples()
        ],
        columns=["x", "y", "x2", "y2"],
    )
    told = tuple(round(100 * share, 1) for share in shown.shares)
    return Drawing(_layout(told, dark), {"words": words, "links": links})


def neighbours_chart(found: Sequence[tuple[str, float]], ids: Sequence[int], dark: bool) -> Drawing:
    """Draw the cosine of each neighbour as a bar, the nearest first.

    Parameters
    ----------
    found : sequence of (str, float)
        As `neighbours` gives them.
    ids : sequence of int
        Of these tokens.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        With the selection `NEIGHBOUR_CLICK`, whose points have the field ``id``.
    """
    rows = [
        (row, id, _name(token), cosine)
        for row, (id, (token, cosine)) in enumerate(zip(ids, found, strict=True))
    ]
    table = pd.DataFrame(rows, columns=["row", "id", "name", "cosine"])
    return Drawing(_bars(len(rows), dark), {"neighbours": table})


def _what(id: int, bold: Collection[int], chosen: int | None, near: Collection[int]) -> str:
    if id == chosen:
        return CHOSEN
    if id in near:
        return NEAR
    return OF_TEXT if id in bold else OTHER


def _name(token: str) -> str:
    seen = "".join(map(visible, token))
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "…"


def _on_paper(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in pixels, the same scale both ways, in the middle of the paper; y goes down."""
    if not len(places):
        return np.zeros(0), np.zeros(0)
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN - 40, HEIGHT - 2 * MARGIN])
    with np.errstate(divide="ignore"):
        scale = float((room / (high - low)).min())
    scale = scale if np.isfinite(scale) else 1.0
    middle = (low + high) / 2
    centred = (places - middle) * scale
    return WIDTH / 2 + centred[:, 0], HEIGHT / 2 - centred[:, 1]


def _placed(
    x: np.ndarray, y: np.ndarray, names: Sequence[str], sizes: Sequence[float]
) -> list[tuple[float, float] | None]:
    """Where the middle of each name goes, so that none covers another one; None where none fits."""
    taken: list[tuple[float, float, float, float]] = []
    found: list[tuple[float, float] | None] = []
    for at, name in enumerate(names):
        wide, high = text_width(name, sizes[at]) * 1.08, LINE * sizes[at]
        place = next(
            (
                (across, down)
                for across, down in _around(float(x[at]), float(y[at]), wide, high)
                if _is_free(across, down, wide, high, taken)
            ),
            None,
        )
        found.append(place)
        if place is not None:
            taken.append(_box(*place, wide, high))
    return found


def _around(x: float, y: float, wide: float, high: float) -> Iterator[tuple[float, float]]:
    """Places for a name beside its dot, the usual one first."""
    across, down = wide / 2 + AWAY, high / 2 + AWAY - 1
    yield x + across, y
    yield x - across, y
    yield x, y - down
    yield x, y + down
    for sign in (1, -1):
        yield x + sign * (across - 1), y - down * 0.8
        yield x + sign * (across - 1), y + down * 0.8


def _box(x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
    return x - wide / 2, x + wide / 2, y - high / 2, y + high / 2


def _is_free(
    x: float, y: float, wide: float, high: float, taken: Sequence[tuple[float, float, float, float]]
) -> bool:
    left, right, top, foot = _box(x, y, wide, high)
    if left < 0 or right > WIDTH or top < 0 or foot > HEIGHT:
        return False
    return all(right <= a or left >= b or foot <= c or top >= d for a, b, c, d in taken)


@lru_cache(maxsize=64)
def _layout(shares: tuple[float, ...], dark: bool) -> dict[str, Any]:
    accent, contrast = (ACCENT_ON_DARK, CONTRAST_ON_DARK) if dark else (ACCENT, CONTRAST)
    across = alt.Scale(domain=[0, WIDTH], nice=False, zero=False)
    along = alt.Scale(domain=[0, HEIGHT], reverse=True, nice=False, zero=False)

    def axis(title: str) -> alt.Axis:
        return alt.Axis(
            title=title,
            labels=False,
            ticks=False,
            grid=False,
            domainColor=NEUTRAL,
            domainOpacity=0.4,
        )

    def x(field: str = "x") -> alt.X:
        title = f"first direction: {shares[0]:g} % of all differences →"
        return alt.X(f"{field}:Q", axis=axis(title), scale=across)

    def y(field: str = "y") -> alt.Y:
        title = f"second direction: {shares[1]:g} % →"
        return alt.Y(f"{field}:Q", axis=axis(title), scale=along)

    def colours(other: str, of_text: str, near: str) -> alt.Color:
        """Of what is on the map."""
        scale = alt.Scale(domain=[OTHER, OF_TEXT, NEAR, CHOSEN], range=[other, of_text, near, near])
        return alt.Color("what:N", scale=scale, legend=None)

    of_dots = colours(NEUTRAL, accent, contrast)
    of_letters = colours(
        quiet_letters(dark), hue_of_letters(BLUE, dark), hue_of_letters(ORANGE, dark)
    )
    words = alt.Chart(alt.NamedData(name="words"))
    links = (
        alt.Chart(alt.NamedData(name="links"))
        .mark_rule(color=contrast, opacity=0.3, strokeWidth=1)
        .encode(x=x(), y=y(), x2="x2:Q", y2="y2:Q")
    )
    dots = (
        words.mark_circle(size=22, opacity=0.9, cursor="pointer")
        .encode(x=x(), y=y(), color=of_dots, tooltip=alt.Tooltip("name:N", title="token"))
        .add_params(alt.selection_point(name=TOKEN_CLICK, fields=["id"], on="click", empty=False))
    )
    ring = (
        words.transform_filter(f"datum.what == '{CHOSEN}'")
        .mark_point(shape="circle", size=130, strokeWidth=2, color=contrast, filled=False)
        .encode(x=x(), y=y())
    )
    names = [
        words.transform_filter("datum.named")
        .transform_filter("datum.bold" if bold else "!datum.bold")
        .mark_text(
            align="center",
            baseline="middle",
            cursor="pointer",
            fontWeight="bold" if bold else "normal",
        )
        .encode(
            x=x("label_x"),
            y=y("label_y"),
            text="name:N",
            size=alt.Size("size:Q", scale=None),
            color=of_letters,
            tooltip=alt.Tooltip("name:N", title="token"),
        )
        for bold in (False, True)
    ]
    return (
        alt.layer(links, dots, ring, *names)
        .properties(width=WIDTH, height=HEIGHT)
        .resolve_scale(color="independent")
        .configure_view(stroke=NEUTRAL, strokeOpacity=0.25, fill="transparent")
        .to_dict()
    )


@lru_cache(maxsize=32)
def _bars(rows: int, dark: bool) -> dict[str, Any]:
    contrast = CONTRAST_ON_DARK if dark else CONTRAST
    base = alt.Chart(alt.NamedData(name="neighbours")).encode(
        y=alt.Y("row:O", axis=None, scale=alt.Scale(padding=0)),
        tooltip=[alt.Tooltip("name:N", title="token"), alt.Tooltip("cosine:Q", format=".3f")],
    )
    scale = alt.Scale(domain=[0, 1], clamp=True)
    bars = base.mark_bar(height=13, color=contrast, opacity=0.75, cursor="pointer").encode(
        x=alt.X("cosine:Q", axis=None, scale=scale), x2=alt.value(0)
    )
    numbers = base.mark_text(align="left", dx=5, color=letters(dark)).encode(
        x=alt.X("cosine:Q", axis=None, scale=scale), text=alt.Text("cosine:Q", format=".2f")
    )
    names = base.mark_text(
        align="right", dx=-8, limit=80, fontSize=13, color=letters(dark), cursor="pointer"
    ).encode(x=alt.value(0), text="name:N")
    touch = (
        base.mark_rect(opacity=0, cursor="pointer")
        .encode(x=alt.value(-88), x2=alt.value("width"))
        .add_params(
            alt.selection_point(name=NEIGHBOUR_CLICK, fields=["id"], on="click", empty=False)
        )
    )
    return (
        alt.layer(bars, numbers, names, touch)
        .properties(height=ROW * max(1, rows), width="container")
        .configure_view(stroke=None)
        .to_dict()
    )
