"""A PyTorch state_dict of a recurrent language model to a model folder.

The attributes of the original module may have any name: the recurrent layers are told by the names
that torch.nn gives their matrices, embedding and head by their shapes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from lstmvis_core.errors import ModelError, ModelFolderError, TextError
from lstmvis_core.model import ModelConfig, SequenceModel
from lstmvis_core.text import UNKNOWN, Vocabulary
from lstmvis_core.zoo.folder import FILES, load_folder, save_model

Tensors = dict[str, torch.Tensor]

FIRST = "weight_ih_l0"
GATES = {4: "lstm", 3: "gru", 1: "rnn"}
PICKLES = (".pt", ".pth", ".bin")
USUAL_UNKNOWN = (UNKNOWN, "<unk>", "<UNK>", "[UNK]", "<unknown>", "unk", "UNK")
ESCAPES = {r"\n": "\n", r"\t": "\t", r"\r": "\r"}
NEVER = 20.0  # nats by which a token that was added is less likely than the others


def convert(
    weights: Path | str,
    vocabulary: Path | str | Sequence[str],
    folder: Path | str,
    *,
    level: str = "character",
    unknown: str | None = None,
    cell: str | None = None,
) -> SequenceModel:
    r"""Write a model folder with the weights of a torch.nn.LSTM, GRU or RNN (tanh).

    Parameters
    ----------
    weights : Path
        A state_dict with an embedding, recurrent layers in one direction and a linear head, as
        `.safetensors`, or as `.pt`, `.pth` or `.bin`, where it may stand under a key. Biases that
        are absent are zeros; a head without a matrix of its own is tied to the embedding.
    vocabulary : Path, or sequence of str
        The tokens in the order of their ids: a JSON list, a JSON object of token and id (or of id
        and token), a `vocab.json` of ours (which also says level and unknown token), or a text
        file with one token a line, where a line break is written ``\n``.
    folder : Path
        Made if it is not there.
    level : {"character", "word", "symbol"}
    unknown : str, optional
        The token that stands for all others. Without it the usual ones are looked for. If none is
        there, one is added that reads as zeros and is practically never predicted.
    cell : {"lstm", "gru", "rnn"}, optional
        What the weights must be.

    Returns
    -------
    SequenceModel
        As it was loaded from the new folder.

    Raises
    ------
    ModelError
        The weights are not those of such a model, or do not fit the vocabulary.
    """
    folder = Path(folder)
    if there := [str(name) for name in FILES if (folder / name).exists()]:
        raise ModelFolderError(f"{folder.name!r} has {', '.join(there)} already; choose another.")
    parts = _take_apart(_open(Path(weights)))
    if cell not in (None, parts.cell):
        raise ModelError(f"The weights are those of a cell {parts.cell!r}, not {cell!r}.")
    tokens, level, unknown = _read_tokens(vocabulary, level, unknown)
    if len(tokens) != len(parts.embedding):
        raise ModelError(
            f"The vocabulary has {len(tokens):,} tokens, the weights know {len(parts.embedding):,}."
        )
    tokens, unknown = _choose_unknown(tokens, level, unknown)
    if len(tokens) > len(parts.embedding):
        parts = parts.with_one_more_token()
    try:
        known = Vocabulary(tuple(tokens), level, unknown)
    except TextError as error:
        raise ModelError(f"The vocabulary cannot be used: {error}") from error
    save_model(parts.build(known), folder)
    return load_folder(folder, folder.name)


# -- weights -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Parts:
    cell: str
    layers: int
    recurrent: Tensors
    embedding: torch.Tensor
    head: torch.Tensor | None  # None: tied
    bias: torch.Tensor

    def with_one_more_token(self) -> "_Parts":
        zeros = torch.zeros(1, self.embedding.shape[1])
        head = self.head
        return _Parts(
            self.cell,
            self.layers,
            self.recurrent,
            torch.cat([self.embedding, zeros]),
            head if head is None else torch.cat([head, torch.zeros(1, head.shape[1])]),
            torch.cat([self.bias, self.bias.mean().view(1) - NEVER]),
        )

    def build(self, vocabulary: Vocabulary) -> SequenceModel:
        size, units = self.embedding.shape[1], self.recurrent["weight_hh_l0"].shape[1]
        config = ModelConfig(
            self.cell, len(vocabulary), size, units, self.layers, tied=self.head is None
        )
        model = SequenceModel(config, vocabulary)
        state = {f"rnn.{name}": tensor for name, tensor in self.recurrent.items()}
        state["embedding.weight"] = self.embedding
        state["head.weight"] = self.embedding if self.head is None else self.head
        state["head.bias"] = self.bias
        wanted = {name: tensor.shape for name, tensor in model.state_dict().items()}
        for name, tensor in state.items():
            if tensor.shape != wanted[name]:
                raise ModelError(
                    f"{name} should have the shape {tuple(wanted[name])} beside the other weights, "
                    f"and has {tuple(tensor.shape)}."
                )
            if not torch.isfinite(tensor).all():
                raise ModelError(f"{name} holds numbers that are not finite.")
        model.load_state_dict(state)
        return model


def _open(path: Path) -> Tensors:
    try:
        if path.suffix == ".safetensors":
            content: Any = load_file(path)
        elif path.suffix in PICKLES:
            content = torch.load(path, map_location="cpu", weights_only=True)
        else:
            raise ModelError(
                f"{path.name} is no file of weights; "
                f"their names end in .safetensors, {', '.join(PICKLES)}."
            )
    except FileNotFoundError as error:
        raise ModelError(f"There is no file {str(path)!r}.") from error
    except SafetensorError as error:
        raise ModelError(f"{path.name} is truncated or is no safetensors file: {error}.") from error
    except ModelError:
        raise
    except Exception as error:  # what a damaged or hostile pickle raises is anyone's guess
        raise ModelError(
            f"{path.name} is damaged, or holds more than tensors, which is never run. "
            "Save the state_dict alone: torch.save(model.state_dict(), ...)."
        ) from error
    return _find_state(content, path.name)


def _find_state(content: Any, name: str) -> Tensors:
    """The outermost table of tensors with a recurrent layer among them."""
    level = [content]
    for _ in range(4):
        tables = [table for table in level if isinstance(table, Mapping)]
        for table in tables:
            if any(str(key).endswith(FIRST) for key in table):
                return {str(k): v for k, v in table.items() if isinstance(v, torch.Tensor)}
        level = [value for table in tables for value in table.values()]
    raise ModelError(
        f"{name} has no recurrent layer of torch.nn.LSTM, GRU or RNN: no name ends in {FIRST}."
    )


def _take_apart(state: Tensors) -> _Parts:
    prefixes = [name.removesuffix(FIRST) for name in state if name.endswith(FIRST)]
    if len(prefixes) > 1:
        raise ModelError(
            "Only one stack of recurrent layers can be read; there are "
            f"{', '.join(repr(prefix + FIRST) for prefix in sorted(prefixes))}."
        )
    for name, tensor in state.items():
        if not tensor.is_floating_point():
            raise ModelError(f"{name} holds {tensor.dtype}, not floating-point numbers.")
    inside = {n: t.float() for n, t in state.items() if n.startswith(prefixes[0])}
    recurrent, layers = _recurrent({n.removeprefix(prefixes[0]): t for n, t in inside.items()})
    used = {prefixes[0] + name for name in recurrent}
    rest = {name: tensor.float() for name, tensor in state.items() if name not in used}
    rows, units = recurrent["weight_hh_l0"].shape
    if rows % units or rows // units not in GATES:
        raise ModelError(f"{prefixes[0]}weight_hh_l0 has the shape {(rows, units)}: no known cell.")
    for layer in range(layers):
        for side in ("ih", "hh"):
            recurrent.setdefault(f"bias_{side}_l{layer}", torch.zeros(rows))
    embedding, head, bias = _ends(rest, recurrent[FIRST].shape[1], units)
    return _Parts(GATES[rows // units], layers, recurrent, embedding, head, bias)


def _recurrent(inside: Tensors) -> tuple[Tensors, int]:
    """The tensors of the recurrent layers by torch.nn's names, and the number of layers."""
    if backward := sorted(name for name in inside if name.endswith("_reverse")):
        raise ModelError(f"A language model reads in one direction; there is {backward[0]}.")
    if projected := sorted(name for name in inside if name.startswith("weight_hr_l")):
        raise ModelError(f"Layers with a projection cannot be read; there is {projected[0]}.")
    layers = 0
    while f"weight_ih_l{layers}" in inside and f"weight_hh_l{layers}" in inside:
        layers += 1
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    names = {f"{kind}_l{layer}" for layer in range(layers) for kind in kinds}
    found = {name: tensor for name, tensor in inside.items() if name in names}
    matrices = [tensor.ndim == 2 for name, tensor in found.items() if name.startswith("weight")]
    if not matrices or not all(matrices):
        raise ModelError(f"{FIRST} and weight_hh_l0 must both be there, as matrices.")
    return found, layers


