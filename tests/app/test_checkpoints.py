"""A model whose weights were kept along its training: a slider on Select and Match."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from streamlit.testing.v1 import AppTest

import lstmvis_core as lv
from lstmvis_core import zoo
from pages.ui import cached
from tests.app.driver import (
    check,
    drawn_tokens,
    go_to,
    open_select,
    params,
    picture,
    sentences,
    view,
)
from tests.app.test_select_and_match import consistent, model

SELECT = "pages/1_Select_and_Match.py"
SLIDER = "checkpoint_{}"
STEPS = (0, 300, 1200)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A zoo with one more model, which is parens with weights of three earlier moments."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    for path in zoo.ZOO.iterdir():
        (folder / path.name).symlink_to(path)
    shutil.copytree(zoo.ZOO / "parens", folder / "kept")
    weights = load_file(folder / "kept" / "model.safetensors")
    (folder / "kept" / zoo.CHECKPOINTS).mkdir()
    for number, step in enumerate(STEPS):
        noise = torch.Generator().manual_seed(number)
        earlier = {
            name: tensor + 0.3 * torch.randn(tensor.shape, generator=noise)
            for name, tensor in weights.items()
        }
        save_file(earlier, folder / "kept" / zoo.CHECKPOINTS / f"{step}.safetensors")
    monkeypatch.setattr(zoo, "ZOO", folder)
    yield "kept"
    cached.model_of_zoo.clear()  # type: ignore[attr-defined]
    model.cache_clear()


def move(at: AppTest, step: int | str) -> None:
    """Move the slider of the model in use."""
    at.select_slider(key=SLIDER.format(view(at).model)).set_value(step)
    check(at.run())


def sliders(at: AppTest) -> list[str]:
    keys = [slider.key or "" for slider in at.select_slider]
    return [key for key in keys if key.startswith("checkpoint")]


def test_only_a_model_with_checkpoints_has_a_slider(kept: str):
    for id in (kept, "prose-epochs", "parens", "tiny-gru"):
        at = open_select(model=id, kind="hidden")
        assert sliders(at) == ([SLIDER.format(id)] if lv.list_checkpoints(id) else [])
        consistent(at)


def test_the_slider_goes_along_the_training_and_back_to_its_end(kept: str):
    at = open_select(model=kept)
    seen = [picture(at)]
    for step in (*STEPS, STEPS[0]):
        move(at, step)
        assert view(at).model == f"{kept}@{step}"
        assert at.select_slider(key=SLIDER.format(f"{kept}@{step}")).value == step
        assert at.selectbox(key="model").value == f"{kept}@{step}"
        assert picture(at) not in seen[-1:]
        seen.append(picture(at))
        consistent(at)
    assert seen[1] == seen[-1], "the same moment, the same picture"
    move(at, at.select_slider(key=SLIDER.format(f"{kept}@0")).options[-1])
    assert view(at).model == kept
    assert picture(at) == seen[0]
    consistent(at)


def test_another_moment_keeps_everything_else(kept: str):
    at = open_select(model=kept, exclude="3", pin="4", before="1", tracks="level", colour="level")
    before = params(at)
    move(at, 300)
    assert params(at) == before | {"model": f"{kept}@300"}
    consistent(at)


def test_a_link_to_a_checkpoint_opens_it_and_other_pages_use_it(kept: str):
    at = open_select(model=f"{kept}@300")
    assert not at.warning
    assert at.select_slider(key=SLIDER.format(f"{kept}@300")).value == 300
    assert "kept, after 300 steps" in at.selectbox(key="model").options
    consistent(at)
    go_to(at, "app.py")
    assert at.selectbox(key="home_model").value == f"{kept}@300"
    go_to(at, SELECT)
    assert view(at).model == f"{kept}@300"


def test_from_a_checkpoint_to_its_model_and_to_another_one(kept: str):
    at = open_select(model=f"{kept}@300")
    at.selectbox(key="model").set_value(kept)
    check(at.run())
    assert view(at).model == kept
    consistent(at)
    at.selectbox(key="model").set_value("parens")
    check(at.run())
    assert view(at).model == "parens"
    assert sliders(at) == []
    consistent(at)


@pytest.mark.parametrize("step", ["301", "007", "999999999"])
def test_a_moment_that_was_not_kept_is_a_sentence(kept: str, step: str):
    at = open_select(model=f"{kept}@{step}")
    assert "no checkpoint" in sentences(at)
    assert view(at).model == "prose"
    consistent(at)


def test_a_moment_of_a_model_without_any_is_a_sentence():
    at = open_select(model="parens@300")
    assert "no checkpoint" in sentences(at)
    consistent(at)


def test_a_damaged_checkpoint_is_a_sentence_and_the_page_comes_back(kept: str):
    at = open_select(model=kept)
    path = zoo.ZOO / kept / zoo.CHECKPOINTS / "300.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    move(at, 300)
    assert "cannot be used" in sentences(at)
    consistent(at)


def test_every_kept_moment_of_the_zoo_opens():
    for id in lv.list_models():
        steps = lv.list_checkpoints(id)
        for step in {*steps[:1], *steps[len(steps) // 2 :][:1], *steps[-1:]}:
            at = open_select(model=f"{id}@{step}", kind="hidden", threshold="0.1")
            assert not at.warning
            assert drawn_tokens(at)
            consistent(at)
