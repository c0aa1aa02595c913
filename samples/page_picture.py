"""A picture of a page as a real browser shows it, for documents: the installed Chromium, no network.

python -m samples.page_picture film_trailer_action.report.html docs/pictures/report.jpg --from '#cut' --to .plot
"""

from __future__ import annotations

import argparse
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:  # a browser is started only when a picture is made
    from playwright.sync_api import Browser, Playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Names under which a Chromium is looked for on PATH."""

FLAGS = (
    "--no-sandbox",  # in containers there is none to be had; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

JPEG_QUALITY = 80
SCALE = 1.25
"""Pixels of the picture for each of the page: fine print stays readable where the document shrinks it."""
MARGIN_PX = 16


def find_browser() -> str | None:
    """The installed Chromium; None where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def open_browser(playwright: Playwright, program: str) -> Browser:
    """A Chromium without a window that asks nobody anything."""
    return playwright.chromium.launch(executable_path=program, args=list(FLAGS))


def picture_of(page_file: Path, first: str, last: str, width: int, scheme: str, chosen: int) -> Image.Image:
    """The page from the top of one element to the end of another.

    Raises:
        SystemExit: There is no browser.
    """
    from playwright.sync_api import sync_playwright

    program = find_browser()
    if program is None:
        raise SystemExit("There is no Chromium here: scripts/setup_browser.sh gets one where it may.")
    with sync_playwright() as playwright:
        browser = open_browser(playwright, program)
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=SCALE,
        )
        page = context.new_page()
        page.goto(page_file.absolute().as_uri())
        page.add_style_tag(content="#player { display: none !important; }")
        if chosen:
            page.click(f'.shot[data-clip="{chosen}"]')
            page.mouse.move(1, 1)
        top, end = (
            page.evaluate("s => document.querySelector(s).getBoundingClientRect().top + scrollY", first),
            page.evaluate("s => document.querySelector(s).getBoundingClientRect().bottom + scrollY", last),
        )
        data = page.screenshot(
            full_page=True,
            clip={
                "x": 0,
                "y": max(0, top - MARGIN_PX),
                "width": width,
                "height": end - top + 2 * MARGIN_PX,
            },
        )
        browser.close()
    return Image.open(io.BytesIO(data)).convert("RGB")


def main() -> None:
    """Writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--from", dest="first", default="body", help="CSS selector of what it begins with")
    parser.add_argument("--to", dest="last", default="body", help="CSS selector of what it ends with")
    parser.add_argument("--width", type=int, default=1280, help="of the window, in CSS pixels")
    parser.add_argument("--scheme", choices=["light", "dark"], default="light")
    parser.add_argument("--clip", type=int, default=0, help="choose this clip first")
    words = parser.parse_args()
    picture = picture_of(words.page, words.first, words.last, words.width, words.scheme, words.clip)
    picture.save(words.picture, quality=JPEG_QUALITY, optimize=True)
    print(f"{words.picture}: {picture.width} × {picture.height}")


if __name__ == "__main__":
    main()
