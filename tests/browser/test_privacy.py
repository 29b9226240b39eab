"""What somebody types or brings is nowhere else: not in the log, on the disk, or with others."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.browser.conftest import LOG, PATIENCE, free_port, running
from tests.browser.screen import (
    SELECT,
    USUAL,
    act_until,
    at_rest,
    params,
    range_of,
    text_box,
    until,
    x_of,
    y_of,
)
from tests.browser.test_zoo import upload
from tests.hub.standin import Hub

Visit = Callable[..., Page]
# With a blank and a letter that is no ASCII, so that its codes differ; the last word has neither.
PATHS = (SELECT, "Units", "Clusters", "Outputs")
TYPED, BROUGHT = "(1 sähe q7typed) 2", "(2 sähe q7brought) 1"


def codes(text: str) -> set[bytes]:
    """How a text may be written down, as a whole, or its telling word."""
    forms = {text, quote(text), quote_plus(text), next(w for w in text.split() if "q7" in w)[:-1]}
    return {form.encode(code) for form in forms for code in ("utf-8", "utf-16-le", "utf-16-be")}


def is_nowhere(content: bytes, where: object) -> None:
    """Neither text stands in there."""
    for text in (TYPED, BROUGHT):
        assert not any(code in content for code in codes(text)), f"{text} in {where}"


def figure(page: Page) -> Locator:
    """The first figure of a page."""
    return page.locator('[data-testid="stVegaLiteChart"]').first


def typed_on(visit: Visit, path: str, **link: str) -> Page:
    """A page on which the text was typed."""
    page = visit(path, **(USUAL | link))
    expect(text_box(page)).to_be_visible()
    at_rest(page)
    text_box(page).fill(TYPED)
    until(page, lambda: params(page)["text"] == TYPED, "the text in the link")
    expect(figure(page)).to_be_visible()
    return at_rest(page)


def overheard(chromium: Browser, address: str, paths: list[str]) -> bytes:
    """All that the server sends to somebody else who opens these pages."""
    heard: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda frame: heard.append(frame if isinstance(frame, bytes) else frame.encode()),
        )

    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("websocket", listen)
    for path in paths:
        page.goto(f"{address}/{path}")
        expect(page.get_by_text("Not affiliated with their authors")).to_be_visible()
        at_rest(page)
        heard.append(page.content().encode())
    context.close()
    return b"\n".join(heard)


def test_what_is_typed_or_brought_is_nowhere_else(
    visit: Visit, chromium: Browser, standin: Hub, tmp_path: Path
):
    with running(tmp_path, free_port(), standin) as address:
        own = type_and_bring(visit, address)
        others = [f"{path}?model=parens" for path in PATHS]
        heard = overheard(chromium, address, ["", *others, "Learn", f"{SELECT}?corpus={own}"])
    assert b"which is not here" in heard
    is_nowhere(heard, "what others get")
    is_nowhere((tmp_path / LOG).read_bytes(), "the log")
    for file in tmp_path.rglob("*"):
        is_nowhere(str(file).encode(), "the name of a file")
        if file.is_file():
            is_nowhere(file.read_bytes(), file)


def type_and_bring(visit: Visit, address: str) -> str:
    """Type a text on all pages, reload it by its link, and bring one: its id."""
    page = typed_on(visit, f"{address}/{SELECT}")
    page.reload()
    expect(text_box(page)).to_have_value(TYPED)
    at_rest(page)

    def drag() -> None:
        page.mouse.move(x_of(page, 3), y_of(page))
        page.mouse.down()
        page.mouse.move(x_of(page, 7), y_of(page), steps=6)
        page.mouse.up()

    act_until(page, drag, lambda: range_of(page)[0] == 3, "the range in the link")
    at_rest(page)
    upload(page, "mine.txt", f"{BROUGHT} 0 (1) ".encode() * 40)
    until(page, lambda: params(page).get("corpus", "").startswith("own-"), "it is in the link")
    own = params(page)["corpus"]
    page.keyboard.press("Escape")
    at_rest(page)
    for name in PATHS[1:]:  # in the same session, with the own text
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        at_rest(page)
        assert params(page)["corpus"] == own
    for panel in ("find", "about", "off", "memory"):
        typed_on(visit, f"{address}/Units", panel=panel)
    for path in ("Clusters", "Outputs"):
        other = typed_on(visit, f"{address}/{path}")
        figure(other).click()
        at_rest(other)

    with pytest.raises(AssertionError, match="the link"):  # where it is, it is found
        is_nowhere(page.url.encode(), "the link")
    return own
