"""Gates in a real browser: dots are picked with the mouse."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

import lstmvis_core as lv
from lstmvis_core.charts.saturation_chart import MARGIN
from tests.browser.screen import TEXT, act_until, params, text_box

Visit = Callable[..., Page]
GATES = ["input_gate", "forget_gate", "output_gate"]


def shares(layer: int) -> dict[str, lv.Saturation]:
    """What the figure shows of `parens`."""
    counts = lv.gate_counts(lv.load_model("parens"), lv.load_corpus("parens"))
    return counts.saturation()[layer - 1]


def opened(visit: Visit, **changed: str) -> Page:
    """Gates with `parens`, once all is drawn."""
    page = visit("Gates", model="parens", text=TEXT, layer="2", **changed)
    expect(page.get_by_text("holds for").first).to_be_visible()
    expect(panel(page, 0)).to_be_attached()
    return calm(page)


def calm(page: Page) -> Page:
    """Wait until the script has stopped and Vega has drawn."""
    page.wait_for_timeout(300)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_timeout(300)
    return page


def panel(page: Page, number: int) -> Locator:
    """The ground of a panel of the figure."""
    chart = page.locator('[data-testid="stVegaLiteChart"]').first
    return chart.locator(f".concat_{number}_group path.background").first


def place(page: Page, number: int, is_open: float, shut: float) -> tuple[float, float]:
    """Where a dot with these shares is, in pixels of the page."""
    box = panel(page, number).bounding_box()
    assert box
    right, up = ((share + MARGIN) / (1 + 2 * MARGIN) for share in (is_open, shut))
    return box["x"] + right * box["width"], box["y"] + (1 - up) * box["height"]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for step in range(1, 9):
        at = [a + (b - a) * step / 8 for a, b in zip(start, end, strict=True)]
        page.mouse.move(*at)
        page.wait_for_timeout(30)
    page.mouse.up()


def rows(page: Page) -> list[str]:
    """What is said of each row of text."""
    return page.get_by_text(re.compile("holds for")).all_inner_texts()


def test_dots_in_a_rectangle_are_the_rows_of_the_text_and_stand_in_the_link(visit: Visit):
    page = opened(visit)
    before = rows(page)
    for number, gate in ((2, "output_gate"), (1, "forget_gate")):
        one = shares(2)[gate]
        inside = [
            unit for unit in range(32) if one.left[unit] <= 0.203 and one.right[unit] >= 0.403
        ]
        assert 0 < len(inside) < 32
        wanted = ",".join(map(str, inside))
        act_until(
            page,
            lambda number=number: drag(
                page, place(page, number, 0.403, 0.203), place(page, number, 1 + MARGIN, -MARGIN)
            ),
            lambda wanted=wanted: params(page).get("dots") == wanted,
            "they are picked",
        )
        assert params(page).get("gate") == gate
        calm(page)
        expect(page.get_by_text(f"{len(inside)} units picked")).to_be_visible()
        assert rows(page) != before
        before = rows(page)


def test_a_dot_is_clicked_also_of_another_layer(visit: Visit):
    page = opened(visit)
    for layer, number in ((2, 0), (1, 2)):
        one = shares(layer)[GATES[number]]
        # The dot that has the most room around it.
        both = [shares(n)[GATES[number]] for n in (1, 2)]
        others = [(s.left[u], s.right[u]) for s in both for u in range(32)]

        def room(unit: int, one=one, others=others) -> float:
            here = one.left[unit], one.right[unit]
            apart = [abs(here[0] - s) + abs(here[1] - o) for s, o in others if (s, o) != here]
            return min(apart)

        unit = max(range(32), key=room)
        act_until(
            page,
            lambda number=number, one=one, unit=unit: page.mouse.click(
                *place(page, number, one.right[unit], one.left[unit])
            ),
            lambda unit=unit: params(page).get("dots") == str(unit),
            "it is picked",
        )
        assert params(page).get("gate", "forget_gate") == GATES[number]
        assert params(page).get("layer", "1") == str(layer)
        calm(page)
        assert len(rows(page)) == 1
        assert f"unit {unit}" in rows(page)[0]


def test_the_text_is_there_after_a_visit_of_another_page(visit: Visit):
    page = opened(visit)
    for name in ("Units", "Gates"):
        page.locator('[data-testid="stSidebar"]').get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        calm(page)
        assert text_box(page).input_value() == TEXT
