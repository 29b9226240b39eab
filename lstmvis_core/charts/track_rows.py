"""The rows below the states: a row a track, or one for each guess of a top-k track."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstmvis_core.charts.tokens import visible
from lstmvis_core.charts.track_colours import (
    INKS,
    MOST,
    is_written,
    needs_letters,
    shades,
    track_colours,
    track_legend,
    track_values,
)
from lstmvis_core.tracks import CATEGORICAL, TOP_K, Track
from lstmvis_core.tracks.track import told


@dataclass(frozen=True)
class RowTitle:
    """What stands before a row.

    Attributes
    ----------
    label, title : str
        In short, and in full for tooltips.
    legend : str
        Vega expression of an object: what its colours mean, for who points at the label.
    """

    label: str
    title: str
    legend: str


def row_titles(track: Track) -> Iterator[RowTitle]:
    """The titles of the rows of a track."""
    short = track.short
    about = track.title.removeprefix(short).strip(" ()")
    title = f"{short}: {about}" if about else short
    legend = _legend(track, title)
    if track.kind == TOP_K:
        one = "guess" if short == "guesses" else short
        for number in range(1, track.values.shape[1] + 1):
            yield RowTitle(f"{one} {number}", f"{one} {number}", legend)
    else:
        yield RowTitle(short, short, legend)


def row_frames(track: Track, steps: slice) -> Iterator[pd.DataFrame]:
    """The cells of the rows of a track, by time step from `a` to `b`."""
    shown = np.arange(steps.start, steps.stop)
    if track.kind == TOP_K:
        for place in range(track.values.shape[1]):
            yield _guesses(track, shown, place)
        return
    labels = None
    if track.kind == CATEGORICAL:
        names = np.where(is_written(track), np.array(track.labels, dtype=object), "")
        labels = names[track.values[shown]].tolist()
    colours, values = track_colours(track, shown), track_values(track, shown)
    yield _frame(colours, values, labels, labels is not None and needs_letters(track))


def _guesses(track: Track, shown: np.ndarray, place: int) -> pd.DataFrame:
    guesses = [visible(track.labels[guess]) for guess in track.values[shown, place].tolist()]
    shares = track.shares[shown, place]
    values = [told(guess, share) for guess, share in zip(guesses, shares.tolist(), strict=True)]
    frame = _frame(shades(shares), np.array(values), guesses, True)
    # Equal guesses of neighbours are no stretch: each is written.
    return frame.assign(text=guesses, until=frame["b"])


def _frame(
    colours: np.ndarray, values: np.ndarray, labels: list[str] | None, cut: bool
) -> pd.DataFrame:
    """Cells; with labels, each written once over the stretch that has it, until `until`.

    A label that does not fit is left out, or where letters are needed `cut`: `least` says how many
    of its letters must fit.
    """
    at = np.arange(len(colours))
    frame = pd.DataFrame({"a": at - 0.5, "b": at + 0.5, "colour": colours, "value": values})
    if labels is None:
        return frame
    names = np.array(labels, dtype=object)
    first = np.flatnonzero(np.append(True, names[1:] != names[:-1])[: len(names)])
    text = np.full(len(names), "", dtype=object)
    text[first] = names[first]
    until = np.zeros(len(names))
    until[first] = np.append(first[1:], len(names)) - 0.5
    least = [min(len(word), 1) if cut else len(word) for word in text]
    return frame.assign(text=text, until=until, least=least, ink=INKS[colours])


def _legend(track: Track, title: str) -> str:
    lines = {"title": title}
    if track.kind == CATEGORICAL:
        for label in track.labels[:MOST]:
            # A label may be a user's; that of the title stays the title's.
            lines.setdefault(visible(label), track.meanings.get(label, ""))
        if len(track.labels) > MOST:
            lines[f"and {len(track.labels) - MOST} more"] = ""
    else:
        (_, low), _, (_, high) = track_legend(track)
        lines |= {"pale": low, "dark": high}
    return json.dumps(lines)