def _ends(rest: Tensors, inputs: int, units: int) -> tuple[torch.Tensor, torch.Tensor | None, Any]:
    """Embedding, head (None if tied) and bias of the head: what is left, told by its shapes."""
    embeddings = [n for n, t in rest.items() if t.ndim == 2 and t.shape[1] == inputs]
    heads = [n for n, t in rest.items() if t.ndim == 2 and t.shape[1] == units]
    if inputs == units and len(heads) == 2:
        embeddings, heads = _tell_apart(rest, *heads)
    elif inputs == units:
        heads = []
    if len(embeddings) != 1 or len(heads) > 1 or (not heads and inputs != units):
        shapes = {name: tuple(tensor.shape) for name, tensor in sorted(rest.items())}
        raise ModelError(
            f"There must be one embedding of the shape (tokens, {inputs}) and one head of the "
            f"shape (tokens, {units}); beside the recurrent layers there is {shapes or 'nothing'}."
        )
    embedding, head = rest[embeddings[0]], rest[heads[0]] if heads else None
    biases = [n for n, t in rest.items() if t.shape == (len(embedding),)]
    if extra := sorted(set(rest) - {*embeddings, *heads, *biases[:1]}):
        raise ModelError(f"The weights have more than our models do: {', '.join(extra[:6])}.")
    tied = head is None or torch.equal(head, embedding)
    bias = rest[biases[0]] if biases else torch.zeros(len(embedding))
    return embedding, None if tied else head, bias


