"""Weights of other modules become model folders that give the same scores."""

import json
import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from lstmvis_core import ModelError, load_model
from lstmvis_core.zoo.convert import convert

UNKNOWN = "\ufffd"
TOKENS = [UNKNOWN, *"abcde \n"]
CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Odd(nn.Module):
    """A language model whose attributes have no usual names."""

    def __init__(
        self,
        cell: str = "lstm",
        layers: int = 1,
        tied: bool = False,
        *,
        tokens: int = len(TOKENS),
        size: int = 3,
        units: int = 5,
        bias: bool = True,
        head_bias: bool = True,
        **more: Any,
    ) -> None:
        super().__init__()
        size = units if tied else size
        self.zu_lesen = nn.Embedding(tokens, size)
        self.merker = CELLS[cell](size, units, layers, batch_first=True, bias=bias, **more)
        self.ausgang = nn.Sequential(nn.Dropout(0.5), nn.Linear(units, tokens, bias=head_bias))
        if tied:
            self.ausgang[1].weight = self.zu_lesen.weight
        generator = torch.Generator().manual_seed(3)
        for parameter in self.parameters():
            nn.init.normal_(parameter, std=0.7, generator=generator)
        self.eval()

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.ausgang(self.merker(self.zu_lesen(ids))[0])


def in_safetensors(module: nn.Module, path: Path) -> Path:
    path = path.with_suffix(".safetensors")
    state = {name: t.clone() for name, t in module.state_dict().items()}
    save_file(state, path)
    return path


def in_pickle(module: nn.Module, path: Path) -> Path:
    torch.save(module.state_dict(), path.with_suffix(".pt"))
    return path.with_suffix(".pt")


def nested(module: nn.Module, path: Path) -> Path:
    content = {"epoch": 3, "model": {"state_dict": module.state_dict(), "step": torch.tensor(4)}}
    torch.save(content, path.with_suffix(".pth"))
    return path.with_suffix(".pth")


Save = Callable[[nn.Module, Path], Path]


@torch.no_grad()
def same_scores(folder: Path, module: Odd) -> None:
    """The converted model and the original agree about every next token that both know."""
    size = module.zu_lesen.num_embeddings
    ids = torch.randint(0, size, (2, 20), generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(load_model(folder)(ids)[0][..., :size], module(ids))


# -- round trips -------------------------------------------------------------------------------


@pytest.mark.parametrize("save", [in_safetensors, in_pickle, nested])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", list(CELLS))
def test_scores_stay_the_same(tmp_path: Path, cell: str, layers: int, tied: bool, save: Save):
    module = Odd(cell, layers, tied)
    model = convert(save(module, tmp_path / "w"), TOKENS, tmp_path / "made", cell=cell)
    config = model.config
    assert (config.cell, config.layers, config.tied) == (cell, layers, tied)
    assert (config.embedding_size, config.hidden_size) == (5 if tied else 3, 5)
    same_scores(tmp_path / "made", module)


@pytest.mark.parametrize("cell", list(CELLS))
def test_biases_that_are_absent_are_zeros(tmp_path: Path, cell: str):
    module = Odd(cell, 2, bias=False, head_bias=False)
    convert(in_pickle(module, tmp_path / "w"), TOKENS, tmp_path / "made")
    same_scores(tmp_path / "made", module)


def test_a_shared_matrix_may_be_kept_once(tmp_path: Path):
    module = Odd(tied=True)
    state = module.state_dict()
    del state["ausgang.1.weight"]
    torch.save(state, tmp_path / "w.pt")
    assert convert(tmp_path / "w.pt", TOKENS, tmp_path / "made").config.tied
    same_scores(tmp_path / "made", module)


def test_embedding_and_head_of_one_shape_are_told_apart(tmp_path: Path):
    module = Odd(size=5)
    model = convert(in_safetensors(module, tmp_path / "w"), TOKENS, tmp_path / "made")
    assert not model.config.tied
    same_scores(tmp_path / "made", module)


def test_without_a_bias_the_name_of_the_embedding_tells(tmp_path: Path):
    module = Odd(size=5, head_bias=False)
    state = module.state_dict()
    torch.save(state, tmp_path / "w.pt")
    with pytest.raises(ModelError, match=r"Which of zu_lesen.weight and ausgang.1.weight"):
        convert(tmp_path / "w.pt", TOKENS, tmp_path / "made")
    state["word_embeddings.weight"] = state.pop("zu_lesen.weight")
    torch.save(state, tmp_path / "w.pt")
    convert(tmp_path / "w.pt", TOKENS, tmp_path / "made")
    same_scores(tmp_path / "made", module)


def test_half_precision_becomes_single(tmp_path: Path):
    module = Odd()
    torch.save({n: t.half() for n, t in module.state_dict().items()}, tmp_path / "w.bin")
    model = convert(tmp_path / "w.bin", TOKENS, tmp_path / "made")
    assert model.head.weight.dtype == torch.float32


# -- vocabularies ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.json", json.dumps(TOKENS)),
        ("ids.json", json.dumps({token: i for i, token in reversed(list(enumerate(TOKENS)))})),
        ("tokens.json", json.dumps(dict(enumerate(TOKENS)))),
        ("lines.txt", "\n".join(r"\n" if t == "\n" else t for t in TOKENS) + "\n"),
        ("vocab.json", json.dumps({"tokens": TOKENS, "level": "character", "unknown": UNKNOWN})),
    ],
)
def test_a_vocabulary_has_many_forms(tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content, "utf-8")
    weights = in_pickle(Odd(), tmp_path / "w")
    model = convert(weights, tmp_path / name, tmp_path / "made")
    assert model.vocabulary.tokens == tuple(TOKENS)
    assert model.vocabulary.unknown == UNKNOWN


