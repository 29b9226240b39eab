"""See what a recurrent network remembers: states, selections, matches, tracks and charts.

Everything the app shows can be made in a notebook with this package alone.
"""

from lstmvis_core.analysis.ablation import ablate, prediction_change, surprisal_change
from lstmvis_core.analysis.agreement import Agreement, agreement, by_chance
from lstmvis_core.analysis.cluster_quality import (
    ClusterQuality,
    adjusted_rand_index,
    cluster_quality,
)
from lstmvis_core.analysis.embedding_map import EmbeddingMap, embedding_map, neighbours
from lstmvis_core.analysis.explain import Explanation, explain_unit
from lstmvis_core.analysis.explaining_tracks import explaining_tracks
from lstmvis_core.analysis.gate_counts import GateCounts, gate_counts
from lstmvis_core.analysis.gate_findings import Finding, gate_findings
from lstmvis_core.analysis.gradients import Gradients, gradients_through_time
from lstmvis_core.analysis.ledger import memory_ledger
from lstmvis_core.analysis.lookback import explained_by_tokens
from lstmvis_core.analysis.odds import drawing_odds
from lstmvis_core.analysis.one_step import GateSum, OneStep, Term, one_step
from lstmvis_core.analysis.over_training import OverTraining, over_training
from lstmvis_core.analysis.pieces import (
    Pieces,
    labels_of_words,
    pieces_of,
    pieces_of_corpus,
)
from lstmvis_core.analysis.planted import Planted, planted_responses
from lstmvis_core.analysis.probe import Probe, probe
from lstmvis_core.analysis.promoted import Promoted, promoted_tokens
from lstmvis_core.analysis.ranked import RankedStates, rank_corpus
from lstmvis_core.analysis.response_clusters import (
    ResponseClusters,
    ResponseTree,
    cluster_responses,
    response_tree,
)
from lstmvis_core.analysis.responses import Responses, expected_responses, responses_of_corpus
from lstmvis_core.analysis.right_context import Flip, changed_labels, without_right_context
from lstmvis_core.analysis.running_score import RunningScore, running_score
from lstmvis_core.analysis.sampling import sample
from lstmvis_core.analysis.saturation import (
    Saturation,
    gate_saturation,
    saturation,
    telling_units,
)
from lstmvis_core.analysis.sequence_response import (
    ResponseDifference,
    SequenceResponse,
    response_difference,
    sequence_response,
)
from lstmvis_core.analysis.spectral_clusters import spectral_clusters
from lstmvis_core.analysis.step_jacobians import RecurrentMatrix, recurrent_matrices
from lstmvis_core.analysis.text_properties import TextProperties
from lstmvis_core.analysis.time_constants import time_constants
from lstmvis_core.analysis.unit_effects import first_order_effects, unit_effects
from lstmvis_core.analysis.unit_examples import Example, UnitExamples, unit_examples
from lstmvis_core.analysis.unit_scores import best_by_chance, rank_units
from lstmvis_core.cache import Progress
from lstmvis_core.cells import KINDS
from lstmvis_core.corpus import Corpus, list_corpora, load_corpus
from lstmvis_core.corpus_trace import CorpusTrace
from lstmvis_core.errors import (
    ClusterError,
    CorpusError,
    HiddenStatesError,
    HubError,
    LessonError,
    ModelError,
    ModelFolderError,
    ProjectError,
    SelectionError,
    StatesError,
    TextError,
    TrackError,
    UnknownModelError,
)
from lstmvis_core.evaluation import Evaluation, evaluate
from lstmvis_core.grammars import Generated, KnownTrack
from lstmvis_core.hooks import record
from lstmvis_core.matching import Match, find_matches
from lstmvis_core.model import ModelConfig, SequenceModel
from lstmvis_core.outputs import Outputs, outputs_of_corpus, outputs_of_trace
from lstmvis_core.pipelines.load import list_pipelines, load_pipeline
from lstmvis_core.pipelines.pipeline import Pipeline
from lstmvis_core.projects import (
    Project,
    StateSource,
    export_corpus,
    open_project,
    unpack_project,
    write_project,
)
from lstmvis_core.recording import RecordedLayer, RecordedTrace, Recording
from lstmvis_core.selection import (
    SIGNS,
    Selection,
    is_on,
    longest_run,
    select_units,
    suggest_threshold,
    units_at_thresholds,
)
from lstmvis_core.sources import MAX_UPLOAD, corpus_from_bytes, load_hub_text
from lstmvis_core.states import CorpusStates, PartitionedStates, corpus_states
from lstmvis_core.text import Tokens, Vocabulary
from lstmvis_core.trace import Trace, trace_text
from lstmvis_core.tracks import (
    Labels,
    Options,
    Track,
    track_of_corpus,
    track_of_trace,
    tracks_of,
)
from lstmvis_core.tracks.labels import read_labels
from lstmvis_core.zoo import list_checkpoints, list_models, load_model
from lstmvis_core.zoo.cards import (
    Card,
    Figure,
    read_card,
    read_card_data,
    read_cluster_examples,
    read_examples,
    read_highlight,
    read_history,
    read_unit_examples,
)

