"""Two students bring long texts at once: the second sees that it waits, and both can cancel."""

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.screen import SELECT, USUAL, calm, params, until

Visit = Callable[..., Page]
TEXT = "0 (1 (2 (3 (4 4 4) 3) 2) 1) 0 ((2) 1) " * 50_000


def bring(page: Page, name: str, text: str) -> None:
    """Upload a text as the corpus."""
    page.get_by_role("button", name="Own text").click()
    file = FilePayload(name=name, mimeType="text/plain", buffer=text.encode())
    page.locator('input[type="file"]').first.set_input_files(file)


def cancel(page: Page) -> None:
    """Leave a computation, by the keyboard: the file's popover may lie over the button."""
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Cancel").focus()
    page.keyboard.press("Enter")


def test_who_waits_sees_it_and_can_cancel(visit: Visit):
    one, other = (calm(visit(SELECT, **USUAL)) for _ in range(2))
    bring(one, "one.txt", TEXT)
    expect(one.get_by_text("Reading one.txt")).to_be_visible()
    bring(other, "other.txt", TEXT[1:])
    expect(other.get_by_text("Waiting: 1 other task of this server comes first")).to_be_visible()
    cancel(one)
    until(one, lambda: params(one).get("corpus") == "parens", "the usual corpus is back")
    calm(one)
    expect(one.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(other.get_by_text("Reading other.txt")).to_be_visible()
    cancel(other)
    until(other, lambda: params(other).get("corpus") == "parens", "the usual corpus is back")
    calm(other)
