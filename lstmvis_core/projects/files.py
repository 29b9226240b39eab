"""The files of a project by the names that its settings give them."""

from pathlib import Path

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.paths import inside
from lstmvis_core.projects.settings import FILENAME, Section
from lstmvis_core.projects.tables import Table

HDF5, DICTIONARIES = (".h5", ".hdf5"), (".dict", ".txt")


class Files:
    """Finds what a section of the settings refers to.

    Attributes
    ----------
    tables : list of Table
        All that were asked for.
    """

    def __init__(self, folder: Path, section: Section) -> None:
        self._folder = folder
        self._section = section
        self.tables: list[Table] = []

    def table(self, section: Section, key: str = "path", default: str | None = None) -> Table:
        """The array that a section names."""
        file = self._file(section, "file", HDF5, default)
        table = Table(file, section.text(key))
        self.tables.append(table)
        return table

    def dictionary(self, section: Section, key: str) -> Path:
        """The dictionary that a section names."""
        path = self._file(section, key, DICTIONARIES)
        self.tables.append(Table(path, ""))
        return path

    def _file(
        self, section: Section, key: str, endings: tuple[str, ...], default: str | None = None
    ) -> Path:
        name = section.text(key, default)
        if name not in self._section:
            known = ", ".join(str(name)[:40] for name in self._section.values)
            raise section.error(key, f"one of the names under files: ({known or 'there are none'})")
        path = inside(self._folder, self._section.text(name))
        if path.suffix.lower() not in endings:
            raise ProjectError(
                f"{FILENAME}: {section.place}{key} is a file that ends in {' or '.join(endings)}; "
                f"got {path.name}."
            )
        return path
