"""Prepared views of the page Units: which property to begin with, and which unit."""

from dataclasses import replace

from pages.ui import cached
from pages.ui.link import from_example
from pages.ui.models import highlight_of
from pages.ui.view import View


def unit_examples(model: str) -> list[tuple[str, str, View]]:
    """Title, what to look for, and view of each that was prepared for a model."""
    return [
        (str(one["title"]), str(one.get("look_for", "")), from_example(model, one))
        for one in cached.about(model).units
    ]


def prepared(view: View) -> View:
    """The view, with a property and a unit to begin with if it names none.

    They are those of the first prepared example; of a model without one its telling unit, and the
    kind of character that it reads.
    """
    if view.find:
        return view
    first = next((one for *_, one in unit_examples(view.model)), None)
    if first is None:
        telling = highlight_of(cached.model(view.model), view.model)
        unit = {name: telling[name] for name in ("layer", "kind", "unit")}
        first = View(find="character", **unit)
    view = replace(view, find=first.find, label=first.label)
    if view.unit != View().unit:
        return view
    return replace(view, layer=first.layer, kind=first.kind, unit=first.unit)


def look_for(view: View) -> str:
    """What to look for in a prepared view, as long as it shows its text and its property."""
    for _, sentence, one in unit_examples(view.model):
        if (view.text, view.find, view.label) == (one.text, one.find, one.label):
            return sentence
    return ""
