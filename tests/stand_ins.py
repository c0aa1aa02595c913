"""Programs put in the place of ffmpeg and ffprobe: real processes that do what a test has written for them."""

from __future__ import annotations

from pathlib import Path

from cinecore.ffmpeg import binaries

ON = 'exec "$REAL" "$@"'
"""Goes on as the true program, which a script that stands in for it calls `$REAL`."""


def script(folder: Path, name: str, body: str, *, mode: int = 0o755) -> Path:
    """A shell script called `name`."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(mode)
    return path


def forget_programs() -> None:
    """Programs are looked for and asked anew, as a new process would."""
    for found in vars(binaries).values():
        if hasattr(found, "cache_clear"):
            found.cache_clear()
