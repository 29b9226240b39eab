"""Where tokens lie in the embedding: a map of its two main directions, and nearest neighbours."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lstmvis_core.errors import SelectionError, TextError
from lstmvis_core.model import SequenceModel

DIRECTIONS = 2
_ANGLES = 20_001  # at which the share of smaller angles is added up


@dataclass(frozen=True)
class EmbeddingMap:
    """The tokens of a model along the two directions in which their embeddings differ most.

    Attributes
    ----------
    places : numpy.ndarray of float64, (token, 2)
        Along the first and second principal component, in the order of the vocabulary; the mean of
        all tokens is at 0. Read-only.
    shares : (float, float)
        Of the variance of all embeddings, shown by each direction. What is left is not on the map.
    """

    places: np.ndarray
    shares: tuple[float, float]

    def nearest(self, id: int, k: int, leave_out: Collection[int] = ()) -> list[int]:
        """The ids of the `k` tokens that lie nearest to one on the map, the nearest first."""
        away = np.square(self.places - self.places[id]).sum(axis=1)
        away[[id, *leave_out]] = np.inf
        order = np.argsort(away, kind="stable")[:k]
        return [int(one) for one in order if np.isfinite(away[one])]


def embedding_map(model: SequenceModel) -> EmbeddingMap:
    """The first two principal components of the embedding, exactly (Pearson 1901).

    Every token counts once, however often it is read. The sign of a direction, which says nothing,
    is chosen so that its largest weight is positive.

    Parameters
    ----------
    model : SequenceModel

    Returns
    -------
    EmbeddingMap

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> shown = embedding_map(lv.load_model("english"))
    >>> shown.places.shape, [round(share, 2) for share in shown.shares]
    ((10575, 2), [0.05, 0.04])
    """
    vectors = _vectors(model)
    centred = vectors - vectors.mean(axis=0)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    largest = np.abs(directions).argmax(axis=1)
    signs = np.where(directions[np.arange(len(directions)), largest] < 0, -1.0, 1.0)
    main = (directions * signs[:, None])[:DIRECTIONS]
    places = np.zeros((len(vectors), DIRECTIONS))
    places[:, : len(main)] = centred @ main.T
    places.flags.writeable = False
    variance = np.square(values)
    total = float(variance.sum())
    shares = [float(one) / total if total else 0.0 for one in variance[:DIRECTIONS]]
    first, second = (*shares, 0.0)[:DIRECTIONS]  # an embedding of one number has one direction
    return EmbeddingMap(places, (first, second))


def neighbours(model: SequenceModel, token: str, k: int = 10) -> tuple[tuple[str, float], ...]:
    """The tokens whose embeddings point most nearly the same way.

    Parameters
    ----------
    model : SequenceModel
    token : str
        Of the vocabulary.
    k : int
        How many, at most.

    Returns
    -------
    tuple of (str, float)
        Tokens with their cosine, the nearest first; never the token itself, nor the one that stands
        for unknown ones. The cosine with a vector of zeros is 0.

    Raises
    ------
    TextError
        The vocabulary does not have the token.
    SelectionError
        `k` is negative.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> [word for word, cosine in neighbours(lv.load_model("english"), "she", k=2)]
    ['he', 'they']
    """
    if k < 0:
        raise SelectionError(f"k, how many neighbours, is a whole number from 0 on, not {k}.")
    known = model.vocabulary.tokens
    if token not in known:
        raise TextError(
            f"The vocabulary of {model.id or 'this model'} has no token {token[:40]!r}. Choose one "
            f"of its {len(known):,} tokens; upper and lower case differ."
        )
    return tuple((known[id], cosine) for id, cosine in nearest_ids(model, known.index(token), k))


def nearest_ids(model: SequenceModel, id: int, k: int) -> list[tuple[int, float]]:
    """As `neighbours`, of ids."""
    cosines = _directions(model) @ _directions(model)[id]
    unknown = model.vocabulary.tokens.index(model.vocabulary.unknown)
    order = np.argsort(-cosines, kind="stable")[: k + 2]
    others = [int(one) for one in order if one not in (id, unknown)]
    return [(one, float(cosines[one])) for one in others[:k]]


def with_nearest_neighbour(model: SequenceModel, ids: Collection[int]) -> int | None:
    """Of some tokens the id of the one whose nearest neighbour is nearest; None of none."""
    found = {id: nearest_ids(model, id, 1) for id in dict.fromkeys(ids)}
    cosines = {id: near[0][1] for id, near in found.items() if near}
    return max(cosines, key=cosines.__getitem__, default=None)


def cosine_by_chance(tokens: int, size: int, sure: float = 0.95) -> float:
    """What the nearest neighbour would reach if all embeddings pointed anywhere.

    Parameters
    ----------
    tokens : int
        How many others there are.
    size : int
        Numbers of each embedding.
    sure : float
        In what share of cases the largest cosine is at most what is given back.

    Returns
    -------
    float

    Examples
    --------
    >>> round(cosine_by_chance(10_000, 200), 2), cosine_by_chance(10_000, 1)
    (0.31, 1.0)
    """
    if size < 2 or tokens < 1:
        return 1.0 if tokens else 0.0
    # Angles between random directions have the density sin^(size - 2).
    angles = np.linspace(0, np.pi, _ANGLES)
    density = np.sin(angles) ** (size - 2)
    # Trapezoids, since the ends of the density of two numbers are not 0.
    below = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    below /= below[-1]
    wanted = -np.expm1(np.log(sure) / tokens)  # the chance of one to be so near
    return float(np.cos(np.interp(wanted, below, angles)))


def _vectors(model: SequenceModel) -> np.ndarray:
    return model.embedding.weight.detach().numpy().astype(np.float64)


def _directions(model: SequenceModel) -> np.ndarray:
    """Embeddings of length 1, (token, number); zeros stay zeros."""
    vectors = _vectors(model)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
