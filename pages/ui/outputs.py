"""What the page Outputs shows, each thing computed once for all sessions."""

from dataclasses import replace

import numpy as np
import regex
import streamlit as st

import lstmvis_core as lv
from lstmvis_core.analysis import embedding_map as embeddings
from lstmvis_core.analysis.embedding_map import EmbeddingMap
from lstmvis_core.analysis.right_context import changed_labels, without_right_context
from pages.ui import cached
from pages.ui.held import Hold, carried_on
from pages.ui.view import View
from pages.ui.words import plain

SAMPLE, SAMPLES = 120, 3  # tokens of a sample, and samples of neighbouring random numbers
MOST_SEEDS = 10_000
MOST_CUTS = 200  # that are tried for one that changes a label
NEIGHBOURS = 10
MOST_WORDS, MOST_OF_TEXT = 120, 60  # on the map, and of them of the text
_WORD = regex.compile(r"[\p{L}'’]+")


def samples(view: View, text: str) -> list[tuple[str, ...]]:
    """How the model carries a text on, by the view's random numbers and the next ones."""
    free = Hold.of(view).none()
    return [carried_on(free, text, SAMPLE, seed, view.temperature) for seed in seeds(view)]


def seeds(view: View) -> list[int]:
    """The random numbers of each sample."""
    return [(view.seed + number) % MOST_SEEDS for number in range(SAMPLES)]


@st.cache_resource(max_entries=64, show_spinner=False)
def cut_after(model_id: str, text: str, step: int) -> lv.Trace:
    """The text, read anew as if it ended after a token."""
    return without_right_context(cached.trace(model_id, text), step)


@st.cache_resource(max_entries=64, show_spinner=False)
def next_change(model_id: str, text: str, step: int) -> int | None:
    """The first cut after one, and then from the beginning on, that changes a label; or None."""
    whole = cached.trace(model_id, text)
    last = len(whole.tokens) - 1
    order = [*range(step + 1, last), *range(min(step + 1, last))]
    tried = order[:MOST_CUTS]
    return next(
        (at for at in tried if changed_labels(whole, without_right_context(whole, at))), None
    )


# -- the embedding -----------------------------------------------------------------------------


@st.cache_resource(max_entries=12, show_spinner="Looking for the main directions …")
def embedding_map(model_id: str) -> EmbeddingMap:
    """The map of a model's embedding."""
    return embeddings.embedding_map(cached.model(model_id))


@st.cache_resource(max_entries=256, show_spinner=False)
def nearest(model_id: str, id: int) -> list[tuple[int, float]]:
    """The nearest neighbours of a token, by id, with their cosines."""
    return embeddings.nearest_ids(cached.model(model_id), id, NEIGHBOURS)


@st.cache_resource(max_entries=24, show_spinner=False)
def by_chance(tokens: int, size: int) -> float:
    """The cosine that the nearest of so many would reach by chance, in 95 of 100 cases at most."""
    return embeddings.cosine_by_chance(tokens, size)


@st.cache_resource(max_entries=128, show_spinner=False)
def telling(model_id: str, ids: tuple[int, ...]) -> int | None:
    """Of some tokens the one whose nearest neighbour is nearest."""
    return embeddings.with_nearest_neighbour(cached.model(model_id), ids)


@cached.kept_of_corpora(max_entries=32, show_spinner=False)
def frequent(model_id: str, corpus_id: str) -> tuple[int, ...]:
    """Ids of the known tokens of a corpus, the most frequent first."""
    vocabulary = cached.model(model_id).vocabulary
    tokens, _ = cached.corpus_tokens(model_id, corpus_id)
    counts = np.bincount(tokens.ids, minlength=len(vocabulary))
    counts[vocabulary.tokens.index(vocabulary.unknown)] = 0
    order = np.argsort(-counts, kind="stable")[:MOST_WORDS]
    return tuple(order[counts[order] > 0].tolist())


def ids_of_text(trace: lv.Trace | None) -> list[int]:
    """Ids of the known tokens of a text, each once, as they come."""
    if trace is None:
        return []
    known = trace.tokens.ids[~trace.tokens.unknown]
    return list(dict.fromkeys(known.tolist()))[:MOST_OF_TEXT]


def chosen_token(view: View, trace: lv.Trace | None) -> int | None:
    """The id of the view's token; if it names none, of that in the text with the nearest neighbour.

    Marks are in all texts and say little, so of a text of words they do not count.
    """
    vocabulary = cached.model(view.model).vocabulary
    if view.token in vocabulary.tokens:
        return vocabulary.tokens.index(view.token)
    offered = ids_of_text(trace) or list(frequent(view.model, view.corpus)[:NEIGHBOURS])
    if vocabulary.level == "word":
        words = [id for id in offered if any(map(str.isalpha, vocabulary.tokens[id]))]
        offered = words or offered
    return telling(view.model, tuple(offered))


def with_known_token(view: View) -> tuple[View, str]:
    """The view with a token that its model has, and a sentence if it asked for another one."""
    if not view.token:
        return view, ""
    vocabulary = cached.model(view.model).vocabulary
    if view.token in vocabulary.tokens and view.token != vocabulary.unknown:
        return view, ""
    read = vocabulary.encode(view.token)
    if len(read) == 1 and not read.unknown[0]:  # as the model would read it: The as the
        return replace(view, token=vocabulary.tokens[read.ids[0]]), ""
    said = f"This model has no token “{view.token[:40]}”, so one of the text is shown."
    return replace(view, token=""), plain(said)


# -- for the checks of lessons -----------------------------------------------------------------


def known_share(view: View, trace: lv.Trace) -> tuple[float, int]:
    """Which share of the words that the samples have written stands in the corpus, and of how many.

    The first and the last word of a sample may be a piece of one.
    """
    written = samples(view, trace.tokens.text)
    between = "" if trace.model.vocabulary.level == "character" else " "
    words = [word for one in written for word in _WORD.findall(between.join(one))[1:-1]]
    known = _words_of(view.model, view.corpus)
    return sum(word.lower() in known for word in words) / max(1, len(words)), len(words)


@cached.kept_of_corpora(max_entries=12, show_spinner=False)
def _words_of(model_id: str, corpus_id: str) -> frozenset[str]:
    """The words of a corpus, in lower case."""
    documents = cached.corpus(corpus_id).documents
    return frozenset(word.lower() for text in documents for word in _WORD.findall(text))
