"""Live code runs on one thread: those that wait for a core would keep it from other sessions."""

import torch
from threadpoolctl import threadpool_info

from pages.ui import cached


def test_linear_algebra_and_torch_have_one_thread_each():
    assert cached.model("parens").config.cell == "lstm"  # as a page begins
    assert torch.get_num_threads() == 1
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    assert len(libraries) >= 2, "of numpy and of scipy"
    assert {one["num_threads"] for one in libraries} == {1}
