"""What a word usually does to each unit: its expected response.

Ming et al. (2017) describe a unit by how its state changes, on average, when it reads
a word: Ê[Δs | w]. Theirs counts a word that was read twice as much as one that was read a thousand
times; here rare words are shrunk towards no response, each unit is measured by its own variation,
and the spread of the responses is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from lstmvis_core.analysis.pieces import TOKEN, Pieces, pieces_of_corpus
from lstmvis_core.cache import Report, let_go
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import StatesError
from lstmvis_core.model import SequenceModel
from lstmvis_core.states import CorpusStates, corpus_states

PERCENTILES = (9, 25, 75, 91)  # as RNNVis draws them
MOST, LEAST = 300, 5  # words, and occurrences of a word
BLOCKS = 10  # stretches of the corpus, to draw again from
_UNITS = 8  # at a time, which bounds the memory


@dataclass(frozen=True, eq=False)
class Responses:
    """How the states of a layer change when a word is read, over a corpus.

    The change is that of the state from before the word's first token to after its last one; before
    the first word of a document it is 0.

    Attributes
    ----------
    words : tuple of str, (word,)
        The most frequent first.
    counts : numpy.ndarray of int64, (word,)
    mean : numpy.ndarray of float32, (word, unit)
        Ê[Δs | w].
    percentiles : numpy.ndarray of float32, (word, 4, unit)
        Of the changes: 9, 25, 75 and 91 %.
    variation : numpy.ndarray of float32, (unit,)
        Root mean square of all changes of a unit, whatever the word.
    variances : numpy.ndarray of float32, (word, unit)
        Of the changes about the mean of the word.
    sums, block_counts : numpy.ndarray, (block, word, unit) and (block, word)
        Sums of the changes and numbers of occurrences in each of ten stretches of the corpus.
    """

    words: tuple[str, ...]
    counts: np.ndarray
    mean: np.ndarray
    percentiles: np.ndarray
    variation: np.ndarray
    variances: np.ndarray
    sums: np.ndarray
    block_counts: np.ndarray

    def __post_init__(self) -> None:
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def within(self) -> np.ndarray:
        """Variance of the changes of each unit about the mean of their word: float64, (unit,)."""
        squares = self.counts.astype(np.float64) @ self.variances
        return squares / max(int(self.counts.sum()) - len(self.counts), 1)

    @cached_property
    def divisors(self) -> np.ndarray:
        """What responses are divided by: each unit's variation, of a constant one 1; (unit,)."""
        return np.where(self.variation > 0, self.variation, 1).astype(np.float32)

    @cached_property
    def scaled(self) -> np.ndarray:
        """Shrunk means, each unit divided by its variation: float32, (word, unit).

        Of a word that was read n times the mean is off by chance with variance σ²/n. If true
        responses have mean 0 and variance τ², the best guess at one is mean · τ² / (τ² + σ²/n)
        (an empirical Bayes estimate, as that of James and Stein); both are estimated for each unit.
        """
        return self._scaled(self.mean, self.counts)

    def resampled(self, draws: np.random.Generator) -> np.ndarray:
        """`scaled`, had the corpus been another one of its kind: its stretches are drawn anew.

        A block bootstrap (Künsch 1989): of the ten stretches, ten are drawn with replacement.
        """
        times = draws.multinomial(BLOCKS, np.full(BLOCKS, 1 / BLOCKS))
        counts = times @ self.block_counts
        sums = np.tensordot(times.astype(np.float32), self.sums, 1)
        return self._scaled(sums / np.maximum(counts, 1)[:, None], counts)

    def _scaled(self, mean: np.ndarray, counts: np.ndarray) -> np.ndarray:
        by_chance = self.within / np.maximum(counts, 1)[:, None]
        read = counts > 0  # a corpus that is drawn anew may lack a word
        if not read.any():
            return np.zeros(mean.shape, np.float32)
        true = np.maximum(0, (mean**2 - by_chance)[read].mean(axis=0))
        kept = np.divide(true, true + by_chance, out=np.zeros(mean.shape), where=true > 0)
        return (mean * kept / self.divisors).astype(np.float32)


