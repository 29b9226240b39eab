"""The figures on the model cards: ``python -m benchmarks.cards ID [--data PATH] [--write]``.

Measures a model on the test part of its recipe's data set, beside simpler models trained on the
same training part, and prints the `model-index` of the card; ``--write`` puts it into the card.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
import yaml

import lstmvis_core as lv
from lstmvis_core.analysis.ngrams import NgramModel
from lstmvis_core.evaluation import mean_with_interval
from lstmvis_core.model import CLASSIFIER, LANGUAGE_MODEL
from lstmvis_core.training.batches import IGNORED, Lesson
from lstmvis_core.training.datasets import DATASETS, Dataset
from lstmvis_core.training.recipe import read_recipe
from lstmvis_core.training.run import lessons_of
from lstmvis_core.zoo import model_folder

Values = np.ndarray | lv.Evaluation  # one figure a token or document, in order; or their mean
TASKS = {  # as the Hub calls them
    "language-model": "text-generation",
    "tagger": "token-classification",
    "classifier": "text-classification",
}
ORDERS = {"character": 8, "word": 5, "symbol": 4}  # of the n-gram model beside a language model


def language_model(model: lv.SequenceModel, data: Dataset) -> Iterator[tuple[str, Values]]:
    """Surprisal in nats of each token but the first of a document."""
    test = [model.vocabulary.encode(document.text).ids for document in data.test]
    yield model.id, lv.evaluate(model, *(document.text for document in data.test))
    training = [model.vocabulary.encode(document.text).ids for document in data.training]
    for order in (2, ORDERS[model.vocabulary.level]):
        ngrams = NgramModel.fit(training, len(model.vocabulary), order)
        yield f"{order}-gram", np.concatenate([ngrams.surprisal(ids)[1:] for ids in test])


def tagger(model: lv.SequenceModel, data: Dataset) -> Iterator[tuple[str, Values]]:
    """Whether the label of each token is right; beside the usual label of each token."""
    test = lessons_of(data.test, model)
    yield model.id, np.concatenate([_right(model, one) for one in test])
    counts: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for one in lessons_of(data.training, model):
        for token, label in zip(one.inputs.tolist(), one.targets.tolist(), strict=True):
            if label != IGNORED:
                counts[token][label] += 1
    usual = {token: labels.most_common(1)[0][0] for token, labels in counts.items()}
    told = [
        usual.get(token, 0) == label
        for one in test
        for token, label in zip(one.inputs.tolist(), one.targets.tolist(), strict=True)
        if label != IGNORED
    ]
    yield "usual label of the token", np.array(told)


def classifier(model: lv.SequenceModel, data: Dataset) -> Iterator[tuple[str, Values]]:
    """Whether the label of each document is right; beside naive Bayes over its tokens."""
    test = lessons_of(data.test, model)
    yield model.id, np.concatenate([_right(model, one) for one in test])
    counts = np.ones((len(model.outputs), len(model.vocabulary)))  # Laplace: each seen once
    for one in lessons_of(data.training, model):
        counts[int(one.targets[-1])] += np.bincount(one.inputs, minlength=counts.shape[1])
    weights = np.log(counts / counts.sum(1, keepdims=True))
    told = [weights[:, one.inputs].sum(1).argmax() == int(one.targets[-1]) for one in test]
    yield "naive Bayes over its words", np.array(told)


@torch.no_grad()
def _right(model: lv.SequenceModel, one: Lesson) -> np.ndarray:
    scores, _ = model(one.inputs[None])
    asked = one.targets != IGNORED
    return (scores[0].argmax(1) == one.targets)[asked].numpy()


def measured(id: str, path: Path | None) -> dict:
    """The `model-index` of a model's card."""
    model, recipe = lv.load_model(id), read_recipe(model_folder(id))
    data = DATASETS[recipe.dataset](recipe, path)
    task = model.config.task
    measures: dict[str, Callable] = {LANGUAGE_MODEL: language_model, CLASSIFIER: classifier}
    measure = measures.get(task, tagger)(model, data)
    unit = f"nats per {model.vocabulary.level}" if task == LANGUAGE_MODEL else "accuracy"
    metrics = []
    for name, values in measure:
        figure = values if isinstance(values, lv.Evaluation) else mean_with_interval(values)
        print(f"{id}: {name} {figure} {unit} over {figure.count:,}", flush=True)
        if task == LANGUAGE_MODEL and model.vocabulary.level != "character":
            print(f"    perplexity {np.exp(figure.value):.1f}; {figure.unknown:,} unknown")
        low, high = round(figure.low, 4), round(figure.high, 4)
        about = {"low": low, "high": high} | ({} if name == id else {"baseline": True})
        metrics.append({"type": unit, "name": name, "value": round(figure.value, 4), "args": about})
    result = {
        "task": {"type": TASKS[task]},
        "dataset": {"type": recipe.dataset, "name": f"the test part of {recipe.dataset}"},
        "metrics": metrics,
    }
    return {"model-index": [{"name": id, "results": [result]}]}


def write(id: str, index: dict) -> None:
    """Put the figures into the card, in place of those that stand there."""
    path = model_folder(id) / "README.md"
    _, head, body = path.read_text("utf-8").split("---\n", 2)
    head = re.sub(r"(?m)^model-index:\n(?:[- ].*\n)*", "", head)
    old = yaml.safe_load(path.read_text("utf-8").split("---\n", 2)[1]).get("model-index")
    if old:  # the data set's name is written by hand
        named = old[0]["results"][0]["dataset"]["name"]
        index["model-index"][0]["results"][0]["dataset"]["name"] = named
    text = yaml.safe_dump(index, sort_keys=False, allow_unicode=True, width=99)
    path.write_text(f"---\n{head}{text}---\n{body}", "utf-8")


def main() -> None:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(description="Measure the figures on a model card.")
    parser.add_argument("id", choices=lv.list_models())
    parser.add_argument("--data", type=Path, help="file or folder of the recipe's data set")
    parser.add_argument("--write", action="store_true", help="put the figures into the card")
    arguments = parser.parse_args()
    index = measured(arguments.id, arguments.data)
    if arguments.write:
        write(arguments.id, index)
    else:
        print(yaml.safe_dump(index, sort_keys=False, allow_unicode=True))


if __name__ == "__main__":
    main()
