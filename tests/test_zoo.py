"""Model folders: whole ones load as they were saved; broken ones say what is wrong."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from lstmvis_core import (
    KINDS,
    ModelConfig,
    ModelError,
    ModelFolderError,
    SequenceModel,
    UnknownModelError,
    Vocabulary,
    list_models,
    load_model,
    read_card,
    read_examples,
    trace_text,
)
from lstmvis_core.zoo import ZOO
from lstmvis_core.zoo.folder import load_folder, save_model, save_weights

VOCABULARY = Vocabulary.from_text("abc() .\n")
LABELS = ["noun", "verb"]
MORE: dict[str, dict[str, Any]] = {
    "tied": {"tied": True, "embedding_size": 5},
    "tagger": {"task": "tagger", "labels": tuple(LABELS)},
    "both directions": {"task": "tagger", "labels": tuple(LABELS), "bidirectional": True},
    "classifier": {"task": "classifier", "labels": tuple(LABELS)},
}


def make(cell: str = "lstm", **changes: Any) -> SequenceModel:
    """A small model of two layers with random weights."""
    sizes = {"embedding_size": 3, "hidden_size": 5, "layers": 2}
    config = ModelConfig(cell, len(VOCABULARY), **{**sizes, **changes})
    model = SequenceModel(config, VOCABULARY)
    generator = torch.Generator().manual_seed(6)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.8, generator=generator)
    return model.eval().requires_grad_(False)


# -- whole folders -----------------------------------------------------------------------------


def test_a_saved_model_loads_as_it_was(model: SequenceModel, tmp_path: Path):
    save_model(model, tmp_path / "saved")
    loaded = load_model(tmp_path / "saved")
    assert loaded.config == model.config
    assert loaded.vocabulary == model.vocabulary
    assert loaded.id == "saved"
    for name, weight in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight), name


def test_a_loaded_model_is_not_in_training(model_folder: Path):
    model = load_model(model_folder)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())


def test_the_revision_is_that_of_the_content(model_folder: Path, tiny_model, tmp_path: Path):
    first = load_model(model_folder).revision
    save_model(tiny_model("lstm", seed=1), tmp_path / "other")
    assert first
    assert load_model(model_folder).revision == first
    assert load_model(tmp_path / "other").revision != first


def test_half_precision_weights_are_read_in_single(model_folder: Path, lstm: SequenceModel):
    path = model_folder / "model.safetensors"
    save_file({name: t.half() for name, t in load_file(path).items()}, path)
    weight = load_model(model_folder).head.weight
    assert weight.dtype == torch.float32
    torch.testing.assert_close(weight, lstm.head.weight, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("cell", KINDS)
@pytest.mark.parametrize("changes", MORE.values(), ids=list(MORE))
def test_models_of_every_task_load_as_they_were(tmp_path: Path, cell: str, changes: dict):
    model = make(cell, **changes)
    save_model(model, tmp_path / "saved")
    loaded = load_model(tmp_path / "saved")
    assert loaded.config == model.config
    for name, weight in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight), name
    one, other = trace_text(model, "(ab) c"), trace_text(loaded, "(ab) c")
    assert (one.log_probabilities == other.log_probabilities).all()


def test_a_shared_matrix_is_written_once_and_shared_again(tmp_path: Path):
    save_model(make(**MORE["tied"]), tmp_path / "tied")
    save_model(make(embedding_size=5), tmp_path / "apart")
    tied, apart = (load_file(tmp_path / n / "model.safetensors") for n in ("tied", "apart"))
    assert set(apart) - set(tied) == {"head.weight"}
    loaded = load_model(tmp_path / "tied")
    assert loaded.head.weight is loaded.embedding.weight


def test_a_shared_matrix_that_is_written_twice_is_refused(tmp_path: Path):
    save_model(make(**MORE["tied"]), tmp_path / "tied")
    path = tmp_path / "tied" / "model.safetensors"
    tensors = load_file(path)
    save_file({**tensors, "head.weight": tensors["embedding.weight"].clone()}, path)
    with pytest.raises(ModelFolderError, match="head.weight: wanted None"):
        load_model(tmp_path / "tied")


@pytest.mark.parametrize("changes", [{}, *MORE.values()], ids=["usual", *MORE])
def test_half_precision_keeps_each_weight_to_three_digits(tmp_path: Path, changes: dict):
    model = make(**changes)
    save_model(model, tmp_path / "half", half=True)
    save_model(model, tmp_path / "whole")
    half, whole = (load_file(tmp_path / n / "model.safetensors") for n in ("half", "whole"))
    assert {tensor.dtype for tensor in half.values()} == {torch.float16}
    assert {tensor.dtype for tensor in whole.values()} == {torch.float32}
    loaded = load_model(tmp_path / "half")
    for name, weight in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], weight.half().float()), name
        torch.testing.assert_close(loaded.state_dict()[name], weight, rtol=1e-3, atol=1e-4)


def test_what_was_halved_once_is_halved_without_a_loss(tmp_path: Path):
    save_model(make(), tmp_path / "once", half=True)
    save_model(load_model(tmp_path / "once"), tmp_path / "twice", half=True)
    for name in ("config.json", "vocab.json", "model.safetensors"):
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes()


def test_saving_leaves_the_model_as_it_is(tmp_path: Path):
    model = make(**MORE["tied"])
    save_model(model, tmp_path / "half", half=True)
    assert model.head.weight is model.embedding.weight
    assert model.head.weight.dtype == torch.float32


def test_other_weights_of_a_folder_are_another_revision(tmp_path: Path):
    one, other = make("gru"), make("gru")
    torch.nn.init.zeros_(other.head.bias)
    save_model(one, tmp_path)
    save_weights(other, tmp_path / "early" / "7.safetensors", half=True)
    usual = load_folder(tmp_path, "model")
    early = load_folder(tmp_path, "model@7", Path("early/7.safetensors"))
    assert (usual.id, early.id) == ("model", "model@7")
    assert usual.revision != early.revision
    assert usual.head.bias.any()
    assert not early.head.bias.any()


def test_the_configuration_of_a_language_model_is_as_it_always_was(tmp_path: Path):
    save_model(make(), tmp_path)
    expected = {
        "format": "hidden-states/1",
        "cell": "lstm",
        "vocabulary_size": len(VOCABULARY),
        "embedding_size": 3,
        "hidden_size": 5,
        "layers": 2,
    }
    text = (tmp_path / "config.json").read_text("utf-8")
    assert text == json.dumps(expected, indent=2) + "\n"


@pytest.mark.parametrize("id", list_models())
def test_the_configurations_of_the_zoo_are_written_as_they_would_be_today(id: str, tmp_path: Path):
    save_model(load_model(id), tmp_path)
    for name in ("config.json", "vocab.json"):
        assert (tmp_path / name).read_text("utf-8") == (ZOO / id / name).read_text("utf-8")


def test_a_pickle_beside_the_model_is_not_opened(model_folder: Path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (model_folder / "sprung",))

    for name in ("model.pt", "pytorch_model.bin", "model.pkl"):
        (model_folder / name).write_bytes(pickle.dumps(Trap()))
    load_model(model_folder)
    assert not (model_folder / "sprung").exists()


# -- broken folders ----------------------------------------------------------------------------

Damage = Callable[[Path], object]


def without(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: str | bytes) -> Damage:
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)


def fields(name: str, **changes: Any) -> Damage:
    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text("utf-8")) | changes
        (folder / name).write_text(json.dumps(content), "utf-8")

    return change


def weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Damage:
    def rewrite(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        change(tensors)
        save_file(tensors, folder / "model.safetensors")

    return rewrite


def cut(share: float) -> Damage:
    def truncate(folder: Path) -> None:
        path = folder / "model.safetensors"
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return truncate


UNKNOWN = "\ufffd"

BROKEN: dict[str, tuple[Damage, str]] = {
    "no config": (without("config.json"), "lacks config.json"),
    "no vocabulary": (without("vocab.json"), "lacks vocab.json"),
    "no weights": (without("model.safetensors"), "lacks model.safetensors"),
    "truncated weights": (cut(0.7), "model.safetensors is truncated"),
    "truncated header": (cut(0.05), "model.safetensors is truncated"),
    "empty weights": (cut(0), "model.safetensors is truncated"),
    "pickled weights": (write("model.safetensors", pickle.dumps({})), "no safetensors file"),
    "wrong shape": (
        weights(lambda t: t.update({"head.bias": torch.zeros(4)})),
        r"head.bias: wanted \(9,\), found \(4,\)",
    ),
    "missing tensor": (weights(lambda t: t.pop("head.bias")), r"head.bias: .* found None"),
    "extra tensor": (
        weights(lambda t: t.update({"head.extra": torch.zeros(1)})),
        "head.extra: wanted None",
    ),
    "NaN weight": (
        weights(lambda t: t["head.bias"].fill_(float("nan"))),
        "head.bias holds numbers that are not finite",
    ),
    "infinite weight": (
        weights(lambda t: t["embedding.weight"][0].fill_(float("inf"))),
        "embedding.weight holds",
    ),
    "whole-number weights": (
        weights(lambda t: t.update({"head.bias": torch.zeros(9, dtype=torch.int64)})),
        "head.bias holds",
    ),
    "bad JSON": (write("config.json", '{"cell": '), "config.json is not valid JSON"),
    "empty JSON": (write("vocab.json", ""), "vocab.json is not valid JSON"),
    "not UTF-8": (write("vocab.json", b'{"tokens": ["\xff"]}'), "vocab.json is not valid JSON"),
    "endless JSON": (write("config.json", "[" * 100_000), "config.json is not valid JSON"),
    "endless number": (write("config.json", "1" * 5_000), "config.json is not valid JSON"),
    "config is a list": (write("config.json", "[]"), "config.json must hold one JSON object"),
    "vocabulary is a list": (write("vocab.json", "[]"), "vocab.json must hold one JSON object"),
    "no format": (fields("config.json", format=None), '"format": "hidden-states/1"'),
    "format of tomorrow": (fields("config.json", format="hidden-states/2"), "must say"),
    "unknown field": (fields("config.json", attention=1), r"unknown \['attention'\]"),
    "missing field": (
        write("config.json", '{"format": "hidden-states/1", "cell": "lstm"}'),
        "missing .*'hidden_size'",
    ),
    "enormous": (fields("config.json", hidden_size=10**9), "from 1 to 1,024, not 1000000000"),
    "float for a size": (fields("config.json", hidden_size=5.0), "hidden_size .*not 5.0"),
    "negative size": (fields("config.json", layers=-1), "layers .*not -1"),
    "unknown cell": (fields("config.json", cell="transformer"), "not 'transformer'"),
    "list for a cell": (fields("config.json", cell=[]), r"not \[\]"),
    "size of another model": (fields("config.json", hidden_size=6), "does not fit config.json"),
    "duplicate tokens": (fields("vocab.json", tokens=[UNKNOWN, "a", "a"]), "'a'.* come twice"),
    "small vocabulary": (fields("vocab.json", tokens=[UNKNOWN, "a"]), "has 2 tokens; .* says 9"),
    "tokens that are numbers": (fields("vocab.json", tokens=[1, 2]), "each a string"),
    "empty token": (fields("vocab.json", tokens=[UNKNOWN, ""]), "each a string"),
    "tokens in one string": (fields("vocab.json", tokens="ab"), 'list its "tokens"'),
    "no unknown token": (fields("vocab.json", unknown="?"), "'[?]' is not in the vocabulary"),
    "unknown level": (fields("vocab.json", level="syllable"), "not 'syllable'"),
    "unknown task": (fields("config.json", task="translator"), "not 'translator'"),
    "list for a task": (fields("config.json", task=["tagger"]), r"not \['tagger'\]"),
    "tagger without labels": (fields("config.json", task="tagger"), "has 2 to 1,000 labels"),
    "tagger of another model": (
        fields("config.json", task="tagger", labels=LABELS),
        r"head.bias: wanted \(2,\), found \(9,\)",
    ),
    "labels of a language model": (fields("config.json", labels=LABELS), "has no labels"),
    "labels in one string": (fields("config.json", task="tagger", labels="ab"), "has 2 to"),
    "labels that are numbers": (fields("config.json", task="tagger", labels=[1, 2]), "has 2 to"),
    "nested labels": (fields("config.json", task="tagger", labels=[["a"], ["b"]]), "has 2 to"),
    "labels by number": (fields("config.json", task="tagger", labels={"0": "a"}), "has 2 to"),
    "empty label": (fields("config.json", task="tagger", labels=["a", ""]), "1 to 60 characters"),
    "endless label": (fields("config.json", task="tagger", labels=["a", "b" * 61]), "1 to 60"),
    "a million labels": (
        fields("config.json", task="tagger", labels=[str(n) for n in range(10**6)]),
        "has 2 to 1,000 labels",
    ),
    "equal labels": (fields("config.json", task="tagger", labels=["a", "a"]), "comes twice"),
    "bidirectional language model": (fields("config.json", bidirectional=True), "Only a tagger"),
    "bidirectional as a number": (fields("config.json", bidirectional=1), "true or false, not 1"),
    "weights of one direction": (
        fields("config.json", task="tagger", labels=LABELS, bidirectional=True),
        r"rnn.bias_hh_l0_reverse: wanted \(20,\), found None",
    ),
    "tied as a string": (fields("config.json", tied="true"), "true or false, not 'true'"),
    "tied with other sizes": (fields("config.json", tied=True), "are equal; they are 3 and 5"),
    "half a character as a token": (
        fields("vocab.json", tokens=[UNKNOWN, *"abcdefg", "\ud800"]),
        "vocab.json",
    ),
    "a double that is too large": (
        weights(lambda t: t.update({"head.bias": torch.full((9,), 1e300, dtype=torch.float64)})),
        "head.bias holds numbers that are not finite",
    ),
}


@pytest.mark.parametrize(("damage", "message"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_folder_says_what_is_wrong(model_folder: Path, damage: Damage, message: str):
    damage(model_folder)
    with pytest.raises(ModelFolderError, match=message):
        load_model(model_folder)


@pytest.mark.parametrize("id", ["nobody", "../zoo/nobody", "\0", "a" * 5_000])
@pytest.mark.parametrize("read", [load_model, read_card, read_examples])
def test_an_unknown_model_is_refused_with_the_known_ones(read: Callable, id: str):
    with pytest.raises(UnknownModelError, match="Known are .*parens"):
        read(id)


def test_every_complaint_about_a_model_is_a_model_error():
    assert issubclass(ModelFolderError, ModelError)
    assert issubclass(UnknownModelError, ModelError)


# -- cards and examples ------------------------------------------------------------------------


def test_a_card_is_read_without_its_metadata(model_folder: Path):
    card = "---\nlicense: mit\n---\n\n# Tiny\n\nAbove\n\n---\n\nBelow\n"
    (model_folder / "README.md").write_text(card, "utf-8")
    assert read_card(model_folder) == "# Tiny\n\nAbove\n\n---\n\nBelow\n"


def test_a_card_without_metadata_is_read_whole(model_folder: Path):
    (model_folder / "README.md").write_text("# Tiny\n", "utf-8")
    assert read_card(model_folder) == "# Tiny\n"


def test_a_folder_may_lack_a_card_and_examples(model_folder: Path):
    assert read_card(model_folder) == ""
    assert read_examples(model_folder) == []


def test_examples_are_the_tables_of_their_file(model_folder: Path):
    toml = '[[example]]\ntitle = "One"\nlayer = 2\n\n[[example]]\ntitle = "Two"\n'
    (model_folder / "examples.toml").write_text(toml, "utf-8")
    assert read_examples(model_folder) == [{"title": "One", "layer": 2}, {"title": "Two"}]


# -- the zoo -----------------------------------------------------------------------------------


def test_the_models_are_the_folders_with_a_config(tmp_path: Path):
    for name in ("b", "a", "no-model"):
        (tmp_path / name).mkdir()
    for name in ("b", "a"):
        (tmp_path / name / "config.json").touch()
    assert list_models(tmp_path) == ["a", "b"]


def test_the_embedded_counting_model_reads():
    model = load_model("parens")
    trace = trace_text(model, "(1 (2)) 0")
    assert not trace.tokens.unknown.any()
    # After "(1 (2" only a space, an end, or a beginning is possible: never another digit.
    assert sum(p for token, p in trace.predictions(4, k=9) if token.isdigit()) < 0.01
