"""One training run, from recipe and data set to a model folder."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from lstmvis_core.model import LANGUAGE_MODEL, ModelConfig, SequenceModel
from lstmvis_core.text import Vocabulary
from lstmvis_core.training.batches import IGNORED, Batch, Lanes, Lesson, Whole, lesson
from lstmvis_core.training.datasets import Dataset, Document
from lstmvis_core.training.recipe import Recipe, read_recipe
from lstmvis_core.training.sampled_softmax import SampledSoftmax
from lstmvis_core.zoo import CHECKPOINTS
from lstmvis_core.zoo.folder import save_model, save_weights

CHUNK = 5000  # tokens read at once when the loss is measured
GLANCE = 50_000  # tokens of the validation part that are read while training


@torch.no_grad()
def loss_of(model: SequenceModel, lessons: Sequence[Lesson]) -> tuple[float, float]:
    """Mean loss in nats, and share of right answers, over the targets of held-out documents.

    Each document is read from a state of zeros to its end; unknown tokens are counted.
    """
    was_training = model.training
    model.eval()
    loss, right, count = 0.0, 0, 0
    for one in lessons:
        state = None
        # A bidirectional network has to see a document at once.
        chunk = len(one.inputs) if model.config.bidirectional else CHUNK
        for start in range(0, len(one.inputs), max(1, chunk)):
            targets = one.targets[start : start + chunk]
            scores, state = model(one.inputs[start : start + chunk][None], state)
            loss += _loss(scores, targets[None], "sum").item()
            asked = targets != IGNORED
            right += int((scores[0].argmax(1) == targets)[asked].sum())
            count += int(asked.sum())
    model.train(was_training)
    return loss / count, right / count


def _loss(scores: torch.Tensor, targets: torch.Tensor, reduction: str = "mean") -> torch.Tensor:
    return nn.functional.cross_entropy(
        scores.flatten(0, 1), targets.flatten(), reduction=reduction, ignore_index=IGNORED
    )


def train(folder: Path, data: Dataset, log_every: int = 500) -> SequenceModel:
    """Train the model of `folder` by its recipe, and write its weights there.

    Parameters
    ----------
    folder : Path
        Holds `recipe.toml`; receives `config.json`, `vocab.json`, `model.safetensors`, the curve
        of the loss as `history.csv`, and the checkpoints that the recipe asks for.
    data : Dataset
    log_every : int
        Steps between two lines of progress, and between two checkpoints to go on from.

    Returns
    -------
    SequenceModel
    """
    recipe = read_recipe(folder)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)  # two threads are slower than one at these sizes
    model = new_model(recipe, data)
    batches = batches_of(data.training, model, recipe)
    run = Run(model, recipe, recipe.passes * len(batches), folder, _sampled(batches, model, recipe))
    held_out = _first(lessons_of(data.validation, model), GLANCE)
    began, first = time.time(), run.step
    if run.step == 0:
        run.note(float("nan"), loss_of(model, held_out)[0])
        run.keep()
    with without_onednn():
        while run.step < run.total_steps:
            loss = run.update(batches[run.step])
            run.keep()
            if run.step % log_every == 0 or run.step == run.total_steps:
                validation, right = loss_of(model, held_out)
                minutes = (time.time() - began) / 60
                left = minutes / (run.step - first) * (run.total_steps - run.step)
                print(
                    f"step {run.step:,} of {run.total_steps:,}  loss {loss:.4f}  validation "
                    f"{validation:.4f} ({right:.1%} right)  {left:.0f} minutes left",
                    flush=True,
                )
                run.note(loss, validation)
                run.save()
    run.finish()
    for name, part in (("validation", data.validation), ("test", data.test)):
        loss, right = loss_of(model, lessons_of(part, model))
        print(f"{name:10} {loss:.4f} nats, {right:.2%} right", flush=True)
    return model


def new_model(recipe: Recipe, data: Dataset) -> SequenceModel:
    """The untrained model of a recipe, with the vocabulary of the training part."""
    text = "\n".join(document.text for document in data.training)
    vocabulary = Vocabulary.from_text(text, recipe.level, recipe.min_count, recipe.lowercase)
    config = ModelConfig(
        recipe.cell,
        len(vocabulary),
        recipe.embedding_size,
        recipe.hidden_size,
        recipe.layers,
        recipe.task,
        data.labels,
        recipe.bidirectional,
        recipe.tied,
    )
    return SequenceModel(
        config, vocabulary, dropout=recipe.dropout, edge_dropout=recipe.edge_dropout
    )


def lessons_of(
    documents: Sequence[Document], model: SequenceModel, every_step: bool = False
) -> list[Lesson]:
    """Documents as a model reads them; those without a token are left out."""
    made = (lesson(d, model.vocabulary, model.config.task, every_step) for d in documents)
    return [one for one in made if len(one.inputs)]


def batches_of(
    documents: Sequence[Document], model: SequenceModel, recipe: Recipe
) -> Lanes | Whole:
    """The batches of one pass."""
    if recipe.lanes and recipe.task == LANGUAGE_MODEL:
        text = "\n".join(document.text for document in documents)
        return Lanes(torch.from_numpy(model.vocabulary.encode(text).ids.copy()), recipe)
    return Whole(lessons_of(documents, model, recipe.every_step), recipe)


def _sampled(batches: Lanes | Whole, model: SequenceModel, recipe: Recipe) -> SampledSoftmax | None:
    if not recipe.sampled or not isinstance(batches, Lanes):
        return None
    return SampledSoftmax(batches.ids, model.config.vocabulary_size, recipe.sampled)


def _first(lessons: list[Lesson], tokens: int) -> list[Lesson]:
    """So many tokens of the first documents."""
    chosen: list[Lesson] = []
    for one in lessons:
        if tokens <= 0:
            break
        chosen.append(Lesson(one.inputs[:tokens], one.targets[:tokens]))
        tokens -= len(one.inputs)
    return chosen


@contextmanager
def without_onednn() -> Iterator[None]:
    """oneDNN's LSTM learns several times more slowly than torch's own at these sizes."""
    # Not `mkldnn.flags`: on leaving, it sets flags of other hardware too, and torch warns.
    before, *_ = torch.backends.mkldnn.set_flags(_enabled=False)
    try:
        yield
    finally:
        torch.backends.mkldnn.set_flags(_enabled=before)


class Run:
    """Model, optimiser, rate and carried state, and the files beside the model."""

    def __init__(
        self,
        model: SequenceModel,
        recipe: Recipe,
        total_steps: int,
        folder: Path,
        sampled: SampledSoftmax | None = None,
    ) -> None:
        self.sampled = sampled
        self.model, self.recipe, self.total_steps, self.folder = model, recipe, total_steps, folder
        self.checkpoint = folder / "checkpoint.safetensors"
        self.optimizer = torch.optim.Adam(
            model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self.step = 0
        self.state: Any = None
        self.best = float("inf")
        if self.checkpoint.exists():
            self._load()

    def _rate(self) -> float:
        """One-cycle: up in the first tenth, then down to nothing along a cosine."""
        done = self.step / self.total_steps
        if done < 0.1:
            return self.recipe.learning_rate * (0.04 + 0.96 * done / 0.1)
        angle = torch.tensor((done - 0.1) / 0.9 * torch.pi)
        return self.recipe.learning_rate * (0.5 + 0.5 * torch.cos(angle).item()) + 1e-6

    def update(self, batch: Batch) -> float:
        """One step of truncated back-propagation through time."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate()
        state = None if batch.begins else self.state
        if self.sampled:
            hidden, state = self.model.read(batch.inputs, state)
            targets = batch.targets.flatten()
            loss = self.sampled.loss(hidden.flatten(0, 1), self.model.head, targets)
        else:
            # Only a backward layer sees the padding, which comes after the text.
            lengths = batch.lengths if self.model.config.bidirectional else None
            scores, state = self.model(batch.inputs, state, lengths)
            loss = _loss(scores, batch.targets)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        self.state = tuple(s.detach() for s in state) if type(state) is tuple else state.detach()
        self.step += 1
        return loss.item()

    def note(self, loss: float, validation: float) -> None:
        """Add a line to the curve of the loss; remember the weights if they are the best."""
        curve = self.folder / "history.csv"
        if self.step == 0:
            curve.write_text("step,training,validation\n", "utf-8")
        with curve.open("a", encoding="utf-8") as file:
            file.write(f"{self.step},{loss:.4f},{validation:.4f}\n")
        if self.recipe.keep_best and validation < self.best:
            self.best = validation
            save_weights(self.model, self._best_file)

    def keep(self) -> None:
        """Keep the weights of this moment, if the recipe asks for it."""
        if self.step in self.recipe.checkpoints:
            path = self.folder / CHECKPOINTS / f"{self.step}.safetensors"
            save_weights(self.model, path, half=self.recipe.half)

    def finish(self) -> None:
        """Write the model folder, and remove what was only there to go on from."""
        if self.recipe.keep_best:
            self.model.load_state_dict(load_file(self._best_file), strict=not self.recipe.tied)
        self.model.eval()
        save_model(self.model, self.folder, half=self.recipe.half)
        if self.recipe.half:  # what is measured is what is kept
            self.model.load_state_dict(
                {name: t.half().float() for name, t in self.model.state_dict().items()}
            )
        self._best_file.unlink(missing_ok=True)
        self.checkpoint.unlink(missing_ok=True)

    @property
    def _best_file(self) -> Path:
        return self.folder / "best.safetensors"

    def save(self) -> None:
        """Write what is needed to go on from here."""
        tensors = {f"model.{name}": t for name, t in self.model.state_dict().items()}
        for i, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{i}.{name}": t for name, t in moments.items()}
        states = self.state if type(self.state) is tuple else (self.state,)
        tensors |= {f"state.{i}": t.contiguous() for i, t in enumerate(states) if t is not None}
        tensors["random"] = torch.get_rng_state()  # what dropout draws from
        part = self.checkpoint.with_suffix(".part")
        numbers = {"step": str(self.step), "best": str(self.best)}
        save_file({k: v.clone() for k, v in tensors.items()}, part, numbers)
        part.replace(self.checkpoint)

    def _load(self) -> None:
        tensors = load_file(self.checkpoint)
        with safe_open(self.checkpoint, "pt") as file:
            numbers = file.metadata()
        self.step, self.best = int(numbers["step"]), float(numbers["best"])
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
        torch.set_rng_state(tensors["random"])
        states = [tensors[f"state.{i}"] for i in range(2) if f"state.{i}" in tensors]
        self.state = tuple(states) if len(states) == 2 else states[0]
        print(f"going on from step {self.step:,}", flush=True)
