"""Train a language model from a recipe: ``python -m lstmvis_core.training zoo/prose --text FILE``.

A recipe is the `recipe.toml` of a model folder. It says everything but where the text lies, so
that anybody can repeat it. Training is seeded, prints its progress, keeps a checkpoint beside the
model and goes on from it when started again.
"""

import argparse
import json
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from lstmvis_core.errors import ModelError
from lstmvis_core.grammars import GRAMMARS
from lstmvis_core.model import FORMAT, ModelConfig, SequenceModel
from lstmvis_core.text import Vocabulary


@dataclass(frozen=True)
class Recipe:
    """What `recipe.toml` says.

    Attributes
    ----------
    cell, embedding_size, hidden_size, layers
        As in `ModelConfig`.
    level, min_count
        As in `Vocabulary.from_text`.
    batch, steps, passes : int
        Lanes read side by side, time steps of one truncated back-propagation, and passes over
        the training text.
    learning_rate, clip, dropout : float
        Peak of the one-cycle rate, largest gradient norm, dropout between layers.
    seed : int
    grammar : str or None
        The grammar that generates the text; None if the text is a file.
    documents : int
        How many documents the grammar generates.
    """

    cell: str
    embedding_size: int
    hidden_size: int
    layers: int
    level: str
    batch: int
    steps: int
    passes: int
    learning_rate: float
    seed: int
    min_count: int = 1
    clip: float = 1.0
    dropout: float = 0.0
    grammar: str | None = None
    documents: int = 0


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a model folder."""
    path = folder / "recipe.toml"
    try:
        return Recipe(**tomllib.loads(path.read_text("utf-8")))
    except (TypeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{path.name} of {folder.name!r} is no recipe: {error}.") from error


def split_text(text: str) -> tuple[str, str, str]:
    """Training, validation and test text: 80, 10 and 10 %, in order."""
    a, b = int(len(text) * 0.8), int(len(text) * 0.9)
    return text[:a], text[a:b], text[b:]


@torch.no_grad()
def loss_of(model: SequenceModel, text: str, chunk: int = 5000) -> float:
    """Mean loss in nats per token, the state carried through from the first token to the last.

    The first token, which nothing predicts, is not counted; unknown tokens are.
    """
    ids = torch.from_numpy(model.vocabulary.encode(text).ids.copy())
    was_training = model.training
    model.eval()
    total, state = 0.0, None
    for start in range(0, len(ids) - 1, chunk):
        targets = ids[start + 1 : start + chunk + 1]
        scores, state = model(ids[start : start + len(targets)][None], state)
        total += nn.functional.cross_entropy(scores[0], targets, reduction="sum").item()
    model.train(was_training)
    return total / (len(ids) - 1)


def train(folder: Path, text: str, log_every: int = 500) -> SequenceModel:
    """Train the model of `folder` by its recipe, and write its weights there.

    Parameters
    ----------
    folder : Path
        Holds `recipe.toml`; receives `config.json`, `vocab.json` and `model.safetensors`.
    text : str
        All of it; the recipe's split takes 80 % for training.
    log_every : int
        Steps between two lines of progress, and between two checkpoints.

    Returns
    -------
    SequenceModel
    """
    recipe = read_recipe(folder)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)  # two threads are slower than one at these sizes
    training_text, validation_text, test_text = split_text(text)
    vocabulary = Vocabulary.from_text(training_text, recipe.level, recipe.min_count)
    config = ModelConfig(
        recipe.cell,
        len(vocabulary),
        recipe.embedding_size,
        recipe.hidden_size,
        recipe.layers,
    )
    model = SequenceModel(config, vocabulary, dropout=recipe.dropout)
    lanes = _lanes(vocabulary.encode(training_text).ids.copy(), recipe.batch, recipe.steps)
    windows = (lanes.shape[1] - 1) // recipe.steps
    run = _Run(model, recipe, total_steps=recipe.passes * windows, folder=folder)
    began, first = time.time(), run.step
    with _without_onednn():
        for inputs, targets, is_first in run.remaining(lanes, windows):
            loss = run.update(inputs, targets, is_first)
            if run.step % log_every == 0:
                rate = (run.step - first) * inputs.numel() / (time.time() - began)
                print(
                    f"step {run.step:,} of {run.total_steps:,}  loss {loss:.4f}  "
                    f"validation {loss_of(model, validation_text[:50_000]):.4f}  "
                    f"{rate:,.0f} tokens/s",
                    flush=True,
                )
                run.save()
    model.eval()
    save_model(model, folder)
    run.checkpoint.unlink(missing_ok=True)
    print(f"validation {loss_of(model, validation_text):.4f} nats per token")
    print(f"test       {loss_of(model, test_text):.4f} nats per token", flush=True)
    return model


@contextmanager
def _without_onednn() -> Iterator[None]:
    """oneDNN's LSTM learns several times more slowly than torch's own at these sizes."""
    # Not `mkldnn.flags`: on leaving, it sets flags of other hardware too, and torch warns.
    before, *_ = torch.backends.mkldnn.set_flags(_enabled=False)
    try:
        yield
    finally:
        torch.backends.mkldnn.set_flags(_enabled=before)


class _Run:
    """One training run: model, optimiser, rate, carried state, and their checkpoint."""

    def __init__(
        self, model: SequenceModel, recipe: Recipe, total_steps: int, folder: Path
    ) -> None:
        self.model, self.recipe, self.total_steps = model, recipe, total_steps
        self.checkpoint = folder / "checkpoint.safetensors"
        self.optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
        self.step = 0
        self.state: Any = None
        if self.checkpoint.exists():
            self._load()

    def _rate(self) -> float:
        """One-cycle: up in the first tenth, then down to nothing along a cosine."""
        done = self.step / self.total_steps
        if done < 0.1:
            return self.recipe.learning_rate * (0.04 + 0.96 * done / 0.1)
        angle = torch.tensor((done - 0.1) / 0.9 * torch.pi)
        return self.recipe.learning_rate * (0.5 + 0.5 * torch.cos(angle).item()) + 1e-6

    def remaining(
        self, lanes: torch.Tensor, windows: int
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor, bool]]:
        """The windows still to be read: inputs, targets, and whether a pass begins."""
        length = self.recipe.steps
        for step in range(self.step, self.total_steps):
            a = step % windows * length
            yield lanes[:, a : a + length], lanes[:, a + 1 : a + length + 1], a == 0

    def update(self, inputs: torch.Tensor, targets: torch.Tensor, is_first: bool) -> float:
        """One step of truncated back-propagation through time."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        scores, state = self.model(inputs, None if is_first else self.state)
        loss = nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten())
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        self.state = tuple(s.detach() for s in state) if type(state) is tuple else state.detach()
        self.step += 1
        return loss.item()

    def save(self) -> None:
        tensors = {f"model.{name}": t for name, t in self.model.state_dict().items()}
        for i, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{i}.{name}": t for name, t in moments.items()}
        states = self.state if type(self.state) is tuple else (self.state,)
        tensors |= {f"state.{i}": t.contiguous() for i, t in enumerate(states) if t is not None}
        tensors["random"] = torch.get_rng_state()  # what dropout draws from
        part = self.checkpoint.with_suffix(".part")
        save_file({k: v.clone() for k, v in tensors.items()}, part, {"step": str(self.step)})
        part.replace(self.checkpoint)

    def _load(self) -> None:
        from safetensors import safe_open

        tensors = load_file(self.checkpoint)
        with safe_open(self.checkpoint, "pt") as file:
            self.step = int(file.metadata()["step"])
        self.model.load_state_dict(
            {k.removeprefix("model."): v for k, v in tensors.items() if k.startswith("model.")}
        )
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, tensor in tensors.items():
            if key.startswith("optimizer."):
                _, i, name = key.split(".")
                moments.setdefault(int(i), {})[name] = tensor
        saved = self.optimizer.state_dict()
        self.optimizer.load_state_dict({**saved, "state": moments})
        if "random" in tensors:
            torch.set_rng_state(tensors["random"])
        states = [tensors[f"state.{i}"] for i in range(2) if f"state.{i}" in tensors]
        self.state = tuple(states) if len(states) == 2 else states[0]
        print(f"going on from step {self.step:,}", flush=True)


