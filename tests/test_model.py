"""The model: its parameters, and numbers it refuses."""

import pytest
import torch

from lstmvis_core import KINDS, ModelConfig, ModelError, SequenceModel, Vocabulary

GATES = {"lstm": 4, "gru": 3, "rnn": 1}


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_number_of_weights_is_that_of_the_architecture(tiny_model, cell, layers):
    tokens, inputs, units = 9, 3, 5
    stack = sum(
        GATES[cell] * units * ((inputs if layer == 0 else units) + units + 2)
        for layer in range(layers)
    )
    expected = tokens * inputs + stack + tokens * (units + 1)
    assert tiny_model(cell, layers).parameter_count() == expected


def test_parameters_have_the_names_of_torch(lstm):
    assert set(lstm.state_dict()) == {
        "embedding.weight",
        *(f"rnn.{w}_{s}_l{n}" for w in ("weight", "bias") for s in ("ih", "hh") for n in (0, 1)),
        "head.weight",
        "head.bias",
    }


def test_reading_in_two_parts_is_reading_at_once(model: SequenceModel):
    ids = torch.tensor([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
    whole, _ = model(ids)
    first, state = model(ids[:, :2])
    second, _ = model(ids[:, 2:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    assert whole.shape == (2, 5, len(model.vocabulary))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cell", "transformer"),
        ("cell", ["lstm"]),
        ("vocabulary_size", 1),
        ("embedding_size", 0),
        ("hidden_size", 10**9),
        ("hidden_size", 5.0),
        ("hidden_size", "5"),
        ("layers", True),
        ("layers", 5),
    ],
)
def test_an_impossible_architecture_is_refused(field: str, value: object):
    fields = {"vocabulary_size": 9, "embedding_size": 3, "hidden_size": 5, "layers": 2}
    with pytest.raises(ModelError, match=field) as refused:
        ModelConfig(**{"cell": "lstm", **fields, field: value})  # pyright: ignore
    assert repr(value) in str(refused.value)


def test_a_vocabulary_of_another_size_is_refused():
    with pytest.raises(ModelError, match="has 3 tokens; the configuration says 9"):
        SequenceModel(ModelConfig("lstm", 9, 3, 5, 1), Vocabulary.from_text("ab"))
