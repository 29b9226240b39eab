"""A project as a corpus without a model: its states, its words, its annotations."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from lstmvis_core.cache import Report, kept, let_go
from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.annotations import track_of
from lstmvis_core.projects.config import Config, StateSource, read_config
from lstmvis_core.projects.dictionary import read_dictionary
from lstmvis_core.projects.tables import opened, read_ids, rows, shape_of
from lstmvis_core.projects.words import tokens_of
from lstmvis_core.states import CorpusStates
from lstmvis_core.text import Tokens
from lstmvis_core.tracks.track import Track

AT_ONCE = 4_000_000  # numbers converted in one step
MOST_BYTES = 8e9  # of one array of states, in single precision


@dataclass(frozen=True)
class Project:
    """A folder in the format of LSTMVis, opened by `open_project`.

    Attributes
    ----------
    name, description : str
        Written by whoever made the project; LSTMVis took the description for HTML.
    sources : tuple of StateSource
        The states it offers.
    track_names, track_titles : tuple of str
        The annotations it offers.
    revision : str
        Tells the project from others, and from itself after a change of its files.

    Notes
    -----
    States pass through tanh unless their source says ``transform: none``. So LSTMVis documents it;
    its version 2 applies tanh in every case.
    """

    folder: Path
    _config: Config = field(repr=False)

    @property
    def name(self) -> str:
        """Its name."""
        return self._config.name

    @property
    def description(self) -> str:
        """What it is about; the name, if it does not say."""
        return self._config.description

    @property
    def sources(self) -> tuple[StateSource, ...]:
        """The states it offers."""
        return self._config.sources

    @property
    def track_names(self) -> tuple[str, ...]:
        """The annotations it offers."""
        return tuple(annotation.name for annotation in self._config.annotations)

    @property
    def track_titles(self) -> tuple[str, ...]:
        """What each of them is called in words."""
        return tuple(annotation.title for annotation in self._config.annotations)

    @property
    def revision(self) -> str:
        """The key of every cache."""
        return self._config.revision

    def source(self, name: str) -> StateSource:
        """The source of this name.

        Raises
        ------
        ProjectError
            There is none.
        """
        for source in self.sources:
            if source.name == name:
                return source
        names = ", ".join(source.name for source in self.sources)
        raise ProjectError(f"The project {self.name!r} has the states {names}; not {name!r}.")

    def states(self, name: str, progress: Report | None = None) -> CorpusStates:
        """The states of one source, converted once and kept on disk.

        Parameters
        ----------
        name : str
            Of a `StateSource`.
        progress : callable or None
            Called with a `Progress` while they are converted. It may raise, to interrupt.

        Returns
        -------
        CorpusStates
            Memory-mapped float32, read-only; in memory where the cache folder cannot be written.

        Raises
        ------
        ProjectError
            There is no such source, its file is damaged, or it holds what is not finite.
        StatesError
            The cached file was damaged. It is removed; ask again.
        """
        source = self.source(name)
        shape = (source.units, source.time_steps)
        if 4 * source.units * source.time_steps > MOST_BYTES:
            raise ProjectError(
                f"{source.table} has {source.time_steps:,} steps of {source.units:,} units; at "
                f"most {MOST_BYTES / 1e9:.0f} GB are read. Cut it."
            )

        def fill(values: np.ndarray) -> Iterator[float]:
            for start, block in _blocks(source):
                values[:, start : start + len(block)] = block.T
                let_go(values)  # else all that is written would count as memory until the end
                yield (start + len(block)) / source.time_steps

        key = hashlib.sha256(f"{source.table.version}{source.transform}".encode()).hexdigest()
        doing = f"Converting {source.title}: {source.time_steps:,} steps"
        values = kept(f"project-{key[:16]}", shape, fill, doing, progress)
        return CorpusStates(values, self.breaks)

    @cached_property
    def tokens(self) -> Tokens:
        """The words, one a time step.

        A project keeps no text. It is put together from the words: with nothing between them if
        each is one character, else with blanks; where we wrote the project, as they stood. The ids
        are those of the project's dictionary, and no word is unknown.

        Raises
        ------
        ProjectError
            The words cannot be read, or the dictionary lacks one.
        """
        return tokens_of(self._config, self._ids)

    @cached_property
    def breaks(self) -> np.ndarray:
        """First steps of the documents, (document,); one document where LSTMVis wrote it."""
        table = self._config.breaks
        breaks = np.zeros(1, np.int64) if table is None else read_ids(table, 1, "(document,)")
        breaks.flags.writeable = False
        return breaks

    def track(self, name: str) -> Track:
        """An annotation as a track.

        Parameters
        ----------
        name : str
            One of `track_names`.

        Returns
        -------
        Track
            Categorical for a discrete annotation, scalar for a scalar one, top-k for word vectors;
            without weights their shares are NaN.

        Raises
        ------
        ProjectError
            There is no such annotation, its array does not fit the words, or the dictionary lacks
            one of its ids.
        """
        for annotation in self._config.annotations:
            if annotation.name == name:
                path = annotation.dictionary
                if path is None and annotation.kind == "wordvec":
                    path = self._config.dictionary
                dictionary = path and read_dictionary(path, self._config.escaped)
                return track_of(annotation, self._ids, dictionary)
        raise ProjectError(
            f"The project {self.name!r} has the annotations {', '.join(self.track_names) or 'none'}"
            f"; not {name!r}."
        )

    @cached_property
    def _ids(self) -> np.ndarray:
        return read_ids(self._config.words, 1, "(time step,)")


def open_project(folder: Path | str) -> Project:
    """Open a project of LSTMVis.

    Parameters
    ----------
    folder : Path or str
        Holds `lstm.yml`, HDF5 files and dictionaries. No file outside it is read.

    Returns
    -------
    Project

    Raises
    ------
    ProjectError
        It is no such folder; the message says what is missing or does not fit.

    Examples
    --------
    >>> import tempfile, lstmvis_core as lv
    >>> model, corpus = lv.load_model("parens"), lv.Corpus("one", "One", ("(1 (2))",))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     project = lv.open_project(lv.export_corpus(f"{folder}/one", model, corpus))
    ...     states = project.states(project.sources[0].name)
    >>> project.sources[0].title, states.values.shape
    ('layer 1, hidden', (32, 7))
    """
    folder = Path(folder)
    config = read_config(folder)
    (words,) = shape_of(config.words, 1, "(time step,)")
    for source in config.sources:
        if source.time_steps != words:
            raise ProjectError(
                f"{source.table} has {source.time_steps:,} steps and {config.words} {words:,}; "
                "both need one for each word."
            )
    return Project(folder, config)


def _blocks(source: StateSource) -> Iterator[tuple[int, np.ndarray]]:
    """States in pieces (time_step, unit), each with its first step; transformed."""
    steps = max(1, AT_ONCE // source.units)
    with opened(source.table) as dataset:
        if dataset.shape != (source.time_steps, source.units):
            raise ProjectError(f"{source.table} has changed. Open the project again.")
        if dataset.chunks and dataset.chunks[0] < steps:
            steps -= steps % dataset.chunks[0]  # each compressed piece is unpacked once
        for start in range(0, source.time_steps, steps):
            block = rows(dataset, source.table, start, start + steps)
            with np.errstate(over="ignore"):
                block = block.astype(np.float32)
            if not np.isfinite(block).all():
                raise ProjectError(
                    f"{source.table} holds numbers that are not finite between the steps {start:,} "
                    f"and {start + len(block):,}. Write finite ones."
                )
            yield start, np.tanh(block) if source.transform == "tanh" else block
