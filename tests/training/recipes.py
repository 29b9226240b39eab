"""Small recipes, in memory and as the folder of a model."""

import json
from pathlib import Path
from typing import Any

from lstmvis_core.training.recipe import Recipe

USUAL: dict[str, Any] = {
    "cell": "lstm",
    "embedding_size": 4,
    "hidden_size": 8,
    "layers": 2,
    "level": "character",
    "batch": 4,
    "steps": 12,
    "passes": 6,
    "learning_rate": 0.02,
    "seed": 3,
}


def small_recipe(**changes: Any) -> Recipe:
    """A recipe of two tiny layers, with some fields changed."""
    return Recipe(**{**USUAL, **changes})


def recipe_folder(folder: Path, **changes: Any) -> Path:
    """A new folder that holds such a recipe; strings, numbers and lists of TOML are as in JSON."""
    folder.mkdir()
    lines = [f"{key} = {json.dumps(value)}" for key, value in {**USUAL, **changes}.items()]
    (folder / "recipe.toml").write_text("\n".join(lines), "utf-8")
    return folder
