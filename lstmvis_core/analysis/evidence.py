"""What matches have in common: shares of labels among them, against those of the corpus."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np

from lstmvis_core.matching import Match
from lstmvis_core.tracks.track import CATEGORICAL, TOP_K, Track

PLACES = ("start", "end", "throughout")
CLEAR = 0.01  # corrected probability, below which a share is no chance


@dataclass(frozen=True)
class Share:
    """How many matches have a label at a place.

    Attributes
    ----------
    label : str
    place : {"start", "end", "throughout"}
        The first token of a match, its last, or all of them.
    count, matches : int
    corpus : float
        The share of all places of the corpus, of stretches of the same lengths.
    probability : float
        Of so many or more if matches were drawn at random from the corpus (binomial), times the
        number of labels and places tried (Bonferroni), at most 1.
    """

    label: str
    place: str
    count: int
    matches: int
    corpus: float
    probability: float

    @property
    def share(self) -> float:
        """Of the matches."""
        return self.count / self.matches

    @property
    def lift(self) -> float:
        """How many times as often as in the corpus."""
        return self.share / self.corpus

    @property
    def clear(self) -> bool:
        """Whether chance is no explanation."""
        return self.probability < CLEAR


def shares(track: Track, breaks: np.ndarray, matches: Sequence[Match]) -> list[Share]:
    """Compare the matches with the corpus, label by label; the highest lift first.

    Parameters
    ----------
    track : Track
        Over the corpus. A scalar one is cut into its quarters; of guesses the first one counts.
    breaks : numpy.ndarray of int, (document,)
        First steps of the documents.
    matches : sequence of Match
        At least one.

    Returns
    -------
    list of Share
        Of the labels that any match has. Those that chance does not explain come first.

    Notes
    -----
    Matches are treated as drawn independently. They are the best of the corpus, and neighbours are
    alike, so the probability is a guide and no proof.

    Examples
    --------
    >>> from lstmvis_core.tracks.track import categorical
    >>> track = categorical("x", "x", [0, 1] + [0] * 8, ["a", "b"])
    >>> best = shares(track, np.array([0]), [Match(1, 2, *[np.zeros(0, int)] * 3)])[0]
    >>> best.label, best.count, round(best.corpus, 1)
    ('b', 1, 0.1)
    """
    track = labelled(track)
    values, labels = track.values, track.labels
    starts = np.array([match.start for match in matches])
    ends = np.array([match.end for match in matches])
    found = []
    for number in np.unique(values[np.concatenate([starts, ends - 1])]).tolist():
        if number < 0:
            continue
        has, label = values == number, labels[number]
        base = float(has.mean())
        counts = {
            "start": (int(has[starts].sum()), base),
            "end": (int(has[ends - 1].sum()), base),
            "throughout": _throughout(has, breaks, starts, ends),
        }
        found += [(label, place, count, share) for place, (count, share) in counts.items() if count]
    tried = max(1, len(labels) * len(PLACES))
    made = [
        Share(
            label,
            place,
            count,
            len(matches),
            share,
            min(1.0, tried * tail(count, len(matches), share)),
        )
        for label, place, count, share in found
    ]
    return sorted(made, key=lambda one: (not one.clear, -one.lift, -one.count))


def labelled(track: Track) -> Track:
    """A track as one of labels: the quarters of a scalar one, the first of several guesses.

    Unknown values have no label (-1). A track of labels is given back as it is.

    Examples
    --------
    >>> from lstmvis_core.tracks.track import scalar
    >>> quarters = labelled(scalar("x", "x", np.arange(100), 0, 99))
    >>> quarters.labels[0], quarters.values[:3].tolist()
    ('below 25', [0, 0, 0])
    """
    if track.kind == CATEGORICAL:
        return track
    if track.kind == TOP_K:
        return Track(track.name, track.title, CATEGORICAL, track.values[:, 0], track.labels)
    unknown = np.isnan(track.values)
    known = track.values[~unknown]
    distinct = np.unique(known)
    if len(distinct) <= 8:
        names = tuple(f"{value:g}" for value in distinct)
        numbers = np.searchsorted(distinct, track.values)
    else:
        cuts = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
        edges = [f"{cut:.2g}" for cut in cuts]
        between = (f"{a} to {b}" for a, b in itertools.pairwise(edges))
        names = (f"below {edges[0]}", *between, f"{edges[-1]} or more")
        numbers = np.searchsorted(cuts, track.values, side="right")
    numbers = np.where(unknown, -1, numbers).astype(np.int8)
    return Track(track.name, track.title, CATEGORICAL, numbers, names)


def _throughout(
    has: np.ndarray, breaks: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> tuple[int, float]:
    """How many matches have it at every step, and which share of stretches of their lengths do."""
    sums = np.concatenate([[0], np.cumsum(has)])
    lengths = ends - starts
    count = int((sums[ends] - sums[starts] == lengths).sum())
    if not count:
        return 0, 0.0
    limits = np.append(breaks[1:], len(has))
    share = 0.0
    for length, times in zip(*np.unique(lengths, return_counts=True), strict=True):
        full = sums[length:] - sums[:-length] == length
        # A stretch lies within one document.
        possible = np.zeros(len(full), bool)
        for a, b in zip(breaks, limits, strict=True):
            possible[a : max(a, b - length + 1)] = True
        share += times * float(full[possible].mean())
    return count, share / len(lengths)


def tail(count: int, number: int, share: float) -> float:
    """The probability of `count` or more of `number` where each has it with probability `share`.

    Examples
    --------
    >>> round(tail(2, 2, 0.5), 3), round(tail(0, 5, 0.2), 3)
    (0.25, 1.0)
    """
    if count <= 0 or share >= 1:
        return 1.0
    if share <= 0:
        return 0.0
    terms = (
        lgamma(number + 1)
        - lgamma(k + 1)
        - lgamma(number - k + 1)
        + k * log(share)
        + (number - k) * log(1 - share)
        for k in range(count, number + 1)
    )
    return min(1.0, sum(map(exp, terms)))
