"""What the Clusters view draws, as tables: a row a word, a unit, a point of a link."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from lstmvis_core.charts.cluster_places import CLOUD_EDGE, COMPACT, HEAD, SQUARE, Places
from lstmvis_core.charts.cluster_scene import NONE, Scene, belongs, curve, letter_of, table
from lstmvis_core.charts.palette import hue_of_letters, letters
from lstmvis_core.charts.sentence_frames import sentence_tables
from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.word_cloud import Placed, text_width, word_cloud

SHOWN, SHOWN_COMPACT = 14, 8  # words of a cloud, at most
SMALLEST, LARGEST = 11, 18  # px, of their letters


class ClusterFrames:
    """The tables of a scene, and where all of it stands."""

    def __init__(self, scene: Scene, width: float, dark: bool) -> None:
        self.scene, self.width, self.dark = scene, width, dark
        self.clusters = scene.clusters
        rows = tuple(one.last - one.first for one in scene.sentences)
        empty = Places(scene.clusters, rows, {}, width)
        self.clouds = {
            (cluster, pole): self._cloud(cluster, pole, empty.cloud_width)
            for cluster in range(scene.clusters.number)
            for pole in (1, -1)
            if ((scene.clusters.words == cluster) & (scene.clusters.word_poles == pole)).any()
        }
        heights = {key: height + 4 for key, (*_, height) in self.clouds.items()}
        self.places = Places(scene.clusters, rows, heights, width)

    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by the names that the layout knows."""
        return {
            "heads": self._heads(),
            "clouds": self._cloud_grounds(),
            "links": self._links(),
            "chips": self._chips(),
            "squares": self._squares(),
            "words": self._words(),
            **sentence_tables(self.scene, self.places),
        }

    # -- words ---------------------------------------------------------------------------------

    @cached_property
    def _typed(self) -> set[str]:
        return {
            name
            for one in self.scene.sentences
            for name in one.response.pieces.names[one.first : one.last]
        }

    @cached_property
    def _strengths(self) -> np.ndarray:
        """Of each word to its own cluster."""
        return self.clusters.strengths[np.arange(len(self.scene.words)), self.clusters.words]

    def _cloud(
        self, cluster: int, pole: int, width: float
    ) -> tuple[list[int], list[Placed], int, float]:
        """Words that are shown, where, how many are not, and the height of all."""
        mine = (self.clusters.words == cluster) & (self.clusters.word_poles == pole)
        asked = {self.scene.words[word] for word in self.scene.picked} | self._typed
        order = sorted(
            np.flatnonzero(mine).tolist(),
            key=lambda w: (self.scene.words[w] not in asked, -self._strengths[w], w),
        )
        most = SHOWN_COMPACT if self.width < COMPACT else SHOWN
        most = max(most, sum(self.scene.words[word] in asked for word in order))
        shown = sorted(order[:most], key=lambda w: (-self._strengths[w], w))
        highest = max(1e-9, float(np.quantile(self._strengths, 0.98)))
        sizes = [
            SMALLEST + (LARGEST - SMALLEST) * min(1.0, self._strengths[w] / highest) for w in shown
        ]
        names = [visible(self.scene.words[w]) for w in shown]
        placed, height = word_cloud(names, sizes, width - CLOUD_EDGE - 4)
        return shown, placed, len(order) - len(shown), height

    def _words(self) -> pd.DataFrame:
        rows = []
        for (cluster, pole), (shown, placed, _, _) in self.clouds.items():
            top = self.places.cloud_places[cluster, pole].y + 2
            left = self.places.cloud_x + CLOUD_EDGE
            for word, one in zip(shown, placed, strict=True):
                name = self.scene.words[word]
                rows.append(
                    {
                        **belongs("word", cloud=_cloud_id(cluster, pole), word=word),
                        "text": visible(name),
                        "x": left + one.x,
                        "y": top + one.y,
                        "x0": left + one.x - text_width(visible(name), one.size) / 2 - 2,
                        "x1": left + one.x + text_width(visible(name), one.size) / 2 + 2,
                        "size": one.size,
                        "colour": self._colour_of(word),
                        "bold": name in self._typed,
                        "picked": word in self.scene.picked,
                        "told": self._told_of(word),
                    }
                )
        columns = ("text", "x", "y", "x0", "x1", "size", "colour", "bold", "picked", "told")
        return table(rows, *columns)

    def _colour_of(self, word: int) -> str:
        hue = int(self.scene.hues[word]) if len(self.scene.hues) else NONE
        return letters(self.dark) if hue == NONE else hue_of_letters(hue, self.dark)

    def _told_of(self, word: int) -> str:
        clusters, cluster = self.clusters, int(self.clusters.words[word])
        way = "raises" if clusters.word_poles[word] > 0 else "lowers"
        label = f" · {self.scene.labels[word]}" if len(self.scene.labels) else ""
        return (
            f"{visible(self.scene.words[word])}{label} · read {self.scene.counts[word]:,} times · "
            f"{way} {letter_of(cluster)} by {abs(clusters.responses[word, cluster]):.2f}, strength "
            f"{self._strengths[word]:.2f}, margin {clusters.margins[word]:.0%}"
        )

    def _cloud_grounds(self) -> pd.DataFrame:
        rows = []
        links = self.clusters.links()
        for (cluster, pole), place in self.places.cloud_places.items():
            strong = np.flatnonzero(self._strong_enough(links[cluster, _side(pole)])).tolist()
            hidden = self.clouds[cluster, pole][2]
            what = "raise" if pole > 0 else "lower"
            more = f"; {hidden} more are not drawn" if hidden else ""
            rows.append(
                {
                    **belongs("cloud", cloud=_cloud_id(cluster, pole)),
                    "x": self.places.cloud_x,
                    "x2": self.places.right,
                    "y": place.y,
                    "y2": place.y + place.height,
                    "middle": place.y + place.height / 2,
                    "mark": "▲" if pole > 0 else "▼",
                    "partners": _listed(strong),
                    "told": f"Words that {what} {letter_of(cluster)}{more}",
                }
            )
        return table(rows, "x", "x2", "y", "y2", "middle", "mark", "partners", "told")

    # -- units ---------------------------------------------------------------------------------

    def _chips(self) -> pd.DataFrame:
        rows = []
        links = self.clusters.links()
        for cluster, chip in self.places.chips.items():
            number = len(chip.squares)
            said = f"{number} unit{'' if number == 1 else 's'}"
            clouds = [
                _cloud_id(other, pole)
                for other, pole in self.places.cloud_places
                if self._strong_enough(links[other, _side(pole)])[cluster]
            ]
            rows.append(
                {
                    **belongs("chip", cluster=cluster),
                    "x": chip.x,
                    "x2": chip.x + self.places.widths.chip,
                    "y": chip.y,
                    "y2": chip.y + chip.height,
                    "name": letter_of(cluster),
                    "says": said,
                    "followed": cluster == self.scene.cluster,
                    "partners": _listed(clouds),
                    "told": f"Cluster {letter_of(cluster)}: {said}",
                }
            )
        return table(rows, "x", "x2", "y", "y2", "name", "says", "followed", "partners", "told")

    def _squares(self) -> pd.DataFrame:
        values = self.scene.squares
        limit = 1.0 if values is None else max(1e-9, float(np.quantile(np.abs(values), 0.97)))
        rows = []
        for cluster, chip in self.places.chips.items():
            for unit, (x, y) in chip.squares.items():
                value = 0.0 if values is None else float(values[unit])
                pole = "▲" if self.clusters.poles[unit] > 0 else "▼"
                rows.append(
                    {
                        **belongs("unit", cluster=cluster, unit=unit),
                        "x": x,
                        "x2": x + SQUARE - 1,
                        "y": y,
                        "y2": y + SQUARE - 1,
                        "value": value,
                        "share": min(1.0, abs(value) / limit),
                        "here": unit == self.scene.unit,
                        "told": f"unit {unit}, {letter_of(cluster)} {pole}: {value:+.2f}",
                    }
                )
        return table(rows, "x", "x2", "y", "y2", "value", "share", "here", "told")

    # -- links ---------------------------------------------------------------------------------

    @cached_property
    def _strongest(self) -> float:
        found = np.abs(self.clusters.links())
        return float(np.nanmax(found)) if np.isfinite(found).any() else 1.0

    def _strong_enough(self, links: np.ndarray) -> np.ndarray:
        return np.abs(np.nan_to_num(links)) >= max(1e-12, self.scene.weakest * self._strongest)

    def _links(self) -> pd.DataFrame:
        """From chips to clouds; of the links that are drawn, a row for each point of the curve."""
        rows: list[dict[str, object]] = []
        links = self.clusters.links()
        x = self.places.chip_x + self.places.widths.chip, self.places.cloud_x
        for (cluster, pole), cloud in self.places.cloud_places.items():
            found = links[cluster, _side(pole)]
            for other in np.flatnonzero(self._strong_enough(found)).tolist():
                if other not in self.places.chips:
                    continue
                chip = self.places.chips[other]
                y = chip.y + chip.height / 2, cloud.y + cloud.height / 2
                value = float(found[other])
                carried = belongs("link", cluster=other, cloud=_cloud_id(cluster, pole))
                rest = 0.9 if other == self.scene.cluster else 0.4
                told = (
                    f"{letter_of(other)}: {value:+.2f} on average at words that "
                    f"{'raise' if pole > 0 else 'lower'} {letter_of(cluster)}"
                )
                rows += curve(carried, x, y, value, self._strongest, rest, told, len(rows))
        return table(rows, "link", "order", "x", "y", "value", "wide", "rest", "told")

    def _heads(self) -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        places = self.places

        def head(text: str, x: float, y: float, strong: bool) -> None:
            rows.append({"text": text, "x": x, "y": y, "strong": strong})

        several = len(self.scene.sentences) > 1
        for number, one in enumerate(self.scene.sentences):
            left = places.sentence_x(number)
            title = f"Sentence {number + 1}" if several else "Your text"
            head(title, left + places.glyph / 2, 9, True)
            if (pieces := len(one.names)) > one.last - one.first:
                words = f"{one.first + 1}–{one.last} of {pieces}"
                head(words, left - places.widths.name / 2, HEAD - 8, False)
            for place, cluster in enumerate(self.clusters.order.tolist()):
                x = left + (place + 0.5) * places.bar
                head(letter_of(cluster), x, HEAD - 8, False)
        head("Units", places.chip_x + places.widths.chip / 2, 9, True)
        head("Words that drive them", places.cloud_x + places.cloud_width / 2, 9, True)
        return pd.DataFrame(rows)


def mirrored(tables: Mapping[str, pd.DataFrame], width: float) -> dict[str, pd.DataFrame]:
    """The same, from right to left."""
    across = ("x", "x2", "x0", "x1", "left", "glyph", "filled", "gate")
    found = {}
    for name, one in tables.items():
        there = [column for column in across if column in one]
        found[name] = one.assign(**{column: width - one[column] for column in there})
    return found


def _cloud_id(cluster: int, pole: int) -> int:
    return 2 * cluster + _side(pole)


def _side(pole: int) -> int:
    return 0 if pole > 0 else 1


def _listed(numbers: Sequence[int]) -> str:
    """Numbers in which one can be looked for as a piece of text."""
    return "".join(f"|{number}|" for number in numbers)
