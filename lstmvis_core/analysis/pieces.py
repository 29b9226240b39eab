"""A text in pieces whose effect on the states is asked for: its tokens, or its words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import regex

from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import TextError, TrackError
from lstmvis_core.model import SequenceModel
from lstmvis_core.text import Tokens, Vocabulary
from lstmvis_core.trace import Trace
from lstmvis_core.tracks.track import CATEGORICAL, Track

TOKEN, WORD = "token", "word"
# A word with the blanks before it, a mark likewise, or blanks at the end: nothing is left over.
_WORD = regex.compile(r"\s*(\w+(?:['’-]\w+)*|[^\w\s])|\s+")


@dataclass(frozen=True, eq=False)
class Pieces:
    """A text or corpus in pieces that follow each other without a gap.

    Attributes
    ----------
    names : tuple of str, (piece,)
        Pieces of one name are the same word to the network.
    starts, ends : numpy.ndarray of int64, (piece,)
        First token of each piece, and the token after its last one.
    breaks : numpy.ndarray of int64, (document,)
        First piece of each document; what comes before it had no effect on it.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_text("to be,")
    >>> pieces = pieces_of(vocabulary.encode("to be, "), vocabulary, "word")
    >>> pieces.names, pieces.ends.tolist()
    (('to', 'be', ',', ' '), [2, 5, 6, 7])
    """

    names: tuple[str, ...]
    starts: np.ndarray
    ends: np.ndarray
    breaks: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.starts, self.ends, self.breaks):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def numbers(self) -> tuple[tuple[str, ...], np.ndarray]:
        """All names there are, in the order of the text, and the number of each piece's name."""
        index: dict[str, int] = {}
        of = np.fromiter((index.setdefault(n, len(index)) for n in self.names), np.int64, len(self))
        return tuple(index), of

    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Which pieces begin a document, and which end one: bool, (piece,)."""
        first, last = np.zeros(len(self), bool), np.zeros(len(self), bool)
        first[self.breaks[self.breaks < len(self)]] = True
        last[np.flatnonzero(first)[1:] - 1] = True
        last[-1:] = True
        return first, last

    def at(self, token: int) -> int:
        """The piece that a token is part of."""
        return int(np.searchsorted(self.ends, token, side="right"))


def ways(vocabulary: Vocabulary) -> tuple[str, ...]:
    """How a text for a model with this vocabulary can be cut: characters also into words."""
    return (TOKEN, WORD) if vocabulary.level == "character" else (TOKEN,)


def pieces_of(
    tokens: Tokens, vocabulary: Vocabulary, by: str = TOKEN, breaks: Sequence[int] = (0,)
) -> Pieces:
    """Cut a text.

    Parameters
    ----------
    tokens : Tokens
        Of the vocabulary.
    vocabulary : Vocabulary
    by : {"token", "word"}
        Each token is a piece, named by what the model reads it as; or each word of a text of
        characters with the blanks before it, and each mark.
    breaks : sequence of int
        First token of each document.

    Returns
    -------
    Pieces

    Raises
    ------
    TextError
        A text of this vocabulary cannot be cut so.
    """
    if by not in ways(vocabulary):
        allowed = " or ".join(ways(vocabulary))
        raise TextError(f"A text of {vocabulary.level}s is cut by {allowed}, not by {by!r}.")
    first = np.array(breaks, np.int64)
    if by == TOKEN:
        starts = np.arange(len(tokens), dtype=np.int64)
        return Pieces(vocabulary.decode(tokens.ids.tolist()), starts, starts + 1, first)
    names: list[str] = []
    lengths: list[int] = []
    of_documents: list[int] = []
    for document in _documents(tokens.text, first):
        of_documents.append(len(names))
        for found in _WORD.finditer(document):
            names.append(found.group(1) or found.group()[:1])
            lengths.append(len(found.group()))
    ends = np.cumsum(lengths, dtype=np.int64)
    return Pieces(tuple(names), ends - np.array(lengths, np.int64), ends, np.array(of_documents))


def pieces_of_corpus(model: SequenceModel, corpus: Corpus, by: str = TOKEN) -> Pieces:
    """Cut a corpus as `pieces_of` cuts a text; no piece reaches over the end of a document."""
    tokens, breaks = corpus.tokens(model.vocabulary)
    return pieces_of(tokens, model.vocabulary, by, breaks.tolist())


def pieces_of_trace(trace: Trace, by: str = TOKEN) -> Pieces:
    """Cut the text of a trace."""
    return pieces_of(trace.tokens, trace.model.vocabulary, by)


def labels_of_words(pieces: Pieces, words: Sequence[str], track: Track) -> np.ndarray:
    """The label that each word has most often.

    Parameters
    ----------
    pieces : Pieces
    words : sequence of str
        Names of pieces.
    track : Track
        Over the tokens of the pieces, with labels. A piece has the label of its last token.

    Returns
    -------
    numpy.ndarray of int64, (word,)
        Indices into ``track.labels``; the first of those that come equally often. −1 for a word
        that no piece has.

    Raises
    ------
    TrackError
        The track has no labels.

    Examples
    --------
    >>> pieces = Pieces(tuple("abaa"), np.arange(4), np.arange(1, 5), np.array([0]))
    >>> track = Track("x", "x", "categorical", np.array([0, 1, 1, 1]), ("low", "high"))
    >>> labels_of_words(pieces, ["a", "b"], track).tolist()
    [1, 1]
    """
    if track.kind != CATEGORICAL:
        raise TrackError(f"Words are told apart by labels; the track {track.name!r} has none.")
    names, of = pieces.numbers
    table = np.zeros((len(names), len(track.labels)), np.int64)
    np.add.at(table, (of, track.values[pieces.ends - 1]), 1)
    index = {name: row for row, name in enumerate(names)}
    return np.array([table[index[w]].argmax() if w in index else -1 for w in words], np.int64)


def _documents(text: str, breaks: np.ndarray) -> Iterator[str]:
    """Of a text of characters, which are its tokens."""
    for start, end in zip(breaks.tolist(), [*breaks[1:].tolist(), len(text)], strict=True):
        yield text[start:end]
