"""Clusters: the figure against the library, every control, links, and what does not fit."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core.analysis.cluster_quality import find_clusters
from lstmvis_core.analysis.sequence_response import mean_of_clusters
from lstmvis_core.charts.cluster_scene import MOST_ROWS, letter_of
from lstmvis_core.charts.unit_words_chart import extreme_words
from pages.ui.link import from_example
from pages.ui.parameters import NO_CLUSTER, RANGE
from pages.ui.view import View
from tests.app.driver import (
    SELECT_PAGE,
    TEXT,
    check,
    click,
    frame,
    go_to,
    html,
    keys,
    links,
    markdown,
    open_page,
    params,
    select,
    sentences,
    type_text,
    upload,
    view,
)

CLUSTERS_PAGE = "pages/6_Clusters.py"
CHART = "clusters_"
PAIR = (
    "I love the food, though the staff is not helpful\nThe staff is not helpful, though I love it"
)
model = cache(lv.load_model)


def open_clusters(**params: str) -> AppTest:
    """A fresh session on Clusters: model `parens`, unless a parameter says otherwise."""
    return open_page(CLUSTERS_PAGE, {"model": "parens", "text": TEXT, "clusters": "4"} | params)


def example(id: str, number: int = 0) -> dict[str, str]:
    """The link of a prepared view."""
    return from_example(id, lv.read_cluster_examples(id)[number]).to_params()


@cache
def usual(id: str, corpus: str, layer: int, kind: str, cut: str, frequent: int) -> lv.Responses:
    return lv.responses_of_corpus(
        model(id), lv.load_corpus(corpus), layer, kind, cut, most=frequent
    )


def expected(v: View) -> tuple[lv.Responses, lv.ResponseClusters]:
    """What the figure has to show."""
    responses = usual(v.model, v.corpus, v.layer, v.kind, v.cut, v.frequent)
    return responses, find_clusters(responses.scaled, v.clusters, v.method)


@cache
def quality_of_key(*key: Any) -> lv.ClusterQuality:
    *layer, number, method = key
    return lv.cluster_quality(usual(*layer), number, method)


def quality_of(v: View) -> lv.ClusterQuality:
    """What the clusters are worth."""
    layer = v.model, v.corpus, v.layer, v.kind, v.cut, v.frequent
    return quality_of_key(*layer, v.clusters, v.method)


def sentence(v: View, number: int = 0) -> lv.SequenceResponse:
    """How the clusters respond to a line of the text."""
    _, clusters = expected(v)
    trace = lv.trace_text(model(v.model), v.text.split("\n")[number])
    return lv.sequence_response(trace, v.layer, v.kind, clusters.units, v.cut)


def squares(at: AppTest, chart: str = CHART) -> pd.DataFrame:
    return frame(at, chart, "unit", "share", "here").sort_values("unit")


def tables(at: AppTest) -> dict[str, pd.DataFrame]:
    """All that the figure draws, by the names of the layout."""
    [chart] = [one for one in at.get("vega_lite_chart") if (one.key or "").startswith(CHART)]
    sets = chart.proto.datasets
    return {one.name: convert_arrow_bytes_to_pandas_df(one.data.data) for one in sets}


def words(at: AppTest) -> pd.DataFrame:
    return frame(at, CHART, "word", "bold", "picked")


def looked_at(at: AppTest) -> list[int]:
    """Steps of the words that have a frame."""
    table = frame(at, CHART, "glyph", "here")
    return table[table["here"]]["piece"].tolist()


def consistent(at: AppTest) -> None:
    """What the page shows is what the library says about the view of the link."""
    v = view(at)
    responses, clusters = expected(v)
    units = squares(at)
    assert units["unit"].tolist() == list(range(len(clusters.units)))
    assert units["cluster"].tolist() == clusters.units.tolist()
    assert units[units["here"]]["unit"].tolist() == [v.unit]
    cloud_words(at, v, responses, clusters)
    glyphs(at, v, clusters)
    picked = [word for word in v.words if word in responses.index]
    found = sentence(v)
    name = found.pieces.names[found.pieces.at(looked_at(at)[0])] if "\n" not in v.text else ""
    if picked and picked[-1] != name:
        assert np.allclose(units["value"], responses.scaled[responses.index[picked[-1]]])
    elif "\n" not in v.text:
        piece = found.pieces.at(looked_at(at)[0])
        assert np.allclose(units["value"], found.changes[piece] / responses.divisors, atol=1e-6)
    chips = frame(at, CHART, "says", "followed")
    assert chips[chips["followed"]]["cluster"].tolist() == [c for c in [v.cluster] if c >= 0]
    box = frame(at, "unit_words", "number", "mean")
    assert box["number"].tolist() == extreme_words(responses, v.unit)
    quality = quality_of(v)
    assert f"**{quality.ratio:.2f}** times" in markdown(at)
    assert f"agreement of **{quality.units_again:.2f}**" in markdown(at)
    for name in ("model", "layer", "kind", "clusters", "method", "weakest", "cluster", "tint"):
        assert at.session_state[name] == getattr(v, name), name


def cloud_words(
    at: AppTest, v: View, responses: lv.Responses, clusters: lv.ResponseClusters
) -> None:
    """Each cloud has words of its cluster and pole, and all that are typed or compared."""
    table = words(at)
    index = table["word"].to_numpy()
    assert (
        table["cloud"].tolist()
        == (2 * clusters.words[index] + (clusters.word_poles[index] < 0)).tolist()
    )
    shown = {responses.words[word] for word in index}
    assert set(v.words) & set(responses.words) <= shown
    assert set(table[table["picked"]]["word"]) == {
        responses.index[word] for word in v.words if word in responses.index
    }
    drawn = clusters.links()
    limit = v.weakest * np.nanmax(np.abs(drawn))
    strong = [
        (2 * c + side, other)
        for c, side, other in np.argwhere(np.abs(np.nan_to_num(drawn)) >= max(limit, 1e-12))
    ]
    there = tables(at)["links"]
    assert set(zip(there["cloud"], there["cluster"], strict=True)) == set(strong)


def glyphs(at: AppTest, v: View, clusters: lv.ResponseClusters) -> None:
    """A glyph a word of the first lines, a bar a cluster."""
    names = frame(at, CHART, "glyph", "here", "text")
    found = sentence(v)
    drawn = names[names["glyph"] == names["glyph"].min()]
    assert len(drawn) == min(MOST_ROWS, len(found.pieces))
    bars = frame(at, CHART, "part", "told")
    assert len(bars[bars["part"] == "state"]) == len(names) * clusters.number


# -- opening -----------------------------------------------------------------------------------


def test_without_a_link_the_first_network_shows_which_words_drive_which_units():
    at = open_page(CLUSTERS_PAGE)
    v = view(at)
    assert (v.model, v.cut, v.clusters) == ("prose", "word", 6)
    assert "Look for a kind of words" in markdown(at)
    assert ":material/search:" in markdown(at)
    assert not at.warning
    consistent(at)


@pytest.mark.parametrize(
    ("id", "number"),
    [(id, n) for id in lv.list_models() for n in range(len(lv.read_cluster_examples(id)))],
)
def test_every_prepared_view_opens_as_it_was_prepared(id: str, number: int):
    at = open_page(CLUSTERS_PAGE, example(id, number))
    assert not at.warning
    assert lv.read_cluster_examples(id)[number]["look_for"][:20] in re.sub(
        r"\\(.)", r"\1", markdown(at)
    )
    consistent(at)


def test_the_examples_button_opens_a_prepared_view():
    at = open_page(CLUSTERS_PAGE)
    click(at, "example_prose_1")
    assert view(at).cut == "token"
    consistent(at)


def test_vowels_of_prose_are_in_one_cloud():
    at = open_page(CLUSTERS_PAGE, example("prose", 1))
    table = words(at).set_index("text")["cloud"]
    assert len({table[vowel] for vowel in "aeiou"}) == 1


def test_good_and_bad_words_fall_into_different_clusters_and_the_page_says_how_many():
    at = open_page(CLUSTERS_PAGE, example("sentiment"))
    found = re.findall(r"(\d+) of (\d+) words \*(good|bad)\* are in (\w[▲▼])", markdown(at))
    assert [label for *_, label, _ in found] == ["good", "bad"]
    assert found[0][3][0] != found[1][3][0], "clusters differ, not only their poles"
    assert all(int(inside) > 0.6 * int(all_of_it) for inside, all_of_it, *_ in found)


def test_the_page_says_how_differently_though_is_read_in_the_pair_of_the_paper():
    at = open_page(CLUSTERS_PAGE, example("sentiment"))
    v = view(at)
    responses, clusters = expected(v)
    first, second = sentence(v), sentence(v, 1)
    one, other = (s.changes[s.pieces.names.index("though")] for s in (first, second))
    difference = lv.response_difference(one, other, responses, clusters, "though")
    said = markdown(at)
    for number in (difference.first, difference.second, difference.apart):
        assert f"{number:.2f}" in said
    assert f"two places of the corpus with this word: {difference.usually_apart:.2f}" in said
    assert "**though** comes in sentence 1 and in sentence 2" in said
    chances = np.exp(lv.trace_text(model("sentiment"), v.text.split("\n")[0]).log_probabilities)
    assert f"{chances[4, 1]:.2f} → {chances[5, 1]:.2f}" in said


# -- controls ----------------------------------------------------------------------------------

CONTROLS = [
    ("slider", "clusters", [5, 20, 2, 4]),
    ("segmented_control", "method", ["spectral", "ward"]),
    ("slider", "weakest", [0.9, 0.0, 0.4]),
    ("selectbox", "cluster", [2, 0, NO_CLUSTER]),
    ("selectbox", "tint", ["nothing", "character"]),
    ("selectbox", "kind", ["cell", "forget_gate", "hidden"]),
    ("segmented_control", "layer", [2, 1]),
    ("select_slider", "frequent", [100, 1000, 300]),
    ("multiselect", "words", [["("], ["(", ")", "0"], []]),
    ("number_input", "unit", [31, 0]),
    ("toggle", "large", [True, False]),
    ("selectbox", "corpus", ["dna", "parens"]),
]


@pytest.mark.parametrize(("widget", "key", "values"), CONTROLS, ids=[key for _, key, _ in CONTROLS])
def test_a_control_changes_the_picture_and_the_link(widget: str, key: str, values: list):
    at = open_clusters(unit="7")
    for value in values:
        getattr(at, widget)(key=key).set_value(value)
        check(at.run())
        found = getattr(view(at), key)
        assert found == (tuple(value) if isinstance(value, list) else value)
        consistent(at)


def test_more_clusters_split_one_and_leave_the_others():
    at = open_clusters(clusters="2")
    before = squares(at)["cluster"].to_numpy()
    for number in range(3, 9):
        at.slider(key="clusters").set_value(number)
        check(at.run())
        after = squares(at)["cluster"].to_numpy()
        moved = before != after
        assert len(set(before[moved])) == 1
        assert set(after[moved]) == {number - 1}
        before = after


def test_characters_and_words_are_two_ways_to_cut_a_text():
    at = open_page(CLUSTERS_PAGE, example("prose"))
    assert view(at).cut == "word"
    at.segmented_control(key="cut").set_value("token")
    check(at.run())
    assert view(at).cut == "token"
    consistent(at)


def test_a_sentence_is_added_and_stands_beside_the_first():
    at = open_page(CLUSTERS_PAGE, example("english"))
    one = frame(at, CHART, "strong", "text")["text"].tolist()
    click(at, "add_sentence")
    text = view(at).text
    first, second = text.split("\n")
    assert first == second
    heads = frame(at, CHART, "strong", "text")["text"].tolist()
    assert "Your text" in one
    assert {"Sentence 1", "Sentence 2"} <= set(heads)
    consistent(at)
    type_text(at, f"{first}\nShe read the old books .\n\nHe did not .\nNo.")
    heads = frame(at, CHART, "strong", "text")["text"].tolist()
    assert "Sentence 3" in heads
    assert "Sentence 4" not in heads
    assert "shown are the first 3" in "\n".join(caption.value for caption in at.caption)
    assert at.button(key="add_sentence").disabled


def test_lines_are_read_from_an_empty_memory_each():
    at = open_page(CLUSTERS_PAGE, example("sentiment") | {"text": "It is good.\nIt is good."})
    bars = frame(at, CHART, "part", "told")
    states = bars[bars["part"] == "state"]
    left = states[states["x"] < states["x"].median()]
    right = states[states["x"] >= states["x"].median()]
    assert left["told"].tolist() == right["told"].tolist()


def test_the_other_way_to_find_clusters_is_set_beside_if_asked():
    at = open_clusters()
    assert not at.dataframe
    at.toggle(key="both_methods").set_value(True)
    check(at.run())
    table = at.dataframe[0].value
    both = [quality_of(replace(view(at), method=method)) for method in ("ward", "spectral")]
    assert table["found by"].tolist() == ["tree", "spectral"]
    assert table["blocks"].tolist() == [one.ratio for one in both]
    assert table["words again"].tolist() == [one.words_again for one in both]


# -- the mouse ---------------------------------------------------------------------------------


def point(what: str, **numbers: int) -> list[dict]:
    fields = {"cluster": -1, "cloud": -1, "piece": -1, "unit": -1, "word": -1}
    return [{"what": what, **fields, **numbers}]


def test_a_click_on_a_word_of_the_text_looks_at_it():
    at = open_clusters(words="%28")
    select(at, CHART, pick=point("piece", piece=3))
    assert (view(at).step, view(at).words) == (3, ())
    assert looked_at(at) == [3]
    consistent(at)


def test_a_click_on_a_bar_looks_at_its_word():
    at = open_clusters()
    select(at, CHART, pick=point("bar", piece=5, cluster=1))
    assert view(at).step == 5
    consistent(at)


def test_clicks_on_words_of_clouds_compare_up_to_three_and_take_them_away_again():
    at = open_clusters()
    names = usual("parens", "parens", 1, "hidden", "token", 300).words
    for word in range(4):
        select(at, CHART, pick=point("word", word=word))
        consistent(at)
    assert view(at).words == names[1:4]
    assert frame(at, "responses", "word", "mean")["word"].nunique() == 3
    select(at, CHART, pick=point("word", word=2))
    assert view(at).words == (names[1], names[3])
    consistent(at)


def test_a_click_on_a_chip_follows_it_and_another_one_lets_it_go():
    at = open_clusters()
    select(at, CHART, pick=point("chip", cluster=2))
    assert view(at).cluster == 2
    consistent(at)
    select(at, CHART, pick=point("chip", cluster=2))
    assert view(at).cluster == NO_CLUSTER


def test_a_click_on_a_square_shows_the_words_of_its_unit():
    at = open_clusters()
    select(at, CHART, pick=point("unit", unit=21, cluster=0))
    assert view(at).unit == 21
    consistent(at)


def test_a_click_beside_everything_changes_nothing():
    at = open_clusters()
    before = view(at)
    select(at, CHART, pick=[])
    assert view(at) == before


def test_a_unit_of_the_responses_and_a_word_of_the_unit_can_be_clicked():
    at = open_clusters()
    select(at, "responses", unit_of_response=[{"unit": 9}])
    assert view(at).unit == 9
    select(at, "unit_words", word_of_unit=[{"number": 0}])
    assert view(at).words == usual("parens", "parens", 1, "hidden", "token", 300).words[:1]
    consistent(at)


def test_the_list_of_words_does_what_a_click_does():
    at = open_page(CLUSTERS_PAGE, example("sentiment"))
    box = next(box for box in at.selectbox if str(box.key).startswith("look_at"))
    box.set_value((1, 6))
    check(at.run())
    second = len(lv.trace_text(model("sentiment"), view(at).text.split("\n")[0]).tokens)
    assert view(at).step == second + 1 + 6, "a line break is a token between them"
    assert "though" in markdown(at)
    assert len(looked_at(at)) == 1


# -- two models --------------------------------------------------------------------------------


def test_a_second_model_stands_mirrored_beside_the_first():
    at = open_page(CLUSTERS_PAGE, example("prose", 2))
    v = view(at)
    assert (v.other, v.other_layer) == ("prose-rnn", 2)
    other = usual("prose-rnn", v.corpus, 2, "hidden", "word", v.frequent)
    clusters = lv.response_tree(other.scaled).cut(v.clusters)
    assert squares(at, "beside")["cluster"].tolist() == clusters.units.tolist()
    left, right = squares(at)["x"], squares(at, "beside")["x"]
    names = (
        frame(at, CHART, "glyph", "here")["glyph"],
        frame(at, "beside", "glyph", "here")["glyph"],
    )
    assert names[0].max() < left.min()
    assert names[1].min() > right.max()
    consistent(at)


def test_another_second_model_begins_with_its_last_layer_and_can_be_taken_away():
    at = open_page(CLUSTERS_PAGE, example("prose", 2) | {"other_layer": "1"})
    at.selectbox(key="other").set_value("prose-gru")
    check(at.run())
    assert (view(at).other, view(at).other_layer) == ("prose-gru", 2)
    at.selectbox(key="other").set_value("")
    check(at.run())
    assert (view(at).other, view(at).other_layer) == ("", 0)
    assert not any(key.startswith("beside") for key in keys(at))


def test_a_click_in_the_second_figure_looks_at_the_word_in_both():
    at = open_page(CLUSTERS_PAGE, example("prose", 2))
    select(at, "beside", pick=point("piece", piece=7))
    assert view(at).step == 7
    select(at, "beside", pick=point("unit", unit=3, cluster=0))
    assert view(at).unit == from_example("prose", lv.read_cluster_examples("prose")[2]).unit


# -- other pages, other models ------------------------------------------------------------------


def test_all_is_kept_while_another_page_is_visited():
    at = open_clusters(words="%28", cluster="1", unit="5", step="4")
    before = view(at)
    go_to(at, SELECT_PAGE)
    go_to(at, CLUSTERS_PAGE)
    assert view(at) == before
    consistent(at)


def test_another_network_begins_with_its_own_words():
    at = open_page(CLUSTERS_PAGE, example("english") | {"words": "the", "cluster": "3"})
    at.selectbox(key="model").set_value("tagger")
    check(at.run())
    v = view(at)
    assert (v.model, v.words, v.cluster, v.cut) == ("tagger", (), NO_CLUSTER, "token")
    assert not at.warning
    consistent(at)


@pytest.mark.parametrize("layer", ["1", "2"])
def test_a_layer_that_reads_from_the_end_is_clustered_as_it_reads(layer: str):
    at = open_page(CLUSTERS_PAGE, {"model": "tagger", "text": "He saw it .", "layer": layer})
    consistent(at)


def test_a_unit_leads_to_units():
    at = open_clusters(unit="6", layer="2")
    [there] = [v for v in links(at) if v.panel == "about"]
    assert there == replace(view(at), panel="about", find=RANGE)


def test_a_project_is_replaced_with_a_sentence():
    at = open_page(CLUSTERS_PAGE, {"model": "project:nothing"})
    assert "project" in at.warning[0].value
    assert view(at).model == "prose"


def test_a_text_of_ones_own_is_averaged_over_and_one_that_says_too_little_is_said():
    at = open_clusters()
    upload(at, "mine.txt", b"0 (1 (2) 1) 0 " * 60)
    assert view(at).corpus.startswith("own-")
    table = words(at)
    assert set(table["text"]) == set("012()·")
    upload(at, "little.txt", b"(1)")
    assert "No word comes five times" in sentences(at)
    assert not any(key.startswith(CHART) for key in keys(at))


# -- what does not fit -------------------------------------------------------------------------


def test_an_empty_text_is_said():
    at = open_clusters(text="")
    assert "text is empty" in sentences(at)
    type_text(at, "(1 (2))")
    consistent(at)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("clusters", "1", "clusters is '1'"),
        ("clusters", "99", "clusters is '99'"),
        ("method", "guess", "method is 'guess'"),
        ("cut", "word", "reads no words"),
        ("cut", "line", "cut is 'line'"),
        ("weakest", "2", "weakest is '2'"),
        ("cluster", "44", "cluster is '44'"),
        ("words", "a,b,c,d", "compared are up to 3 words"),
        ("tint", "exon", "no track 'exon'"),
        ("tint", "BAD TRACK", "tint is 'BAD TRACK'"),
        ("frequent", "7", "frequent is '7'"),
        ("other", "nobody", "other is 'nobody'"),
        ("other", "project:mine", "cannot be put beside"),
        ("other_layer", "x", "other_layer is 'x'"),
        ("unit", "32", "Units of that layer go from 0 to 31"),
    ],
)
def test_a_link_that_makes_no_sense_is_a_sentence_and_the_rest_is_shown(name, value, said):
    chords = {"model": "chords", "text": "C Am F G"} if name == "cut" else {}
    at = open_clusters(**chords, **{name: value})
    assert said in re.sub(r"\\(.)", r"\1", at.warning[0].value)
    consistent(at)


def test_a_layer_that_the_second_model_lacks_is_a_sentence():
    at = open_page(CLUSTERS_PAGE, example("prose", 2) | {"other_layer": "7"})
    assert "layers 1 to 2" in sentences(at)
    assert view(at).other_layer == 2


def test_a_followed_cluster_that_is_gone_is_followed_no_more():
    at = open_clusters(cluster="3")
    at.slider(key="clusters").set_value(2)
    check(at.run())
    assert view(at).cluster == NO_CLUSTER
    consistent(at)


def test_words_that_the_corpus_lacks_stay_in_the_link_and_the_rest_is_shown():
    at = open_clusters(words="%28,zebra")
    assert view(at).words == ("(", "zebra")
    assert words(at)[words(at)["picked"]]["text"].tolist() == ["("]
    consistent(at)


ODD = ["x", "👩‍🚀🙂", "e\u0301\u0323", "שלום", "a\x00b", "\u202eabc", "\ufffd", "<b>", "  (  "]


@pytest.mark.parametrize("id", ["prose", "english"])
def test_any_text_is_read(id: str):
    at = open_page(CLUSTERS_PAGE, example(id))
    for text in ODD:
        type_text(at, text)
        assert view(at).text == text
        if any(key.startswith(CHART) for key in keys(at)):
            consistent(at)


def test_hostile_text_is_shown_and_never_read_as_markup():
    at = open_page(CLUSTERS_PAGE, example("prose") | {"text": "<script>alert(1)</script> **x**"})
    assert "<script" not in html(at)
    assert "**x**" not in markdown(at).replace("\\*\\*x\\*\\*", "")
    assert params(at)["text"] == "<script>alert(1)</script> **x**"
    consistent(at)


def test_a_long_sentence_is_shown_around_the_word_that_is_looked_at():
    at = open_clusters(step="30")
    table = frame(at, CHART, "glyph", "here")
    assert table["piece"].tolist() == list(range(37 - MOST_ROWS, 37))
    assert looked_at(at) == [30]
    assert f"{38 - MOST_ROWS}–37 of 37" in frame(at, CHART, "strong", "text")["text"].tolist()


def test_pushes_are_mean_responses_of_clusters():
    at = open_clusters(step="3", weakest="0")
    v = view(at)
    responses, clusters = expected(v)
    values = mean_of_clusters(sentence(v).changes, responses, clusters)
    table = tables(at)["pushes"]
    table = table[(table["piece"] == 3) & (table["order"] == 0)]
    for cluster, value in zip(table["cluster"], table["value"], strict=True):
        assert value == pytest.approx(values[3, cluster], abs=1e-6), letter_of(cluster)
    assert set(table["rest"]) == {0.6}
