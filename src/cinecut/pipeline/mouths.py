"""How much mouths move in a stretch of the film: its frames decoded once more, small and grey, and looked at where mouths are.

Where faces are comes from the stills; between two of them they are taken to move evenly. Who therefore speaks is decided
in `assembly.speakers`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.errors import ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.run import run
from cinecore.media import MediaFile
from cinecore.vision.faces import Points

Floats = npt.NDArray[np.float64]
Greys = npt.NDArray[np.uint8]

FRAMES_PER_S = 25
"""Faster than mouths open and close."""

WIDTH = 640
"""Pixels across at which frames are looked at; none is made larger."""

LONGEST_S = 20.0
"""Of one stretch: 115 MiB of frames of 16:9."""

PATCH = (1.2, 0.8)
"""Width and height of what is looked at round mouth and eyes, in distances between the two."""

LEAST_PATCH = 3
"""Pixels high under which nothing can be told."""


@dataclass(frozen=True)
class FaceAt:
    """One look at a face: when, and its eyes, nose and mouth as parts of the frame."""

    time_s: float
    landmarks: Points


def mouths_moved(
    media: MediaFile, start_s: float, end_s: float, faces: Mapping[int, Sequence[FaceAt]]
) -> tuple[Floats, dict[int, Floats]]:
    """Times of the frames, and for each face how many code values its mouth changed more than its eyes up to each of them.

    Nothing where the stretch cannot be decoded; NaN where a face is too small or out of the frame.

    Args:
        media: The film.
        start_s: In film seconds.
        end_s: The same; a stretch longer than `LONGEST_S` is cut off.
        faces: By number, each by time.
    """
    frames = _frames(media, start_s, min(end_s, start_s + LONGEST_S))
    if len(frames) < 2:
        return np.zeros(0), {}
    times = start_s + (np.arange(1, len(frames)) + 0.5) / FRAMES_PER_S
    return times, {who: _moved(frames, times, looks) for who, looks in faces.items() if looks}


def _frames(media: MediaFile, start_s: float, end_s: float) -> Greys:
    """Shape (frames, height, width); none where they cannot be had."""
    if media.video is None or end_s <= start_s:
        return np.zeros((0, 1, 1), np.uint8)
    across, down = media.video.display_size
    width = min(WIDTH, across) // 2 * 2
    height = max(2, round(down * width / across / 2) * 2)
    chain = print_chain(
        [
            filter_("fps", fps=FRAMES_PER_S),
            filter_("scale", w=width, h=height, flags="area"),
            filter_("format", pix_fmts="yuv420p"),
            filter_("extractplanes", planes="y"),
        ]
    )
    span = local_input(
        media.path,
        start_s=Fraction(start_s).limit_denominator(1000),
        length_s=Fraction(end_s - start_s).limit_denominator(1000),
    )
    try:
        data = run([*PREAMBLE, *span, "-map", "0:v:0", "-vf", chain, "-f", "rawvideo", "pipe:1"])
    except ToolError:  # a damaged stretch: the picture is framed by what the stills show
        return np.zeros((0, 1, 1), np.uint8)
    count = len(data) // (width * height)
    return np.frombuffer(data, np.uint8, count * width * height).reshape(count, height, width)


def _moved(frames: Greys, times: Floats, looks: Sequence[FaceAt]) -> Floats:
    height, width = frames.shape[1:]
    at = np.array([look.time_s for look in looks])
    marks = np.array([look.landmarks for look in looks]) * (width, height)  # looks, 5, 2
    eyes = _between(times, at, marks[:, :2].mean(axis=1))
    mouth = _between(times, at, marks[:, 3:].mean(axis=1))
    apart = float(np.median(np.hypot(*(marks[:, 3:].mean(axis=1) - marks[:, :2].mean(axis=1)).T)))
    wide, high = (max(1, round(part * apart)) for part in PATCH)
    moved = np.full(len(times), np.nan)
    if high < LEAST_PATCH:
        return moved
    for index in range(len(times)):
        changes = [
            _change(frames[index], frames[index + 1], middle[index], wide, high) for middle in (mouth, eyes)
        ]
        if None not in changes:
            of_mouth, of_eyes = (float(change or 0.0) for change in changes)
            moved[index] = max(0.0, of_mouth - of_eyes)
    return moved


def _between(times: Floats, at: Floats, places: Floats) -> Floats:
    return np.stack([np.interp(times, at, places[:, axis]) for axis in (0, 1)], axis=1)


def _change(before: Greys, after: Greys, middle: Floats, wide: int, high: int) -> float | None:
    """Mean change of a patch, light that changes all over it left out; None where it is not inside the frame."""
    left, top = round(float(middle[0]) - wide / 2), round(float(middle[1]) - high / 2)
    if left < 0 or top < 0 or left + wide > before.shape[1] or top + high > before.shape[0]:
        return None
    part = (slice(top, top + high), slice(left, left + wide))
    change = after[part].astype(np.float64) - before[part]
    return float(np.abs(change - np.median(change)).mean())
