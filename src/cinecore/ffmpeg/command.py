"""Argument lists for ffmpeg, built by pure functions; nothing is run here."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

PREAMBLE = ("-nostdin", "-hide_banner", "-loglevel", "error", "-y")
"""In front of every ffmpeg command."""


def local_input(
    path: Path, *, start_s: Fraction | None = None, length_s: Fraction | None = None
) -> list[str]:
    """One input, opened as a local file whatever its name looks like.

    `start_s` is presentation time less the container's start, as `-ss` counts.
    """
    arguments = ["-protocol_whitelist", "file,pipe"]
    if start_s is not None and start_s > 0:
        arguments += ["-ss", decimal(start_s)]
    if length_s is not None:
        arguments += ["-t", decimal(length_s)]
    return [*arguments, "-i", f"file:{path.absolute()}"]


def decimal(seconds: Fraction) -> str:
    """Seconds with nine decimals: finer than any time base in use."""
    scaled = round(seconds * 1_000_000_000)
    sign = "-" if scaled < 0 else ""
    whole, rest = divmod(abs(scaled), 1_000_000_000)
    return f"{sign}{whole}.{rest:09d}"
