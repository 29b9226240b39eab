"""Training on tiny texts: it learns, it can be interrupted, it repeats itself, and it says so."""

import math
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from lstmvis_core import ModelError, SequenceModel, Vocabulary, load_model, read_history
from lstmvis_core.training import run, sampled_softmax
from lstmvis_core.training.batches import IGNORED, Batch, Lesson
from lstmvis_core.training.datasets import Dataset, Document, split
from lstmvis_core.training.recipe import read_recipe
from lstmvis_core.training.run import Run, lessons_of, loss_of, new_model, train
from lstmvis_core.zoo.folder import load_folder, read_config
from tests.training.recipes import recipe_folder, small_recipe

TEXT = "(a b) (ab (b a)). " * 40
STORY = split([Document(TEXT)])
BRACKETS = split([Document(f"({'ab ' * n}b)") for n in range(1, 21)])


def labelled(mark: Callable[[str], list[int]], count: int) -> Dataset:
    """Random strings of a and b with labels that a function gives them."""
    random = Random(1)
    texts = ["".join(random.choices("ab", k=random.randint(4, 9))) for _ in range(count)]
    documents = [Document(text, np.array(mark(text), np.int16)) for text in texts]
    return split(documents, ("no", "yes"))


# Whether an a comes next: only who reads from the end can tell.
FORESIGHT = labelled(lambda text: [int(after == "a") for after in text[1:] + "b"], 150)
# Whether the text began with an a, which has to be remembered.
MEMORY = labelled(lambda text: [int(text[0] == "a")] * len(text), 150)
TAGGER = {"task": "tagger", "layers": 1, "lanes": False, "batch": 15, "passes": 15}
CLASSIFIER = {**TAGGER, "task": "classifier"}


def weights(model: SequenceModel) -> list[torch.Tensor]:
    return list(model.state_dict().values())


def check_equal(one: SequenceModel, other: SequenceModel) -> None:
    for mine, yours in zip(weights(one), weights(other), strict=True):
        assert torch.equal(mine, yours)


def held_out(model: SequenceModel, data: Dataset) -> tuple[float, float]:
    return loss_of(model, lessons_of(data.validation + data.test, model))


# -- it learns ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_training_lowers_the_loss(tmp_path: Path, cell: str):
    model = train(recipe_folder(tmp_path / cell, cell=cell, passes=12), STORY)
    assert held_out(model, STORY)[0] < 0.6 * math.log(len(model.vocabulary))


def test_a_model_with_tied_weights_learns_and_keeps_them_tied(tmp_path: Path):
    tied = {"tied": True, "embedding_size": 8, "layers": 1, "passes": 12}
    model = train(recipe_folder(tmp_path / "model", **tied), STORY)
    assert held_out(model, STORY)[0] < 0.6 * math.log(len(model.vocabulary))
    assert model.head.weight is model.embedding.weight
    check_equal(load_model(tmp_path / "model"), model)


def test_a_tagger_that_reads_in_both_directions_knows_what_comes(tmp_path: Path):
    both = train(recipe_folder(tmp_path / "both", bidirectional=True, **TAGGER), FORESIGHT)
    assert held_out(both, FORESIGHT)[1] > 0.97
    one = train(recipe_folder(tmp_path / "one", **TAGGER), FORESIGHT)
    assert held_out(one, FORESIGHT)[1] < 0.8
    assert both.config.labels == ("no", "yes")


@pytest.mark.parametrize("every_step", [False, True], ids=["asked at the end", "at every step"])
def test_a_classifier_learns_what_the_whole_text_is(tmp_path: Path, every_step: bool):
    folder = recipe_folder(tmp_path / "model", every_step=every_step, **CLASSIFIER)
    model = train(folder, MEMORY)
    assert held_out(model, MEMORY)[1] > 0.97


def test_training_on_documents_lowers_the_loss(tmp_path: Path):
    folder = recipe_folder(tmp_path / "model", lanes=False, passes=30)
    assert held_out(train(folder, BRACKETS), BRACKETS)[0] < 0.9


