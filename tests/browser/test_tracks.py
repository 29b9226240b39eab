"""Tracks in a real browser: picked, ordered, explained, removed, brought, and fetched."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import SELECT, calm, chart, params, text_box, until
from tests.hub.standin import Hub

Visit = Callable[..., Page]

SENTENCE = "A very marked improvement, Anna told the reporters in Berlin."
VIEW = {"model": "prose", "text": SENTENCE, "start": "2", "end": "6", "threshold": "0.3"}
# Pixels from the top of the chart to the middle of its first track, and between two tracks.
FIRST, ROW = 298, 20


def opened(visit: Visit, **changed: str) -> Page:
    page = calm(visit(SELECT, **(VIEW | changed)))
    expect(page.get_by_role("heading", name=re.compile("Match"), level=3)).to_be_visible()
    return page


def picker(page: Page) -> Locator:
    return page.locator('[data-testid="stMultiSelect"]').filter(has_text="Tracks")


def pick(page: Page, title: str) -> None:
    picker(page).locator("input").click()
    picker(page).locator("input").fill(title)
    page.get_by_role("option", name=title, exact=True).click()
    page.keyboard.press("Escape")
    calm(page)


def told(page: Page, row: int, x: float) -> str:
    """What is told where the mouse points at a row of the Select view."""
    box = chart(page).bounding_box()
    assert box
    page.mouse.move(box["x"] + x - 3, box["y"] + FIRST + ROW * row)
    page.mouse.move(box["x"] + x, box["y"] + FIRST + ROW * row)
    tip = page.locator("#vg-tooltip-element.visible")
    expect(tip).to_be_visible()
    return tip.inner_text()


def test_a_track_is_added_told_ordered_and_removed(visit: Visit):
    page = opened(visit, tracks="surprisal")
    height = chart(page).bounding_box()
    pick(page, "part of speech")
    pick(page, "guesses")
    until(page, lambda: params(page)["tracks"] == "surprisal,pos,guesses", "the link has them")
    taller = chart(page).bounding_box()
    assert height
    assert taller
    assert taller["height"] == pytest.approx(height["height"] + 4 * ROW, abs=2)
    assert "ADV: adverb" in told(page, 1, 74 + 3 / 60 * (taller["width"] - 75))
    assert re.search(r"guess 1\s*y 9\d%", told(page, 2, 74 + 4.5 / 60 * (taller["width"] - 75)))
    picker(page).get_by_role("button", name=re.compile("surprisal")).or_(
        picker(page).locator('[data-baseweb="tag"]').filter(has_text="surprisal").locator("svg")
    ).last.click()
    until(page, lambda: params(page)["tracks"] == "pos,guesses", "it is gone")
    calm(page)
    assert "ADV: adverb" in told(page, 0, 74 + 3 / 60 * (taller["width"] - 75))


def test_the_name_of_a_row_tells_its_legend(visit: Visit):
    page = opened(visit, tracks="entity")
    legend = told(page, 0, 60)
    for word in ("entity", "PER", "person", "ORG", "organisation", "LOC", "place"):
        assert word in legend


def test_words_are_coloured_by_a_track(visit: Visit):
    page = opened(visit, tracks="")
    page.locator('[data-testid="stSelectbox"]').filter(has_text="Colour the words by").click()
    page.get_by_role("option", name="phrase", exact=True).click()
    until(page, lambda: params(page).get("colour") == "phrase", "the link says so")
    expect(page.get_by_text("NP: noun phrase")).to_be_visible()
    expect(page.get_by_text(re.compile("of 50 matches .* “NP”"))).to_be_visible()


def test_tracks_come_while_the_text_is_typed(visit: Visit):
    page = opened(visit, tracks="entity", text="He went to ", start="0", end="2")
    text_box(page).click()
    text_box(page).press("End")
    text_box(page).press_sequentially("London", delay=40)
    until(page, lambda: params(page)["text"].endswith("London"), "it is in the link")
    calm(page)
    width = chart(page).bounding_box()
    assert width
    assert "LOC: place" in told(page, 0, 74 + 14.5 / 20 * (width["width"] - 75))


def test_labels_of_ones_own_are_a_row(visit: Visit):
    page = opened(visit, text="abc", start="0", end="1", tracks="")
    page.get_by_role("button", name="Labels and pipeline").click()
    page.locator('[data-testid="stPopoverBody"] input[type="file"]').set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": b"label\nfirst\n<b>x</b>\nfirst\n"}
    )
    until(page, lambda: params(page).get("tracks") == "labels", "the track is shown")
    page.keyboard.press("Escape")
    calm(page)
    width = chart(page).bounding_box()
    assert width
    assert "<b>x</b>" in told(page, 0, 74 + 1 / 15 * (width["width"] - 75) + 20)


def test_a_pipeline_is_fetched_from_the_hub_when_asked_for(visit: Visit, standin: Hub):
    page = opened(visit, tracks="pos")
    assert not standin.asked_for("en_core_web_sm")
    page.get_by_role("button", name="Labels and pipeline").click()
    box = page.get_by_label("Fetch one of spaCy's own from the Hugging Face Hub")
    box.fill("spacy/en_core_web_sm")
    box.press("Enter")
    page.get_by_role("button", name="Fetch", exact=True).last.click()
    commit = standin.repositories["spacy/en_core_web_sm"].names["main"]
    wanted = f"hub:spacy/en_core_web_sm@{commit}"
    until(page, lambda: params(page).get("pipeline") == wanted, "the link names its commit")
    assert standin.asked_for("spacy/en_core_web_sm/resolve")
