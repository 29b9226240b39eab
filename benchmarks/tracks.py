"""Tracks of a text of 60 words, beside what the network itself takes; and memory over many texts.

``python -m benchmarks.tracks``.
"""

import random
import resource
import time
from collections.abc import Callable

import torch

import lstmvis_core as lv
from lstmvis_core.tracks import Options
from lstmvis_core.tracks.language import annotation_of

WORDS = (
    "Anna told the reporters in Berlin that a very marked improvement had been seen in May, and "
    'that the old bridge (which nobody liked) would not be closed again before the winter. "We '
    'shall see," said Mr. Brown of the Daily News, "whether the 250 people who live near the river '
    'agree with you, for they have waited long enough, and they are tired of it."'
)
TEXTS = 2_000


def milliseconds(act: Callable[[], object], times: int = 9) -> float:
    """The median of several runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - start))
    return sorted(taken)[times // 2]


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    torch.set_num_threads(1)
    text = " ".join(WORDS.split()[:60])
    model = lv.load_model("prose")
    start, before = time.perf_counter(), peak()
    pipeline = lv.load_pipeline("en_tiny")
    print(f"loading the pipeline, spaCy included: {time.perf_counter() - start:.1f} s", end="")
    print(f", {peak() - before:.0f} MB")
    print(f"\n{len(text.split())} words, {len(text)} characters, model prose: milliseconds, median")
    base = milliseconds(lambda: lv.trace_text(model, text))
    print(f"{'the network reads the text':<30} {base:8.1f}   1.0")
    trace = lv.trace_text(model, text)
    options = Options(pattern=r"\bthe\b")
    for name in lv.tracks_of(model, options=options):

        def track(name: str = name) -> None:
            annotation_of.cache_clear()
            lv.track_of_trace(trace, name, options)

        taken = milliseconds(track)
        print(f"{name:<30} {taken:8.1f} {taken / base:5.1f}")

    def all_tracks() -> None:
        annotation_of.cache_clear()
        for name in lv.tracks_of(model, options=options):
            lv.track_of_trace(trace, name, options)

    taken = milliseconds(all_tracks)
    print(f"{'all of them':<30} {taken:8.1f} {taken / base:5.1f}")
    print(f"\nmemory while {TEXTS:,} texts of 30 new words each are parsed")
    rng = random.Random(0)
    before = 0.0
    for number in range(TEXTS + 1):
        words = ("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(30))
        for _ in pipeline.read(" ".join(words), len):
            pass
        if number == 100:
            before = peak()
        if number % 500 == 0:
            strings = len(pipeline._nlp.vocab.strings)
            print(f"after {number:5,}: {peak():6.0f} MB, {strings:,} strings in the vocabulary")
    print(f"from the 100th on it grew by {peak() - before:.1f} MB")


if __name__ == "__main__":
    main()
