"""A corpus to search in, and the states of one layer over all of it."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from lstmvis_core.cells import check_kind
from lstmvis_core.errors import CorpusError, StatesError
from lstmvis_core.grammars import GRAMMARS, nesting_level
from lstmvis_core.model import SequenceModel
from lstmvis_core.text import Tokens, Vocabulary
from lstmvis_core.trace import LayerReading, LayerState, check_layer, read_layers
from lstmvis_core.zoo import ZOO

Progress = Callable[[float], None]
CHUNK = 4096  # tokens read at once, over all documents; it bounds the memory that reading takes


@dataclass(frozen=True)
class Corpus:
    """Texts to search in.

    Attributes
    ----------
    id, title : str
    documents : tuple of str
        Each is read from a state of zeros, and no match crosses from one into the next.
    tracks : mapping of str to tuple of float
        What is known of every character by construction, such as the true nesting level.
    """

    id: str
    title: str
    documents: tuple[str, ...]
    tracks: Mapping[str, tuple[float, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not any(self.documents):
            raise CorpusError(f"The corpus {self.id!r} holds no text.")

    @cached_property
    def text(self) -> str:
        """All documents, one after the other."""
        return "".join(self.documents)

    @cached_property
    def revision(self) -> str:
        """A hash of the documents, the key of every cache."""
        content = hashlib.sha256()
        for document in self.documents:
            content.update(document.encode("utf-8", "surrogatepass") + b"\0")
        return content.hexdigest()[:12]

    def tokens(self, vocabulary: Vocabulary) -> tuple[Tokens, np.ndarray]:
        """The tokens of all documents, and the first step of each document."""
        parts = [vocabulary.encode(document) for document in self.documents]
        places = np.cumsum([0] + [len(document) for document in self.documents])
        tokens = Tokens(
            text=self.text,
            strings=tuple(string for part in parts for string in part.strings),
            offsets=np.concatenate(
                [part.offsets + place for part, place in zip(parts, places, strict=False)]
            ),
            ids=np.concatenate([part.ids for part in parts]),
            unknown=np.concatenate([part.unknown for part in parts]),
        )
        return tokens, _first_steps([len(part) for part in parts])


def _first_steps(lengths: Sequence[int]) -> np.ndarray:
    return np.cumsum([0, *lengths[:-1]], dtype=np.int64)


@dataclass(frozen=True)
class CorpusStates:
    """States of one layer and kind over a corpus.

    Attributes
    ----------
    values : numpy.ndarray, (unit, time_step)
        Unit by unit, so that a few units can be looked at without reading the others; may be
        memory-mapped.
    breaks : numpy.ndarray of int64, (document,)
        The first step of each document; the first is 0.
    """

    values: np.ndarray
    breaks: np.ndarray

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or not np.issubdtype(self.values.dtype, np.floating):
            raise StatesError(
                "States are a two-dimensional array of floating-point numbers; "
                f"got shape {self.values.shape} of {self.values.dtype}."
            )
        steps = self.values.shape[1]
        within = len(self.breaks) > 0 and self.breaks[0] == 0 and self.breaks[-1] <= steps
        if not within or np.any(np.diff(self.breaks) < 0):
            raise StatesError(
                "The breaks are the first steps of the documents: sorted, beginning with 0, "
                f"none beyond the {steps} steps; got {self.breaks[:8].tolist()}."
            )

    @classmethod
    def from_array(cls, states: np.ndarray, breaks: Sequence[int] = (0,)) -> "CorpusStates":
        """States from any other source.

        Parameters
        ----------
        states : numpy.ndarray, (time_step, unit)
            As most programs hold them; seen unit by unit without a copy.
        breaks : sequence of int
            First steps of the documents.

        Examples
        --------
        >>> H = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
        >>> CorpusStates.from_array(H, breaks=[0, 120]).values.shape
        (5, 200)
        """
        array = np.asarray(states)
        if not np.issubdtype(array.dtype, np.floating):
            array = array.astype(np.float32)
        return cls(array.T, np.asarray(breaks, np.int64))


def list_corpora(zoo: Path = ZOO) -> list[str]:
    """Ids of the embedded corpora.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> [name for name in lv.list_corpora() if name in ("parens", "stories")]
    ['parens', 'stories']
    """
    return sorted(path.parent.name for path in (zoo / "corpora").glob("*/corpus.json"))


def load_corpus(id: str) -> Corpus:
    """Load an embedded corpus: the text files of its folder, or what its grammar generates.

    Parameters
    ----------
    id : str
        One of `list_corpora()`.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        There is no such corpus, or it holds nothing.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> len(lv.load_corpus("stories").documents) >= 10
    True
    """
    if id not in list_corpora():
        raise CorpusError(f"There is no corpus {id!r}. Known are {', '.join(list_corpora())}.")
    folder = ZOO / "corpora" / id
    about = json.loads((folder / "corpus.json").read_text("utf-8"))
    if "grammar" in about:
        documents = GRAMMARS[about["grammar"]](about["seed"], about["documents"])
        levels = tuple(float(n) for text in documents for n in nesting_level(text))
        return Corpus(id, about["title"], documents, {"level": levels})
    documents = tuple(path.read_text("utf-8") for path in sorted(folder.glob("*.txt")))
    return Corpus(id, about["title"], documents)


def corpus_states(
    model: SequenceModel,
    corpus: Corpus,
    layer: int = 1,
    kind: str = "hidden",
    progress: Progress | None = None,
) -> CorpusStates:
    """States of one layer and kind over a corpus, computed once and kept on disk.

    Parameters
    ----------
    model : SequenceModel
    corpus : Corpus
    layer : int
        Counted from 1.
    kind : str
        One of `lstmvis_core.KINDS` for the model's cell.
    progress : callable or None
        Called with the share that is done, from 0 to 1.

    Returns
    -------
    CorpusStates
        Memory-mapped float32, read-only.
    """
    check_layer(model, layer)
    check_kind(model.config.cell, kind)
    tokens, breaks = corpus.tokens(model.vocabulary)
    shape = (model.config.hidden_size, len(tokens))

    def write(values: np.ndarray) -> None:
        for steps, readings in _read_corpus(model, tokens.ids, breaks, layer, progress):
            states = readings[-1].states(model.config.cell, kind).numpy()
            for document, place in enumerate(steps):
                values[:, place] = states[document, : place.stop - place.start].T

    name = f"{_revision(model)}-{corpus.revision}-{layer}-{kind}"
    return CorpusStates(_kept(name, shape, write), breaks)


def corpus_surprisal(
    model: SequenceModel, corpus: Corpus, progress: Progress | None = None
) -> np.ndarray:
    """Surprisal of every token of a corpus in nats, (time_step,); NaN where a document begins."""
    tokens, breaks = corpus.tokens(model.vocabulary)

    def write(values: np.ndarray) -> None:
        values[:] = np.nan
        for steps, readings in _read_corpus(
            model, tokens.ids, breaks, model.config.layers, progress
        ):
            with torch.no_grad():
                scores = torch.log_softmax(model.head(readings[-1].hidden), dim=-1).numpy()
            for document, place in enumerate(steps):
                if place.start == place.stop:
                    continue
                # The prediction made at a step is about the next; a document's last has none.
                after = np.arange(place.start + 1, place.stop + 1)
                within = np.isin(after, breaks, invert=True) & (after < len(tokens))
                row = np.flatnonzero(within)
                values[after[within]] = -scores[document, row, tokens.ids[after[within]]]

    return _kept(f"{_revision(model)}-{corpus.revision}-surprisal", (len(tokens),), write)


def _read_corpus(
    model: SequenceModel,
    ids: np.ndarray,
    breaks: np.ndarray,
    layer: int,
    progress: Progress | None,
) -> Iterator[tuple[list[slice], list[LayerReading]]]:
    """Read all documents side by side, a chunk at a time.

    Yields, for each chunk, the slice of corpus steps that each document has in it, and the
    readings of the layers up to the one asked for.
    """
    starts, ends = breaks, np.append(breaks[1:], len(ids))
    longest = int((ends - starts).max())
    before: list[LayerState] | None = None
    stride = max(1, CHUNK // len(starts))
    for first in range(0, longest, stride):
        steps = [
            slice(min(a + first, b), min(a + first + stride, b))
            for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        width = max(place.stop - place.start for place in steps)
        # Documents that ended are read on as padding; the network is causal, so it does no harm.
        batch = np.zeros((len(steps), width), np.int64)
        for document, place in enumerate(steps):
            batch[document, : place.stop - place.start] = ids[place]
        readings = read_layers(model, torch.from_numpy(batch), before)
        before = [reading.after for reading in readings]
        yield steps, readings[:layer]
        if progress is not None:
            progress(min(1.0, (first + stride) / longest))


def cache_folder() -> Path:
    """Where states are kept: ``HIDDEN_STATES_CACHE``, or ``~/.cache/hidden-states``."""
    given = os.environ.get("HIDDEN_STATES_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "hidden-states"


def _kept(name: str, shape: tuple[int, ...], write: Callable[[np.ndarray], None]) -> np.ndarray:
    """The array of this name from the cache on disk, written on first use."""
    path = cache_folder() / f"{name}.npy"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed, so that another process sees a whole file or none.
        part = path.with_suffix(f".{os.getpid()}.part")
        values = np.lib.format.open_memmap(part, "w+", np.float32, shape)
        write(values)
        values.flush()
        part.replace(path)
    try:
        values = np.lib.format.open_memmap(path, "r")
    except ValueError:  # no array, or less of it than its header says
        values = None
    if values is None or values.shape != shape or values.dtype != np.float32:
        path.unlink()
        raise StatesError(f"The cached file {path.name} was damaged and is removed; try again.")
    return values


def _revision(model: SequenceModel) -> str:
    """What tells a model's states from another's: its revision, or a hash of what it is."""
    if model.revision:
        return model.revision
    content = hashlib.sha256(repr((model.config, model.vocabulary)).encode())
    for tensor in model.state_dict().values():
        content.update(tensor.numpy().tobytes())
    return content.hexdigest()[:12]
