"""Parts against the whole; and a real cluster of processes, some of which are killed."""

import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pytest
from distributed import Client, LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.recipe import make_states
from lstmvis_core import (
    ClusterError,
    Corpus,
    CorpusStates,
    Match,
    PartitionedStates,
    Progress,
    SelectionError,
    SequenceModel,
    StatesError,
    corpus_states,
    find_matches,
)
from lstmvis_core.cluster import done_by
from lstmvis_core.matching import merged as merging
from lstmvis_core.matching.merged import Best
from lstmvis_core.matching.search import search as search_in
from lstmvis_core.states import distributing
from lstmvis_core.states.distributing import partition
from tests import on_workers
from tests.test_matching import Search, brute_force, searches

CLOSE = {"rtol": 0, "atol": 1e-5}


def rows(matches: Sequence[Match]) -> list[tuple]:
    return [
        (m.start, m.end, m.shared.tolist(), m.missing.tolist(), m.extra.tolist()) for m in matches
    ]


# -- parts of a corpus -------------------------------------------------------------------------


@given(st.lists(st.text("ab ", max_size=30), min_size=1).filter(any), st.integers(1, 60))
def test_parts_hold_all_documents_and_about_as_much_text(documents: list[str], size: int):
    parts = partition(Corpus("any", "Any", tuple(documents)), size)
    assert [document for part in parts for document in part.documents] == documents
    lengths = [sum(map(len, part.documents)) for part in parts]
    assert all(lengths)
    assert max(lengths) < size + max(map(len, documents))


def test_a_part_ends_where_its_share_of_the_text_ends():
    texts = Corpus("texts", "Texts", ("aaaa", "bb", "bb", "", "cccc", "", ""))
    assert [part.documents for part in partition(texts, 4)] == [
        ("aaaa",),
        ("bb", "bb"),
        ("", "cccc", "", ""),
    ]
    assert len(partition(texts, 100)) == 1
    assert partition(Corpus("long", "Long", ("", "a" * 50)), 10)[0].documents == ("", "a" * 50)


# -- states in several files -------------------------------------------------------------------


def in_parts(states: CorpusStates, cuts: Sequence[int]) -> list[CorpusStates]:
    """The documents between some of the breaks."""
    ends = [*cuts[1:], states.values.shape[1]]
    found = []
    for first, last in zip(cuts, ends, strict=True):
        within = states.breaks[(states.breaks >= first) & (states.breaks < last)] - first
        breaks = within if len(within) else np.zeros(1, np.int64)
        found.append(CorpusStates(states.values[:, first:last], breaks))
    return found


@st.composite
def searches_in_parts(draw: st.DrawFn) -> tuple[Search, list[int], list[int]]:
    """A search, where parts begin, and the order in which they are searched."""
    search = draw(searches().filter(lambda search: search.units and len(search.states) > 3))
    steps = len(search.states)
    breaks = [0, *sorted(draw(st.lists(st.integers(0, steps), min_size=2, max_size=5)))]
    cuts = sorted({0} | draw(st.sets(st.sampled_from(breaks))))
    limit = draw(st.integers(1, 3) | st.sampled_from([0, 50]))
    options = search.options | {"min_length": 1, "limit": limit}
    search = search._replace(breaks=breaks, options=options)
    return search, cuts, draw(st.permutations(range(len(cuts))))


@settings(max_examples=600)
@given(searches_in_parts())
def test_the_best_of_the_parts_equal_brute_force_over_the_whole(asked):
    search, cuts, order = asked
    parts = in_parts(CorpusStates.from_array(search.states, search.breaks), cuts)
    best = Best(search.options["limit"])
    for number in order:
        units = np.array(search.units, int)
        found = search_in(parts[number], units, **search.options, floor=best.floor)
        best.add(match.moved(cuts[number]) for match in found)
    assert rows(best.matches) == brute_force(search, **search.options)


@pytest.fixture(scope="module")
def whole() -> CorpusStates:
    """States as an LSTM has them: 40 documents of unequal length, 16 units."""
    values = make_states(20_000, 16).values
    ends = np.random.default_rng(5).choice(np.arange(1, 20_000), 39, replace=False)
    return CorpusStates(values, np.array([0, *sorted(ends.tolist())]))


