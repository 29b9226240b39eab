"""The data of the Select view, as small tables: what changes while one explores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstmvis_core.charts.palette import hue
from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.track_rows import row_frames
from lstmvis_core.model import LANGUAGE_MODEL
from lstmvis_core.selection import Selection, is_on
from lstmvis_core.trace import TokenStates, Trace
from lstmvis_core.tracks import Track

MAX_MARGIN = 8  # steps beyond the window that the browser can look at


@dataclass(frozen=True)
class Window:
    """The time steps in view: ``[start, start + size)``, which may reach past the end."""

    start: int
    size: int

    def steps(self, length: int) -> slice:
        """The steps in view that exist in a text of this length."""
        return slice(self.start, min(self.start + self.size, length))


def select_frames(
    trace: TokenStates,
    selection: Selection,
    chosen: Sequence[int],
    window: Window,
    excluded: Sequence[int],
    pinned: Sequence[int],
    tracks: Sequence[Track],
) -> dict[str, pd.DataFrame]:
    """The tables of the Select view by name; positions count from the start of the window."""
    states = trace.states(selection.layer, selection.kind)
    steps = window.steps(len(states))
    rows = (frame for track in tracks for frame in row_frames(track, steps))
    values = [" ".join(f"{v:.3g}" for v in column) for column in states[steps].T.tolist()]
    return {
        "lines": pd.DataFrame({"u": range(len(values)), "values": values}),
        "units": _units(states, selection, chosen, window, excluded, pinned),
        "control": _control(selection, window, steps),
        "thresholds": _thresholds(selection),
        "tokens": _tokens(trace, steps),
        **{f"track_{row}": frame for row, frame in enumerate(rows)},
    }


def _units(
    states: np.ndarray,
    selection: Selection,
    chosen: Sequence[int],
    window: Window,
    excluded: Sequence[int],
    pinned: Sequence[int],
) -> pd.DataFrame:
    """One row a unit: its on-string, and whether Python selected it."""
    wide = np.zeros((window.size + 2 * MAX_MARGIN, states.shape[1]), bool)
    first = max(0, window.start - MAX_MARGIN)
    part = states[first : window.start + window.size + MAX_MARGIN]
    offset = first - (window.start - MAX_MARGIN)
    wide[offset : offset + len(part)] = is_on(part, selection.threshold, selection.sign)
    # The characters "0" and "1" have the codes 48 and 49.
    on = [row.tobytes().decode("ascii") for row in wide.T.astype(np.uint8) + 48]
    names = np.arange(states.shape[1])
    control = _control(selection, window, window.steps(len(states)))
    return pd.DataFrame(
        {
            "u": names,
            "on": on,
            "chosen": np.isin(names, chosen),
            "fixed": np.where(np.isin(names, excluded), -1, np.isin(names, pinned).astype(int)),
            **{column: control[column].iloc[0] for column in control},
            "colour": [hue(u) for u in names.tolist()],
        }
    )


def _control(selection: Selection, window: Window, steps: slice) -> pd.DataFrame:
    """What stands in the range control: first and last step of the range, and the margins.

    With the last step in view that the text has.
    """
    return pd.DataFrame(
        {
            "lo": [selection.start - window.start],
            "hi": [selection.end - 1 - window.start],
            "before": [selection.off_before],
            "after": [selection.off_after],
            "last": [steps.stop - 1 - window.start],
        }
    )


def _thresholds(selection: Selection) -> pd.DataFrame:
    threshold = selection.threshold
    lines = {"+": [threshold], "-": [-threshold], "abs": [threshold, -threshold]}
    return pd.DataFrame({"v": lines[selection.sign]})


def _tokens(trace: TokenStates, steps: slice) -> pd.DataFrame:
    tokens = trace.tokens
    return pd.DataFrame(
        {
            "t": np.arange(steps.stop - steps.start),
            "token": [visible(string) for string in tokens.strings[steps]],
            "step": np.arange(steps.start, steps.stop),
            "read": np.where(tokens.unknown[steps], "unknown", "known"),
            "told": [told(trace, step) for step in range(steps.start, steps.stop)],
        }
    )


def told(trace: TokenStates, step: int) -> str:
    """What the model makes of a token, in words."""
    if not isinstance(trace, Trace):
        return "not recorded"  # of a network of the user's own only states are known
    if trace.model.config.task == LANGUAGE_MODEL:
        surprisal = trace.surprisal[step]
        return "the first" if np.isnan(surprisal) else f"surprisal {surprisal:.2f} nats"
    ((label, probability),) = trace.predictions(step, k=1)
    return f"{label}, {probability:.0%}"
