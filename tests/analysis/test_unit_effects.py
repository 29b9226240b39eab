"""Effects of each unit against one ablation after the other, and against small moves by hand."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis import unit_effects as module
from lstmvis_core.analysis.holding import CAN_BE_HELD
from tests.small import labelling_model

KINDS = [(cell, kind) for cell, kinds in CAN_BE_HELD.items() for kind in kinds]
TEXT = "(a b) (ca"


@pytest.mark.parametrize(("cell", "kind"), KINDS)
@pytest.mark.parametrize("numbers", [1, 1 << 24])
def test_each_row_is_the_ablation_of_one_unit(tiny_model, cell, kind, numbers, monkeypatch):
    monkeypatch.setattr(module, "_NUMBERS", numbers)
    model, units, values = tiny_model(cell), [4, 0, 2], [0.3, -0.5, 0.0]
    trace = lv.trace_text(model, TEXT)
    for layer in (1, 2):
        effects = lv.unit_effects(model, TEXT, layer=layer, units=units, kind=kind, value=values)
        assert effects.shape == (3, len(TEXT))
        for row, unit, value in zip(effects, units, values, strict=True):
            alone = lv.ablate(model, TEXT, layer=layer, units=unit, kind=kind, value=value)
            change = lv.surprisal_change(trace, alone)
            np.testing.assert_allclose(row, change, rtol=0, atol=2e-5)


@pytest.mark.parametrize(("cell", "kind"), KINDS)
@pytest.mark.parametrize("layer", [1, 2])
def test_estimates_follow_the_slope_of_small_moves(tiny_model, cell, kind, layer):
    model, tokens = tiny_model(cell), [3, 6]
    states = lv.trace_text(model, TEXT).states(layer, kind)

    def surprisal(unit: int, at: int, value: float) -> float:
        moved = lv.ablate(model, TEXT, layer=layer, units=unit, kind=kind, value=value, steps=[at])
        return float(moved.surprisal[tokens].sum())

    d, wanted = 0.01, np.linspace(-1, 1, 5)
    by_hand = np.zeros(5)
    for unit in range(5):
        for at, now in enumerate(states[:, unit].tolist()):
            slope = (surprisal(unit, at, now + d) - surprisal(unit, at, now - d)) / (2 * d)
            by_hand[unit] += slope * (wanted[unit] - now)
    found = lv.first_order_effects(model, TEXT, layer=layer, tokens=tokens, kind=kind, value=wanted)
    np.testing.assert_allclose(found, by_hand, rtol=0.02, atol=5e-3)
    assert np.abs(by_hand).max() > 0.05


def test_all_tokens_count_unless_some_are_chosen(lstm):
    every = lv.first_order_effects(lstm, TEXT, layer=1)
    each = [lv.first_order_effects(lstm, TEXT, layer=1, tokens=[t]) for t in range(len(TEXT))]
    np.testing.assert_allclose(np.sum(each, axis=0), every, rtol=1e-4, atol=1e-5)
    assert not each[0].any()  # no token predicts the first


def test_estimates_order_units_of_the_zoo_much_as_the_truth_does():
    model = lv.load_model("prose")
    text = '"I do not know," said the prince, and he went out of the room.'
    exact = np.nansum(lv.unit_effects(model, text, layer=2), axis=1)
    assert np.corrcoef(exact, lv.first_order_effects(model, text, layer=2))[0, 1] > 0.7


def test_what_has_no_effects_is_refused(lstm):
    with pytest.raises(lv.ModelError, match="tagger"):
        lv.unit_effects(labelling_model("tagger"), TEXT, layer=1)
    with pytest.raises(lv.SelectionError, match="tokens are whole numbers from 0 to 8"):
        lv.first_order_effects(lstm, TEXT, layer=1, tokens=[9])
    with pytest.raises(lv.SelectionError, match="units"):
        lv.unit_effects(lstm, TEXT, layer=1, units=[5])
    with pytest.raises(lv.TextError, match="empty"):
        lv.unit_effects(lstm, "", layer=1)
