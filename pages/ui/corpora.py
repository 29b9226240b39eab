"""Which corpora there are to search in: the embedded ones, and texts that somebody brought."""

import re

import streamlit as st

import lstmvis_core as lv
from pages.ui import session
from pages.ui.words import plain

OWN = "own-"  # so begin the ids of texts that somebody brought
_OWN = "own_corpora"  # of this session, by id; never kept on disk
_HUB_TEXT = re.compile(r"hub:([^@]+)@([0-9a-f]{40})/(.+)")


def corpora_to_choose() -> list[str]:
    """Ids of the embedded corpora and of those that this session brought."""
    return [*lv.list_corpora(), *_own()]


def own_corpus(id: str) -> lv.Corpus | None:
    """A text that was brought in this session, or one that a link names on the Hub."""
    found = _own().get(id)
    if found is None and (named := _HUB_TEXT.fullmatch(id)):
        repository, commit, filename = named.groups()
        found = lv.load_hub_text(repository, filename, commit)
        _own()[id] = found
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
        st.caption("It stays in the memory of this session, and is gone when you close the page.")
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
        _use(lv.load_hub_text(repository, file.strip(), revision or None))
    except lv.CorpusError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")


def _use(corpus: lv.Corpus) -> None:
    _own()[corpus.id] = corpus
    session.change(corpus=corpus.id)
