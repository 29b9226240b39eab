"""Learn on a phone: the bar of a lesson is readable there, and a lesson can be left."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.screen import params
from tests.browser.test_lessons import bar, calm

Visit = Callable[..., Page]
LESSON = "3-quotation-marks"


def test_the_bar_is_readable_on_a_phone_and_a_lesson_can_be_left(visit: Visit):
    page = visit("Learn", width=390, lesson=LESSON)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Begin").click()
    expect(bar(page).get_by_text("pending")).to_be_visible()
    calm(page)
    box = bar(page).bounding_box()
    assert box
    assert box["height"] < 0.34 * 844
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    bar(page).get_by_role("button", name="Leave").click()
    expect(bar(page)).to_have_count(0)
    assert "lesson" not in params(page)
