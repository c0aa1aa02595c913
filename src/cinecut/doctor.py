"""What is installed here, what is missing, and how to get it; nothing is changed.

Deliberately not here: printing, and any check that a film would be needed for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from cinecore.errors import CineError
from cinecore.installation import (
    Finding,
    ffmpeg_parts_found,
    program_found,
    python_found,
    typefaces_found,
)
from cinecut.settings import cache_folder, user_file, user_folder

ENOUGH_BYTES = 2 * 1024**3
"""A two-hour film's work folder and a 1080p trailer need well under this."""


def examine() -> tuple[Finding, ...]:
    """Every finding, in a fixed order."""
    looks: tuple[Callable[[], tuple[Finding, ...]], ...] = (
        python_found,
        lambda: (program_found("ffmpeg"), program_found("ffprobe")),
        ffmpeg_parts_found,
        typefaces_found,
        _voices,
        _folders,
        _disk,
    )
    return tuple(finding for look in looks for finding in look())


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
