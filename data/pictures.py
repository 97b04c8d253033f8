"""The pictures of the README, from a finished run: `python -m matcher.data.pictures demo data/pictures`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def main() -> None:
    """Takes a picture of the report and of a list in the folder given first, into the folder given second."""
    from playwright.sync_api import sync_playwright

    run, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1100, "height": 1180})
        page.goto((run / "report.html").as_uri())
        page.wait_for_timeout(1500)
        page.screenshot(path=out / "report.png")
        page = browser.new_page(viewport={"width": 820, "height": 900})
        page.goto((run / "lists.html").as_uri() + "#p1")
        page.screenshot(path=out / "list.png")
        browser.close()


if __name__ == "__main__":
    main()
