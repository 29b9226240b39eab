"""Which tokens a unit makes more probable, and which less, by way of the output layer."""

from dataclasses import dataclass

import numpy as np

from lstmvis_core.errors import SelectionError
from lstmvis_core.model import SequenceModel
from lstmvis_core.trace import check_layer


@dataclass(frozen=True)
class Promoted:
    """What one more of a unit's hidden state adds to the scores of tokens or labels.

    Attributes
    ----------
    promoted, suppressed : tuple of (str, float)
        Tokens or labels with what is added, less the mean over all of them; the strongest first.
        The mean does not matter to a softmax.
    """

    promoted: tuple[tuple[str, float], ...]
    suppressed: tuple[tuple[str, float], ...]


def promoted_tokens(
    model: SequenceModel, unit: int, k: int = 10, layer: int | None = None
) -> Promoted:
    """The tokens or labels that a unit of the top layer promotes and suppresses most.

    The score of y is b_y + Σ_u O[y, u] h[u], so a positive state of unit u adds O[y, u] to it for
    each 1 (nostalgebraist 2020, "logit lens"); a negative state does the opposite.

    Parameters
    ----------
    model : SequenceModel
    unit : int
        Counted from 0.
    k : int
        How many of each, at most.
    layer : int or None
        Counted from 1: of a model that reads in both directions, one of the last two; else the last
        one. The last one if None.

    Returns
    -------
    Promoted

    Raises
    ------
    SelectionError
        There is no such layer or unit, or the output layer does not see it: units below the top act
        by way of others. `unit_effects` says what they do.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> found = promoted_tokens(lv.load_model("prose"), unit=12, k=3)
    >>> len(found.promoted), found.promoted[0][1] > 0 > found.suppressed[0][1]
    (3, True)
    """
    layers, size = len(model.config.layer_names), model.config.hidden_size
    layer = layers if layer is None else layer
    check_layer(model, layer)
    from_top = layers - layer
    if from_top > model.config.bidirectional:
        raise SelectionError(
            f"The output layer sees the top of the network only, not layer {layer} of {layers}. "
            "unit_effects says what holding a unit of any layer does."
        )
    if not 0 <= unit < size:
        raise SelectionError(f"unit is a whole number from 0 to {size - 1}, not {unit}.")
    # The head sees the forward half first.
    column = unit + size * (model.config.bidirectional - from_top)
    added = model.head.weight[:, column].detach().numpy().astype(np.float64)
    added = added - added.mean()
    order = np.argsort(-added, kind="stable")

    def told(ids: np.ndarray) -> tuple[tuple[str, float], ...]:
        return tuple((model.outputs[id], float(added[id])) for id in ids.tolist())

    return Promoted(told(order[:k]), told(order[::-1][:k]))
