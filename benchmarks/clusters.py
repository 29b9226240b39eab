"""How well and how fast clusters are found: ``python -m benchmarks.clusters`` (half a minute).

One thread. Planted responses first (`lv.planted_responses`: 10 clusters, mixed signs), by our
tree, by spectral co-clustering and by the setting of RNNVis, which scikit-learn still has; then
times, beside a product of that table with itself, and a corpus of 100,000 steps and 256 units;
then the quality of both ways over the embedded models. With ``--page`` also what a user of the page
waits for, in a real browser, and the server's memory.
"""

import argparse
import shutil
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from playwright.sync_api import Page, sync_playwright
from sklearn.cluster import SpectralCoclustering

import lstmvis_core as lv
from benchmarks.live_units import best_of
from benchmarks.server import ARGUMENTS, memory, running_app, wait_for_health
from lstmvis_core.analysis.cluster_quality import METHODS
from lstmvis_core.charts import Scene, cluster_chart, read_sentence
from pages.ui.link import from_example

SEEDS = range(5)
SIZES = ((300, 600), (1_000, 600))
STEPS, UNITS, VOCABULARY = 100_000, 256, 3_000

Labels = tuple[np.ndarray, np.ndarray]


def by_tree(table: np.ndarray) -> Labels:
    """Ours."""
    return lv.cluster_responses(table, 10)


def by_spectrum(table: np.ndarray) -> Labels:
    """Ours, anew for every number of clusters."""
    found = lv.spectral_clusters(table, 10)
    return found.units, found.words


def by_rnnvis(table: np.ndarray) -> Labels:
    """As RNNVis calls scikit-learn."""
    found = SpectralCoclustering(10, random_state=0).fit(table)
    return found.column_labels_, found.row_labels_


WAYS: dict[str, Callable[[np.ndarray], Labels]] = {
    "tree (Ward)": by_tree,
    "spectral": by_spectrum,
    "as in RNNVis": by_rnnvis,
}


def planted() -> None:
    """Print how far known clusters are recovered, and how long it takes."""
    print("| words × units | noise | way | units, ARI | words, ARI | ms | ratio |")
    print("|---|---|---|---|---|---|---|")
    for words, units in SIZES:
        for noise in (0.25, 0.5):
            tables = [lv.planted_responses(10, words, units, noise=noise, seed=s) for s in SEEDS]
            floor = best_of(5, lambda table=tables[0].scaled: table.T @ table)
            for name, way in WAYS.items():
                found = [way(one.scaled) for one in tables]
                of_units, of_words = (
                    statistics.mean(
                        lv.adjusted_rand_index(labels[part], truth[part])
                        for labels, truth in zip(
                            found, ((one.units, one.words) for one in tables), strict=True
                        )
                    )
                    for part in (0, 1)
                )
                taken = best_of(5, lambda way=way, table=tables[0].scaled: way(table))
                print(
                    f"| {words:,} × {units} | {noise} | {name} | {of_units:.2f} | {of_words:.2f} "
                    f"| {taken:.1f} | {taken / floor:.1f} |"
                )
    print()


def corpus() -> None:
    """Print how long the responses to all words of a corpus take."""
    draws = np.random.default_rng(0)
    ids = np.minimum(draws.zipf(1.3, STEPS), VOCABULARY)
    values = draws.normal(size=(UNITS, STEPS)).astype(np.float32)
    states = lv.CorpusStates(values, np.array([0]))
    edges = np.arange(STEPS + 1)
    pieces = lv.Pieces(tuple(map(str, ids)), edges[:-1], edges[1:], np.array([0]))
    vector = values[:, 0].copy()
    usual = lv.expected_responses(states, pieces)
    found = lv.response_tree(usual.scaled)
    parts: dict[str, Callable[[], object]] = {
        "states times a vector": lambda: vector @ values,
        "responses, all words": lambda: lv.expected_responses(states, pieces, most=None, least=1),
        "responses, words read 5 times": lambda: lv.expected_responses(states, pieces, most=None),
        "responses, 300 words": lambda: lv.expected_responses(states, pieces),
        "response_tree, 300 words": lambda: lv.response_tree(usual.scaled),
        "ResponseTree.cut, 8 clusters": lambda: found.cut(8),
        "cluster_quality, 20 draws": lambda: lv.cluster_quality(usual, 8),
    }
    print(f"| {STEPS:,} steps × {UNITS} units | ms | ratio |")
    print("|---|---|---|")
    floor = 0.0
    for name, function in parts.items():
        taken = best_of(3, function)
        floor = floor or taken
        print(f"| {name} | {taken:.1f} | {taken / floor:.1f} |")
    print()


