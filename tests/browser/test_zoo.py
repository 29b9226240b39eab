"""Zoo, models from the Hub, and texts of one's own, as a user meets them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

import lstmvis_core as lv
from tests.browser.screen import (
    SELECT,
    TEXT,
    USUAL,
    calm,
    chart,
    params,
    range_of,
    slider_range,
    text_box,
    until,
)
from tests.hub.standin import Hub

Visit = Callable[..., Page]
BRACKETS = "someone/brackets"
NOTES = b"0 (1 (2 (3 (4 4) 3) 2) 1) 0 zq\n\n((2 2) 1) 0 (1)\n\n0 (1 (2 (3 (4 4 4 4) 3) 2) 1)\n"


def card(page: Page, name: str) -> Locator:
    """The card of a model: the column that holds its name."""
    named = page.locator("strong").get_by_text(name, exact=True)
    return page.locator('[data-testid="stColumn"]').filter(has=named)


def the_zoo(visit: Visit) -> Page:
    page = visit("Zoo")
    expect(page.get_by_text("Not affiliated")).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    return page


def go_to(page: Page, name: str) -> Page:
    """Open another page by the list of pages."""
    page.locator('[data-testid="stSidebar"]').get_by_role("link", name=name, exact=True).click()
    heading = "Hidden States" if name == "Home" else name
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    return page


def chosen(page: Page, label: str) -> Locator:
    """A box to choose from, whose value is the name of what is chosen."""
    return page.get_by_role("combobox", name=label, exact=True)


def hub_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Or a model from the Hugging Face Hub")


# -- the zoo -----------------------------------------------------------------------------------


def test_the_zoo_shows_a_card_for_every_model(visit: Visit):
    page = the_zoo(visit)
    for id in lv.list_models():
        expect(card(page, id)).to_be_visible()
    assert page.title() == "Zoo · Hidden States"


def test_what_is_typed_is_read_by_the_models_while_it_is_typed(visit: Visit):
    page = the_zoo(visit)
    box = page.get_by_label("Text for all of them to read")
    box.fill("She said no")
    shown = card(page, "prose").locator('[data-testid="stHtml"]').filter(has_text="She said no")
    expect(shown).to_be_visible()
    expect(box).to_be_focused()
    box.fill("<img src=x onerror=alert(1)>")
    expect(page.locator('[data-testid="stHtml"]').filter(has_text="onerror").first).to_be_visible()
    assert page.locator('img[src="x"]').count() == 0


def test_filters_and_search_leave_what_fits(visit: Visit):
    page = the_zoo(visit)
    page.get_by_role("button", name="labels each token").click()
    expect(card(page, "prose")).to_have_count(0)
    expect(card(page, "tagger")).to_have_count(1)  # two, while the page is drawn anew
    expect(card(page, "tagger")).to_be_visible()
    page.get_by_label("Search").fill("zzqq")
    page.get_by_label("Search").press("Enter")
    expect(page.get_by_text("No model is like that")).to_be_visible()


def test_a_model_of_the_zoo_is_in_use_on_every_page(visit: Visit):
    page = the_zoo(visit)
    card(page, "parens").get_by_role("button", name="Use this model").click()
    expect(card(page, "parens").get_by_role("button", name="In use")).to_be_visible()
    expect(page.locator('[data-testid="stToast"]')).to_contain_text("cannot read")
    go_to(page, "Home")
    expect(chosen(page, "Network")).to_have_value(re.compile("^parens"))
    expect(page.get_by_label("Type a text for it to read")).to_have_value(TEXT)
    calm(go_to(page, "Select and Match"))
    assert params(page)["model"] == "parens"
    assert slider_range(page) == range_of(page)


def test_a_card_opens_and_leads_to_a_prepared_view(visit: Visit):
    page = the_zoo(visit)
    card(page, "parens").get_by_role("button", name="Read its card").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("held-out", ignore_case=True)
    dialog.get_by_role("link", name="Try: Nesting level four").click()
    calm(page)
    assert params(page)["model"] == "parens"
    assert range_of(page) == slider_range(page) == (11, 17)


# -- the Hub -----------------------------------------------------------------------------------


def test_a_model_of_the_hub_is_loaded_by_its_name_and_used(visit: Visit, standin: Hub):
    commit = standin.repositories[BRACKETS].names["main"]
    page = the_zoo(visit)
    box = hub_box(page)
    box.fill(BRACKETS)
    box.press("Enter")
    expect(page.get_by_text(f"{BRACKETS} is here, at commit {commit[:7]}")).to_be_visible()
    expect(box).to_have_value(BRACKETS)
    expect(page.locator("strong").get_by_text(BRACKETS, exact=True)).to_be_visible()
    card(page, BRACKETS).get_by_role("button", name="Use this model").click()
    expect(card(page, BRACKETS).get_by_role("button", name="In use")).to_be_visible()
    calm(go_to(page, "Select and Match"))
    assert params(page)["model"] == f"hub:{BRACKETS}@{commit}"
    expect(chosen(page, "Model")).to_have_value(BRACKETS)
    expect(chart(page, 1)).to_be_visible()
    elsewhere = calm(visit(page.url))
    expect(chart(elsewhere, 1)).to_be_visible()
    assert params(elsewhere) == params(page)
    assert text_box(elsewhere).input_value() == TEXT


@pytest.mark.parametrize("name", ["someone/none", "<b>x</b>"])
def test_a_model_that_the_hub_does_not_have_is_a_sentence(visit: Visit, name: str):
    page = the_zoo(visit)
    hub_box(page).fill(name)
    page.get_by_role("button", name="Load").click()
    expect(page.locator('[data-testid="stAlert"]')).to_contain_text(name)
    expect(hub_box(page)).to_have_value(name)


# -- a text of one's own -----------------------------------------------------------------------


def upload(page: Page, name: str, content: bytes) -> None:
    """Bring a file by the button Own text."""
    page.get_by_role("button", name="Own text").click()
    file = {"name": name, "mimeType": "text/plain", "buffer": content}
    page.locator('input[type="file"]').set_input_files([file])  # pyright: ignore


def test_an_uploaded_text_is_searched_and_another_corpus_can_be_chosen_again(visit: Visit):
    page = calm(visit(SELECT, **USUAL))
    expect(chart(page, 1)).to_be_visible()
    upload(page, "my notes.txt", NOTES)
    until(page, lambda: params(page).get("corpus", "").startswith("own-"), "it is in the link")
    calm(page)
    expect(chosen(page, "Corpus")).to_have_value("my notes.txt")
    own = params(page)["corpus"]
    page.get_by_text("Each paragraph is a document").click()
    until(page, lambda: params(page).get("corpus", "") not in ("", own), "paragraphs are apart")
    calm(page)
    expect(chosen(page, "Corpus")).to_have_value("my notes.txt (2)")
    page.get_by_text("Each paragraph is a document").click()
    until(page, lambda: params(page).get("corpus", "") == own, "and together again")
    page.keyboard.press("Escape")
    calm(page)
    page.get_by_test_id("stBaseButton-secondary").get_by_text("Open", exact=True).click()
    until(page, lambda: "zq" in params(page)["text"], "a place of the file is open")
    calm(page)
    page.wait_for_timeout(2200)  # before that the former corpus would be taken for an echo
    chosen(page, "Corpus").fill("Counting")
    page.get_by_role("option", name="Counting language").click()
    until(page, lambda: params(page).get("corpus", "") != own, "another corpus is chosen")
    calm(page)
    page.wait_for_timeout(1000)
    assert params(page)["corpus"] == "parens"


def test_what_is_no_text_is_a_sentence(visit: Visit):
    page = calm(visit(SELECT, **USUAL))
    upload(page, "picture.png", b"\x89PNG\r\n\0\0\0" * 9)
    expect(page.locator('[data-testid="stToast"]')).to_contain_text("does not look like text")
    assert params(page).get("corpus", "parens") == "parens"
