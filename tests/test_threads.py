"""Live code runs on one thread: those that wait for a core would keep it from other sessions."""

import subprocess
import sys

import torch
from threadpoolctl import threadpool_info

from pages.ui import cached
from tests.app.driver import ROOT

FIRST_SESSION = """
import gc
from threading import Thread
from weakref import ref
import numpy
from pages.ui.cores import compute_on_one_thread

session = Thread(target=compute_on_one_thread)
session.start()
session.join()
kept = ref(session)
del session
gc.collect()
assert kept() is None
"""


def test_linear_algebra_and_torch_have_one_thread_each():
    assert cached.model("parens").config.cell == "lstm"  # as a page begins
    assert torch.get_num_threads() == 1
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    assert len(libraries) >= 2, "of numpy and of scipy"
    assert {one["num_threads"] for one in libraries} == {1}


def test_the_session_that_was_first_is_not_kept():
    # In a process of its own: here the thread that imported the pages may have asked before.
    subprocess.run([sys.executable, "-c", FIRST_SESSION], check=True, cwd=ROOT)
