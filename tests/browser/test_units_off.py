"""Switch it off and What it remembers in a real browser: live while typing, and clicked."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import act_until, handles, params, text_box, until

Visit = Callable[..., Page]

UNITS = "Units"
TEXT = 'He said, "I will come back tomorrow.'
VIEW = {"model": "prose", "text": TEXT, "layer": "2", "unit": "12", "find": "range"}
LEFT, RIGHT = 74, 1  # pixels of the ledger beside its plot, about


def still(page: Page, last: str) -> Page:
    """Wait until the page shows a text, which is drawn last, and its script has stopped."""
    expect(page.get_by_text(re.compile(last)).first).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_timeout(300)  # for what Vega draws after its data came
    return page


def last_chart(page: Page) -> Locator:
    return page.locator('[data-testid="stVegaLiteChart"]').last


def press(page: Page, across: float, down: float, happens: Callable[[], bool], what: str) -> None:
    """Click into the last chart; the shares are of its width and height."""

    def click() -> None:
        last_chart(page).scroll_into_view_if_needed()
        box = last_chart(page).bounding_box()
        assert box
        page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])

    act_until(page, click, happens, what)


def test_what_becomes_of_the_text_is_told_while_it_is_typed(visit: Visit):
    page = still(visit(UNITS, **VIEW, panel="off", hold="cell"), "largest of 128 units")
    expect(page.get_by_text("17.8% → 1.7%")).to_be_visible()
    text_box(page).click()
    text_box(page).press("End")
    text_box(page).press_sequentially('" she', delay=60)
    until(page, lambda: params(page)["text"].endswith('" she'), "it is in the link")
    told = "token 36: \\+2.32 nats, a probability of 1.7% instead of 17.8%"
    expect(page.get_by_text(re.compile(told))).to_be_visible()
    still(page, "Unit 12 has an effect of \\+")
    expect(handles(page, "Look at the step")).to_have_value("40")
    coloured = page.locator('span[title="+2.32"]')
    expect(coloured).to_have_text('"')


def test_a_dot_that_is_clicked_is_the_unit_that_is_held(visit: Visit):
    page = still(visit(UNITS, **VIEW, panel="off", hold="cell"), "largest of 128 units")
    press(page, 0.5, 0.4, lambda: params(page)["unit"] != "12", "another unit is in the link")
    unit = params(page)["unit"]
    still(page, f"Unit {unit} has an effect of")
    expect(page.get_by_text(f"of unit {unit} of layer 2 held at zero")).to_be_visible()
    others = ("12", unit)
    press(page, 0.8, 0.4, lambda: params(page)["unit"] not in others, "and another one")


def test_a_token_of_the_ledger_that_is_clicked_is_looked_at(visit: Visit):
    page = still(visit(UNITS, **VIEW, panel="memory"), "26 steps ago")
    box = last_chart(page).bounding_box()
    assert box
    share = (LEFT + (20 + 0.5) / len(TEXT) * (box["width"] - LEFT - RIGHT)) / box["width"]
    press(page, share, 0.3, lambda: params(page).get("step") == "20", "the link has the step")
    still(page, "11 steps ago")
    expect(handles(page, "Look at the step")).to_have_value("20")
    handles(page, "Look at the step").press("ArrowRight")
    until(page, lambda: params(page).get("step") == "21", "the arrow keys move it on")
    still(page, "12 steps ago")
    handles(page, "Look at the step").press("End")
    until(page, lambda: "step" not in params(page), "it follows the text again")
