"""Training on a tiny text: it learns, it can be interrupted, and it repeats itself."""

from pathlib import Path

import pytest
import torch

from lstmvis_core import ModelError, SequenceModel, Vocabulary, load_model
from lstmvis_core.training import _Run, loss_of, read_recipe, split_documents, split_text, train

TEXT = "(a b) (ab (b a)). " * 40
RECIPE = {
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


def recipe_folder(folder: Path, **changes: object) -> Path:
    folder.mkdir()
    lines = [f"{key} = {value!r}" for key, value in {**RECIPE, **changes}.items()]
    (folder / "recipe.toml").write_text("\n".join(lines), "utf-8")
    return folder


# -- training ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_training_lowers_the_loss(tmp_path: Path, cell: str):
    model = train(recipe_folder(tmp_path / cell, cell=cell, passes=12), TEXT)
    chance = float(torch.tensor(float(len(model.vocabulary))).log())
    assert loss_of(model, split_text(TEXT)[1]) < 0.6 * chance


def test_training_leaves_a_folder_that_loads(tmp_path: Path):
    model = train(recipe_folder(tmp_path / "model"), TEXT, log_every=5)
    loaded = load_model(tmp_path / "model")
    assert not model.training
    assert loaded.config == model.config
    assert loss_of(loaded, TEXT) == pytest.approx(loss_of(model, TEXT))
    assert not (tmp_path / "model" / "checkpoint.safetensors").exists()


def weights(model: SequenceModel) -> list[torch.Tensor]:
    return list(model.state_dict().values())


def interrupt(folder: Path, monkeypatch: pytest.MonkeyPatch, step: int, *documents: str) -> None:
    """Train until a step, and be stopped there."""
    update = _Run.update

    def stop(run: _Run, *batch) -> float:
        if run.step == step:
            raise KeyboardInterrupt
        return update(run, *batch)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(_Run, "update", stop)
        train(folder, *documents, log_every=10)


@pytest.mark.parametrize(
    "changes", [{}, {"cell": "gru"}, {"dropout": 0.3}], ids=["lstm", "gru", "dropout"]
)
def test_an_interrupted_run_ends_where_a_whole_one_does(tmp_path: Path, monkeypatch, changes):
    whole = train(recipe_folder(tmp_path / "whole", **changes), TEXT, log_every=10)
    folder = recipe_folder(tmp_path / "broken", **changes)
    interrupt(folder, monkeypatch, 25, TEXT)
    assert (folder / "checkpoint.safetensors").is_file()
    assert not (folder / "model.safetensors").exists()

    resumed = train(folder, TEXT, log_every=10)
    for one, other in zip(weights(whole), weights(resumed), strict=True):
        assert torch.equal(one, other)


def test_another_seed_trains_another_model(tmp_path: Path):
    one = train(recipe_folder(tmp_path / "one", passes=1), TEXT)
    other = train(recipe_folder(tmp_path / "other", passes=1, seed=4), TEXT)
    assert not torch.equal(one.head.weight, other.head.weight)


def test_a_text_too_short_for_one_step_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="4 lanes of 12 steps need at least 52"):
        train(recipe_folder(tmp_path / "model"), "ab" * 30)


def test_every_pass_begins_from_a_state_of_zeros(tmp_path: Path, monkeypatch):
    begun: list[bool] = []
    forward = SequenceModel.forward

    def spy(model: SequenceModel, ids: torch.Tensor, state=None):
        if model.training:
            begun.append(state is None)
        return forward(model, ids, state)

    monkeypatch.setattr(SequenceModel, "forward", spy)
    train(recipe_folder(tmp_path / "model", passes=3), TEXT)
    windows = len(begun) // 3
    assert windows > 1
    assert begun == ([True] + [False] * (windows - 1)) * 3


# -- several documents -------------------------------------------------------------------------

DOCUMENTS = [f"({'ab ' * n}b)" for n in range(1, 21)]