def test_a_vocabulary_of_ours_says_its_level_and_unknown_token(tmp_path: Path):
    tokens = ["the", "cat", "<oov>"]
    content = {"tokens": tokens, "level": "word", "unknown": "<oov>"}
    (tmp_path / "vocab.json").write_text(json.dumps(content), "utf-8")
    weights = in_pickle(Odd(tokens=3), tmp_path / "w")
    model = convert(str(weights), str(tmp_path / "vocab.json"), str(tmp_path / "made"))
    assert (model.vocabulary.level, model.vocabulary.unknown) == ("word", "<oov>")


@pytest.mark.parametrize("tied", [False, True])
def test_an_unknown_token_is_added_where_there_is_none(tmp_path: Path, tied: bool):
    tokens = list("abcde \n")
    module = Odd(tied=tied, tokens=len(tokens))
    model = convert(in_pickle(module, tmp_path / "w"), tokens, tmp_path / "made")
    assert model.vocabulary.tokens == (*tokens, UNKNOWN)
    same_scores(tmp_path / "made", module)
    with torch.no_grad():
        scores = model(torch.arange(len(tokens) + 1)[None])[0]
    assert scores.softmax(-1)[..., -1].max() < 1e-4


@pytest.mark.parametrize(
    ("tokens", "level", "unknown", "found"),
    [
        (["<unk>", "a", "b"], "word", None, "<unk>"),
        (["<unk>", "a", "b"], "character", None, UNKNOWN),
        (["a", "b", " "], "character", " ", " "),
    ],
)
def test_the_unknown_token_is_found_or_told(
    tmp_path: Path, tokens: list[str], level: str, unknown: str | None, found: str
):
    weights = in_pickle(Odd(tokens=3), tmp_path / "w")
    model = convert(weights, tokens, tmp_path / "made", level=level, unknown=unknown)
    assert model.vocabulary.unknown == found
    assert len(model.vocabulary) == 3


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (TOKENS[:-1], "has 7 tokens, the weights know 8"),
        ([*TOKENS, "f"], "has 9 tokens, the weights know 8"),
        ([*TOKENS[:-1], "a"], "'a'.* come twice"),
        ([*TOKENS[:-1], "<pad>"], "single characters, not"),
        ([*TOKENS[:-1], ""], "none of them empty"),
        (list(range(8)), "must list the tokens"),
        ([], "has 0 tokens"),
    ],
)
def test_a_vocabulary_that_does_not_fit(tmp_path: Path, tokens: Sequence[Any], message: str):
    weights = in_pickle(Odd(), tmp_path / "w")
    with pytest.raises(ModelError, match=message):
        convert(weights, tokens, tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("more", [{"level": 3}, {"level": []}, {"unknown": 5}, {"unknown": [1]}])
def test_a_vocabulary_of_ours_with_nonsense(tmp_path: Path, more: dict[str, Any]):
    (tmp_path / "vocab.json").write_text(json.dumps({"tokens": TOKENS[1:]} | more), "utf-8")
    weights = in_pickle(Odd(tokens=7), tmp_path / "w")
    with suppress(ModelError):
        convert(weights, tmp_path / "vocab.json", tmp_path / "made", level="word")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.json", '{"a": 0, "b": 2}'),
        ("v.json", '{"a": 0, "b": 0}'),
        ("v.json", '{"a": 0.5}'),
        ("v.json", '{"a": "b"}'),
        ("v.json", '"abc"'),
        ("v.json", '{"tokens": [["a"]]}'),
        ("v.json", "3"),
        ("v.json", "{"),
        ("v.json", "[" * 100_000),
        ("v.txt", "a\n\nb\n"),
        ("v.txt", b"\xff"),
        ("missing.txt", None),
    ],
)
def test_a_vocabulary_that_is_none(tmp_path: Path, name: str, content: str | bytes | None):
    if content is not None:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
    weights = in_pickle(Odd(), tmp_path / "w")
    with pytest.raises(ModelError, match=name):
        convert(weights, tmp_path / name, tmp_path / "made")


