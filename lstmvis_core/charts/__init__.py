"""Types to Altair charts (and coloured text): the only place that draws."""

from lstmvis_core.charts.coloured_text import coloured_text
from lstmvis_core.charts.match_chart import MatchRow, match_chart, match_rows
from lstmvis_core.charts.prediction_chart import prediction_chart
from lstmvis_core.charts.select_chart import Window, select_chart
from lstmvis_core.charts.threshold_chart import threshold_chart

__all__ = [
    "MatchRow",
    "Window",
    "coloured_text",
    "match_chart",
    "match_rows",
    "prediction_chart",
    "select_chart",
    "threshold_chart",
]
