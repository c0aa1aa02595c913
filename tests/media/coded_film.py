"""A film whose every frame says which it is: sixteen shots of moving stripes with a frame code in the corner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from samples.frame_code import stamp

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import open_process

WIDTH, HEIGHT, SHOTS, SHOT_FRAMES = 256, 144, 16, 48
"""Sixteen shots of two seconds at 24 frames a second: a film of 32 s."""

COPY = ("-c", "copy")
QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-threads", "2")
"""How another film is made from one: of the same packets, or of the same pictures."""


def draw(number: int, shot_frames: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Frame `number`: its shot's own colours and stripes, moving, with the frame's number in the corner."""
    shot, step = divmod(number, shot_frames)
    dice = np.random.default_rng(shot)
    colours = dice.integers(30, 226, (2, 3))
    width = int(dice.integers(12, 40))
    across, down = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    slant = int(dice.integers(0, 3))
    stripes = ((across + slant * down + 3 * step) // width) % 2
    picture = np.where(stripes[..., None] == 1, colours[0], colours[1]).astype(np.uint8)
    stamp(picture, number)
    return picture


def coded_film(path: Path, shot_frames: int) -> Path:
    """A film of sixteen shots, each frame bearing its number."""
    size = f"{WIDTH}x{HEIGHT}"
    arguments = [
        *PREAMBLE,
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", "24", "-i", "pipe:0"),
        *("-f", "lavfi", "-t", str(SHOTS * shot_frames // 24), "-i", "anoisesrc=r=48000:a=0.05:seed=1"),
        *("-map", "0:v", "-map", "1:a", "-vf", "scale=out_color_matrix=bt709,format=yuv420p"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "24", "-threads", "2"),
        *("-colorspace", "bt709", "-color_trc", "bt709", "-color_primaries", "bt709", "-c:a", "aac", path),
    ]
    with open_process(arguments, stdin=True) as running:
        for number in range(SHOTS * shot_frames):
            running.stdin.write(draw(number, shot_frames).tobytes())
        running.stdin.close()
        running.finish()
    return path
