"""Clusters in a real browser: what lights up under the mouse, clicks, typing, two models."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

import lstmvis_core as lv
from pages.ui.link import from_example
from tests.browser.screen import act_until, params, text_box, until

Visit = Callable[..., Page]


def opened(visit: Visit, id: str, number: int = 0, **changed: str) -> Page:
    """Clusters with a prepared view, once all is drawn."""
    view = from_example(id, lv.read_cluster_examples(id)[number])
    page = visit("Clusters", **(view.to_params() | changed))
    expect(figure(page).locator("text", has_text="Words that drive them").first).to_be_visible()
    return calm(page)


def calm(page: Page) -> Page:
    """Wait until the script has stopped and Vega has drawn."""
    page.wait_for_timeout(300)
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()
    page.wait_for_timeout(300)
    return page


def figure(page: Page, number: int = 0) -> Locator:
    """A figure, as it is drawn."""
    return page.locator('[data-testid="stVegaLiteChart"] svg').nth(number)


def word(page: Page, text: str, number: int = 0) -> Locator:
    """A word in a figure."""
    return figure(page, number).locator("text", has_text=re.compile(f"^{re.escape(text)}$")).first


def marks(page: Page, name: str, number: int = 0) -> list[dict[str, str]]:
    """How the rectangles or lines of a kind look: those whose label begins so."""
    return (
        figure(page, number)
        .locator(f'path[aria-label*="{name}"]')
        .evaluate_all(
            """paths => paths.map(path => ({
                 stroke: path.getAttribute('stroke') || '',
                 width: path.getAttribute('stroke-width') || '',
                 opacity: path.getAttribute('opacity') || '1'}))"""
        )
    )


def chip(page: Page, letter: str) -> dict[str, str]:
    """How the body of a chip looks."""
    [found] = [one for one in marks(page, f"told: Cluster {letter}:") if one["width"]]
    return found


def test_what_belongs_together_lights_up_under_the_mouse(visit: Visit):
    page = opened(visit, "english")
    usual = lv.responses_of_corpus(lv.load_model("english"), lv.load_corpus("stories"), 2)
    clusters = lv.response_tree(usual.scaled).cut(7)
    verbs = int(clusters.words[usual.index["took"]])
    letter, other = chr(65 + verbs), chr(65 + (verbs + 1) % 7)
    before = chip(page, letter)
    act_until(
        page,
        word(page, "took").hover,
        lambda: chip(page, letter) != before,
        "the chip that a word drives lights up",
    )
    assert float(chip(page, letter)["width"]) > float(chip(page, other)["width"])
    page.mouse.move(5, 5)
    until(page, lambda: chip(page, letter) == before, "it goes out")


def test_words_are_clicked_compared_and_taken_away(visit: Visit):
    page = opened(visit, "english")
    for wanted, text in (("took", "took"), ("took,to", "to"), ("to", "took")):
        act_until(
            page,
            word(page, text).click,
            lambda wanted=wanted: params(page).get("words") == wanted,
            f"words are {wanted}",
        )
        calm(page)
    expect(page.get_by_text("fell at “to”, on average over the corpus")).to_be_visible()


def test_a_word_of_the_text_and_a_square_are_clicked(visit: Visit):
    page = opened(visit, "english")
    act_until(
        page, word(page, "letters").click, lambda: params(page).get("step") == "6", "looked at"
    )
    calm(page)
    expect(page.get_by_text("fell at “letters”, in your text")).to_be_visible()
    square = figure(page).locator('path[aria-label*="told: unit 17,"]').last
    act_until(page, square.click, lambda: params(page).get("unit") == "17", "its words are shown")
    expect(page.get_by_text("what raises and lowers unit 17")).to_be_visible()


def test_a_chip_is_followed_and_the_list_says_the_same(visit: Visit):
    page = opened(visit, "english")
    name = figure(page).locator("text", has_text=re.compile("units$")).first
    act_until(page, name.click, lambda: "cluster" in params(page), "a chip is followed")
    calm(page)
    letter = chr(65 + int(params(page)["cluster"]))
    box = page.get_by_role("combobox", name="Follow the cluster")
    expect(box).to_have_value(letter)


def test_a_typed_word_is_read_at_once_and_the_number_of_clusters_splits_one(visit: Visit):
    page = opened(visit, "english", text="The old man")
    text_box(page).press("End")
    text_box(page).press_sequentially(" slept")
    expect(word(page, "slept")).to_be_visible()
    calm(page)
    slider = page.locator('[data-testid="stSlider"]').filter(has_text="Clusters").first
    slider.locator('input[type="range"]').press("ArrowRight")
    until(page, lambda: params(page).get("clusters") == "8", "one more")
    expect(figure(page).locator("text", has_text=re.compile("^H$")).first).to_be_visible()
    page.go_back()
    until(page, lambda: params(page).get("clusters") == "7", "Back undoes")


def test_two_models_stand_mirrored(visit: Visit):
    page = opened(visit, "prose", 2)
    for number in (0, 1):
        expect(figure(page, number)).to_be_visible()
    places = []
    for number in (0, 1):
        text, cloud = (word(page, name, number).bounding_box() for name in ("Your text", "Units"))
        assert text
        assert cloud
        places.append(text["x"] < cloud["x"])
    assert places == [True, False]


def test_the_pair_of_the_paper_says_how_differently_though_is_read(visit: Visit):
    page = opened(visit, "sentiment")
    expect(page.get_by_text("comes in sentence 1 and in sentence 2")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ of \d+ words good are in"))).to_be_visible()
    assert word(page, "Sentence 2").is_visible()


def test_nothing_is_lost_on_a_visit_of_another_page(visit: Visit):
    page = opened(visit, "english", words="took")
    before = params(page)
    for name in ("Gates", "Clusters"):
        page.locator('[data-testid="stSidebar"]').get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        calm(page)
    assert params(page) == before
    expect(word(page, "took")).to_be_visible()
