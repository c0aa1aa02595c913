"""Writing pictures and sound into a film file; what they show is decided elsewhere.

Threads, flags and metadata are pinned, so the same pictures give the same bytes on one machine.
"""

from __future__ import annotations

import contextlib
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.errors import ToolError
from cinecore.ffmpeg import run
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.timebase import SAMPLE_RATE, FrameRate

ENCODER_THREADS = 2
"""x264's bytes depend on the thread count, so it is never left to the machine."""
CONSTANT_QUALITY = 20
CHEAP_SEARCH = "me=dia:subme=1:trellis=0:ref=1"
"""Drawings hardly profit from a long search: a quarter less CPU, a fifth more bytes than without."""

Sound = npt.NDArray[np.float32]


def write_wav(path: Path, sound: Sound) -> None:
    """Write float samples, (frames, 2) within ±1 at 48 kHz, as 16-bit PCM."""
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(sound.shape[1])
        stream.setsampwidth(2)
        stream.setframerate(SAMPLE_RATE)
        block = SAMPLE_RATE * 10
        for start in range(0, len(sound), block):
            part = np.clip(sound[start : start + block], -1.0, 1.0)
            stream.writeframesraw(np.rint(part * 32767).astype("<i2").tobytes())


@contextlib.contextmanager
def open_film(
    path: Path, wav: Path, width: int, height: int, rate: FrameRate
) -> Iterator[Callable[[bytes], None]]:
    """A function that takes one rgb24 picture after the other; the film is whole when the block ends.

    Raises:
        ToolError: ffmpeg failed.
    """
    keyframe_interval = 2 * rate.nominal
    to_bt709 = [
        filter_("scale", in_range="pc", out_range="tv", out_color_matrix="bt709", flags="bilinear"),
        filter_("format", pix_fmts="yuv420p"),
    ]
    arguments = [
        *PREAMBLE,
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate), "-i", "pipe:0"),
        *local_input(wav),
        *("-map", "0:v:0", "-map", "1:a:0", "-vf", print_chain(to_bt709)),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", str(CONSTANT_QUALITY), "-profile:v", "high"),
        *("-x264-params", CHEAP_SEARCH),
        *("-threads", str(ENCODER_THREADS), "-g", str(keyframe_interval), "-video_track_timescale", "120000"),
        *("-colorspace", "bt709", "-color_trc", "bt709", "-color_primaries", "bt709", "-color_range", "tv"),
        *("-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k", "-ar", str(SAMPLE_RATE), "-ac", "2"),
        *("-flags", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1", "-movflags", "+faststart"),
        *("-f", "mp4", str(path)),
    ]
    with run.open_process(arguments, stdin=True, stdout=False) as running:

        def write(picture: bytes) -> None:
            try:
                running.stdin.write(picture)
            except BrokenPipeError:
                running.finish()
                raise ToolError("ffmpeg stopped taking pictures.", path, "Look at the disk.") from None

        yield write
        running.stdin.close()
        running.finish()