@pytest.fixture(scope="module")
def files(whole: CorpusStates, tmp_path_factory: pytest.TempPathFactory) -> PartitionedStates:
    """The same in nine files."""
    folder = tmp_path_factory.mktemp("parts")
    parts = in_parts(whole, whole.breaks[[0, 3, 4, 10, 11, 19, 24, 30, 39]].tolist())
    paths = [folder / f"{number}.npy" for number in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        np.save(path, np.ascontiguousarray(part.values))
    return PartitionedStates.from_files(paths, [part.breaks.tolist() for part in parts])


SELECTED = [np.array(units) for units in ([0, 3, 5], [1, 2, 7, 9, 12], [15])]
ASKED = (
    {"limit": 50},
    {"limit": 2000, "off_before": True, "min_length": 1},
    {"limit": 7, "off_after": True, "max_length": 9, "sign": "-", "threshold": 0.2},
)


def test_states_in_files_are_those_of_the_whole(whole: CorpusStates, files: PartitionedStates):
    assert (files.units, files.steps, len(files.parts)) == (16, 20_000, 9)
    assert files.breaks.tolist() == whole.breaks.tolist()
    assert files.starts[:2] == (0, whole.breaks[3])
    values = np.concatenate([part.opened().values for part in files.parts], axis=1)
    np.testing.assert_array_equal(values, whole.values)


@pytest.mark.parametrize("number", [256, 4])
@pytest.mark.parametrize("options", ASKED)
def test_matches_of_parts_one_after_the_other_equal_those_of_the_whole(
    whole, files, options, number, monkeypatch
):
    monkeypatch.setattr(merging, "TASKS", number)
    assert len(merging.groups(files)) == (9 if number == 256 else 3)
    for units in SELECTED:
        expected = rows(find_matches(whole, units, **options))
        assert rows(find_matches(files, units, **options)) == expected
        assert expected


def test_progress_counts_the_steps_of_the_parts(whole, files):
    told: list[Progress] = []
    find_matches(files, np.array([1]), progress=told.append)
    assert [round(p.done * files.steps) for p in told] == [*files.starts, files.steps]
    assert told[0].doing == "Searching 20,000 time steps in 9 parts"
    assert (told[0].remaining, told[-1].remaining) == (None, 0)
    told.clear()
    find_matches(whole, np.array([1]), progress=told.append)
    assert [progress.done for progress in told] == [0, 1]


def test_what_is_wrong_with_a_search_is_said_before_it_begins(files: PartitionedStates):
    told: list[Progress] = []
    with pytest.raises(SelectionError, match="units 0 to 15; asked for"):
        find_matches(files, np.array([16]), progress=told.append)
    with pytest.raises(SelectionError, match="0 or more; not -1"):
        find_matches(files, np.array([1]), limit=-1, progress=told.append)
    assert not told


def test_files_that_do_not_fit_are_refused(tmp_path: Path, files: PartitionedStates):
    paths = {name: tmp_path / f"{name}.npy" for name in ("a", "b", "whole", "text")}
    for name, shape in (("a", (4, 9)), ("b", (5, 9))):
        np.save(paths[name], np.zeros(shape, np.float32))
    np.save(paths["whole"], np.zeros((4, 9), int))
    paths["text"].write_text("no array")
    read = PartitionedStates.from_files
    with pytest.raises(StatesError, match=r"2 parts, of \[4, 5\] units"):
        read([paths["a"], paths["b"]])
    with pytest.raises(StatesError, match="at least one part; got 0 parts"):
        read([])
    with pytest.raises(StatesError, match="floating-point numbers"):
        read([paths["whole"]])
    with pytest.raises(StatesError, match=r"text.npy is no NumPy file"):
        read([paths["text"]])
    with pytest.raises(StatesError, match=r"gone.npy is no NumPy file"):
        read([tmp_path / "gone.npy"])
    with pytest.raises(StatesError, match="There are 1 files, and breaks for 2 of them"):
        read([paths["a"]], [[0], [0]])
    with pytest.raises(StatesError, match="none beyond the 9 steps"):
        read([paths["a"]], [[0, 10]])
    states = read([paths["a"]])
    np.save(paths["a"], np.zeros((4, 8), np.float32))
    with pytest.raises(StatesError, match=r"shape \(4, 8\); expected 4 units and 9 time steps"):
        find_matches(states, np.array([0]))
    paths["a"].write_text("no array")
    with pytest.raises(StatesError, match="cannot be read as an array"):
        find_matches(states, np.array([0]))


# -- a cluster ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two processes of one thread each, which share the cache folder of the tests."""
    assert os.environ["HIDDEN_STATES_CACHE"] == str(cache)
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as started:
        yield started


@pytest.fixture(scope="module")
def connected(cluster: LocalCluster) -> Iterator[Client]:
    client = Client(cluster)
    yield client
    client.close()


@pytest.fixture
def client(connected: Client) -> Client:
    """Both workers are there, also after one was killed."""
    connected.wait_for_workers(2)
    return connected


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """Texts of the tiny models, in eight parts."""
    monkeypatch.setattr(distributing, "PART", 500)
    rng = np.random.default_rng(3)
    lengths = [*rng.integers(1, 200, 38).tolist(), 0, 700]
    documents = tuple("".join(rng.choice(list("abc() .\n"), length)) for length in lengths)
    corpus = Corpus("many", "Many", documents)
    assert len(partition(corpus, 500)) == 8
    return corpus


@contextmanager
def environment_of_workers(client: Client, **values: str) -> Iterator[None]:
    before = {name: os.environ.get(name, "8000") for name in values}
    client.run(on_workers.set_environment, values)
    yield
    client.run(on_workers.set_environment, before)


def process_ids(client: Client) -> set[int]:
    found: Any = client.run(os.getpid)
    return set(found.values())


def assigned(client: Client) -> bool:
    """Whether the scheduler has tasks that workers are to do."""
    found: Any = client.processing()
    return any(found.values())


def check(states: PartitionedStates, expected: CorpusStates) -> None:
    assert states.breaks.tolist() == expected.breaks.tolist()
    values = np.concatenate([part.opened().values for part in states.parts], axis=1)
    np.testing.assert_allclose(values, expected.values, **CLOSE)


def test_states_by_a_cluster_are_those_of_one_process(client, parts, tiny_model):
    model = tiny_model("gru", seed=11)
    for layer, kind in ((1, "hidden"), (2, "update_gate")):
        told: list[Progress] = []
        states = corpus_states(model, parts, layer, kind, told.append, client=client)
        assert len(states.parts) == 8
        check(states, corpus_states(model, parts, layer, kind))
        shares = [progress.done for progress in told]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)
        assert len(set(shares)) > 2
        length = f"{len(parts.text):,} characters in 8 parts"
        assert told[0].doing == f"Reading Many: {length}, on 2 workers"


