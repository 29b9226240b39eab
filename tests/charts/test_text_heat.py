"""The coloured text: what is drawn of each token, and which tokens a brush covers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstmvis_core as lv
from lstmvis_core.charts.text_heat import (
    GUESS,
    STRONGEST,
    TOKEN,
    line_height,
    steps_within,
    text_heat,
)
from lstmvis_core.charts.text_lines import text_lines
from lstmvis_core.tracks.predicted import UNKNOWN_NAME, guesses

LETTERS = lv.Vocabulary.from_text("abc \n")


def test_a_token_has_its_place_its_value_and_its_strength():
    tokens = LETTERS.encode("a \nb")
    data = text_heat(tokens, np.array([0.5, -1.0, 0.0, 4.0]), limit=2.0).data["tokens"]
    assert data["token"].tolist() == ["a", "·", "⏎", "b"]
    assert data["value"].tolist() == [0.5, -1.0, 0.0, 4.0]
    assert data["share"].tolist() == [0.25 * STRONGEST, 0.5 * STRONGEST, 0.0, STRONGEST]
    assert data["x"].tolist() == [0, 1, 2, 0]
    assert data["y"].tolist() == [0, 0, 0, line_height(0)]
    assert (data["guess"] == -1).all()


def test_the_cursor_is_framed_and_the_span_underlined():
    tokens = LETTERS.encode("abcabc")
    data = text_heat(tokens, np.zeros(6), cursor=2, span=(1, 4)).data
    assert data["cursor"]["cursor"].tolist() == [2]
    assert data["span"]["x"].tolist() == [1, 2, 3]
    bare = text_heat(tokens, np.zeros(6)).data
    assert len(bare["cursor"]) == len(bare["span"]) == len(bare["guesses"]) == 0


def test_guesses_stand_below_their_token_the_best_first():
    model = lv.load_model("parens")
    trace = lv.trace_text(model, "(1 (")
    track = guesses(lv.outputs_of_trace(trace, 5))
    data = text_heat(trace.tokens, np.zeros(4), guesses=track).data["guesses"]
    assert len(data) == 4 * 5
    for step in range(4):
        rows = data[data["step"] == step]
        expected = trace.predictions(step, 5)
        names = ["(unknown)" if t == model.vocabulary.unknown else t for t, _ in expected]
        assert rows["full"].tolist() == [name.replace(" ", "·") for name in names]
        assert np.allclose(rows["share"], [p for _, p in expected], atol=1e-6)
        assert rows["guess"].tolist() == list(range(5))
        assert rows["y"].tolist() == [TOKEN + GUESS * n for n in range(5)]
    assert (data["token"].str.len() == 1).all(), "no room for more under a character"
    assert UNKNOWN_NAME == "(unknown)"


def test_letters_of_a_text_are_data_and_never_part_of_the_layout():
    hostile = lv.Vocabulary.from_text("<b>{}'\"").encode("<b>{}'\"")
    drawing = text_heat(hostile, np.zeros(7))
    assert drawing.layout == text_heat(LETTERS.encode("a"), np.zeros(1)).layout
    drawing.chart()


@pytest.mark.parametrize("guessed", [0, 5])
def test_a_brush_over_one_line_covers_what_it_touches(guessed: int):
    tokens = LETTERS.encode("abcabc")
    assert steps_within(tokens, (1.2, 3.5), (2, 20), guessed) == (1, 4)
    assert steps_within(tokens, (3.5, 1.2), (20, 2), guessed) == (1, 4)
    assert steps_within(tokens, (2.0, 3.0), (2, 20), guessed) == (2, 3)
    assert steps_within(tokens, (7.0, 9.0), (2, 20), guessed) is None
    below = line_height(guessed) + 3
    assert steps_within(tokens, (1, 3), (below, below + 9), guessed) is None


def test_a_brush_over_two_lines_covers_what_is_between():
    tokens = LETTERS.encode("abc\nabc")
    tall = line_height(0)
    assert steps_within(tokens, (1.5, 2.5), (3, tall + 3)) == (1, 7)
    assert steps_within(tokens, (1.5, 1.9), (3, tall + 3)) == (1, 6)


@given(
    st.text("abc \n", min_size=1, max_size=40),
    st.tuples(st.floats(0, 80), st.floats(0, 80)),
    st.tuples(st.floats(0, 300), st.floats(0, 300)),
)
def test_a_brush_within_one_line_against_all_tokens_one_by_one(text: str, x, y):
    tokens = LETTERS.encode(text)
    lines, starts, ends = text_lines(tokens)
    tall = line_height(0)
    low, high, left, right = *sorted(y), *sorted(x)
    touched = {n for n in lines.tolist() if n * tall < high and n * tall + TOKEN > low}
    found = steps_within(tokens, x, y)
    if len(touched) > 1:
        assert found is None or found[0] < found[1]
        return
    steps = [
        step
        for step in range(len(tokens))
        if lines[step] in touched and starts[step] < right and ends[step] > left
    ]
    assert found == ((steps[0], steps[-1] + 1) if steps else None)
