"""Lessons as files: what is read, what is refused with a reason, what fits into a link."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import LessonError
from pages.ui.checks import CHECKS
from pages.ui.lesson import FOLDER, LONGEST, list_lessons, read_lesson
from pages.ui.link import from_params
from pages.ui.packing import packed, unpacked
from pages.ui.parameters import MAX_PACKED, PACKED
from pages.ui.view import View

GOOD = """---
title: A lesson
question: Why?
minutes: 7
steps:
- title: First
  page: Units
  view: {model: parens, text: '(1 (2))', layer: 2, dots: [3, 4]}
  do: Look **closely**.
  check: {changed: text, text_has: '[0-9]'}
  solution: {text: '(1)', unit: 7}
- title: Second
  page: Gates
  do: Go on.
  notice: That is all.
  keeps_text: true
---
For students.

# For teachers

Notes.
"""


def test_a_lesson_is_read_as_it_was_written():
    lesson = read_lesson(GOOD, "mine")
    assert (lesson.id, lesson.title, lesson.question, lesson.minutes) == (
        "mine",
        "A lesson",
        "Why?",
        7,
    )
    assert (lesson.intro, lesson.notes) == ("For students.", "Notes.")
    first, second = lesson.steps
    assert first.view == View(model="parens", text="(1 (2))", layer=2, dots=(3, 4))
    assert [(check.name, check.value) for check in first.checks] == [
        ("changed", "text"),
        ("text_has", "[0-9]"),
    ]
    assert first.solved() == View(model="parens", text="(1)", layer=2, dots=(3, 4), unit=7)
    assert (second.page, second.keeps_text, second.checks) == ("Gates", True, ())
    assert second.notice == "That is all."


def test_line_ends_of_any_system_are_read():
    one, other = read_lesson(GOOD.replace("\n", "\r\n")), read_lesson(GOOD)
    assert (one.intro, one.notes) == (other.intro, other.notes)
    assert [step.view for step in one.steps] == [step.view for step in other.steps]


BROKEN = [
    (GOOD.removeprefix("---\n"), "between two lines"),
    (GOOD.replace("\n---\n", "\n"), "between two lines"),
    (GOOD.replace("title: A lesson", "title: [a"), "no YAML"),
    ("---\n- a\n---\n", "names with values"),
    (GOOD.replace("title: A lesson\n", ""), "'title' is missing"),
    (GOOD.replace("question: Why?", "question: 7"), "'question' is missing"),
    (GOOD.replace("minutes: 7", "minutes: long"), "'minutes' is a whole number"),
    (GOOD.replace("minutes: 7", "minutes: 0"), "from 1 to 600"),
    (GOOD.replace("steps:", "stairs:"), "a list 'steps'"),
    (GOOD.replace("page: Units", "page: Nowhere"), "In step 1: there is no page 'Nowhere'"),
    (GOOD.replace("  do: Go on.\n", ""), "In step 2: 'do' is missing"),
    (GOOD.replace("layer: 2", "layer: two"), "In step 1: layer is 'two'"),
    (GOOD.replace("layer: 2", "colours: 2"), "In step 1: there is no setting 'colours'"),
    (GOOD.replace("layer: 2", "lesson: x"), "there is no setting 'lesson'"),
    (GOOD.replace("model: parens", "model: nobody"), "In step 1: model is 'nobody'"),
    (GOOD.replace("unit: 7}", "unit: -7}"), "the solution of step 1: unit is '-7'"),
    (GOOD.replace("changed: text", "guessed: text"), "there is no check 'guessed'"),
    (GOOD.replace("changed: text", "changed: taste"), "the check 'changed' cannot be"),
    (GOOD.replace("'[0-9]'", "'[0-9'"), "the check 'text_has' cannot be"),
    (GOOD.replace("- title: First", "- 12\n- title: First"), "In step 1: a step is names"),
    (GOOD.replace("{changed: text, text_has: '[0-9]'}", "[1]"), "In step 1: 'check' is names"),
    (GOOD + "x" * LONGEST, "up to 20,000 characters"),
    (f"---\na: {'[' * 3000}\n---\n", "no YAML"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_wrong_is_said_and_where(text: str, said: str):
    with pytest.raises(LessonError, match=said.replace("[", r"\[")):
        read_lesson(text)


@given(st.text(max_size=400))
def test_any_text_is_a_lesson_or_an_error(text: str):
    for whole in (text, f"---\n{text}\n---\n", GOOD.replace("Why?", text)):
        try:
            read_lesson(whole)
        except LessonError as error:
            assert str(error)


@pytest.mark.parametrize("value", [{}, 3, None, [], "a", [1, "b"], {"track": 1}, {"is": 2}, [[]]])
@pytest.mark.parametrize("name", CHECKS)
def test_a_check_takes_any_value_or_says_why_not(name: str, value: object):
    text = GOOD.replace(
        "{changed: text, text_has: '[0-9]'}", f"{{{name}: {value!r}}}".replace("None", "null")
    )
    try:
        assert read_lesson(text).steps[0].checks[0].name == name
    except LessonError as error:
        assert f"the check {name!r} cannot be" in str(error)


# -- links -------------------------------------------------------------------------------------


@given(st.text(max_size=500))
def test_what_is_packed_comes_out_again_and_a_link_takes_it(text: str):
    raw = packed(text)
    assert unpacked(raw, 4000) == text
    view, problems = from_params({"lesson": raw})
    assert (view.lesson, problems) == (raw, [])


def test_embedded_lessons_fit_into_a_link():
    for id in list_lessons():
        raw = packed((FOLDER / f"{id}.md").read_text("utf-8"))
        assert len(raw) <= MAX_PACKED
        assert read_lesson(unpacked(raw, 4 * LONGEST), raw).steps


@given(st.text("ABCabc019-_", max_size=60))
def test_what_is_no_packed_text_is_refused(raw: str):
    try:
        unpacked(PACKED + raw, 1000)
    except ValueError as error:
        assert str(error)


def test_nothing_larger_than_allowed_is_unpacked():
    bomb = packed("a" * 5_000_000)
    assert len(bomb) < MAX_PACKED
    with pytest.raises(ValueError, match="too long"):
        unpacked(bomb, 1000)
    assert unpacked(bomb, 5_000_000) == "a" * 5_000_000


def test_markdown_of_a_stranger_is_shown_mildly():
    text = GOOD.replace("Look **closely**.", "'![x](http://a.example) **b** <b>c</b>'")
    own, strange = read_lesson(text, "mine"), read_lesson(text, packed(text))
    assert own.shown(own.steps[0].do) == "![x](http://a.example) **b** <b>c</b>"
    shown = strange.shown(strange.steps[0].do)
    assert "**b**" in shown
    for part in ("![", "](", "<b>"):
        assert part not in shown
