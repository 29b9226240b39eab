"""What a link opens, or an example that was prepared of a model: a view.

No Streamlit here. A parameter of a link that makes no sense is replaced by the default with a
sentence that says so.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl

from lstmvis_core import ModelError, list_corpora, read_examples
from pages.ui.network import is_project
from pages.ui.packing import unpacked
from pages.ui.parameters import READ, written
from pages.ui.view import FIRST_MODEL, VIEW, View, write_field

MAX_VIEW = 40_000  # bytes of a packed link


def from_params(params: Mapping[str, str]) -> tuple[View, list[str]]:
    """The view of a link, and a sentence for every parameter that made no sense."""
    values: dict[str, Any] = {}
    params, problems = _unpacked(params)
    for name, raw in params.items():
        if name not in READ:
            problems.append(
                f"The link has a setting {name[:40]!r}, which does not exist; it is ignored."
            )
            continue
        try:
            values[name] = READ[name](raw)
        except ValueError as error:
            usual = written(getattr(View(), name)) or "nothing"
            problems.append(f"{name} is {raw[:40]!r} in the link; {error}. Shown is {usual}.")
    if values.get("start", 0) >= values.get("end", values.get("start", 0) + 1):
        problems.append("The range of the link ends before it begins; its first token is used.")
        values["end"] = values["start"] + 1
    values.setdefault("end", values.get("start", 0) + 1)
    return View(**values), problems


def _unpacked(params: Mapping[str, str]) -> tuple[Mapping[str, str], list[str]]:
    """The parameters, with those that were packed into one."""
    if VIEW not in params:
        return params, []
    others = {name: raw for name, raw in params.items() if name != VIEW}
    try:
        query = unpacked(params[VIEW], MAX_VIEW)
    except ValueError as error:
        return others, [f"The settings of this link cannot be unpacked: {error}."]
    return {**dict(parse_qsl(query, keep_blank_values=True)), **others}, []


def from_example(model: str, example: Mapping[str, Any]) -> View:
    """The view that a model's prepared example describes.

    The example may be a stranger's: it is read as a link is, and what makes no sense is left out.
    """
    names = {field.name for field in fields(View)} - {"model"}
    said = {name: example[name] for name in example if name in names}
    params = {n: write_field(n, tuple(v) if isinstance(v, list) else v) for n, v in said.items()}
    return replace(from_params(params)[0], model=model)


def opened(params: Mapping[str, str]) -> tuple[View, list[str]]:
    """What a link opens: if it has no text, its model's first example, changed as the link says."""
    view, problems = from_params(params)
    params, _ = _unpacked(params)
    example = first_example(view.model) if "text" not in params else None
    if example is None:
        return view, problems
    usual = example.to_params()
    if "start" in params:
        usual.pop("end", None)
    return from_params({**usual, **params})


def first_view() -> View:
    """What is seen when nothing was asked for: the first prepared example."""
    return from_example(FIRST_MODEL, read_examples(FIRST_MODEL)[0])


def first_example(model: str) -> View | None:
    """The first view that was prepared for a model, if there is one."""
    examples: list[dict[str, Any]] = []
    with suppress(ModelError):  # a model of the Hub, whose files are not on the disk
        examples = read_examples(model)
    return from_example(model, examples[0]) if examples else None


def default_corpus(model: str) -> str:
    """The embedded corpus that a model's first example names, or the first there is.

    A project is its own: it has none.
    """
    if is_project(model):
        return ""
    example = first_example(model)
    named = example.corpus if example else ""
    return named if named in list_corpora() else list_corpora()[0]
