"""On a phone, with fingers: nothing is wider than the screen, and a range can be chosen."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.screen import (
    SELECT,
    TEXT,
    USUAL,
    at_rest,
    calm,
    handles,
    range_of,
    slider_range,
    until,
)

PARENS = {"model": "parens", "text": TEXT}
PATHS = ["Units", "Gates", "Clusters", "Gradients", "One_Step", "Outputs", "Projects", "Learn"]
TOO_WIDE = """() => [document.body, document.querySelector('[data-testid="stMain"]')]
                    .map(e => e.scrollWidth - e.clientWidth)"""
FINGERS = "With a finger"


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A page on a phone."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_no_page_scrolls_sideways(phone: Page, address: str):
    for path in PATHS:
        phone.goto(f"{address}/{path}?{urlencode(PARENS)}")
        expect(phone.get_by_text("Not affiliated")).to_be_visible()
        at_rest(phone).wait_for_timeout(500)  # charts come after the script
        # Until then: st.html needs a file of its own, so our style can come after the charts.
        until(phone, lambda: phone.evaluate(TOO_WIDE) == [0, 0], f"{path} fits into the screen")


def test_a_range_is_chosen_with_a_finger_by_the_slider(phone: Page, address: str):
    phone.goto(f"{address}/{SELECT}?{urlencode(USUAL)}")
    calm(phone)
    expect(phone.get_by_text(FINGERS)).to_be_visible()
    ends = [handles(phone, "Range of time steps").nth(end) for end in (0, 1)]
    ends[0].scroll_into_view_if_needed()
    first, last = (end.locator("xpath=..").bounding_box() for end in ends)
    assert first
    assert last
    touch = phone.context.new_cdp_session(phone)
    x, y = first["x"] + first["width"] / 2, first["y"] + first["height"] / 2
    by = (last["x"] - first["x"]) / (17 - 11) * -6  # six tokens to the left
    for kind, share in (("Start", 0.0), ("Move", 0.5), ("Move", 1.0), ("End", None)):
        points = [] if share is None else [{"x": x + share * by, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        phone.wait_for_timeout(50)
    until(phone, lambda: range_of(phone) == (5, 17), "the range is in the link")
    calm(phone)
    assert slider_range(phone) == (5, 17)


def test_nothing_is_said_of_fingers_where_there_is_a_mouse(chromium: Browser, address: str):
    page = chromium.new_page()
    page.goto(f"{address}/{SELECT}?{urlencode(USUAL)}")
    calm(page)
    expect(page.get_by_text(FINGERS)).to_be_hidden()
    page.close()
