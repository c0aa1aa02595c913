"""Small moving scenes for tests of the analysis, drawn in numpy and encoded once; their truth is in the call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run

WIDTH, HEIGHT, FPS = 320, 180, 24

Picture = npt.NDArray[np.uint8]


def scene(seed: int, frames: int, *, gain: float = 1.0, pan: float = 0.0, blur: int = 0) -> Picture:
    """A coloured place with a bright thing wandering in it, shape (frames, h, w, 3); a blurred one has none."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:HEIGHT, 0 : WIDTH * 2].astype(np.float32)
    place = np.zeros((HEIGHT, WIDTH * 2, 3), np.float32) + random.uniform(30, 190, 3)
    for _ in range(26):
        y, x = random.uniform(0, HEIGHT), random.uniform(0, WIDTH * 2)
        high, wide = random.uniform(6, 60), random.uniform(6, 80)
        inside = (np.abs(rows - y) < high) & (np.abs(columns - x) < wide)
        place[inside] = random.uniform(10, 245, 3)
    for axis in (0, 1) if blur else ():
        place = sum(np.roll(place, step, axis) for step in range(-blur, blur + 1)) / np.float32(2 * blur + 1)
    tone = random.uniform(0.75, 1.0)
    pictures = np.zeros((frames, HEIGHT, WIDTH, 3), np.uint8)
    start, step = random.uniform(0, 60, 2), random.uniform(-1.5, 1.5, 2)
    for frame in range(frames):
        left = int(20 + pan * frame) % WIDTH
        picture = place[:, left : left + WIDTH].copy()
        if blur:
            pictures[frame] = picture
            continue
        y, x = (start + step * frame + 40).astype(int)
        picture[y % 150 : y % 150 + 30, x % 280 : x % 280 + 24] = 250 * tone
        pictures[frame] = np.clip(picture * gain + random.normal(0, 1.0, picture.shape), 0, 255)
    return pictures


def blended(before: Picture, after: Picture) -> Picture:
    """A dissolve as long as the two; neither shows alone in any frame."""
    share = ((np.arange(len(before)) + 1) / (len(before) + 1))[:, None, None, None]
    return (before * (1 - share) + after * share).astype(np.uint8)


def faded(pictures: Picture, *, opens: bool) -> Picture:
    """The pictures rising from black, or falling to it."""
    share = (np.arange(len(pictures)) / len(pictures))[:, None, None, None]
    return (pictures * (share if opens else share[::-1])).astype(np.uint8)


def solid(frames: int, level: int = 0) -> Picture:
    """One flat tone."""
    return np.full((frames, HEIGHT, WIDTH, 3), level, np.uint8)


def encode(
    path: Path, pictures: Picture, *options: str, rate: str = str(FPS), inputs: tuple[str, ...] = ()
) -> Path:
    """The pictures as an H.264 film; further inputs and output options as given."""
    arguments = [*PREAMBLE, "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", rate]
    arguments += ["-i", "pipe:0", *inputs, "-c:v", "libx264", "-preset", "ultrafast", "-crf", "18"]
    arguments += ["-pix_fmt", "yuv420p", "-threads", "1", *options, f"file:{path}"]
    run(arguments, input_bytes=pictures.tobytes())
    return path


def remux(source: Path, target: Path, *options: str, before: tuple[str, ...] = ()) -> Path:
    """The same film in another container, with other times, or with what the options change."""
    run([*PREAMBLE, *before, "-i", f"file:{source}", *options, f"file:{target}"])
    return target
