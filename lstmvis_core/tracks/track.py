"""What a track is: one value a token or a character, to hold beside the states."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lstmvis_core.text import Tokens

CATEGORICAL, SCALAR = "categorical", "scalar"


@dataclass(frozen=True)
class Track:
    """One value a token.

    Attributes
    ----------
    name, title : str
        Key and heading.
    kind : {"categorical", "scalar"}
    values : numpy.ndarray, (time_step,)
        Indices into `labels` for a categorical track; numbers for a scalar one, NaN for unknown.
    labels : tuple of str
        Of a categorical track.
    domain : tuple of float
        Smallest and largest value a scalar track is drawn with.
    """

    name: str
    title: str
    kind: str
    values: np.ndarray
    labels: tuple[str, ...] = ()
    domain: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    def label(self, step: int) -> str:
        """The value of one step, in words."""
        value = self.values[step]
        if self.kind == CATEGORICAL:
            return self.labels[int(value)]
        return "unknown" if np.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def of_tokens(track: Track, tokens: Tokens, first: bool = False) -> Track:
    """A track of characters as a track of tokens.

    A token has the value of its last character, which is known once it is read, or of its `first`.
    So it does not matter whether an annotator splits a token or joins several.
    """
    at = tokens.offsets
    if not first:
        at = at + np.fromiter(map(len, tokens.strings), np.int64, len(tokens)) - 1
    return replace(track, values=track.values[at])


def categorical(
    name: str, title: str, values: Sequence[int] | np.ndarray, labels: Sequence[str]
) -> Track:
    """A track of labels."""
    return Track(name, title, CATEGORICAL, np.asarray(values, np.int64), tuple(labels))


def scalar(
    name: str, title: str, values: Sequence[float] | np.ndarray, low: float, high: float
) -> Track:
    """A track of numbers."""
    return Track(name, title, SCALAR, np.asarray(values, np.float32), domain=(low, high))
