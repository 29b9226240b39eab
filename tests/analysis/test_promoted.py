"""What a unit promotes, against scores with the unit moved."""

import numpy as np
import pytest
import torch

import lstmvis_core as lv
from tests.small import labelling_model


def scores_moved(model: lv.SequenceModel, column: int) -> np.ndarray:
    """How much the score of each output rises if one input of the head rises by 1."""
    zero = torch.zeros(1, model.head.in_features)
    moved = zero.clone()
    moved[0, column] = 1
    rise = (model.head(moved) - model.head(zero))[0].numpy()
    return rise - rise.mean()


def test_tokens_stand_in_the_order_of_what_the_unit_adds(model: lv.SequenceModel):
    rise = scores_moved(model, 3)
    found = lv.promoted_tokens(model, unit=3, k=4)
    up, down = np.argsort(-rise)[:4], np.argsort(rise)[:4]
    assert [token for token, _ in found.promoted] == [model.outputs[i] for i in up]
    assert [token for token, _ in found.suppressed] == [model.outputs[i] for i in down]
    np.testing.assert_allclose([added for _, added in found.promoted], rise[up], atol=1e-5)
    np.testing.assert_allclose([added for _, added in found.suppressed], rise[down], atol=1e-5)
    assert len(lv.promoted_tokens(model, unit=3, k=99).promoted) == len(model.outputs)


@pytest.mark.parametrize(("layer", "column"), [(3, 1), (4, 6), (None, 6)])
def test_both_directions_of_the_top_are_seen(layer: int | None, column: int):
    model = labelling_model("tagger", bidirectional=True)
    rise = scores_moved(model, column)
    found = lv.promoted_tokens(model, unit=1, layer=layer)
    assert found.promoted[0] == (model.outputs[int(rise.argmax())], pytest.approx(rise.max()))


def test_what_the_output_layer_does_not_see_is_refused(lstm: lv.SequenceModel):
    with pytest.raises(lv.SelectionError, match="not layer 1 of 2"):
        lv.promoted_tokens(lstm, unit=0, layer=1)
    with pytest.raises(lv.SelectionError, match="from 0 to 4, not 5"):
        lv.promoted_tokens(lstm, unit=5)
    with pytest.raises(lv.SelectionError, match="layers 1 to 2"):
        lv.promoted_tokens(lstm, unit=0, layer=3)
