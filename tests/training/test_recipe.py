"""Recipes: those of the zoo are whole, and broken ones say so."""

from pathlib import Path

import pytest

from lstmvis_core import ModelConfig, ModelError
from lstmvis_core.grammars import GRAMMARS
from lstmvis_core.text import LEVELS
from lstmvis_core.training.datasets import DATASETS
from lstmvis_core.training.recipe import Recipe, read_recipe
from lstmvis_core.zoo import ZOO
from tests.training.recipes import recipe_folder, small_recipe

FOLDERS = sorted(path.parent for path in ZOO.glob("*/recipe.toml"))
LABELS = {"language-model": (), "tagger": ("a", "b"), "classifier": ("a", "b")}


def test_there_are_recipes():
    assert len(FOLDERS) > 5


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_recipe_of_the_zoo_can_be_followed(folder: Path):
    recipe = read_recipe(folder)
    assert recipe.dataset in DATASETS
    assert recipe.grammar in GRAMMARS if recipe.dataset == "grammar" else recipe.grammar is None
    assert recipe.level in LEVELS
    assert min(recipe.batch, recipe.steps, recipe.passes, recipe.min_count) >= 1
    assert recipe.learning_rate > 0
    assert 0 <= recipe.dropout < 1
    assert 0 <= recipe.edge_dropout < 1
    assert list(recipe.checkpoints) == sorted(set(recipe.checkpoints))
    ModelConfig(
        recipe.cell,
        100,
        recipe.embedding_size,
        recipe.hidden_size,
        recipe.layers,
        recipe.task,
        LABELS[recipe.task],
        recipe.bidirectional,
        recipe.tied,
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_recipe_of_the_zoo_says_how_it_is_started(folder: Path):
    text = (folder / "recipe.toml").read_text("utf-8")
    assert f"python -m lstmvis_core.training zoo/{folder.name}" in text


def test_a_recipe_is_read_as_it_is_written(tmp_path: Path):
    changes = {"task": "tagger", "bidirectional": True, "dropout": 0.5, "grammar": "splice"}
    assert read_recipe(recipe_folder(tmp_path / "a", **changes)) == small_recipe(**changes)


def test_what_a_recipe_leaves_out_is_usual():
    recipe = small_recipe()
    assert recipe.dataset == "text"
    assert recipe.task == "language-model"
    assert recipe.lanes
    assert not any((recipe.tied, recipe.bidirectional, recipe.half, recipe.keep_best))
    assert recipe.checkpoints == ()


def test_checkpoints_are_a_list_of_steps(tmp_path: Path):
    assert list(read_recipe(recipe_folder(tmp_path / "a", checkpoints=[0, 5])).checkpoints) == [
        0,
        5,
    ]


@pytest.mark.parametrize("toml", ["cell = ", 'cell = "lstm"', "colour = 1", ""])
def test_a_recipe_that_is_none_is_refused(tmp_path: Path, toml: str):
    (tmp_path / "recipe.toml").write_text(toml, "utf-8")
    with pytest.raises(ModelError, match=f"recipe.toml of '{tmp_path.name}' is no recipe"):
        read_recipe(tmp_path)


def test_a_recipe_with_a_field_too_many_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="is no recipe.*'attention'"):
        read_recipe(recipe_folder(tmp_path / "a", attention=1))


def test_a_recipe_cannot_be_changed():
    with pytest.raises(AttributeError):
        small_recipe().seed = 2  # pyright: ignore[reportAttributeAccessIssue]
    assert isinstance(small_recipe(), Recipe)
