"""The chart of gradients: which lines, how far its axis goes, and where labels stand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.charts import gradient_chart
from lstmvis_core.charts.gradient_frames import (
    APART,
    HEIGHT,
    HIGHEST,
    LOWEST,
    labels_of,
    limits_of,
    lines_of,
    powers,
    share_left,
)

TOKENS = lv.Vocabulary.from_text("ab ").encode("a b ab")
NAN = float("nan")


def found(hidden: list[float], step: int = 4, **others: list[float]) -> lv.Gradients:
    """Gradients of six tokens; what is not named is unknown."""
    arrays = {name: np.array(values, float) for name, values in others.items()}
    return lv.Gradients(step, 1.0, np.array(hidden, float), np.array(hidden, float), **arrays)


RNN = found(
    [1e-8, 1e-6, 1e-4, 0.01, 1, NAN],
    product=[1e4, 1e3, 100, 10, 1, NAN],
    bound=[2.0**8, 2.0**6, 2.0**4, 4, 1, NAN],
)
LSTM = found([0.1, 0.2, 0.3, 0.4, 1, NAN], cell=[2, 2, 2, 1, 1, NAN])


def labels(given: dict, start: int = 0, end: int = 6) -> dict[str, dict]:
    lines = lines_of(given)
    step = next(iter(given.values())).step
    table = labels_of(lines, step, start, end, limits_of(lines, start, end))
    return {row["line"]: row for row in table.to_dict("records")}


def test_each_network_has_its_line_an_lstm_two_and_dashed_ones_come_last():
    drawing = gradient_chart(TOKENS, {"rnn": RNN, "lstm": LSTM}, 0, 6)
    lines = drawing.data["lines"]
    assert lines["line"].unique().tolist() == [
        *("RNN", "LSTM", "LSTM, memory c"),
        *("product of single steps", "textbook bound"),
    ]
    one = lines[lines["line"] == "RNN"]
    assert one["x"].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert one["y"].tolist() == pytest.approx([-8, -6, -4, -2, 0])


def test_a_window_has_its_own_tokens_and_numbers():
    table = gradient_chart(TOKENS, {"rnn": RNN, "lstm": LSTM}, 2, 6).data["tokens"]
    assert table["step"].tolist() == [2, 3, 4, 5]
    assert table["token"].tolist() == ["b", "·", "a", "b"]
    assert table["away"].tolist() == [2, 1, 0, 1]
    assert table["here"].tolist() == [False, False, True, False]
    assert table["left_0"].tolist() == ["0.010 %", "1.0 %", "100 %", ""]
    assert table["left_2"].tolist() == ["200 %", "100 %", "100 %", ""]


def test_networks_have_colours_apart_on_both_grounds():
    for dark in (False, True):
        layout = gradient_chart(TOKENS, {"rnn": RNN, "lstm": LSTM}, 0, 6, dark).layout
        scales = [one["encoding"]["color"]["scale"] for one in layout["layer"][1:-1]]
        names, hues = scales[0]["domain"], scales[0]["range"]
        assert all(scale == scales[0] for scale in scales)
        of = dict(zip(names, hues, strict=True))
        assert of["RNN"] == of["product of single steps"] == of["textbook bound"]
        assert of["LSTM"] == of["LSTM, memory c"] != of["RNN"]


@pytest.mark.parametrize(
    ("hidden", "limits"),
    [
        ([0.5, 0.6, 1.0], (-3, 6)),
        ([1e-4, 0.6, 1.0], (-6, 6)),
        ([1e-3, 0.6, 1.0], (-3, 6)),
        ([1e-80, 0.6, 1.0], (LOWEST, 6)),
        ([0.0, 0.6, 1.0], (LOWEST, 6)),
        ([2e6, 0.6, 1.0], (-3, 9)),
        ([1e200, 0.6, 1.0], (-3, HIGHEST)),
        ([float("inf"), 0.6, 1.0], (-3, HIGHEST)),
        ([NAN, NAN, 1.0], (-3, 6)),
    ],
)
def test_the_axis_goes_as_far_as_the_solid_lines_within_reason(hidden, limits):
    one = found(hidden, step=2, product=[1e30, 1e20, 1])
    assert limits_of(lines_of({"gru": one}), 0, 3) == limits


def test_a_solid_line_is_named_in_the_margin_where_it_ends():
    given = labels({"rnn": RNN, "lstm": LSTM})
    assert given["RNN"]["label"] == "RNN"
    assert (given["RNN"]["x"], given["RNN"]["align"]) == (0, "right")
    assert given["RNN"]["top"] == pytest.approx(HEIGHT * 14 / 15)  # 10⁻⁸ from 10⁶ to 10⁻⁹
    assert given["LSTM"]["top"] - given["LSTM, memory c"]["top"] >= APART


def test_a_line_that_leaves_the_figure_says_where_to():
    low = labels({"rnn": found([1e-40, 1e-20, 1], step=2)})
    assert low["RNN"]["label"] == "RNN ↓"
    assert low["RNN"]["top"] == HEIGHT
    assert labels({"rnn": found([1e40, 1e20, 1], step=2)})["RNN"]["label"] == "RNN ↑"


def test_dashed_lines_are_named_where_they_leave_or_end():
    steep = found([1e-4, 1e-3, 0.01, 0.1, 1, NAN], bound=[1e12, 1e9, 1e6, 1e3, 1, NAN])
    bound = labels({"rnn": steep})["textbook bound"]
    assert bound["label"] == "textbook bound: × 1e+03 a step"
    assert (bound["x"], bound["align"]) == (2.5, "left")
    assert bound["top"] < 0, "above the figure"
    ends = labels({"rnn": RNN})
    assert ends["textbook bound"]["label"] == "textbook bound: × 4 a step"
    assert ends["textbook bound"]["x"] == ends["product of single steps"]["x"] == 0.5
    assert 0 < ends["textbook bound"]["top"] < HEIGHT


def test_of_a_layer_that_reads_from_the_end_all_is_the_other_way_round():
    one = found([NAN, 1, 0.1, 0.01, 1e-3, 1e-4], step=1, product=[NAN, 1, 2, 4, 8, 16])
    given = labels({"gru": one})
    assert (given["GRU"]["x"], given["GRU"]["align"]) == (6, "left")
    assert given["product of single steps"]["align"] == "right"
    layout = gradient_chart(TOKENS, {"gru": one}, 0, 6).layout
    axes = {one["encoding"]["y"]["axis"]["orient"] for one in layout["layer"][1:3]}
    assert axes == {"left"}


def test_a_target_without_a_step_before_it_has_no_names():
    assert labels({"rnn": found([1, NAN, NAN], step=0)}, 0, 3) == {}
    gradient_chart(TOKENS, {"rnn": found([1, *[NAN] * 5], step=0)}, 0, 6)


@given(
    st.lists(st.floats(0, 1e300) | st.just(float("inf")), min_size=2, max_size=6),
    st.lists(st.floats(0, 1e300), min_size=6, max_size=6),
)
def test_labels_of_the_margin_never_lie_on_each_other(before: list[float], cell: list[float]):
    hidden = [*before, 1.0, *[NAN] * 4][:6]
    step = min(len(before), 5)
    given = labels({"gru": found(hidden, step), "lstm": found(hidden, step, cell=cell)})
    tops = sorted(row["top"] for row in given.values())
    assert len(tops) == 3
    assert all(b - a >= APART - 1e-9 for a, b in pairwise(tops))
    assert all(-1e-9 <= top <= HEIGHT for top in tops)


@given(st.floats(0, 1e300))
def test_what_is_left_is_said_about_right(value: float):
    said = share_left(value)
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    number, *unit = said.replace(",", "").split(" ")
    mantissa, _, power = number.partition("·10")
    read = float(f"{mantissa}e{power.translate(superscripts)}" if power else mantissa)
    assert unit in ([], ["%"], ["times"])
    told = read / 100 if unit == ["%"] else read
    assert told == pytest.approx(value, rel=0.5, abs=1e-320)
    assert len(said) < 18


def test_every_norm_can_be_drawn():
    assert powers(np.array([0.0, 1.0, np.inf])).tolist() == [-330, 0, 330]