def test_a_sample_of_rare_tokens_is_enough_to_learn(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sampled_softmax, "FREQUENT", 2)
    folder = recipe_folder(tmp_path / "model", sampled=2, passes=12)
    model = train(folder, STORY)
    assert held_out(model, STORY)[0] < 0.6 * math.log(len(model.vocabulary))


# -- what it leaves ----------------------------------------------------------------------------


def test_training_leaves_a_folder_that_loads(tmp_path: Path):
    model = train(recipe_folder(tmp_path / "model"), STORY, log_every=5)
    loaded = load_model(tmp_path / "model")
    assert not model.training
    assert loaded.config == model.config
    assert held_out(loaded, STORY) == held_out(model, STORY)
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "config.json",
        "history.csv",
        "model.safetensors",
        "recipe.toml",
        "vocab.json",
    ]


@pytest.mark.parametrize("changes", [{}, {"tied": True, "embedding_size": 8}], ids=["", "tied"])
def test_half_precision_is_what_is_kept_and_what_is_measured(tmp_path: Path, changes):
    folder = recipe_folder(tmp_path / "half", half=True, keep_best=True, **changes)
    model = train(folder, STORY)
    kept = load_file(folder / "model.safetensors")
    assert {tensor.dtype for tensor in kept.values()} == {torch.float16}
    check_equal(load_model(folder), model)
    assert model.head.weight.dtype == torch.float32


def test_the_configuration_is_that_of_recipe_and_data(tmp_path: Path):
    folder = recipe_folder(tmp_path / "model", **{**TAGGER, "passes": 1}, bidirectional=True)
    model = train(folder, FORESIGHT)
    assert read_config(folder / "config.json") == model.config
    assert (model.config.task, model.config.labels) == ("tagger", ("no", "yes"))
    assert (model.config.bidirectional, model.config.layers) == (True, 1)


