"""A lesson walked through in a real browser, from Learn to its end."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from pages.ui.guide import view_of
from pages.ui.lesson import embedded_lesson, list_lessons
from tests.browser.screen import act_until, params, tab_to, text_box

Visit = Callable[..., Page]
LESSON = "3-quotation-marks"


def bar(page: Page) -> Locator:
    """The bar of the lesson."""
    return page.locator(".st-key-guide")


def calm(page: Page) -> Page:
    """Wait until the script has stopped."""
    page.wait_for_timeout(300)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible(timeout=60_000)
    return page


def done(page: Page) -> None:
    """The check of the step holds, and the bar says what to notice."""
    expect(bar(page).get_by_text("check_circle")).to_be_visible()
    expect(bar(page).get_by_text("visibility")).to_be_visible()
    calm(page)


def to_the_next(page: Page, number: int) -> None:
    """Follow the door to a step."""
    bar(page).get_by_role("link", name="Next").click()
    expect(bar(page).get_by_text(f"{number}/5")).to_be_visible()
    expect(bar(page).get_by_text("pending")).to_be_visible()
    calm(page)


def test_a_student_finds_the_unit_that_follows_quotation_marks(visit: Visit):
    title = embedded_lesson(LESSON).title
    page = visit("Learn", width=1280)
    page.set_viewport_size({"width": 1280, "height": 800})
    place = list_lessons().index(LESSON)
    page.get_by_role("link", name="Begin").nth(place).click()
    expect(bar(page).get_by_text("1/5")).to_be_visible()
    expect(bar(page).get_by_text("pending")).to_be_visible()
    calm(page)
    box = bar(page).bounding_box()
    assert box
    assert box["height"] < 0.34 * 800, "it never hides the page"

    chart = page.locator('[data-testid="stVegaLiteChart"]').nth(1)
    chart.evaluate("element => element.scrollIntoView({block: 'center'})")

    def click_the_best() -> None:
        place = chart.bounding_box()
        assert place
        page.mouse.click(place["x"] + 0.75 * place["width"], place["y"] + 29)

    act_until(page, click_the_best, lambda: params(page).get("unit") == "12", "unit 12 is seen")
    done(page)

    to_the_next(page, 2)
    text_box(page).fill('My aunt said, "It is late," and went to bed.')
    done(page)

    to_the_next(page, 3)
    assert text_box(page).input_value() == 'My aunt said, "It is late," and went to bed.'
    text_box(page).fill('My aunt said, "It is late, and I shall go to bed now')
    done(page)

    to_the_next(page, 4)
    number = page.get_by_role("spinbutton", name="Unit, of 128")
    number.fill("68")
    number.press("Enter")
    done(page)

    to_the_next(page, 5)
    number.fill("12")
    number.press("Enter")
    done(page)
    bar(page).get_by_role("link", name="To the end").click()
    expect(page.get_by_text("A unit for quotation marks: done")).to_be_visible()
    expect(page.get_by_text("check_circle")).to_have_count(5)
    with page.expect_download() as download:
        page.get_by_role("button", name="Take this home").click()
    found = download.value.path().read_text("utf-8")
    assert title in found
    assert "AUC 0.96" in found


def test_a_step_is_done_by_keys_alone(visit: Visit):
    page = visit("Units", **view_of(embedded_lesson(LESSON), 4).to_params())
    expect(bar(page).get_by_text("pending")).to_be_visible()
    calm(page)
    number = page.get_by_role("spinbutton", name="Unit, of 128")
    tab_to(page, number)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("68")
    page.keyboard.press("Enter")
    done(page)
    tab_to(page, bar(page).get_by_role("link", name="Next"), most=120)
    page.keyboard.press("Enter")
    expect(bar(page).get_by_text("5/5")).to_be_visible()


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
