"""Tables of clusters against loops over all words: responses of clusters, and labels of words."""

import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.analysis.response_clusters import describe_clusters
from lstmvis_core.charts import Drawing, block_table, label_table
from lstmvis_core.charts.cluster_table import cloud_names

LETTERS = "ABCDE"


@st.composite
def any_clusters(draw: st.DrawFn) -> lv.ResponseClusters:
    """Up to five, in any order; some may have no units or no words."""
    draws = np.random.default_rng(draw(st.integers(0, 2**32)))
    k, words, units = draw(st.tuples(st.integers(1, 5), st.integers(1, 12), st.integers(1, 7)))
    table, labels = draws.normal(size=(words, units)), draws.integers(0, k, units)
    own = draws.integers(0, k, words) if draw(st.booleans()) else None
    return describe_clusters(table, labels, draws.permutation(k), own)


def cloud_of(clusters: lv.ResponseClusters, word: int) -> str:
    cluster = int(clusters.words[word])
    return LETTERS[cluster] + ("▼" if clusters.responses[word, cluster] < 0 else "▲")


def clouds_in_order(clusters: lv.ResponseClusters) -> list[str]:
    there = {cloud_of(clusters, word) for word in range(len(clusters.words))}
    names = [LETTERS[cluster] + mark for cluster in clusters.order for mark in "▲▼"]
    return [name for name in names if name in there]


def axes(drawing: Drawing) -> tuple[list[str], list[str]]:
    """Rows and columns as they are sorted."""
    encoding = drawing.layout["layer"][0]["encoding"]
    return encoding["y"]["sort"], encoding["x"]["sort"]


def values(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    cells = zip(table["row"], table["column"], table["value"], strict=True)
    return {(row, column): value for row, column, value in cells}


@given(any_clusters())
def test_clouds_are_named_in_the_order_of_the_view(clusters: lv.ResponseClusters):
    assert list(cloud_names(clusters).values()) == clouds_in_order(clusters)


@settings(max_examples=30)
@given(any_clusters())
def test_blocks_are_the_mean_responses_to_the_words_of_each_cloud(clusters: lv.ResponseClusters):
    drawing = block_table(clusters)
    rows, columns = axes(drawing)
    assert rows == clouds_in_order(clusters), "clouds without words are left out"
    assert columns == [LETTERS[cluster] for cluster in clusters.order]
    cells = drawing.data["cells"]
    found = values(cells)
    assert len(cells) == len(found) == len(rows) * len(columns)
    for (row, column), value in found.items():
        mine = [w for w in range(len(clusters.words)) if cloud_of(clusters, w) == row]
        of_words = [clusters.responses[word, LETTERS.index(column)] for word in mine]
        assert value == pytest.approx(sum(of_words) / len(of_words))
    strongest = max(map(abs, found.values()))
    expected = [abs(value) / strongest for value in cells["value"]]
    assert cells["share"].tolist() == pytest.approx(expected)
    assert cells["told"].tolist() == [f"{value:+.2f}" for value in cells["value"]]


@settings(max_examples=30)
@given(any_clusters(), st.data())
def test_labels_are_counted_word_by_word(clusters: lv.ResponseClusters, data: st.DataObject):
    words = len(clusters.words)
    labels = data.draw(st.lists(st.integers(-1, 3), min_size=words, max_size=words))
    names = ["x", "<b>", "y", "z", "never"]
    drawing = label_table(clusters, np.array(labels), names)
    rows, columns = axes(drawing)
    assert rows == [names[number] for number in range(5) if number in labels]
    assert columns == clouds_in_order(clusters)
    cells = drawing.data["cells"]
    found = values(cells)
    assert len(cells) == len(found) == len(rows) * len(columns)
    for (row, column), value in found.items():
        pairs = [(names[n], cloud_of(clusters, w)) for w, n in enumerate(labels) if n >= 0]
        assert value == pairs.count((row, column))
    for row in rows:
        mine = cells[cells["row"] == row]
        total = labels.count(names.index(row))
        assert mine["value"].sum() == total
        assert (mine["share"] * total).tolist() == pytest.approx(mine["value"].tolist())
    assert cells["told"].tolist() == [str(n) if n else "" for n in cells["value"]]


def test_words_without_a_label_make_an_empty_table():
    clusters = lv.response_tree(np.eye(3)).cut(2)
    drawing = label_table(clusters, np.full(3, -1), ["x"])
    assert drawing.data["cells"].empty
    assert axes(drawing) == ([], clouds_in_order(clusters))
    assert written(drawing)[-1] == "cloud of words"


def test_clusters_that_do_nothing_are_all_alike():
    cells = block_table(describe_clusters(np.zeros((3, 2)), np.arange(2))).data["cells"]
    assert values(cells) == {("A▲", "A"): 0, ("A▲", "B"): 0}
    assert cells["share"].tolist() == [0, 0]


def written(drawing: Drawing) -> list[str]:
    """All that Vega writes: the names of columns and of rows, then what is in the cells."""
    svg = vl_convert.vega_to_svg(vl_convert.vegalite_to_vega(drawing.chart().to_dict()))
    return [unescape(text) for text in re.findall("<text[^>]*>([^<]+)</text>", svg)]


def test_vega_draws_a_cell_for_each_pair_in_the_order_of_the_view():
    clusters = lv.response_tree(np.random.default_rng(2).normal(size=(20, 9))).cut(4)
    names = ["z", "<b>", "y"]
    for drawing in (block_table(clusters), label_table(clusters, np.arange(20) % 3, names)):
        rows, columns = axes(drawing)
        assert columns != sorted(columns)
        found = written(drawing)
        for order in (rows, columns):
            assert [text for text in found if text in order] == order
        told = [text for text in drawing.data["cells"]["told"] if text]
        assert sorted(text for text in found if re.match("[-+0-9]", text)) == sorted(told)


@pytest.mark.parametrize("k", [1, 5, 20])
def test_many_clouds_have_narrow_columns_and_few_no_wider_ones(k: int):
    clusters = lv.response_tree(np.random.default_rng(2).normal(size=(99, 30))).cut(k)
    drawing = label_table(clusters, np.zeros(99, int), ["x"])
    wide = drawing.layout["width"] / len(axes(drawing)[1])
    assert 20 <= wide <= 45
