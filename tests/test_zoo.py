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
    ModelError,
    ModelFolderError,
    SequenceModel,
    UnknownModelError,
    list_models,
    load_model,
    read_card,
    read_examples,
    trace_text,
)
from lstmvis_core.zoo.folder import save_model

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
