"""The page Learn: lessons as cards, notes for teachers, a lesson of one's own, the end of one."""

from dataclasses import replace

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import coloured_text
from pages.ui import cached, session
from pages.ui.doors import LEARN, PAGES
from pages.ui.guide import END, done_of, lesson_of, view_of
from pages.ui.lesson import FOLDER, LONGEST, Lesson, embedded_lesson, list_lessons, read_lesson
from pages.ui.link import from_params
from pages.ui.models import highlight_of
from pages.ui.packing import packed
from pages.ui.view import FIRST_MODEL, View
from pages.ui.words import count, plain, quote
from pages.ui.worksheet import open_worksheet

CLASS = 45  # minutes
IN_CLASS = """
**Before the class**, open each lesson once: the first time a page may take some seconds. **For a
projector**, switch on *Large type* in the sidebar once a lesson runs. Students press *Begin*,
then *Next* in the bar below the page. **Where the sign stays orange**, the sentence beside it
says what is missing; *Next* works all the same, and *Open it solved*, in the notes of a lesson,
shows an answer. A page that is loaded anew in the browser has forgotten which steps were done.
"""
_PICKED, _TEXT, _FILE = "lessons_picked", "lesson_text", "lesson_file"


def opened_lesson() -> tuple[View, Lesson | None, bool, list[str]]:
    """The view of the link, its lesson if it names one, whether that is at its end; sentences."""
    params = dict(st.query_params)
    view, problems = from_params(params) if params else (session.held(), [])
    if not params or not view.lesson:
        return view, None, False, problems
    try:
        return view, lesson_of(view.lesson), view.lesson_step == END, problems
    except lv.LessonError as error:
        return view, None, False, [*problems, str(error)]


def said_about_link(problem: str) -> None:
    """What the link asked for in vain."""
    st.warning(plain(problem), icon=":material/link_off:")


def riddle() -> None:
    """One telling unit over a text, to be curious about."""
    highlight = highlight_of(cached.model(FIRST_MODEL), FIRST_MODEL)
    trace = cached.trace(FIRST_MODEL, highlight["text"])
    values = trace.states(highlight["layer"], highlight["kind"])[:, highlight["unit"]]
    config = trace.model.config
    st.html(coloured_text(trace.tokens, values))
    st.caption(
        "A network reads this letter by letter. The colour is one of the "
        f"{config.hidden_size * len(config.layer_names):,} numbers that it remembers, blue above "
        "zero and orange below. What does that number know? And how could you be sure?"
    )


def open_a_worksheet() -> None:
    """A file that opens a view again."""
    with st.popover("Open a worksheet", icon=":material/description:"):
        file = st.file_uploader("A file that Share has given you", key="worksheet", type=["json"])
        if file is None:
            return
        try:
            page, view = open_worksheet(file.getvalue())
        except lv.LessonError as error:
            st.warning(plain(str(error)), icon=":material/rule:")
            return
        st.page_link(
            PAGES[page],
            label=f"Open it on {page}",
            icon=":material/arrow_forward:",
            query_params=view.to_params(),
        )


def cards(lessons: list[Lesson] | None = None) -> None:
    """A card a lesson, with its question and a door."""
    picked = st.query_params.get("lessons", "").split(",")
    known = [id for id in picked if id in list_lessons()] or list_lessons()
    for lesson in lessons or [embedded_lesson(id) for id in known]:
        with st.container(border=True):
            words, door = st.columns([6, 2], vertical_alignment="center")
            words.markdown(
                f"**{plain(lesson.title)}** · {count(lesson.minutes, 'minute')}, "
                f"{count(len(lesson.steps), 'step')}  \n{plain(lesson.question)}"
            )
            done = done_of(lesson)
            if done:
                checked = [n for n, step in enumerate(lesson.steps, 1) if step.checks]
                words.caption(f"{len(done)} of {count(len(checked), 'check')} done in this session")
            door.page_link(
                PAGES[lesson.steps[0].page],
                label="Begin",
                icon=":material/play_arrow:",
                query_params=view_of(lesson, 1).to_params(),
            )
            if lesson.intro:
                words.markdown(lesson.shown(lesson.intro))