@pytest.mark.parametrize("options", ASKED)
def test_matches_by_a_cluster_equal_those_of_one_process(client, whole, files, options):
    told: list[Progress] = []
    for units in SELECTED:
        found = find_matches(files, units, **options, client=client, progress=told.append)
        assert rows(found) == rows(find_matches(whole, units, **options))
        shares = [progress.done for progress in told]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)
        told.clear()


def test_from_texts_to_matches_a_cluster_says_the_same_as_one_process(client, parts, lstm):
    states = corpus_states(lstm, parts, 2, "cell", client=client)
    values = np.concatenate([part.opened().values for part in states.parts], axis=1)
    one = CorpusStates(values, states.breaks)
    units = np.array([0, 2, 4])
    found = find_matches(states, units, limit=20, client=client)
    assert len(found) == 20
    assert rows(found) == rows(find_matches(one, units, limit=20))


def test_a_worker_killed_while_it_computes_states_loses_nothing(
    client: Client, parts: Corpus, tiny_model, cache: Path, tmp_path: Path
):
    model: SequenceModel = tiny_model("lstm", seed=21)
    there = len(list(cache.glob("*.npy")))
    marker = tmp_path / "killed"
    client.run(on_workers.die_while_reading, marker, cache, there + 3)
    states = corpus_states(model, parts, 1, "cell", client=client)
    killed = int(marker.read_text())
    check(states, corpus_states(model, parts, 1, "cell"))
    client.wait_for_workers(2)
    assert killed not in process_ids(client)


