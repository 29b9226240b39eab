"""Charts about one unit: what they draw."""

import re
from html import unescape

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.charts import example_rows, over_training_chart, unit_histogram


def test_the_histogram_counts_every_step_once():
    values = np.random.default_rng(0).normal(size=500).clip(-1, 1)
    drawing = unit_histogram(values, values[:3])
    bars = drawing.data["bars"]
    assert bars["share"].sum() == pytest.approx(1)
    for low, high, share in bars[["low", "high", "share"]].to_numpy().tolist():
        last = high == bars["high"].max()
        within = (values >= low - 1e-9) & ((values < high - 1e-9) | last)
        assert share == pytest.approx(within.mean()), low
    assert len(drawing.data["ticks"]) == 3
    drawing.chart().to_dict()


@pytest.mark.parametrize(
    ("values", "domain"),
    [([-0.5, 0.5], [-1, 1]), ([0.2, 0.9], [0, 1]), ([-3.2, 6.1], [-4, 7]), ([0.0, 0.0], [0, 1])],
)
def test_the_axis_fits_the_kind_of_state(values: list[float], domain: list[float]):
    spec = unit_histogram(np.array(values), np.array(values)).layout
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == domain


def test_values_of_the_text_beyond_the_corpus_are_on_the_axis():
    spec = unit_histogram(np.array([0.1, 0.9]), np.array([-2.5])).layout
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [-3, 1]


def told(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


def test_rows_show_the_value_and_the_text_of_each_example():
    tokens = lv.Vocabulary.from_text("ab\n").encode("ab\nba<b>")
    values = np.linspace(-1, 1, 8)
    html = example_rows(tokens, values, [lv.Example(1, 5, 2), lv.Example(5, 8, 5)])
    assert told(html) == "-0.43b⏎ba" + "+0.43<b>"
    assert html.count("outline") == 2 * 2
    assert "&lt;" in html


def test_words_in_rows_keep_their_blanks():
    tokens = lv.Vocabulary.from_text("a b", level="word").encode("one two three four")
    html = example_rows(tokens, np.zeros(4), [lv.Example(0, 4, 1), lv.Example(2, 3, 2)])
    assert told(html) == "+0.00one two three four" + "+0.00three"


def test_the_training_is_drawn_for_one_unit():
    found = lv.OverTraining(
        (0, 10, 500),
        np.array([[0.0, -0.5], [0.5, 0.0], [1.0, 1.0]]),
        np.array([[0.5, np.nan], [0.6, 0.7], [0.9, 0.8]]),
    )
    drawing = over_training_chart(found, 1, "tells x (AUC)")
    table = drawing.data["lines"]
    assert table["value"].tolist() == [-0.5, 0.0, 1.0, 0.7, 0.8]
    assert table["step"].tolist() == [0, 10, 500, 10, 500]
    assert drawing.layout["encoding"]["y"]["scale"]["domain"] == [-1, 1]
    assert over_training_chart(found, 0).layout["encoding"]["y"]["scale"]["domain"] == [0, 1]
    assert over_training_chart(found, 0).data["lines"]["value"].tolist() == [0.0, 0.5, 1.0]
    drawing.chart().to_dict()
