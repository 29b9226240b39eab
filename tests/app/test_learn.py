"""Learn: every step of every lesson, what a teacher does, links that carry a lesson."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.doors import PAGES
from pages.ui.guide import view_of
from pages.ui.lesson import FOLDER, embedded_lesson, list_lessons
from pages.ui.link import from_params
from pages.ui.notebook import notebook
from pages.ui.packing import packed
from pages.ui.view import View
from pages.ui.worksheet import worksheet
from tests.app.driver import check, click, markdown, open_page, sentences, type_text, view

LEARN_PAGE = "pages/7_Learn.py"
STEPS = [(id, n) for id in list_lessons() for n in range(1, len(embedded_lesson(id).steps) + 1)]
each_step = pytest.mark.parametrize(("id", "number"), STEPS)
DONE, PENDING = ":green[:material/check_circle:]", ":orange[:material/pending:]"


def open_step(id: str, number: int, **changed: object) -> AppTest:
    """A fresh session on a step of a lesson, as its link opens it."""
    lesson = embedded_lesson(id)
    shown = replace(view_of(lesson, number), **changed)
    return open_page(PAGES[lesson.steps[number - 1].page], shown.to_params())


def bar(at: AppTest) -> str:
    """All that the bar says."""
    return "\n".join(one.value for one in at.markdown if ":material/" in one.value)


def doors(at: AppTest) -> dict[str, View]:
    """Where the page's links lead, by what is written on them."""
    found = {}
    for element in at.get("page_link"):
        params = dict(parse_qsl(element.proto.query_string, keep_blank_values=True))
        if "lesson" in params:
            found[element.proto.label.strip("*")] = from_params(params)[0]
    return found


def test_there_are_lessons_and_each_has_notes_and_an_answer_to_every_check():
    assert len(list_lessons()) >= 5
    for id in list_lessons():
        lesson = embedded_lesson(id)
        assert len(lesson.notes) > 200
        assert lesson.question.endswith("?")
        assert 3 <= len(lesson.steps) <= 6
        assert all(step.checks for step in lesson.steps)
        assert all(step.solution for step in lesson.steps)
        assert all(len(step.notice) > 20 for step in lesson.steps)


@each_step
def test_a_step_opens_as_it_was_prepared_and_is_not_done_yet(id: str, number: int):
    at = open_step(id, number)
    assert not at.warning
    step = embedded_lesson(id).steps[number - 1]
    assert step.do in bar(at)
    assert PENDING in bar(at)
    assert step.notice not in bar(at)


@each_step
def test_a_step_is_done_by_its_solution_and_says_then_what_to_notice(id: str, number: int):
    step = embedded_lesson(id).steps[number - 1]
    at = open_step(id, number, **dict(step.solution))
    assert not at.warning
    assert DONE in bar(at)
    assert step.notice in bar(at)


@pytest.mark.parametrize(
    ("id", "number", "changed"),
    [
        ("5-gates-and-forgetting", 1, {"dots": (0,)}),  # its gate is shut more often
        ("5-gates-and-forgetting", 3, {"step": 53}),  # a letter before the closing mark
        ("4-words-and-phrases", 3, {"clusters": 6}),
    ],
)
def test_less_than_was_asked_for_is_not_enough(id: str, number: int, changed: dict[str, object]):
    assert PENDING in bar(open_step(id, number, **changed))


@pytest.mark.parametrize("id", list_lessons())
def test_the_doors_lead_through_a_lesson_and_back(id: str):
    lesson = embedded_lesson(id)
    last = len(lesson.steps)
    for number in range(1, last + 1):
        there = doors(open_step(id, number))
        if number < last:
            assert there["Next"] == view_of(lesson, number + 1, view_of(lesson, number))
        else:
            assert (there["To the end"].lesson, there["To the end"].lesson_step) == (id, 99)
        if number > 1:
            assert there["Back"].lesson_step == number - 1


def test_the_own_text_is_kept_where_a_step_says_so():
    lesson = embedded_lesson("3-quotation-marks")
    assert lesson.steps[2].keeps_text
    at = open_step("3-quotation-marks", 2)
    type_text(at, 'Anna asked, "Why?"')
    assert doors(at)["Next"].text == 'Anna asked, "Why?"'
    assert DONE in bar(at)


def test_marks_as_tablets_set_them_count():
    at = open_step("3-quotation-marks", 2)
    type_text(at, "Anna asked, “Why?”")
    assert DONE in bar(at)


def test_a_step_on_another_page_leads_there():
    lesson = embedded_lesson("3-quotation-marks")
    at = open_page(PAGES["Gates"], view_of(lesson, 1).to_params())
    assert "This step is on the page Units: go there" in doors(at)
    assert PENDING not in bar(at)


def test_a_lesson_is_left():
    at = open_step("3-quotation-marks", 2)
    click(at, "leave_lesson")
    assert view(at).lesson == ""
    assert "step 2 of" not in bar(at)


