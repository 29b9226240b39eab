"""The counting language: what it promises of every string it generates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core.grammars import GRAMMARS, counting_language, nesting_level


def test_nesting_level_counts_what_is_open_after_each_character():
    assert nesting_level("0 (1 (2 2) ()) 0") == [0, 0, 1, 1, 1, 2, 2, 2, 2, 1, 1, 2, 1, 0, 0, 0]
    assert nesting_level("") == []


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_every_string_is_well_formed(seed: int, documents: int):
    strings = counting_language(seed, documents)
    assert len(strings) == documents
    for string in strings:
        levels = nesting_level(string)
        assert set(string) <= set("01234 ()")
        assert levels[-1] == 0
        assert all(0 <= level <= 4 for level in levels)
        for character, level in zip(string, levels, strict=True):
            assert not character.isdigit() or int(character) == level
        assert "  " not in string
        assert "( " not in string
        assert " )" not in string
        assert 8 <= top_level_items(string) <= 16


def top_level_items(string: str) -> int:
    return 1 + sum(
        character == " " and level == 0
        for character, level in zip(string, nesting_level(string), strict=True)
    )


def test_a_seed_gives_the_same_strings_again():
    assert counting_language(7, 5) == counting_language(7, 5)
    assert counting_language(7, 5) != counting_language(8, 5)


def test_more_documents_begin_with_the_same_ones():
    assert counting_language(7, 9)[:5] == counting_language(7, 5)


@pytest.mark.parametrize("name", GRAMMARS)
def test_every_grammar_generates_documents(name: str):
    assert all(GRAMMARS[name](1, 3))
