"""Reading a corpus, documents side by side, in chunks that bound the memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch

from lstmvis_core.layers import LayerReading, LayerState
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import read_layers

CHUNK = 4096  # tokens read at once, over all documents
LARGEST = 2**22  # numbers taken at once
LANES = 16  # documents read side by side: more are no faster

Take = Callable[[list[LayerReading]], np.ndarray]


def read_corpus(
    model: SequenceModel, ids: np.ndarray, breaks: np.ndarray, take: Take, outputs: int
) -> Iterator[tuple[float, list[slice], np.ndarray]]:
    """Read all documents, a chunk of tokens at a time.

    A causal model reads a document from a state of zeros on. One that reads in both directions
    reads it in pieces of at most `CHUNK` tokens, each from zeros at both of its ends.

    Parameters
    ----------
    model : SequenceModel
    ids : numpy.ndarray of int64, (time_step,)
    breaks : numpy.ndarray of int64, (document,)
        The first step of each document.
    take : callable
        Takes what is wanted of the readings of a chunk: an array (row, time_step, ...).
    outputs : int
        How many numbers a time step it takes.

    Yields
    ------
    done : float
        The share that is read.
    steps : list of slice
        The corpus steps of each row.
    taken : numpy.ndarray
        What was taken; a row may end with steps that mean nothing.
    """
    chunk = max(1, min(CHUNK, LARGEST // outputs))
    ends = [*breaks[1:].tolist(), len(ids)]
    spans = [slice(a, b) for a, b in zip(breaks.tolist(), ends, strict=True) if a < b]
    read = _read_pieces if model.config.bidirectional else _read_lanes
    count = 0
    for steps, taken in read(model, ids, spans, take, chunk):
        count += sum(map(_length, steps))
        yield count / len(ids), steps, taken


def _read_lanes(
    model: SequenceModel, ids: np.ndarray, spans: list[slice], take: Take, chunk: int
) -> Iterator[tuple[list[slice], np.ndarray]]:
    """Documents of about the same length side by side, each chunk from where the last ended."""
    spans = sorted(spans, key=_length, reverse=True)
    for first in range(0, len(spans), LANES):
        rest, before = spans[first : first + LANES], None
        while rest:
            stride = max(1, chunk // len(rest))
            steps = [slice(span.start, min(span.start + stride, span.stop)) for span in rest]
            taken, after = _read(model, ids, steps, take, before)
            yield steps, taken
            rest = [slice(step.stop, span.stop) for step, span in zip(steps, rest, strict=True)]
            rest = [span for span in rest if _length(span)]
            # The longest come first, so those that go on are the first rows.
            before = [(h[: len(rest)], c if c is None else c[: len(rest)]) for h, c in after]


def _read_pieces(
    model: SequenceModel, ids: np.ndarray, spans: list[slice], take: Take, chunk: int
) -> Iterator[tuple[list[slice], np.ndarray]]:
    """Documents in pieces, those of the same length side by side: padding would be read first."""
    alike: dict[int, list[slice]] = {}
    for span in spans:
        for start in range(span.start, span.stop, CHUNK):
            piece = slice(start, min(start + CHUNK, span.stop))
            alike.setdefault(_length(piece), []).append(piece)
    for length, pieces in alike.items():
        rows = max(1, chunk // length)
        for first in range(0, len(pieces), rows):
            steps = pieces[first : first + rows]
            yield steps, _read(model, ids, steps, take)[0]


def _read(
    model: SequenceModel,
    ids: np.ndarray,
    steps: list[slice],
    take: Take,
    before: list[LayerState] | None = None,
) -> tuple[np.ndarray, list[LayerState]]:
    # Documents that end earlier are read on as padding; a causal network does not mind.
    batch = np.zeros((len(steps), max(map(_length, steps))), np.int64)
    for row, step in enumerate(steps):
        batch[row, : _length(step)] = ids[step]
    with _one_thread(), torch.no_grad():
        readings = read_layers(model, torch.from_numpy(batch), before)
        return take(readings), [reading.after for reading in readings]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Several are slower for networks of this size, and by far where the cores are busy."""
    threads = torch.get_num_threads()
    if threads > 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if threads > 1:
            torch.set_num_threads(threads)


def _length(span: slice) -> int:
    return span.stop - span.start
