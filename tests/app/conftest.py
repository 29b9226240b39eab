"""Fixtures of the tests that run the pages without a browser (Streamlit's AppTest)."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.caching import clear_session_resource_cache

from lstmvis_core.zoo import ZOO
from pages.ui import session
from tests.app.driver import ROOT
from tests.hub.conftest import hub_cache as hub_cache
from tests.hub.standin import Hub
from tests.hub.test_hub_text import letters as letters


@pytest.fixture(scope="session", autouse=True)
def packages_are_looked_at_once() -> Iterator[None]:
    """AppTest looks for components in all installed packages at every run."""
    once = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(autouse=True)
def sessions_end() -> Iterator[None]:
    """A server forgets what it cached for a session that has left; AppTest does not."""
    yield
    clear_session_resource_cache("test session id")


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Streamlit reads `.streamlit/config.toml` of the working folder."""
    monkeypatch.chdir(ROOT)
    yield ROOT


@pytest.fixture(autouse=True)
def computed_once(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page computes over a corpus is computed once for all tests of pages."""
    monkeypatch.setenv("HIDDEN_STATES_CACHE", str(shared_cache))


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """The band of chance takes seconds, at the end of every run of Select and Match."""
    monkeypatch.setenv("HIDDEN_STATES_DRAWS", "3")


@pytest.fixture
def hub(hub_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A stand-in for the Hub that serves the model parens as someone/brackets."""
    with Hub({"someone/brackets": ZOO / "parens"}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that comes counts as a late echo: as if its user took some seconds."""
    monkeypatch.setattr(session, "_LATE", 0.0)
