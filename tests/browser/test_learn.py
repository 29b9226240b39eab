"""Learn on a phone: the bar of a lesson is readable there, and a lesson can be left."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from pages.ui.guide import view_of
from pages.ui.lesson import embedded_lesson
from tests.browser.screen import at_rest, params, tab_to
from tests.browser.test_lessons import bar

Visit = Callable[..., Page]
LESSON = "3-quotation-marks"


def test_a_step_is_done_by_keys_alone(visit: Visit):
    page = visit("Units", **view_of(embedded_lesson(LESSON), 4).to_params())
    expect(bar(page).get_by_text("pending")).to_be_visible()
    at_rest(page)
    number = page.get_by_role("spinbutton", name="Unit, of 128")
    tab_to(page, number)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("68")
    page.keyboard.press("Enter")
    expect(bar(page).get_by_text("check_circle")).to_be_visible()
    at_rest(page)
    tab_to(page, bar(page).get_by_role("link", name="Next"), most=120)
    page.keyboard.press("Enter")
    expect(bar(page).get_by_text("5/5")).to_be_visible()


def test_the_bar_is_readable_on_a_phone_and_a_lesson_can_be_left(visit: Visit):
    page = visit("Learn", width=390, lesson=LESSON)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Begin").click()
    expect(bar(page).get_by_text("pending")).to_be_visible()
    at_rest(page)
    box = bar(page).bounding_box()
    assert box
    assert box["height"] < 0.34 * 844
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    bar(page).get_by_role("button", name="Leave").click()
    expect(bar(page)).to_have_count(0)
    assert "lesson" not in params(page)
