"""Figures as vector graphics: what the browser saves is what it has drawn."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.screen import SELECT, USUAL, calm

Visit = Callable[..., Page]


def test_a_figure_is_saved_as_svg(visit: Visit, tmp_path: Path):
    page = calm(visit(SELECT, **USUAL))
    page.get_by_role("button", name="Figures and data").click()
    page.get_by_text("As vector graphics").click()
    expect(page.locator('[data-testid="stVegaLiteChart"] svg.marks').first).to_be_visible()
    saves = page.get_by_role("group", name="Save a figure as SVG").get_by_role("button")
    expect(saves.first).to_contain_text("1. tanh(c) of all units")
    with page.expect_download() as download:
        saves.first.click()
    saved = tmp_path / "figure.svg"
    download.value.save_as(saved)
    content = saved.read_text()
    assert content.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert ">4</text>" in content, "a token of the text"
