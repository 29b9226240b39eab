"""Tables of the sentences in the Clusters view: words, glyphs, what is kept, links to the chips."""

from functools import cached_property

import numpy as np
import pandas as pd

from lstmvis_core.charts.cluster_places import RULER, Places
from lstmvis_core.charts.cluster_scene import Scene, Sentence, belongs, curve, letter_of, table
from lstmvis_core.charts.tokens import visible


def sentence_tables(scene: Scene, places: Places) -> dict[str, pd.DataFrame]:
    """The tables by the names that the layout knows."""
    frames = _SentenceFrames(scene, places)
    return {
        "pushes": frames.pushes(),
        "names": frames.names(),
        "bars": frames.bars(),
        "kept": frames.kept(),
    }


class _SentenceFrames:
    def __init__(self, scene: Scene, places: Places) -> None:
        self.scene, self.places = scene, places
        self.clusters = scene.clusters

    def pushes(self) -> pd.DataFrame:
        """From words of the sentences to chips, likewise."""
        rows: list[dict[str, object]] = []
        drawn = [one.pushes[one.first : one.last] for one in self.scene.sentences]
        strongest = max((float(np.abs(p).max(initial=0)) for p in drawn), default=0.0) or 1.0
        for number, one in enumerate(self.scene.sentences):
            x = self.places.sentence_x(number) + self.places.glyph, self.places.chip_x
            for piece in range(one.first, one.last):
                looked_at = one.steps[piece] == self.scene.looked_at
                middle = self.places.row_y(piece - one.first) + self.places.row[1] / 2
                for cluster, chip in self.places.chips.items():
                    value = float(one.pushes[piece, cluster])
                    if abs(value) < max(1e-12, self.scene.weakest * 0.5 * strongest):
                        continue
                    carried = belongs("push", cluster=cluster, piece=one.steps[piece])
                    told = f"{visible(one.names[piece])}: {letter_of(cluster)} {value:+.2f}"
                    y = middle, chip.y + chip.height / 2
                    rest = 0.6 if looked_at else 0.0
                    rows += curve(carried, x, y, value, strongest, rest, told, len(rows))
        return table(rows, "link", "order", "x", "y", "value", "wide", "rest", "told")

    def names(self) -> pd.DataFrame:
        rows = []
        for number, one in enumerate(self.scene.sentences):
            left = self.places.sentence_x(number)
            for piece in range(one.first, one.last):
                y = self.places.row_y(piece - one.first)
                rows.append(
                    {
                        **belongs("piece", piece=one.steps[piece]),
                        "text": visible(one.names[piece]),
                        "x": left - 8,
                        "left": left - self.places.widths.name,
                        "x2": left + self.places.glyph,
                        "glyph": left,
                        "y": y,
                        "y2": y + self.places.row[1],
                        "middle": y + self.places.row[1] / 2,
                        "here": one.steps[piece] == self.scene.looked_at,
                        "told": f"{visible(one.names[piece])}: click to look at this word",
                    }
                )
        return table(rows, "text", "x", "left", "x2", "glyph", "y", "y2", "middle", "here", "told")

    @cached_property
    def _limit(self) -> float:
        """The state that a bar of half a glyph stands for."""
        values = [
            float(np.abs(part[one.first : one.last]).max(initial=0))
            for one in self.scene.sentences
            for part in (one.response.positive, one.response.negative)
        ]
        return max(values, default=0.0) or 1.0

    def bars(self) -> pd.DataFrame:
        """Of each bar its grey part, and what its two ends have changed."""
        rows: list[dict[str, object]] = []
        for number, one in enumerate(self.scene.sentences):
            for piece in range(one.first, one.last):
                for place, cluster in enumerate(self.clusters.order.tolist()):
                    rows += self._bar(number, one, piece, place, cluster)
        return table(rows, "x", "x2", "y", "y2", "part", "told")

    def _bar(
        self, number: int, one: Sentence, piece: int, place: int, cluster: int
    ) -> list[dict[str, object]]:
        left = self.places.sentence_x(number) + place * self.places.bar
        zero = self.places.row_y(piece - one.first) + self.places.row[1] / 2
        scale = (self.places.row[1] / 2 - 1) / self._limit
        response = one.response
        up, down = response.positive[piece, cluster], response.negative[piece, cluster]
        rose, sank = (
            response.positive_change[piece, cluster],
            response.negative_change[piece, cluster],
        )
        told = (
            f"{visible(one.names[piece])} · {letter_of(cluster)}: {up:.2f} above zero "
            f"({rose:+.2f}), {down:.2f} below ({sank:+.2f})"
        )
        carried = belongs("bar", cluster=cluster, piece=one.steps[piece])
        wide = {"x": left + 1, "x2": left + self.places.bar - 1}

        def part(name: str, low: float, high: float) -> dict[str, object]:
            low, high = (float(np.clip(v, -self._limit, self._limit)) for v in (low, high))
            y, y2 = zero - high * scale, zero - low * scale
            return {**carried, **wide, "y": y, "y2": y2, "part": name, "told": told}

        parts = [part("state", down, up)]
        for end, change in ((up, rose), (down, sank)):
            if change:
                name = "rose" if change > 0 else "fell"
                parts.append(part(name, *sorted((end - change, end))))
        return parts

    def kept(self) -> pd.DataFrame:
        """Between two words, which share of the state is kept."""
        rows = []
        row, box = self.places.row
        for number, one in enumerate(self.scene.sentences):
            for piece in range(one.first + 1, one.last):
                y = self.places.row_y(piece - one.first) - (row - box) / 2 - RULER / 2
                for place, cluster in enumerate(self.clusters.order.tolist()):
                    left = self.places.sentence_x(number) + place * self.places.bar + 1
                    wide = self.places.bar - 2
                    overlap = float(one.response.overlap[piece, cluster])
                    kept = float(one.response.kept[piece, cluster])
                    name = visible(one.names[piece])
                    by_gates = "" if np.isnan(kept) else f", by the gates {kept:.0%}"
                    told = f"{letter_of(cluster)} kept at {name}: {overlap:.0%}{by_gates}"
                    rows.append(
                        {
                            **belongs("bar", cluster=cluster, piece=one.steps[piece]),
                            "x": left,
                            "x2": left + wide,
                            "filled": left + wide * np.minimum(1.0, overlap),
                            "gate": left + wide * np.minimum(1.0, kept),  # unknown stays so
                            "y": y,
                            "y2": y + RULER,
                            "told": told,
                        }
                    )
        return table(rows, "x", "x2", "filled", "gate", "y", "y2", "told")
