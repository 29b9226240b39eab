"""Large type in a real browser: letters grow, and the mouse still finds what is under it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lstmvis_core.charts.text_heat import TOKEN
from lstmvis_core.charts.text_lines import WIDTH
from pages.ui.frame import LARGE
from tests.browser.screen import (
    SELECT,
    TEXT,
    USUAL,
    act_until,
    calm,
    chart,
    drag,
    handles,
    params,
    range_of,
    slider_range,
    until,
)

Visit = Callable[..., Page]
LETTERS = "() => getComputedStyle(document.documentElement).fontSize"
UNITS = {"model": "parens", "text": TEXT, "find": "level", "unit": "3", "layer": "1"}


def height(page: Page) -> float:
    box = chart(page).bounding_box()
    assert box
    return box["height"]


def test_the_switch_enlarges_page_and_chart_and_back_undoes_it(visit: Visit):
    page = calm(visit(SELECT, **USUAL))
    before = height(page)
    page.get_by_text("Large type").click()
    until(page, lambda: params(page).get("large") == "1", "large type is in the link")
    calm(page)
    assert page.evaluate(LETTERS) == f"{16 * LARGE:g}px"
    until(page, lambda: height(page) == pytest.approx(before * LARGE, rel=0.05), "the chart grew")
    page.go_back()
    until(page, lambda: page.evaluate(LETTERS) == "16px", "letters are as they were")
    until(page, lambda: height(page) == before, "and so is the chart")


def test_a_brush_and_the_slider_select_the_tokens_under_the_mouse(visit: Visit):
    page = calm(visit(SELECT, **USUAL, large="1"))
    for first, last in ((3, 7), (20, 33)):
        drag(page, first, last)
        page.mouse.up()
        until(page, lambda f=first, n=last: range_of(page) == (f, n + 1), "the range is brushed")
        calm(page)
        assert slider_range(page) == (first, last + 1)
    handles(page, "Range of time steps").first.focus()
    page.keyboard.press("ArrowLeft")
    until(page, lambda: range_of(page) == (19, 34), "the slider moves it by a token")


@pytest.mark.parametrize("step", ["7", "30"])
def test_a_token_that_is_clicked_is_looked_at(visit: Visit, step: str):
    page = calm(visit("Units", **UNITS, large="1"))
    box = chart(page).bounding_box()
    assert box
    place = box["x"] + (int(step) + 0.5) / WIDTH * box["width"], box["y"] + TOKEN * LARGE - 4
    act_until(
        page,
        lambda: page.mouse.click(*place),
        lambda: params(page).get("step") == step,
        "the cursor is in the link",
    )
    expect(page.get_by_text("Large type")).to_be_visible()
