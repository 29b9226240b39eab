"""All units by pieces against one ablation after the other."""

import numpy as np
import pytest

import lstmvis_core as lv
from lstmvis_core.analysis import effects_in_pieces as module
from lstmvis_core.analysis.effects_in_pieces import effects_in_pieces
from tests.small import labelling_model

TEXT = "(a b) c"


def together(model: lv.SequenceModel, layer: int, kind: str, values: np.ndarray) -> np.ndarray:
    found = np.full((len(values), len(TEXT)), -7, np.float32)
    for units, effects in effects_in_pieces(model, TEXT, layer=layer, kind=kind, values=values):
        found[units] = effects
    return found


@pytest.mark.parametrize("piece", [1, 2, 16])
@pytest.mark.parametrize("layer", [1, 2])
def test_of_a_language_model_they_are_changes_of_surprisal(lstm, monkeypatch, piece, layer):
    monkeypatch.setattr(module, "PIECE", piece)
    values = np.linspace(-0.5, 0.5, 5, dtype=np.float32)
    found = together(lstm, layer, "cell", values)
    before = lv.trace_text(lstm, TEXT)
    for unit, value in enumerate(values):
        after = lv.ablate(lstm, TEXT, layer=layer, units=[unit], kind="cell", value=value)
        assert np.isnan(found[unit, 0])
        assert found[unit, 1:] == pytest.approx(
            after.surprisal[1:] - before.surprisal[1:], abs=1e-5
        )


@pytest.mark.parametrize(("task", "both"), [("tagger", True), ("classifier", False)])
def test_of_any_other_they_are_divergences(task, both):
    model = labelling_model(task, bidirectional=both)
    layer = len(model.config.layer_names)
    found = together(model, layer, "hidden", np.zeros(5, np.float32))
    p = np.exp(lv.trace_text(model, TEXT).log_probabilities.astype(float))
    for unit in range(5):
        after = lv.ablate(model, TEXT, layer=layer, units=[unit])
        q = np.exp(after.log_probabilities.astype(float))
        told = [
            sum(a * np.log(a / b) for a, b in zip(*rows, strict=True))
            for rows in zip(p, q, strict=True)
        ]
        assert found[unit] == pytest.approx(told, abs=1e-6)
    assert found.max() > 0.001
