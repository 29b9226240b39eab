"""axe-core finds nothing of ours on any page, and a screen reader is told what charts show."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.conftest import PATIENCE
from tests.browser.screen import TEXT

LEVELS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
WIDE: ViewportSize = {
    "width": 1360,
    "height": 3000,
}  # axe looks at the colours of what is in the window alone
PARENS = {"model": "parens", "text": TEXT}
LESSON = PARENS | {"lesson": "2-counting", "lesson_step": "4"}
PAGES = {
    "": {},
    "Learn": {},
    "Select_and_Match": PARENS,
    "Units": PARENS | {"guesses": "1"},
    "Gates": PARENS,
    "Clusters": PARENS,
    "Gradients": PARENS,
    "One_Step": {},
    "Outputs": PARENS,
    "Zoo": {},
    "Projects": {},
}
IN_THE_DARK = ("Select_and_Match", "Clusters", "Outputs", "Zoo")  # whose colours differ most
# What is not ours to change: the rule, a selector of the element, and why.
NOT_OURS = (
    # Vega gives a role to the boxes that it keeps marks in, and no name. The chart has its name.
    ("svg-img-alt", ".vega-embed g.role-mark"),
    # Streamlit gives charts and equations no place in the order of Tab. Chromium and Firefox let
    # the keyboard reach whatever can be scrolled.
    ("scrollable-region-focusable", ".stVegaLiteChart, .katex-display"),
)


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser for all pages, so that what they load is loaded once."""
    context = chromium.new_context(viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page of that browser."""
    page = context.new_page()
    yield page
    page.close()


def drawn(page: Page) -> Page:
    """The page, once all of it is drawn."""
    expect(page.get_by_text("Not affiliated")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_timeout(300)
    return page


def violations(page: Page) -> list[str]:
    """What axe-core finds that is ours."""
    found = []
    for rule in Axe().run(page, options=LEVELS).response["violations"]:
        theirs = ", ".join(selector for id, selector in NOT_OURS if id == rule["id"])
        for node in rule["nodes"]:
            element = page.locator(node["target"][0]).first
            if not theirs or not element.evaluate("(e, these) => e.matches(these)", theirs):
                found.append(f"{rule['id']}: {node['html'][:200]} {node['failureSummary'][:200]}")
    return found


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_of_ours(page: Page, address: str, path: str):
    page.goto(f"{address}/{path}?{urlencode(PAGES[path])}")
    assert violations(drawn(page)) == []
    if path in IN_THE_DARK:
        page.emulate_media(color_scheme="dark")
        page.reload()  # Python is told of the ground when a page is opened
        assert violations(drawn(page)) == []


def test_a_screen_reader_is_told_what_a_chart_shows(page: Page, address: str):
    page.goto(f"{address}/Select_and_Match?{urlencode(PARENS | {'start': '11', 'end': '17'})}")
    charts = drawn(page).locator('[data-testid="stVegaLiteChart"]')
    expect(charts.first).to_have_accessible_name(re.compile("selected over steps 11 to 16"))
    for chart in charts.all():
        expect(chart).to_have_attribute("role", "graphics-document")
        expect(chart).to_have_accessible_name(re.compile("[0-9]"))


def test_axe_finds_nothing_of_ours_in_a_step_of_a_lesson(page: Page, address: str):
    page.goto(f"{address}/Units?{urlencode(LESSON)}")
    expect(page.locator(".st-key-guide")).to_be_visible()
    assert violations(drawn(page)) == []
