"""Projects of LSTMVis: a folder of states, words and annotations that other programs wrote.

The format is that of LSTMVis 2.1 (Strobelt et al. 2018, https://github.com/HendrikStrobelt/LSTMVis):
`lstm.yml` names HDF5 files and dictionaries, and says which of their arrays are states, words and
annotations. `open_project` reads such a folder, `write_project` makes one.
"""

from lstmvis_core.projects.archive import unpack_project
from lstmvis_core.projects.config import StateSource
from lstmvis_core.projects.export import export_corpus
from lstmvis_core.projects.project import Project, open_project
from lstmvis_core.projects.write import write_project

__all__ = [
    "Project",
    "StateSource",
    "export_corpus",
    "open_project",
    "unpack_project",
    "write_project",
]
