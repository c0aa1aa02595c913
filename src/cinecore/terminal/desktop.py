"""Shows a page to a person who sits at a desktop; elsewhere nothing happens.

Deliberately not here: whether somebody wants to see it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cinecore.settings import environment

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
"""One of these is set where an X or Wayland desktop can be reached (X(7), wl_display_connect(3))."""


def has_desktop() -> bool:
    """Whether there is a desktop to open a window on, or a browser that the person named in `BROWSER`."""
    if sys.platform in {"darwin", "win32"}:
        return True
    variables = environment()
    # without a desktop the standard library would take a browser for terminals, and the terminal with it
    return any(variables.get(name) for name in (*DISPLAYS, "BROWSER"))


def show_page(page: Path) -> bool:
    """Open a file in the person's browser; False where there is none, which is no error."""
    if not has_desktop():
        return False
    import webbrowser

    try:
        return webbrowser.open(page.absolute().as_uri())
    except (webbrowser.Error, OSError, ValueError):
        return False
