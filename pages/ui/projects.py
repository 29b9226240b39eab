"""Projects of LSTMVis: an example, those in a folder of the server, and those that users bring."""

import hashlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from weakref import finalize

import streamlit as st

import lstmvis_core as lv
from lstmvis_core.cache import cache_folder
from lstmvis_core.projects.settings import FILENAME
from pages.ui.network import PROJECT
from pages.ui.parameters import FOLDER_NAME

MAX_MB = 50  # of a zip file, which is held in memory while it is unpacked
MOST = 3  # of a session, for each takes room on the disk
EXAMPLE = f"{PROJECT}example"
_OWN = "own_projects"  # of this session, by id


@dataclass(frozen=True)
class _Brought:
    """A project of somebody's own; its files go with the session."""

    folder: str
    project: lv.Project

    def __post_init__(self) -> None:
        finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def list_projects() -> list[str]:
    """Ids of all that can be opened in this session: the example comes first."""
    return [EXAMPLE, *_of_server(), *_own()]


def project(id: str) -> lv.Project:
    """The project of this id, as it is now.

    Raises
    ------
    ProjectError
        There is none, or it cannot be read.
    """
    name = id.removeprefix(PROJECT).partition("@")[0]
    id = PROJECT + name
    if id in _own():
        return _own()[id].project
    if name.startswith("own-"):
        raise lv.ProjectError(
            "The project of this link was a file of somebody's own, which is not here: bring it "
            "again on the page Projects."
        )
    if id == EXAMPLE:
        if not (_example() / FILENAME).exists():  # the cache was emptied
            _example.clear()
        folder = _example()
    elif id in _of_server():
        folder = Path(os.environ["HIDDEN_STATES_PROJECTS"]) / name
    else:
        raise lv.ProjectError(
            f"There is no project {name[:80]!r} on this server. The page Projects has those that "
            "there are."
        )
    try:
        changed = (folder / FILENAME).stat().st_mtime_ns
    except OSError as error:
        raise lv.ProjectError(f"The project {name!r} is not there any more.") from error
    return _opened(str(folder), changed)


def revised(id: str, found: lv.Project) -> str:
    """The id with the revision, which is the key of all that is computed of it."""
    return f"{id.partition('@')[0]}@{found.revision}"


def bring(file: BinaryIO) -> str:
    """Unpack and open a zip file for this session; the id of its project.

    Raises
    ------
    ProjectError
        It has no project, or one that cannot be read.
    """
    content = file.read()
    id = f"{PROJECT}own-{hashlib.sha256(content).hexdigest()[:12]}"
    if id not in _own():
        folder = tempfile.mkdtemp(prefix="hidden-states-")
        try:
            found = lv.open_project(lv.unpack_project(BytesIO(content), folder))
            _ = found.tokens
        except lv.ProjectError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        for oldest in list(_own())[: 1 - MOST]:
            del _own()[oldest]
        _own()[id] = _Brought(folder, found)
    return id


def _own() -> dict[str, _Brought]:
    return st.session_state.setdefault(_OWN, {})


def _of_server() -> list[str]:
    """Those in the folder that whoever runs the app named."""
    given = os.environ.get("HIDDEN_STATES_PROJECTS")
    if not given:
        return []
    names = sorted(path.parent.name for path in Path(given).glob(f"*/{FILENAME}"))
    reserved = re.compile(r"example|own-.*")
    return [
        PROJECT + name
        for name in names
        if re.fullmatch(FOLDER_NAME, name) and not reserved.fullmatch(name)
    ]


@st.cache_resource(max_entries=16, show_spinner="Opening the project …")
def _opened(folder: str, changed: int) -> lv.Project:
    found = lv.open_project(folder)
    _ = found.tokens  # read once, for all who look
    return found


@st.cache_resource(show_spinner="Writing the example …")
def _example() -> Path:
    """What one of our models does over one of our corpora, written as anybody's project."""
    model, corpus = lv.load_model("parens"), lv.load_corpus("parens")
    folder = cache_folder() / f"project-of-{model.revision}-{corpus.revision}"
    if not (folder / FILENAME).exists():
        states = [(layer, "hidden") for layer in range(1, len(model.config.layer_names) + 1)]
        lv.export_corpus(folder, model, corpus, states, ["level", "surprisal"])
    return folder
