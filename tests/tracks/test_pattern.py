"""The track of a regular expression."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import TrackError
from lstmvis_core.tracks import pattern
from lstmvis_core.tracks.pattern import LONGEST, pattern_track


@given(
    st.text("ab1 \n"), st.sampled_from(["a+", "^b", "1$", "a|1", r"\bab\b", "(?=a)", "", "[^a]"])
)
def test_it_is_where_pythons_own_expressions_match(text: str, expression: str):
    expected = [0] * len(text)
    for found in re.finditer(expression, text, re.MULTILINE):
        expected[found.start() : found.end()] = [1] * (found.end() - found.start())
    assert pattern_track(text, expression).values.tolist() == expected


@pytest.mark.parametrize("expression", ["(", "[a", "*", "a{2,1}", "(?<x", "\\"])
def test_what_is_no_expression_says_so(expression: str):
    with pytest.raises(TrackError, match="no regular expression"):
        pattern_track("text", expression)


def test_an_expression_that_would_take_years_is_stopped(monkeypatch):
    monkeypatch.setattr(pattern, "PATIENCE", 0.1)
    with pytest.raises(TrackError, match="stopped after 0.1 seconds"):
        pattern_track("a" * 200 + "b", r"(a|a)*(a|aa)*(a*)*c|(.*.*.*.*.*.*)*x\1")


def test_a_very_long_expression_is_refused():
    with pytest.raises(TrackError, match="at most 200"):
        pattern_track("a", "a" * (LONGEST + 1))
