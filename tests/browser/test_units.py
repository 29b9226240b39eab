"""Units in a real browser: clicking and dragging over the coloured text, guesses, ranked units."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page, expect

import lstmvis_core as lv
from lstmvis_core.charts.text_heat import GUESS, TOKEN
from lstmvis_core.charts.text_lines import WIDTH
from tests.browser.screen import TEXT, act_until, calm, chart, params, range_of, text_box, until

Visit = Callable[..., Page]
USUAL = {"model": "parens", "text": TEXT, "find": "level", "unit": "3", "layer": "1"}


def opened(visit: Visit, **changed: str) -> Page:
    return calm(visit("Units", **(USUAL | changed)))


def place(page: Page, step: int, guess: int = -1) -> tuple[float, float]:
    """The middle of a token of the first line, or of a guess below it, in pixels of the page."""
    box = chart(page).bounding_box()
    assert box
    down = TOKEN / 2 if guess < 0 else TOKEN + (guess + 0.5) * GUESS
    return box["x"] + (step + 0.5) / WIDTH * box["width"], box["y"] + down


def press(page: Page, step: int, guess: int = -1) -> None:
    """Click a token or guess."""
    page.mouse.click(*place(page, step, guess))


def has(page: Page, name: str, value: str) -> bool:
    """Whether a parameter of the link has a value."""
    return params(page).get(name) == value


def test_a_token_is_clicked_and_others_are_marked_by_dragging(visit: Visit):
    page = opened(visit)
    for step in ("7", "9"):
        click = partial(press, page, int(step))
        there = partial(has, page, "step", step)
        act_until(page, click, there, "the cursor in the link")
        calm(page)

    def drag() -> None:
        page.mouse.move(*place(page, 11))
        page.mouse.down()
        page.mouse.move(*place(page, 16), steps=6)
        page.mouse.up()

    act_until(page, drag, lambda: range_of(page) == (11, 17), "the range in the link")
    assert params(page)["step"] == "9"


def test_a_guess_that_is_clicked_is_read_on(visit: Visit):
    page = opened(visit, text="0 (1 (2", guesses="1")
    model = lv.load_model("parens")
    best = lv.trace_text(model, "0 (1 (2").predictions(6, 1)[0][0]
    longer = partial(has, page, "text", "0 (1 (2" + best)
    act_until(page, partial(press, page, 6, 0), longer, "the guess in the text")
    calm(page)
    assert text_box(page).input_value() == "0 (1 (2" + best
    again = partial(press, page, 7, 0)
    act_until(page, again, lambda: len(params(page)["text"]) == 9, "the next one")


def test_the_text_is_coloured_while_it_is_typed_and_kept_on_other_pages(visit: Visit):
    page = opened(visit)
    text_box(page).fill("(1 (2 (3))")
    until(page, lambda: params(page)["text"] == "(1 (2 (3))", "the text in the link")
    calm(page)
    page.get_by_role("link", name="Select and Match", exact=True).click()
    expect(page.get_by_role("heading", name="Select and Match")).to_be_visible()
    calm(page)
    assert text_box(page).input_value() == "(1 (2 (3))"


def test_another_unit_is_chosen_among_the_ranked_ones(visit: Visit):
    page = opened(visit)
    expect(page.get_by_text("of all units over Counting language")).to_be_visible()
    other = page.get_by_role("button", name="Unit 30, layer 1")
    other.click()
    until(page, lambda: params(page)["unit"] == "30", "the unit in the link")
    calm(page)
    expect(page.get_by_text("coloured by unit 30 of layer 1")).to_be_visible()
    page.get_by_role("link", name="Use unit 30 in Select and Match").click()
    expect(page.get_by_role("heading", name="Match:")).to_be_visible()
    assert params(page)["pin"] == "30"


def test_what_explains_a_unit_becomes_the_property_to_find(visit: Visit):
    page = opened(visit, panel="about")
    expect(page.get_by_text("Explained best by")).to_be_visible()
    expect(page.get_by_text("How long it remembers")).to_be_visible()
    page.get_by_role("button", name="Find all that do").click()
    until(page, lambda: "panel" not in params(page), "the panel in the link")
    calm(page)
    assert params(page)["find"] == "level", "what unit 3 tells best"
    expect(page.get_by_text("The most telling units")).to_be_visible()
