"""Colours of a text about zero, and of a gate about one half."""

import re

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.charts import coloured_text
from lstmvis_core.charts.palette import ACCENT, CONTRAST

TOKENS = lv.Vocabulary.from_text("abcd").encode("abcd")


def drawn(html: str) -> list[tuple[str, int, str, str]]:
    """Of each token its hue, how much of it, what it says when pointed at, and the token."""
    found = re.findall(r"in srgb, (#\w+) (\d+)%, transparent\)\" title=\"([^\"]*)\">(.)<", html)
    return [(hue, int(share), said, token) for hue, share, said, token in found]


@pytest.mark.parametrize("span", [None, (1, 3)])
def test_a_gate_is_coloured_about_one_half(span: tuple[int, int] | None):
    values = np.array([0.0, 0.25, 0.5, 1.0])
    expected = [
        (CONTRAST, 72, "0.00", "a"),
        (CONTRAST, 36, "0.25", "b"),
        (CONTRAST, 0, "0.50", "c"),
        (ACCENT, 72, "1.00", "d"),
    ]
    html = coloured_text(TOKENS, values, limit=0.5, centre=0.5, span=span)
    assert drawn(html) == expected[slice(*(span or (0, 4)))]


def test_other_values_are_coloured_about_zero_with_their_sign():
    html = coloured_text(TOKENS, np.array([-2.0, -0.5, 0.25, 1.0]))
    assert drawn(html) == [
        (CONTRAST, 72, "-2.00", "a"),
        (CONTRAST, 36, "-0.50", "b"),
        (ACCENT, 18, "+0.25", "c"),
        (ACCENT, 72, "+1.00", "d"),
    ]
