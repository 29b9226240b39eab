"""The words that change a unit most, against a loop; units that hardly respond, or never do."""

import numpy as np
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import lstmvis_core as lv
from lstmvis_core.charts import unit_words_chart
from lstmvis_core.charts.unit_words_chart import EACH, ROW, WORD_CLICK, extreme_words

# Few values: many words respond alike, or not at all.
columns = hnp.arrays(np.float32, st.integers(1, 30), elements=st.integers(-3, 3))


def responses(mean: np.ndarray) -> lv.Responses:
    """Means that are certain, so that nothing is shrunk: (word, unit)."""
    words, units = mean.shape
    ranks = np.array([-2, -1, 1, 2], np.float32)[:, None]
    return lv.Responses(
        ("<b>", " ", *(f"w{number}" for number in range(2, words)))[:words],
        10_000 - np.arange(words),
        mean,
        mean[:, None] + ranks * np.arange(1, units + 1),
        np.ones(units, np.float32),
        np.zeros((words, units), np.float32),
        np.zeros((10, words, units), np.float32),
        np.zeros((10, words), np.int64),
    )


@given(columns, st.integers(1, 9))
def test_the_extreme_words_are_those_of_a_loop(column: np.ndarray, each: int):
    values = column.tolist()
    up = sorted((w for w, v in enumerate(values) if v > 0), key=lambda w: (-values[w], w))
    found = extreme_words(responses(column[:, None]), 0, each)
    assert len(set(found)) == len(found)
    raising = [word for word in found if values[word] > 0]
    lowering = [word for word in found if values[word] < 0]
    assert raising + lowering == found, "first those that raise it; none that does nothing"
    assert raising == up[:each]
    assert [values[word] for word in found] == sorted((values[w] for w in found), reverse=True)
    left = sorted(value for value in values if value < 0)
    assert sorted(values[word] for word in lowering) == left[:each]


def test_shrunk_means_decide_not_plain_ones():
    mean = np.array([[2.0], [1.9], [-0.5]], np.float32)
    variances = np.array([[3.0], [3.0], [3.0]], np.float32)
    blocks = np.zeros((10, 3, 1), np.float32), np.zeros((10, 3), np.int64)
    found = lv.Responses(
        ("rare", "frequent", "x"),
        np.array([2, 500, 400]),
        mean,
        np.zeros((3, 4, 1), np.float32),
        np.ones(1, np.float32),
        variances,
        *blocks,
    )
    assert extreme_words(found, 0) == [1, 0, 2]


def test_rows_are_in_the_units_own_numbers():
    mean = np.array([[0, 5.0], [0, -1], [0, 2], [0, 0], [0, 4]], np.float32)
    table = unit_words_chart(responses(mean), 1).data["words"]
    assert table["row"].tolist() == [0, 1, 2, 3]
    assert table["number"].tolist() == [0, 4, 2, 1]
    assert table["word"].tolist() == ["<b>", "w4", "w2", "·"]
    assert table["count"].tolist() == [10_000, 9_996, 9_998, 9_999]
    assert table["mean"].tolist() == [5, 4, 2, -1]
    for name, more in {"low": -4, "first": -2, "third": 2, "high": 4}.items():
        assert (table[name] - table["mean"]).tolist() == [more] * 4, name


@pytest.mark.parametrize(
    ("words", "up", "down"), [(3, 2, 1), (40, EACH, EACH), (1, 1, 0), (0, 0, 0)]
)
def test_vega_draws_a_row_a_word(words: int, up: int, down: int):
    mean = np.zeros((max(words, 2), 2), np.float32)
    mean[:words, 0] = np.linspace(3, -2, words) if words > 1 else 1
    drawing = unit_words_chart(responses(mean), 0)
    table = drawing.data["words"]
    assert ((table["mean"] > 0).sum(), (table["mean"] < 0).sum()) == (up, down)
    vega = vl_convert.vegalite_to_vega(drawing.chart().to_dict())
    assert vega["height"] == ROW * max(1, up + down)
    assert WORD_CLICK in {signal["name"] for signal in vega["signals"]}
    svg = vl_convert.vega_to_svg({**vega, "width": 300})
    for word in table["word"]:
        assert f">{word.replace('<', '&lt;').replace('>', '&gt;')}</text>" in svg


def test_a_unit_without_any_response_has_no_rows():
    mean = np.array([[1, 0], [-2, 0]], np.float32)
    drawing = unit_words_chart(responses(mean), 1)
    assert extreme_words(responses(mean), 1) == []
    assert drawing.data["words"].empty
    assert "word" in drawing.data["words"]


def test_the_layout_is_the_same_object_for_another_unit_of_as_many_words():
    found = responses(np.array([[1, 2, 1], [-1, 0.5, 0]], np.float32))
    layouts = [unit_words_chart(found, unit).layout for unit in range(3)]
    assert layouts[0] is layouts[1]
    assert layouts[0] != layouts[2]
    assert unit_words_chart(found, 0, dark=True).layout != layouts[0]
