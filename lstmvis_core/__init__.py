"""See what a recurrent network remembers: states, selections, matches, tracks and charts.

Everything the app shows can be made in a notebook with this package alone.
"""

from lstmvis_core.cells import KINDS
from lstmvis_core.corpus import (
    Corpus,
    CorpusStates,
    corpus_states,
    corpus_surprisal,
    list_corpora,
    load_corpus,
)
from lstmvis_core.errors import (
    CorpusError,
    HiddenStatesError,
    ModelError,
    ModelFolderError,
    SelectionError,
    StatesError,
    TextError,
    UnknownModelError,
)
from lstmvis_core.matching import Match, find_matches
from lstmvis_core.model import ModelConfig, SequenceModel
from lstmvis_core.selection import (
    SIGNS,
    Selection,
    is_on,
    longest_run,
    select_units,
    suggest_threshold,
    units_at_thresholds,
)
from lstmvis_core.text import Tokens, Vocabulary
from lstmvis_core.trace import Trace, trace_text
from lstmvis_core.tracks import Track, track_of_corpus, track_of_trace
from lstmvis_core.zoo import list_models, load_model, read_card, read_examples, read_highlight

__all__ = [
    "KINDS",
    "SIGNS",
    "Corpus",
    "CorpusError",
    "CorpusStates",
    "HiddenStatesError",
    "Match",
    "ModelConfig",
    "ModelError",
    "ModelFolderError",
    "Selection",
    "SelectionError",
    "SequenceModel",
    "StatesError",
    "TextError",
    "Tokens",
    "Trace",
    "Track",
    "UnknownModelError",
    "Vocabulary",
    "corpus_states",
    "corpus_surprisal",
    "find_matches",
    "is_on",
    "list_corpora",
    "list_models",
    "load_corpus",
    "load_model",
    "longest_run",
    "read_card",
    "read_examples",
    "read_highlight",
    "select_units",
    "suggest_threshold",
    "trace_text",
    "track_of_corpus",
    "track_of_trace",
    "units_at_thresholds",
]
