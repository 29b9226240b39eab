"""The app on a free port, a Chromium, and pages that must end without an error."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect, sync_playwright

from tests.hub.standin import Hub

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30_000  # milliseconds; a slow machine needs some seconds
ARGUMENTS = [
    *("--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
LOG = "log.txt"
HARMLESS = (
    *("_stcore/", "404 (Not Found)"),  # Streamlit looks for its server under a page's path first
    *("net::ERR_CONNECTION_REFUSED", "server is not responding"),  # until it is started again
)

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def standin() -> Iterator[Hub]:
    """A stand-in for the Hub, which the app asks: it has the model parens as someone/brackets.

    And the embedded pipeline under the name of one of spaCy's.
    """
    pipeline = ROOT / "zoo" / "pipelines" / "en_tiny"
    folders = {"someone/brackets": ROOT / "zoo" / "parens", "spacy/en_core_web_sm": pipeline}
    with Hub(folders) as hub:
        yield hub


@pytest.fixture(scope="session")
def address(
    tmp_path_factory: pytest.TempPathFactory, shared_cache: Path, standin: Hub
) -> Iterator[str]:
    """Where the app runs, for all tests but those that need a server of their own."""
    with running(tmp_path_factory.mktemp("server"), free_port(), standin, shared_cache) as address:
        yield address


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder: Path, port: int, standin: Hub, cache: Path | None = None) -> Iterator[str]:
    """The app's address, from when it answers until it is stopped, and no exception is in its log.

    Its log and what it fetches are in the folder, and what it computes if no cache is given.
    """
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with (folder / LOG).open("a") as log:
        server = subprocess.Popen(
            [*command, "--server.port", str(port), "--server.fileWatcherType", "none"],
            cwd=ROOT,
            env=os.environ | surroundings(folder / "hub", standin, cache or folder),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, (folder / LOG).read_text()
                time.sleep(0.1)
        else:
            pytest.fail("The server does not answer: " + (folder / LOG).read_text())
        yield address
    finally:
        server.terminate()
        server.wait()
    log = (folder / LOG).read_text()
    assert "Traceback" not in log, log


def surroundings(folder: Path, standin: Hub, cache: Path) -> dict[str, str]:
    """What the server is to know: where to keep things, and the stand-in in place of the Hub."""
    return {
        "HIDDEN_STATES_CACHE": str(cache),
        "HIDDEN_STATES_DRAWS": "20",  # the band of chance takes seconds
        "HF_ENDPOINT": standin.url,
        "HF_HOME": str(folder),
        "HF_HUB_CACHE": str(folder / "hub"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """An installed Chromium: of the variable CHROMIUM, or of the path."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("The browser tests need Chromium: install it, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the app in a browser of its own: ``visit("Select_and_Match", text="(1)")``.

    Afterwards none of the pages may show or have logged an error, or have opened a dialog.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def dialog(box: Dialog) -> None:
        errors.append(f"a dialog: {box.message}")
        box.dismiss()

    def visit(path: str = "", /, *, width: int = 1360, **params: str) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 1400})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
        page.on("dialog", dialog)
        page.on(
            "console",
            lambda m: errors.append(f"console: {m.text}") if m.type == "error" else None,
        )
        query = f"?{urlencode(params)}" if params else ""
        page.goto(f"{path if path.startswith('http') else f'{address}/{path}'}{query}")
        pages.append(page)
        return page

    yield visit
    for page in pages:
        exceptions = page.locator("[data-testid=stException]")
        errors += [f"on the page: {text}" for text in exceptions.all_inner_texts()]
        page.context.close()
    assert [e for e in errors if not any(part in e for part in HARMLESS)] == []
