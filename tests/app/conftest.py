"""Fixtures of the tests that run the pages without a browser (Streamlit's AppTest)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.driver import ROOT


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Streamlit reads `.streamlit/config.toml` of the working folder."""
    monkeypatch.chdir(ROOT)
    yield ROOT
