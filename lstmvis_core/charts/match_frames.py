"""The data of the Match view, as small tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.track_colours import INKS, shades, track_colours, track_values
from lstmvis_core.matching import Match
from lstmvis_core.selection import is_on
from lstmvis_core.states import CorpusStates
from lstmvis_core.text import Tokens
from lstmvis_core.tracks import Track

COUNT = "count"  # the heat map that is always there: how many selected units are on
AROUND = "#868d97"  # letters outside the match


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


def match_frames(
    rows: Sequence[MatchRow],
    tokens: Tokens,
    tracks: Mapping[str, Track],
    colour_by: str,
    heat_maps: Sequence[str],
    selected: int,
) -> dict[str, pd.DataFrame]:
    """The tables of the Match view by name; `x` counts from the start of the match."""
    cells = _Cells(rows, tracks, selected)
    inks = np.where(cells.inside, INKS[cells.colours(colour_by)], AROUND)
    return {
        "words": cells.words(tokens, inks),
        "ground": cells.stretches(colour_by, faded=True),
        "rows": _rows(rows, tokens),
        **{f"heat_{i}": cells.stretches(name) for i, name in enumerate(heat_maps)},
    }


class _Cells:
    """All cells of the word matrix, row after row, as arrays."""

    def __init__(
        self, rows: Sequence[MatchRow], tracks: Mapping[str, Track], selected: int
    ) -> None:
        self.tracks, self.selected = tracks, selected
        lengths = [row.last - row.first for row in rows]
        self.row = np.repeat(np.arange(len(rows), dtype=np.int16), lengths)
        self.steps = np.concatenate([np.arange(row.first, row.last) for row in rows])
        starts = np.array([row.match.start for row in rows])[self.row]
        ends = np.array([row.match.end for row in rows])[self.row]
        self.x = (self.steps - starts).astype(np.float32)
        self.inside = (self.steps >= starts) & (self.steps < ends)
        self.counts = np.concatenate([row.counts for row in rows]).astype(np.int16)

    def colours(self, name: str) -> np.ndarray:
        if name == COUNT:
            return shades(self.counts / max(self.selected, 1))
        return track_colours(self.tracks[name], self.steps)

    def values(self, name: str) -> np.ndarray:
        return self.counts if name == COUNT else track_values(self.tracks[name], self.steps)

    def words(self, tokens: Tokens, inks: np.ndarray) -> pd.DataFrame:
        """Tokens to write; where all are characters they are put together, far fewer to draw."""
        strings = [tokens.strings[step] for step in self.steps.tolist()]
        apart = max(map(len, strings)) > 1  # words and chords have cells of their own
        fresh = np.array([apart or string.isspace() for string in strings])
        fresh[1:] |= fresh[:-1] | (self.row[1:] != self.row[:-1]) | (inks[1:] != inks[:-1])
        fresh[0] = True
        first = np.flatnonzero(fresh)
        written = ["" if string == " " else visible(string) for string in strings]
        pieces = [
            "".join(written[a:b])
            for a, b in zip(first, np.append(first[1:], len(strings)), strict=True)
        ]
        drawn = np.array([bool(piece) for piece in pieces])
        first = first[drawn]
        return pd.DataFrame(
            {
                "row": self.row[first],
                "a": self.x[first] - np.float32(0.5),
                "text": [piece for piece in pieces if piece],
                "ink": inks[first],
            }
        )

    def stretches(self, name: str, faded: bool = False) -> pd.DataFrame:
        """Neighbours of equal value as one rectangle: far fewer to draw.

        Where `faded`, with an opacity that is low outside the match.
        """
        values = self.values(name)
        fresh = np.ones(len(values), bool)
        fresh[1:] = (values[1:] != values[:-1]) | (self.row[1:] != self.row[:-1])
        if faded:
            fresh[1:] |= self.inside[1:] != self.inside[:-1]
        first = np.flatnonzero(fresh)
        last = np.append(first[1:], len(values)) - 1
        table = {
            "row": self.row[first],
            "a": self.x[first] - np.float32(0.5),
            "b": self.x[last] + np.float32(0.5),
            "colour": self.colours(name)[first],
            "value": values[first],
        }
        if faded:
            table["opacity"] = np.where(self.inside[first], 1.0, 0.25).astype(np.float32)
        return pd.DataFrame(table)


def _rows(rows: Sequence[MatchRow], tokens: Tokens) -> pd.DataFrame:
    def listed(units: np.ndarray) -> str:
        shown = ", ".join(map(str, units[:12].tolist())) or "none"
        return shown + (f" and {len(units) - 12} more" if len(units) > 12 else "")

    return pd.DataFrame(
        {
            "row": range(len(rows)),
            "a": -0.5,
            "b": [len(row.match) - 0.5 for row in rows],
            "text": [tokens.span(row.match.start, row.match.end)[:80] for row in rows],
            "shared": [listed(row.match.shared) for row in rows],
            "missing": [listed(row.match.missing) for row in rows],
            "extra": [listed(row.match.extra) for row in rows],
        }
    )
