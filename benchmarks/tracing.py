"""How long one reading takes: ``python benchmarks/tracing.py`` (a few seconds, one thread).

A trace of 200 characters with all states and gates of both layers of a 2 x 128 LSTM, against the
forward pass of torch.nn.LSTM alone.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lstmvis_core import ModelConfig, SequenceModel, Trace, Vocabulary, trace_text

SENTENCE = "the quick brown fox jumps over the lazy dog, "
TEXT = (SENTENCE * 5)[:200]


def make_model() -> SequenceModel:
    torch.manual_seed(1)
    vocabulary = Vocabulary.from_text(TEXT)
    config = ModelConfig("lstm", len(vocabulary), embedding_size=64, hidden_size=128, layers=2)
    return SequenceModel(config, vocabulary).eval().requires_grad_(False)


def trace_all(model: SequenceModel) -> Trace:
    trace = trace_text(model, TEXT)
    for layer in (1, 2):
        trace.all_states(layer)
    return trace


def best_of(runs: int, function: Callable[[], object]) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def main() -> None:
    torch.set_num_threads(1)
    model = make_model()
    inputs = model.embedding(torch.tensor(model.vocabulary.encode(TEXT).ids)[None])
    with torch.no_grad():
        floor = best_of(50, lambda: model.rnn(inputs))
    print("| 200 steps, 2 x 128 LSTM | ms | against the forward pass |")
    print("|---|---|---|")
    for name, function in {
        "torch.nn.LSTM, forward pass alone": None,
        "trace_text": lambda: trace_text(model, TEXT),
        "trace_text, and every state and gate": lambda: trace_all(model),
    }.items():
        took = floor if function is None else best_of(50, function)
        print(f"| {name} | {took:.2f} | {took / floor:.2f} |")


if __name__ == "__main__":
    main()
