"""The bar of a lesson on a live page: what to do, whether it is done, what to look at."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from pages.ui import session
from pages.ui.checks import Verdict
from pages.ui.doors import LEARN, PAGES
from pages.ui.lesson import LONGEST, Lesson, Step, embedded_lesson, read_lesson
from pages.ui.packing import unpacked
from pages.ui.parameters import PACKED
from pages.ui.view import View
from pages.ui.words import plain

END = 99  # the step after the last one
_DONE = "lessons_done"  # of this session: of each lesson and step what was found


def lesson_of(id: str) -> Lesson:
    """An embedded lesson, or one that the link carries.

    Raises
    ------
    LessonError
        It cannot be read.
    """
    if not id.startswith(PACKED):
        return embedded_lesson(id)
    try:
        text = unpacked(id, 4 * LONGEST)
    except ValueError as error:
        raise lv.LessonError(f"The lesson of this link cannot be unpacked: {error}.") from error
    return read_lesson(text, id)


def guide(view: View, page: str) -> None:
    """Draw the bar, if a lesson is running; the last call of a page, for it computes the check."""
    if not view.lesson:
        return
    try:
        lesson = lesson_of(view.lesson)
    except lv.LessonError as error:
        st.warning(plain(str(error)), icon=":material/school:")
        return
    number = min(view.lesson_step, len(lesson.steps))
    step = lesson.steps[number - 1]
    title = plain(step.title) + ("" if step.title.endswith(("?", "!")) else ".")
    with st.bottom.container(border=True, key="guide"):
        st.markdown(
            f":material/school: **{plain(lesson.title)}** {number}/{len(lesson.steps)}: "
            f"**{title}** {lesson.shown(step.do)}"
        )
        said, doors = st.columns([7, 3], vertical_alignment="center")
        with said:
            _said(lesson, number, step, view, page)
        with doors.container(horizontal=True, gap="small", vertical_alignment="center"):
            _doors(lesson, number, view)


def _said(lesson: Lesson, number: int, step: Step, view: View, page: str) -> None:
    """What was checked, and what to look at."""
    if step.page != page:
        st.page_link(
            PAGES[step.page],
            label=f"This step is on the page {step.page}: go there",
            icon=":material/arrow_forward:",
            query_params=view_of(lesson, number, view).to_params(),
        )
        return
    verdicts = [check.verdict(step.view, view) for check in step.checks]
    holds = all(one.holds for one in verdicts)
    if verdicts:
        _note(lesson, number, verdicts)
        mark = ":green[:material/check_circle:]" if holds else ":orange[:material/pending:]"
        said = " ".join(plain(one.said) for one in verdicts if holds or not one.holds)
        st.markdown(f"{mark} {said}")
    if step.notice and (holds or not verdicts):
        st.markdown(f":material/visibility: {lesson.shown(step.notice)}")


def _note(lesson: Lesson, number: int, verdicts: list[Verdict]) -> None:
    done = dict(st.session_state.get(_DONE, {}))
    if all(one.holds for one in verdicts):
        done[lesson.id, number] = " ".join(one.said for one in verdicts)
    st.session_state[_DONE] = done


def done_of(lesson: Lesson) -> dict[int, str]:
    """Of each step that was done in this session what the check said."""
    done = st.session_state.get(_DONE, {})
    return {number: said for (id, number), said in done.items() if id == lesson.id}


def _doors(lesson: Lesson, number: int, view: View) -> None:
    """Out of the lesson, to the step before, and to the next one."""
    st.button("Leave", key="leave_lesson", type="tertiary", on_click=_leave)
    if number > 1:
        st.page_link(
            PAGES[lesson.steps[number - 2].page],
            label="Back",
            query_params=view_of(lesson, number - 1, view).to_params(),
        )
    if number == len(lesson.steps):
        params = View(lesson=lesson.id, lesson_step=END, model=view.model, text=view.text)
        st.page_link(
            LEARN,
            label="**To the end**",
            icon=":material/flag:",
            query_params=params.to_params(),
        )
        return
    st.page_link(
        PAGES[lesson.steps[number].page],
        label="**Next**",
        icon=":material/arrow_forward:",
        query_params=view_of(lesson, number + 1, view).to_params(),
    )


@session.uninterrupted
def _leave() -> None:
    """Callback: the page goes on without the lesson."""
    session.change(lesson="", lesson_step=1)


def view_of(lesson: Lesson, number: int, view: View | None = None) -> View:
    """What a step opens: as it was prepared, with the student's own text where it is to be kept."""
    step = lesson.steps[number - 1]
    large = session.is_large()
    shown = replace(step.view, lesson=lesson.id, lesson_step=number, large=large)
    if step.keeps_text and view is not None and view.text.strip():
        return replace(shown, text=view.text, lines=view.lines)
    return shown
