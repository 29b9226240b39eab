"""The parameters of a link: how each is written, and how it is read.

A link is untrusted input: each parameter is checked on its own.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from lstmvis_core import KINDS, SIGNS, list_corpora, list_models
from lstmvis_core.charts.match_frames import COUNT
from lstmvis_core.charts.select_frames import MAX_MARGIN
from lstmvis_core.tracks import SOURCES
from lstmvis_core.tracks.options import EMBEDDED
from lstmvis_core.tracks.pattern import LONGEST
from lstmvis_core.zoo import HUB
from pages.ui.network import PROJECT

PACKED, MAX_PACKED = "~", 20_000  # so begins what is packed, and its length at most
MAX_TEXT = 2000  # characters that a page reads and a link carries
SIZES = (15, 20, 30, 40, 60, 80, 120)  # tokens in view
MAX_THRESHOLD = 50.0
MAX_STEP = 99_999_999  # of a project
PANELS = ("find", "about", "off", "memory")  # of the page Units
LAST = -1  # the last step of a text, however it grows
RANGE = "range"  # the property of a step to lie in the range
HOLDABLE = ("hidden", "cell")
HELD_BY = ("zero", "mean", "value")
ON = ("all", "range")  # tokens on which units have an effect
OVER = ("corpus", "text")
CUTS = ("token", "word")  # what a cluster responds to
METHODS = ("ward", "spectral")
FEWEST, MOST_CLUSTERS = 2, 20
FREQUENT = (100, 300, 1000)  # words that are looked at
MOST_PICKED = 3  # words that are compared
NO_CLUSTER = -1
LEAST_SCALE, MOST_SCALE = 0.2, 3.0  # of recurrent weights
# Rows of numbers of one step that are no states after it.
BEFORE = ("input", "hidden_before", "cell_before")
NO_TINT = "nothing"  # words in the colour of the page's letters
FOLDER_NAME = r"\w[\w .-]{0,99}"  # of a project


def written(value: Any) -> str:
    """A value as a link has it."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def written_words(words: tuple[str, ...]) -> str:
    """Words as a link has them: of any characters, commas, too."""
    return ",".join(quote(word, safe="") for word in words)


def _words(raw: str) -> tuple[str, ...]:
    """Words that are compared; whether the corpus has them is looked up later."""
    words = tuple(dict.fromkeys(unquote(part) for part in raw.split(",") if part))
    if len(words) > MOST_PICKED or any(len(word) > LONGEST for word in words):
        raise ValueError(f"compared are up to {MOST_PICKED} words of up to {LONGEST} characters")
    return words


def _one_of(allowed: Callable[[], Any]) -> Callable[[str], str]:
    def read(raw: str) -> str:
        if raw not in allowed():
            raise ValueError(f"allowed are {', '.join(map(str, allowed()))}")
        return raw

    return read


_PROJECT = re.compile(rf"{PROJECT}{FOLDER_NAME}(@[0-9a-f]{{12}})?")


def _model(raw: str) -> str:
    """An embedded model, a checkpoint of one, a repository of the Hub or a project of LSTMVis;
    whether it is there shows when it is loaded."""
    name, at, step = raw.partition("@")
    known = name in list_models() and (not at or bool(re.fullmatch("[0-9]{1,9}", step)))
    if not known and not raw.startswith(HUB) and not _PROJECT.fullmatch(raw):
        raise ValueError(f"allowed are {', '.join(list_models())}, and {HUB}owner/name")
    return raw


def _corpus(raw: str) -> str:
    """An embedded corpus, a file that somebody brought, or one of the Hub; the page looks."""
    if raw not in list_corpora() and not re.fullmatch(r"own-[0-9a-f]{12}|hub:.{1,500}", raw):
        raise ValueError(f"allowed are {', '.join(list_corpora())}")
    return raw


_ANNOTATION = re.compile(r"annotation_[1-9][0-9]{0,2}")  # of a project


def _track(raw: str) -> str:
    """A track of a text; whether its network has it is looked up later."""
    if raw not in SOURCES and not _ANNOTATION.fullmatch(raw):
        raise ValueError(f"allowed are {', '.join(SOURCES)}")
    return raw


def _name(raw: str) -> str:
    """A track; whether the corpus has it is looked up later."""
    if not re.fullmatch(r"[a-z_]{1,40}", raw) and not _ANNOTATION.fullmatch(raw):
        raise ValueError(f"allowed are {COUNT}, {', '.join(SOURCES)}, or a track of the corpus")
    return raw


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(raw: str) -> int:
        # int() would also take "١٢", "1_000" and " 7 ".
        if not (raw.isascii() and raw.isdigit() and len(raw) < 9 and low <= int(raw) <= high):
            raise ValueError(f"needed is a whole number from {low} to {high:,}")
        return int(raw)

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(raw: str) -> float:
        # float() would also take "nan", "١٢", "1_0" and " 7 ".
        is_one = re.fullmatch(r"-?[0-9]+(\.[0-9]*)?(e-?[0-9]+)?", raw)
        if not is_one or not low <= float(raw) <= high:
            raise ValueError(f"needed is a number from {low:g} to {high:g}")
        return round(float(raw), 4)

    return read


def _several(read_one: Callable[[str], Any]) -> Callable[[str], tuple]:
    return lambda raw: tuple(dict.fromkeys(read_one(part) for part in raw.split(",") if part))


