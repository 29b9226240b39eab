"""Views and the networks that show them, for the tests."""

from collections.abc import Collection

import lstmvis_core as lv
from pages.ui.network import of_model
from pages.ui.view import View, fit


def fit_to(
    view: View, model: lv.SequenceModel, steps: int, colours: Collection[str] | None = None
) -> tuple[View, list[str]]:
    """What is shown of a view by a model, and what was changed."""
    return fit(view, of_model(model, view.options()), steps, colours)
