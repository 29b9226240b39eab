"""A corpus in parts, and the states of each part computed by a worker of a cluster."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lstmvis_core.cache import Report, bound, cache_folder, let_go
from lstmvis_core.cluster import counted, done_by
from lstmvis_core.corpus import Corpus
from lstmvis_core.errors import StatesError
from lstmvis_core.model import SequenceModel
from lstmvis_core.states.computing import states_here
from lstmvis_core.states.partitioned import Part, PartitionedStates

if TYPE_CHECKING:
    from distributed import Client

# Characters of a part: the same whatever the cluster, so that its files are found again.
PART = 1 << 20

# What all parts need: the model, the layer, the kind, and the characters of the whole corpus.
Task = tuple[SequenceModel, int, str, int]


def partition(corpus: Corpus, size: int) -> list[Corpus]:
    """A corpus in parts of about so many characters, none of which divides a document.

    >>> texts = Corpus("texts", "Texts", ("one", "two", "", "three", "four"))
    >>> [part.documents for part in partition(texts, 8)]
    [('one', 'two', '', 'three'), ('four',)]
    """
    reach = np.cumsum([len(document) for document in corpus.documents])
    whole = int(reach[-1])
    number = -(-whole // size)
    # A part ends with the document in which its share of the characters ends.
    shares = whole * np.arange(1, number) / number
    ends = np.unique(np.searchsorted(reach, shares) + 1).tolist()
    cuts = [0, *(end for end in ends if reach[end - 1] < whole), len(corpus.documents)]
    return [
        Corpus(corpus.id, corpus.title, corpus.documents[first:last])
        for first, last in pairwise(cuts)
    ]


def states_by_parts(
    model: SequenceModel,
    corpus: Corpus,
    layer: int,
    kind: str,
    progress: Report | None,
    client: "Client",
) -> PartitionedStates:
    """States over a corpus by the workers of a cluster; see `lstmvis_core.corpus_states`."""
    parts = partition(corpus, PART)
    sizes = [sum(map(len, part.documents)) for part in parts]
    doing = f"Reading {corpus.title}: {sum(sizes):,} characters in {counted(len(parts), 'part')}"
    task = model, layer, kind, sum(sizes)
    return PartitionedStates(
        tuple(done_by(client, states_of_part, task, parts, sizes, doing, progress))
    )


def states_of_part(task: Task, part: Corpus) -> Part:
    """What a worker does: compute the states of a part, or find them in the shared folder."""
    model, layer, kind, whole = task
    tokens, _ = part.tokens(model.vocabulary)
    # The parts of a corpus that does not fit would throw each other out, after hours.
    needed = 4 * model.config.hidden_size * len(tokens) * whole / len(part.text)
    if needed > bound():
        raise StatesError(
            f"The states of this corpus take about {needed / 1e6:,.0f} MB; the cache of this "
            f"worker may hold {bound() / 1e6:,.0f} MB. Let HIDDEN_STATES_CACHE_MB say more, for "
            "every worker."
        )
    states = states_here(model, part, layer, kind, None)
    if not isinstance(states.values, np.memmap) or states.values.filename is None:
        raise StatesError(
            f"The states of a part cannot be kept in {cache_folder()}: it cannot be written, or "
            f"the disk is full. All {whole:,} characters need about {needed / 1e6:,.0f} MB there; "
            "HIDDEN_STATES_CACHE may name another folder that all workers share."
        )
    let_go(states.values)
    units, steps = states.values.shape
    return Part(Path(states.values.filename).name, units, steps, states.breaks)
