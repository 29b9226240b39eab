"""The map: where tokens stand, which are named, and that no name covers another one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core.analysis.embedding_map import EmbeddingMap
from lstmvis_core.charts.embedding_chart import (
    HEIGHT,
    LINE,
    NEIGHBOUR_CLICK,
    TOKEN_CLICK,
    WIDTH,
    embedding_chart,
    neighbours_chart,
)
from lstmvis_core.charts.word_cloud import text_width

TOKENS = ["�", "house", "\n", "x" * 40, *(f"word{n}" for n in range(116))]


def shown(seed: int = 0, tokens: int = len(TOKENS), spread: float = 1.0) -> EmbeddingMap:
    places = np.random.default_rng(seed).normal(size=(tokens, 2)) * [spread, 1]
    return EmbeddingMap(places, (0.2, 0.1))


def words(*arguments, **options) -> pd.DataFrame:
    return embedding_chart(*arguments, **options).data["words"]


def boxes(table: pd.DataFrame) -> list[tuple[float, float, float, float]]:
    columns = ["name", "size", "label_x", "label_y"]
    rows = table.loc[table["named"], columns].values.tolist()
    found = []
    for name, size, x, y in rows:
        wide, high = text_width(name, size) / 2, LINE * size / 2
        found.append((x - wide, x + wide, y - high, y + high))
    return found


@given(st.integers(0, 50), st.sampled_from([0.001, 1.0, 40.0]))
def test_no_name_covers_another_one_and_all_are_on_the_paper(seed: int, spread: float):
    table = words(shown(seed, spread=spread), TOKENS, range(len(TOKENS)), bold=range(1, 20))
    assert ((table["x"] >= 0) & (table["x"] <= WIDTH)).all()
    assert ((table["y"] >= 0) & (table["y"] <= HEIGHT)).all()
    drawn = boxes(table)
    assert len(drawn) >= 10
    for at, (a, b, c, d) in enumerate(drawn):
        assert a >= -1 and b <= WIDTH + 1 and c >= -1 and d <= HEIGHT + 1
        for left, right, top, foot in drawn[:at]:
            assert b <= left + 1 or a >= right - 1 or d <= top + 1 or c >= foot - 1


def test_both_axes_have_the_same_scale_and_up_is_up():
    where = shown(4)
    table = words(where, TOKENS, range(30)).set_index("id").sort_index()
    apart = np.diff(where.places[:30], axis=0)
    scale = np.diff(table["x"]) / apart[:, 0]
    np.testing.assert_allclose(scale, scale[0])
    np.testing.assert_allclose(-np.diff(table["y"]) / apart[:, 1], scale[0])


def test_what_matters_most_is_named_first():
    places = np.zeros((8, 2))  # all in one place: there is room for few names
    table = words(
        EmbeddingMap(places, (0.5, 0.5)), TOKENS, range(1, 8), bold=[4, 5], chosen=6, near=[7, 5]
    )
    assert table["what"].tolist() == ["chosen", "near", "near", "text", *["other"] * 3]
    assert table["id"].tolist() == [6, 5, 7, 4, 1, 2, 3]
    assert table["bold"].tolist() == [True, True, False, True, False, False, False]
    assert table["named"].iloc[0]
    assert not table["named"].all()


def test_lines_lead_from_the_chosen_token_to_its_neighbours():
    drawing = embedding_chart(shown(2), TOKENS, range(1, 9), chosen=3, near=[1, 2])
    links, table = drawing.data["links"], drawing.data["words"].set_index("id")
    assert links["x"].tolist() == [table["x"][3]] * 2
    assert sorted(links["x2"]) == sorted([table["x"][1], table["x"][2]])
    assert not len(embedding_chart(shown(2), TOKENS, [1, 2]).data["links"])


def test_blanks_can_be_seen_and_long_tokens_are_cut():
    names = words(shown(), TOKENS, [2, 3])["name"].tolist()
    assert names == ["⏎", "x" * 17 + "…"]


def test_the_shares_stand_at_the_axes_and_a_click_says_which_token():
    layout = embedding_chart(shown(), TOKENS, [1]).layout
    titles = str(layout)
    assert "20 % of all differences" in titles
    assert "10 %" in titles
    [param] = [one for one in layout["params"] if one["name"] == TOKEN_CLICK]
    assert param["select"]["fields"] == ["id"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("ids", [[], [1], [1, 1], list(range(40))])
def test_the_drawing_is_a_chart_that_altair_accepts(ids: list[int], dark: bool):
    drawing = embedding_chart(shown(), TOKENS, ids, bold=ids[:1], dark=dark)
    assert drawing.chart().to_dict()["layer"]
    assert len(drawing.data["words"]) == len(set(ids))


def test_neighbours_are_bars_in_their_order():
    drawing = neighbours_chart([("two", 0.9), ("one", -0.2)], [7, 3], dark=False)
    table = drawing.data["neighbours"]
    assert table.values.tolist() == [[0, 7, "two", 0.9], [1, 3, "one", -0.2]]
    assert any(one["name"] == NEIGHBOUR_CLICK for one in drawing.layout["params"])
    assert neighbours_chart([], [], dark=True).chart().to_dict()["layer"]
