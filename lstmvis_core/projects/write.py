"""States, words and tracks written as a project that LSTMVis reads, too."""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from lstmvis_core.errors import ProjectError
from lstmvis_core.projects.config import FORMAT, KIND_OF_TYPE, OURS
from lstmvis_core.projects.dictionary import write_dictionary
from lstmvis_core.projects.settings import FILENAME
from lstmvis_core.states import CorpusStates
from lstmvis_core.text import Tokens
from lstmvis_core.tracks import CATEGORICAL, SCALAR, Track

if TYPE_CHECKING:
    import h5py

AT_ONCE = 4_000_000  # numbers written in one step
_TYPE_OF_KIND = {kind: type_ for type_, kind in KIND_OF_TYPE.items()}
# LSTMVis takes several names separated by commas, and puts them into a link.
_NOT_IN_NAMES = re.compile(r"[^\w -]+")


def write_project(
    folder: Path | str,
    name: str,
    tokens: Tokens,
    states: Mapping[tuple[int, str], CorpusStates],
    tracks: Sequence[Track] = (),
    description: str = "",
) -> Path:
    """Write a project of LSTMVis.

    Parameters
    ----------
    folder : Path or str
        Where to; must not exist, or be empty.
    name : str
        What the project is to be called.
    tokens : Tokens
        The words are its strings, as they were typed.
    states : mapping of (int, str) to CorpusStates
        By layer, counted from 1, and kind; all of the same documents. Written as they are, with
        ``transform: none``; hidden states as the type "output", cell states as "state", gates
        under their own names.
    tracks : sequence of Track
        Meanings and hues of labels are left out.
    description : str

    Returns
    -------
    Path
        The folder. It stands there whole or not at all.

    Raises
    ------
    ProjectError
        There are no states, what is given does not fit together, or the folder is not empty or
        cannot be written.

    Notes
    -----
    The format has no place for documents, for what stands between two words, and for unknown
    numbers. They stand under names that LSTMVis does not look at, and `open_project` does.
    `lstmvis_core.projects.dictionary` says how words with white space are written.

    Examples
    --------
    >>> import tempfile, lstmvis_core as lv
    >>> tokens = lv.Vocabulary.from_text("ab").encode("abba")
    >>> states = lv.CorpusStates.from_array(np.zeros((4, 3), np.float32), breaks=[0, 2])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     project = lv.open_project(
    ...         lv.write_project(f"{folder}/abba", "Abba", tokens, {(1, "hidden"): states})
    ...     )
    ...     project.tokens.strings, project.breaks.tolist()
    (('a', 'b', 'b', 'a'), [0, 2])
    """
    folder = Path(folder)
    _check(name, tokens, states, tracks)
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectError(f"{folder.name!r} is not empty. Choose a new folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed, so that there is never half a project.
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}") as aside:
            part = Path(aside) / "project"
            part.mkdir()
            _write(part, name, tokens, states, tracks, description)
            if folder.exists():
                folder.rmdir()
            part.replace(folder)
    except OSError as error:
        raise ProjectError(f"The folder {str(folder)!r} cannot be written: {error}.") from error
    return folder


def _check(
    name: str,
    tokens: Tokens,
    states: Mapping[tuple[int, str], CorpusStates],
    tracks: Sequence[Track],
) -> None:
    if not name or not states:
        raise ProjectError("A project has a name, and states of at least one layer. Give both.")
    first = next(iter(states.values()))
    for (layer, kind), found in states.items():
        steps = found.values.shape[1]
        if steps != len(tokens) or not np.array_equal(found.breaks, first.breaks):
            raise ProjectError(
                f"The states of layer {layer}, {kind}, have {steps:,} steps in "
                f"{len(found.breaks):,} documents, for {len(tokens):,} tokens in "
                f"{len(first.breaks):,}. All are of the same corpus."
            )
    for track in tracks:
        if len(track.values) != len(tokens):
            raise ProjectError(
                f"The track {track.name!r} has {len(track.values):,} values for {len(tokens):,} "
                "tokens; it needs one for each."
            )
    names = [_key(track) for track in tracks]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ProjectError(f"Two tracks are called {min(twice)!r}. Leave one out.")


