"""Cached calls of the library, keyed by strings and numbers, shared by all sessions.

What is cached is frozen: no session may change what another one sees. `cache_resource` hands out
the object itself, where `cache_data` would pickle it each time.
"""

import numpy as np
import streamlit as st
import torch

import lstmvis_core as lv

# Two threads are slower than one for networks of this size, and thirty sessions share the cores.
torch.set_num_threads(1)


@st.cache_resource(max_entries=16, show_spinner="Loading the model …")
def model(id: str) -> lv.SequenceModel:
    """A model of the zoo."""
    return lv.load_model(id)


@st.cache_resource(max_entries=64, show_spinner=False)
def trace(model_id: str, text: str) -> lv.Trace:
    """What the model did while it read the text: the only costly line of a keystroke."""
    return lv.trace_text(model(model_id), text)


@st.cache_resource(max_entries=8, show_spinner=False)
def corpus(id: str) -> lv.Corpus:
    """An embedded corpus."""
    return lv.load_corpus(id)


@st.cache_resource(max_entries=8, show_spinner=False)
def corpus_tokens(model_id: str, corpus_id: str) -> tuple[lv.Tokens, np.ndarray]:
    """The corpus as the model reads it, and the first step of each document."""
    return corpus(corpus_id).tokens(model(model_id).vocabulary)


# Few, for each maps a whole corpus of states into memory.
@st.cache_resource(max_entries=4, show_spinner="Reading the corpus …")
def corpus_states(model_id: str, corpus_id: str, layer: int, kind: str) -> lv.CorpusStates:
    """States of one layer and kind over a corpus."""
    try:
        return lv.corpus_states(model(model_id), corpus(corpus_id), layer, kind)
    except lv.StatesError:  # a damaged file, which is removed by now
        return lv.corpus_states(model(model_id), corpus(corpus_id), layer, kind)


@st.cache_resource(max_entries=16, show_spinner=False)
def corpus_track(model_id: str, corpus_id: str, name: str) -> lv.Track:
    """One annotation track over a corpus."""
    return lv.track_of_corpus(model(model_id), corpus(corpus_id), name)


@st.cache_resource(max_entries=128, show_spinner=False)
def matches(
    model_id: str,
    corpus_id: str,
    layer: int,
    kind: str,
    units: tuple[int, ...],
    threshold: float,
    sign: str,
    off_before: bool,
    off_after: bool,
    min_length: int,
    max_length: int | None,
) -> tuple[lv.Match, ...]:
    """The best places of the corpus for these units."""
    found = lv.find_matches(
        corpus_states(model_id, corpus_id, layer, kind),
        np.asarray(units, np.int64),
        threshold=threshold,
        sign=sign,
        off_before=off_before,
        off_after=off_after,
        min_length=min_length,
        max_length=max_length,
    )
    return tuple(found)
