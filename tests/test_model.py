"""The model: its parameters, and numbers it refuses."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstmvis_core import KINDS, ModelConfig, ModelError, SequenceModel, Vocabulary
from lstmvis_core.model import MAX_LABEL, MAX_LABELS, TASKS

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
SIZES = {"vocabulary_size": 9, "embedding_size": 3, "hidden_size": 5, "layers": 2}
LABELS = ("noun", "verb", "other")
LABELLING = ("tagger", "classifier")


def config(**changes: Any) -> ModelConfig:
    """A small LSTM, with some fields changed."""
    return ModelConfig(**{"cell": "lstm", **SIZES, **changes})


def make(**changes: Any) -> SequenceModel:
    """A model of such a configuration that reads "abcdefgh"."""
    return SequenceModel(config(**changes), Vocabulary.from_text("abcdefgh")).eval()


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
        ("task", "translator"),
        ("task", ["tagger"]),
        ("task", None),
        ("bidirectional", 1),
        ("bidirectional", None),
        ("tied", "yes"),
        ("tied", 0),
    ],
)
def test_an_impossible_architecture_is_refused(field: str, value: object):
    with pytest.raises(ModelError, match=field) as refused:
        config(**{field: value})
    assert repr(value) in str(refused.value)


def test_a_vocabulary_of_another_size_is_refused():
    with pytest.raises(ModelError, match="has 3 tokens; the configuration says 9"):
        SequenceModel(ModelConfig("lstm", 9, 3, 5, 1), Vocabulary.from_text("ab"))


# -- tasks and labels --------------------------------------------------------------------------


def test_a_usual_model_is_a_language_model_without_labels():
    usual = config()
    assert (usual.task, usual.labels) == ("language-model", ())
    assert not usual.bidirectional
    assert not usual.tied
    assert usual.output_size == 9


@pytest.mark.parametrize("task", LABELLING)
def test_a_head_tells_labels_apart(task: str):
    model = make(task=task, labels=LABELS)
    assert model.outputs == LABELS
    assert model.config.output_size == 3
    assert model(torch.tensor([[1, 2, 3, 4]]))[0].shape == (1, 4, 3)
    assert make().outputs == model.vocabulary.tokens


@pytest.mark.parametrize(
    "labels",
    [
        (),
        ("one",),
        ["one", "two"],
        "ab",
        None,
        3,
        {"one": "two"},
        ("one", ""),
        ("one", None),
        ("one", 2),
        ("one", ("two",)),
        ("one", "x" * (MAX_LABEL + 1)),
        ("one", "half a character: \ud800"),
        tuple(map(str, range(MAX_LABELS + 1))),
    ],
    ids=lambda labels: str(labels)[:30],
)
@pytest.mark.parametrize("task", LABELLING)
def test_labels_out_of_bounds_are_refused(task: str, labels: object):
    with pytest.raises(ModelError, match=f"A {task} has 2 to 1,000 labels of 1 to 60 characters"):
        config(task=task, labels=labels)


@pytest.mark.parametrize("labels", [("a", "b", "a"), ("a", "a")])
def test_labels_that_come_twice_are_refused(labels: tuple[str, ...]):
    with pytest.raises(ModelError, match="one comes twice"):
        config(task="tagger", labels=labels)


@pytest.mark.parametrize(
    "labels",
    [
        ("x" * MAX_LABEL, "y"),
        tuple(map(str, range(MAX_LABELS))),
        ("<script>alert(1)</script>", "**bold** $x$ :red[x]"),
        ("a\nb", "\u202eright to left", " "),
    ],
    ids=["longest", "most", "markup", "odd characters"],
)
def test_labels_are_any_text_within_the_bounds(labels: tuple[str, ...]):
    assert make(task="tagger", labels=labels).outputs == labels


@pytest.mark.parametrize("labels", [LABELS, ["a", "b"], None, 3])
def test_a_language_model_has_no_labels(labels: object):
    with pytest.raises(ModelError, match="predicts tokens and has no labels"):
        config(labels=labels)


# -- both directions ---------------------------------------------------------------------------


@pytest.mark.parametrize("task", [task for task in TASKS if task != "tagger"])
def test_only_a_tagger_may_see_what_comes(task: str):
    labels = () if task == "language-model" else LABELS
    with pytest.raises(ModelError, match=f"Only a tagger reads in both .* this is a {task}"):
        config(task=task, labels=labels, bidirectional=True)


def test_layers_are_named_bottom_first_and_forward_before_backward():
    assert config(layers=3).layer_names == ("1", "2", "3")
    both = config(task="tagger", labels=LABELS, bidirectional=True)
    assert both.layer_names == ("1 forward", "1 backward", "2 forward", "2 backward")


@pytest.mark.parametrize("cell", KINDS)
def test_a_bidirectional_model_has_weights_for_both_directions(cell: str):
    model = make(cell=cell, task="tagger", labels=LABELS, bidirectional=True)
    one_way = sum(GATES[cell] * 5 * (inputs + 5 + 2) for inputs in (3, 10))
    assert model.parameter_count() == 9 * 3 + 2 * one_way + 3 * (10 + 1)
    assert {name for name in model.state_dict() if name.endswith("_reverse")} == {
        f"rnn.{w}_{s}_l{n}_reverse"
        for w in ("weight", "bias")
        for s in ("ih", "hh")
        for n in (0, 1)
    }


# -- tied weights ------------------------------------------------------------------------------


def test_a_tied_model_has_one_matrix_for_what_is_read_and_what_is_said():
    model = make(tied=True, embedding_size=5)
    assert model.head.weight is model.embedding.weight
    assert model.parameter_count() == make(embedding_size=5).parameter_count() - 9 * 5
    with torch.no_grad():
        model.embedding.weight[4] += 1
    hidden, _ = model.read(torch.tensor([[1, 2, 3]]))
    expected = hidden @ model.embedding.weight.T + model.head.bias
    torch.testing.assert_close(model(torch.tensor([[1, 2, 3]]))[0], expected)


def test_a_shared_matrix_is_kept_once():
    tied, apart = make(tied=True, embedding_size=5), make(embedding_size=5)
    assert set(apart.weights()) == set(apart.state_dict())
    assert set(apart.weights()) - set(tied.weights()) == {"head.weight"}


@pytest.mark.parametrize("task", LABELLING)
def test_only_a_language_model_can_say_what_it_reads(task: str):
    with pytest.raises(ModelError, match=f"Only a language model has tied .* is a {task}"):
        config(task=task, labels=LABELS, tied=True, embedding_size=5)


def test_tied_sizes_are_equal():
    with pytest.raises(ModelError, match="are equal; they are 3 and 5"):
        config(tied=True)


# -- config.json -------------------------------------------------------------------------------


def test_a_language_model_is_written_as_it_was_before_there_were_tasks():
    assert config().as_dict() == {"cell": "lstm", **SIZES}


def test_what_is_not_usual_is_written():
    written = config(task="tagger", labels=LABELS, bidirectional=True).as_dict()
    more = {"task": "tagger", "labels": list(LABELS), "bidirectional": True}
    assert written == {"cell": "lstm", **SIZES, **more}
    assert config(tied=True, embedding_size=5).as_dict()["tied"] is True


@given(
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(TASKS),
    st.lists(st.text(min_size=1, max_size=9), min_size=2, max_size=5, unique=True).map(tuple),
    st.booleans(),
)
def test_a_configuration_comes_back_from_what_is_written(cell, task, labels, flag):
    lm = task == "language-model"
    made = config(
        cell=cell,
        embedding_size=5,
        task=task,
        labels=() if lm else labels,
        tied=lm and flag,
        bidirectional=task == "tagger" and flag,
    )
    written = made.as_dict()
    written["labels"] = tuple(written.get("labels", ()))
    assert ModelConfig(**written) == made


# -- in training only --------------------------------------------------------------------------


def test_dropout_is_for_training_alone():
    vocabulary, ids = Vocabulary.from_text("abcdefgh"), torch.tensor([[1, 2, 3, 4]])
    torch.manual_seed(0)
    model = SequenceModel(config(), vocabulary, dropout=0.5, edge_dropout=0.5)
    assert not torch.equal(model(ids)[0], model(ids)[0])
    model.eval()
    torch.testing.assert_close(model(ids)[0], model(ids)[0], rtol=0, atol=0)


def test_the_head_sees_what_is_read(model: SequenceModel):
    ids = torch.tensor([[1, 2, 3]])
    hidden, state = model.read(ids)
    scores, same = model(ids)
    torch.testing.assert_close(model.head(hidden), scores)
    torch.testing.assert_close(state, same)