def test_the_curve_of_the_loss_begins_untrained_and_ends_with_the_last_step(tmp_path: Path):
    folder = recipe_folder(tmp_path / "model")
    model = train(folder, STORY, log_every=10)
    lines = (folder / "history.csv").read_text("utf-8").splitlines()
    assert lines[0] == "step,training,validation"
    curve = read_history(folder)
    total = 6 * ((len(STORY.training[0].text) // 4 - 1) // 12)
    assert [step for step, _, _ in curve] == [*range(0, total, 10), total]
    assert math.isnan(curve[0][1])
    assert all(math.isfinite(training) for _, training, _ in curve[1:])
    assert curve[0][2] == pytest.approx(math.log(len(model.vocabulary)), abs=0.3)
    last = loss_of(model, lessons_of(STORY.validation, model))[0]
    assert curve[-1][2] == pytest.approx(last, abs=1e-4)


def test_it_says_how_far_it_is_and_what_came_of_it(tmp_path: Path, capsys):
    model = train(recipe_folder(tmp_path / "model"), STORY, log_every=50)
    printed = capsys.readouterr().out
    assert "step 50 of 66" in printed
    loss, right = loss_of(model, lessons_of(STORY.test, model))
    assert f"test       {loss:.4f} nats, {right:.2%} right" in printed


@pytest.mark.parametrize("half", [False, True])
def test_weights_of_the_moments_that_the_recipe_names_are_kept(tmp_path: Path, half: bool):
    folder = recipe_folder(tmp_path / "model", checkpoints=[0, 5, 66, 9999], half=half)
    model = train(folder, STORY)
    kept = {path.stem: path for path in (folder / "checkpoints").iterdir()}
    assert set(kept) == {"0", "5", "66"}

    def at(step: str) -> SequenceModel:
        return load_folder(folder, "m", Path("checkpoints") / f"{step}.safetensors")

    check_equal(at("66"), model)
    assert not torch.equal(at("5").head.weight, model.head.weight)
    recipe = read_recipe(folder)
    torch.manual_seed(recipe.seed)
    untrained = new_model(recipe, STORY).head.weight
    torch.testing.assert_close(at("0").head.weight, untrained, rtol=1e-3, atol=1e-3 * half)


# -- it repeats itself, also when interrupted --------------------------------------------------


def interrupt(folder: Path, monkeypatch: pytest.MonkeyPatch, step: int, data: Dataset) -> None:
    """Train until a step, and be stopped there."""
    update = Run.update

    def stop(run: Run, batch: Batch) -> float:
        if run.step == step:
            raise KeyboardInterrupt
        return update(run, batch)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Run, "update", stop)
        train(folder, data, log_every=10)


WAYS: dict[str, tuple[Dataset, dict[str, Any]]] = {
    "lstm": (STORY, {}),
    "gru": (STORY, {"cell": "gru"}),
    "rnn": (STORY, {"cell": "rnn"}),
    "dropout": (STORY, {"dropout": 0.3, "edge_dropout": 0.2, "weight_decay": 0.01}),
    "best": (STORY, {"keep_best": True, "learning_rate": 0.5, "dropout": 0.3}),
    "half": (STORY, {"half": True, "checkpoints": [0, 15, 23, 40]}),
    "sampled": (STORY, {"sampled": 2}),
    "tied": (STORY, {"tied": True, "embedding_size": 8, "keep_best": True, "sampled": 2}),
    "documents": (BRACKETS, {"lanes": False, "passes": 10, "steps": 99}),
    "tagger": (FORESIGHT, {**TAGGER, "bidirectional": True, "passes": 4, "edge_dropout": 0.2}),
    "classifier": (MEMORY, {**CLASSIFIER, "passes": 4, "every_step": True, "cell": "gru"}),
}


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.mark.parametrize("way", WAYS)
def test_an_interrupted_run_ends_where_a_whole_one_does(tmp_path: Path, monkeypatch, way: str):
    monkeypatch.setattr(sampled_softmax, "FREQUENT", 2)
    data, changes = WAYS[way][0], {"passes": 4, **WAYS[way][1]}
    whole = train(recipe_folder(tmp_path / "whole", **changes), data, log_every=10)
    folder = recipe_folder(tmp_path / "broken", **changes)
    interrupt(folder, monkeypatch, 5, data)  # before there is anything to go on from
    interrupt(folder, monkeypatch, 25, data)
    interrupt(folder, monkeypatch, 31, data)
    assert (folder / "checkpoint.safetensors").is_file()
    assert not (folder / "model.safetensors").exists()

    torch.manual_seed(99)
    check_equal(train(folder, data, log_every=10), whole)
    assert files(folder) == files(tmp_path / "whole")


def test_a_run_that_is_stopped_while_it_writes_goes_on_from_what_it_wrote_before(
    tmp_path: Path, monkeypatch
):
    whole = train(recipe_folder(tmp_path / "whole"), STORY, log_every=10)
    folder = recipe_folder(tmp_path / "broken")
    save = run.save_file

    def half_written(tensors: Any, path: Path, numbers: Any) -> None:
        save(tensors, path, numbers)
        if numbers["step"] == "30":
            path.write_bytes(path.read_bytes()[:1000])
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run, "save_file", half_written)
        train(folder, STORY, log_every=10)
    check_equal(train(folder, STORY, log_every=10), whole)


def test_another_seed_trains_another_model(tmp_path: Path):
    one = train(recipe_folder(tmp_path / "one", passes=1), STORY)
    again = train(recipe_folder(tmp_path / "again", passes=1), STORY)
    other = train(recipe_folder(tmp_path / "other", passes=1, seed=4), STORY)
    check_equal(one, again)
    assert not torch.equal(one.head.weight, other.head.weight)


def test_the_settings_of_torch_are_as_they_were_after_training(tmp_path: Path):
    before = torch.backends.mkldnn.is_available(), torch.backends.mkldnn.enabled  # pyright: ignore
    train(recipe_folder(tmp_path / "model", passes=1), STORY)
    assert (torch.backends.mkldnn.is_available(), torch.backends.mkldnn.enabled) == before  # pyright: ignore


