"""Types to Altair charts (and coloured text): the only place that draws."""

from lstmvis_core.charts.agreement_chart import agreement_chart, lengths_chart
from lstmvis_core.charts.change_chart import change_chart
from lstmvis_core.charts.cluster_chart import cluster_chart
from lstmvis_core.charts.cluster_scene import Scene, Sentence, read_sentence
from lstmvis_core.charts.cluster_table import block_table, label_table
from lstmvis_core.charts.coloured_text import coloured_text
from lstmvis_core.charts.drawing import Drawing
from lstmvis_core.charts.effects_chart import effects_chart
from lstmvis_core.charts.embedding_chart import embedding_chart, neighbours_chart
from lstmvis_core.charts.example_rows import example_rows
from lstmvis_core.charts.figure_bars import figure_bars
from lstmvis_core.charts.gradient_chart import gradient_chart
from lstmvis_core.charts.guessed_text import guessed_text
from lstmvis_core.charts.labelled_text import labelled_text
from lstmvis_core.charts.ledger_chart import ledger_chart
from lstmvis_core.charts.loss_chart import loss_chart
from lstmvis_core.charts.match_chart import match_chart
from lstmvis_core.charts.match_frames import MatchRow, match_rows
from lstmvis_core.charts.minimap import minimap
from lstmvis_core.charts.over_training_chart import over_training_chart
from lstmvis_core.charts.prediction_chart import prediction_chart
from lstmvis_core.charts.probe_chart import probe_chart
from lstmvis_core.charts.ranking_chart import ranking_chart
from lstmvis_core.charts.response_chart import response_chart
from lstmvis_core.charts.sample_text import sample_text
from lstmvis_core.charts.saturation_chart import saturation_chart
from lstmvis_core.charts.score_chart import score_chart
from lstmvis_core.charts.select_chart import select_chart
from lstmvis_core.charts.select_frames import Window
from lstmvis_core.charts.shares_chart import shares_chart
from lstmvis_core.charts.step_chart import step_chart
from lstmvis_core.charts.step_equation import step_equation
from lstmvis_core.charts.tagged_text import tagged_text
from lstmvis_core.charts.text_heat import text_heat
from lstmvis_core.charts.threshold_chart import threshold_chart
from lstmvis_core.charts.unit_histogram import unit_histogram
from lstmvis_core.charts.unit_words_chart import unit_words_chart
from lstmvis_core.charts.wiring_chart import Column, wiring_chart

__all__ = [
    "Column",
    "Drawing",
    "MatchRow",
    "Scene",
    "Sentence",
    "Window",
    "agreement_chart",
    "block_table",
    "change_chart",
    "cluster_chart",
    "coloured_text",
    "effects_chart",
    "embedding_chart",
    "example_rows",
    "figure_bars",
    "gradient_chart",
    "guessed_text",
    "label_table",
    "labelled_text",
    "ledger_chart",
    "lengths_chart",
    "loss_chart",
    "match_chart",
    "match_rows",
    "minimap",
    "neighbours_chart",
    "over_training_chart",
    "prediction_chart",
    "probe_chart",
    "ranking_chart",
    "read_sentence",
    "response_chart",
    "sample_text",
    "saturation_chart",
    "score_chart",
    "select_chart",
    "shares_chart",
    "step_chart",
    "step_equation",
    "tagged_text",
    "text_heat",
    "threshold_chart",
    "unit_histogram",
    "unit_words_chart",
    "wiring_chart",
]
