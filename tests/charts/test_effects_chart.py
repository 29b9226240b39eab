"""The dots of effects: which are exact, which are estimates, and where they stand."""

import numpy as np

from lstmvis_core.charts import effects_chart

EXACT, GUESS = np.array([0.5, np.nan, -1.0, 2.0]), np.array([9.0, 0.75, 9.0, 9.0])


def test_an_exact_effect_replaces_its_estimate():
    table = effects_chart(EXACT, GUESS).data["units"]
    assert table[["unit", "effect", "how"]].to_numpy().tolist() == [
        [0, 0.5, "exact"],
        [1, 0.75, "estimate"],
        [2, -1.0, "exact"],
        [3, 2.0, "exact"],
    ]


def test_without_scores_units_stand_by_rank_the_largest_effect_first():
    table = effects_chart(EXACT, GUESS).data["units"]
    assert dict(zip(table["unit"], table["x"], strict=True)) == {3: 1, 1: 2, 0: 3, 2: 4}


def test_with_scores_units_stand_by_them_and_those_without_are_left_out():
    table = effects_chart(EXACT, GUESS, np.array([0.9, 0.6, np.nan, 0.7])).data["units"]
    assert dict(zip(table["unit"], table["x"], strict=True)) == {0: 0.9, 1: 0.6, 3: 0.7}


def test_what_is_not_known_at_all_is_not_drawn():
    assert effects_chart(EXACT).data["units"]["unit"].tolist() == [0, 2, 3]


def test_the_unit_in_view_is_drawn_above_the_others():
    table = effects_chart(EXACT, GUESS, unit=0).data["units"]
    assert table["unit"].tolist() == [1, 2, 3, 0]
    assert table["here"].tolist() == [False, False, False, True]


def test_the_axis_says_what_the_scores_are():
    layout = effects_chart(EXACT, GUESS, EXACT, score_title="AUC, level: 2").layout
    assert layout["layer"][0]["encoding"]["x"]["title"] == "AUC, level: 2"
