"""The Projects page: a card for each project, a box to bring one, and a way to make one."""

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.charts import Window, select_chart
from pages.ui import cached, frame, projects, session
from pages.ui.doors import SELECT_AND_MATCH
from pages.ui.figure import figure
from pages.ui.project_panel import with_usable_project
from pages.ui.select_panel import selected_units
from pages.ui.view import View
from pages.ui.words import count, plain, quote

CODE = """\
import lstmvis_core as lv

model, corpus = lv.load_model("prose-gru"), lv.load_corpus("stories")
lv.export_corpus(
    "stories-by-prose-gru", model, corpus, [(1, "hidden")], ["surprisal", "pos"]
)
"""
OWN = """\
recording = lv.record(network, inputs)  # every nn.LSTM, nn.GRU and nn.RNN inside
states = {(1, "hidden"): recording.corpus_states(layer=1)}
lv.write_project("my-project", "My network", recording.tokens, states)
"""


def bring_a_project() -> None:
    """Draw a box for a zip file."""
    st.file_uploader(
        f"A project of your own: its folder as a zip file, up to {projects.MAX_MB} MB",
        type="zip",
        key="own_project",
        max_upload_size=projects.MAX_MB,
        on_change=_bring,
        help="A folder with `lstm.yml`, HDF5 files and dictionaries. It stays with this session "
        "and is gone some minutes after you close the page. Larger ones lie on the server: whoever "
        "runs this app names their folder by the variable HIDDEN_STATES_PROJECTS.",
    )


def project_card(id: str) -> None:
    """What a project has, and a way to open it; of the example also a picture."""
    with st.container(border=True):
        try:
            found = projects.project(id)
        except lv.ProjectError as error:
            st.markdown(f"**{plain(id.partition(':')[2])}**")
            st.warning(plain(str(error)), icon=":material/broken_image:")
            return
        words, button = st.columns([5, 2], vertical_alignment="center")
        with words:
            st.markdown(f"**{plain(found.name)}**  \n{plain(found.description[:500])}")
            states = "; ".join(f"{one.title} ({one.units} units)" for one in found.sources)
            tracks = ", ".join(found.track_titles)
            st.caption(
                f"{count(len(found.tokens), 'step')}. States: {plain(states)}. "
                + (f"Annotations: {plain(tracks)}." if tracks else "No annotations.")
            )
        button.page_link(
            SELECT_AND_MATCH,
            label="Open in Select and Match",
            icon=":material/query_stats:",
            query_params={"model": id},
        )
        if id == projects.EXAMPLE:
            _picture(id)


def _picture(id: str) -> None:
    """The range that a project opens with, and the units that follow it."""
    view, _ = with_usable_project(View(model=id))
    trace = cached.project_trace(view)
    units = selected_units(view, trace)
    chart = select_chart(
        trace,
        view.selection(),
        units.tolist(),
        window=Window(view.at, view.size),
        tracks=[cached.corpus_track(view, name) for name in view.tracks],
        domain=cached.value_limits(view, trace),
        dark=frame.is_dark(),
    )
    figure(
        chart,
        key="project_picture",
        alt=f"All units over some words: {count(len(units), 'unit')} switch on at the shaded range",
    )
    quote(
        f"{count(len(units), 'unit')} of {trace.states().shape[1]} switch on at the shaded range:",
        trace.tokens.span(view.start, view.end),
    )


@session.uninterrupted
def _bring() -> None:
    """Callback: unpack what was brought."""
    file = st.session_state["own_project"]
    if file is None:
        return
    try:
        projects.bring(file)
    except lv.ProjectError as error:
        st.toast(plain(str(error)), icon=":material/error:", duration="long")


def save_as_a_project() -> None:
    """Say how states become a project."""
    with st.expander("How to make one", icon=":material/save:"):
        st.markdown("Of a model of the zoo over a corpus, in a notebook or script:")
        st.code(CODE, "python")
        st.markdown(
            "Of a network of your own in PyTorch; `lv.CorpusStates.from_array` takes any other "
            "array of time step × unit."
        )
        st.code(OWN, "python")
