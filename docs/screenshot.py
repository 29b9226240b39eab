"""Make the README's pictures from the running app: ``python -m docs.screenshot``."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.server import ARGUMENTS, running_app, wait_for_health
from lstmvis_core import read_cluster_examples
from pages.ui.link import from_example

FOLDER = Path(__file__).parent
_ENGLISH = from_example("english", read_cluster_examples("english")[0])
# Of each picture: the page, how many charts there are to wait for, and its height in pixels.
PICTURES = {
    "select-and-match.png": ("Select_and_Match", 2, 1560),
    "units.png": ("Units?guesses=1", 1, 1330),
    "clusters.png": (f"Clusters?{_ENGLISH.query()}", 1, 1300),
}


def main() -> None:
    """Open each page as a newcomer sees it, and save what is there."""
    with running_app() as (address, _, _), sync_playwright() as playwright:
        wait_for_health(address)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for name, (path, charts, height) in PICTURES.items():
            page = browser.new_page(viewport={"width": 1360, "height": height})
            page.goto(f"{address}/{path}")
            drawn = page.locator('[data-testid="stVegaLiteChart"] :is(canvas, svg)')
            drawn.nth(charts - 1).wait_for(timeout=60_000)
            page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=120_000)
            page.wait_for_timeout(4000)
            page.screenshot(path=str(FOLDER / name))
            page.close()
            print(f"{name}: {(FOLDER / name).stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
