"""Load a model from the Hugging Face Hub by its name."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import lstmvis_core as lv
from lstmvis_core.zoo import HUB
from pages.ui import cached, models, waiting
from pages.ui.words import plain

_LOADED = "hub_loaded"  # the id that was loaded last, which a sentence is about


def hub_form() -> str:
    """A box for `owner/name`; what was asked for, or nothing."""
    with st.form("hub", border=False):
        box, button = st.columns([5, 2], vertical_alignment="bottom")
        name = box.text_input(
            "Or a model from the Hugging Face Hub",
            key="hub_name",
            placeholder="owner/name or owner/name@revision",
            help="A repository in the format of this project (`python -m lstmvis_core.zoo "
            "publish` makes one). Only safetensors are read, and nothing of it is run.",
        )
        asked = button.form_submit_button("Load", icon=":material/download:", width="stretch")
    return name.strip().removeprefix(HUB) if asked else ""


def load_from_hub(name: str) -> None:
    """Load what was asked for, show how far it is, and say what came of it."""
    if name:
        _load(name)
    id = st.session_state.get(_LOADED)
    if id:
        name, _, commit = id.removeprefix(HUB).partition("@")
        st.success(
            f"{plain(name)} is here, at commit {commit[:7]}; its card comes first.",
            icon=":material/check:",
        )


def _load(name: str) -> None:
    from lstmvis_core.zoo.hub import download  # the client takes a second to import

    st.session_state[_LOADED] = None
    bar, shares = st.progress(0.0, "Asking the Hub …"), [0.0]
    try:
        found = waiting.fetched(
            name,
            partial(download, name, progress=shares.append),
            lambda: _show(bar, min(1.0, shares[-1])),
        )
        id = f"{HUB}{found.repository}@{found.commit}"
        bar.progress(1.0, "Checking the model …")
        cached.model(id)
    except lv.ModelError as error:
        st.error(plain(str(error)), icon=":material/cloud_off:")
        return
    finally:
        bar.empty()
    models.remember_from_hub(id)
    st.session_state[_LOADED] = id


def _show(bar: DeltaGenerator, share: float) -> None:
    bar.progress(share, f"Fetching: {share:.0%}" if share else "Asking the Hub …")
