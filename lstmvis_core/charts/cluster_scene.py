"""What the Clusters view shows, and what all its tables have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lstmvis_core.analysis.response_clusters import ResponseClusters
from lstmvis_core.analysis.sequence_response import SequenceResponse

NONE = -1  # in place of the number of what a mark does not belong to
WIDEST_LINK, THINNEST_LINK = 9.0, 0.8  # px
CURVE = (0.0, 0.45, 0.55, 1.0)  # of a link: how far along its points are


@dataclass(frozen=True, eq=False)
class Sentence:
    """A text that was read, as its clusters responded.

    Attributes
    ----------
    names : tuple of str, (piece,)
        Its words, as they were typed.
    steps : tuple of int, (piece,)
        What a click on a word is called.
    response : SequenceResponse
    pushes : numpy.ndarray, (piece, cluster)
        Mean response of each cluster while the word was read, as ``ResponseClusters.responses``.
    first, last : int
        The first piece that is drawn, and the one after the last.
    """

    names: tuple[str, ...]
    steps: tuple[int, ...]
    response: SequenceResponse
    pushes: np.ndarray
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Scene:
    """All that the Clusters view shows.

    Attributes
    ----------
    words : tuple of str, (word,)
    counts : numpy.ndarray of int, (word,)
    clusters : ResponseClusters
    sentences : sequence of Sentence
    squares : numpy.ndarray, (unit,) or None
        What colours the units: the response to the word that is looked at, in units of each unit's
        variation.
    hues : numpy.ndarray of int, (word,)
        Number of the hue of each word; −1 for grey.
    labels : sequence of str, (word,)
        What a hue means, word by word.
    looked_at : int or None
        The step of the word of a sentence that is looked at.
    picked : sequence of int
        Words that are compared.
    cluster : int or None
        The one that is followed.
    unit : int or None
        The one that is looked at.
    weakest : float
        Links weaker than this share of the strongest one are not drawn.
    """

    words: tuple[str, ...]
    counts: np.ndarray
    clusters: ResponseClusters
    sentences: Sequence[Sentence] = ()
    squares: np.ndarray | None = None
    hues: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    labels: Sequence[str] = ()
    looked_at: int | None = None
    picked: Sequence[int] = ()
    cluster: int | None = None
    unit: int | None = None
    weakest: float = 0.4


def letter_of(cluster: int) -> str:
    """A cluster's name: A, B, C … It keeps it when others are split.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'A2')
    """
    round_, number = divmod(cluster, 26)
    return chr(65 + number) + (str(round_ + 1) if round_ else "")


def belongs(
    what: str,
    cluster: int = NONE,
    cloud: int = NONE,
    piece: int = NONE,
    unit: int = NONE,
    word: int = NONE,
) -> dict[str, object]:
    """What every mark carries, so that marks which belong together light up together."""
    return {
        "what": what,
        "cluster": cluster,
        "cloud": cloud,
        "piece": piece,
        "unit": unit,
        "word": word,
    }


def table(rows: Sequence[Mapping[str, object]], *columns: str) -> pd.DataFrame:
    """Rows as a table that has its columns even if it has no rows."""
    return pd.DataFrame(list(rows), columns=pd.Index([*belongs(""), *columns]))


def curve(
    belongs: Mapping[str, object],
    x: tuple[float, float],
    y: tuple[float, float],
    value: float,
    strongest: float,
    rest: float,
    told: str,
    number: int,
) -> list[dict[str, object]]:
    share = abs(value) / strongest
    wide = THINNEST_LINK + (WIDEST_LINK - THINNEST_LINK) * share
    return [
        {
            **belongs,
            "link": number,
            "order": order,
            "x": x[0] + (x[1] - x[0]) * along,
            "y": y[0] if along < 0.5 else y[1],
            "value": value,
            "wide": wide,
            "rest": rest,
            "told": told,
        }
        for order, along in enumerate(CURVE)
    ]
