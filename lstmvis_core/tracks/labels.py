"""Labels of the user's own, one a token, from a CSV or JSON file."""

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Any

from lstmvis_core.errors import TrackError

LARGEST = 5_000_000  # bytes of a file
MOST_LABELS = 100  # different ones
LONGEST = 60  # characters of a label
_FORMS = (
    'A CSV file has a row for each token and a column "label"; a JSON file is a list of labels, or '
    'of objects with a "label".'
)


@dataclass(frozen=True)
class Labels:
    """One label a token.

    Attributes
    ----------
    title : str
        The name of the file.
    values : tuple of str
        All of them; numbers, if each is one, make a track of numbers.
    """

    title: str
    values: tuple[str, ...] = field(repr=False)

    @cached_property
    def id(self) -> str:
        """Tells these labels from all others."""
        return hashlib.sha256("\n".join((self.title, *self.values)).encode()).hexdigest()[:12]

    def __hash__(self) -> int:
        return hash(self.id)


def read_labels(data: bytes, filename: str) -> Labels:
    """Read a file of labels.

    Parameters
    ----------
    data : bytes
        UTF-8. CSV with a header row and a column ``label`` (or a single column), separated by
        comma, semicolon or tab; or JSON: a list of labels, or of objects with a ``label``.
    filename : str
        Its ending tells which; it becomes the title.

    Returns
    -------
    Labels

    Raises
    ------
    TrackError
        It is no such file; the message says what is wrong.

    Examples
    --------
    >>> read_labels(b"token,label\\nthe,DET\\ndog,NOUN\\n", "mine.csv").values
    ('DET', 'NOUN')
    >>> read_labels(b'["DET", "NOUN"]', "mine.json").values
    ('DET', 'NOUN')
    """
    name = PurePath(filename).name[:LONGEST] or "labels"
    if len(data) > LARGEST:
        raise TrackError(
            f"{name} has {len(data) / 1e6:.1f} MB; a file of labels has at most "
            f"{LARGEST / 1e6:.0f} MB."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrackError(f"{name} is not written in UTF-8. Save it as UTF-8.") from error
    found = _of_json(text, name) if name.lower().endswith(".json") else _of_csv(text, name)
    values = tuple(str(value).strip() for value in found)
    _check(values, name)
    return Labels(name, values)


def numbers_of(labels: Labels) -> list[float] | None:
    """The labels as numbers, if each is one; an empty one is an unknown number."""
    try:
        found = [float(value or "nan") for value in labels.values]
    except ValueError:
        return None
    return None if any(map(math.isinf, found)) or all(map(math.isnan, found)) else found


def _check(values: tuple[str, ...], name: str) -> None:
    if not values:
        raise TrackError(f"{name} has no labels. {_FORMS}")
    longest = max(values, key=len)
    if len(longest) > LONGEST:
        raise TrackError(
            f"{name} has a label of {len(longest)} characters, {longest[:20]!r}…; at most "
            f"{LONGEST} are allowed. {_FORMS}"
        )
    different = len(set(values))
    if different > MOST_LABELS and numbers_of(Labels(name, values)) is None:
        raise TrackError(
            f"{name} has {different:,} different labels; at most {MOST_LABELS} can be told apart."
        )


def _of_json(text: str, name: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TrackError(f"{name} is no JSON: {str(error)[:100]}. {_FORMS}") from error
    if not isinstance(found, list):
        raise TrackError(f"{name} holds no list. {_FORMS}")
    labels = [item.get("label") if isinstance(item, dict) else item for item in found]
    for number, label in enumerate(labels, 1):
        if not isinstance(label, str | int | float):
            raise TrackError(f"Entry {number:,} of {name} has no label. {_FORMS}")
    return labels


def _of_csv(text: str, name: str) -> Iterable[str]:
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)  # the comma, if there is none
    try:
        rows = list(csv.reader(io.StringIO(text, ""), delimiter=separator))
    except csv.Error as error:
        raise TrackError(f"{name} is no CSV: {error}. {_FORMS}") from error
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        return []
    names = [cell.strip().lower() for cell in rows[0]]
    if "label" not in names and len(names) > 1:
        raise TrackError(f'{name} has no column "label", but {", ".join(names)[:100]}. {_FORMS}')
    if "label" not in names:
        return ["".join(row) for row in rows]
    if len(names) == 1:
        return ["".join(row) for row in rows[1:]]
    column = names.index("label")
    for number, row in enumerate(rows[1:], 2):
        if len(row) <= column:
            raise TrackError(f"Row {number:,} of {name} has no label. {_FORMS}")
    return [row[column] for row in rows[1:]]