# -- the best weights --------------------------------------------------------------------------


@pytest.mark.parametrize("keep_best", [True, False])
def test_the_best_weights_are_kept_if_the_recipe_asks_for_it(
    tmp_path: Path, monkeypatch, keep_best: bool
):
    """The held-out loss is made up: 3 before the training, then 2, 1, and 4 and more."""
    seen: list[list[torch.Tensor]] = []

    def made_up(model: SequenceModel, lessons: list[Lesson]) -> tuple[float, float]:
        seen.append([weight.clone() for weight in weights(model)])
        return [3.0, 2.0, 1.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 9.0][len(seen) - 1], 0.5

    monkeypatch.setattr(run, "loss_of", made_up)
    model = train(recipe_folder(tmp_path / "model", keep_best=keep_best), STORY, log_every=10)
    assert len(seen) == 10  # before, after 10, ... 60 and 66 steps, and of the two held-out parts
    best = seen[2 if keep_best else 7]
    assert all(torch.equal(one, other) for one, other in zip(best, weights(model), strict=True))
    assert not torch.equal(seen[2][0], seen[7][0])
    assert not (tmp_path / "model" / "best.safetensors").exists()


# -- how the text is read ----------------------------------------------------------------------


def test_every_pass_begins_from_a_state_of_zeros(tmp_path: Path, monkeypatch):
    begun: list[bool] = []
    forward = SequenceModel.forward

    def spy(model: SequenceModel, ids: torch.Tensor, state: Any = None, *more: Any) -> Any:
        if model.training:
            begun.append(state is None)
        return forward(model, ids, state, *more)

    monkeypatch.setattr(SequenceModel, "forward", spy)
    train(recipe_folder(tmp_path / "model", passes=3), STORY)
    windows = len(begun) // 3
    assert windows > 1
    assert begun == ([True] + [False] * (windows - 1)) * 3


def test_every_document_is_read_whole_once_a_pass_from_zeros(tmp_path: Path, monkeypatch):
    read: list[list[int]] = []
    update = Run.update

    def spy(run: Run, batch: Batch) -> float:
        assert batch.begins
        for row, after in zip(batch.inputs.tolist(), batch.targets.tolist(), strict=True):
            length = sum(target != IGNORED for target in after)
            assert after[: length - 1] == row[1:length]
            read.append([row[0], *after[:length]])
        return update(run, batch)

    monkeypatch.setattr(Run, "update", spy)
    changes = {"lanes": False, "batch": 5, "steps": 99, "passes": 2}
    model = train(recipe_folder(tmp_path / "model", **changes), BRACKETS)
    texts = ["".join(model.vocabulary.decode(ids)) for ids in read]
    documents = [document.text for document in BRACKETS.training]
    assert sorted(texts[:16]) == sorted(texts[16:]) == sorted(documents)
    assert texts[:16] != texts[16:]


def test_lanes_read_all_documents_as_one_text(tmp_path: Path, monkeypatch):
    read: list[list[int]] = []
    batches = run.Lanes

    def spy(ids: torch.Tensor, recipe: Any) -> Any:
        read.append(ids.tolist())
        return batches(ids, recipe)

    monkeypatch.setattr(run, "Lanes", spy)
    model = train(recipe_folder(tmp_path / "model", passes=1, steps=4), BRACKETS)
    text = "\n".join(document.text for document in BRACKETS.training)
    assert read == [model.vocabulary.encode(text).ids.tolist()]


def test_a_text_too_short_for_one_step_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="4 lanes of 12 steps need at least 52"):
        train(recipe_folder(tmp_path / "model"), split([Document("ab" * 30)]))


def test_pieces_of_a_document_in_which_nothing_is_asked_do_no_harm(tmp_path: Path):
    """A classifier tells one label at the end: most pieces of a long document have no target."""
    folder = recipe_folder(
        tmp_path / "model", **{**CLASSIFIER, "steps": 3, "batch": 1, "passes": 1}
    )
    model = train(folder, MEMORY)
    assert all(torch.isfinite(weight).all() for weight in weights(model))


