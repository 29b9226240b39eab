"""How long each quantity of single units takes: ``python -m benchmarks.live_units`` (a minute).

One thread; LSTMs of 2 x 128 and 2 x 256 units with random weights, since the time does not depend
on them. What is asked of a corpus has 100,000 steps and is compared with one product of its states
with a vector, what is asked of a text has 200 characters and is compared with reading it.
"""

import time
from collections.abc import Callable

import numpy as np
import torch

import lstmvis_core as lv
from lstmvis_core.analysis.effects_in_pieces import effects_in_pieces
from lstmvis_core.charts import (
    change_chart,
    effects_chart,
    example_rows,
    ledger_chart,
    text_heat,
    unit_histogram,
)
from lstmvis_core.tracks import Track
from lstmvis_core.tracks.predicted import guesses

TEXT = ("the quick brown fox jumps over the lazy dog, " * 5)[:200]
STEPS = 100_000
# Kinds of states that can be held, of some models that are embedded.
READERS = {
    "prose": ("hidden", "cell"),
    "prose-gru": ("hidden",),
    "prose-rnn": ("hidden",),
    "parens": ("hidden", "cell"),
}


def make_model(size: int) -> lv.SequenceModel:
    """Two layers of LSTM."""
    torch.manual_seed(1)
    vocabulary = lv.Vocabulary.from_text(TEXT)
    config = lv.ModelConfig("lstm", len(vocabulary), embedding_size=64, hidden_size=size, layers=2)
    return lv.SequenceModel(config, vocabulary).eval().requires_grad_(False)


