"""What only a real browser shows: dragging, typing, keys, links, and what Vega draws."""

from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from pages.ui.words import SIGN_NAMES
from tests.browser.screen import (
    PIXELS,
    SELECT,
    TEXT,
    USUAL,
    calm,
    chart,
    drag,
    following,
    handles,
    params,
    picture,
    range_of,
    slider_range,
    tab_to,
    text_box,
    until,
)

Visit = Callable[..., Page]


def opened(visit: Visit, **changed: str) -> Page:
    """Select and Match with both views drawn."""
    page = calm(visit(SELECT, **(USUAL | changed)))
    expect(chart(page, 1)).to_be_visible()
    return page


# -- opening -----------------------------------------------------------------------------------


def test_home_shows_words_and_charts_without_a_click(visit: Visit):
    page = visit()
    expect(page.get_by_role("heading", name="Hidden States").first).to_be_visible()
    expect(page.locator('[data-testid="stVegaLiteChart"] >> canvas, svg').first).to_be_visible()
    expect(page.get_by_text("Your text, coloured by unit")).to_be_visible()
    assert page.title() == "Home · Hidden States"


def test_a_door_of_home_opens_its_prepared_view(visit: Visit):
    page = visit()
    page.get_by_role("link", name="Open, with parens").click()
    calm(page)
    expect(page.get_by_role("heading", name="Select and Match")).to_be_visible()
    assert params(page)["model"] == "parens"
    assert params(page)["text"] == TEXT
    assert text_box(page).input_value() == TEXT
    assert slider_range(page) == range_of(page) == (11, 17)
    expect(chart(page, 1)).to_be_visible()


def test_select_and_match_shows_a_view_without_a_click(visit: Visit):
    page = calm(visit(SELECT))
    assert text_box(page).input_value() == params(page)["text"] != ""
    assert slider_range(page) == range_of(page)


# -- typing ------------------------------------------------------------------------------------


def test_home_reads_what_is_typed_while_it_is_typed(visit: Visit):
    page = visit()
    box = page.get_by_label("Type a text for it to read")
    box.click()
    box.press("End")
    box.press_sequentially(" zzqq", delay=40)
    expect(page.locator('[data-testid="stHtml"]').filter(has_text="zzqq")).to_be_visible()
    expect(box).to_be_focused()


def test_typing_changes_link_and_chart_and_leaves_the_cursor(visit: Visit):
    page = opened(visit)
    before = picture(page, 36, 39)
    text_box(page).click()
    text_box(page).press("End")
    text_box(page).press_sequentially(" (1)", delay=40)
    until(page, lambda: params(page)["text"] == TEXT + " (1)", "the text is in the link")
    until(page, lambda: picture(page, 36, 39) != before, "the new tokens are drawn")
    expect(text_box(page)).to_be_focused()
    assert text_box(page).input_value() == TEXT + " (1)"
    calm(page)
    assert slider_range(page) == (11, 17)


def test_a_text_of_several_lines_is_typed_in_a_larger_box(visit: Visit):
    page = opened(visit)
    page.get_by_text("Several lines").click()
    expect(page.locator("textarea")).to_have_value(TEXT)
    page.locator("textarea").fill("(1)\n((2)) 0")
    page.locator("textarea").press("Control+Enter")
    until(page, lambda: params(page)["text"] == "(1)\n((2)) 0", "the text is in the link")
    calm(page)
    assert slider_range(page) == range_of(page) == (10, 11)


# -- dragging ----------------------------------------------------------------------------------


def test_units_follow_the_brush_while_it_is_dragged_and_matches_after(visit: Visit):
    page = opened(visit)
    outside = (26, 37)  # never in a range here, so that only lines of units change there
    before, said = picture(page, *outside), following(page)
    places = chart(page, -1).evaluate(PIXELS, [0, 1, 0, 1])
    drag(page, 3.1, 7.2)
    until(page, lambda: picture(page, *outside) != before, "other units light up in the drag")
    assert range_of(page) == (11, 17), "Python has not heard of it"
    assert following(page) == said
    page.wait_for_timeout(300)
    dragged = picture(page, *outside)
    page.mouse.up()
    until(page, lambda: range_of(page) == (3, 8), "the range, in whole tokens, is in the link")
    calm(page)
    assert slider_range(page) == (3, 8)
    assert following(page) != said
    assert picture(page, *outside) == dragged, "browser and Python select the same units"
    assert chart(page, -1).evaluate(PIXELS, [0, 1, 0, 1]) != places


def test_a_range_that_is_brushed_and_then_moved_by_its_slider_is_drawn_anew(visit: Visit):
    page = opened(visit)
    plain = picture(page, 0, 37)
    drag(page, 3, 7)
    page.mouse.up()
    until(page, lambda: range_of(page) == (3, 8), "the range is in the link")
    calm(page)
    page.go_back()
    until(page, lambda: range_of(page) == (11, 17), "the link is the former one")
    calm(page)
    until(page, lambda: picture(page, 0, 37) == plain, "and so is the picture")


# -- links -------------------------------------------------------------------------------------


