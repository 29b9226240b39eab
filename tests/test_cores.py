"""Pages are drawn on one core, and what computes for long may have all."""

import os
import subprocess
import sys

import pytest

from pages.ui import cores

SAY = """
import os, threading
from pages.ui import cores
before = os.sched_getaffinity(0)
cores.draw_on_one_core()
seen = []
def look():
    seen.append(len(os.sched_getaffinity(0)))
    with cores.all_cores():
        seen.append(len(os.sched_getaffinity(0)))
    seen.append(len(os.sched_getaffinity(0)))
thread = threading.Thread(target=look)
thread.start()
thread.join()
print(len(before), *seen)
"""


def said(one_core: str) -> list[int]:
    """How many cores a process has, and its thread before, within and after."""
    environment = os.environ | {"HIDDEN_STATES_ONE_CORE": one_core}
    command = [sys.executable, "-c", SAY]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [int(number) for number in done.stdout.split()]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only Linux tells of cores")
def test_threads_begin_on_one_core_and_may_have_all():
    number, *seen = said(one_core="1")
    one = 1 if 1 < number <= cores.FEW else number
    assert seen == [one, number, one]
    assert set(said(one_core="0")) == {number}
