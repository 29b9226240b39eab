"""Where tokens stand in lines: what is drawn must be the text, and nothing may overlap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import Tokens, Vocabulary
from lstmvis_core.charts.text_lines import text_lines

LETTERS = Vocabulary.from_text("abc \n")


def of(text: str, width: int) -> list[str]:
    """The lines as they are drawn, a line break of the text as /."""
    return drawn(LETTERS.encode(text), width)


def drawn(tokens: Tokens, width: int) -> list[str]:
    lines, starts, ends = text_lines(tokens, width)
    rows = [[" "] * (int(ends.max()) + 1) for _ in range(int(lines.max()) + 1)]
    for string, line, start, end in zip(tokens.strings, lines, starts, ends, strict=True):
        rows[line][start:end] = list(string.replace("\n", "/"))
    return ["".join(row).rstrip() for row in rows]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("abc", 5, ["abc"]),
        ("a b c", 3, ["a b", " c"]),
        ("aa bb", 3, ["aa", "bb"]),
        ("aa bb", 4, ["aa", "bb"]),
        ("aa bb", 5, ["aa bb"]),
        ("abcabc", 4, ["abca", "bc"]),
        ("a\nb", 9, ["a/", "b"]),
        ("\n\na", 9, ["/", "/", "a"]),
        ("ab\n", 2, ["ab", "/"]),
    ],
)
def test_lines_by_hand(text: str, width: int, lines: list[str]):
    assert of(text, width) == lines


def test_words_keep_their_blanks_and_a_long_one_has_a_line_of_its_own():
    words = Vocabulary.from_text("to be incomprehensible , or", "word")
    tokens = words.encode("to be, or incomprehensible to")
    assert drawn(tokens, 9) == ["to be, or", "incomprehensible", "to"]


def test_a_line_break_between_words_breaks_the_line():
    words = Vocabulary.from_text("to be", "word")
    tokens = words.encode("to\n\nbe")
    lines, starts, _ = text_lines(tokens)
    assert [(s, n) for s, n in zip(tokens.strings, lines, strict=True) if s != "\n"] == [
        ("to", 0),
        ("be", 2),
    ]
    assert starts[[0, -1]].tolist() == [0, 0]


@given(st.text("abc \n", min_size=1, max_size=60), st.integers(1, 12))
def test_all_of_a_text_is_drawn_in_its_order_and_fits(text: str, width: int):
    tokens = LETTERS.encode(text)
    lines, starts, ends = text_lines(tokens, width)
    assert ends.max() <= width
    assert (starts >= 0).all()
    same = lines[1:] == lines[:-1]
    assert (lines[1:] - lines[:-1] >= 0).all()
    assert (lines[1:] - lines[:-1] <= 1).all()
    assert np.array_equal(starts[1:][same], ends[:-1][same]), "characters stand side by side"
    assert (starts[1:][~same] == 0).all()
    after_break = np.array([string == "\n" for string in tokens.strings])[:-1]
    assert not same[after_break].any()


@given(st.lists(st.sampled_from(["a", "bb", "cccc"]), min_size=1, max_size=20))
def test_words_are_broken_only_where_a_blank_is(words: list[str]):
    tokens = LETTERS.encode(" ".join(words))
    lines, _, _ = text_lines(tokens, 4)
    place = 0
    for word in words:
        assert len(set(lines[place : place + len(word)].tolist())) == 1
        place += len(word) + 1
