"""Make the README's picture from the running app: ``python -m docs.screenshot``."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.server import ARGUMENTS, running_app, wait_for_health

PICTURE = Path(__file__).parent / "select-and-match.png"


def main() -> None:
    """Open Select and Match as a newcomer sees it, and save what is there."""
    with running_app() as (address, _, _), sync_playwright() as playwright:
        wait_for_health(address)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1360, "height": 1560})
        page.goto(f"{address}/Select_and_Match")
        charts = page.locator('[data-testid="stVegaLiteChart"] canvas')
        charts.nth(1).wait_for(timeout=60_000)
        page.wait_for_timeout(4000)
        page.screenshot(path=str(PICTURE))
        browser.close()
    print(f"{PICTURE.name}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