def expected_responses(
    states: CorpusStates,
    pieces: Pieces,
    *,
    most: int | None = MOST,
    least: int = LEAST,
    backward: bool = False,
) -> Responses:
    """Average the change of each unit over all occurrences of each word.

    Parameters
    ----------
    states : CorpusStates
        Of one layer and kind; finite.
    pieces : Pieces
        Of the same steps.
    most : int or None
        How many words, by frequency; all if None.
    least : int
        Words that come less often are left out.
    backward : bool
        Whether the layer reads from the end of each document.

    Returns
    -------
    Responses

    Raises
    ------
    StatesError
        States and pieces are not of the same steps, or a state is not finite.

    Examples
    --------
    >>> pieces = Pieces(tuple("abab"), np.arange(4), np.arange(1, 5), np.array([0]))
    >>> H = np.array([[1.0], [0.0], [2.0], [0.0]])
    >>> found = expected_responses(CorpusStates.from_array(H), pieces, least=1)
    >>> found.words, found.mean.tolist()
    (('a', 'b'), [[1.5], [-1.5]])
    """
    units, steps = states.values.shape
    covered = int(pieces.ends[-1]) if len(pieces) else 0
    if covered != steps:
        raise StatesError(
            f"The pieces cover {covered:,} steps, and there are states of {steps:,}. "
            "Cut the text that the states are of."
        )
    names, of = pieces.numbers
    all_counts = np.bincount(of, minlength=len(names))
    ranked = sorted(range(len(names)), key=lambda n: (-all_counts[n], names[n]))
    kept = [n for n in ranked[:most] if all_counts[n] >= least]
    numbers = np.full(len(names), -1)
    numbers[kept] = np.arange(len(kept))
    order, edges, blocks = _sorted_by_word(numbers[of], len(kept), len(pieces))
    counts = np.diff(edges)
    table = _Tables(edges, blocks, units)
    for at, changes in _changes(states, pieces, backward):
        with np.errstate(all="ignore"):  # of states that are refused below
            squares = np.einsum("up,up->u", changes, changes, dtype=np.float64)
        table.variation[at] = np.sqrt(squares / max(len(pieces), 1))
        if not np.isfinite(squares).all():
            raise StatesError("Some states are infinite or no numbers; responses need finite ones.")
        table.add(at, changes[:, order])
    let_go(states.values)
    return Responses(
        tuple(names[n] for n in kept),
        counts,
        table.mean,
        table.percentiles,
        table.variation,
        table.variances,
        table.sums,
        _counts_in_blocks(edges, blocks),
    )


def responses_of_corpus(
    model: SequenceModel,
    corpus: Corpus,
    layer: int,
    kind: str = "hidden",
    by: str = TOKEN,
    *,
    most: int | None = MOST,
    least: int = LEAST,
    progress: Report | None = None,
) -> Responses:
    """Expected responses of a model's layer to the words, or the tokens, of a corpus.

    Parameters
    ----------
    model, corpus, layer, kind, progress
        As for `corpus_states`.
    by : {"token", "word"}
        What is read: one token; or, by a model of characters, a word with the blanks before it.
    most, least
        As for `expected_responses`.

    Returns
    -------
    Responses

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    >>> found = lv.responses_of_corpus(model, corpus, layer=1)
    >>> found.words, found.scaled.shape
    ((' ', '(', ')', '0', '4', '1', '2', '3'), (8, 32))
    """
    states = corpus_states(model, corpus, layer, kind, progress)
    pieces = pieces_of_corpus(model, corpus, by)
    backward = reads_backward(model, layer)
    return expected_responses(states, pieces, most=most, least=least, backward=backward)


def reads_backward(model: SequenceModel, layer: int) -> bool:
    """Whether a layer, counted from 1, reads from the end."""
    return model.config.bidirectional and layer % 2 == 0


