"""Sentences, units in memory chips and words in clouds, linked: the main view of RNNVis.

Ming et al. (2017). What belongs together lights up together while the mouse is over it:
every mark carries the numbers of its cluster, cloud and word, and Vega compares them.
"""

from functools import lru_cache
from typing import Any

import altair as alt

from lstmvis_core.charts.cluster_frames import ClusterFrames, mirrored
from lstmvis_core.charts.cluster_scene import Scene
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.palette import ACCENT, CONTRAST, HUES, NEUTRAL, letters, quiet_letters

PICK, HOVER = "pick", "hover"
FIELDS = ["what", "cluster", "cloud", "piece", "unit", "word"]
WIDTH, HALF = 810, 400  # px: alone, and beside another
ACCENT_ON_DARK, CONTRAST_ON_DARK = HUES[4], HUES[1]
_HOVERS = f"isDefined({HOVER}.cluster)"


def cluster_chart(
    scene: Scene,
    *,
    width: float = WIDTH,
    mirror: bool = False,
    dark: bool = False,
) -> Drawing:
    """Draw the view.

    Parameters
    ----------
    scene : Scene
    width : float
        In pixels; long glyphs of several sentences take more.
    mirror : bool
        Whether it is drawn from right to left, to stand beside another one.
    dark : bool
        Whether the page's ground is dark.

    Returns
    -------
    Drawing
        With the selection `PICK`, a click on a mark: its field ``what`` is "piece", "bar", "chip",
        "unit", "word" or "cloud", and the field of that name (``piece`` a step) says which.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = lv.responses_of_corpus(lv.load_model("parens"), lv.load_corpus("parens"), layer=1)
    >>> clusters = lv.response_tree(found.scaled).cut(3)
    >>> drawing = cluster_chart(Scene(found.words, found.counts, clusters))
    >>> len(drawing.data["squares"]), sorted(drawing.data["words"]["text"])[:3]
    (32, ['(', ')', '0'])
    """
    frames = ClusterFrames(scene, width, dark)
    tables = frames.tables()
    if mirror:
        tables = mirrored(tables, frames.places.right)
    height, limit = round(frames.places.height) + 4, frames.places.widths.name - 10
    return Drawing(_layout(round(frames.places.right), height, limit, mirror, dark), tables)


@lru_cache(maxsize=64)
def _layout(width: int, height: int, limit: float, mirror: bool, dark: bool) -> dict[str, Any]:
    make = _Layers(width, height, mirror, dark)
    chart = alt.layer(
        make.cloud_grounds(),
        make.links("links"),
        make.links("pushes"),
        make.chips(),
        *make.squares(),
        *make.chip_names(),
        make.cloud_marks(),
        *make.words(),
        *make.names(limit),
        *make.bars(),
        *make.kept(),
        *make.heads(),
    )
    return (
        chart.properties(
            width=width,
            height=height,
            autosize=alt.AutoSizeParams(type="pad"),
        )
        .configure_view(stroke=None, fill="transparent")
        .to_dict()
    )


def same(field: str) -> str:
    """Vega: whether the mark under the mouse has the same number."""
    return f"({HOVER}.{field}[0] >= 0 && {HOVER}.{field}[0] == datum.{field})"


