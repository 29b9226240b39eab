"""An n-gram language model to compare a network with: interpolated modified Kneser-Ney.

A network that only counts what follows the last few tokens is no better than such a model; what it
does better, it remembers from further back (Karpathy, Johnson and Li, 2015).

Distinct n-grams of each order are numbered in the order of their keys, and the key of an n-gram is
``(number of its first n - 1 tokens) * vocabulary_size + last token``. So all that follows one
context stands together, and an n-gram is found by bisection in one sorted array of whole numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lstmvis_core.errors import TextError

_NONE = -1  # number of an n-gram that was never seen, or that would begin before its document
_FALL_BACK = (0.5, 1.0, 1.5)


@dataclass(frozen=True, eq=False)
class NgramOrder:
    """What the model knows of the n-grams of one length n.

    The probability of a token after a context is ``share + left_over * shorter``, where `shorter`
    is its probability after the context without its first token.

    Attributes
    ----------
    keys : numpy.ndarray of int64, (n-gram,)
        ``context * vocabulary_size + token``, sorted; the place of a key is the n-gram's number.
    shares : numpy.ndarray of float64, (n-gram,)
        Discounted count over the total of the context.
    left_over : numpy.ndarray of float64, (context,)
        What the discounts took from the context, which shorter contexts share out; 1 where nothing
        was seen to follow.
    discounts : tuple of float
        D1, D2 and D3+: what is taken from a count of one, of two, and of three or more.
    """

    keys: np.ndarray
    shares: np.ndarray
    left_over: np.ndarray
    discounts: tuple[float, float, float]

    def __post_init__(self) -> None:
        for array in (self.keys, self.shares, self.left_over):
            array.flags.writeable = False


@dataclass(frozen=True, eq=False)
class NgramModel:
    """Interpolated modified Kneser-Ney over token ids; made by `fit`.

    Attributes
    ----------
    vocabulary_size : int
    orders : tuple of NgramOrder
        ``orders[n - 1]`` holds the n-grams of length n.

    References
    ----------
    Chen and Goodman 1999, An empirical study of smoothing techniques for language modeling:
    interpolated modified Kneser-Ney smoothing.

    Examples
    --------
    After an "a" came "b" twice and "c" once; "b" also began a document and followed a "b".

    >>> model = NgramModel.fit([[0, 1], [0, 1], [0, 2], [1, 1]], vocabulary_size=3, order=2)
    >>> np.exp(model.log_probabilities([0])).round(3)
    array([0.133, 0.567, 0.3  ])
    >>> model.surprisal([0, 1]).round(3)
    array([1.322, 0.568])
    """

    vocabulary_size: int
    orders: tuple[NgramOrder, ...]

    @property
    def order(self) -> int:
        """Length of the longest n-grams: one more than the longest context, in tokens.

        Some tables, that of Karpathy, Johnson and Li among them, seem to name a model by the length
        of its context instead.
        """
        return len(self.orders)

    @classmethod
    def fit(
        cls,
        documents: Sequence[np.ndarray] | Sequence[Sequence[int]],
        vocabulary_size: int,
        order: int,
    ) -> "NgramModel":
        """Count the n-grams of all documents up to a length, and smooth.

        N-grams never cross from one document to the next, and documents are not padded: at the
        first token of a document ends an n-gram of length one and no longer one. The longest
        n-grams count as often as they occur. A shorter one counts as often as there are distinct
        tokens before it; the start of a document is one more such token, however many documents
        begin so.

        Parameters
        ----------
        documents : sequence of array of int, (time_step,)
            Token ids, 0 up to `vocabulary_size` (exclusive); a document may be empty.
        vocabulary_size : int
            Number of tokens, seen or not.
        order : int
            Length of the longest n-grams, at least 1.

        Returns
        -------
        NgramModel

        Raises
        ------
        TextError
            An order or vocabulary size below 1, an id outside the vocabulary, or no token at all.

        Notes
        -----
        Each order has discounts of its own (`_discounts`). Time and memory grow with tokens times
        order: about 24 bytes for each distinct n-gram of each length.
        """
        _check_sizes(vocabulary_size, order)
        checked = [_as_ids(document, vocabulary_size) for document in documents]
        ids = np.concatenate([np.zeros(0, np.int64), *checked])
        if not len(ids):
            raise TextError(
                f"There is no token in the {len(checked)} documents; an n-gram model needs at"
                " least one to count."
            )
        place = np.concatenate([np.arange(len(document)) for document in checked])
        return cls(vocabulary_size, tuple(_count(ids, place, vocabulary_size, order)))

    def surprisal(self, ids: np.ndarray | Sequence[int]) -> np.ndarray:
        """How unexpected each token of one document is after the tokens before it.

        Parameters
        ----------
        ids : array of int, (time_step,)
            One document.

        Returns
        -------
        numpy.ndarray of float64, (time_step,)
            In nats. The context is the ``order - 1`` tokens before, or as many as there are: none
            for the first token, whose surprisal is that of its unigram.

        Raises
        ------
        TextError
            An id outside the vocabulary.
        """
        tokens = _as_ids(ids, self.vocabulary_size)
        probability = np.full(len(tokens), 1 / self.vocabulary_size)
        context = np.zeros(len(tokens), np.int64)
        for order, number in zip(self.orders, self._numbers(tokens), strict=True):
            known = context != _NONE
            probability[known] *= order.left_over[context[known]]
            seen = number != _NONE
            probability[seen] += order.shares[number[seen]]
            context = _before(number, np.arange(len(tokens)))
        return -np.log(probability)

    def log_probabilities(self, context: np.ndarray | Sequence[int]) -> np.ndarray:
        """Log-probability of every token of the vocabulary after a context.

        Parameters
        ----------
        context : array of int, (time_step,)
            What the document holds up to here; the last ``order - 1`` tokens are looked at. Empty
            at the start of a document.

        Returns
        -------
        numpy.ndarray of float64, (token,)
            In nats; never minus infinity.

        Raises
        ------
        TextError
            An id outside the vocabulary.
        """
        size = self.vocabulary_size
        tokens = _as_ids(context, size)
        tokens = tokens[max(0, len(tokens) - self.order + 1) :]
        # The context of no token is number 0; longer than the document there is none.
        ends = [0, *(int(number[-1]) for number in self._numbers(tokens) if len(number))]
        probability = np.full(size, 1 / size)
        for order, end in zip(self.orders, ends, strict=False):
            if end != _NONE:
                first, last = np.searchsorted(order.keys, [end * size, (end + 1) * size])
                probability *= order.left_over[end]
                probability[order.keys[first:last] % size] += order.shares[first:last]
        return np.log(probability)

    def _numbers(self, ids: np.ndarray) -> Iterator[np.ndarray]:
        """For each order, the number of the n-gram that ends at each time step of a document."""
        place = np.arange(len(ids))
        context = np.zeros(len(ids), np.int64)
        for order in self.orders:
            # Without a context the key is below 0, and so never found.
            number = _find(order.keys, context * self.vocabulary_size + ids)
            yield number
            context = _before(number, place)


# -- counting ----------------------------------------------------------------------------------


def _count(ids: np.ndarray, place: np.ndarray, size: int, longest: int) -> Iterator[NgramOrder]:
    """The orders, shortest first, of tokens that stand at a `place` of their document each."""
    contexts = 1
    keys, number = _numbered(np.zeros(len(ids), np.int64), ids, size)
    for length in range(1, longest):
        longer_keys, longer_number = _numbered(_before(number, place), ids, size)
        at_start = number[place == length - 1]
        counts = _left_contexts(number, longer_number, at_start, len(keys), len(longer_keys))
        yield _smoothed(keys, counts, contexts, size)
        contexts, keys, number = len(keys), longer_keys, longer_number
    counts = np.bincount(number[number != _NONE], minlength=len(keys))
    yield _smoothed(keys, counts, contexts, size)


def _numbered(context: np.ndarray, ids: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Sorted keys of the distinct n-grams, and the number of the one that ends at each step."""
    complete = context != _NONE
    number = np.full(len(ids), _NONE, np.int64)
    keys, number[complete] = np.unique(
        context[complete] * size + ids[complete], return_inverse=True
    )
    return keys, number


