"""Showing a page: in the browser that a person has, and nowhere where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cinecore.terminal import desktop

VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "a page, with <odd> letters é.html"
    file.write_text("<p>words</p>", encoding="utf-8")
    return file


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="there is always a desktop here")
def test_without_a_desktop_nothing_is_shown(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert not desktop.has_desktop()
    assert not desktop.show_page(page)
    for name in VARIABLES:
        monkeypatch.setenv(name, "something")
        assert desktop.has_desktop()
        monkeypatch.delenv(name)


@pytest.mark.parametrize(("status", "said"), [(0, "True"), (1, "False")])
def test_a_page_is_handed_to_the_browser_that_is_named(
    page: Path, tmp_path: Path, status: int, said: str
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/shown"\nexit {status}\n', encoding="utf-8")
    browser.chmod(0o755)
    code = "import sys, pathlib; from cinecore.terminal.desktop import show_page; print(show_page(pathlib.Path(sys.argv[1])))"
    # a process of its own: the standard library looks at BROWSER once
    done = subprocess.run(
        [sys.executable, "-c", code, str(page)],
        env={**os.environ, "BROWSER": str(browser)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (tmp_path / "shown").read_text("utf-8") == page.as_uri()
    assert done.stdout.strip().endswith(said)