# -- weights that are refused ------------------------------------------------------------------


def test_a_pickled_object_is_not_run(tmp_path: Path):
    class Trap:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "sprung",))

    state: dict[str, Any] = dict(Odd().state_dict())
    torch.save(state | {"trap": Trap()}, tmp_path / "w.pt")
    (tmp_path / "old.pt").write_bytes(pickle.dumps(Trap()))
    for name in ("w.pt", "old.pt"):
        with pytest.raises(ModelError, match="never run"):
            convert(tmp_path / name, TOKENS, tmp_path / "made")
    assert not (tmp_path / "sprung").exists()


def test_a_whole_pickled_module_is_refused(tmp_path: Path):
    torch.save(Odd(), tmp_path / "w.pt")
    with pytest.raises(ModelError, match="Save the state_dict alone"):
        convert(tmp_path / "w.pt", TOKENS, tmp_path / "made")


class Extra(Odd):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(5)


class Two(Odd):
    def __init__(self) -> None:
        super().__init__()
        self.second = nn.LSTM(5, 5)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (Odd(bidirectional=True), "one direction; there is bias_hh_l0_reverse"),
        (Odd(proj_size=2), "projection cannot be read; there is weight_hr_l0"),
        (Extra(), "more than our models do: norm.bias, norm.weight"),
        (Two(), "Only one stack .*'merker.weight_ih_l0', 'second.weight_ih_l0'"),
        (nn.LSTM(3, 5), "one embedding .*beside the recurrent layers there is nothing"),
        (nn.LSTMCell(3, 5), "no recurrent layer"),
        (nn.Linear(3, 5), "no recurrent layer"),
        (Odd(units=2_000), "hidden_size is a whole number from 1 to 1,024"),
        (Odd(layers=5), "layers is a whole number from 1 to 4"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
@pytest.mark.parametrize("save", [in_safetensors, in_pickle])
def test_another_architecture_is_refused_by_name(
    tmp_path: Path, module: nn.Module, message: str, save: Save
):
    with pytest.raises(ModelError, match=message):
        convert(save(module, tmp_path / "w"), TOKENS, tmp_path / "made")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("merker.weight_hh_l0", torch.zeros(11, 5), "no known cell"),
        ("merker.weight_hh_l0", torch.zeros(5), "as matrices"),
        ("merker.weight_hh_l0", None, "must both be there"),
        ("merker.bias_hh_l0", torch.zeros(3), "rnn.bias_hh_l0 should have the shape"),
        ("ausgang.1.weight", torch.zeros(7, 5), "head.weight should have the shape"),
        ("ausgang.1.weight", None, "one embedding of the shape"),
        ("zu_lesen.weight", None, "one embedding of the shape"),
        ("zu_lesen.weight", torch.full((8, 3), float("nan")), "embedding.weight .*not finite"),
        ("zu_lesen.weight", torch.zeros(8, 3, dtype=torch.int64), "not floating-point"),
        ("merker.weight_ih_l2", torch.zeros(20, 5), "merker.weight_ih_l2"),
    ],
)
def test_damaged_weights_are_refused(
    tmp_path: Path, name: str, tensor: torch.Tensor | None, message: str
):
    state = Odd().state_dict()
    state.pop(name, None)
    if tensor is not None:
        state[name] = tensor
    torch.save(state, tmp_path / "w.pt")
    with pytest.raises(ModelError, match=message):
        convert(tmp_path / "w.pt", TOKENS, tmp_path / "made")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("w.pt", b"", "damaged"),
        ("w.pt", b"PK\x03\x04nonsense", "damaged"),
        ("w.safetensors", b"\x80\x02}", "no safetensors file"),
        ("w.h5", b"", "their names end in"),
        ("w", b"", "their names end in"),
        ("missing.pt", None, "There is no file"),
        ("missing.safetensors", None, "There is no file"),
    ],
)
def test_a_file_that_is_none_of_weights(
    tmp_path: Path, name: str, content: bytes | None, message: str
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        convert(tmp_path / name, TOKENS, tmp_path / "made")


def test_another_cell_than_asked_for(tmp_path: Path):
    weights = in_pickle(Odd("gru"), tmp_path / "w")
    with pytest.raises(ModelError, match="of a cell 'gru', not 'lstm'"):
        convert(weights, TOKENS, tmp_path / "made", cell="lstm")


def test_a_model_that_is_there_is_not_written_over(tmp_path: Path):
    weights = in_pickle(Odd(), tmp_path / "w")
    convert(weights, TOKENS, tmp_path / "made")
    with pytest.raises(ModelError, match="has config.json, .* already"):
        convert(weights, TOKENS, tmp_path / "made")
