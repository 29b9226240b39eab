"""What cards say of single units: ``python -m benchmarks.units [--text warpeace_input.txt]``."""

import argparse
from pathlib import Path

import numpy as np

import lstmvis_core as lv
from lstmvis_core.training.datasets import Document, split


def auc(values: np.ndarray, positive: np.ndarray) -> float:
    """Probability that a positive step has a larger value than another one (Mann and Whitney)."""
    ranks = np.argsort(np.argsort(values))
    p, n = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - p * (p - 1) / 2) / (p * n))


def quotation_auc(model: lv.SequenceModel, corpus: lv.Corpus) -> float:
    """How well tanh(c) of unit 12 of layer 2 tells inside a quotation from outside."""
    states = lv.corpus_states(model, corpus, layer=2, kind="tanh_cell").values[12]
    return auc(states, lv.track_of_corpus(model, corpus, "quotation").values == 1)


def parens() -> None:
    """Right digits, and the unit that rises with the level."""
    model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    digits = np.array([model.vocabulary.tokens.index(digit) for digit in "01234"])
    right = asked = 0
    for document in corpus.documents:
        guesses = lv.trace_text(model, document).log_probabilities[:, digits].argmax(axis=1)
        places = [i for i, c in enumerate(document) if i and c.isdigit()]
        asked += len(places)
        right += sum(guesses[i - 1] == int(document[i]) for i in places)
    print(f"parens: right digits {right:,} of {asked:,}")
    states = lv.corpus_states(model, corpus, layer=1, kind="tanh_cell").values[3]
    level = np.asarray(corpus.tracks["level"])
    print(f"parens: unit 3 and level, correlation {np.corrcoef(states, level)[0, 1]:.2f}")


def prose(text: str | None) -> None:
    """How unit 12 follows quotation marks, and the loss on other prose."""
    model, stories = lv.load_model("prose"), lv.load_corpus("stories")
    print(f"prose: quotation AUC on stories {quotation_auc(model, stories):.3f}")
    print(f"prose: loss on stories {lv.evaluate(model, *stories.documents)} nats per character")
    if text is not None:
        (test,) = split([Document(text)]).test
        corpus = lv.Corpus("test", "the test tenth", (test.text,))
        print(f"prose: quotation AUC on the test tenth {quotation_auc(model, corpus):.3f}")


def main() -> None:
    """Compute and print."""
    parser = argparse.ArgumentParser(description="Compute what the cards say of single units.")
    parser.add_argument("--text", type=Path, help="War and Peace, as the card of prose names it")
    path = parser.parse_args().text
    parens()
    prose(path.read_text("utf-8") if path else None)


if __name__ == "__main__":
    main()