def _text(raw: str) -> str:
    if len(raw) > MAX_TEXT:
        raise ValueError(f"a link carries at most {MAX_TEXT:,} characters")
    return raw


def _tint(raw: str) -> str:
    """A track that colours words, or none; whether the corpus has it is looked up later."""
    return raw if raw == NO_TINT else _name(raw)


def _other(raw: str) -> str:
    """A second model beside the first one; no project, which could not read the text."""
    if raw.startswith(PROJECT):
        raise ValueError("a project cannot be put beside a model: it has none that reads")
    return _model(raw)


def _lesson(raw: str) -> str:
    """The name of an embedded lesson, or one that is packed; the page reads it."""
    if not re.fullmatch(rf"[a-z0-9-]{{1,60}}|{PACKED}[A-Za-z0-9_-]{{1,{MAX_PACKED}}}", raw):
        raise ValueError("that is no name of a lesson, and none that is packed")
    return raw


def _find(raw: str) -> str:
    """A property that units may tell; whether the corpus has it is looked up later."""
    return raw if raw in ("", RANGE) else _name(raw)


def _label(raw: str) -> str:
    """A label of a track; whether the track has it is looked up later."""
    if len(raw) > LONGEST:
        raise ValueError(f"a label has at most {LONGEST} characters")
    return raw


def _token(raw: str) -> str:
    """A token of any characters; whether the model has it is looked up later."""
    if len(raw) > LONGEST:
        raise ValueError(f"a token has at most {LONGEST} characters")
    return raw


def _pattern(raw: str) -> str:
    if len(raw) > LONGEST:
        raise ValueError(f"a pattern has at most {LONGEST} characters")
    return raw


def _pipeline(raw: str) -> str:
    """A spaCy pipeline; whether it is here shows when it is loaded."""
    if not re.fullmatch(r"[a-z]{2,3}_[a-z0-9_]{1,60}|hub:spacy/[a-z0-9_]{1,60}@[0-9a-f]{40}", raw):
        raise ValueError(f"allowed are names like {EMBEDDED} or en_core_web_sm")
    return raw


def _labels(raw: str) -> str:
    """A file of labels that somebody brought; the page looks whether it is here."""
    if not re.fullmatch(r"own-[0-9a-f]{12}", raw):
        raise ValueError("a file of labels stays with who brought it")
    return raw


_ANY_STEP = _whole(0, MAX_STEP)
_ANY_UNIT = _whole(0, 99_999)
ALL_KINDS = tuple(dict.fromkeys(kind for kinds in KINDS.values() for kind in kinds))
READ: dict[str, Callable[[str], Any]] = {
    "model": _model,
    "text": _text,
    "lines": lambda raw: bool(_whole(0, 1)(raw)),
    "layer": _whole(1, 99),
    "kind": _one_of(lambda: ALL_KINDS),
    "start": _ANY_STEP,
    "end": _whole(1, MAX_STEP),
    "threshold": _number(0, MAX_THRESHOLD),
    "sign": _one_of(lambda: SIGNS),
    "before": _whole(0, MAX_MARGIN),
    "after": _whole(0, MAX_MARGIN),
    "exclude": _several(_ANY_UNIT),
    "pin": _several(_ANY_UNIT),
    "tracks": _several(_track),
    "pattern": _pattern,
    "pipeline": _pipeline,
    "labels": _labels,
    "size": lambda raw: int(_one_of(lambda: tuple(map(str, SIZES)))(raw)),
    "at": _ANY_STEP,
    "corpus": _corpus,
    "colour": _name,
    "shortest": _whole(0, 1_000),
    "longest": _whole(0, 1_000),
    "panel": _one_of(lambda: PANELS),
    "unit": _ANY_UNIT,
    "step": _ANY_STEP,
    "guesses": lambda raw: bool(_whole(0, 1)(raw)),
    "find": _find,
    "label": _label,
    "parsed": lambda raw: bool(_whole(0, 1)(raw)),
    "hold": _one_of(lambda: HOLDABLE),
    "held": _several(_ANY_UNIT),
    "by": _one_of(lambda: HELD_BY),
    "value": _number(-MAX_THRESHOLD, MAX_THRESHOLD),
    "on": _one_of(lambda: ON),
    "inside": lambda raw: bool(_whole(0, 1)(raw)),
    "seed": _whole(0, 9_999),
    "temperature": _number(0, 2),
    "gate": _one_of(lambda: tuple(kind for kind in ALL_KINDS if kind.endswith("_gate"))),
    "over": _one_of(lambda: OVER),
    "left": _number(0, 1),
    "right": _number(0, 1),
    "dots": _several(_ANY_UNIT),
    "cut": _one_of(lambda: CUTS),
    "method": _one_of(lambda: METHODS),
    "clusters": _whole(FEWEST, MOST_CLUSTERS),
    "frequent": lambda raw: int(_one_of(lambda: tuple(map(str, FREQUENT)))(raw)),
    "weakest": _number(0, 1),
    "cluster": _whole(0, MOST_CLUSTERS - 1),
    "words": _words,
    "tint": _tint,
    "large": lambda raw: bool(_whole(0, 1)(raw)),
    "other": _other,
    "other_layer": _whole(0, 99),
    "part": _one_of(lambda: ("", *BEFORE, *ALL_KINDS)),
    "token": _token,
    "scale": _number(LEAST_SCALE, MOST_SCALE),
    "lesson": _lesson,
    "lesson_step": _whole(1, 99),
}