def test_at_the_end_stands_what_was_found_to_take_home():
    at = open_step("3-quotation-marks", 1, unit=12)
    at.query_params.clear()
    at.query_params.update({"lesson": "3-quotation-marks", "lesson_step": "99", "text": "Hm."})
    check(at.switch_page(LEARN_PAGE).run())
    said = markdown(at)
    assert f"{DONE} 1. See one unit: Unit 12 of layer 2\\: AUC 0\\.96\\." in said
    assert f"{PENDING} 2. Try your own sentence" in said
    assert len(at.get("download_button")) == 1


# -- teachers ----------------------------------------------------------------------------------


def test_learn_lists_every_lesson_with_its_question_and_a_door():
    at = open_page(LEARN_PAGE)
    assert not at.warning
    begin = [one.lesson for one in doors_of(at, "Begin")]
    assert begin == list_lessons()
    for id in list_lessons():
        assert embedded_lesson(id).question.rstrip("?") in markdown(at).replace("\\", "")


def doors_of(at: AppTest, label: str) -> list[View]:
    """Where all links of a name lead."""
    links = [one.proto for one in at.get("page_link") if one.proto.label == label]
    return [from_params(dict(parse_qsl(one.query_string)))[0] for one in links]


def test_a_teacher_picks_lessons_and_hands_out_one_link():
    at = open_page(LEARN_PAGE)
    chosen = [list_lessons()[2], list_lessons()[0]]
    at.multiselect(key="lessons_picked").set_value(chosen)
    check(at.run())
    minutes = sum(embedded_lesson(id).minutes for id in chosen)
    assert f"Together {minutes} minutes" in markdown(at)
    [link] = [
        one.proto for one in at.get("page_link") if one.proto.label == "The lessons of this class"
    ]
    students = open_page(LEARN_PAGE, {"lessons": ",".join(chosen)})
    assert link.query_string == f"lessons={'%2C'.join(chosen)}"
    assert [one.lesson for one in doors_of(students, "Begin")] == chosen


def test_a_lesson_is_adapted_and_its_link_carries_it_whole():
    at = open_page(LEARN_PAGE)
    at.selectbox(key="lesson_to_adapt").set_value("3-quotation-marks")
    check(at.run())
    text = str(at.text_area(key="lesson_text").value)
    assert text == (FOLDER / "3-quotation-marks.md").read_text("utf-8")
    own = text.replace("A unit for quotation marks", "Who is *speaking*?")
    at.text_area(key="lesson_text").set_value(own)
    check(at.run())
    assert "It is a lesson" in at.success[0].value
    link = packed(own)
    shown = open_page(LEARN_PAGE, {"lesson": link})
    assert "Who is \\*speaking\\*\\?" in markdown(shown)
    [begin] = doors_of(shown, "Begin")
    assert begin.lesson == link
    step = open_page(PAGES["Units"], begin.to_params())
    assert not step.warning
    assert "Who is \\*speaking\\*\\?" in bar(step)


def test_a_lesson_that_is_none_says_why_and_keeps_what_was_typed():
    at = open_page(LEARN_PAGE)
    at.text_area(key="lesson_text").set_value("no lesson <b>")
    check(at.run())
    assert "between two lines" in sentences(at).replace("\\", "")
    assert at.text_area(key="lesson_text").value == "no lesson <b>"


@pytest.mark.parametrize("lesson", ["nothing", "~eJw", "~!!", "a b"])
def test_a_link_to_no_lesson_is_a_sentence(lesson: str):
    at = open_page(LEARN_PAGE, {"lesson": lesson})
    assert at.warning
    assert [one.lesson for one in doors_of(at, "Begin")] == list_lessons()
    units = open_page(PAGES["Units"], {"model": "parens", "text": "(1)", "lesson": lesson})
    assert units.warning


# -- sharing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_share_has_the_link_of_the_view_and_the_same_in_a_notebook(page: str):
    params = {"model": "parens", "text": "(1 (2))", "layer": "2"}
    at = open_page(PAGES[page], params)
    link, code = (one.value for one in at.code)
    query = dict(parse_qsl(link.split("?", 1)[1], keep_blank_values=True))
    assert from_params(query) == (view(at), [])
    assert code == notebook(page, view(at)).strip()
    assert "lv.load_model('parens')" in code


def test_a_worksheet_is_opened_on_learn_and_another_file_says_why_not():
    at = open_page(LEARN_PAGE)
    shown = View(model="parens", text="(1)", unit=9)
    at.file_uploader(key="worksheet").set_value(
        ("w.json", worksheet("Gates", shown).encode(), "application/json")
    )
    check(at.run())
    [there] = [one.proto for one in at.get("page_link") if one.proto.label == "Open it on Gates"]
    assert from_params(dict(parse_qsl(there.query_string))) == (shown, [])
    at.file_uploader(key="worksheet").set_value(("w.json", b"{}", "application/json"))
    check(at.run())
    assert "no worksheet" in sentences(at)
