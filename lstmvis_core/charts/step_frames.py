"""Where the chart of one step draws its blocks, in pixels, and in which colours: its tables."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from lstmvis_core.analysis.one_step import OneStep
from lstmvis_core.charts.palette import ACCENT, CONTRAST, HUES
from lstmvis_core.charts.step_blocks import (
    MOST_UNITS,
    ROW,
    SQUARE,
    TITLE,
    Block,
    Row,
    number,
    sections,
)

WIDTH = 812  # px; four blocks of a small cell stand side by side in it
HEAD, BETWEEN, GAP = 22, 8, 12  # px
FULL = {"bounded": 1.0, "open": 3.0}  # the value whose square has the full colour
STRONGEST = (0.52, 0.48)  # so much of the hue, for letters to be read on it: on light, dark ground
SQUARES = ("#ffffff", "#1c2229")  # without a colour


@dataclass(frozen=True)
class Placed:
    """A block and its upper left corner."""

    block: Block
    x: float
    y: float


class StepFrames:
    """The tables of the chart.

    Parameters
    ----------
    found : OneStep
    token : str
        What was read, as it may be drawn.
    part : str
        The row that is looked at: a name of `OneStep.rows`, or nothing.
    unit : int
    dark : bool
    """

    def __init__(self, found: OneStep, token: str, part: str, unit: int, dark: bool) -> None:
        self.found, self.part, self.unit, self.dark = found, part, unit, dark
        self.heads: list[tuple[float, str]] = []
        self.placed: list[Placed] = []
        self.width, self.height = float(WIDTH), 0.0
        for heading, blocks in sections(found, token):
            self._place(heading, blocks)
        self.numbers: dict[tuple[str, int], int] = {}
        for row in self._rows():
            for place in range(self._drawn(row)):
                self.numbers[row.key, place] = len(self.numbers)

    def _place(self, heading: str, blocks: list[Block]) -> None:
        """Put blocks side by side, below what is there; if they are too wide two by two."""
        self.heads.append((self.height, heading))
        self.height += HEAD
        whole = sum(block.width for block in blocks) + GAP * (len(blocks) - 1)
        beside = 2 if whole > WIDTH else len(blocks)
        for first in range(0, len(blocks), beside):
            x = 0.0
            line = blocks[first : first + beside]
            for block in line:
                self.placed.append(Placed(block, x, self.height))
                x += block.width + GAP
            self.width = max(self.width, x - GAP)
            self.height += max(block.height for block in line) + BETWEEN

    def _rows(self) -> Iterator[Row]:
        for one in self.placed:
            yield from one.block.rows

    @staticmethod
    def _drawn(row: Row) -> int:
        return min(len(row.values), MOST_UNITS)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Squares with their numbers; labels of rows; titles of blocks; headings."""
        squares, labels, titles = [], [], []
        used = self._used()
        for one in self.placed:
            titles.append({"x": one.x, "y": one.y, "text": one.block.title, "level": 1})
            titles.append({"x": one.x, "y": one.y + 15, "text": one.block.asked, "level": 2})
            titles += [
                {"x": one.x + one.block.label + SQUARE * (n + 0.5) - 1, "y": one.y + TITLE - 15}
                | {"text": str(n), "level": 3}
                for n in range(self._drawn(one.block.rows[0]))
            ]
            for line, row in enumerate(one.block.rows):
                y = one.y + TITLE + ROW * line
                labels.append({"x": one.x + one.block.label - 6, "y": y + ROW / 2})
                labels[-1] |= {"text": row.label, "result": line == len(one.block.rows) - 1}
                squares += [
                    self._square(row, place, one.x + one.block.label + SQUARE * place, y, used)
                    for place in range(self._drawn(row))
                ]
        titles += [{"x": 0, "y": y, "text": text, "level": 0} for y, text in self.heads]
        return {
            "squares": pd.DataFrame(squares),
            "labels": _still(pd.DataFrame(labels)),
            "titles": _still(pd.DataFrame(titles)),
        }

    def _square(
        self, row: Row, place: int, x: float, y: float, used: set[tuple[str, int]]
    ) -> dict[str, object]:
        value = float(row.values[place])
        return {
            "id": self.numbers[row.key, place],
            "part": row.part,
            "unit": place,
            "sources": "|" + "".join(f"{n}|" for n in sorted(self._sources(row, place))),
            "x": x,
            "x2": x + SQUARE - 2,
            "y": y,
            "y2": y + ROW - 2,
            "middle": x + SQUARE / 2 - 1,
            "line": y + ROW / 2 - 0.5,
            "text": number(value),
            "value": value,
            "colour": self._colour(value, FULL[row.limit]),
            "told": row.told[place],
            "picked": self._is_picked(row, place),
            "used": (row.key, place) in used,
        }

    def _is_picked(self, row: Row, place: int) -> bool:
        result = {"hidden_before": "h0", "cell_before": "c0", "tanh_cell": "tanh"}
        if self.part == "input":
            return row.key == "x"
        return place == self.unit and row.key == result.get(self.part, self.part)

    def _sources(self, row: Row, place: int) -> Iterator[int]:
        """Numbers of the squares that a square is made of."""
        for key, all_of_them in row.sources:
            for its_place in range(MOST_UNITS) if all_of_them else (place,):
                if (key, its_place) in self.numbers:
                    yield self.numbers[key, its_place]

    def _used(self) -> set[tuple[str, int]]:
        """Squares that the one looked at is made of, as far as other rows of its block go."""
        names = {number: name for name, number in self.numbers.items()}
        rows = {row.key: row for row in self._rows()}
        waiting = [
            (row.key, place)
            for row in self._rows()
            for place in range(self._drawn(row))
            if self._is_picked(row, place)
        ]
        found: set[tuple[str, int]] = set()
        while waiting:
            key, place = waiting.pop()
            for id in self._sources(rows[key], place):
                name = names[id]
                if name in found:
                    continue
                found.add(name)
                if rows[name[0]].part == self.part and name[0] != self.part:
                    waiting.append(name)
        return found

    def _colour(self, value: float, full: float) -> str:
        """Blue above and orange below zero; what is 0 has the colour of the square alone."""
        up, down = (HUES[4], HUES[1]) if self.dark else (ACCENT, CONTRAST)
        hue, ground = up if value > 0 else down, SQUARES[self.dark]
        share = min(1.0, abs(value) / full) * STRONGEST[self.dark]
        pairs = ((int(ground[k : k + 2], 16), int(hue[k : k + 2], 16)) for k in (1, 3, 5))
        return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _still(table: pd.DataFrame) -> pd.DataFrame:
    """What can be pointed at without anything lighting up."""
    return table.assign(id=-1, part="", unit=-1, sources="|")
