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


CODE = """
import sys, pathlib
from cinecore.terminal.desktop import show_page
print(show_page(pathlib.Path(sys.argv[1])))
"""


def shown(page: Path, **variables: str) -> bool:
    """Whether a process of its own says that it showed the page: the standard library looks for browsers once."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(page)],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip().endswith("True")


def browser(file: Path, status: int = 0) -> Path:
    """A browser that writes down what it is asked to show."""
    file.write_text(f'#!/bin/sh\nprintf %s "$1" > "{file.parent}/shown"\nexit {status}\n', encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="there is always a desktop here")
def test_without_a_desktop_no_browser_takes_the_terminal(page: Path, tmp_path: Path) -> None:
    for name in ("www-browser", "links", "elinks", "lynx", "w3m"):
        browser(tmp_path / name)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    assert not shown(page, PATH=path)
    assert not (tmp_path / "shown").exists()
    assert shown(page, PATH=path, BROWSER="lynx"), "who names one means it"
    assert (tmp_path / "shown").exists()


@pytest.mark.parametrize("status", [0, 1])
def test_a_page_is_handed_to_the_browser_that_is_named(page: Path, tmp_path: Path, status: int) -> None:
    named = browser(tmp_path / "browser", status)
    assert shown(page, BROWSER=str(named)) == (status == 0)
    assert (tmp_path / "shown").read_text("utf-8") == page.as_uri()


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="there is always a desktop here")
def test_a_desktop_is_known_by_its_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert not desktop.has_desktop()
    for name in VARIABLES:
        monkeypatch.setenv(name, "something")
        assert desktop.has_desktop()
        monkeypatch.delenv(name)
