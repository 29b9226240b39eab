"""A class on one small machine: ``python -m benchmarks.classroom --sessions 30 --minutes 10``.

Starts the app on two cores and opens so many sessions within a minute, each a WebSocket that speaks
as a browser does. Each opens a lesson on Units and types a letter every few seconds; after half of
the time it goes to Select and Match, brushes a range and moves the threshold. Measured is the time
from what was sent to the first picture that shows it: the coloured text, or the places that match.
The states of all corpora are computed anew, in an empty cache.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.server import memory, running_app, wait_for_health
from pages.ui.guide import view_of
from pages.ui.lesson import embedded_lesson

OPENING = 60.0  # seconds within which all come
PAUSE = (3.0, 6.0)  # seconds between two things that a student does
PATIENCE = 120.0  # seconds
WORDS = (
    "the",
    "old",
    "man",
    "said",
    "she",
    "went",
    "home",
    "to",
    "see",
    "what",
    "it",
    "was",
    "and",
)
GOAL, ROOM = 2.0, 690  # seconds at the 95th percentile; MB


@dataclass
class Student:
    """One session: what it has typed, which widgets its page has, and what was measured."""

    number: int
    address: str
    ends: float  # when the class is over
    draws: random.Random
    page: str = ""  # the hash of the one that is open
    query: str = ""  # its link
    widgets: dict[str, str] = field(default_factory=dict)  # ids by key
    waited: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    async def attend(self) -> None:
        """Come, work, and go."""
        try:
            socket = self.address.replace("http", "ws", 1) + "/_stcore/stream"
            async with connect(
                socket, subprotocols=[Subprotocol("streamlit")], max_size=None
            ) as stream:
                half = self.ends - (self.ends - time.monotonic()) / 2
                await self._units(stream, half)
                await self._select(stream)
        except Exception as error:  # whatever it is, it is counted
            self.errors.append(f"{type(error).__name__}: {error}")

    async def _units(self, stream: ClientConnection, until: float) -> None:
        """Type, letter by letter, a sentence in which somebody speaks."""
        view = view_of(embedded_lesson("3-quotation-marks"), 2)
        await self._timed(stream, "open", "heat", self._page("Units", view.to_params()))
        text = 'He said, "'
        letters = self._letters()
        while time.monotonic() < until:
            await self._rest()
            text = (text + next(letters))[-120:]
            await self._timed(stream, "type", "heat", self._set("text_line", string_value=text))

    async def _select(self, stream: ClientConnection) -> None:
        """Brush ranges, and move the threshold."""
        view = view_of(embedded_lesson("2-counting"), 1)
        page = self._page("Select_and_Match", view.to_params())
        await self._timed(stream, "open", "match_chart", page)
        while time.monotonic() < self.ends:
            await self._rest()
            start = self.draws.randrange(2, 28)
            brush = {"selection": {"brush": {"t": [start - 0.4, start + 3.4]}}}
            chart = self._set("select_chart", string_value=json.dumps(brush))
            await self._timed(stream, "brush", "match_chart", chart)
            await self._rest()
            threshold = self._set("threshold", double=self.draws.randrange(20, 60) / 100)
            await self._timed(stream, "threshold", "match_chart", threshold)

    def _letters(self) -> Iterator[str]:
        while True:
            yield from f"{self.draws.choice(WORDS)} "

    async def _rest(self) -> None:
        await asyncio.sleep(self.draws.uniform(*PAUSE))

    # -- the wire ------------------------------------------------------------------------------

    def _page(self, name: str, params: dict[str, str]) -> BackMsg:
        message = BackMsg()
        message.rerun_script.page_name = name
        self.query = message.rerun_script.query_string = urlencode(params)
        return message

    def _set(self, key: str, string_value: str = "", double: float | None = None) -> BackMsg:
        """A widget that its user has moved; the chart of a key that is counted on."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.query_string = self.query
        id = next(id for known, id in self.widgets.items() if known.startswith(key))
        state = message.rerun_script.widget_states.widgets.add()
        state.id = id
        if double is None:
            state.string_value = string_value
        else:
            state.double_array_value.data.append(double)
        return message

    async def _timed(
        self, stream: ClientConnection, what: str, chart: str, message: BackMsg
    ) -> None:
        """Send, and wait until the script has ended; note when the chart came."""
        began = time.perf_counter()
        await stream.send(message.SerializeToString())
        shown: float | None = None
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = ForwardMsg.FromString(await stream.recv(decode=False))
                kind = answer.WhichOneof("type")
                if kind == "navigation":
                    self.page = answer.navigation.page_script_hash
                elif kind == "page_info_changed":
                    self.query = answer.page_info_changed.query_string
                elif kind == "delta" and self._note(answer, chart) and shown is None:
                    shown = time.perf_counter() - began
                if kind == "script_finished":
                    break
        ended = time.perf_counter() - began
        if shown is None:
            raise LookupError(f"no {chart} came of this: {what}")
        self.waited.setdefault(what, []).append(shown)
        self.waited.setdefault("until the page is whole", []).append(ended)

    def _note(self, answer: ForwardMsg, chart: str) -> bool:
        """Remember widgets and errors; whether this is the chart."""
        element = answer.delta.new_element
        kind = element.WhichOneof("type")
        if kind is None:
            return False
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        id = getattr(getattr(element, kind), "id", "")
        if isinstance(id, str) and id.startswith("$$ID-"):
            key = id.split("-", 2)[-1]
            self.widgets = {k: v for k, v in self.widgets.items() if not _same(k, key)}
            self.widgets[key] = id
            return kind == "vega_lite_chart" and key.startswith(chart)
        return False


