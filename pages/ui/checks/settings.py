"""Checks of what is set and typed, on any page."""

from dataclasses import fields
from typing import Any

import regex

from pages.ui.checks.check import Compute, Verdict, check
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import count

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
def text_has(value: Any) -> Compute:
    """The text has something that a regular expression matches: `text_has: '".+"'`."""
    if not isinstance(value, str):
        raise ValueError("a regular expression is a piece of text")
    try:
        pattern = regex.compile(value)
    except regex.error as error:
        raise ValueError(f"{value!r} is no regular expression ({error})") from error

    def compute(_: View, view: View) -> Verdict:
        try:
            match = pattern.search(view.text, timeout=0.2)
        except TimeoutError:
            match = None  # a stranger's expression may have no end
        if match is None:
            return Verdict(False, "Your text does not have it yet.")
        return Verdict(True, f"Your text has “{match.group()[:40]}”.")

    return compute


@check
def tokens(value: Any) -> Compute:
    """The text has so many tokens: `tokens: [1, 1]`, at least and at most."""
    least, most = (int(one) for one in value)

    def compute(_: View, view: View) -> Verdict:
        trace = read(view)
        number = 0 if trace is None else len(trace.tokens)
        return Verdict(least <= number <= most, f"Your text has {count(number, 'token')}.")

    return compute
