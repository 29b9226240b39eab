"""Projects of LSTMVis, as a user meets them."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.screen import calm, chart, params, range_of, until
from tests.projects import by_hand
from tests.projects.test_archive import zip_of

Visit = Callable[..., Page]


def test_the_example_is_opened_and_a_range_is_brushed(visit: Visit):
    page = calm(visit("Projects"))
    page.get_by_role("link", name="Open in Select and Match").first.click()
    expect(page.get_by_role("heading", name="Match:")).to_be_visible()
    calm(page)
    expect(page.get_by_text("cannot read a text of yours")).to_be_visible()
    before = range_of(page)
    box = chart(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 120, steps=5)
    page.mouse.up()
    until(page, lambda: range_of(page) != before, "the brush in the link")
    start, end = range_of(page)
    assert int(params(page)["at"]) + 25 < start < end
    expect(page.get_by_text("follow", exact=False).first).to_be_visible()


def test_a_zip_file_is_brought_and_opened(visit: Visit, tmp_path: Path):
    page = calm(visit("Projects"))
    content = zip_of(by_hand.write(tmp_path / "cats", name="my cats <i>x</i>"), "cats/")
    brought = tmp_path / "cats.zip"
    brought.write_bytes(content)
    page.locator('input[type="file"]').set_input_files(brought)
    expect(page.get_by_text("my cats <i>x</i>")).to_be_visible()
    links = page.get_by_role("link", name="Open in Select and Match")
    expect(links).to_have_count(2)  # a card's words come before its link
    links.last.click()
    expect(page.get_by_role("heading", name="Match:")).to_be_visible()
    calm(page)
    assert params(page)["model"].startswith("project:own-")
    expect(page.get_by_text("In the project itself: 10 steps.")).to_be_visible()
