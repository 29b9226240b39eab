"""Every lesson walked through in a real browser, from Learn to its end."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.lesson import Step, embedded_lesson, list_lessons
from tests.browser.screen import (
    LONG,
    act_until,
    at_rest,
    handles,
    params,
    range_of,
    text_box,
    x_of,
    y_of,
)

Visit = Callable[..., Page]
Do = Callable[[Page], object]
HEIGHT = 800


def bar(page: Page) -> Locator:
    """The bar of the lesson."""
    return page.locator(".st-key-guide")


# -- what a student does -----------------------------------------------------------------------


def press(name: str, times: int = 1) -> Do:
    """Press a button."""

    def do(page: Page) -> None:
        for _ in range(times):
            page.get_by_role("button", name=name, exact=True).click()
            at_rest(page)

    return do


def switch(name: str) -> Do:
    """Press one part of several."""
    return lambda page: page.get_by_role("radio", name=name, exact=True).click()


def choose(name: str, value: str) -> Do:
    """Choose in a box."""

    def do(page: Page) -> None:
        box = page.get_by_role("combobox", name=name, exact=True)
        box.click()
        box.fill(value)
        page.get_by_role("option", name=value, exact=True).click()

    return do


def pick(label: str, value: str) -> Do:
    """Choose one of several in a box."""

    def do(page: Page) -> None:
        box = page.locator('[data-testid="stMultiSelect"]').filter(has_text=label)
        box.locator("input").click()
        box.locator("input").fill(value)
        page.get_by_role("option", name=value, exact=True).click()

    return do


def write(text: str) -> Do:
    """Type a text in place of the one that is there."""

    def do(page: Page) -> None:
        text_box(page).fill(text)
        if "\n" in text:
            text_box(page).press("Control+Enter")

    return do


def enter(name: str, number: str) -> Do:
    """Type a number."""

    def do(page: Page) -> None:
        box = page.get_by_role("spinbutton", name=name, exact=True)
        box.fill(number)
        box.press("Enter")
        at_rest(page)

    return do


def slide(label: str, *values: float) -> Do:
    """Move the handles of a slider with the arrow keys, the last one first."""

    def do(page: Page) -> None:
        for number, value in reversed(list(enumerate(values))):
            handle = handles(page, label).nth(number)
            handle.focus()
            while (apart := value - float(handle.input_value())) and abs(apart) > 1e-6:
                handle.press("ArrowRight" if apart > 0 else "ArrowLeft")

    return do


def key(label: str, name: str) -> Do:
    """Press a key at a slider: a step is computed once then, which takes seconds on Gradients."""
    return lambda page: handles(page, label).press(name)


def drag(start: int, end: int) -> Do:
    """Drag over tokens of the Select view."""

    def do(page: Page) -> None:
        def over_tokens() -> None:
            page.mouse.move(x_of(page, start), y_of(page))
            page.mouse.down()
            page.mouse.move(x_of(page, end - 1), y_of(page), steps=8)
            page.mouse.up()

        act_until(page, over_tokens, lambda: range_of(page) == (start, end), "the range is there")

    return do


def click_bar(place: int, unit: str) -> Do:
    """Click a bar of the most telling units."""

    def do(page: Page) -> None:
        chart = page.locator('[data-testid="stVegaLiteChart"]').nth(1)
        chart.evaluate("element => element.scrollIntoView({block: 'center'})")

        def click() -> None:
            box = chart.bounding_box()
            assert box
            page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 29 + 17 * place)

        act_until(page, click, lambda: params(page).get("unit") == unit, "the unit is seen")

    return do


def all_of(*steps: Do) -> Do:
    """One thing after the other."""

    def do(page: Page) -> None:
        for step in steps:
            step(page)

    return do


STEP, RANGE = "Look at the step after token number", "Range of time steps"
ON = partial(press, "One step on")
AUNT = 'My aunt said, "It is late'
SPEECH = (
    'He said, "I will come to you in the morning, if I can, and I shall bring the old man and his '
    "wife and all of the children with me"
)
# Of each lesson, step by step: what a student does, and what the check then says.
WAYS: dict[str, list[tuple[Do, str]]] = {
    "1-what-is-a-hidden-state": [
        (ON(), "Changed: step."),
        (enter("Unit, 0 to 4", "4"), "Set: part, unit."),
        (write("((1) 1"), "the hidden state of unit 3 differs by 1.58"),
        (ON(2), "Input gate i of unit 2 at “·”: 0.06."),
        (slide(STEP, 16), "Forget gate f of unit 0 at “0”: 0.03."),
        (ON(2), "Update gate z of unit 0 at “·”: 1.00."),
    ],
    "2-counting": [
        (drag(11, 17), "10 units are selected. 100% of the steps"),
        (
            all_of(enter("Off before", "1"), enter("Off after", "1"), enter("exactly", "0.6")),
            "1 unit is selected. 100% of the steps in the 50 best places are “4”.",
        ),
        (drag(5, 8), "10 units are selected. 57% of the steps"),
        (write("0 (1 (2 (3 (4 (4 4) 4) 3) 2) 1) 0"), "Your text has “(1 (2 (3 (4 (”."),
    ],
    "3-quotation-marks": [
        (click_bar(0, "12"), "Unit 12 of layer 2: AUC 0.96."),
        (write(f'{AUNT}," and went to bed.'), 'Your text has “"It is late,"”.'),
        (write(f"{AUNT}, and I shall go to bed now"), "Changed: text. Your text has"),
        (enter("Unit, of 128", "68"), "Unit 68 of layer 2: AUC 0.8"),
        (enter("Unit, of 128", "12"), "Set: unit, panel."),
    ],
    "4-words-and-phrases": [
        (slide(RANGE, 2, 6), "98% of the steps in the 50 best places are “NP”."),
        (choose("Colour the words by", "part of speech"), "Set: colour."),
        (slide("Clusters", 7), "Set: clusters 7."),
        (
            write("She can come home.\nShe opened the can."),
            "Your text has “home.⏎She opened the can.”",
        ),
    ],
    "5-gates-and-forgetting": [
        (pick("Units on the text", "12"), "The forget gate f of unit 12 is open 99%"),
        (switch("input gate i"), "Set: gate."),
        (slide(STEP, 55), "Set: step 55."),
        (write(SPEECH), 'Your text has “"I will come'),
    ],
    "6-why-not-a-plain-rnn": [
        (key(STEP, "PageDown"), "RNN, 20 steps before, of the hidden state:"),
        (choose("Model", "prose"), "LSTM, 60 steps before, of the memory c:"),
        (key("Scale W", "Home"), "RNN, 20 steps before, of the hidden state:"),
        (key("Scale W", "End"), "RNN, 20 steps before, of the hidden state:"),
        (key("Scale W", "Home"), "RNN, 20 steps before, by the product of single steps: 0.13 %."),
        (write(f"{AUNT}, and I shall go to bed now, and so will you"), "LSTM, 50 steps before"),
    ],
    "7-from-sequence-to-output": [
        (slide("Temperature", 0.2), "words that it wrote, 97% stand in the corpus."),
        (slide("Temperature", 1.5), "stand in the corpus."),
        (
            write("The music is lovely, but the end is boring and the jokes are terrible."),
            "In the end it is",
        ),
        (press("Find a change"), "label"),
        (choose("Neighbours of", "three"), "Nearest to “three” is “four”: cosine 0.89."),
        (write("G"), "Your text has 1 token."),
    ],
    "8-five-ways-to-fool-yourself": [
        (write("The boy went down to the river."), "Changed: text."),
        (choose("Model", "prose"), "Set: model."),
        (choose("Which unit follows this?", "quotation"), "Changed: find."),
        (enter("Unit, of 32", "3"), "Set: unit, panel."),
        (slide("Clusters", 4), "Changed: clusters."),
    ],
}


# -- what the bar says -------------------------------------------------------------------------


def asks_for(page: Page, step: Step, place: str) -> None:
    """The bar names the step and says what to do, it is not done yet, and the page can be seen."""
    expect(bar(page)).to_contain_text(place, timeout=LONG)
    expect(bar(page)).to_contain_text(step.title)
    expect(bar(page)).to_contain_text(max(re.split(r"[*$]+", step.do), key=len).strip())
    expect(bar(page).get_by_text("pending")).to_be_visible()
    at_rest(page)
    shows_the_page(page)


def is_done(page: Page, said: str) -> None:
    """The check holds and says what it computed, and the bar says what to notice."""
    expect(bar(page).get_by_text("check_circle")).to_be_visible(timeout=LONG)
    expect(bar(page)).to_contain_text(said)
    expect(bar(page).get_by_text("visibility")).to_be_visible()
    at_rest(page)
    shows_the_page(page)


def shows_the_page(page: Page) -> None:
    """The bar takes no more than a third of the window, and hides nothing of itself."""
    box = bar(page).bounding_box()
    assert box
    assert box["height"] < 0.34 * HEIGHT
    assert bar(page).evaluate("one => one.scrollHeight - one.clientHeight") <= 1


@pytest.mark.parametrize("id", list_lessons())
def test_a_lesson_is_walked_through_from_learn_to_its_end(visit: Visit, id: str):
    lesson = embedded_lesson(id)
    last = len(lesson.steps)
    page = visit("Learn", width=1280)
    page.set_viewport_size({"width": 1280, "height": HEIGHT})
    page.get_by_role("link", name="Begin").nth(list_lessons().index(id)).click()
    kept = ""
    for number, (step, (do, said)) in enumerate(zip(lesson.steps, WAYS[id], strict=True), 1):
        asks_for(page, step, f"{number}/{last}")
        if step.keeps_text:
            assert text_box(page).input_value() == kept
        do(page)
        is_done(page, said)
        kept = text_box(page).input_value()
        way = "Next" if number < last else "To the end"
        bar(page).get_by_role("link", name=way).click()
    expect(page.get_by_text(f"{lesson.title}: done")).to_be_visible()
    expect(page.get_by_text("check_circle")).to_have_count(last)
    with page.expect_download() as download:
        page.get_by_role("button", name="Take this home").click()
    found = download.value.path().read_text("utf-8")
    assert lesson.title in found
    assert "not done" not in found
    for number, (_, said) in enumerate(WAYS[id], 1):
        assert said in next(line for line in found.split("\n") if line.startswith(f"{number}. "))


def test_a_teacher_opens_a_step_solved(visit: Visit):
    page = visit("Learn", width=1280, lesson="2-counting")
    page.get_by_role("link", name="Open it solved").nth(1).click()
    expect(bar(page)).to_contain_text("2/4")
    is_done(page, "1 unit is selected.")
