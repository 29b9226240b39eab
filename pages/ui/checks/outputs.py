"""Checks of what a network says: what it writes, its verdict, labels, and the embedding."""

from typing import Any

import numpy as np

import lstmvis_core as lv
from lstmvis_core.model import CLASSIFIER, LANGUAGE_MODEL, TAGGER
from pages.ui import cached, outputs
from pages.ui.checks.check import Compute, Verdict, check
from pages.ui.text_panel import read
from pages.ui.view import View
from pages.ui.words import count


@check
def written_words(value: Any) -> Compute:
    """Of the words that the network writes so many stand in the corpus: `{at_least: 0.9}`.

    Or `{at_most: 0.7}`. Counted are the samples on the page Outputs.
    """
    told = {str(name): float(share) for name, share in dict(value).items()}
    if set(told) not in ({"at_least"}, {"at_most"}):
        raise ValueError("it needs either 'at_least' or 'at_most'")
    least, most = told.get("at_least", 0.0), told.get("at_most", 1.0)

    def compute(_: View, view: View) -> Verdict:
        trace = _of_task(view, LANGUAGE_MODEL)
        if trace is None:
            return Verdict(False, "There is no text that this network could carry on.")
        to_here = lv.trace_text(
            trace.model, trace.tokens.span(0, view.cursor(len(trace.tokens)) + 1)
        )
        share, number = outputs.known_share(view, to_here)
        said = f"Of the {number} words that it wrote, {share:.0%} stand in the corpus."
        return Verdict(number > 0 and least <= share <= most, said)

    return compute


@check
def verdict(value: Any) -> Compute:
    """The whole text is judged so: `verdict: {label: positive, at_least: 0.6}`."""
    told = dict(value)
    label, least = str(told["label"]), float(told["at_least"])

    def compute(_: View, view: View) -> Verdict:
        trace = _of_task(view, CLASSIFIER)
        if trace is None or label not in trace.model.outputs:
            return Verdict(False, f"There is no text that could be {label}.")
        share = float(np.exp(trace.log_probabilities[-1, trace.model.outputs.index(label)]))
        return Verdict(share >= least, f"In the end it is {share:.0%} {label}.")

    return compute


@check
def verdict_turns(value: Any) -> Compute:
    """The verdict changes for the last time after this share of the text: `verdict_turns: 0.5`."""
    after = float(value)

    def compute(_: View, view: View) -> Verdict:
        trace = _of_task(view, CLASSIFIER)
        turns = () if trace is None else lv.running_score(trace).turns
        if trace is None or not turns:
            return Verdict(False, "The verdict does not turn.")
        where = turns[-1] / len(trace.tokens)
        word = trace.tokens.strings[turns[-1]]
        return Verdict(where >= after, f"It turns at “{word}”, after {where:.0%} of the text.")

    return compute


@check
def tag_flips(value: Any) -> Compute:
    """So many labels change where what follows the cursor is deleted: `tag_flips: 1`."""
    least = int(value)

    def compute(_: View, view: View) -> Verdict:
        trace = _of_task(view, TAGGER)
        if trace is None:
            return Verdict(False, "There is no text with labels.")
        steps = len(trace.tokens)
        step = view.cursor(steps)
        cut = outputs.cut_after(view.model, trace.tokens.text, step)
        number = len(lv.changed_labels(trace, cut))
        verb = "changes" if number == 1 else "change"
        return Verdict(
            number >= least,
            f"Deleted: {count(steps - 1 - step, 'token')}; {count(number, 'label')} {verb}.",
        )

    return compute


@check
def nearest(value: Any) -> Compute:
    """The token in view has a neighbour of at least this cosine: `nearest: 0.8`."""
    least = float(value)

    def compute(_: View, view: View) -> Verdict:
        id = outputs.chosen_token(view, read(view))
        near = [] if id is None else outputs.nearest(view.model, id)
        if id is None or not near:
            return Verdict(False, "There is no token.")
        tokens = cached.model(view.model).vocabulary.tokens
        other, cosine = near[0]
        said = f"Nearest to “{tokens[id]}” is “{tokens[other]}”: cosine {cosine:.2f}."
        return Verdict(cosine >= least, said)

    return compute


def _of_task(view: View, task: str) -> lv.Trace | None:
    """The text as it was read, by a network of this task."""
    trace = read(view)
    return trace if trace is not None and trace.model.config.task == task else None
