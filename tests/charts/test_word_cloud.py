"""Words of a cloud: rows that can be read, one word beside the other."""

from itertools import groupby, pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core.charts.word_cloud import BETWEEN, LINE, text_width, word_cloud

Words = list[tuple[str, float]]  # and the size of each
words_of_sizes = st.lists(
    st.tuples(st.text("iltmWéa -·", min_size=1, max_size=9), st.floats(8, 20)), max_size=25
)
WIDTHS = st.floats(1, 300)


class Box(NamedTuple):
    left: float
    right: float
    top: float
    foot: float


def rows_of(words: Words, width: float) -> tuple[list[list[Box]], float]:
    """The rows from top to bottom with a box for each word, and the height of the cloud."""
    placed, height = word_cloud([word for word, _ in words], [size for _, size in words], width)
    rows = []
    for _, row in groupby(placed, key=lambda one: one.y):
        boxes = []
        for one in row:
            wide, tall = text_width(words[one.word][0], one.size), LINE * one.size
            boxes.append(
                Box(one.x - wide / 2, one.x + wide / 2, one.y - tall / 2, one.y + tall / 2)
            )
        rows.append(boxes)
    return rows, height


def test_two_rows_by_hand():
    # mm is 17.2 wide and A 13.4, together 39.6: 0.7 are left at both sides. ia has no room.
    placed, height = word_cloud(["mm", "A", "ia"], [10, 20, 10], width=41)
    assert [one.word for one in placed] == [0, 1, 2]
    assert [one.x for one in placed] == pytest.approx([0.7 + 8.6, 0.7 + 17.2 + 9 + 6.7, 20.5])
    assert [one.y for one in placed] == pytest.approx([13, 13, 26 + 6.5])
    assert [one.size for one in placed] == [10, 20, 10]
    assert height == pytest.approx(39)


def test_a_cloud_without_words_takes_no_room():
    assert word_cloud([], [], 100) == ([], 0)


@given(words_of_sizes, WIDTHS)
def test_all_words_are_there_in_their_order_and_of_their_size(words: Words, width: float):
    placed, _ = word_cloud([word for word, _ in words], [size for _, size in words], width)
    assert [one.word for one in placed] == list(range(len(words)))
    assert [one.size for one in placed] == [size for _, size in words]
    assert [one.y for one in placed] == sorted(one.y for one in placed)


@given(words_of_sizes, WIDTHS)
def test_words_of_a_row_stand_apart_and_within_the_width(words: Words, width: float):
    for row in rows_of(words, width)[0]:
        for one, following in pairwise(row):
            assert following.left - one.right == pytest.approx(BETWEEN)
        if len(row) > 1:
            assert row[0].left >= -1e-9
            assert row[-1].right <= width + 1e-9


@given(words_of_sizes, WIDTHS)
def test_rows_are_centred(words: Words, width: float):
    for row in rows_of(words, width)[0]:
        assert row[0].left + row[-1].right == pytest.approx(width, abs=1e-9)


@given(words_of_sizes, WIDTHS)
def test_a_row_ends_only_where_the_next_word_does_not_fit(words: Words, width: float):
    for row, below in pairwise(rows_of(words, width)[0]):
        filled, wide = row[-1].right - row[0].left, below[0].right - below[0].left
        assert filled + BETWEEN + wide > width - 1e-9


@given(words_of_sizes, WIDTHS)
def test_rows_follow_each_other_without_overlap_and_fill_the_height(words: Words, width: float):
    rows, height = rows_of(words, width)
    edges = [(min(box.top for box in row), max(box.foot for box in row)) for row in rows]
    for (_, foot), (top, _) in pairwise([(0.0, 0.0), *edges, (height, height)]):
        assert top == pytest.approx(foot, abs=1e-9)


@given(st.text(max_size=9), st.text(max_size=9), st.floats(1, 30))
def test_a_text_is_as_wide_as_its_letters_together(one: str, other: str, size: float):
    together = text_width(one + other, size)
    assert together == pytest.approx(text_width(one, size) + text_width(other, size))
    assert together == pytest.approx(size * text_width(one + other, 1))
    assert together >= 0.3 * size * len(one + other)
