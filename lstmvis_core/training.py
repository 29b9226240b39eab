"""Train a language model from a recipe: ``python -m lstmvis_core.training zoo/prose --text FILE``.

A recipe is the `recipe.toml` of a model folder. It says everything but where the text lies, so
that anybody can repeat it. Training is seeded, prints its progress, keeps a checkpoint beside the
model and goes on from it when started again.
"""

import argparse
import json
import math
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from lstmvis_core.errors import ModelError
from lstmvis_core.grammars import GRAMMARS
from lstmvis_core.model import FORMAT, ModelConfig, SequenceModel
from lstmvis_core.text import Vocabulary

Documents = tuple[str, ...]


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
        Lanes or documents read side by side, time steps of one truncated back-propagation (for
        lanes), and passes over the training text.
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


def split_documents(documents: Sequence[str]) -> tuple[Documents, Documents, Documents]:
    """Training, validation and test documents: 80, 10 and 10 %, in order; one is cut in three."""
    if len(documents) == 1:
        training, validation, test = split_text(documents[0])
        return (training,), (validation,), (test,)
    if len(documents) < 10:
        raise ModelError(
            f"Needed are one document or at least 10, so that some are held out; got "
            f"{len(documents)}."
        )
    a, b = int(len(documents) * 0.8), int(len(documents) * 0.9)
    return tuple(documents[:a]), tuple(documents[a:b]), tuple(documents[b:])


@torch.no_grad()
def loss_of(model: SequenceModel, *documents: str, chunk: int = 5000) -> float:
    """Mean loss in nats per token, each document read from a state of zeros to its end.

    The first token of a document, which nothing predicts, is not counted; unknown tokens are.
    """
    was_training = model.training
    model.eval()
    total, count = 0.0, 0
    for document in documents:
        ids = torch.from_numpy(model.vocabulary.encode(document).ids.copy())
        state = None
        for start in range(0, len(ids) - 1, chunk):
            targets = ids[start + 1 : start + chunk + 1]
            scores, state = model(ids[start : start + len(targets)][None], state)
            total += nn.functional.cross_entropy(scores[0], targets, reduction="sum").item()
        count += max(0, len(ids) - 1)
    model.train(was_training)
    return total / count


def train(folder: Path, *documents: str, log_every: int = 500) -> SequenceModel:
    """Train the model of `folder` by its recipe, and write its weights there.

    Parameters
    ----------
    folder : Path
        Holds `recipe.toml`; receives `config.json`, `vocab.json` and `model.safetensors`.
    *documents : str
        The text; 80 % of it is for training. One long document is read in lanes side by side with
        truncated back-propagation; several are read whole, each from a state of zeros.
    log_every : int
        Steps between two lines of progress, and between two checkpoints.

    Returns
    -------
    SequenceModel
    """
    recipe = read_recipe(folder)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)  # two threads are slower than one at these sizes
    training, validation, test = split_documents(documents)
    vocabulary = Vocabulary.from_text(" ".join(training), recipe.level, recipe.min_count)
    config = ModelConfig(
        recipe.cell,
        len(vocabulary),
        recipe.embedding_size,
        recipe.hidden_size,
        recipe.layers,
    )
    model = SequenceModel(config, vocabulary, dropout=recipe.dropout)
    ids = [torch.from_numpy(vocabulary.encode(document).ids.copy()) for document in training]
    batches = _Lanes(ids[0], recipe) if len(ids) == 1 else _Whole(ids, recipe)
    run = _Run(model, recipe, total_steps=recipe.passes * len(batches), folder=folder)
    began, first = time.time(), run.step
    with _without_onednn():
        while run.step < run.total_steps:
            inputs, targets, is_first = batches[run.step]
            loss = run.update(inputs, targets, is_first)
            if run.step % log_every == 0:
                rate = (run.step - first) * inputs.numel() / (time.time() - began)
                print(
                    f"step {run.step:,} of {run.total_steps:,}  loss {loss:.4f}  "
                    f"validation {loss_of(model, validation[0][:50_000]):.4f}  "
                    f"{rate:,.0f} tokens/s",
                    flush=True,
                )
                run.save()
    model.eval()
    save_model(model, folder)
    run.checkpoint.unlink(missing_ok=True)
    print(f"validation {loss_of(model, *validation):.4f} nats per token")
    print(f"test       {loss_of(model, *test):.4f} nats per token", flush=True)
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


Batch = tuple[torch.Tensor, torch.Tensor, bool]


class _Lanes:
    """One long text, cut into lanes that are read side by side, a window at a time.

    A batch is inputs and targets, (lane, time_step), and whether a pass begins, that is, whether
    the state starts from zeros.
    """

    def __init__(self, ids: torch.Tensor, recipe: Recipe) -> None:
        width, needed = len(ids) // recipe.batch, recipe.steps + 1
        if width < needed:
            raise ModelError(
                f"The training text has {len(ids):,} tokens; {recipe.batch} lanes of "
                f"{recipe.steps} steps need at least {recipe.batch * needed:,}."
            )
        self._lanes = ids[: recipe.batch * width].view(recipe.batch, width)
        self._steps = recipe.steps

    def __len__(self) -> int:
        return (self._lanes.shape[1] - 1) // self._steps

    def __getitem__(self, step: int) -> Batch:
        a = step % len(self) * self._steps
        b = a + self._steps
        return self._lanes[:, a:b], self._lanes[:, a + 1 : b + 1], a == 0


class _Whole:
    """Documents that are read whole, in another order in each pass."""

    def __init__(self, documents: Sequence[torch.Tensor], recipe: Recipe) -> None:
        self._documents, self._recipe = documents, recipe

    def __len__(self) -> int:
        return math.ceil(len(self._documents) / self._recipe.batch)

    def __getitem__(self, step: int) -> Batch:
        number, place = divmod(step, len(self))
        shuffled = torch.Generator().manual_seed(self._recipe.seed + number)
        order = torch.randperm(len(self._documents), generator=shuffled).tolist()
        size = self._recipe.batch
        chosen = [self._documents[i] for i in order[place * size : (place + 1) * size]]
        pad = nn.utils.rnn.pad_sequence
        inputs = pad([ids[:-1] for ids in chosen], batch_first=True)
        # Cross-entropy leaves out targets of -100.
        targets = pad([ids[1:] for ids in chosen], batch_first=True, padding_value=-100)
        return inputs, targets, True


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
        documents = GRAMMARS[recipe.grammar](recipe.seed, recipe.documents)
    elif arguments.text is not None:
        documents = (arguments.text.read_text("utf-8"),)
    else:
        parser.error(f"{arguments.folder.name} is trained on a file: give it with --text")
    train(arguments.folder, *documents)


if __name__ == "__main__":
    main()