def _same(known: str, key: str) -> bool:
    """Whether two keys are of one widget, whose number is counted on."""
    return known.rstrip("0123456789") == key.rstrip("0123456789")


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


async def watch(pid: int, ends: float, found: list[float]) -> None:
    """Note the server's memory every five seconds."""
    while time.monotonic() < ends:
        with suppress(FileNotFoundError):
            found.append(memory(pid))
        await asyncio.sleep(5)


async def hold(address: str, pid: int, sessions: int, minutes: float) -> None:
    """Hold a class, and print what was measured."""
    ends = time.monotonic() + OPENING + 60 * minutes
    draws = random.Random(7)
    students = [Student(n, address, ends, random.Random(n)) for n in range(sessions)]
    used: list[float] = []

    async def come(student: Student, after: float) -> None:
        await asyncio.sleep(after)
        await student.attend()

    await asyncio.gather(
        watch(pid, ends, used), *(come(one, draws.uniform(0, OPENING)) for one in students)
    )
    errors = [error for one in students for error in one.errors]
    print(f"{sessions} sessions, {minutes:g} minutes, {os.cpu_count()} cores, {len(errors)} errors")
    for error in errors[:5]:
        print(f"  {error[:300]}")
    print("\n| | times | median, s | 95 %, s | longest, s |\n|---|---|---|---|---|")
    for what in ("open", "type", "brush", "threshold", "until the page is whole"):
        waited = sorted(t for one in students for t in one.waited.get(what, ()))
        if len(waited) > 1:
            high = statistics.quantiles(waited, n=20)[-1]
            print(
                f"| {what} | {len(waited):,} | {statistics.median(waited):.2f} | {high:.2f} "
                f"| {waited[-1]:.2f} |"
            )
    answers = sum(len(one.waited.get("until the page is whole", ())) for one in students)
    print(f"\nCPU: {cpu(pid) / max(1, answers):.3f} s a page, with all that was computed once")
    last = used[len(used) // 2 :]
    print(
        f"server: {used[-1]:.0f} MB at the end (goal: under {ROOM}), "
        f"{min(last):.0f} to {max(last):.0f} MB over the last half"
    )


def main() -> None:
    """Hold a class on a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=30, choices=range(1, 201), metavar="N")
    parser.add_argument("--minutes", type=float, default=2.0)
    said = parser.parse_args()
    os.environ.setdefault("HIDDEN_STATES_DRAWS", "0")  # as the README says for a busy server
    with running_app() as (address, pid, _):
        wait_for_health(address)
        asyncio.run(hold(address, pid, said.sessions, min(said.minutes, 60.0)))


if __name__ == "__main__":
    main()
