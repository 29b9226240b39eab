"""Sentences in the Clusters view: which words are in view, their bars, and what they push."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.charts import Scene, Sentence, read_sentence
from lstmvis_core.charts.cluster_chart import WIDTH
from lstmvis_core.charts.cluster_frames import ClusterFrames
from lstmvis_core.charts.cluster_scene import THINNEST_LINK, WIDEST_LINK

K = 3
CLUSTERS = lv.response_tree(np.random.default_rng(5).normal(size=(12, 8))).cut(K)
WORDS = tuple(f"word{number}" for number in range(12))
TEXT = "(a b) (c (b.))\nab? (a"


def sentence(seed: int, pieces: int, first: int = 0, last: int | None = None) -> Sentence:
    """Any numbers that belong together: changes are those of the states.

    What is out of view is larger, so that it shows if it counts.
    """
    draws = np.random.default_rng(seed)
    at = np.arange(pieces)
    names = tuple(f"w{number}" for number in at)
    up = draws.uniform(0, 2, (pieces, K)) * draws.integers(0, 2, (pieces, K))
    down = -draws.uniform(0, 2, (pieces, K))
    last = pieces if last is None else last
    pushes = draws.normal(size=(pieces, K))
    for values in (up, down, pushes):
        values[:first] *= 5
        values[last:] *= 5
    shares = draws.uniform(0, 1.2, (2, pieces, K))
    response = lv.SequenceResponse(
        lv.Pieces(names, at, at + 1, at[:1]),
        draws.normal(size=(pieces, 8)),
        up,
        down,
        np.diff(up, axis=0, prepend=0),
        np.diff(down, axis=0, prepend=0),
        *shares,
    )
    return Sentence(names, tuple((100 * seed + at).tolist()), response, pushes, first, last)


def tables(*sentences: Sentence, **more: float) -> dict[str, pd.DataFrame]:
    counts = np.full(12, 7)
    scene = Scene(WORDS, counts, CLUSTERS, sentences, **more)  # pyright: ignore[reportArgumentType]
    return ClusterFrames(scene, WIDTH, False).tables()


def in_view(sentences: Sequence[Sentence]) -> list[tuple[Sentence, int, int]]:
    """Each piece that is drawn, with each cluster."""
    return [
        (one, piece, cluster)
        for one in sentences
        for piece in range(one.first, one.last)
        for cluster in range(K)
    ]


def of(table: pd.DataFrame, piece: int, cluster: int) -> pd.DataFrame:
    return table[(table["piece"] == piece) & (table["cluster"] == cluster)]


# -- reading -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["token", "word"])
def by(request: pytest.FixtureRequest) -> str:
    return request.param


def usual(model: lv.SequenceModel, by: str) -> lv.Responses:
    corpus = lv.Corpus("texts", "Texts", ("(a b) (c (b.))\nab", "b", "", "(ab.)ac"))
    return lv.responses_of_corpus(model, corpus, 2, by=by, least=1)


def test_a_text_is_read_as_the_library_reads_it(model, by: str):
    responses = usual(model, by)
    clusters = lv.response_tree(responses.scaled).cut(K)
    trace = lv.trace_text(model, TEXT)
    read = read_sentence(trace, 2, "hidden", responses, clusters, by)
    expected = lv.sequence_response(trace, 2, "hidden", clusters.units, by)
    for field in ("changes", "positive", "negative_change", "overlap", "kept"):
        np.testing.assert_array_equal(getattr(read.response, field), getattr(expected, field))
    ends = expected.pieces.ends.tolist()
    assert read.steps == tuple(end - 1 for end in ends)
    starts = expected.pieces.starts.tolist()
    typed = [TEXT[start:end] for start, end in zip(starts, ends, strict=True)]
    assert read.names == tuple(part.strip() or part for part in typed)
    assert "?" in read.names, "which the model reads as unknown"
    for piece, changes in enumerate(expected.changes):
        for cluster in range(K):
            members = np.flatnonzero(clusters.units == cluster)
            scaled = [clusters.poles[u] * changes[u] / responses.divisors[u] for u in members]
            assert read.pushes[piece, cluster] == pytest.approx(np.mean(scaled), abs=1e-6)


@settings(max_examples=40)
@given(number=st.integers(1, 45), most=st.integers(1, 20), data=st.data())
def test_the_window_has_the_piece_that_is_looked_at(tiny_model, number: int, most: int, data):
    model, trace = tiny_model("gru"), lv.trace_text(tiny_model("gru"), "ab( " * 12)
    trace = lv.trace_text(model, trace.tokens.text[:number])
    around = data.draw(st.none() | st.integers(0, number - 1))
    responses = usual(model, "token")
    clusters = lv.response_tree(responses.scaled).cut(2)
    read = read_sentence(trace, 2, "hidden", responses, clusters, around=around, most=most)
    assert read.last - read.first == min(most, number), "full windows, the last one too"
    assert 0 <= read.first <= (around or 0) < read.last <= number
    assert read.first % most == 0 or read.last == number, "it does not move with each word"


def test_pieces_may_be_called_otherwise(tiny_model):
    model = tiny_model("lstm")
    responses = usual(model, "token")
    clusters = lv.response_tree(responses.scaled).cut(2)
    trace = lv.trace_text(model, "abc")
    steps = np.array([7, 8, 9])
    read = read_sentence(trace, 2, "cell", responses, clusters, steps=steps)
    assert read.steps == (7, 8, 9)
    assert (read.first, read.last) == (0, 3)


# -- words -------------------------------------------------------------------------------------


def test_words_in_view_stand_below_each_other_and_one_is_looked_at():
    names = tables(sentence(1, 9, 2, 6), sentence(2, 3), looked_at=201)["names"]
    assert names["text"].tolist() == ["w2", "w3", "w4", "w5", "w0", "w1", "w2"]
    assert names["piece"].tolist() == [102, 103, 104, 105, 200, 201, 202]
    assert names[names["here"]]["piece"].tolist() == [201]
    assert names["y"].tolist() == [40, 86, 132, 178, 40, 86, 132]
    assert (names["y2"] - names["y"] == 30).all()
    assert (names["left"] < names["x"]).all()
    assert (names["x"] < names["glyph"]).all()


def test_heads_say_which_words_of_a_long_text_are_in_view():
    alone = tables(sentence(0, 40, 18, 36))["heads"]["text"].tolist()
    assert alone[:2] == ["Your text", "19–36 of 40"]
    assert alone[2 : 2 + K] == ["ABC"[cluster] for cluster in CLUSTERS.order]
    two = tables(sentence(0, 4), sentence(1, 4))["heads"]["text"].tolist()
    assert [text for text in two if "entence" in text] == ["Sentence 1", "Sentence 2"]
    assert not any(" of " in text for text in two)


# -- bars --------------------------------------------------------------------------------------


WINDOWS = pytest.mark.parametrize("window", [(0, 9), (3, 7)])


@WINDOWS
@pytest.mark.parametrize("seed", range(5))
def test_bars_show_states_and_what_has_changed(seed: int, window: tuple[int, int]):
    both = sentence(seed, 9, *window), sentence(seed + 50, 4)
    found = tables(*both)
    middles = found["names"].set_index("piece")["middle"]
    states = [(one.response.positive, one.response.negative) for one in both]
    limit = max(
        np.abs(part[one.first : one.last]).max()
        for one, parts in zip(both, states, strict=True)
        for part in parts
    )
    for one, piece, cluster in in_view(both):
        response, step = one.response, one.steps[piece]
        up, down = response.positive[piece, cluster], response.negative[piece, cluster]
        expected = [("state", down, up)]
        for value, changes in ((up, response.positive_change), (down, response.negative_change)):
            change = changes[piece, cluster]
            if change:
                ends = sorted([value - change, value])
                expected.append(("rose" if change > 0 else "fell", *ends))
        rows = of(found["bars"], step, cluster)
        assert rows["part"].tolist() == [part for part, _, _ in expected]
        # What was there before the window may have been larger than all that is drawn.
        ends = np.clip([(low, high) for _, low, high in expected], -limit, limit)
        half = 15 - 1  # px of a glyph
        pixels = middles[step] - ends * half / limit
        np.testing.assert_allclose(rows[["y2", "y"]], pixels, atol=1e-9)


@WINDOWS
def test_bars_stand_side_by_side_in_their_glyph_in_the_order_of_the_clusters(window):
    found = tables(sentence(3, 9, *window), sentence(4, 4))
    bars = found["bars"].merge(found["names"], on="piece", suffixes=("", "_of_word"))
    assert (bars["y"] >= bars["y_of_word"]).all()
    assert (bars["y2"] <= bars["y2_of_word"]).all()
    place = bars["cluster"].map(CLUSTERS.order.tolist().index)
    slot = (bars["x2_of_word"] - bars["glyph"]) / K
    np.testing.assert_allclose(bars["x"], bars["glyph"] + place * slot + 1)
    np.testing.assert_allclose(bars["x2"], bars["glyph"] + (place + 1) * slot - 1)


def test_states_that_are_all_zero_have_no_bars():
    one = sentence(0, 2)
    for field in ("positive", "negative", "positive_change", "negative_change"):
        getattr(one.response, field)[:] = 0
    bars = tables(one)["bars"]
    assert set(bars["part"]) == {"state"}
    assert (bars["y"] == bars["y2"]).all()


# -- what is kept ------------------------------------------------------------------------------


@WINDOWS
@pytest.mark.parametrize("plain", [False, True], ids=["gates", "no gates"])
def test_rulers_between_words_are_filled_as_far_as_the_state_is_kept(window, plain: bool):
    one = sentence(6, 9, *window)
    if plain:
        one.response.kept[:] = np.nan
    found = tables(one)
    kept, names = found["kept"], found["names"].set_index("piece")
    assert set(kept["piece"]) == set(one.steps[one.first + 1 : one.last]), "between two words"
    bars = found["bars"].drop_duplicates(["piece", "cluster"])
    both = kept.merge(bars, on=["piece", "cluster"], suffixes=("", "_of_bar"))
    assert len(both) == len(kept) == K * (one.last - one.first - 1)
    assert (both[["x", "x2"]].to_numpy() == both[["x_of_bar", "x2_of_bar"]].to_numpy()).all()
    for _, row in kept.iterrows():
        piece = one.steps.index(row["piece"])
        for column, shares in (("filled", one.response.overlap), ("gate", one.response.kept)):
            share = shares[piece, row["cluster"]]
            expected = row["x"] + (row["x2"] - row["x"]) * np.minimum(share, 1)
            assert row[column] == pytest.approx(expected, nan_ok=True), column
        assert names["y2"][one.steps[piece - 1]] < row["y"] < row["y2"] < names["y"][row["piece"]]
        assert ("by the gates" in row["told"]) == (not plain)


# -- pushes ------------------------------------------------------------------------------------


@WINDOWS
@pytest.mark.parametrize("weakest", [0.0, 0.4, 1.0])
def test_pushes_of_half_the_strength_of_links_are_drawn(window, weakest: float):
    both = sentence(7, 9, *window), sentence(8, 5)
    looked_at = both[1].steps[2]
    found = tables(*both, weakest=weakest, looked_at=looked_at)
    names, chips = found["names"].set_index("piece"), found["chips"].set_index("cluster")
    values = [float(one.pushes[piece, cluster]) for one, piece, cluster in in_view(both)]
    strongest = max(map(abs, values))
    drawn = 0
    for (one, piece, cluster), value in zip(in_view(both), values, strict=True):
        step = one.steps[piece]
        points = of(found["pushes"], step, cluster)
        if abs(value) < weakest / 2 * strongest:
            assert points.empty
            continue
        drawn += 1
        word, chip = names.loc[step], chips.loc[cluster]
        middle = (chip["y"] + chip["y2"]) / 2
        across = word["x2"] + (chip["x"] - word["x2"]) * np.array([0, 0.45, 0.55, 1])
        np.testing.assert_allclose(points.sort_values("order")["x"], across)
        np.testing.assert_allclose(points["y"], [word["middle"]] * 2 + [middle] * 2)
        assert points["link"].nunique() == 1
        wide = THINNEST_LINK + (WIDEST_LINK - THINNEST_LINK) * abs(value) / strongest
        assert points["wide"].tolist() == pytest.approx([wide] * 4)
        assert set(points["value"]) == {value}
        assert set(points["rest"]) == {0.6 if step == looked_at else 0.0}
    assert found["pushes"]["link"].nunique() == drawn == len(found["pushes"]) / 4
    assert drawn > 0
    assert (drawn == len(values)) == (weakest == 0)


def test_words_that_push_nothing_have_no_links():
    one = sentence(0, 3)
    one.pushes[:] = 0
    assert tables(one)["pushes"].empty
