"""What the Clusters view shows, and what all its tables have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lstmvis_core.analysis.pieces import TOKEN
from lstmvis_core.analysis.response_clusters import ResponseClusters
from lstmvis_core.analysis.responses import Responses
from lstmvis_core.analysis.sequence_response import (
    SequenceResponse,
    mean_of_clusters,
    sequence_response,
)
from lstmvis_core.trace import Trace

NONE = -1  # in place of the number of what a mark does not belong to
WIDEST_LINK, THINNEST_LINK = 9.0, 0.8  # px
MOST_ROWS = 24  # words of a sentence in view
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


def read_sentence(
    trace: Trace,
    layer: int,
    kind: str,
    responses: Responses,
    clusters: ResponseClusters,
    by: str = TOKEN,
    *,
    steps: Sequence[int] | np.ndarray | None = None,
    around: int | None = None,
    most: int = MOST_ROWS,
) -> Sentence:
    """Let the clusters of a layer respond to a text.

    Parameters
    ----------
    trace : Trace
        Of the text.
    layer, kind, by
        As for `lstmvis_core.sequence_response`.
    responses : Responses
        Of the layer, over a corpus.
    clusters : ResponseClusters
        Of these.
    steps : sequence of int or None
        What the pieces are called, where several sentences stand beside each other; the last token
        of each if None.
    around : int or None
        A piece that is to be in view.
    most : int
        So many pieces are in view.

    Returns
    -------
    Sentence
    """
    found = sequence_response(trace, layer, kind, clusters.units, by)
    pieces, tokens = found.pieces, trace.tokens
    spans = zip(pieces.starts.tolist(), pieces.ends.tolist(), strict=True)
    # The last window is a full one, too.
    first = max(0, min((around or 0) // most * most, len(pieces) - most))
    return Sentence(
        tuple(tokens.span(start, end).strip() or tokens.strings[start] for start, end in spans),
        tuple(map(int, pieces.ends - 1 if steps is None else steps)),
        found,
        mean_of_clusters(found.changes, responses, clusters),
        first,
        min(first + most, len(pieces)),
    )


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
