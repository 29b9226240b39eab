"""What a view tells of itself."""

import pytest

from pages.ui.view import View


@pytest.mark.parametrize(
    ("size", "steps", "drawn"),
    [
        (60, 7, 15),
        (60, 15, 15),
        (60, 16, 20),
        (60, 61, 60),
        (20, 16, 20),
        (15, 90, 15),
        (120, 200, 120),
    ],
)
def test_a_short_text_is_drawn_wide(size: int, steps: int, drawn: int):
    assert View(size=size).window(steps) == drawn


def test_the_cursor_follows_the_end_of_a_text_until_it_is_moved():
    assert [View().cursor(steps) for steps in (1, 5)] == [0, 4]
    assert [View(step=3).cursor(steps) for steps in (1, 5)] == [0, 3]


@pytest.mark.parametrize(
    ("start", "end", "shortest", "length"), [(3, 4, 0, 1), (3, 9, 0, 2), (3, 9, 5, 5), (3, 4, 1, 1)]
)
def test_a_match_is_as_long_as_asked_for_or_two_steps(
    start: int, end: int, shortest: int, length: int
):
    assert View(start=start, end=end, shortest=shortest).min_length == length