def test_a_link_shows_the_same_view_in_another_browser(visit: Visit):
    first = opened(visit, layer="2", sign="abs", exclude="1", pin="2", colour="level")
    second = calm(visit(first.url))
    expect(chart(second, 1)).to_be_visible()
    assert params(second) == params(first)
    assert text_box(second).input_value() == text_box(first).input_value() == TEXT
    assert following(second) == following(first)
    assert slider_range(second) == slider_range(first)
    until(second, lambda: picture(second, 0, 37) == picture(first, 0, 37), "the same picture")
    places = [page.get_by_text("best place").inner_text() for page in (first, second)]
    assert places[0] == places[1]


def test_back_undoes_the_last_change(visit: Visit):
    page = opened(visit)
    said = following(page)
    page.locator('[data-testid="stSidebar"]').get_by_text(SIGN_NAMES["-"], exact=True).click()
    until(page, lambda: params(page).get("sign") == "-", "the sign is in the link")
    calm(page)
    assert following(page) != said
    page.go_back()
    until(page, lambda: "sign" not in params(page), "the link is the former one")
    until(page, lambda: following(page) == said, "and so is the page")


# -- keys --------------------------------------------------------------------------------------


def focus_by_tab(page: Page, label: str) -> None:
    """Press Tab until the first handle of a slider has the focus."""
    text_box(page).focus()
    tab_to(page, handles(page, label).first)


def test_the_range_changes_by_keys_alone(visit: Visit):
    page = opened(visit)
    focus_by_tab(page, "Range of time steps")
    page.keyboard.press("ArrowRight")
    until(page, lambda: range_of(page) == (12, 17), "the start moved")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    until(page, lambda: range_of(page) == (12, 16), "the end moved")
    calm(page)
    assert slider_range(page) == (12, 16)


def test_the_threshold_changes_by_keys_alone(visit: Visit):
    page = opened(visit)
    focus_by_tab(page, "Threshold θ")
    for threshold in ("0.51", "0.52"):
        page.keyboard.press("ArrowRight")
        until(page, lambda t=threshold: params(page)["threshold"] == t, "the threshold moved")
        calm(page)
    expect(page.get_by_label("exactly")).to_have_value("0.520")


# -- more than one change at a time ------------------------------------------------------------
# The second comes while the page is still being drawn for the first.


def test_keys_in_quick_succession_all_count(visit: Visit):
    page = opened(visit)
    handles(page, "Threshold θ").focus()
    for pause in (100, 150, 200, 250):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(pause)
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        calm(page)
    calm(page)
    assert params(page)["threshold"] == "0.58"


def test_a_brush_is_kept_when_something_else_changes_right_after_it(visit: Visit):
    page = opened(visit)
    for number, pause in enumerate((60, 150, 200, 250)):
        start = 2 + 8 * number  # a drag that began inside the last range would move it
        drag(page, start, start + 4)
        page.mouse.up()
        page.wait_for_timeout(pause)
        handles(page, "Threshold θ").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
        calm(page)
        assert range_of(page) == slider_range(page) == (start, start + 5)
        assert params(page)["threshold"] == f"{0.51 + number / 100:g}"


# -- matches -----------------------------------------------------------------------------------


def test_a_click_on_a_row_opens_its_place(visit: Visit):
    page = opened(visit)
    chart(page, -1).click(position={"x": 250, "y": 60})
    until(page, lambda: params(page)["text"] != TEXT, "another text is in the link")
    calm(page)
    assert text_box(page).input_value() == params(page)["text"]
    until(page, lambda: slider_range(page) == range_of(page), "the match is the range")
    start, end = range_of(page)
    place = params(page)["text"][start:end]
    expect(page.locator('[data-testid="stHtml"] code').filter(has_text=place)).to_be_visible()


def test_the_matches_are_written_to_a_file_when_asked_for(visit: Visit):
    page = opened(visit)
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    table = pd.read_csv(download.value.path(), keep_default_na=False)
    assert download.value.suggested_filename == "matches.csv"
    assert list(table["rank"]) == list(range(1, 51))
    assert (table["text"].str.len() == table["end"] - table["start"]).all()


# -- hostile text, narrow window ---------------------------------------------------------------


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')


def test_hostile_text_on_home_is_only_text(visit: Visit):
    page = visit()
    for text in HOSTILE:
        page.get_by_label("Type a text for it to read").fill(text)
        expect(page.locator('[data-testid="stHtml"]').filter(has_text=text).first).to_be_visible()
    assert page.locator('img[src="x"]').count() == 0


def test_hostile_text_in_a_link_or_typed_is_only_text(visit: Visit):
    page = opened(visit, text=HOSTILE[0], start="0", end=str(len(HOSTILE[0])), threshold="0")
    expect(page.locator("code").filter(has_text=HOSTILE[0])).to_be_visible()
    text_box(page).fill(HOSTILE[1])
    until(page, lambda: params(page)["text"] == HOSTILE[1], "the text is in the link")
    calm(page)
    assert page.locator('img[src="x"]').count() == 0


@pytest.mark.parametrize("path", ["", SELECT, "Zoo"])
def test_a_narrow_window_does_not_scroll_sideways(visit: Visit, path: str):
    page = visit(path, width=400)
    last = page.get_by_text("Not affiliated") if path == "Zoo" else chart(page, -1)
    expect(last).to_be_visible()
    page.wait_for_timeout(500)
    wide, seen = page.evaluate(
        """() => [document.body, document.querySelector('[data-testid="stMain"]')]
                 .map(e => e.scrollWidth - e.clientWidth)"""
    )
    assert (wide, seen) == (0, 0)
