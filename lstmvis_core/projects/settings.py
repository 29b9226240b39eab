"""The file `lstm.yml` of a project: every value is checked when it is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.paths import inside

FILENAME = "lstm.yml"
LARGEST = 1_000_000  # bytes


@dataclass(frozen=True)
class Section:
    """A mapping of the settings, and where it stands in them.

    Attributes
    ----------
    values : mapping
    place : str
        For messages, such as ``"meta: pos: "``.
    """

    values: Mapping[Any, Any]
    place: str = ""

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """A text; a number is one too."""
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            raise self.error(key, "a text")
        return str(value)

    def number(self, key: str) -> int:
        """A whole number from 1."""
        value = self.values.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.error(key, "a whole number from 1")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false if it is not there."""
        value = self.values.get(key)
        if value not in (None, True, False):
            raise self.error(key, "true or false")
        return bool(value)

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """One of several words."""
        value = self.values.get(key, default)
        if value not in allowed:
            raise self.error(key, " or ".join(allowed))
        return str(value)

    def section(self, key: str) -> "Section":
        """A mapping inside this one; an empty one if it is not there."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            raise self.error(key, "a mapping, key: value")
        return Section(value or {}, f"{self.place}{str(key)[:40]}: ")

    def sections(self, key: str) -> "dict[str, Section]":
        """A mapping of names to mappings, or a list of mappings, which are numbered from 1."""
        value = self.values.get(key)
        if isinstance(value, list):
            value = {f"entry {number}": entry for number, entry in enumerate(value, 1)}
        outer = Section({key: value}, self.place).section(key)
        return {str(name): outer.section(name) for name in outer.values}

    def error(self, key: str, allowed: str) -> ProjectError:
        """What to raise where a value is not what is `allowed`."""
        value = self.values.get(key)
        # A container is not written out: it is of no use to the reader, and may be huge.
        came = (
            "nothing"
            if value is None
            else type(value).__name__
            if isinstance(value, dict | list | set)
            else repr(value)[:80]
        )
        return ProjectError(f"{FILENAME}: {self.place}{key} is {allowed}; got {came}.")


def read_settings(folder: Path) -> Section:
    """Read `lstm.yml`.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Section

    Raises
    ------
    ProjectError
        It is not there, or no mapping in YAML.
    """
    path = inside(folder, FILENAME)
    if path.stat().st_size > LARGEST:
        raise ProjectError(f"{FILENAME} has more than {LARGEST / 1e6:.0f} MB; that is no settings.")
    try:
        text = path.read_text("utf-8-sig")
        # Few aliases can stand for more than any memory holds.
        aliases = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text))
        values = None if aliases else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ProjectError(f"{FILENAME} is no YAML in UTF-8: {reason}.") from error
    if aliases:
        raise ProjectError(f"{FILENAME} uses aliases (*name). Write out what they stand for.")
    if not isinstance(values, dict):
        raise ProjectError(f"{FILENAME} holds no mapping. It begins with name: and files:.")
    return Section(values)