def _before(number: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The n-gram that ends one step earlier in the same document: the context of each step."""
    context = np.full(len(number), _NONE, np.int64)
    context[1:] = number[:-1]
    context[place == 0] = _NONE
    return context


def _left_contexts(
    number: np.ndarray, longer: np.ndarray, at_start: np.ndarray, count: int, longer_count: int
) -> np.ndarray:
    """How many distinct tokens stand before each n-gram, the start of a document as one of them."""
    without_first = np.zeros(longer_count, np.int64)
    complete = longer != _NONE
    without_first[longer[complete]] = number[complete]
    begins = np.zeros(count, bool)
    begins[at_start] = True
    return np.bincount(without_first, minlength=count) + begins


def _smoothed(keys: np.ndarray, counts: np.ndarray, contexts: int, size: int) -> NgramOrder:
    discounts = _discounts(counts)
    taken = np.array([0.0, *discounts])[np.minimum(counts, 3)]
    context = keys // size
    total = np.bincount(context, counts, contexts)
    left_over = np.ones(contexts)
    np.divide(np.bincount(context, taken, contexts), total, out=left_over, where=total > 0)
    return NgramOrder(keys, (counts - taken) / total[context], left_over, discounts)


def _discounts(counts: np.ndarray) -> tuple[float, float, float]:
    """D1, D2 and D3+ from how many n-grams count one, two, three and four.

    Where one of these numbers is zero, or a discount would not be positive, there are too few
    n-grams to estimate from, and the order takes 1/2, 1 and 3/2 (the fall-back of KenLM).

    Examples
    --------
    >>> _discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4]))
    (0.5, 1.25, 1.0)
    >>> _discounts(np.array([1, 1, 2, 2, 3]))
    (0.5, 1.0, 1.5)
    """
    n1, n2, n3, n4 = (int(n) for n in np.bincount(np.minimum(counts, 5), minlength=5)[1:5])
    if 0 in (n1, n2, n3, n4):
        return _FALL_BACK
    y = n1 / (n1 + 2 * n2)
    discounts = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return discounts if min(discounts) > 0 else _FALL_BACK


# -- looking up --------------------------------------------------------------------------------


def _find(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Where each wanted key stands among sorted keys; `_NONE` where it does not."""
    found = np.searchsorted(keys, wanted)
    inside = np.flatnonzero(found < len(keys))
    there = np.zeros(len(wanted), bool)
    there[inside] = keys[found[inside]] == wanted[inside]
    found[~there] = _NONE
    return found


def _check_sizes(vocabulary_size: int, order: int) -> None:
    if order < 1:
        raise TextError(f"The order of an n-gram model is at least 1 (single tokens), not {order}.")
    if vocabulary_size < 1:
        raise TextError(f"A vocabulary has at least one token, not {vocabulary_size}.")


def _as_ids(document: np.ndarray | Sequence[int], vocabulary_size: int) -> np.ndarray:
    ids = np.asarray(document)
    if ids.ndim != 1:
        raise TextError(
            f"A document is one sequence of token ids, not an array of shape {ids.shape}."
        )
    if not len(ids):
        return np.zeros(0, np.int64)
    if not np.issubdtype(ids.dtype, np.integer):
        raise TextError(f"Token ids are whole numbers, not {ids.dtype}.")
    lowest, highest = int(ids.min()), int(ids.max())
    if lowest < 0 or highest >= vocabulary_size:
        raise TextError(
            f"A vocabulary of {vocabulary_size} tokens has the ids 0 to {vocabulary_size - 1}; a"
            f" document holds {lowest if lowest < 0 else highest}. Encode it with that vocabulary."
        )
    return ids.astype(np.int64)
