"""A model folder on disk to a model, and back; every file is checked before it is believed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from lstmvis_core.errors import ModelError, ModelFolderError, TextError
from lstmvis_core.model import FORMAT, ModelConfig, SequenceModel
from lstmvis_core.text import Vocabulary, is_text

CONFIG, VOCABULARY, WEIGHTS = Path("config.json"), Path("vocab.json"), Path("model.safetensors")
FILES = (CONFIG, VOCABULARY, WEIGHTS)
MAX_TOKEN = 1_000  # characters
NUMBERS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def load_folder(folder: Path, id: str, weights: Path = WEIGHTS) -> SequenceModel:
    """Load the model of a folder.

    Parameters
    ----------
    folder : Path
    id : str
        What the model is to be called.
    weights : Path
        Inside the folder, if it is another file than usual.

    Returns
    -------
    SequenceModel
        In evaluation mode, its weights frozen.

    Raises
    ------
    ModelFolderError
        A file is missing, truncated, or does not fit the others.
    """
    files = (CONFIG, VOCABULARY, weights)
    for name in files:
        if not (folder / name).is_file():
            raise ModelFolderError(
                f"The model folder {folder.name!r} lacks {name}. "
                f"It needs {', '.join(map(str, files))}."
            )
    config = read_config(folder / CONFIG)
    vocabulary = read_vocabulary(folder / VOCABULARY)
    revision = _hash(folder / name for name in files)
    try:
        model = SequenceModel(config, vocabulary, id=id, revision=revision)
    except ModelError as error:
        raise ModelFolderError(f"config.json and vocab.json disagree: {error}") from error
    _fill(model, _read_weights(folder / weights, model))
    return model.eval().requires_grad_(False)


def save_model(model: SequenceModel, folder: Path, *, half: bool = False) -> None:
    """Write a model as a folder in the layout of a Hub model repository."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"format": FORMAT, **model.config.as_dict()}
    vocabulary = {
        "level": model.vocabulary.level,
        "unknown": model.vocabulary.unknown,
        "tokens": list(model.vocabulary.tokens),
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    (folder / VOCABULARY).write_text(
        json.dumps(vocabulary, ensure_ascii=False, indent=0) + "\n", "utf-8"
    )
    save_weights(model, folder / WEIGHTS, half=half)


def save_weights(model: SequenceModel, path: Path, *, half: bool = False) -> None:
    """Write the weights alone; `half` keeps 16 of the 32 bits of each number."""
    tensors = {name: t.detach().clone().contiguous() for name, t in model.weights().items()}
    if half:
        tensors = {name: t.half() for name, t in tensors.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, {"format": "pt"})


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:  # also undecodable, and nested too deeply
        raise ModelFolderError(f"{path.name} is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ModelFolderError(f"{path.name} must hold one JSON object.")
    return content


def read_config(path: Path) -> ModelConfig:
    """The architecture that a `config.json` describes, checked field by field."""
    content = _read_json(path)
    if content.pop("format", None) != FORMAT:
        raise ModelFolderError(f'{path.name} must say "format": "{FORMAT}".')
    known = {f.name for f in fields(ModelConfig)}
    needed = {f.name for f in fields(ModelConfig) if f.default is MISSING}
    if not needed <= set(content) <= known:
        raise ModelFolderError(
            f"{path.name} must have the fields {sorted(needed)}, and may have "
            f"{sorted(known - needed)}; missing {sorted(needed - set(content))}, "
            f"unknown {sorted(set(content) - known)}."
        )
    if isinstance(labels := content.get("labels"), list):
        content["labels"] = tuple(labels)
    try:
        return ModelConfig(**content)
    except ModelError as error:
        raise ModelFolderError(f"{path.name}: {error}") from error


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary of a `vocab.json`, checked."""
    content = _read_json(path)
    tokens = content.get("tokens")
    if not isinstance(tokens, list) or not all(isinstance(t, str) and t for t in tokens):
        raise ModelFolderError(f'{path.name} must list its "tokens", each a string.')
    if not all(map(is_text, tokens)):
        raise ModelFolderError(f"{path.name} has a token with half a character (a surrogate).")
    if max(map(len, tokens), default=0) > MAX_TOKEN:
        raise ModelFolderError(f"{path.name} has a token of more than {MAX_TOKEN:,} characters.")
    try:
        return Vocabulary(
            tuple(tokens), str(content.get("level", "")), str(content.get("unknown", ""))
        )
    except TextError as error:
        raise ModelFolderError(f"{path.name}: {error}") from error


def _read_weights(path: Path, model: SequenceModel) -> dict[str, torch.Tensor]:
    try:
        weights = load_file(path)
    except SafetensorError as error:
        raise ModelFolderError(
            f"{path.name} is truncated or is no safetensors file: {error}."
        ) from error
    wanted = {name: tuple(t.shape) for name, t in model.weights().items()}
    found = {name: tuple(t.shape) for name, t in weights.items()}
    if wanted != found:
        wrong = sorted(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))
        lines = [f"{n}: wanted {wanted.get(n)}, found {found.get(n)}" for n in wrong[:4]]
        raise ModelFolderError(f"{path.name} does not fit config.json. " + "; ".join(lines) + ".")
    for name, tensor in weights.items():
        # In single precision: a double may be too large for it.
        if tensor.dtype not in NUMBERS or not torch.isfinite(tensor.float()).all():
            raise ModelFolderError(f"{path.name}: {name} holds numbers that are not finite.")
    return {name: tensor.float() for name, tensor in weights.items()}


def _fill(model: SequenceModel, weights: dict[str, torch.Tensor]) -> None:
    """Give a model these weights; a shared matrix is written once, through either of its names."""
    model.load_state_dict(weights, strict=not model.config.tied)


def _hash(paths: Iterable[Path]) -> str:
    content = hashlib.sha256()
    for path in paths:
        content.update(path.read_bytes())
    return content.hexdigest()[:12]