def best_of(runs: int, function: Callable[[], object]) -> float:
    """The shortest time in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        function()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def worked_out(text: lv.TextProperties) -> lv.TextProperties:
    """The same, with all that is worked out once."""
    _ = text.groups, text.matched
    return text


def of_corpus(size: int) -> dict[str, Callable[[], object]]:
    """What is asked of states over a corpus; the first is what it is compared with."""
    rng = np.random.default_rng(0)
    states = lv.CorpusStates(rng.random((size, STEPS), np.float32), np.array([0]))
    ranked = lv.RankedStates(states)
    _ = ranked.ranks, ranked.spreads
    numbers, some = rng.normal(size=STEPS), rng.random(STEPS) < 0.9
    has, ids = numbers > 1, rng.integers(0, 80, STEPS)
    vector = numbers.astype(np.float32)
    # A few words again and again, so that contexts come again, too.
    words = rng.choice(TEXT.split(), STEPS // 4)
    tokens = lv.Vocabulary.from_text(TEXT).encode(" ".join(words)[:STEPS])
    text = worked_out(lv.TextProperties(tokens, np.array([0])))
    unit, track = states.values[3], Track("x", "x", "categorical", ids, tuple(map(str, range(80))))
    examples = lv.unit_examples(unit, text.breaks, top=28)
    counts = lv.GateCounts(("forget_gate",), STEPS, *np.ones((2, 2, 1, size, 51), np.int64))
    return {
        "states times a vector": lambda: states.values @ vector,
        "RankedStates: ranks, once": lambda: lv.RankedStates(states).ranks,
        "rank_units, AUC": lambda: lv.rank_units(ranked, has),
        "rank_units, AUC of some steps": lambda: lv.rank_units(ranked, has, known=some),
        "rank_units, r": lambda: lv.rank_units(ranked, numbers),
        "rank_units, r of some steps": lambda: lv.rank_units(ranked, numbers, known=some),
        "best_by_chance, AUC, 100 shifts": lambda: lv.best_by_chance(ranked, has),
        "best_by_chance, r, 100 shifts": lambda: lv.best_by_chance(ranked, numbers),
        "probe": lambda: lv.probe(ranked, has),
        "probe with control tasks": lambda: lv.probe(ranked, has, ids=ids),
        "saturation": lambda: lv.saturation(states),
        "GateCounts.saturation, any thresholds": lambda: counts.saturation(0.12, 0.9),
        "time_constants": lambda: lv.time_constants(states),
        "TextProperties, once": lambda: worked_out(lv.TextProperties(tokens, text.breaks)),
        "explain_unit": lambda: lv.explain_unit(unit, text, [track]),
        "explained_by_tokens": lambda: lv.explained_by_tokens(unit, text),
        "unit_examples": lambda: lv.unit_examples(unit, text.breaks),
        "unit_histogram": lambda: unit_histogram(unit, unit[:200]),
        "example_rows": lambda: example_rows(tokens, unit, examples.top),
    }


def of_text(size: int) -> dict[str, Callable[[], object]]:
    """What is asked of a typed text; the first is what it is compared with."""
    model = make_model(size)
    trace = lv.trace_text(model, TEXT)
    states = trace.states(2)[:, 3]
    return {
        "trace_text": lambda: lv.trace_text(model, TEXT),
        "memory_ledger": lambda: lv.memory_ledger(trace, 2, 3, 199),
        "gate_saturation": lambda: lv.gate_saturation(trace, 2),
        "ablate, hidden, layer 1": lambda: lv.ablate(model, TEXT, layer=1, units=[3]),
        "ablate, cell, layer 1": lambda: lv.ablate(model, TEXT, layer=1, units=[3], kind="cell"),
        "ablate, layer 2": lambda: lv.ablate(model, TEXT, layer=2, units=[3]),
        "sample, 200 tokens": lambda: lv.sample(model, TEXT[:20], 200, units=[3]),
        "first_order_effects, layer 1": lambda: lv.first_order_effects(model, TEXT, layer=1),
        "unit_effects, all of layer 1": lambda: lv.unit_effects(model, TEXT, layer=1),
        "unit_effects, all of layer 2": lambda: lv.unit_effects(model, TEXT, layer=2),
        "promoted_tokens": lambda: lv.promoted_tokens(model, 3),
        "text_heat": lambda: text_heat(trace.tokens, states).spec(),
        "text_heat with five guesses": lambda: text_heat(
            trace.tokens, states, guesses=guesses(lv.outputs_of_trace(trace, 5))
        ).spec(),
        **off_and_memory(model, trace),
    }


def off_and_memory(model: lv.SequenceModel, trace: lv.Trace) -> dict[str, Callable[[], object]]:
    """What is drawn live by Switch it off and What it remembers, beside what is asked above."""
    after = lv.ablate(model, TEXT, layer=2, units=[3], kind="cell")
    exact = np.nansum(lv.unit_effects(model, TEXT, layer=2), axis=1)
    guess = lv.first_order_effects(model, TEXT, layer=2)
    values = np.zeros(len(exact), np.float32)
    ledger = lv.memory_ledger(trace, 2, 3, len(TEXT) - 1)
    kept = trace.states(2, "forget_gate")[:, 3]
    window = len(TEXT) - 1, len(TEXT) - 60, len(TEXT), "forget gate"
    pieces = {"layer": 2, "kind": "hidden", "values": values}
    return {
        "effects_in_pieces, layer 2": lambda: list(effects_in_pieces(model, TEXT, **pieces)),
        "surprisal_change": lambda: lv.surprisal_change(trace, after),
        "two samples, 120 tokens": lambda: [
            lv.sample(model, TEXT, 120, units=units) for units in ([], [3])
        ],
        "change_chart": lambda: change_chart(trace, after, len(TEXT) - 1).spec(),
        "effects_chart": lambda: effects_chart(exact, guess, unit=3).spec(),
        "ledger_chart, 60 tokens": lambda: ledger_chart(trace.tokens, ledger, kept, *window).spec(),
    }


def estimates() -> None:
    """Print how well first-order effects stand for exact ones, over a text of each model."""
    print("| model | layer | kind | correlation of first-order with exact effects |")
    print("|---|---|---|---|")
    for name, kinds in READERS.items():
        model, text = lv.load_model(name), lv.read_examples(name)[0]["text"]
        for layer in (1, 2):
            for kind in kinds:
                exact = np.nansum(lv.unit_effects(model, text, layer=layer, kind=kind), axis=1)
                quick = lv.first_order_effects(model, text, layer=layer, kind=kind)
                print(f"| {name} | {layer} | {kind} | {np.corrcoef(exact, quick)[0, 1]:.2f} |")


def main() -> None:
    """Print three tables."""
    torch.set_num_threads(1)
    for heading, made in {
        f"{STEPS:,} steps": of_corpus,
        f"{len(TEXT)} characters": of_text,
    }.items():
        print(f"| {heading} | ms, 128 units | ratio | ms, 256 units | ratio |")
        print("|---|---|---|---|---|")
        rows: dict[str, list[float]] = {}
        for size in (128, 256):
            for name, function in made(size).items():
                rows.setdefault(name, []).append(best_of(3, function))
        floors = next(iter(rows.values()))
        for name, times in rows.items():
            told = (f"{t:.1f} | {t / floor:.1f}" for t, floor in zip(times, floors, strict=True))
            print(f"| {name} | {' | '.join(told)} |")
        print()
    estimates()


if __name__ == "__main__":
    main()
