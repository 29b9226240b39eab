"""What a model folder says about itself: its card, its figures, and the views prepared for it."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lstmvis_core.zoo import model_folder


@dataclass(frozen=True)
class Figure:
    """One measured figure of a card.

    Attributes
    ----------
    name : str
        What was measured: the model itself, or what it is compared to.
    value : float
    low, high : float or None
        95 % interval.
    baseline : bool
        Whether this is what the model is compared to.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    baseline: bool = False


@dataclass(frozen=True)
class Card:
    """The metadata of a card, as far as it says them: the block that the Hub reads, too.

    Attributes
    ----------
    summary : str
        The first paragraph of the card.
    licence : str
    measure, data : str
        What the figures are, and on what text they were measured.
    figures : tuple of Figure
        The model's own first, then its baselines.
    """

    summary: str = ""
    licence: str = ""
    measure: str = ""
    data: str = ""
    figures: tuple[Figure, ...] = ()


def read_card(id: str | Path) -> str:
    """The model card (Markdown) without its metadata block; empty if the folder has none."""
    return _parts(id)[1]


def read_card_data(id: str | Path) -> Card:
    """What a model's card says in its metadata; whatever is missing or malformed is left out.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> card = lv.read_card_data("prose")
    >>> card.licence, card.measure, card.figures[0].baseline
    ('mit', 'nats per character', False)
    """
    head, body = _parts(id)
    try:
        said = yaml.load(head, SafeYaml)
    except (yaml.YAMLError, ValueError, LookupError, ArithmeticError, AttributeError):
        said = None  # PyYAML raises these, too, for a number or date that is none
    except RecursionError:
        said = None
    result = _first_result(said)
    metrics = [m for m in _list(result.get("metrics")) if isinstance(m, Mapping)]
    figures = sorted(_figures(metrics), key=lambda figure: figure.baseline)
    return Card(
        summary=_first_paragraph(body),
        licence=_text(said.get("license") if isinstance(said, Mapping) else None),
        measure=_text(metrics[0].get("type")) if metrics else "",
        data=_text(_mapping(result.get("dataset")).get("name")),
        figures=tuple(figures),
    )


def read_history(id: str | Path) -> list[tuple[int, float, float]]:
    """The curve of the loss: step, training loss, and validation loss in nats; may be empty."""
    path = model_folder(id) / "history.csv"
    if not path.is_file():
        return []
    try:
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))[1:]
        return [(int(step), float(a), float(b)) for step, a, b in rows]
    except (ValueError, csv.Error):  # from elsewhere, and not as we write it
        return []


def read_examples(id: str | Path) -> list[dict[str, Any]]:
    """The prepared views of a model: tables of `examples.toml`, each with a title and a sentence.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> "title" in lv.read_examples("parens")[0]
    True
    """
    return _prepared_of(id, "example")


def read_unit_examples(id: str | Path) -> list[dict[str, Any]]:
    """As `read_examples`, of single units: each names a property and a unit that tells it.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lv.read_unit_examples("parens")[0]["find"]
    'level'
    """
    return _prepared_of(id, "unit")


def read_cluster_examples(id: str | Path) -> list[dict[str, Any]]:
    """As `read_examples`, of clusters of units and the words that drive them.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lv.read_cluster_examples("sentiment")[0]["corpus"]
    'opinions'
    """
    return _prepared_of(id, "cluster")


def read_highlight(id: str | Path) -> dict[str, Any]:
    """One telling unit of a model, from `examples.toml`.

    A table of text, layer, kind, unit, threshold, and in words what the unit says.
    """
    highlight = _read_prepared(id).get("highlight")
    return highlight if isinstance(highlight, dict) else {}


def _prepared_of(id: str | Path, table: str) -> list[dict[str, Any]]:
    examples = _list(_read_prepared(id).get(table))
    return [one for one in examples if isinstance(one, dict) and "title" in one]


def _read_prepared(id: str | Path) -> dict[str, Any]:
    path = model_folder(id) / "examples.toml"
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (ValueError, RecursionError):  # from elsewhere, and no TOML
        return {}


def _parts(id: str | Path) -> tuple[str, str]:
    """The metadata block and the text of a card."""
    path = model_folder(id) / "README.md"
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    if not text.startswith("---\n") or text.count("---\n") < 2:
        return "", text
    _, head, body = text.split("---\n", 2)
    return head, body.lstrip()


class SafeYaml(yaml.SafeLoader):
    """YAML without merges (``<<``): merges of merges grow without bound."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Leave the keys as they are; ``<<`` is then no key that can be read."""


def _first_paragraph(body: str) -> str:
    paragraphs = [p for p in body.split("\n\n") if p.strip() and not p.lstrip().startswith("#")]
    return " ".join(paragraphs[0].split()) if paragraphs else ""


def _first_result(said: Any) -> Mapping[str, Any]:
    """The first result of the Hub's `model-index`."""
    index = _list(_mapping(said).get("model-index"))
    results = _list(_mapping(index[0] if index else None).get("results"))
    return _mapping(results[0] if results else None)


def _figures(metrics: list[Mapping[str, Any]]) -> Iterator[Figure]:
    for metric in metrics:
        value, more = _number(metric.get("value")), _mapping(metric.get("args"))
        if value is not None:
            low, high = _number(more.get("low")), _number(more.get("high"))
            name = _text(metric.get("name"))
            yield Figure(name, value, low, high, more.get("baseline") is True)


def _number(value: Any) -> float | None:
    """A number that can be drawn."""
    if type(value) not in (int, float) or not abs(value) < 1e300:  # also not NaN
        return None
    return float(value)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
