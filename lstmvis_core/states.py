"""States of one layer over a corpus, kept on disk."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from lstmvis_core.cache import Fill, Report, kept
from lstmvis_core.cells import check_kind
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import StatesError
from lstmvis_core.layers import LayerReading
from lstmvis_core.model import SequenceModel
from lstmvis_core.reading import read_corpus
from lstmvis_core.trace import check_layer


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

    @classmethod
    def from_safetensors(
        cls, path: Path | str, name: str | None = None, breaks: Sequence[int] = (0,)
    ) -> "CorpusStates":
        """States from a safetensors file, which runs nothing when it is opened.

        Parameters
        ----------
        path : Path or str
        name : str or None
            Of the array, (time_step, unit); the only one of the file if None.
        breaks : sequence of int
            First steps of the documents.

        Raises
        ------
        StatesError
            There is no such file or array, or it is no such array.

        Examples
        --------
        >>> import tempfile
        >>> from safetensors.numpy import save_file
        >>> H = np.zeros((200, 5), np.float32)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_file({"hidden": H}, f"{folder}/mine.safetensors")
        ...     CorpusStates.from_safetensors(f"{folder}/mine.safetensors").values.shape
        (5, 200)
        """
        path = Path(path)
        try:
            with safe_open(path, framework="np") as file:
                names = list(file.keys())
                if name is None and len(names) == 1:
                    name = names[0]
                if name not in names:
                    raise StatesError(
                        f"{path.name} holds the arrays {', '.join(names)[:200] or '(none)'}; "
                        f"{'say which one' if name is None else f'not {name!r}'}."
                    )
                states = file.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise StatesError(f"{path.name} is no safetensors file: {error}.") from error
        except TypeError as error:  # a type that NumPy does not have, such as bfloat16
            raise StatesError(
                f"{path.name}: {name} is of a type that NumPy does not have ({error}). Save it as "
                "float32."
            ) from error
        return cls.from_array(states, breaks)


def corpus_states(
    model: SequenceModel,
    corpus: Corpus,
    layer: int = 1,
    kind: str = "hidden",
    progress: Report | None = None,
) -> CorpusStates:
    """States of one layer and kind over a corpus, computed once and kept on disk.

    Every document is read from a state of zeros. A model that reads in both directions reads a
    document in pieces of at most 4,096 tokens, each of them from zeros at both of its ends.

    Parameters
    ----------
    model : SequenceModel
    corpus : Corpus
    layer : int
        Counted from 1: an entry of `ModelConfig.layer_names`.
    kind : str
        One of `lstmvis_core.KINDS` for the model's cell.
    progress : callable or None
        Called with a `Progress` while the corpus is read. It may raise, to interrupt.

    Returns
    -------
    CorpusStates
        Memory-mapped float32, read-only; in memory where the cache folder cannot be written.

    Raises
    ------
    SelectionError
        The model has no such layer or kind.
    StatesError
        The cached file was damaged. It is removed; ask again.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> states = lv.corpus_states(lv.load_model("parens"), Corpus("one", "One", ("(1 (2))",)))
    >>> states.values.shape
    (32, 7)
    """
    check_layer(model, layer)
    check_kind(model.config.cell, kind)
    tokens, breaks = corpus.tokens(model.vocabulary)

    def states_of(readings: list[LayerReading]) -> np.ndarray:
        return readings[layer - 1].states(model.config.cell, kind).numpy()

    units = model.config.hidden_size

    def fill(values: np.ndarray) -> Iterator[float]:
        for done, steps, states in read_corpus(model, tokens.ids, breaks, states_of, units):
            for row, place in enumerate(steps):
                values[:, place] = states[row, : place.stop - place.start].T
            yield done

    shape = (units, len(tokens))
    return CorpusStates(
        kept_of_corpus(model, corpus, f"{layer}-{kind}", shape, fill, progress), breaks
    )


def kept_of_corpus(
    model: SequenceModel,
    corpus: Corpus,
    what: str,
    shape: tuple[int, ...],
    fill: Fill,
    progress: Report | None,
) -> np.ndarray:
    """What was computed of a model and a corpus: the last axis of the array counts time steps."""
    doing = f"Reading {corpus.title}: {shape[-1]:,} tokens"
    return kept(f"{_revision(model)}-{corpus.revision}-{what}", shape, fill, doing, progress)


def _revision(model: SequenceModel) -> str:
    """What tells a model's states from another's: its revision, or a hash of what it is."""
    if model.revision:
        return model.revision
    content = hashlib.sha256(repr((model.config, model.vocabulary)).encode())
    for tensor in model.state_dict().values():
        content.update(tensor.numpy().tobytes())
    return content.hexdigest()[:12]