def _lanes(ids: "torch.Tensor | object", batch: int, steps: int) -> torch.Tensor:
    flat = torch.as_tensor(ids)
    width = len(flat) // batch
    if width <= steps:
        raise ModelError(
            f"The training text has {len(flat):,} tokens; {batch} lanes of {steps} steps need "
            f"at least {batch * (steps + 1):,}."
        )
    return flat[: batch * width].view(batch, width)


def save_model(model: SequenceModel, folder: Path) -> None:
    """Write a model as a folder in the layout of a Hub model repository."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"format": FORMAT, **model.config.as_dict()}
    vocabulary = {
        "level": model.vocabulary.level,
        "unknown": model.vocabulary.unknown,
        "tokens": list(model.vocabulary.tokens),
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    (folder / "vocab.json").write_text(
        json.dumps(vocabulary, ensure_ascii=False, indent=0) + "\n", "utf-8"
    )
    tensors = {name: t.detach().clone().contiguous() for name, t in model.state_dict().items()}
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})


def main() -> None:
    """Command line: train the model of a folder."""
    parser = argparse.ArgumentParser(description="Train a model by the recipe in its folder.")
    parser.add_argument("folder", type=Path, help="model folder with a recipe.toml")
    parser.add_argument("--text", type=Path, help="training text (UTF-8), if it is a file")
    arguments = parser.parse_args()
    recipe = read_recipe(arguments.folder)
    if recipe.grammar is not None:
        text = " ".join(GRAMMARS[recipe.grammar](recipe.seed, recipe.documents))
    elif arguments.text is not None:
        text = arguments.text.read_text("utf-8")
    else:
        parser.error(f"{arguments.folder.name} is trained on a file: give it with --text")
    train(arguments.folder, text)


if __name__ == "__main__":
    main()