def live() -> None:
    """Print how long the parts of a keystroke take, of the prepared view of the word model."""
    view = from_example("english", lv.read_cluster_examples("english")[0])
    model = lv.load_model("english")
    usual = lv.responses_of_corpus(model, lv.load_corpus(view.corpus), view.layer, view.kind)
    found = lv.response_tree(usual.scaled).cut(view.clusters)
    trace = lv.trace_text(model, view.text)
    args = trace, view.layer, view.kind, usual, found
    scene = Scene(usual.words, usual.counts, found, [read_sentence(*args)])
    parts: dict[str, Callable[[], object]] = {
        "trace_text": lambda: lv.trace_text(model, view.text),
        "read_sentence": lambda: read_sentence(*args),
        "cluster_chart": lambda: cluster_chart(scene).spec(),
    }
    print(f"| {len(trace.tokens)} words, {found.number} clusters | ms | ratio |")
    print("|---|---|---|")
    floor = 0.0
    for name, function in parts.items():
        taken = best_of(10, function)
        floor = floor or taken
        print(f"| {name} | {taken:.1f} | {taken / floor:.1f} |")
    print()


def models() -> None:
    """Print the quality of the clusters of every prepared view."""
    print(
        "| model | layer, kind | responses to | clusters | way | blocks | chance | units | words |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for id in lv.list_models():
        for prepared in lv.read_cluster_examples(id)[:1]:
            view = from_example(id, prepared)
            by = view.cut or "token"
            usual = lv.responses_of_corpus(
                lv.load_model(id), lv.load_corpus(view.corpus), view.layer, view.kind, by
            )
            for method in METHODS:
                found = lv.cluster_quality(usual, view.clusters, method)
                print(
                    f"| {id} | {view.layer}, {view.kind}, {by}s | {view.clusters} | {method} "
                    f"| {found.ratio:.2f} | {found.by_chance:.2f} | {found.units_again:.2f} "
                    f"| {found.words_again:.2f} |"
                )
    print()


def page() -> None:
    """Print what a user waits for, and the memory of the server."""
    with running_app() as (address, pid, _), sync_playwright() as playwright:
        wait_for_health(address)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        print(f"server before: {memory(pid):.0f} MB")
        for id in ("prose", "english", "sentiment"):
            tab = browser.new_page(viewport={"width": 1360, "height": 1400})
            view = from_example(id, lv.read_cluster_examples(id)[0])
            began = time.perf_counter()
            tab.goto(f"{address}/Clusters?{view.query()}")
            title = tab.locator("svg text", has_text="Words that drive them").first
            title.wait_for(timeout=120_000)
            said = [f"figure after {time.perf_counter() - began:.1f} s"]
            tab.locator('[data-test-script-state="notRunning"]').wait_for(timeout=120_000)
            said.append(f"all after {time.perf_counter() - began:.1f} s")
            if not view.lines:  # several lines are read when the box is left
                times = [_typed(tab, f" {letter}{letter}") for letter in "abcde"]
                said.append(f"a typed word after {min(times):.2f} to {max(times):.2f} s")
            print(f"{id}: {', '.join(said)}; server {memory(pid):.0f} MB")
            tab.close()
        browser.close()


def _typed(tab: Page, word: str) -> float:
    """Seconds from the last key of a word until it is in the figure."""
    box = tab.get_by_label("Text for the network to read")
    box.press("End")
    box.press_sequentially(word)
    began = time.perf_counter()
    tab.locator("svg text", has_text=word.strip()).first.wait_for(timeout=30_000)
    return time.perf_counter() - began


def main() -> None:
    """Print all tables."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="also in a real browser")
    with_page = parser.parse_args().page
    for part in (planted, corpus, live, models):
        part()
    if with_page:
        page()


if __name__ == "__main__":
    main()
