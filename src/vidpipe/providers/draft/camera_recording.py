"""Pictures in, an H.264 file out: exactly as many frames, at a constant rate, the same bytes each time.

Deliberately not here: what the pictures show.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import open_process

CRF = 16
"""Fine enough that the last frame can be the next clip's first without being seen to change."""

PRESET = "veryfast"


def arguments(width: int, height: int, frames_per_second: int, output: Path) -> list[str]:
    """What ffmpeg is told; the pictures come by its standard input."""
    return [
        *PREAMBLE[1:],  # all but -nostdin: the pictures come that way
        *("-f", "rawvideo", "-pixel_format", "rgb0", "-video_size", f"{width}x{height}"),
        *("-framerate", str(frames_per_second), "-i", "pipe:0", "-map", "0:v"),
        *("-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd,format=yuv420p"),
        *("-c:v", "libx264", "-preset", PRESET, "-crf", str(CRF), "-threads", "1"),
        *("-filter_threads", "1", "-g", str(2 * frames_per_second)),
        *("-color_primaries", "bt709", "-color_trc", "bt709"),
        *("-colorspace", "bt709", "-color_range", "tv", "-fps_mode", "cfr"),
        *("-flags:v", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1"),
        *("-movflags", "+faststart", "-f", "mp4", f"file:{output.absolute()}"),
    ]


def raw(picture: Image.Image) -> bytes:
    """A picture as `record` takes it: four bytes a pixel, row by row."""
    return picture.tobytes("raw", "RGBX")


def record(
    pictures: Iterator[bytes],
    output: Path,
    *,
    width: int,
    height: int,
    frames_per_second: int,
    on_frame: Callable[[int], None],
) -> int:
    """Write the pictures (as `raw` gives them) to `output`; how many there were. `on_frame` hears each and may raise to stop.

    Raises:
        ToolError: ffmpeg failed.
        OutputError: The disk is full.
        Cancelled: As `on_frame` raised it.
    """
    count = 0
    command = arguments(width, height, frames_per_second, output)
    with open_process(command, stdin=True, stdout=False) as running:
        # where it has died, its own last words say more than a broken pipe
        with contextlib.suppress(BrokenPipeError):
            for picture in pictures:
                running.stdin.write(picture)
                count += 1
                on_frame(count)
            running.stdin.close()
        running.finish()
    return count
