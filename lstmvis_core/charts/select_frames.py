"""The data of the Select view, as small tables: what changes while one explores."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstmvis_core.charts.palette import hue
from lstmvis_core.charts.tokens import visible
from lstmvis_core.selection import Selection, is_on
from lstmvis_core.trace import Trace

MAX_MARGIN = 8  # steps beyond the window that the browser can look at


@dataclass(frozen=True)
class Window:
    """The time steps in view: ``[start, start + size)``, which may reach past the end."""

    start: int
    size: int

    def steps(self, length: int) -> slice:
        """The steps in view that exist in a text of this length."""
        return slice(self.start, min(self.start + self.size, length))


class SelectFrames:
    """The data of the chart, as small tables."""

    def __init__(
        self,
        trace: Trace,
        states: np.ndarray,
        selection: Selection,
        chosen: np.ndarray,
        window: Window,
    ) -> None:
        self.trace, self.states, self.selection = trace, states, selection
        self.chosen, self.window = chosen, window
        self.steps = window.steps(len(states))
        self.shown = np.round(states[self.steps], 3)

    def lines(self) -> pd.DataFrame:
        steps, units = self.shown.shape
        return pd.DataFrame(
            {
                "u": np.repeat(np.arange(units, dtype=np.int16), steps),
                "t": np.tile(np.arange(steps, dtype=np.int16), units),
                "v": self.shown.T.ravel(),
            }
        )

    def units(self, excluded: set[int], pinned: set[int]) -> pd.DataFrame:
        """One row a unit: its on-string, its values, and whether Python selected it."""
        selection, window = self.selection, self.window
        wide = np.zeros((window.size + 2 * MAX_MARGIN, self.states.shape[1]), bool)
        first = max(0, window.start - MAX_MARGIN)
        part = self.states[first : window.start + window.size + MAX_MARGIN]
        offset = first - (window.start - MAX_MARGIN)
        wide[offset : offset + len(part)] = is_on(part, selection.threshold, selection.sign)
        names = range(self.states.shape[1])
        return pd.DataFrame(
            {
                "u": names,
                "on": ["".join("01"[int(on)] for on in column) for column in wide.T],
                "values": [" ".join(f"{v:g}" for v in column) for column in self.shown.T],
                "chosen": np.isin(names, self.chosen),
                "fixed": [-1 if u in excluded else int(u in pinned) for u in names],
                "before": selection.off_before,
                "after": selection.off_after,
                "lo": selection.start - window.start,
                "hi": selection.end - 1 - window.start,
                "colour": [hue(u) for u in names],
            }
        )

    def control(self) -> pd.DataFrame:
        """What stands in the range control, in steps of the window."""
        selection, start = self.selection, self.window.start
        return pd.DataFrame(
            {
                "lo": [selection.start - start],
                "hi": [selection.end - 1 - start],
                "before": [selection.off_before],
                "after": [selection.off_after],
            }
        )

    def thresholds(self) -> pd.DataFrame:
        threshold, sign = self.selection.threshold, self.selection.sign
        lines = {"+": [threshold], "-": [-threshold], "abs": [threshold, -threshold]}[sign]
        return pd.DataFrame({"v": lines})

    def tokens(self) -> pd.DataFrame:
        tokens, surprisal = self.trace.tokens, self.trace.surprisal
        steps = range(self.steps.start, self.steps.stop)
        return pd.DataFrame(
            {
                "t": np.arange(len(steps), dtype=np.int16),
                "token": [visible(tokens.strings[step]) for step in steps],
                "step": list(steps),
                "read": ["unknown" if tokens.unknown[step] else "known" for step in steps],
                "surprisal": np.round(surprisal[self.steps], 2),
            }
        )
