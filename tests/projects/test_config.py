"""The settings of a project: what is said of wrong ones, and that no file outside is read."""

import copy
import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lstmvis_core import HiddenStatesError, ProjectError, open_project
from lstmvis_core.projects.config import read_config
from lstmvis_core.projects.settings import LARGEST, read_settings
from tests.projects import by_hand

FILES = yaml.safe_load(by_hand.SETTINGS)["files"]
STATE = {"type": "state", "layer": 1, "path": "states1"}


def states(**changed) -> dict:
    return {"file": "states", "types": [{**STATE, **changed}]}


def meta(**changed) -> dict:
    return {"pos": {"file": "pos", "path": "pos", "vis": {"type": "discrete"}, **changed}}


# -- what is read ------------------------------------------------------------------------------


def test_words_for_no_transform(written: Path):
    for word, expected in {"none": "none", None: "none", "tanh": "tanh"}.items():
        by_hand.write(written, states=states(transform=word))
        assert read_config(written).sources[0].transform == expected
    by_hand.write(written, states=states())
    assert read_config(written).sources[0].transform == "tanh"


def test_types_that_lstmvis_does_not_name_keep_their_names(written: Path):
    by_hand.write(written, states=states(type="input_gate", layer=3))
    (source,) = read_config(written).sources
    assert (source.kind, source.title) == ("input_gate", "layer 3, input gate")


def test_what_no_key_of_lstmvis_is_is_left_alone(written: Path):
    by_hand.write(written, extra=[1], index=True, name=2017)
    assert open_project(written).name == "2017"


# -- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": None}, r"name is a text; got nothing"),
        ({"name": True}, r"name is a text; got True"),
        ({"description": ["a"]}, r"description is a text; got list"),
        ({"files": None}, r"word_sequence: file is one of .* \(there are none\); got 'train'"),
        ({"files": ["a.h5"]}, r"files is a mapping, key: value; got list"),
        ({"word_sequence": None}, r"word_sequence: file is a text; got nothing"),
        (
            {"word_sequence": {"file": "tarin", "path": "word_ids", "dict_file": "words"}},
            r"sequence: file is one of the names under files: \(more, .*, words\); got 'tarin'",
        ),
        (
            {"word_sequence": {"file": "train", "path": "word_ids"}},
            r"word_sequence: dict_file is a text; got nothing",
        ),
        (
            {"word_sequence": {"file": "train", "path": "ids", "dict_file": "words"}},
            r"train.h5 has no 'ids'; it has word_ids",
        ),
        (
            {"word_sequence": {"file": "words", "path": "ids", "dict_file": "words"}},
            r"word_sequence: file is a file that ends in .h5 or .hdf5; got words.dict",
        ),
        (
            {"word_sequence": {"file": "train", "path": "word_ids", "dict_file": "train"}},
            r"dict_file is a file that ends in .dict or .txt; got train.h5",
        ),
        ({"states": None}, r"states: types is a list of \{type: state.*; got nothing"),
        ({"states": {"file": "states", "types": "all"}}, r"states: types is a mapping.*got 'all'"),
        ({"states": {"file": "states", "types": ["s"]}}, r"types: entry 1 is a mapping.*got 's'"),
        ({"states": {"types": [STATE]}}, r"states: file is a text; got nothing"),
        (
            {"states": {"file": "states", "types": [STATE, STATE.copy()]}},
            r"lists states::states1 twice",
        ),
        ({"states": states(type=None)}, r"entry 1: type is a text"),
        ({"states": states(layer=0)}, r"entry 1: layer is a whole number from 1; got 0"),
        ({"states": states(layer=True)}, r"layer is a whole number"),
        ({"states": states(path="states9")}, r"has no 'states9'; it has output2, states1"),
        ({"states": states(unsigned="yes!")}, r"unsigned is true or false; got 'yes!'"),
        ({"states": states(transform="relu")}, r"transform is tanh or none; got 'relu'"),
        ({"states": states(file="never_used")}, r"has no file 'is_not_there.h5'. Put it there"),
        ({"meta": {"pos": None}}, r"meta: pos: vis: type is discrete or scalar or wordvec"),
        ({"meta": meta(vis=None)}, r"vis: type is discrete or .*; got nothing"),
        ({"meta": meta(vis={"type": "pie"})}, r"got 'pie'"),
        ({"meta": meta(type="matrix")}, r"meta: pos: type is general or wordvec; got 'matrix'"),
        ({"meta": meta(index="states")}, r"index is self or word_sequence; got 'states'"),
        ({"meta": meta(dict="tags")}, r"meta: pos: dict is one of the names"),
        ({"meta": meta(vis={"type": "discrete", "range": "dict"})}, r"dict is a dictionary where"),
        (
            {"meta": meta(dict="pos_dict", vis={"type": "scalar"})},
            r"vis: type is discrete where there is a dict; got 'scalar'",
        ),
        ({"meta": meta(vis={"type": "scalar", "range": [1]})}, r"range is two numbers"),
        ({"meta": meta(vis={"type": "scalar", "range": [2, 1]})}, r"range is two numbers"),
        ({"meta": meta(vis={"type": "scalar", "range": "5...1"})}, r"range is two numbers"),
        ({"meta": meta(vis={"type": "scalar", "range": [0, 1e300]})}, r"range is two numbers"),
        ({"meta": meta(vis={"type": "discrete", "range": ["a"]})}, r"or a list of numbers"),
        ({"hidden_states": {"format": 2}}, r"format is 1, or the project is of a newer program"),
    ],
)
def test_wrong_settings_say_where_what_came_and_what_is_allowed(written, changed, message):
    by_hand.write(written, **changed)
    with pytest.raises(ProjectError, match=message):
        open_project(written)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "holds no mapping"),
        (b"- a\n- b", "holds no mapping"),
        (b"name: [", "is no YAML in UTF-8"),
        (b"name: \xff", "is no YAML in UTF-8"),
        (b"name: !!python/object/apply:os.system [ls]", "is no YAML in UTF-8"),
        (b"name: 2001-99-99", "is no YAML in UTF-8"),
        (b"[" * 5_000, "is no YAML in UTF-8"),
        (b"a: &a [1]\nb: [*a, *a]", "uses aliases"),
        (b"#" * (LARGEST + 1), "more than 1 MB"),
    ],
    ids=range(9),
)
def test_what_is_no_file_of_settings_is_refused(tmp_path: Path, text: bytes, message: str):
    (tmp_path / "lstm.yml").write_bytes(text)
    with pytest.raises(ProjectError, match=message):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../train.h5",
        "a/../../train.h5",
        "/etc/passwd",
        "..\\train.h5",
        "C:\\train.h5",
        "\\\\host\\train.h5",
    ],
)
def test_no_name_leads_out_of_the_project(written: Path, name: str):
    (written / "train.h5").rename(written.parent / "train.h5")
    by_hand.write(written, files={**FILES, "train": name})
    with pytest.raises(ProjectError, match="leaves the project"):
        open_project(written)


