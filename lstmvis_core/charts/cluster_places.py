"""Where the parts of the Clusters view stand: sentences, memory chips, word clouds, in pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lstmvis_core.analysis.response_clusters import ResponseClusters

COMPACT = 600  # px: in less width all is closer together
# Height of a row, and of the glyph in it, for sentences of so many rows.
ROWS = ((10, 46, 30), (14, 40, 26), (18, 34, 22), (1_000, 31, 20))
RULER = 4  # the share that is kept, below a glyph
NARROWEST, WIDEST = 8, 18  # bars of a glyph
BETWEEN_SENTENCES = 26
HEAD = 40  # above the first row: what stands below
SQUARE, PADDING, CHIP_HEAD, POLES_APART = 9, 5, 17, 4
BETWEEN_CHIPS, BETWEEN_CLOUDS = 16, 6
CLOUD_EDGE = 22  # px of a cloud before its words: which way they go


@dataclass(frozen=True)
class Widths:
    """Of what stands side by side: a word, a glyph about, links, a chip, links, a cloud or more."""

    name: float
    glyph: float
    left: float
    chip: float
    right: float
    cloud: float


WIDE = Widths(80, 108, 44, 100, 52, 240)
NARROW = Widths(62, 54, 26, 82, 28, 120)


@dataclass(frozen=True)
class Chip:
    """A cluster of units as a rectangle, and a square for each unit."""

    x: float
    y: float
    height: float
    squares: dict[int, tuple[float, float]]


@dataclass(frozen=True)
class Cloud:
    """Words of one cluster and pole: place and size."""

    y: float
    height: float


@dataclass(frozen=True)
class Places:
    """The geometry of the view, before it is mirrored or enlarged.

    Attributes
    ----------
    clusters : ResponseClusters
    rows : tuple of int
        How many rows each sentence has.
    clouds : mapping of (int, int) to float
        Height of the words of each cluster and pole that has some.
    width : float
        If there is enough room in it.
    """

    clusters: ResponseClusters
    rows: tuple[int, ...]
    clouds: dict[tuple[int, int], float]
    width: float

    @property
    def widths(self) -> Widths:
        """Of the columns."""
        return NARROW if self.width < COMPACT else WIDE

    @cached_property
    def bar(self) -> float:
        """Width of a bar of a glyph."""
        return min(WIDEST, max(NARROWEST, self.widths.glyph // self.clusters.number))

    @cached_property
    def glyph(self) -> float:
        """Width of a glyph."""
        return self.bar * self.clusters.number

    @cached_property
    def row(self) -> tuple[float, float]:
        """Height of a row of a sentence, and of the glyph in it."""
        longest = max(self.rows, default=0)
        return next((row, box) for most, row, box in ROWS if longest <= most)

    def sentence_x(self, sentence: int) -> float:
        """Left edge of the glyphs of a sentence."""
        name = self.widths.name
        return name + sentence * (name + self.glyph + BETWEEN_SENTENCES)

    def row_y(self, row: int) -> float:
        """Upper edge of a glyph."""
        return HEAD + row * self.row[0]

    @cached_property
    def chip_x(self) -> float:
        """Left edge of all chips."""
        if not self.rows:
            return 0.0
        return self.sentence_x(len(self.rows) - 1) + self.glyph + self.widths.left

    @cached_property
    def cloud_x(self) -> float:
        """Left edge of all clouds."""
        return self.chip_x + self.widths.chip + self.widths.right

    @property
    def cloud_width(self) -> float:
        """Of all clouds; where there is little room, more than the view was to have."""
        return max(self.width - self.cloud_x, self.widths.cloud)

    @property
    def right(self) -> float:
        """Right edge of all."""
        return self.cloud_x + self.cloud_width

    @cached_property
    def chips(self) -> dict[int, Chip]:
        """Each cluster that is drawn, from top to bottom; one with words alone has none in it."""
        return {
            cluster: self._chip(cluster, top + (tall - self._chip_height(cluster)) / 2)
            for cluster, (top, tall) in self._stripes.items()
        }

    @cached_property
    def cloud_places(self) -> dict[tuple[int, int], Cloud]:
        """Each cloud, beside its chip: that of pole 1 above the other."""
        found = {}
        for cluster, (top, tall) in self._stripes.items():
            mine = [
                (pole, self.clouds[cluster, pole])
                for pole in (1, -1)
                if (cluster, pole) in self.clouds
            ]
            y = top + (tall - self._clouds_height(cluster)) / 2
            for pole, height in mine:
                found[cluster, pole] = Cloud(y, height)
                y += height + BETWEEN_CLOUDS
        return found

    @cached_property
    def height(self) -> float:
        """Of the whole view."""
        sentences = max((self.row_y(rows) for rows in self.rows), default=0.0)
        return max(sentences, HEAD + self._needed)

    @cached_property
    def _order(self) -> list[int]:
        """Clusters that are drawn: with units, or words that need a place."""
        sizes = np.bincount(self.clusters.units, minlength=self.clusters.number)
        words = {cluster for cluster, _ in self.clouds}
        return [c for c in self.clusters.order.tolist() if sizes[c] or c in words]

    @cached_property
    def _needed(self) -> float:
        return sum(map(self._need, self._order)) + BETWEEN_CHIPS * max(0, len(self._order) - 1)

    @cached_property
    def _stripes(self) -> dict[int, tuple[float, float]]:
        """Top and height of the stripe of each cluster; beside a long sentence they spread."""
        order = self._order
        spare = (self.height - HEAD - self._needed) / max(1, len(order))
        found, top = {}, float(HEAD)
        for cluster in order:
            tall = self._need(cluster) + spare
            found[cluster] = (top, tall)
            top += tall + BETWEEN_CHIPS
        return found

    def _need(self, cluster: int) -> float:
        return max(self._chip_height(cluster), self._clouds_height(cluster))

    def _clouds_height(self, cluster: int) -> float:
        heights = [self.clouds[cluster, pole] for pole in (1, -1) if (cluster, pole) in self.clouds]
        return sum(heights) + BETWEEN_CLOUDS * max(0, len(heights) - 1)

    def _units(self, cluster: int) -> list[Sequence[int]]:
        """Units of a cluster, one list a pole."""
        mine = self.clusters.units == cluster
        poles = [np.flatnonzero(mine & (self.clusters.poles == pole)).tolist() for pole in (1, -1)]
        return [units for units in poles if units]

    @property
    def _columns(self) -> int:
        return int((self.widths.chip - 2 * PADDING) // SQUARE)

    def _chip_height(self, cluster: int) -> float:
        rows = [-(-len(units) // self._columns) for units in self._units(cluster)]
        apart = POLES_APART * max(0, len(rows) - 1)
        return CHIP_HEAD + SQUARE * sum(rows) + apart + PADDING

    def _chip(self, cluster: int, y: float) -> Chip:
        squares, top = {}, y + CHIP_HEAD
        for units in self._units(cluster):
            for place, unit in enumerate(units):
                row, column = divmod(place, self._columns)
                squares[unit] = (
                    self.chip_x + PADDING + column * SQUARE,
                    top + row * SQUARE,
                )
            top += SQUARE * -(-len(units) // self._columns) + POLES_APART
        return Chip(self.chip_x, y, self._chip_height(cluster), squares)
