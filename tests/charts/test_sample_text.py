"""Samples side by side: from where they differ, and nothing read as markup."""

import re

import pytest

from lstmvis_core.charts import sample_text
from lstmvis_core.charts.sample_text import first_difference


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [("abc", "abd", 2), ("abc", "abc", None), ("", "", None), ("ab", "abc", 2), ("x", "y", 0)],
)
def test_the_first_difference(one, other, place):
    assert first_difference(one, other) == place
    assert first_difference(other, one) == place


def shown(html: str) -> tuple[str, str, str]:
    """What stands faint, plain and marked."""
    found = re.fullmatch(
        r"<div [^>]*><span [^>]*>(.*?)</span>(.*?)(?:<mark [^>]*>(.*)</mark>)?</div>", html, re.S
    )
    assert found
    return found[1], found[2], found[3] or ""


def test_characters_are_marked_from_the_first_that_differs():
    assert shown(sample_text("He", "abcd", "abxd", "character")) == ("He", "ab", "cd")
    assert shown(sample_text("He", "abcd", "abcd", "character")) == ("He", "abcd", "")


def test_words_have_blanks_between_them():
    html = sample_text("a", ("b", "c", "d"), ("b", "x", "d"), "word")
    assert shown(html) == ("a", " b ", "c d")
    assert re.sub("<[^>]*>", "", html) == "a b c d"


def test_nothing_is_read_as_markup():
    html = sample_text("<i>", ("<", "b", ">"), ("<", "u", ">"), "character")
    assert re.sub("</?(div|span|mark)[^>]*>", "", html) == "&lt;i&gt;&lt;b&gt;"