# -- the vocabulary ----------------------------------------------------------------------------


def test_the_vocabulary_is_that_of_the_training_part(tmp_path: Path):
    model = train(recipe_folder(tmp_path / "model", passes=1), split([Document(TEXT + "zzz" * 20)]))
    assert model.vocabulary == Vocabulary.from_text(TEXT)


def test_the_recipe_says_what_is_a_token():
    data = split([Document("The cat, the hat. " * 20)])
    recipe = small_recipe(level="word", lowercase=True, min_count=20)
    assert new_model(recipe, data).vocabulary.tokens[1:] == ("the",)
    recipe = small_recipe(level="symbol", min_count=2)
    assert new_model(recipe, data).vocabulary.tokens[1:] == ("The", "cat,", "hat.", "the")


# -- loss --------------------------------------------------------------------------------------


def lessons(model: SequenceModel, *texts: str) -> list[Lesson]:
    return lessons_of([Document(text) for text in texts], model)


@pytest.mark.parametrize("chunk", [1, 2, 5000])
def test_loss_is_the_mean_surprisal_after_the_first_token(lstm, monkeypatch, chunk: int):
    monkeypatch.setattr(run, "CHUNK", chunk)
    ids = lstm.vocabulary.encode("(ab)?").ids.tolist()
    scores, _ = lstm(torch.tensor([ids]))
    probabilities = scores[0].double().softmax(dim=-1)
    surprisal = [-probabilities[step, ids[step + 1]].log() for step in range(4)]
    right = [int(probabilities[step].argmax()) == ids[step + 1] for step in range(4)]
    loss, share = loss_of(lstm, lessons(lstm, "(ab)?"))
    assert loss == pytest.approx(float(sum(surprisal) / 4), abs=1e-5)
    assert share == sum(right) / 4


def test_loss_of_documents_is_the_mean_over_all_their_tokens(lstm: SequenceModel):
    def loss(*texts: str) -> float:
        return loss_of(lstm, lessons(lstm, *texts))[0]

    assert loss("(ab)", "a", "", "bc") == pytest.approx((3 * loss("(ab)") + loss("bc")) / 4)


def test_only_what_is_asked_for_counts(lstm: SequenceModel):
    (one,) = lessons(lstm, "(ab)")
    targets = one.targets.clone()
    targets[0] = IGNORED
    (rest,) = [Lesson(one.inputs, targets)]
    first = Lesson(one.inputs[:1], one.targets[:1])
    whole = 3 * loss_of(lstm, [one])[0]
    assert whole == pytest.approx(
        2 * loss_of(lstm, [rest])[0] + loss_of(lstm, [first])[0], abs=1e-5
    )


def test_a_text_that_is_read_in_both_directions_is_read_at_once(monkeypatch):
    recipe = small_recipe(task="tagger", bidirectional=True)
    model = new_model(recipe, FORESIGHT)
    expected = loss_of(model, lessons_of(FORESIGHT.test, model))
    monkeypatch.setattr(run, "CHUNK", 2)
    assert loss_of(model, lessons_of(FORESIGHT.test, model)) == expected


def test_loss_leaves_the_model_in_the_mode_it_was_in(tiny_model):
    model = tiny_model("lstm")
    for training in (True, False):
        model.train(training)
        loss_of(model, lessons(model, "ab"))
        assert model.training is training


def test_a_glance_at_the_held_out_part_is_its_first_tokens(lstm: SequenceModel):
    made = lessons(lstm, "abcab", "ab", "(a)")  # of 4, 1 and 2 tokens that are predicted
    for tokens in range(1, 9):
        inputs = [one.inputs.tolist() for one in run._first(made, tokens)]
        expected = [one.inputs.tolist() for one in made]
        together = [i for one in expected for i in one]
        assert [i for one in inputs for i in one] == together[:tokens]
        assert all(
            one and one == whole[: len(one)] for one, whole in zip(inputs, expected, strict=False)
        )
