"""Lessons: Markdown files whose steps are prepared views with one thing to do, and a check.

No Streamlit here. A file begins with a block of YAML between two lines ``---``; what follows is the
text for students, and below a heading ``# For teachers`` the notes. Whoever wrote it, a lesson is
read as a link is: each setting is checked, and an error says which step is wrong, and how.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lstmvis_core import LessonError
from lstmvis_core.zoo.cards import SafeYaml
from pages.ui.checks import CHECKS, Check
from pages.ui.doors import PAGES
from pages.ui.link import from_params
from pages.ui.parameters import PACKED
from pages.ui.view import View, write_field
from pages.ui.words import mild

FOLDER = Path(__file__).parent.parent / "lessons"
NOTES = "# For teachers"
LONGEST, MOST_STEPS = 20_000, 12  # characters of a file, steps of a lesson
_OF_LESSONS = ("lesson", "lesson_step")  # settings that a lesson cannot prepare


@dataclass(frozen=True)
class Step:
    """One thing to do on a live page.

    Attributes
    ----------
    title, do, notice : str
        Heading, task, and what to look at; Markdown.
    page : str
        Name of the page, a key of `PAGES`.
    view : View
        Prepared.
    keeps_text : bool
        Whether the student's own text is read in place of the prepared one.
    checks : tuple of Check
        All of which must hold; none where there is nothing to check.
    solution : mapping
        Settings that fulfil the checks: for the teacher's notes, and for the tests.
    """

    title: str
    do: str
    notice: str
    page: str
    view: View
    keeps_text: bool = False
    checks: tuple[Check, ...] = ()
    solution: Mapping[str, Any] = field(default_factory=dict)

    def solved(self) -> View:
        """The view as the solution changes it."""
        return replace(self.view, **dict(self.solution))


@dataclass(frozen=True)
class Lesson:
    """A question, and a short way to its answer.

    Attributes
    ----------
    id : str
        Of an embedded lesson its file's name; of any other one its text, packed.
    title, question : str
    minutes : int
    intro, notes : str
        Markdown for students, and for teachers.
    steps : tuple of Step
    """

    id: str
    title: str
    question: str
    minutes: int
    intro: str
    notes: str
    steps: tuple[Step, ...]

    def shown(self, text: str) -> str:
        """A piece of its Markdown as it may be shown: of a lesson that a link carries, mildly."""
        return mild(text) if self.id.startswith(PACKED) else text


def list_lessons() -> list[str]:
    """Ids of the embedded lessons, in their order."""
    return sorted(path.stem for path in FOLDER.glob("*.md"))


@cache
def embedded_lesson(id: str) -> Lesson:
    """One of them.

    Raises
    ------
    LessonError
        There is none of this name.
    """
    if id not in list_lessons():
        raise LessonError(f"There is no lesson {id!r}. Known are {', '.join(list_lessons())}.")
    return read_lesson((FOLDER / f"{id}.md").read_text("utf-8"), id)


def read_lesson(text: str, id: str = "") -> Lesson:
    """A lesson of the text of its file.

    Raises
    ------
    LessonError
        It is no lesson: the message says what is wrong, and where.
    """
    if len(text) > LONGEST:
        raise LessonError(f"A lesson has up to {LONGEST:,} characters; this has {len(text):,}.")
    text = text.replace("\r\n", "\n")
    if not text.startswith("---\n") or text.count("\n---\n") < 1:
        raise LessonError("A lesson begins with a block of settings between two lines '---'.")
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    said = _settings(head)
    intro, _, notes = body.partition(f"{NOTES}\n")
    steps = said.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS:
        raise LessonError(f"A lesson has a list 'steps' of 1 to {MOST_STEPS} steps.")
    minutes = said.get("minutes", 10)
    if type(minutes) is not int or not 1 <= minutes <= 600:
        raise LessonError(f"'minutes' is a whole number from 1 to 600, not {minutes!r}.")
    return Lesson(
        id,
        _text(said, "title", "the lesson"),
        _text(said, "question", "the lesson"),
        minutes,
        intro.strip(),
        notes.strip(),
        tuple(_step(number, step) for number, step in enumerate(steps, 1)),
    )


def _settings(head: str) -> Mapping[str, Any]:
    try:
        said = yaml.load(head, SafeYaml)
    except (yaml.YAMLError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
        raise LessonError(f"The settings of the lesson are no YAML: {error}.") from error
    if not isinstance(said, Mapping):
        raise LessonError("The settings of a lesson are names with values: 'title: …'.")
    return said


def _step(number: int, said: Any) -> Step:
    where = f"step {number}"
    if not isinstance(said, Mapping):
        raise LessonError(f"In {where}: a step is names with values: 'title: …', 'page: …'.")
    page = _text(said, "page", where)
    if page not in PAGES:
        raise LessonError(f"In {where}: there is no page {page!r}. Pages are {', '.join(PAGES)}.")
    view = _view(said.get("view", {}), where)
    solution = _changes(view, said.get("solution", {}), where)
    return Step(
        _text(said, "title", where),
        _text(said, "do", where),
        str(said.get("notice", "")),
        page,
        view,
        bool(said.get("keeps_text", False)),
        _checks(said.get("check", {}), where),
        solution,
    )


def _view(said: Any, where: str) -> View:
    """A prepared view, each of whose settings makes sense."""
    if not isinstance(said, Mapping):
        raise LessonError(f"In {where}: 'view' is names of settings with values: 'model: prose'.")
    params = {str(name): _written(str(name), value) for name, value in said.items()}
    known = {one.name for one in fields(View)} - set(_OF_LESSONS)
    if unknown := set(params) - known:
        raise LessonError(f"In {where}: there is no setting {sorted(unknown)[0]!r}.")
    view, problems = from_params(params)
    if problems:
        raise LessonError(f"In {where}: {problems[0]}")
    return view


def _changes(view: View, said: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(said, Mapping):
        raise LessonError(f"In {where}: 'solution' is names of settings with values.")
    changed = _view({**_params(view), **said}, f"the solution of {where}")
    return {str(name): getattr(changed, str(name)) for name in said}


def _params(view: View) -> dict[str, str]:
    return {"end": str(view.end), **view.to_params()}


def _written(name: str, value: Any) -> str:
    return write_field(name, tuple(value) if isinstance(value, list) else value)


def _checks(said: Any, where: str) -> tuple[Check, ...]:
    if not isinstance(said, Mapping):
        raise LessonError(f"In {where}: 'check' is names of checks with values.")
    found = []
    for name, value in said.items():
        if name not in CHECKS:
            known = ", ".join(CHECKS)
            raise LessonError(f"In {where}: there is no check {name!r}. Checks are {known}.")
        try:
            found.append(CHECKS[name](value))
        except (TypeError, ValueError, KeyError) as error:
            raise LessonError(f"In {where}: the check {name!r} cannot be: {error}.") from error
    return tuple(found)


def _text(said: Mapping[str, Any], name: str, where: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise LessonError(f"In {where}: {name!r} is missing; it is a piece of text.")
    return value