__all__ = [
    "KINDS",
    "MAX_UPLOAD",
    "SIGNS",
    "Agreement",
    "Card",
    "ClusterError",
    "ClusterQuality",
    "Corpus",
    "CorpusError",
    "CorpusStates",
    "CorpusTrace",
    "EmbeddingMap",
    "Evaluation",
    "Example",
    "Explanation",
    "Figure",
    "Finding",
    "Flip",
    "GateCounts",
    "GateSum",
    "Generated",
    "Gradients",
    "HiddenStatesError",
    "HubError",
    "KnownTrack",
    "Labels",
    "LessonError",
    "Match",
    "ModelConfig",
    "ModelError",
    "ModelFolderError",
    "OneStep",
    "Options",
    "Outputs",
    "OverTraining",
    "PartitionedStates",
    "Pieces",
    "Pipeline",
    "Planted",
    "Probe",
    "Progress",
    "Project",
    "ProjectError",
    "Promoted",
    "RankedStates",
    "RecordedLayer",
    "RecordedTrace",
    "Recording",
    "RecurrentMatrix",
    "ResponseClusters",
    "ResponseDifference",
    "ResponseTree",
    "Responses",
    "RunningScore",
    "Saturation",
    "Selection",
    "SelectionError",
    "SequenceModel",
    "SequenceResponse",
    "StateSource",
    "StatesError",
    "Term",
    "TextError",
    "TextProperties",
    "Tokens",
    "Trace",
    "Track",
    "TrackError",
    "UnitExamples",
    "UnknownModelError",
    "Vocabulary",
    "ablate",
    "adjusted_rand_index",
    "agreement",
    "best_by_chance",
    "by_chance",
    "changed_labels",
    "cluster_quality",
    "cluster_responses",
    "corpus_from_bytes",
    "corpus_states",
    "drawing_odds",
    "embedding_map",
    "evaluate",
    "expected_responses",
    "explain_unit",
    "explained_by_tokens",
    "explaining_tracks",
    "export_corpus",
    "find_matches",
    "first_order_effects",
    "gate_counts",
    "gate_findings",
    "gate_saturation",
    "gradients_through_time",
    "is_on",
    "labels_of_words",
    "list_checkpoints",
    "list_corpora",
    "list_models",
    "list_pipelines",
    "load_corpus",
    "load_hub_text",
    "load_model",
    "load_pipeline",
    "longest_run",
    "memory_ledger",
    "neighbours",
    "one_step",
    "open_project",
    "outputs_of_corpus",
    "outputs_of_trace",
    "over_training",
    "pieces_of",
    "pieces_of_corpus",
    "planted_responses",
    "prediction_change",
    "probe",
    "promoted_tokens",
    "rank_corpus",
    "rank_units",
    "read_card",
    "read_card_data",
    "read_cluster_examples",
    "read_examples",
    "read_highlight",
    "read_history",
    "read_labels",
    "read_unit_examples",
    "record",
    "recurrent_matrices",
    "response_difference",
    "response_tree",
    "responses_of_corpus",
    "running_score",
    "sample",
    "saturation",
    "select_units",
    "sequence_response",
    "spectral_clusters",
    "suggest_threshold",
    "surprisal_change",
    "telling_units",
    "time_constants",
    "trace_text",
    "track_of_corpus",
    "track_of_trace",
    "tracks_of",
    "unit_effects",
    "unit_examples",
    "units_at_thresholds",
    "unpack_project",
    "without_right_context",
    "write_project",
]
