"""The server is stopped and started again while pages are open: their links bring them back."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import free_port, running
from tests.browser.screen import (
    SELECT,
    USUAL,
    calm,
    handles,
    params,
    slider_range,
    text_box,
    until,
)
from tests.browser.test_lessons import choose, enter
from tests.browser.test_zoo import chosen, upload
from tests.hub.standin import Hub

Visit = Callable[..., Page]
LONG = 90_000  # milliseconds; the longer it waits, the more seldom a page asks for the server
TYPED = "(1 (2 (3) 2) 1) 0 (1)"


def typed(page: Page, text: str) -> None:
    """A text is typed, and stands in the link."""
    text_box(page).fill(text)
    until(page, lambda: params(page)["text"] == text, "the text in the link")
    calm(page)


def test_open_pages_come_back_as_they_were_and_go_on(visit: Visit, standin: Hub, tmp_path: Path):
    port = free_port()
    with running(tmp_path, port, standin) as address:
        select = calm(visit(f"{address}/{SELECT}", **USUAL))
        typed(select, TYPED)
        handles(select, "Threshold").press("ArrowRight")
        until(select, lambda: params(select)["threshold"] == "0.51", "the threshold in the link")
        calm(select)
        units = calm(visit(f"{address}/Units", **USUAL))
        choose("Model", "tiny-gru")(units)
        until(units, lambda: params(units)["model"] == "tiny-gru", "the model in the link")
        calm(units)
        enter("Unit, of 4", "2")(units)
        until(units, lambda: params(units).get("unit") == "2", "the unit in the link")
        own = calm(visit(f"{address}/{SELECT}", **USUAL))
        upload(own, "mine.txt", b"(2 (3) 2) 1 (1) " * 40)
        until(own, lambda: params(own).get("corpus", "").startswith("own-"), "it is in the link")
        own.keyboard.press("Escape")
        calm(own)
        pages = (select, units, own)
        links = [params(page) for page in pages]
    for page in pages:
        expect(page.get_by_role("dialog")).to_contain_text("Connection error", timeout=LONG)
    with running(tmp_path, port, standin):
        for page in pages:
            expect(page.get_by_role("dialog")).to_have_count(0, timeout=LONG)
            expect(page.locator('[data-test-connection-state="CONNECTED"]')).to_be_visible(
                timeout=LONG
            )
            calm(page)
        assert [params(page) for page in pages] == links
        assert text_box(select).input_value() == TYPED
        assert slider_range(select) == (11, 17)
        expect(chosen(units, "Model")).to_have_value("tiny-gru")
        # What is typed next is read, with all else as it was; only a file has to be brought again.
        for page, link in zip(pages, links, strict=True):
            typed(page, f"{TYPED} (1")
            corpus = {"corpus": "parens"} if page is own else {}
            assert params(page) == {**link, "text": f"{TYPED} (1", **corpus}
        expect(units.get_by_text("coloured by unit 2 of layer 1")).to_be_visible()
        expect(own.get_by_text("bring it again under Own text")).to_be_visible()
