"""Arrays in the HDF5 files of a project."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lstmvis_core.errors import ProjectError

if TYPE_CHECKING:
    import h5py

MOST = 100_000_000  # numbers that are read at once: words and annotations
_FAILURES = (OSError, RuntimeError, KeyError, ValueError, TypeError)


@dataclass(frozen=True)
class Table:
    """An array in an HDF5 file.

    Attributes
    ----------
    file : Path
    path : str
        Inside the file.
    """

    file: Path
    path: str

    def __str__(self) -> str:
        return f"{self.path} of {self.file.name}"

    @property
    def version(self) -> str:
        """Tells the array from what it is after somebody changed its file."""
        known = self.file.stat()
        return repr((str(self.file.resolve()), known.st_size, known.st_mtime_ns, self.path))


def shape_of(table: Table, dimensions: int, what: str) -> tuple[int, ...]:
    """The shape of an array, without reading it.

    Parameters
    ----------
    table : Table
    dimensions : int
        How many it must have.
    what : str
        What its axes are, for the message.

    Raises
    ------
    ProjectError
        There is no such array of numbers, or it is empty or of another number of dimensions.
    """
    with opened(table) as dataset:
        shape = tuple(dataset.shape)
    if len(shape) != dimensions or 0 in shape:
        raise ProjectError(f"{table} has the shape {shape}; needed is {what}.")
    return shape


def read(table: Table, dimensions: int, what: str) -> np.ndarray:
    """A whole array; the errors of `shape_of`, and one where it is too large."""
    shape = shape_of(table, dimensions, what)
    if np.prod(shape, dtype=float) > MOST:
        raise ProjectError(f"{table} has {shape} numbers; at most {MOST:,} are read.")
    with opened(table) as dataset:
        return rows(dataset, table, 0, shape[0])


def read_ids(table: Table, dimensions: int, what: str) -> np.ndarray:
    """An array of whole numbers, int64; Torch wrote them as floating-point numbers."""
    values = read(table, dimensions, what)
    if values.dtype.kind == "f":
        if not np.isfinite(values).all() or (values != np.rint(values)).any():
            raise ProjectError(f"{table} holds ids, which are whole numbers; some of it are not.")
        values = np.clip(values, -(2.0**62), 2.0**62)
    return values.astype(np.int64)


@contextmanager
def opened(table: Table) -> "Iterator[h5py.Dataset]":
    """The array, to read rows of; its file stays open meanwhile."""
    import h5py  # only here: it needs memory, and few open a project

    with _failing(table):
        file = h5py.File(table.file, "r", locking=False)
    with file:
        with _failing(table):
            dataset = _found(file, table)
        yield dataset


def rows(dataset: "h5py.Dataset", table: Table, start: int, end: int) -> np.ndarray:
    """Rows ``[start, end)`` of an array."""
    with _failing(table):
        return np.asarray(dataset[start:end])


@contextmanager
def _failing(table: Table) -> Iterator[None]:
    """Errors of HDF5 in one sentence."""
    try:
        yield
    except _FAILURES as error:
        reason = " ".join(str(error).split())[:200]
        raise ProjectError(
            f"{table.file.name} is damaged, or no HDF5 file that can be read: {reason}. "
            "Write it again."
        ) from error


def _found(file: "h5py.File", table: Table) -> "h5py.Dataset":
    import h5py
    from h5py.h5l import TYPE_HARD

    node: h5py.Group | h5py.Dataset = file
    for part in filter(None, table.path.split("/")):
        if not isinstance(node, h5py.Group) or not node.id.links.exists(part.encode()):
            has = ", ".join(str(name)[:40] for name in list(file)[:8])
            raise ProjectError(
                f"{table.file.name} has no {table.path!r}; it has {has or 'nothing'}."
            )
        # A link can lead into any file of the machine.
        if node.id.links.get_info(part.encode()).type != TYPE_HARD:
            raise ProjectError(f"{table} is a link. Write the array itself into the file.")
        found = node[part]
        if isinstance(found, h5py.Datatype):
            raise ProjectError(f"{table} is a type, no array. Name an array.")
        node = found
    if isinstance(node, h5py.Group):
        names = ", ".join(str(name)[:40] for name in list(node)[:8])
        raise ProjectError(f"{table} is a group. Name an array in it: {names}.")
    if node.external or node.is_virtual:
        raise ProjectError(f"{table} lies in other files. Write the array itself into the file.")
    if node.dtype.kind not in "biuf":
        raise ProjectError(f"{table} holds {node.dtype}; needed are numbers.")
    return node
