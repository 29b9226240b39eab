"""States over a corpus in several files, each of some documents: more than one machine can hold."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lstmvis_core.cache import cache_folder
from lstmvis_core.errors import StatesError
from lstmvis_core.states.arrays import CorpusStates


@dataclass(frozen=True, eq=False)
class Part:
    """States of some documents that follow each other, in a file.

    Attributes
    ----------
    file : str
        A NumPy file of an array (unit, time_step): its name in the cache folder of whoever opens
        it, or a whole path.
    units, steps : int
        The shape of the array.
    breaks : numpy.ndarray of int64, (document,)
        The first step of each document, counted within the part; the first is 0.
    """

    file: str
    units: int
    steps: int
    breaks: np.ndarray

    def opened(self) -> CorpusStates:
        """The states, memory-mapped.

        Raises
        ------
        StatesError
            The file is not there, or it is no such array.
        """
        path = cache_folder() / self.file
        try:
            values = np.lib.format.open_memmap(path, "r")
        except FileNotFoundError as error:
            raise StatesError(
                f"The states in {self.file} are not in the folder {path.parent}: they were thrown "
                "out of the cache, or the folder is not shared by all workers. Let "
                "HIDDEN_STATES_CACHE name a shared folder and HIDDEN_STATES_CACHE_MB its size in "
                "MB, for every worker, and call corpus_states again: it computes what is missing."
            ) from error
        except (OSError, ValueError) as error:
            raise StatesError(f"{path} cannot be read as an array ({error}); remove it.") from error
        if values.shape != (self.units, self.steps):
            raise StatesError(
                f"{path} holds an array of shape {values.shape}; expected {self.units} units and "
                f"{self.steps:,} time steps. Was it replaced? Remove it and compute it again."
            )
        if not Path(self.file).is_absolute():
            with suppress(OSError):
                os.utime(path)  # of the cache, the file used last is thrown out last
        return CorpusStates(values, self.breaks)


@dataclass(frozen=True, eq=False)
class PartitionedStates:
    """States of one layer and kind over a corpus, in files that all workers of a cluster can see.

    Attributes
    ----------
    parts : tuple of Part
        In the order of the corpus. A document is never divided.

    Raises
    ------
    StatesError
        There is no part, or the parts have different numbers of units.
    """

    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        counts = sorted({part.units for part in self.parts})
        if len(counts) != 1:
            raise StatesError(
                "The parts of a corpus have the same number of units, and there is at least one "
                f"part; got {len(self.parts)} parts, of {counts} units."
            )

    @property
    def units(self) -> int:
        """Number of units."""
        return self.parts[0].units

    @property
    def steps(self) -> int:
        """Time steps of the whole corpus."""
        return sum(part.steps for part in self.parts)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The corpus step at which each part begins."""
        ends = np.cumsum([0, *(part.steps for part in self.parts)])
        return tuple(ends[:-1].tolist())

    @cached_property
    def breaks(self) -> np.ndarray:
        """The first corpus step of each document: int64, (document,)."""
        pairs = zip(self.parts, self.starts, strict=True)
        return np.concatenate([part.breaks + start for part, start in pairs])

    @classmethod
    def from_files(
        cls, paths: Sequence[Path | str], breaks: Sequence[Sequence[int]] | None = None
    ) -> "PartitionedStates":
        """States that another program wrote.

        Parameters
        ----------
        paths : sequence of Path or str
            NumPy files of floating-point arrays (unit, time_step), in the order of the corpus.
            Workers open them under the same paths.
        breaks : sequence of sequence of int, or None
            First steps of the documents in each file, counted within it; each file is one document
            if None.

        Raises
        ------
        StatesError
            A file is not there, or it holds no such array; or the breaks do not fit.

        Examples
        --------
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name, steps in (("a", 200), ("b", 100)):
        ...         np.save(f"{folder}/{name}.npy", np.zeros((5, steps), np.float32))
        ...     paths = [f"{folder}/a.npy", f"{folder}/b.npy"]
        ...     states = PartitionedStates.from_files(paths, breaks=[[0, 120], [0]])
        >>> states.units, states.steps, states.breaks.tolist()
        (5, 300, [0, 120, 200])
        """
        each = [[0]] * len(paths) if breaks is None else breaks
        if len(each) != len(paths):
            raise StatesError(f"There are {len(paths)} files, and breaks for {len(each)} of them.")
        parts = []
        for path, first_steps in zip(paths, each, strict=True):
            file = Path(path).absolute()
            try:
                values = np.lib.format.open_memmap(file, "r")
            except (OSError, ValueError) as error:
                raise StatesError(f"{file} is no NumPy file of states: {error}.") from error
            found = CorpusStates(values, np.asarray(first_steps, np.int64))
            units, steps = values.shape
            parts.append(Part(str(file), units, steps, found.breaks))
        return cls(tuple(parts))
