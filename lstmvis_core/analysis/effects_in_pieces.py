"""What holding each unit does, some units at a time: for whoever shows how far it has come."""

from collections.abc import Iterator

import numpy as np

from lstmvis_core.analysis.ablation import ablate, prediction_change
from lstmvis_core.analysis.unit_effects import unit_effects
from lstmvis_core.model import LANGUAGE_MODEL, SequenceModel
from lstmvis_core.trace import trace_text

PIECE = 16  # units at most
_NUMBERS = 1 << 23  # probabilities of so many tokens and steps in a piece, or of one unit


def effects_in_pieces(
    model: SequenceModel, text: str, *, layer: int, kind: str, values: np.ndarray
) -> Iterator[tuple[slice, np.ndarray]]:
    """Hold each unit of a layer alone, and say what becomes of each token.

    Parameters
    ----------
    model : SequenceModel
        Of any task.
    text : str
        At least one token.
    layer, kind
        As for `ablate`.
    values : numpy.ndarray, (unit,)
        At what each unit is held.

    Yields
    ------
    slice, numpy.ndarray of float32 (unit, time_step)
        Which units, and their effects in nats: of a language model as `unit_effects`, of any other
        the divergence of its predictions after each step, as `prediction_change`.

    Raises
    ------
    SelectionError, TextError
        As `ablate`.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = effects_in_pieces(
    ...     lv.load_model("parens"), "(1 (2", layer=1, kind="cell", values=np.zeros(32)
    ... )
    >>> [(units, effects.shape) for units, effects in found]
    [(slice(0, 16, None), (16, 5)), (slice(16, 32, None), (16, 5))]
    """
    before = trace_text(model, text)
    held = {"layer": layer, "kind": kind}
    size = min(PIECE, max(1, _NUMBERS // before.log_probabilities.size))
    for first in range(0, len(values), size):
        units = range(first, min(first + size, len(values)))
        piece = slice(units.start, units.stop)
        if model.config.task == LANGUAGE_MODEL:
            yield piece, unit_effects(model, text, units=units, value=values[piece], **held)
            continue
        after = (ablate(model, text, units=[unit], value=values[unit], **held) for unit in units)
        yield piece, np.array([prediction_change(before, trace) for trace in after])