def _key(track: Track) -> str:
    return _NOT_IN_NAMES.sub("_", track.name) or "_"


def _write(
    folder: Path,
    name: str,
    tokens: Tokens,
    states: Mapping[tuple[int, str], CorpusStates],
    tracks: Sequence[Track],
    description: str,
) -> None:
    import h5py  # only here: it needs memory, and few write a project

    number = {string: i for i, string in enumerate(dict.fromkeys(tokens.strings), 1)}
    write_dictionary(folder / "words.dict", number, first=1)
    files = {"states": "states.h5", "words": "words.h5", "words_dict": "words.dict"}
    with h5py.File(folder / "words.h5", "w") as file:
        file["word_ids"] = np.array([number[string] for string in tokens.strings], np.int64)
        file["offsets"] = tokens.offsets
        file["breaks"] = next(iter(states.values())).breaks
    with h5py.File(folder / "states.h5", "w") as file:
        types = [_write_states(file, *key, found) for key, found in states.items()]
    metas = {}
    if tracks:
        files["tracks"] = "tracks.h5"
        with h5py.File(folder / "tracks.h5", "w") as file:
            for i, track in enumerate(tracks, 1):
                dictionary = f"track{i}_dict"
                if track.kind != SCALAR:
                    files[dictionary] = f"track{i}.dict"
                    write_dictionary(folder / files[dictionary], track.labels)
                metas[_key(track)] = _write_track(file, f"track{i}", dictionary, track)
    settings = {
        "name": name,
        "description": description or name,
        "files": files,
        "word_sequence": {
            "file": "words",
            "path": "word_ids",
            "dict_file": "words_dict",
            "breaks_path": "breaks",
            "offsets_path": "offsets",
        },
        "states": {"file": "states", "types": types},
        "meta": metas,
        OURS: {"format": FORMAT},
    }
    written = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
    (folder / FILENAME).write_text(written, "utf-8")


def _write_states(file: "h5py.File", layer: int, kind: str, states: CorpusStates) -> dict[str, Any]:
    """Not compressed: LSTMVis reads columns, for which each piece would be unpacked again."""
    units, steps = states.values.shape
    type_ = _TYPE_OF_KIND.get(kind, kind)
    path = f"states{layer}" if type_ == "state" else f"{type_}{layer}"
    dataset = file.create_dataset(path, (steps, units), np.float32)
    lowest = 0.0
    for place in _places(steps, max(1, AT_ONCE // units)):
        block = states.values[:, place]
        dataset[place] = block.T
        lowest = min(lowest, float(block.min()))
    entry = {"type": type_, "layer": layer, "path": path, "transform": "none"}
    return entry if lowest < 0 else {**entry, "unsigned": True}


def _places(steps: int, at_once: int) -> Iterator[slice]:
    for start in range(0, steps, at_once):
        yield slice(start, min(steps, start + at_once))


def _write_track(file: "h5py.File", path: str, dictionary: str, track: Track) -> dict[str, Any]:
    """Its arrays, and its entry in the section `meta`."""
    entry: dict[str, Any] = {"file": "tracks", "path": path, "title": track.title}
    if track.kind == SCALAR:
        unknown = np.isnan(track.values)
        low, high = map(float, track.domain)
        # JSON has no NaN: a browser would refuse all that LSTMVis sends with it.
        file[path] = np.where(unknown, np.float32(low), track.values)
        if unknown.any():
            entry["unknown_path"] = f"{path}_unknown"
            file[entry["unknown_path"]] = np.flatnonzero(unknown)
        return {**entry, "vis": {"type": "scalar", "range": [low, high]}}
    file[path] = track.values
    entry["dict"] = dictionary
    if track.kind == CATEGORICAL:
        return {**entry, "vis": {"type": "discrete", "range": "dict"}}
    if not np.isnan(track.shares).any():
        entry["weights_path"] = f"{path}_weights"
        file[entry["weights_path"]] = track.shares
    return {**entry, "type": "wordvec", "vis": {"type": "wordvec"}}