def test_documents_are_split_in_order_and_not_cut():
    training, validation, test = split_documents(DOCUMENTS)
    assert [*training, *validation, *test] == DOCUMENTS
    assert [len(part) for part in (training, validation, test)] == [16, 2, 2]


def test_every_document_is_read_whole_once_a_pass_from_zeros(tmp_path: Path, monkeypatch):
    read: list[list[int]] = []
    update = _Run.update

    def spy(run: _Run, inputs: torch.Tensor, targets: torch.Tensor, is_first: bool) -> float:
        assert is_first
        for row, after in zip(inputs.tolist(), targets.tolist(), strict=True):
            length = sum(target != -100 for target in after)
            assert after[: length - 1] == row[1:length]
            read.append([row[0], *after[:length]])
        return update(run, inputs, targets, is_first)

    monkeypatch.setattr(_Run, "update", spy)
    model = train(recipe_folder(tmp_path / "model", batch=5, passes=2), *DOCUMENTS)
    texts = ["".join(model.vocabulary.decode(ids)) for ids in read]
    assert sorted(texts[:16]) == sorted(texts[16:]) == sorted(DOCUMENTS[:16])
    assert texts[:16] != texts[16:]


def test_training_on_documents_lowers_the_loss_and_can_be_interrupted(tmp_path, monkeypatch):
    whole = train(recipe_folder(tmp_path / "whole", passes=30), *DOCUMENTS, log_every=10)
    assert loss_of(whole, *DOCUMENTS[16:]) < 0.9
    folder = recipe_folder(tmp_path / "broken", passes=30)
    interrupt(folder, monkeypatch, 33, *DOCUMENTS)
    for one, other in zip(
        weights(whole), weights(train(folder, *DOCUMENTS, log_every=10)), strict=True
    ):
        assert torch.equal(one, other)


def test_loss_of_documents_is_the_mean_over_all_their_tokens(lstm: SequenceModel):
    together = loss_of(lstm, "(ab)", "a", "", "bc")
    assert together == pytest.approx((3 * loss_of(lstm, "(ab)") + loss_of(lstm, "bc")) / 4)


# -- loss --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [1, 2, 5000])
def test_loss_is_the_mean_surprisal_after_the_first_token(lstm: SequenceModel, chunk: int):
    text = "(ab)?"
    ids = lstm.vocabulary.encode(text).ids.tolist()
    scores, _ = lstm(torch.tensor([ids]))
    probabilities = scores[0].double().softmax(dim=-1)
    surprisal = [-probabilities[step, ids[step + 1]].log() for step in range(4)]
    assert loss_of(lstm, text, chunk=chunk) == pytest.approx(float(sum(surprisal) / 4), abs=1e-5)


def test_loss_leaves_the_model_in_the_mode_it_was_in(tiny_model):
    model = tiny_model("lstm")
    for training in (True, False):
        model.train(training)
        loss_of(model, "ab")
        assert model.training is training


# -- texts and recipes -------------------------------------------------------------------------


def test_a_text_is_split_in_order_without_a_gap():
    parts = split_text("0123456789" * 3)
    assert "".join(parts) == "0123456789" * 3
    assert [len(part) for part in parts] == [24, 3, 3]


def test_the_vocabulary_is_that_of_the_training_part(tmp_path: Path):
    model = train(recipe_folder(tmp_path / "model", passes=1), TEXT + "zzz" * 20)
    assert model.vocabulary == Vocabulary.from_text(TEXT)


@pytest.mark.parametrize("toml", ["cell = ", 'cell = "lstm"', "colour = 1"])
def test_a_recipe_that_is_none_is_refused(tmp_path: Path, toml: str):
    (tmp_path / "recipe.toml").write_text(toml, "utf-8")
    with pytest.raises(ModelError, match="recipe.toml of .* is no recipe"):
        read_recipe(tmp_path)
