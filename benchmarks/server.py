"""What a user waits for, in a real browser; and what the server's memory comes to.

``python -m benchmarks.server``. Starts the app on a free port with an empty cache of states.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from lstmvis_core import load_corpus

SESSIONS = 20
OWN = 4_900_000  # characters
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
LONG = 'He said, "We shall see what comes of it (if anything)," and went out. ' * 3

# Resolves when a canvas has changed its picture and kept the new one for 120 ms; gives the time
# from now to the first change and to the last.
WATCH = """
([chart]) => new Promise((resolve, reject) => {
  const began = performance.now();
  // A checksum of a few columns of pixels: reading all of them would slow down what is measured.
  const picture = () => {
    const canvas = document.querySelectorAll('[data-testid="stVegaLiteChart"]')[chart]
      ?.querySelector('canvas');
    if (!canvas || !canvas.width) return 0;
    let sum = 0;
    for (const share of [0.15, 0.3, 0.45]) {
      const x = Math.floor(share * canvas.width);
      const data = canvas.getContext('2d').getImageData(x, 0, 4, canvas.height).data;
      for (let i = 0; i < data.length; i += 3) sum = (sum * 31 + data[i]) | 0;
    }
    return sum;
  };
  let last = picture(), first = null, changed = null;
  const look = () => {
    const now = performance.now(), seen = picture();
    if (seen !== last && seen) { last = seen; changed = now; first ??= now; }
    if (changed && now - changed > 120) resolve([first - began, changed - began]);
    else if (now - began > 8000) reject(new Error('nothing changed'));
    else setTimeout(look, 10);
  };
  look();
})
"""
FRAMES = """
() => { window.gaps = []; let before = performance.now();
  const frame = () => { const now = performance.now(); window.gaps.push(now - before);
    before = now; requestAnimationFrame(frame); }; requestAnimationFrame(frame); }
"""


@contextmanager
def running_app() -> Iterator[tuple[str, int, float]]:
    """The app's address, its process, and when it was started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as cache:
        began = time.perf_counter()
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "app.py"),
                *("--server.headless", "true", "--server.port", str(port)),
            ],
            env={**os.environ, "HIDDEN_STATES_CACHE": cache},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield f"http://127.0.0.1:{port}", server.pid, began
        finally:
            server.terminate()
            server.wait()


def wait_for_health(address: str) -> None:
    """Return when the server answers; give up after a minute."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The server did not start.")


def memory(pid: int) -> float:
    """Resident memory of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1000


def open_view(browser: Browser, address: str, **params: str) -> Page:
    """A fresh session on Select and Match, once both charts are drawn."""
    page = browser.new_context(viewport={"width": 1400, "height": 1400}).new_page()
    page.goto(f"{address}/Select_and_Match?{urlencode(params)}" if params else address)
    charts = page.locator('[data-testid="stVegaLiteChart"]')
    charts.nth(2 if params else 0).locator("canvas, svg").first.wait_for(timeout=60_000)
    return page


def after(page: Page, chart: int, act: str) -> tuple[float, float]:
    """Milliseconds from an action of the mouse or keyboard to first and last change of a chart."""
    page.evaluate(f"() => {{ window.watched = ({WATCH})([{chart}]); }}")
    kind, _, what = act.partition(":")
    (page.mouse.up() if kind == "release" else page.keyboard.press(what))
    first, last = page.evaluate("() => window.watched")
    return first, last


def drag(page: Page, share: float) -> list[float]:
    """Drag over the plot, mouse still down at the end; gaps between frames, in milliseconds."""
    box = page.locator('[data-testid="stVegaLiteChart"] canvas').first.bounding_box()
    assert box is not None
    x, y = box["x"] + 90 + share * (box["width"] - 120), box["y"] + 120
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate(FRAMES)
    for i in range(40):
        page.mouse.move(x + 6 * i, y)
        page.wait_for_timeout(16)
    return sorted(page.evaluate("window.gaps"))


