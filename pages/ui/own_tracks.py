"""What tracks are told that no link can carry: files of labels, and which pipelines are here."""

from dataclasses import replace
from functools import partial

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.tracks import SOURCES, Labels, Options
from lstmvis_core.tracks.labels import LARGEST
from lstmvis_core.tracks.options import EMBEDDED
from lstmvis_core.tracks.registry import LANGUAGE
from lstmvis_core.zoo import HUB
from pages.ui import session, waiting
from pages.ui.view import View
from pages.ui.words import plain

_OWN = "own_labels"  # of this session, by id; never kept on disk
_ASKED = "pipeline_to_fetch"
_FETCHED = "fetched_pipelines"  # of the Hub, in this session


def options_of(view: View) -> Options:
    """What the tracks of a view are told."""
    return view.options(_own().get(view.labels))


def with_usable_options(view: View) -> tuple[View, list[str]]:
    """The view with what is here of its labels and its pipeline, and sentences about the rest."""
    view, said = _with_fetched(view)
    if view.labels and view.labels not in _own():
        view = replace(view, labels="")
        said.append(
            "The labels of this link were a file of somebody's own, which is not here: bring it "
            "again under Labels and pipeline."
        )
    wanted = {*view.tracks, view.colour}
    if any(name in SOURCES and SOURCES[name].needs == LANGUAGE for name in wanted):
        try:
            with st.spinner("Loading the language pipeline …"):
                lv.load_pipeline(view.pipeline)
        except lv.TrackError as error:
            view = replace(view, pipeline=EMBEDDED)
            said.append(f"{error} Shown is what {EMBEDDED} says.")
    return view, said


def bring_labels_and_pipelines(view: View) -> None:
    """Draw a button behind which a file becomes a track, and pipelines are chosen and fetched."""
    with st.popover("Labels and pipeline", icon=":material/label:", width="stretch"):
        st.file_uploader(
            "Labels of your own, one for each token (CSV or JSON)",
            key="own_labels_file",
            max_upload_size=LARGEST // 1_000_000,
            on_change=_add_labels,
            help='CSV with a column "label", or a JSON list. They become a track: pick *own '
            "labels*. They stay in the memory of this session.",
        )
        st.selectbox(
            "Parts of speech, entities and phrases by",
            _pipelines(view),
            key="pipeline",
            format_func=_named,
            help="The small pipeline comes with this app. Those of spaCy's makers are larger and "
            "make fewer errors; they appear here once they are installed or fetched.",
        )
        with st.form("hub_pipeline", border=False):
            st.text_input(
                "Fetch one of spaCy's own from the Hugging Face Hub",
                key="hub_pipeline_name",
                placeholder="spacy/en_core_web_sm",
            )
            st.form_submit_button(
                "Fetch", icon=":material/download:", key="fetch_pipeline", on_click=_ask
            )


def _own() -> dict[str, Labels]:
    return st.session_state.setdefault(_OWN, {})


def _pipelines(view: View) -> list[str]:
    fetched = st.session_state.get(_FETCHED, ())
    return list(dict.fromkeys([*_here(), *fetched, view.pipeline]))


@st.cache_data(ttl=60, show_spinner=False)  # for it looks at every package that is installed
def _here() -> list[str]:
    return lv.list_pipelines()


def _named(pipeline: str) -> str:
    name, _, commit = pipeline.removeprefix(HUB).partition("@")
    return f"{name} ({commit[:7]})" if commit else name


@session.uninterrupted
def _add_labels() -> None:
    """Callback: the file becomes a track."""
    file = st.session_state["own_labels_file"]
    if file is None:
        return
    try:
        labels = lv.read_labels(file.getvalue(), file.name)
    except lv.TrackError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")
        return
    id = f"own-{labels.id}"
    _own()[id] = labels
    tracks = session.current().tracks
    session.change(labels=id, tracks=tuple(dict.fromkeys((*tracks, "labels"))))


@session.uninterrupted
def _ask() -> None:
    """Callback: the page is to fetch a pipeline before it is drawn."""
    st.session_state[_ASKED] = st.session_state["hub_pipeline_name"].strip()


def _with_fetched(view: View) -> tuple[View, list[str]]:
    """The view with the pipeline that was asked for, or a sentence that says why not."""
    name = st.session_state.get(_ASKED)
    if name is None:
        return view, []
    from lstmvis_core.pipelines.hub import fetch_pipeline  # the client takes a second to import

    repository, _, revision = name.partition("@")
    try:
        with st.spinner(f"Fetching {plain(repository)} from the Hub …"):
            fetched = waiting.fetched(name, partial(fetch_pipeline, repository, revision or "main"))
            lv.load_pipeline(fetched)
    except lv.HiddenStatesError as error:
        st.session_state[_ASKED] = None
        return view, [str(error)]
    st.session_state[_FETCHED] = (*st.session_state.get(_FETCHED, ()), fetched)
    st.session_state[_ASKED] = None  # last, so that a newer request does not lose it
    return replace(view, pipeline=fetched), []
