"""A model folder on disk to a model, and the list of folders that are embedded.

A model exists exactly when its folder exists. A folder is laid out like a Hub model repository:
`config.json`, `vocab.json`, `model.safetensors`, `README.md` (the model card), `recipe.toml`, and
`examples.toml` (prepared views).
"""

import hashlib
import json
import tomllib
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from lstmvis_core.errors import ModelError, ModelFolderError, TextError, UnknownModelError
from lstmvis_core.model import FORMAT, ModelConfig, SequenceModel
from lstmvis_core.text import Vocabulary

ZOO = Path(__file__).resolve().parent.parent / "zoo"
FILES = ("config.json", "vocab.json", "model.safetensors")


def list_models(zoo: Path = ZOO) -> list[str]:
    """Ids of the embedded models: the folders of the zoo that hold a `config.json`.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> [name for name in lv.list_models() if name in ("parens", "prose")]
    ['parens', 'prose']
    """
    return sorted(path.parent.name for path in zoo.glob("*/config.json"))


def model_folder(id: str | Path) -> Path:
    """The folder of an embedded model's id, or the folder itself."""
    if str(id) in list_models():
        return ZOO / id
    folder = Path(id)
    with suppress(OSError):  # an id too long for a file name
        if folder.is_dir():
            return folder
    raise UnknownModelError(
        f"There is no model {str(id)!r}. Known are {', '.join(list_models())}, "
        "or the path of a model folder."
    )


def load_model(id: str | Path) -> SequenceModel:
    """Load a model by its id in the zoo, or from a folder.

    Parameters
    ----------
    id : str or Path
        One of `list_models()`, or a folder with the same files.

    Returns
    -------
    SequenceModel
        In evaluation mode, its weights frozen.

    Raises
    ------
    UnknownModelError
        There is no such model.
    ModelFolderError
        A file is missing, truncated, or does not fit the others.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> lv.load_model("parens").config.cell
    'lstm'
    """
    folder = model_folder(id)
    for name in FILES:
        if not (folder / name).is_file():
            raise ModelFolderError(
                f"The model folder {folder.name!r} lacks {name}. It needs {', '.join(FILES)}."
            )
    config = _read_config(folder / "config.json")
    vocabulary = _read_vocabulary(folder / "vocab.json")
    try:
        model = SequenceModel(config, vocabulary, id=folder.name, revision=_revision(folder))
    except ModelError as error:
        raise ModelFolderError(f"config.json and vocab.json disagree: {error}") from error
    model.load_state_dict(_read_weights(folder / "model.safetensors", model))
    return model.eval().requires_grad_(False)


def read_card(id: str | Path) -> str:
    """The model card (Markdown) without its metadata block; empty if the folder has none."""
    path = model_folder(id) / "README.md"
    text = path.read_text("utf-8") if path.is_file() else ""
    return text.split("---\n", 2)[2].lstrip() if text.startswith("---\n") else text


def read_examples(id: str | Path) -> list[dict[str, Any]]:
    """The prepared views of a model: tables of `examples.toml`, each with a title and a sentence.

    Examples
    --------
    >>> import lstmvis_core as lv
    >>> "title" in lv.read_examples("parens")[0]
    True
    """
    return _read_prepared(id).get("example", [])


def read_highlight(id: str | Path) -> dict[str, Any]:
    """One telling unit of a model, from `examples.toml`.

    A table of text, layer, kind, unit, threshold, and in words what the unit says.
    """
    return _read_prepared(id).get("highlight", {})


def _read_prepared(id: str | Path) -> dict[str, Any]:
    path = model_folder(id) / "examples.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:  # also undecodable, and nested too deeply
        raise ModelFolderError(f"{path.name} is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ModelFolderError(f"{path.name} must hold one JSON object.")
    return content


def _read_config(path: Path) -> ModelConfig:
    content = _read_json(path)
    if content.pop("format", None) != FORMAT:
        raise ModelFolderError(f'{path.name} must say "format": "{FORMAT}".')
    wanted = {f.name for f in fields(ModelConfig)}
    if set(content) != wanted:
        raise ModelFolderError(
            f"{path.name} must have exactly the fields {sorted(wanted)}; "
            f"missing {sorted(wanted - set(content))}, unknown {sorted(set(content) - wanted)}."
        )
    try:
        return ModelConfig(**content)
    except ModelError as error:
        raise ModelFolderError(f"{path.name}: {error}") from error


def _read_vocabulary(path: Path) -> Vocabulary:
    content = _read_json(path)
    tokens = content.get("tokens")
    if not isinstance(tokens, list) or not all(isinstance(t, str) and t for t in tokens):
        raise ModelFolderError(f'{path.name} must list its "tokens", each a string.')
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
    wanted = {name: tuple(t.shape) for name, t in model.state_dict().items()}
    found = {name: tuple(t.shape) for name, t in weights.items()}
    if wanted != found:
        wrong = sorted(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))
        lines = [f"{n}: wanted {wanted.get(n)}, found {found.get(n)}" for n in wrong[:4]]
        raise ModelFolderError(f"{path.name} does not fit config.json. " + "; ".join(lines) + ".")
    for name, tensor in weights.items():
        if not tensor.is_floating_point() or not torch.isfinite(tensor).all():
            raise ModelFolderError(f"{path.name}: {name} holds numbers that are not finite.")
    return {name: tensor.float() for name, tensor in weights.items()}


def _revision(folder: Path) -> str:
    content = hashlib.sha256()
    for name in FILES:
        content.update((folder / name).read_bytes())
    return content.hexdigest()[:12]
