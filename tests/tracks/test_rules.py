"""Tracks by rules, by hand; and every rule on any text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import Vocabulary
from lstmvis_core.tracks import SOURCES
from lstmvis_core.tracks.registry import TEXT
from lstmvis_core.tracks.track import CATEGORICAL, Track, of_tokens, scalar

RULES = {name: source for name, source in SOURCES.items() if source.needs == TEXT}
WORDS = Vocabulary.from_text('the cat ( ) " .', level="word")
ANY_TEXT = st.text(st.characters() | st.sampled_from('()[]{}"""\'#\\“”\n\t r'))


def values(name: str, text: str) -> list[float]:
    return RULES[name].of(text).values.tolist()


def labels(track: Track) -> list[str]:
    return [track.label(step) for step in range(len(track.values))]


def marks(name: str, text: str, label: str) -> str:
    return "".join("-+"[one == label] for one in labels(RULES[name].of(text)))


def test_depth_is_what_is_open_once_a_character_is_read():
    assert values("level", "a(b(1))") == [0, 1, 1, 2, 2, 1, 0]
    assert values("level", "[{)}(") == [1, 2, 1, 0, 1]
    assert values("level", "))(") == [0, 0, 1]


def test_a_quotation_is_inside_from_its_first_mark_until_its_last():
    assert marks("quotation", 'a"ab"a', "inside") == "-+++--"
    assert marks("quotation", "a“ab”a", "inside") == "-+++--"


def test_a_blank_line_closes_a_quotation_and_a_line_break_does_not():
    assert marks("quotation", '"a\nb\n\na', "inside") == "+++++--"


def test_kinds_of_characters():
    kinds = ["letter", "capital", "digit", "space", "line break", "mark"]
    assert labels(RULES["character"].of("bA1 \n(")) == kinds


def test_positions_are_counted_in_the_word_and_in_the_line():
    assert values("word_position", "the 2 cats") == [1, 2, 3, 0, 1, 0, 1, 2, 3, 4]
    assert values("column", "ab\nc\n\nd") == [0, 1, 2, 0, 1, 0, 0]


def test_indentation_is_known_as_the_line_is_read():
    assert values("indentation", "a\n  b c\n d") == [0, 0, 1, 2, 2, 2, 2, 2, 1, 1]


def test_comments_and_strings_of_python():
    text = "x = 'a#b'  # no 'string'\ny = 1\n"
    assert marks("python", text, "string") == "----+++++" + "-" * 22
    assert marks("python", text, "comment") == "-" * 11 + "+" * 13 + "-" * 7


def test_a_string_that_is_not_closed_is_one_to_the_end():
    assert marks("python", 'x = """a\nb', "string") == "----++++++"


def test_what_is_no_python_is_code():
    assert set(labels(RULES["python"].of("He said: ((("))) == {"code"}
    assert set(labels(RULES["python"].of("  a\n b\n$?"))) == {"code"}


def test_a_token_has_the_value_of_its_last_or_of_its_first_character():
    text = "the (cat (the)) ."
    tokens = WORDS.encode(text)
    depth = of_tokens(RULES["level"].of(text), tokens)
    assert depth.values.tolist() == [0, 1, 1, 2, 2, 1, 0, 0]
    numbers = scalar("n", "n", np.arange(len(text)), 0, 20)
    assert of_tokens(numbers, tokens, first=True).values.tolist() == tokens.offsets.tolist()


@pytest.mark.parametrize("name", RULES)
@given(text=ANY_TEXT)
def test_every_rule_has_a_value_for_every_character_of_any_text(name: str, text: str):
    track = RULES[name].of(text)
    assert track.values.shape == (len(text),)
    assert (track.name, track.title) == (name, RULES[name].title)
    assert all(track.label(step) for step in range(len(text)))
    if track.kind == CATEGORICAL:
        assert set(track.values.tolist()) <= set(range(len(track.labels)))