def test_no_link_leads_out_of_the_project(written: Path):
    outside = written.parent / "outside.h5"
    (written / "train.h5").rename(outside)
    (written / "train.h5").symlink_to(outside)
    with pytest.raises(ProjectError, match="'train.h5' leaves the project"):
        open_project(written)
    (written / "train.h5").unlink()
    (written / "inner.h5").symlink_to(written / "train.h5")
    outside.rename(written / "train.h5")
    (written / "train.h5").rename(written / "real.h5")
    (written / "train.h5").symlink_to("real.h5")
    assert len(open_project(written).tokens) == by_hand.STEPS  # a link that stays inside


@pytest.mark.parametrize("name", ["a\0.h5", "x" * 5_000 + ".h5", "loop.h5", "sub", "pipe.h5"])
def test_what_is_no_file_is_said_to_be_missing(written: Path, name: str):
    (written / "loop.h5").symlink_to("loop.h5")
    (written / "sub").mkdir()
    with socket.socket(socket.AF_UNIX) as pipe:
        try:
            pipe.bind(str(written / "pipe.h5"))
        except OSError:  # a path too long for a socket
            (written / "pipe.h5").mkdir()
        by_hand.write(written, files={**FILES, "train": name})
        with pytest.raises(ProjectError, match="has no file"):
            open_project(written)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**30) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
KNOWN = yaml.safe_load(by_hand.SETTINGS)


def places(value, path: tuple = ()) -> Iterator[tuple]:
    """Paths of all values inside a value."""
    if path:
        yield path
    if isinstance(value, list):
        value = dict(enumerate(value))
    for key, entry in value.items() if isinstance(value, dict) else ():
        yield from places(entry, (*path, key))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose settings are written over and over."""
    return by_hand.write(tmp_path_factory.mktemp("shared") / "project")


@settings(max_examples=150)
@given(place=st.sampled_from(list(places(KNOWN))), value=ANYTHING)
def test_whatever_stands_in_the_settings_is_read_or_refused(shared: Path, place: tuple, value):
    changed = copy.deepcopy(KNOWN)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    by_hand.write_settings(shared, **changed)
    try:
        project = open_project(shared)
        for read in (lambda: project.tokens, *(partial(project.track, n) for n in ("mood", "pos"))):
            with suppress(ProjectError):
                read()
    except ProjectError as error:
        assert len(str(error)) < 600


# -- HDF5 files --------------------------------------------------------------------------------


def test_a_file_that_is_no_hdf5_is_refused(written: Path):
    (written / "train.h5").write_bytes(b"nothing of the kind")
    with pytest.raises(ProjectError, match="train.h5 is damaged, or no HDF5 file"):
        open_project(written)


def test_a_truncated_file_is_refused_or_read(written: Path):
    whole = (written / "cbt_epoch10.h5").read_bytes()
    for size in range(0, len(whole), 97):
        (written / "cbt_epoch10.h5").write_bytes(whole[:size])
        with pytest.raises(HiddenStatesError):
            project = open_project(written)
            project.states("states::output2")


def test_no_array_of_another_file_is_read(written: Path):
    outside = written.parent / "outside.h5"
    with h5py.File(outside, "w") as file:
        file["states1"] = by_hand.RAW
    layout = h5py.VirtualLayout(by_hand.RAW.shape, np.float32)
    layout[:] = h5py.VirtualSource(outside, "states1", by_hand.RAW.shape)
    with h5py.File(written / "cbt_epoch10.h5", "w") as file:
        file["output2"] = by_hand.OUTPUT
        file["external"] = h5py.ExternalLink(outside, "states1")
        file["group"] = h5py.ExternalLink(outside, "/")
        file["soft"] = h5py.SoftLink("/external")
        file.create_virtual_dataset("virtual", layout)
        raw = [(str(outside), 0, h5py.h5f.UNLIMITED)]
        file.create_dataset("raw", by_hand.RAW.shape, np.float32, external=raw)
        file["type"] = np.dtype("f4")
    for path, message in {
        "external": "is a link",
        "group/states1": "is a link",
        "soft": "is a link",
        "virtual": "lies in other files",
        "raw": "lies in other files",
        "type": "is a type",
        "/": "is a group. Name an array in it: external, group",
        "output2/x": "has no 'output2/x'",
    }.items():
        by_hand.write_settings(written, states=states(path=path))
        with pytest.raises(ProjectError, match=message):
            open_project(written)