def end_of_lesson(lesson: Lesson, view: View) -> None:
    """What the student has found, to take home."""
    st.subheader(f"{plain(lesson.title)}: done", anchor=False)
    st.markdown(f"**{plain(lesson.question)}**")
    lines = [f"# {lesson.title}", "", lesson.question, ""]
    done = done_of(lesson)
    for number, step in enumerate(lesson.steps, 1):
        found = done.get(number, "" if step.checks else "read")
        mark = ":green[:material/check_circle:]" if found else ":orange[:material/pending:]"
        st.markdown(
            f"{mark} {number}. {plain(step.title)}" + (f": {plain(found)}" if found else "")
        )
        lines += [f"{number}. {step.title}: {found or 'not done'}", f"   {step.notice}", ""]
    quote("Your text:", view.text[:300])
    lines += ["", f"Your text: {view.text}"]
    st.download_button(
        "Take this home",
        "\n".join(lines),
        f"{lesson.title}.md",
        icon=":material/download:",
    )
    st.page_link(LEARN, label="All lessons", icon=":material/school:")


def teacher(lesson: Lesson | None) -> None:
    """For teachers: lessons for a class, notes, a lesson of one's own; one link to hand out."""
    st.subheader("For teachers", anchor=False)
    if lesson is not None:
        _notes(lesson)
        return
    st.markdown(IN_CLASS)
    ids = st.multiselect(
        "Lessons for your class",
        list_lessons(),
        key=_PICKED,
        format_func=lambda id: embedded_lesson(id).title,
        placeholder="Pick some: their minutes are added up",
    )
    chosen = [embedded_lesson(id) for id in ids]
    if chosen:
        minutes = sum(one.minutes for one in chosen)
        fits = "fits into" if minutes <= CLASS else "is more than"
        st.markdown(
            f"Together {count(minutes, 'minute')}, which {fits} a class of {CLASS} minutes. One "
            "link for all students:"
        )
        st.page_link(
            LEARN,
            label="The lessons of this class",
            icon=":material/link:",
            query_params={"lessons": ",".join(ids)},
        )
    for one in chosen:
        with st.expander(f"Notes: {plain(one.title)}"):
            _notes(one)
    _own_lesson()


def _notes(lesson: Lesson) -> None:
    """What a teacher should know, with the expected answer of each step, which can be opened."""
    st.markdown(lesson.shown(lesson.notes) or "This lesson has no notes.")
    for number, step in enumerate(lesson.steps, 1):
        words, door = st.columns([6, 2], vertical_alignment="center")
        names = ", ".join(f"{name}: {value}" for name, value in step.solution.items())
        answer = f"  \n*A solution:* {plain(names)}" if names else ""
        words.markdown(f"{number}. **{plain(step.title)}.** {lesson.shown(step.do)}{answer}")
        solved = replace(step.solved(), lesson=lesson.id, lesson_step=number)
        door.page_link(
            PAGES[step.page],
            label="Open it solved",
            icon=":material/key:",
            query_params=solved.to_params(),
        )


def _own_lesson() -> None:
    """A lesson is adapted, or opened from the disk; its link carries it whole."""
    with st.expander("Write a lesson of your own, or adapt one"):
        start, file = st.columns(2)
        start.selectbox(
            "Begin with",
            ["", *list_lessons()],
            key="lesson_to_adapt",
            format_func=lambda id: embedded_lesson(id).title if id else "nothing",
            on_change=_adapt,
        )
        file.file_uploader("Or open a file", key=_FILE, type=["md", "txt"], on_change=_open_file)
        text = st.text_area(
            "The lesson",
            key=_TEXT,
            height=320,
            max_chars=LONGEST,
            help="A block of settings between two lines '---', then the text for students, and "
            "below the heading '# For teachers' the notes. It stays in this browser and in the "
            "link; nothing is stored here.",
        )
        if not text:
            return
        try:
            lesson = read_lesson(text, packed(text))
        except lv.LessonError as error:
            st.warning(plain(str(error)), icon=":material/rule:")
            return
        said = f"{count(len(lesson.steps), 'step')}, {count(lesson.minutes, 'minute')}"
        st.success(f"It is a lesson: {said}. Its link:", icon=":material/check:")
        st.page_link(
            LEARN,
            label=plain(lesson.title),
            icon=":material/link:",
            query_params={"lesson": lesson.id},
        )
        st.download_button("Save the file", text, "lesson.md", icon=":material/download:")


@session.uninterrupted
def _adapt() -> None:
    """Callback: the text of an embedded lesson."""
    id = st.session_state["lesson_to_adapt"]
    if id:
        st.session_state[_TEXT] = (FOLDER / f"{id}.md").read_text("utf-8")


@session.uninterrupted
def _open_file() -> None:
    """Callback: the text of a file."""
    file = st.session_state[_FILE]
    if file is not None:
        st.session_state[_TEXT] = file.getvalue()[: 4 * LONGEST].decode("utf-8", "replace")