def test_a_worker_killed_while_it_searches_loses_nothing(
    client: Client, whole: CorpusStates, files: PartitionedStates, tmp_path: Path
):
    marker = tmp_path / "killed"
    client.run(on_workers.die_while_searching, marker, 3)
    told: list[Progress] = []
    found = find_matches(files, np.arange(6), client=client, progress=told.append)
    killed = int(marker.read_text())
    assert rows(found) == rows(find_matches(whole, np.arange(6)))
    assert told[-1].done == 1
    client.wait_for_workers(2)
    assert killed not in process_ids(client)


def test_a_part_that_kills_its_workers_is_given_up(client, cluster, monkeypatch):
    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    with pytest.raises(ClusterError, match=r"Every worker that began part 1 of 1 was lost"):
        done_by(client, on_workers.die, None, [0], [1], "Dying", None)


def test_an_interrupt_takes_back_what_has_not_begun(client: Client, tmp_path: Path):
    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    wait = on_workers.wait_unless_first
    try:
        with pytest.raises(KeyboardInterrupt):
            done_by(client, wait, tmp_path, range(40), [1] * 40, "Waiting", stop)
        while assigned(client):
            time.sleep(0.01)
        assert len(list(tmp_path.glob("began-*"))) < 5  # one has ended, each worker holds one
    finally:
        (tmp_path / "go").touch()


def test_parts_that_are_there_are_not_computed_again(client, parts, tiny_model, cache):
    model = tiny_model("rnn", seed=31)
    first = corpus_states(model, parts, client=client)
    paths = [cache / part.file for part in first.parts]
    numbers = [path.stat().st_ino for path in paths]
    paths[2].unlink()
    gone = paths[2].name
    with pytest.raises(StatesError, match=rf"states in {gone} are not in the folder .*thrown out"):
        find_matches(first, np.array([0, 1]), client=client)
    again = corpus_states(model, parts, client=client)
    assert [part.file for part in again.parts] == [part.file for part in first.parts]
    same = [path.stat().st_ino == number for path, number in zip(paths, numbers, strict=True)]
    assert [same[:2], same[3:]] == [[True] * 2, [True] * 5]
    assert find_matches(first, np.array([0, 1]), client=client)


def test_a_cache_too_small_for_all_parts_is_said_before_hours_are_lost(client, parts, tiny_model):
    model = tiny_model("gru", seed=41)
    with (
        environment_of_workers(client, HIDDEN_STATES_CACHE_MB="0.01"),
        pytest.raises(StatesError, match=r"cache of this worker may hold 0 MB"),
    ):
        corpus_states(model, parts, client=client)


def test_a_folder_that_cannot_be_written_is_said(client, parts, tiny_model):
    model = tiny_model("gru", seed=41)
    with (
        environment_of_workers(client, HIDDEN_STATES_CACHE="/dev/null/nowhere"),
        pytest.raises(StatesError, match=r"cannot be kept in /dev/null/nowhere"),
    ):
        corpus_states(model, parts, client=client)


def test_no_such_layer_is_said_at_once(client, parts, lstm):
    with pytest.raises(SelectionError, match="layers 1 to 2, not 3"):
        corpus_states(lstm, parts, 3, client=client)


# -- what is no cluster ------------------------------------------------------------------------


def test_states_in_memory_are_not_sent_to_a_cluster(client, whole):
    with pytest.raises(StatesError, match=r"in files: PartitionedStates, from corpus_states"):
        find_matches(whole, np.array([0]), client=client)


def test_what_is_no_client_is_refused(files):
    with pytest.raises(ClusterError, match=r"distributed.Client .*not 'tcp://scheduler:8786'"):
        find_matches(files, np.array([0]), client="tcp://scheduler:8786")  # pyright: ignore


def test_without_dask_the_error_says_what_to_install(client, files, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="pip install distributed"):
        find_matches(files, np.array([0]), client=client)
    assert find_matches(files, np.array([0]))


def test_a_cluster_that_is_closed_is_said(files):
    with (
        LocalCluster(
            n_workers=0, processes=False, dashboard_address=":0", silence_logs=logging.CRITICAL
        ) as empty,
        Client(empty) as client,
    ):
        told: list[Progress] = []

        def close_soon(now: Progress) -> None:
            told.append(now)
            if len(told) == 1:
                Timer(0.3, empty.close).start()

        with pytest.raises(ClusterError, match="connect again and repeat the call"):
            find_matches(files, np.array([0]), client=client, progress=close_soon)
        assert told[0].doing.endswith("in 9 parts, on 0 workers")
