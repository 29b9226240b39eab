"""A worksheet: one file that opens a page again exactly as it was, with its text.

No Streamlit here.
"""

import json
from dataclasses import fields, replace
from typing import Any

from lstmvis_core import LessonError
from pages.ui.doors import PAGES
from pages.ui.link import from_params
from pages.ui.parameters import MAX_TEXT
from pages.ui.view import View, write_field

FORMAT = "hidden-states/worksheet-1"
LARGEST = 200_000  # bytes of a file


def worksheet(page: str, view: View) -> str:
    """The file."""
    fresh, view = View(), replace(view, text=view.text[:MAX_TEXT])
    settings = {
        one.name: getattr(view, one.name)
        for one in fields(view)
        if getattr(view, one.name) != getattr(fresh, one.name)
    }
    said = {"format": FORMAT, "page": page, "settings": {"model": view.model, **settings}}
    return json.dumps(said, ensure_ascii=False, indent=1)


def open_worksheet(content: bytes) -> tuple[str, View]:
    """The page and the view of a file.

    Raises
    ------
    LessonError
        It is no worksheet, or one whose settings make no sense.
    """
    if len(content) > LARGEST:
        raise LessonError(f"A worksheet has at most {LARGEST:,} bytes; this has {len(content):,}.")
    try:
        said = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LessonError("This file is no worksheet: it is no JSON.") from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise LessonError(f"This file is no worksheet: its format is not {FORMAT!r}.")
    page, settings = said.get("page"), said.get("settings")
    if page not in PAGES or not isinstance(settings, dict):
        raise LessonError(f"This worksheet names no page of ours ({', '.join(PAGES)}).")
    view, problems = from_params({str(name): _param(str(name), v) for name, v in settings.items()})
    if problems:
        raise LessonError(f"This worksheet cannot be opened: {problems[0]}")
    return page, view


def _param(name: str, value: Any) -> str:
    return write_field(name, tuple(value) if isinstance(value, list) else value)
