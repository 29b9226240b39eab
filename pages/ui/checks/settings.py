"""Checks of what is set and typed, on any page."""

from dataclasses import fields
from typing import Any

import regex

from lstmvis_core.text import plain_marks
from pages.ui.checks.check import Compute, Verdict, check
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import count

QUOTED = 40  # characters
_FIELDS = {one.name for one in fields(View)}


@check
def changed(value: Any) -> Compute:
    """The student has changed a setting: `changed: text`, or several in a list."""
    names = [value] if isinstance(value, str) else list(value)
    if unknown := set(names) - _FIELDS:
        raise ValueError(f"there is no setting {sorted(unknown)[0]!r}")

    def compute(prepared: View, view: View) -> Verdict:
        same = [name for name in names if getattr(prepared, name) == getattr(view, name)]
        if same:
            return Verdict(False, f"Still as it was prepared: {', '.join(same)}.")
        return Verdict(True, f"Changed: {', '.join(names)}.")

    return compute


@check
def setting(value: Any) -> Compute:
    """Settings have these values: `setting: {panel: off, unit: 12}`."""
    wanted = dict(value)
    if unknown := set(wanted) - _FIELDS:
        raise ValueError(f"there is no setting {sorted(unknown)[0]!r}")

    def compute(_: View, view: View) -> Verdict:
        wrong = [name for name, one in wanted.items() if getattr(view, name) != one]
        if wrong:
            return Verdict(False, f"Not yet: {wrong[0]} is {getattr(view, wrong[0])}.")
        return Verdict(True, f"Set: {', '.join(wanted)}.")

    return compute


@check
def at_least(value: Any) -> Compute:
    """Settings are so large, or larger: `at_least: {clusters: 7}`; the last step is the largest."""
    wanted = {str(name): float(number) for name, number in dict(value).items()}
    numbers = {one.name for one in fields(View) if type(one.default) in (int, float)}
    if unknown := set(wanted) - numbers:
        raise ValueError(f"there is no number {sorted(unknown)[0]!r} among the settings")

    def compute(_: View, view: View) -> Verdict:
        now = {name: getattr(view, name) for name in wanted}
        if "step" in now and (trace := read(view)) is not None:
            now["step"] = view.cursor(len(trace.tokens))
        small = [name for name, least in wanted.items() if now[name] < least]
        if small:
            return Verdict(False, f"Not yet: {small[0]} is {now[small[0]]:g}.")
        return Verdict(True, f"Set: {', '.join(f'{name} {now[name]:g}' for name in now)}.")

    return compute


@check
def text_has(value: Any) -> Compute:
    """The text has something that a regular expression matches: `text_has: '".+"'`.

    As it was typed, or with plain marks: a tablet sets typographic ones, which are read as plain.
    """
    if not isinstance(value, str):
        raise ValueError("a regular expression is a piece of text")
    try:
        pattern = regex.compile(value)
    except regex.error as error:
        raise ValueError(f"{value!r} is no regular expression ({error})") from error

    def compute(_: View, view: View) -> Verdict:
        try:
            match = pattern.search(view.text, timeout=0.2) or pattern.search(
                plain_marks(view.text), timeout=0.2
            )
        except TimeoutError:
            match = None  # a stranger's expression may have no end
        if match is None:
            return Verdict(False, "Your text does not have it yet.")
        return Verdict(True, f"Your text has “{_short(match.group())}”.")

    return compute


def _short(text: str) -> str:
    """A piece of the text, on one line."""
    shown = text.replace("\n", "⏎")
    return shown if len(shown) <= QUOTED else f"{shown[:QUOTED].rstrip()}…"


@check
def tokens(value: Any) -> Compute:
    """The text has so many tokens: `tokens: [1, 1]`, at least and at most."""
    least, most = (int(one) for one in value)

    def compute(_: View, view: View) -> Verdict:
        trace = read(view)
        number = 0 if trace is None else len(trace.tokens)
        return Verdict(least <= number <= most, f"Your text has {count(number, 'token')}.")

    return compute
