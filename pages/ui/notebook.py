"""The same as a page shows, as Python that runs in a notebook.

No Streamlit here, and none in what comes out: the notebook law made visible.
"""

from collections.abc import Callable

from pages.ui.corpora import OWN
from pages.ui.network import is_project
from pages.ui.view import View


def notebook(page: str, view: View) -> str:
    """Code that computes what a page shows of a view; nothing where it cannot be had elsewhere.

    A text or labels that somebody brought, and projects, are not at hand in a notebook.
    """
    if is_project(view.model) or view.corpus.startswith(OWN) or page not in _PAGES:
        return ""
    return "\n".join([*_begin(view), "", *_PAGES[page](view), ""])


def _begin(view: View) -> list[str]:
    return [
        "import lstmvis_core as lv",
        "from lstmvis_core import charts",
        "",
        f"model = lv.load_model({view.model!r})",
        f"corpus = lv.load_corpus({view.corpus!r})",
        f"text = {view.text!r}",
        "trace = lv.trace_text(model, text)",
    ]


def _select(view: View) -> list[str]:
    lines = [
        "selection = lv.Selection(",
        f"    layer={view.layer}, kind={view.kind!r}, start={view.start}, end={view.end},",
        f"    threshold={view.threshold:g}, sign={view.sign!r},",
        f"    off_before={view.before}, off_after={view.after},",
        ")",
        "units = lv.select_units(trace, selection)",
    ]
    if view.exclude or view.pin:
        lines += [
            "import numpy as np",
            f"units = np.union1d(np.setdiff1d(units, {list(view.exclude)}), {list(view.pin)})",
            "units = units.astype(int)",
        ]
    options = [
        f"threshold={view.threshold:g}",
        f"sign={view.sign!r}",
        f"off_before={view.before > 0}",
        f"off_after={view.after > 0}",
        f"min_length={view.min_length}",
    ]
    if view.longest:
        options.append(f"max_length={max(view.longest, view.min_length)}")
    return [
        *lines,
        f"states = lv.corpus_states(model, corpus, {view.layer}, {view.kind!r})",
        f"matches = lv.find_matches(states, units, {', '.join(options)})",
        "tokens, _ = corpus.tokens(model.vocabulary)",
        "for match in matches[:5]:",
        "    print(len(match.shared), repr(tokens.span(match.start, match.end)))",
        "charts.select_chart(trace, selection, units.tolist()).chart()",
    ]


def _units(view: View) -> list[str]:
    lines = [
        f"values = trace.states({view.layer}, {view.kind!r})[:, {view.unit}]",
        f"states = lv.corpus_states(model, corpus, {view.layer}, {view.kind!r})",
    ]
    if view.find not in ("", "range", "pattern", "labels"):
        lines += [
            f"track = lv.track_of_corpus(model, corpus, {view.find!r})",
            "known = None",
        ]
        if view.label:
            lines.append(f"has = track.values == track.labels.index({view.label!r})")
        else:
            lines.append("has, known = track.values, track.values == track.values  # not NaN")
        lines += [
            "scores = lv.rank_units(states, has, known=known)  # AUC, or r of numbers",
            f"print(scores[{view.unit}])",
        ]
    return [*lines, "charts.text_heat(trace.tokens, values).chart()"]


def _gates(view: View) -> list[str]:
    return [
        "counts = lv.gate_counts(model, corpus)",
        f"layers = counts.saturation({view.left:g}, {view.right:g})",
        f"charts.saturation_chart(layers, model.config.layer_names, {view.layer}, {view.gate!r}, "
        f"{list(view.dots)}).chart()",
    ]


def _clusters(view: View) -> list[str]:
    cut = view.cut or "token"
    found = (
        f"lv.response_tree(usual.scaled).cut({view.clusters})"
        if view.method == "ward"
        else f"lv.spectral_clusters(usual.scaled, {view.clusters})"
    )
    return [
        "usual = lv.responses_of_corpus(",
        f"    model, corpus, {view.layer}, {view.kind!r}, {cut!r}, most={view.frequent}",
        ")",
        f"clusters = {found}",
        "sentences = [",
        "    charts.read_sentence(",
        f"        lv.trace_text(model, line), {view.layer}, {view.kind!r},",
        f"        usual, clusters, {cut!r},",
        "    )",
        "    for line in text.splitlines() if line.strip()",
        "]",
        "scene = charts.Scene(usual.words, usual.counts, clusters, sentences)",
        "charts.cluster_chart(scene).chart()",
    ]


_PAGES: dict[str, Callable[[View], list[str]]] = {
    "Select and Match": _select,
    "Units": _units,
    "Gates": _gates,
    "Clusters": _clusters,
}
