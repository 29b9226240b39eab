"""What the browser tests see of a page, and where they put the mouse."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, expect

from pages.ui.frame import LARGE

TEXT = "0 (1 (2 (3 (4 4 4) 3) 2) 1) 0 ((2) 1)"  # 37 tokens
SIZE = 40  # tokens in view
USUAL = {
    "model": "parens",
    "text": TEXT,
    "start": "11",
    "end": "17",
    "kind": "tanh_cell",
    "threshold": "0.5",
    "size": str(SIZE),
}
SELECT = "Select_and_Match"
LONG = 120_000  # milliseconds
LEFT, RIGHT = 74, 1  # pixels of a chart beside its plot, about

PIXELS = """
(canvas, [left, right, top, bottom]) => {
  const context = canvas.getContext('2d'), w = canvas.width, h = canvas.height;
  const [x, y] = [left * w, top * h].map(Math.round);
  const cut = [(right - left) * w, (bottom - top) * h].map(Math.round);
  return context.getImageData(x, y, ...cut).data.join(',');
}
"""


def at_rest(page: Page) -> Page:
    """Wait until the script has stopped, which may have to compute over a corpus first."""
    page.wait_for_timeout(300)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible(timeout=LONG)
    return page


def calm(page: Page) -> Page:
    """Wait until the page has drawn its first chart and its script has stopped."""
    expect(chart(page)).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_timeout(300)  # for what Vega draws after its data came
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    return page


def until(page: Page, happens: Callable[[], bool], what: str) -> None:
    """Wait for something. Never time.sleep: playwright would not notice what happens."""
    for _ in range(300):
        if happens():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"It never happened: {what}\n{page.url}")


def act_until(
    page: Page, act: Callable[[], object], happens: Callable[[], bool], what: str
) -> None:
    """Do something with the mouse, again if nothing comes of it for a while.

    What Vega has not drawn yet, on a slow machine, can neither be clicked nor dragged over.
    """
    for _ in range(8):
        act()
        for _ in range(40):
            if happens():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"It never happened: {what}\n{page.url}")


def chart(page: Page, number: int = 0) -> Locator:
    """A chart's canvas: the Select view is the first, the Match view the last (-1)."""
    return page.locator('[data-testid="stVegaLiteChart"] canvas').nth(number)


def params(page: Page) -> dict[str, str]:
    """The parameters of the link."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


def range_of(page: Page) -> tuple[int, int]:
    """The range of the link."""
    link = params(page)
    start = int(link.get("start", 0))
    return start, int(link.get("end", 1))


def handles(page: Page, label: str) -> Locator:
    """The handles of a slider."""
    slider = page.locator('[data-testid="stSlider"]').filter(has_text=label)
    return slider.locator('input[type="range"]')


def slider_range(page: Page) -> tuple[int, int]:
    """What the handles of the range slider say."""
    both = handles(page, "Range of time steps")
    expect(both).to_have_count(2)
    return int(both.nth(0).input_value()), int(both.nth(1).input_value())


def text_box(page: Page) -> Locator:
    """The box for the text, in one line or several."""
    return page.get_by_label("Text for the network to read")


def following(page: Page) -> str:
    """How many units follow, in words."""
    return page.get_by_text(re.compile("follows? this range")).inner_text()


def picture(page: Page, first: int, last: int) -> str:
    """The pixels of the plot of the Select view, from one token to another."""
    box = chart(page).bounding_box()
    assert box
    left, right = ((x_of(page, step) - box["x"]) / box["width"] for step in (first, last))
    return chart(page).evaluate(PIXELS, [left, right, 0.15, 0.75])


def x_of(page: Page, step: float) -> float:
    """Where a token of the window stands, in pixels of the page."""
    box = chart(page).bounding_box()
    assert box
    left = LEFT * (LARGE if params(page).get("large") else 1)
    return box["x"] + left + (step + 0.5) / SIZE * (box["width"] - left - RIGHT)


def tab_to(page: Page, wanted: Locator, most: int = 60) -> None:
    """Press Tab until something has the focus."""
    for _ in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {wanted}")


def drag(page: Page, first: float, last: float) -> None:
    """Drag over tokens of the Select view; the mouse button stays down."""
    page.mouse.move(x_of(page, first), y_of(page))
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x_of(page, first + (last - first) * step / 8), y_of(page))
        page.wait_for_timeout(30)


def y_of(page: Page) -> float:
    """Somewhere in the plot, in pixels of the page."""
    box = chart(page).bounding_box()
    assert box
    return box["y"] + 120