def own_text(size: int) -> str:
    """A text of so many characters, from the lines of the stories in random order."""
    lines = load_corpus("stories").text.splitlines(keepends=True)
    rng, text = random.Random(0), list[str]()
    while size > 0:
        text.append(rng.choice(lines))
        size -= len(text[-1])
    return "".join(text)


def bring(page: Page, text: str) -> None:
    """Bring a text of one's own as the corpus, and wait until its matches are drawn."""
    page.get_by_text("Own text").click()
    box = page.locator('[data-testid="stFileUploader"]').filter(has_text="A text file of your own")
    file = FilePayload(name="own.txt", mimeType="text/plain", buffer=text.encode())
    box.locator('input[type="file"]').set_input_files([file])
    page.get_by_role("combobox", name="Corpus", exact=True).wait_for()
    page.wait_for_url("**corpus=own-**", timeout=60_000)
    reading = page.locator('[data-testid="stProgress"]')
    reading.first.wait_for(timeout=60_000)
    quiet = 0
    while quiet < 50:  # there are two bars, one after the other
        page.wait_for_timeout(100)
        quiet = 0 if reading.count() else quiet + 1


def show(name: str, value: float, unit: str, goal: str = "") -> None:
    """One line of the report."""
    print(f"{name:<58} {value:8.0f} {unit:<3} {goal}", flush=True)


def main() -> None:
    """Measure and print."""
    chromium = shutil.which("chromium")
    with running_app() as (address, pid, began), sync_playwright() as playwright:
        wait_for_health(address)
        show("server start to health", (time.perf_counter() - began) * 1000, "ms")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        open_view(browser, address).close()
        show("server start to first page", (time.perf_counter() - began) * 1000, "ms", "20000")
        view = {"model": "prose", "layer": "2", "kind": "tanh_cell", "threshold": "0.2"}
        page = open_view(browser, address, text=LONG[:60], start="10", end="14", **view)
        page.wait_for_timeout(3000)
        for share in (0.1, 0.5, 0.3):
            gaps = drag(page, share)
            show("dragging, 60 tokens x 128 units: median frame", gaps[len(gaps) // 2], "ms")
            show("dragging, 60 tokens x 128 units: slowest frame", gaps[-1], "ms", "100")
            _, last = after(page, 2, "release")
            show("release to matches drawn", last, "ms", "500")
        page.close()
        page = open_view(
            browser, address, text=LONG[:199], start="10", end="14", size="120", **view
        )
        page.wait_for_timeout(3000)
        page.get_by_label("Text for the network to read").click()
        page.keyboard.press("Home")
        for key in "abc":
            first, last = after(page, 0, f"press:{key}")
            show("last key to first new drawing, 200 tokens", first, "ms", "1000")
            show("last key to last drawing, 200 tokens", last, "ms")
            page.wait_for_timeout(1000)
        page.close()
        show("memory, one session at a time", memory(pid), "MB")
        pages = [
            open_view(browser, address, text="(1 (2) ()) 0", start="3", end="5", model="parens")
            if i % 2
            else open_view(browser, address, text=LONG[: 60 + i], start="10", end="14", **view)
            for i in range(SESSIONS)
        ]
        show(f"memory, {SESSIONS} open sessions, both models", memory(pid), "MB", "690")
        for i, page in enumerate(pages):
            page.bring_to_front()
            drag(page, 0.02 * i)
            page.mouse.up()
        page.wait_for_timeout(2000)
        show(f"memory, after each of {SESSIONS} sessions brushed", memory(pid), "MB", "690")
        for page in pages:
            page.context.close()
        page = open_view(browser, address, text=LONG[:60], start="10", end="14", **view)
        began = time.perf_counter()
        bring(page, own_text(OWN))
        took = 1000 * (time.perf_counter() - began)
        show(f"a text of one's own, {OWN:,} characters: until matches", took, "ms")
        for share in (0.1, 0.5, 0.3, 0.2, 0.4, 0.6):
            page.wait_for_timeout(3000)
            drag(page, share)
            show("the same: release to matches drawn", after(page, 2, "release")[1], "ms", "700")
        show("memory, with that text", memory(pid), "MB")
        browser.close()


if __name__ == "__main__":
    main()