class _Layers:
    """The layers, from the ground up."""

    def __init__(self, width: int, height: int, mirror: bool, dark: bool) -> None:
        self.mirror = mirror
        self.up, self.down = (ACCENT_ON_DARK, CONTRAST_ON_DARK) if dark else (ACCENT, CONTRAST)
        self.letters, self.quiet = letters(dark), quiet_letters(dark)
        self.ground = "#232a32" if dark else "#eef1f5"
        self.paper = "#14181d" if dark else "#ffffff"
        across = alt.Scale(domain=[0, width], nice=False, zero=False)
        along = alt.Scale(domain=[0, height], reverse=True, nice=False, zero=False)
        self._x = {"axis": None, "scale": across}
        self._y = {"axis": None, "scale": along}

    def x(self, field: str = "x") -> alt.X:
        """A place across."""
        return alt.X(f"{field}:Q", **self._x)

    def y(self, field: str = "y") -> alt.Y:
        """A place from the top."""
        return alt.Y(f"{field}:Q", **self._y)

    def side(self, side: str) -> Any:
        """Left or right, as it is seen in a mirror."""
        other = {"left": "right", "right": "left"}
        return other.get(side, side) if self.mirror else side

    def of(self, name: str) -> alt.Chart:
        """A table."""
        return alt.Chart(alt.NamedData(name=name))

    def text(self, name: str, x: str, y: str, field: str, pixels: float, **mark: Any) -> alt.Chart:
        """Letters."""
        mark = {"color": self.letters, "baseline": "middle", "fontSize": pixels} | mark
        return self.of(name).mark_text(**mark).encode(x=self.x(x), y=self.y(y), text=f"{field}:N")

    def box(self, name: str, x: str, x2: str, **mark: Any) -> alt.Chart:
        """Rectangles."""
        chart = self.of(name).mark_rect(**mark)
        return chart.encode(x=self.x(x), x2=f"{x2}:Q", y=self.y(), y2="y2:Q")

    # -- words ---------------------------------------------------------------------------------

    def cloud_grounds(self) -> alt.Chart:
        """Behind words, and all that is clicked and pointed at."""
        linked = f"{_HOVERS} && ({_partner('cluster')} || {same('cloud')})"
        chart = self.box("clouds", "x", "x2", color=self.ground, cornerRadius=6)
        return chart.encode(
            opacity=alt.condition(linked, alt.value(1), alt.value(0.55)),
            stroke=alt.condition(linked, alt.value(self.up), alt.value("transparent")),
            tooltip="told:N",
        ).add_params(
            alt.selection_point(name=PICK, fields=FIELDS, on="click"),
            alt.selection_point(
                name=HOVER, fields=FIELDS, on="pointerover", clear="pointerout", empty=False
            ),
        )

    def cloud_marks(self) -> alt.Chart:
        """Which way the words go."""
        chart = self.text(
            "clouds",
            "x",
            "middle",
            "mark",
            12,
            align=self.side("left"),
            dx=-6 if self.mirror else 6,
        )
        colour = alt.condition("datum.mark == '▲'", alt.value(self.up), alt.value(self.down))
        return chart.encode(color=colour, tooltip="told:N")

    def words(self) -> list[alt.Chart]:
        """Words of the clouds; those of the sentences are bold, those that are compared framed."""
        frame = (
            self.of("words")
            .transform_filter("datum.picked")
            .transform_calculate(
                top="datum.y - datum.size * 0.62", foot="datum.y + datum.size * 0.62"
            )
            .mark_rect(fill=self.paper, stroke=self.up, strokeWidth=1.5, cornerRadius=3)
            .encode(x=self.x("x0"), x2="x1:Q", y=self.y("top"), y2="foot:Q")
        )
        words = [
            self.text(
                "words", "x", "y", "text", 12, align="center", cursor="pointer", fontWeight=weight
            )
            .transform_filter(which)
            .encode(
                size=alt.Size("size:Q", scale=None),
                color=alt.Color("colour:N", scale=None),
                tooltip="told:N",
            )
            for which, weight in (("!datum.bold", "normal"), ("datum.bold", "bold"))
        ]
        return [frame, *words]

    # -- units ---------------------------------------------------------------------------------

    def chips(self) -> alt.Chart:
        """The body of each chip."""
        linked = f"{_HOVERS} && ({same('cluster')} || {_partner('cloud')})"
        chart = self.box("chips", "x", "x2", fill=self.ground, cornerRadius=6, cursor="pointer")
        return chart.encode(
            stroke=alt.condition(
                f"datum.followed || ({linked})", alt.value(self.up), alt.value(NEUTRAL)
            ),
            strokeWidth=alt.condition(
                f"datum.followed || ({linked})", alt.value(2), alt.value(0.6)
            ),
            tooltip="told:N",
        )

    def chip_names(self) -> list[alt.Chart]:
        """Letter and size, in its upper edge."""
        common = {"cursor": "pointer", "dy": 10}
        return [
            self.text(
                "chips",
                "x",
                "y",
                "name",
                12,
                align=self.side("left"),
                fontWeight="bold",
                dx=-6 if self.mirror else 6,
                **common,
            ).encode(tooltip="told:N"),
            self.text(
                "chips",
                "x2",
                "y",
                "says",
                10,
                align=self.side("right"),
                color=self.quiet,
                dx=6 if self.mirror else -6,
                **common,
            ).encode(tooltip="told:N"),
        ]

    def squares(self) -> list[alt.Chart]:
        """A square a unit."""
        blank = self.box("squares", "x", "x2", fill=self.paper, cursor="pointer")
        colour = alt.condition("datum.value < 0", alt.value(self.down), alt.value(self.up))
        full = self.box("squares", "x", "x2", cursor="pointer").encode(
            color=colour,
            opacity=alt.Opacity(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None
            ),
            stroke=alt.condition("datum.here", alt.value(self.letters), alt.value("transparent")),
            tooltip="told:N",
        )
        here = (
            self.box("squares", "x", "x2", fill="transparent", stroke=self.letters, strokeWidth=1.6)
            .transform_filter("datum.here")
            .encode(tooltip="told:N")
        )
        return [blank, full, here]

    # -- links ---------------------------------------------------------------------------------

    def links(self, name: str) -> alt.Chart:
        """Curves, as wide as they are strong; those of the mark under the mouse stand out."""
        own = same("piece") if name == "pushes" else f"({same('cluster')} || {same('cloud')})"
        if name == "pushes":
            own = f"({own} || (datum.rest > 0 && {same('cluster')}))"
        opacity = {
            "condition": [
                {"test": f"{_HOVERS} && {own}", "value": 0.9},
                {"test": f"{_HOVERS} && datum.rest > 0", "value": 0.08},
            ],
            "field": "rest",
            "type": "quantitative",
            "scale": None,
        }
        chart = self.of(name).mark_line(interpolate="basis", strokeCap="butt")
        return chart.encode(
            x=self.x(),
            y=self.y(),
            detail="link:N",
            order="order:Q",
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None),
            color=alt.condition("datum.value < 0", alt.value(self.down), alt.value(self.up)),
            opacity=alt.Opacity.from_dict(opacity),
        )

    # -- sentences -----------------------------------------------------------------------------

    def names(self, limit: float) -> list[alt.Chart]:
        """The words as they were typed, each with the box of its glyph."""
        box = self.box("names", "glyph", "x2", fill=self.ground, cursor="pointer").encode(
            opacity=alt.condition(f"{_HOVERS} && {same('piece')}", alt.value(1), alt.value(0.55)),
            stroke=alt.condition("datum.here", alt.value(self.up), alt.value("transparent")),
            strokeWidth=alt.value(2),
            tooltip="told:N",
        )
        touch = self.box("names", "left", "glyph", opacity=0, cursor="pointer").encode(
            tooltip="told:N"
        )
        texts = [
            self.text(
                "names",
                "x",
                "middle",
                "text",
                12.5,
                align=self.side("right"),
                cursor="pointer",
                limit=limit,
                fontWeight="bold" if here else "normal",
                color=self.up if here else self.letters,
            )
            .transform_filter("datum.here" if here else "!datum.here")
            .encode(tooltip="told:N")
            for here in (False, True)
        ]
        return [box, touch, *texts]

    def bars(self) -> list[alt.Chart]:
        """Bars about zero; their ends say what has changed."""
        colours = {"state": NEUTRAL, "rose": self.up, "fell": self.down}
        line = (
            self.of("names")
            .mark_rule(color=NEUTRAL, strokeWidth=0.7, opacity=0.8)
            .encode(x=self.x("glyph"), x2="x2:Q", y=self.y("middle"))
        )
        parts = [
            self.box("bars", "x", "x2", color=colour, opacity=0.4 if name == "state" else 0.9)
            .transform_filter(f"datum.part == '{name}'")
            .encode(tooltip="told:N")
            for name, colour in colours.items()
        ]
        lit = f"{_HOVERS} && {HOVER}.piece[0] < 0 && {same('cluster')}"
        followed = (
            self.box("bars", "x", "x2", fill="transparent", strokeWidth=1.4)
            .transform_filter("datum.part == 'state'")
            .encode(
                stroke=alt.condition(lit, alt.value(self.up), alt.value("transparent")),
                tooltip="told:N",
            )
        )
        return [*parts, line, followed]

    def kept(self) -> list[alt.Chart]:
        """Rulers between words: the share that is kept, and a mark for the true one."""
        whole = self.box("kept", "x", "x2", color=NEUTRAL, opacity=0.18)
        part = self.box("kept", "x", "filled", color=NEUTRAL, opacity=0.6)
        true = (
            self.of("kept")
            .transform_filter("isValid(datum.gate)")
            .mark_rule(color=self.letters, strokeWidth=1.5, opacity=0.8)
            .encode(x=self.x("gate"), y=self.y(), y2="y2:Q")
        )
        return [chart.encode(tooltip="told:N") for chart in (whole, part, true)]

    def heads(self) -> list[alt.Chart]:
        """What stands below, and the letters of the bars."""
        return [
            self.text(
                "heads",
                "x",
                "y",
                "text",
                13 if strong else 11,
                align="center",
                fontWeight="bold" if strong else "normal",
                color=self.letters if strong else self.quiet,
            ).transform_filter("datum.strong" if strong else "!datum.strong")
            for strong in (True, False)
        ]


def _partner(field: str) -> str:
    """Vega: whether the mark is listed as a partner of the one under the mouse."""
    number = f"'|' + {HOVER}.{field}[0] + '|'"
    return f"({HOVER}.{field}[0] >= 0 && indexof(datum.partners, {number}) >= 0)"
