"""The last frame that a clip really shows, decoded."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from cinecore.errors import ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run

TAIL_S = 1.0
"""Clips of ours have a keyframe every two seconds or so; decoding starts at the one before this."""


def last_frame_png(clip: Path) -> bytes:
    """The last frame as PNG; equal clips give equal bytes.

    Raises:
        ToolError: The clip cannot be decoded to its end.
        InputError: It is no video.
    """
    media = probe(clip)
    assert media.video is not None  # noqa: S101 - probing refused files without pictures
    width, height = media.video.display_size
    source = local_input(clip)
    data = run([*PREAMBLE, "-sseof", f"-{TAIL_S}", *source, *_raw(width, height)])
    size = width * height * 3
    if len(data) < size:  # a clip of fewer frames than that lies before its only keyframe
        data = run([*PREAMBLE, *source, *_raw(width, height)])
    if len(data) < size or len(data) % size:
        raise ToolError("The clip's last frame cannot be decoded.", clip, "Make the scene again.")
    buffer = io.BytesIO()
    Image.frombytes("RGB", (width, height), data[-size:]).save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def _raw(width: int, height: int) -> list[str]:
    return [
        *("-map", "0:v:0", "-fps_mode", "passthrough", "-vf", f"scale={width}:{height}"),
        *("-pix_fmt", "rgb24", "-f", "rawvideo", "-"),
    ]
