"""Which corpora there are to search in: the embedded ones, and texts that somebody brought."""

import gc
import os
import re
from functools import partial
from weakref import WeakValueDictionary

import streamlit as st

import lstmvis_core as lv
from pages.ui import session, waiting
from pages.ui.words import plain

OWN = "own-"  # so begin the ids of texts that somebody brought
_OWN = "own_corpora"  # of this session, by id; never kept on disk
MOST, ROOM_MB = 3, 10  # texts of a session; millions of characters of all of them
# Those of all sessions that are still there, so that a class with one file keeps it once.
_ALL: WeakValueDictionary[tuple[str, str], lv.Corpus] = WeakValueDictionary()
_HUB_TEXT = re.compile(r"hub:([^@]+)@([0-9a-f]{40})/(.+)")


def corpora_to_choose() -> list[str]:
    """Ids of the embedded corpora and of those that this session brought."""
    return [*lv.list_corpora(), *_own()]


def own_corpus(id: str) -> lv.Corpus | None:
    """A text that was brought in this session, or one that a link names on the Hub."""
    found = _own().get(id)
    if found is None and (named := _HUB_TEXT.fullmatch(id)):
        repository, commit, filename = named.groups()
        _keep(lv.load_hub_text(repository, filename, commit))
        found = _own()[id]
    return found


def _own() -> dict[str, lv.Corpus]:
    return st.session_state.setdefault(_OWN, {})


def bring_a_text() -> None:
    """Draw a button behind which a file, or the name of one on the Hub, becomes a corpus."""
    with st.popover("Own text", icon=":material/upload_file:", width="stretch"):
        st.file_uploader(
            f"A text file of your own, up to {lv.MAX_UPLOAD // 1_000_000} MB",
            key="own_file",
            max_upload_size=lv.MAX_UPLOAD // 1_000_000,
            on_change=_add_file,
        )
        st.checkbox(
            "Each paragraph is a document",
            key="own_at_blank_lines",
            on_change=_add_file,
            help="The network then begins anew at every blank line, and no match crosses one.",
        )
        st.caption(
            "It stays in the memory of this session, "
            "and is gone some minutes after you close the page."
        )
        with st.form("hub_text", border=False):
            st.text_input(
                "Or a text file of a Hub data set", key="hub_text_name", placeholder="owner/name"
            )
            st.text_input("The file in it", key="hub_text_file", placeholder="data/text.txt")
            st.form_submit_button("Fetch", icon=":material/download:", on_click=_add_hub_text)


@session.uninterrupted
def _add_file() -> None:
    """Callback: the file becomes the corpus."""
    file = st.session_state["own_file"]
    if file is None:
        return
    try:
        apart = st.session_state["own_at_blank_lines"]
        _use(lv.corpus_from_bytes(file.getvalue(), file.name, at_blank_lines=apart))
    except lv.CorpusError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")


@session.uninterrupted
def _add_hub_text() -> None:
    """Callback: the file of a data set becomes the corpus."""
    name, file = st.session_state["hub_text_name"], st.session_state["hub_text_file"]
    repository, _, revision = name.strip().partition("@")
    try:
        fetch = partial(lv.load_hub_text, repository, file.strip(), revision or None)
        _use(waiting.fetched(name, fetch))
    except lv.CorpusError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")


def _use(corpus: lv.Corpus) -> None:
    _keep(corpus)
    session.change(corpus=corpus.id)


def _keep(corpus: lv.Corpus) -> None:
    """Keep a text for this session: the same one as another session's, if that brought it, too.

    Raises
    ------
    CorpusError
        This server holds as many of such texts as it may.
    """
    key = corpus.id, corpus.title
    if _held_beside(key) + len(corpus.text) > 1e6 * room_mb():
        gc.collect()  # the texts of sessions that have left
    held = _held_beside(key)
    if held + len(corpus.text) > 1e6 * room_mb():
        left = max(0.0, room_mb() - held / 1e6)
        raise lv.CorpusError(
            f"This server keeps {room_mb():g} MB of texts that people brought, and yours has "
            f"{len(corpus.text) / 1e6:.1f} MB; there is room for {left:.1f} MB now. Bring a "
            "shorter one, or come back when others have left."
        )
    others = [id for id in _own() if id != corpus.id]
    for oldest in others[: 1 - MOST]:
        del _own()[oldest]
    _own()[corpus.id] = _ALL.setdefault(key, corpus)


def _held_beside(key: tuple[str, str]) -> int:
    """How many characters all other texts have."""
    return sum(len(one.text) for other, one in list(_ALL.items()) if other != key)


def room_mb() -> float:
    """How many millions of characters of all sessions are kept: ``HIDDEN_STATES_TEXTS_MB``.

    Each takes many times its size in memory, once a network has read it.
    """
    try:
        return float(os.environ.get("HIDDEN_STATES_TEXTS_MB", ROOM_MB))
    except ValueError:
        return ROOM_MB
