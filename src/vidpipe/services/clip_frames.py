"""A clip decoded once: its brightness frame by frame, and a few frames whole: first, last, and where most moves.

Deliberately not here: what is in the frames.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from cinecore.errors import ToolError
from cinecore.ffmpeg.command import PREAMBLE, decimal, local_input
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import open_process

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, RGB."""

FRAMES_AT_MOST = 8
LONG_SIDE = 1280
"""Pixels of the longer side of what is looked at: larger pictures are reduced, smaller ones left."""

FLASH_LEVELS = 5.0
"""Levels of 255 by which a frame's brightness leaves its surroundings' before it is a flash: lightning changes every
colour, and moves most of all frames."""

SURROUNDINGS = 0.1
"""How fast the surroundings' brightness follows."""

CELL = 8
"""Pixels of a whole picture for each one of a small one, in both directions."""

TAIL_S = Fraction(1)
"""How much of the clip before is decoded to see how it ended."""


@dataclass(frozen=True)
class ClipFrame:
    """One frame kept whole."""

    index: int
    time_s: float
    picture: Picture


@dataclass(frozen=True)
class ClipFrames:
    """What was decoded."""

    frames_per_second: float
    luma: npt.NDArray[np.float32]
    """Every frame, small: n × height × width, 0 to 255 (of the green plane, which is most of what brightness is)."""
    kept: tuple[ClipFrame, ...]
    """In the clip's order; the first and the last frame are always among them."""

    @property
    def motion(self) -> npt.NDArray[np.float32]:
        """How much each frame differs from the one before it: mean absolute difference, 0 for the first."""
        return _motion(self.luma)


def decode_clip(clip: Path, *, most: int = FRAMES_AT_MOST) -> ClipFrames:
    """The whole clip, in one pass.

    Raises:
        InputError: It is no video.
        ToolError: It cannot be decoded.
    """
    media = probe(clip)
    assert media.video is not None  # noqa: S101 - probing refused files without pictures
    expected = media.video.frame_count or round(media.duration * media.video.average_rate.fps)
    return _decoded(clip, int(expected), most, tail_only=False)


def decode_tail(clip: Path) -> ClipFrames:
    """The last second of a clip, its last frame kept whole.

    Raises:
        InputError: It is no video.
        ToolError: It cannot be decoded.
    """
    return _decoded(clip, 1, 1, tail_only=True)


def _decoded(clip: Path, expected: int, most: int, *, tail_only: bool) -> ClipFrames:
    media = probe(clip)
    assert media.video is not None  # noqa: S101 - probing refused files without pictures
    native = (media.video.coded_width, media.video.coded_height)
    width, height = fitted(media.video.display_size)
    start = max(Fraction(0), media.duration - TAIL_S) if tail_only else None
    arguments = [
        *PREAMBLE,
        *(("-ss", decimal(start)) if start else ()),
        *local_input(clip),
        *("-map", "0:v:0", "-fps_mode", "passthrough"),
        # a scaler that has nothing to scale still costs as much as decoding does
        *(
            "-vf",
            "format=rgb24"
            if (width, height) == native
            else f"scale={width}:{height}:flags=bilinear,format=rgb24",
        ),
        *("-f", "rawvideo", "pipe:1"),
    ]
    keeper = _Keeper(expected, most)
    lumas = []
    with open_process(arguments) as running:
        for picture in _pictures(running.stdout, width, height):
            luma = small_luma(picture)
            keeper.offer(picture, luma)
            lumas.append(luma)
        running.finish()
    if not lumas:
        raise ToolError("The clip holds no frame that can be decoded.", clip, "Make the scene again.")
    rate = float(media.video.average_rate.fps)
    return ClipFrames(
        frames_per_second=rate,
        luma=np.stack(lumas),
        kept=tuple(ClipFrame(index, index / rate, picture) for index, picture in keeper.kept()),
    )


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """A size reduced to `LONG_SIDE`, both sides even."""
    scale = min(1.0, LONG_SIDE / max(size))
    return max(CELL, round(size[0] * scale / 2) * 2), max(CELL, round(size[1] * scale / 2) * 2)


def small_luma(picture: Picture) -> npt.NDArray[np.float32]:
    """A picture's brightness, a `CELL`th in both directions."""
    height, width = (side // CELL * CELL for side in picture.shape[:2])
    # every fourth pixel of the green plane: a sixteenth of the work, and the mean of four takes the noise away
    green = picture[:height:4, :width:4, 1].astype(np.float32)
    rows = green[::2] + green[1::2]
    mean: npt.NDArray[np.float32] = ((rows[:, ::2] + rows[:, 1::2]) / 4).astype(np.float32)
    return mean


def _motion(luma: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    steps = np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2))
    motion: npt.NDArray[np.float32] = np.concatenate([np.zeros(1, np.float32), steps]).astype(np.float32)
    return motion


def _pictures(stream: IO[bytes], width: int, height: int) -> Iterator[Picture]:
    """Frame after frame; each is valid until the next but one is asked for.

    Two blocks of memory take turns: new memory for every frame costs as much as reading it.
    """
    size = width * height * 3
    for block in itertools.cycle((bytearray(size), bytearray(size))):
        view, filled = memoryview(block), 0
        while filled < size:
            count = stream.readinto(view[filled:])  # type: ignore[attr-defined]  # a buffered reader has it
            if not count:
                return
            filled += count
        yield np.frombuffer(block, np.uint8).reshape(height, width, 3)


class _Keeper:
    """Keeps the first and the last frame, and of each stretch between them the one in which most moves.

    Only what is kept stays in memory: a handful of frames, however long the clip is.
    """

    def __init__(self, expected: int, most: int) -> None:
        self._stretches = max(0, most - 2)
        self._expected = max(1, expected)
        self._first: tuple[int, Picture] | None = None
        self._last: tuple[int, Picture] | None = None
        self._strongest: dict[int, tuple[float, int, Picture]] = {}
        self._before: npt.NDArray[np.float32] | None = None
        self._moved = 0.0
        self._usual = 0.0
        self._count = 0

    def offer(self, picture: Picture, luma: npt.NDArray[np.float32]) -> None:
        """Take the next frame."""
        index = self._count
        self._count += 1
        light = float(luma.mean())
        if self._before is None:
            moved, self._usual = 0.0, light
        else:
            moved = float(np.abs(luma - self._before).mean())
        if abs(light - self._usual) > FLASH_LEVELS:
            moved = -abs(light - self._usual)  # a stretch that is all flash keeps its mildest frame
        self._usual += SURROUNDINGS * (light - self._usual)
        self._before = luma
        if self._first is None:
            self._first = (index, picture.copy())
        if self._last is not None and self._stretches and self._last[0] > 0:
            self._consider(self._last[0], self._last[1], self._moved)
        self._last, self._moved = (index, picture), moved

    def _consider(self, index: int, picture: Picture, moved: float) -> None:
        stretch = min(self._stretches - 1, index * self._stretches // self._expected)
        best = self._strongest.get(stretch)
        if best is None or moved > best[0]:
            self._strongest[stretch] = (moved, index, picture.copy())

    def kept(self) -> list[tuple[int, Picture]]:
        """Index and picture of each frame kept, in order."""
        assert self._first is not None  # noqa: S101 - asked after at least one frame
        assert self._last is not None  # noqa: S101 - as above
        chosen = {index: picture for _, index, picture in self._strongest.values()}
        if self._stretches:
            chosen[self._first[0]] = self._first[1]
        chosen[self._last[0]] = self._last[1]
        return sorted(chosen.items(), key=lambda item: item[0])