def _tell_apart(rest: Tensors, one: str, other: str) -> tuple[list[str], list[str]]:
    """Embedding and head of one shape: a head has a bias, an embedding may say what it is."""
    for is_head in (
        lambda name: name.removesuffix("weight") + "bias" in rest,
        lambda name: not any(word in name.lower() for word in ("emb", "encoder", "wte")),
    ):
        if is_head(one) != is_head(other):
            return ([other], [one]) if is_head(one) else ([one], [other])
    if torch.equal(rest[one], rest[other]):
        return [one], [other]
    raise ModelError(f"Which of {one} and {other} is the embedding? Rename it to embedding.weight.")


# -- vocabulary --------------------------------------------------------------------------------


def _read_tokens(
    vocabulary: Path | str | Sequence[str], level: str, unknown: str | None
) -> tuple[list[str], str, str | None]:
    if isinstance(vocabulary, str | Path):
        name, content = Path(vocabulary).name, _read_file(Path(vocabulary))
    else:
        name, content = "The vocabulary", list(vocabulary)
    if isinstance(content, dict) and isinstance(content.get("tokens"), list):
        level = str(content.get("level", level))
        unknown = unknown or str(content.get("unknown") or "") or None
        content = content["tokens"]
    tokens = _in_order(content) if isinstance(content, dict) else content
    if not isinstance(tokens, list) or not all(isinstance(t, str) and t for t in tokens):
        raise ModelError(
            f"{name} must list the tokens, none of them empty, or say the ids 0, 1, 2, ... of them."
        )
    return tokens, level, unknown


def _read_file(path: Path) -> Any:
    try:
        text = path.read_text("utf-8")
        if path.suffix == ".json":
            return json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path.name} cannot be read as a vocabulary: {error}.") from error
    return [ESCAPES.get(line, line) for line in text.removesuffix("\n").split("\n")]


def _in_order(table: dict[str, Any]) -> list[str] | None:
    """Tokens by their ids, from {token: id} or {id: token}; None if ids are missing."""
    if all(isinstance(token, str) for token in table.values()):
        if not all(key.isdecimal() for key in table):
            return None
        ids = {int(key): token for key, token in table.items()}
    else:
        ids = {id: token for token, id in table.items() if type(id) is int}
    complete = len(ids) == len(table) and set(ids) == set(range(len(ids)))
    return [ids[id] for id in range(len(ids))] if complete else None


def _choose_unknown(tokens: list[str], level: str, unknown: str | None) -> tuple[list[str], str]:
    if unknown is None:
        unknown = next((token for token in USUAL_UNKNOWN if token in tokens), UNKNOWN)
    if level == "character" and unknown in tokens and len(unknown) > 1 and UNKNOWN not in tokens:
        # Our characters are single ones, so "<unk>" goes by another name.
        return [UNKNOWN if token == unknown else token for token in tokens], UNKNOWN
    return (tokens if unknown in tokens else [*tokens, unknown]), unknown
