"""What a project consists of, as its settings say it: words, states and annotations."""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.files import Files
from lstmvis_core.projects.settings import FILENAME, Section, read_settings
from lstmvis_core.projects.tables import Table, shape_of

OURS = "hidden_states"  # a section that LSTMVis does not know and leaves alone
FORMAT = 1
# LSTMVis calls the cell state of an LSTM "state" and its hidden state "output".
KIND_OF_TYPE = {"state": "cell", "output": "hidden"}
MOST_VALUES = 1_000  # of a range of labels
_RANGE = re.compile(r"\s*(-?\d{1,9})\s*\.\.\.\s*(-?\d{1,9})\s*")


@dataclass(frozen=True)
class StateSource:
    """States of one layer that a project offers.

    Attributes
    ----------
    name : str
        ``file::path``, as in the links of LSTMVis.
    title : str
        In words.
    layer : int
    kind : str
        One of `lstmvis_core.KINDS` if the project says so; else its own word for it.
    units, time_steps : int
    unsigned : bool
        Whether the project says that no value is negative. LSTMVis and we show it, no more.
    transform : {"tanh", "none"}
        Whether the values are still to pass through tanh.
    table : Table
    """

    name: str
    title: str
    layer: int
    kind: str
    units: int
    time_steps: int
    unsigned: bool
    transform: str
    table: Table = field(repr=False)


@dataclass(frozen=True)
class Annotation:
    """An entry of the section `meta`.

    Attributes
    ----------
    name, title : str
    kind : {"discrete", "scalar", "wordvec"}
    values : Table
        One row a time step; if `by_word`, one row a word id.
    weights : Table or None
        Of the words of a "wordvec".
    unknown : Table or None
        Steps whose number is not known; ours, for LSTMVis has no such thing.
    dictionary : Path or None
    range : tuple of float
        Smallest and largest number, or all values of labels without a dictionary; may be empty.
    """

    name: str
    title: str
    kind: str
    values: Table
    by_word: bool
    weights: Table | None
    unknown: Table | None
    dictionary: Path | None
    range: tuple[float, ...]


@dataclass(frozen=True)
class Config:
    """All that `lstm.yml` says, with every file found."""

    name: str
    description: str
    words: Table
    dictionary: Path
    sources: tuple[StateSource, ...]
    annotations: tuple[Annotation, ...]
    breaks: Table | None
    offsets: Table | None
    escaped: bool
    revision: str


def read_config(folder: Path) -> Config:
    """Read what a folder says of itself.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Config

    Raises
    ------
    ProjectError
        Something needed is missing, or refers to what is not there.
    """
    settings = read_settings(folder)
    ours = settings.section(OURS)
    if OURS in settings and ours.number("format") != FORMAT:
        raise ours.error("format", f"{FORMAT}, or the project is of a newer program")
    files = Files(folder, settings.section("files"))
    sequence, states = settings.section("word_sequence"), settings.section("states")
    words = files.table(sequence)
    dictionary = files.dictionary(sequence, "dict_file")
    sources = tuple(_source(states, entry, files) for entry in states.sections("types").values())
    if not sources:
        raise states.error("types", "a list of {type: state, layer: 1, path: states1}")
    names = [source.name for source in sources]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ProjectError(f"{FILENAME}: states: types: lists {min(twice)} twice. Leave one out.")
    metas = settings.sections("meta").items()
    annotations = tuple(_annotation(name, meta, files) for name, meta in metas)
    content = repr((settings.values, [table.version for table in files.tables]))
    name = settings.text("name")
    return Config(
        name=name,
        description=settings.text("description", name),
        words=words,
        dictionary=dictionary,
        sources=sources,
        annotations=annotations,
        breaks=files.table(sequence, "breaks_path") if "breaks_path" in sequence else None,
        offsets=files.table(sequence, "offsets_path") if "offsets_path" in sequence else None,
        escaped=OURS in settings,
        revision=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12],
    )


def _source(states: Section, entry: Section, files: Files) -> StateSource:
    file = entry.text("file", states.text("file") if "file" not in entry else None)
    table = files.table(entry, default=file)
    type_, layer, unsigned = entry.text("type"), entry.number("layer"), entry.flag("unsigned")
    transform = "none"  # also where somebody wrote ~, which YAML reads as nothing
    if entry.values.get("transform", "tanh") is not None:
        transform = entry.choice("transform", ("tanh", "none"), "tanh")
    steps, units = shape_of(table, 2, "(time step, unit)")
    kind = KIND_OF_TYPE.get(type_, type_)
    return StateSource(
        name=f"{file}::{table.path}",
        title=f"layer {layer}, {kind.replace('_', ' ')}{' (unsigned)' if unsigned else ''}",
        layer=layer,
        kind=kind,
        units=units,
        time_steps=steps,
        unsigned=unsigned,
        transform=transform,
        table=table,
    )


def _annotation(name: str, meta: Section, files: Files) -> Annotation:
    view = meta.section("vis")
    kind = view.choice("type", ("discrete", "scalar", "wordvec"))
    vectors = meta.choice("type", ("general", "wordvec"), "general") == "wordvec"
    if vectors or kind == "wordvec":
        kind = "wordvec"
    has_dictionary = "dict" in meta
    if kind == "scalar" and has_dictionary:
        raise view.error("type", "discrete where there is a dict")
    if view.values.get("range") == "dict" and not has_dictionary:
        raise meta.error("dict", "a dictionary where range: says dict")
    return Annotation(
        name=name,
        title=meta.text("title", name),
        kind=kind,
        values=files.table(meta),
        by_word=meta.choice("index", ("self", "word_sequence"), "self") == "word_sequence",
        weights=files.table(meta, "weights_path") if "weights_path" in meta else None,
        unknown=files.table(meta, "unknown_path") if "unknown_path" in meta else None,
        dictionary=files.dictionary(meta, "dict") if has_dictionary else None,
        range=() if has_dictionary or kind == "wordvec" else _range(view, kind),
    )


def _range(view: Section, kind: str) -> tuple[float, ...]:
    """What ``range:`` says: two numbers, a list of labels, or ``low...high`` without its end."""
    given = view.values.get("range")
    if given is None:
        return ()
    if isinstance(given, str) and (found := _RANGE.fullmatch(given)):
        low, high = int(found[1]), int(found[2])
        given = [low, high] if kind == "scalar" else range(low, min(high, low + MOST_VALUES))
    numbers = isinstance(given, list | range) and all(
        isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e30 for n in given
    )
    values = tuple(map(float, given)) if numbers else ()
    if kind == "scalar" and not (len(values) == 2 and values[0] < values[1]):
        raise view.error("range", "two numbers, [smallest, largest]")
    if not numbers:
        raise view.error("range", "dict, low...high, or a list of numbers")
    return values
