"""What a track is: one value a token or a character, to hold beside the states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lstmvis_core.text import Tokens

CATEGORICAL, SCALAR, TOP_K = "categorical", "scalar", "top-k"
NONE = "none"  # the label of what has none; drawn in grey
GREY = -1  # the hue of other labels that say as little


@dataclass(frozen=True)
class Track:
    """One value a token.

    Attributes
    ----------
    name, title : str
        Key and heading; what stands in brackets is left out where there is little room.
    kind : {"categorical", "scalar", "top-k"}
    values : numpy.ndarray, (time_step,) or of a top-k track (time_step, guess)
        Indices into `labels` for a categorical or top-k track, of the latter the best guess first;
        numbers for a scalar one, NaN for unknown.
    labels : tuple of str
        Of a categorical or top-k track.
    domain : tuple of float
        Smallest and largest value a scalar track is drawn with.
    shares : numpy.ndarray, (time_step, guess)
        Of a top-k track: the probability of each guess, NaN for unknown.
    meanings : mapping of str to str
        What short labels stand for, where they do not say it themselves.
    hues : mapping of str to int
        Labels that are drawn in the same hue of the palette, in a fixed one, or in `GREY`.
    """

    name: str
    title: str
    kind: str
    values: np.ndarray
    labels: tuple[str, ...] = ()
    domain: tuple[float, float] = (0.0, 1.0)
    shares: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    meanings: Mapping[str, str] = field(default_factory=dict)
    hues: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values.flags.writeable = False
        self.shares.flags.writeable = False

    @property
    def short(self) -> str:
        """The title without what stands in brackets."""
        return self.title.partition(" (")[0]

    def label(self, step: int) -> str:
        """The value of one step, in words."""
        value = self.values[step]
        if self.kind == CATEGORICAL:
            return self.labels[int(value)]
        if self.kind == TOP_K:
            return ", ".join(
                told(self.labels[guess], share)
                for guess, share in zip(value.tolist(), self.shares[step].tolist(), strict=True)
            )
        return "unknown" if np.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".")


def told(guess: str, share: float) -> str:
    """A guess in words, with its probability where it is known."""
    return guess if np.isnan(share) else f"{guess} {share:.0%}"


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
    name: str,
    title: str,
    values: Sequence[int] | np.ndarray,
    labels: Sequence[str],
    hues: Mapping[str, int] | None = None,
) -> Track:
    """A track of labels."""
    numbers = np.asarray(values, np.int64)
    return Track(name, title, CATEGORICAL, numbers, tuple(labels), hues=hues or {})


def scalar(
    name: str, title: str, values: Sequence[float] | np.ndarray, low: float, high: float
) -> Track:
    """A track of numbers."""
    return Track(name, title, SCALAR, np.asarray(values, np.float32), domain=(low, high))


def joined(tracks: Sequence[Track]) -> Track:
    """Tracks of documents as one; all of the same kind and labels."""
    return replace(tracks[0], values=np.concatenate([track.values for track in tracks]))
