"""Tasks one after the other in this process, or on the workers of a Dask cluster.

Dask is not needed unless a client of it is given: https://distributed.dask.org. Nothing that tasks
need is kept by a single worker only: the scheduler has the arguments of every task that is under
way, so that a worker may die at any time and another one does its task again.
"""

import pickle
import queue
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from lstmvis_core.cache import Progress, Report
from lstmvis_core.errors import ClusterError

if TYPE_CHECKING:
    from distributed import Client

RETRIES = 2  # of a task that fails: on a shared folder what works a moment later may fail once
POLL = 0.1  # seconds after which an unfinished task is told again, so that the user can interrupt
AHEAD, LEAST = 2, 4  # tasks handed out: for each thread of the workers, and at least

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")


def done_by(
    client: "Client | None",
    function: Callable[[Common, Item], Result],
    common: Common,
    items: Iterable[Item],
    sizes: Sequence[int],
    doing: str,
    report: Report | None,
    heed: Callable[[Result], object] | None = None,
) -> list[Result]:
    """``function(common, item)`` of every item.

    Parameters
    ----------
    client : distributed.Client or None
        Of the cluster; None for this process.
    function : callable
        May be called again with the same arguments: after an error, or when a worker was lost.
    common : object
        What all tasks need, such as a model. It travels to each worker once.
    items : iterable
        Each is taken when it is its turn, so that it can depend on what is done already.
    sizes : sequence of int
        How much work each item is, for the progress.
    doing : str
        For `Progress.doing`.
    report : callable or None
        Called with a `Progress` before the first task, after each, and, on a cluster, ten times a
        second. It may raise, to interrupt: tasks that have not begun are then taken back.
    heed : callable or None
        Called with each result as soon as it is there.

    Returns
    -------
    list
        In the order of the items.

    Raises
    ------
    ClusterError
        `distributed` is not installed, the client is none, or the cluster lost a task.
    Exception
        What the function raises, wherever it runs.

    Examples
    --------
    >>> told = []
    >>> done_by(None, lambda a, b: a + b, 10, [1, 2], [1, 3], "Adding", told.append)
    [11, 12]
    >>> [progress.done for progress in told]
    [0.0, 0.25, 1.0]
    """
    meter = _Meter(sum(sizes), doing, report)
    if client is not None:
        return _Run(_checked(client), function, items, sizes, meter, heed).results(common)
    results = []
    meter.tell()
    for item, size in zip(items, sizes, strict=True):
        results.append(function(common, item))
        if heed is not None:
            heed(results[-1])
        meter.add(size)
        meter.tell()
    return results


def counted(number: int, what: str) -> str:
    """How many there are.

    >>> counted(1, "part"), counted(1000, "part")
    ('1 part', '1,000 parts')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class _Meter:
    """Tells how much of the work is done."""

    def __init__(self, total: int, doing: str, report: Report | None) -> None:
        self._total, self._doing, self._report = total, doing, report
        self._did, self._began = 0, time.monotonic()

    def add(self, size: int) -> None:
        self._did += size

    def tell(self, where: str = "") -> None:
        if self._report is not None:
            done = self._did / self._total if self._total else 1.0
            taken = time.monotonic() - self._began
            remaining = taken * (1 - done) / done if done else None
            self._report(Progress(done, remaining, self._doing + where))


def _checked(client: Any) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "Work on a cluster needs Dask, which is not installed here. Install it with "
            "'pip install distributed', or leave out the client to work in this process."
        ) from error
    if not isinstance(client, Client) or client.asynchronous:
        raise ClusterError(
            "The client is a distributed.Client that is not asynchronous, such as "
            f"Client('tcp://scheduler:8786'); not {client!r}."
        )
    return client


class _Run:
    """All tasks of one call on a cluster: some are handed out, the others wait here."""

    def __init__(
        self,
        client: Any,
        function: Callable,
        items: Iterable,
        sizes: Sequence[int],
        meter: _Meter,
        heed: Callable | None,
    ) -> None:
        self.client, self.function, self.sizes = client, function, sizes
        self.waiting, self.meter, self.heed = enumerate(items), meter, heed
        self.finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.under_way: dict[Any, tuple[int, Any]] = {}

    def results(self, common: object) -> list:
        """The results in the order of the items."""
        found: dict[int, Any] = {}
        shared = self._submit("common", 0, _same, pickle.dumps(common))
        try:
            while True:
                threads = self._threads()
                room = max(LEAST, AHEAD * sum(threads)) - len(self.under_way)
                for number, item in islice(self.waiting, max(0, room)):
                    self._hand_out(number, item, shared)
                self.meter.tell(f", on {counted(len(threads), 'worker')}")
                if not self.under_way:
                    return [found[number] for number in range(len(self.sizes))]
                with suppress(queue.Empty):
                    future = self.finished.get(timeout=POLL)
                    number, _ = self.under_way.pop(future.key)
                    found[number] = self._result(number, future)
                    if self.heed is not None:
                        self.heed(found[number])
                    self.meter.add(self.sizes[number])
        finally:
            left = [future for _, future in self.under_way.values()]
            with suppress(Exception):  # what went wrong is told already
                self.client.cancel([*left, shared])

    def _threads(self) -> list[int]:
        """Threads of each worker that is there now."""
        try:
            return list(self.client.nthreads().values())
        except (OSError, RuntimeError, AttributeError) as error:
            # A client that was closed meanwhile has no scheduler that it could ask.
            why = "it was closed" if isinstance(error, AttributeError) else error
            raise ClusterError(
                f"The scheduler of the cluster cannot be reached any more ({why}). What was "
                "computed is kept in the shared folder; connect again and repeat the call."
            ) from error

    def _hand_out(self, number: int, item: object, shared: Any) -> None:
        task = partial(_with_common, self.function)
        # The first come first, so that a corpus is read from its beginning.
        future = self._submit(self.function.__name__, -number, task, shared, item)
        self.under_way[future.key] = number, future
        future.add_done_callback(self.finished.put)

    def _submit(self, name: str, priority: int, function: Callable, *arguments: object) -> Any:
        from dask.config import set as configured

        key = f"{name}-{uuid.uuid4().hex}"
        # A part of a corpus or a model may be larger than what Dask usually carries.
        with configured({"distributed.admin.large-graph-warning-threshold": "2 GB"}):
            return self.client.submit(
                function, *arguments, key=key, priority=priority, retries=RETRIES
            )

    def _result(self, number: int, future: Any) -> Any:
        from distributed import KilledWorker

        part = f"part {number + 1:,} of {len(self.sizes):,}"
        try:
            return future.result()
        except KilledWorker as error:
            raise ClusterError(
                f"Every worker that began {part} was lost, the last at {error.last_worker.address}."
                " Most often it lacked memory: give the workers more, or fewer threads each."
            ) from error
        except CancelledError as error:
            raise ClusterError(
                f"The cluster took back {part}: it was closed or restarted. What was computed is "
                "kept in the shared folder; connect again and repeat the call."
            ) from error


def _same(common: bytes) -> bytes:
    """As the result of a task it is made again if the worker that has it is lost."""
    return common


def _with_common(function: Callable[[Any, Item], Result], common: bytes, item: Item) -> Result:
    return function(_unpacked(common), item)


@lru_cache(maxsize=1)
def _unpacked(common: bytes) -> Any:
    """What all tasks need: unpacked once by each worker.

    Packed here and not by Dask, whose own way for modules of torch fails between two workers.
    """
    return pickle.loads(common)
