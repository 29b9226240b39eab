"""States of one layer over a corpus, computed in this process and kept on disk."""

import hashlib
from collections.abc import Iterator

import numpy as np

from lstmvis_core.cache import Fill, Report, kept
from lstmvis_core.corpus import Corpus
from lstmvis_core.layers import LayerReading
from lstmvis_core.model import SequenceModel
from lstmvis_core.reading import read_corpus
from lstmvis_core.states.arrays import CorpusStates


def states_here(
    model: SequenceModel,
    corpus: Corpus,
    layer: int,
    kind: str,
    progress: Report | None,
) -> CorpusStates:
    """States over a corpus; see `lstmvis_core.corpus_states`."""
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
    doing: str = "Reading {}",
    steps: int | None = None,
) -> np.ndarray:
    """What was computed of a model and a corpus of so many steps: the last axis, if not said."""
    doing = f"{doing.format(corpus.title)}: {steps or shape[-1]:,} tokens"
    return kept(f"{_revision(model)}-{corpus.revision}-{what}", shape, fill, doing, progress)


def _revision(model: SequenceModel) -> str:
    """What tells a model's states from another's: its revision, or a hash of what it is."""
    if model.revision:
        return model.revision
    content = hashlib.sha256(repr((model.config, model.vocabulary)).encode())
    for tensor in model.state_dict().values():
        content.update(tensor.numpy().tobytes())
    return content.hexdigest()[:12]