def _sorted_by_word(
    words: np.ndarray, number: int, pieces: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pieces word by word; where each word begins among them; and, word by word, each block."""
    order = np.argsort(words, kind="stable")
    order = order[np.searchsorted(words[order], 0) :]
    edges = np.searchsorted(words[order], np.arange(number + 1))
    block = order * BLOCKS // max(pieces, 1)
    place = words[order] * BLOCKS + block
    return order, edges, np.searchsorted(place, np.arange(number * BLOCKS + 1))


def _counts_in_blocks(edges: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    return np.diff(blocks).reshape(len(edges) - 1, BLOCKS).T.copy()


def _changes(
    states: CorpusStates, pieces: Pieces, backward: bool
) -> Iterator[tuple[slice, np.ndarray]]:
    """Changes of a few units at a time: float32, (unit, piece)."""
    for unit in range(0, len(states.values), _UNITS):
        at = slice(unit, unit + _UNITS)
        with np.errstate(all="ignore"):
            values = np.asarray(states.values[at], np.float32)
            changes = changes_over(values, pieces, backward)
        yield at, changes


def changes_over(values: np.ndarray, pieces: Pieces, backward: bool = False) -> np.ndarray:
    """How states change while each piece is read, from 0 at the begin of a document.

    Parameters
    ----------
    values : numpy.ndarray, (unit, time_step)
    pieces : Pieces
        Of the same steps.
    backward : bool
        Whether the states are of a layer that reads from the end.

    Returns
    -------
    numpy.ndarray, (unit, piece)
    """
    after = values[:, pieces.starts if backward else pieces.ends - 1]
    return after - states_before(after, pieces, backward)


def states_before(after: np.ndarray, pieces: Pieces, backward: bool = False) -> np.ndarray:
    """The states before each piece, of those after it: (unit, piece); 0 where nothing was read."""
    first, last = pieces.edges()
    before = np.zeros_like(after)
    if backward:
        before[:, :-1] = after[:, 1:]
        before[:, last] = 0
    else:
        before[:, 1:] = after[:, :-1]
        before[:, first] = 0
    return before


class _Tables:
    """What is filled, a few units at a time.

    Occurrences stand word by word: `edges` says where each word begins, `blocks` where each block
    of each word does.
    """

    def __init__(self, edges: np.ndarray, blocks: np.ndarray, units: int) -> None:
        words, occurrences = len(edges) - 1, int(edges[-1])
        self._edges = edges
        # A product with it sums faster than numpy.add.reduceat.
        self._of_blocks = csr_matrix(
            (np.ones(occurrences), np.arange(occurrences), blocks), (words * BLOCKS, occurrences)
        )
        self.mean = np.zeros((words, units), np.float32)
        self.percentiles = np.zeros((words, len(PERCENTILES), units), np.float32)
        self.variances = np.zeros((words, units), np.float32)
        self.variation = np.zeros(units, np.float32)
        self.sums = np.zeros((BLOCKS, words, units), np.float32)

    def add(self, at: slice, changes: np.ndarray) -> None:
        """Of some units: changes word by word, (unit, occurrence); they are sorted in place."""
        edges, words = self._edges, len(self._edges) - 1
        if not words:
            return
        counts = np.diff(edges)
        exact = changes.T.astype(np.float64, order="C")
        shape = words, BLOCKS, len(changes)
        sums = (self._of_blocks @ exact).reshape(shape)
        np.square(exact, out=exact)
        squares = (self._of_blocks @ exact).reshape(shape).sum(axis=1)
        self.sums[:, :, at] = sums.transpose(1, 0, 2)
        mean = sums.sum(axis=1) / counts[:, None]
        self.mean[:, at] = mean
        self.variances[:, at] = np.maximum(squares / counts[:, None] - mean**2, 0)
        for word in np.flatnonzero(counts > 1).tolist():
            changes[:, edges[word] : edges[word + 1]].sort(axis=1)
        self.percentiles[:, :, at] = _percentiles(changes, edges)


def _percentiles(ordered: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Of stretches in order, between two values in proportion, as numpy.percentile does.

    (word, percentile, unit).
    """
    last = np.diff(edges) - 1
    place = last[:, None] * (np.array(PERCENTILES) / 100)
    low = place.astype(np.int64)
    share = (place - low).astype(np.float32)
    high = np.minimum(low + 1, last[:, None])
    below, above = (ordered[:, edges[:-1, None] + rank] for rank in (low, high))
    return (below + (above - below) * share).transpose(1, 2, 0)
