"""States of one layer over a corpus, kept on disk: of one machine, or in parts by many."""

from typing import TYPE_CHECKING, overload

from lstmvis_core.cache import Report
from lstmvis_core.cells import check_kind
from lstmvis_core.corpus import Corpus
from lstmvis_core.model import SequenceModel
from lstmvis_core.states.arrays import CorpusStates
from lstmvis_core.states.computing import kept_of_corpus, states_here
from lstmvis_core.states.distributing import states_by_parts
from lstmvis_core.states.partitioned import Part, PartitionedStates
from lstmvis_core.trace import check_layer

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["CorpusStates", "Part", "PartitionedStates", "corpus_states", "kept_of_corpus"]


@overload
def corpus_states(
    model: SequenceModel,
    corpus: Corpus,
    layer: int = 1,
    kind: str = "hidden",
    progress: Report | None = None,
    *,
    client: None = None,
) -> CorpusStates: ...


@overload
def corpus_states(
    model: SequenceModel,
    corpus: Corpus,
    layer: int = 1,
    kind: str = "hidden",
    progress: Report | None = None,
    *,
    client: "Client",
) -> PartitionedStates: ...


def corpus_states(
    model: SequenceModel,
    corpus: Corpus,
    layer: int = 1,
    kind: str = "hidden",
    progress: Report | None = None,
    *,
    client: "Client | None" = None,
) -> CorpusStates | PartitionedStates:
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
    client : distributed.Client or None
        Of a Dask cluster, for a corpus too large for one machine: its workers read a part of the
        documents each and keep the states in their cache folder, which all of them share
        (``docs/cluster.md``). A part that is there already is not read again.

    Returns
    -------
    CorpusStates or PartitionedStates
        Memory-mapped float32, read-only; in memory where the cache folder cannot be written. With
        a client, the names of the files; the states equal those of one process up to rounding,
        because other documents are read side by side.

    Raises
    ------
    SelectionError
        The model has no such layer or kind.
    StatesError
        The cached file was damaged. It is removed; ask again. Or the cache folder of the workers
        has no room for all states, or cannot be written.
    ClusterError
        The cluster cannot be used, or it lost every worker that began some part.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> states = lv.corpus_states(lv.load_model("parens"), Corpus("one", "One", ("(1 (2))",)))
    >>> states.values.shape
    (32, 7)
    """
    check_layer(model, layer)
    check_kind(model.config.cell, kind)
    if client is None:
        return states_here(model, corpus, layer, kind, progress)
    return states_by_parts(model, corpus, layer, kind, progress, client)
