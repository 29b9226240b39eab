"""The same as a page shows, as Python that runs in a notebook.

No Streamlit here, and none in what comes out: the notebook law made visible.
"""

from collections.abc import Callable

from lstmvis_core.model import CLASSIFIER, TAGGER
from pages.ui import cached
from pages.ui.corpora import OWN
from pages.ui.network import is_project
from pages.ui.parameters import LAST
from pages.ui.view import View


def notebook(page: str, view: View) -> str:
    """Code that computes what a page shows of a view; nothing where it cannot be had elsewhere.

    A text or labels that somebody brought, and projects, are not at hand in a notebook.
    """
    if is_project(view.model) or view.corpus.startswith(OWN) or page not in _PAGES:
        return ""
    lines = _PAGES[page](view)
    corpus = any("corpus" in line for line in lines)
    return "\n".join([*_begin(view, corpus), "", *lines, ""])


def _begin(view: View, corpus: bool) -> list[str]:
    return [
        "import lstmvis_core as lv",
        "from lstmvis_core import charts",
        "",
        f"model = lv.load_model({view.model!r})",
        *([f"corpus = lv.load_corpus({view.corpus!r})"] if corpus else []),
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


def _step_in_view(view: View) -> str:
    return f"step = {view.step}" if view.step != LAST else "step = len(trace.tokens) - 1"


def _gradients(view: View) -> list[str]:
    return [
        _step_in_view(view),
        "found = lv.gradients_through_time(",
        f"    model, text, layer={view.layer}, step=step, scale={view.scale:g}",
        ")",
        "print(found.hidden)  # what arrives at the step, of a small change at each token",
        "charts.gradient_chart(",
        "    trace.tokens, {model.config.cell: found}, 0, len(trace.tokens)",
        ").chart()",
    ]


def _one_step(view: View) -> list[str]:
    return [
        _step_in_view(view),
        f"found = lv.one_step(trace, layer={view.layer}, step=step)",
        f"print(found.rows[{view.part!r}])",
        "charts.step_chart(",
        f"    found, trace.tokens.strings[step], {view.part!r}, {view.unit}",
        ").chart()",
    ]


def _outputs(view: View) -> list[str]:
    lines = [f"print(lv.neighbours(model, {view.token!r}))"] if view.token else []
    task = cached.model(view.model).config.task
    if task == CLASSIFIER:
        return [
            *lines,
            "score = lv.running_score(trace)",
            "print(score.verdict)",
            "charts.score_chart(trace.tokens, score).chart()",
        ]
    if task == TAGGER:
        return [
            *lines,
            _step_in_view(view),
            "cut = lv.without_right_context(trace, step)  # as if the text ended there",
            "for flip in lv.changed_labels(trace, cut):",
            "    print(flip)",
        ]
    return [
        *lines,
        _step_in_view(view),
        f"odds = lv.drawing_odds(trace, step, temperature={view.temperature:g})",
        "charts.prediction_chart(odds).chart()",
    ]


_PAGES: dict[str, Callable[[View], list[str]]] = {
    "Select and Match": _select,
    "Units": _units,
    "Gates": _gates,
    "Clusters": _clusters,
    "Gradients": _gradients,
    "One step": _one_step,
    "Outputs": _outputs,
}
