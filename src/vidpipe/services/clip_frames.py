"""A clip decoded once: its brightness frame by frame, and a few frames whole: first, last, and where most moves.

Two pipes leave one ffmpeg: every frame small and grey, and some candidates in full, of which a handful is kept.
Deliberately not here: what is in the frames.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from cinecore.errors import ToolError
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import Graph, filter_
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import open_process
from cinecore.media import MediaFile

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, RGB."""

FEWEST_FRAMES, MOST_FRAMES = 4, 8
"""Frames kept of a clip: two and one for each second, within these."""

CANDIDATES = 14
"""Frames that are decoded in full; each takes 2.8 MB while the clip is decoded."""

LONG_SIDE = 1280
"""Pixels of the longer side of what is looked at: larger pictures are reduced, smaller ones left."""

FLASH_LEVELS = 5.0
"""Levels of 255 by which a frame's brightness leaves its surroundings' before it is a flash: lightning changes every
colour, and moves most of all frames."""

SURROUNDINGS = 9
"""Frames to each side whose median is the surroundings' brightness."""

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
    """Every frame, small and grey: n × height × width, 0 to 255."""
    kept: tuple[ClipFrame, ...]
    """In the clip's order; the first and the last frame are always among them."""

    @property
    def motion(self) -> npt.NDArray[np.float32]:
        """How much each frame differs from the one before it: mean absolute difference, 0 for the first."""
        steps = np.abs(np.diff(self.luma, axis=0)).mean(axis=(1, 2))
        motion: npt.NDArray[np.float32] = np.concatenate([np.zeros(1), steps]).astype(np.float32)
        return motion


def decode_clip(clip: Path) -> ClipFrames:
    """The whole clip, in one pass.

    Raises:
        InputError: It is no video.
        ToolError: It cannot be decoded.
    """
    media = probe(clip)
    assert media.video is not None  # noqa: S101 - probing refused files without pictures
    rate = media.video.average_rate.fps
    count = media.video.frame_count or max(1, round(media.duration * rate))
    wanted = _spread(count)
    luma, pictures = _decoded(media, wanted)
    if len(luma) != count:  # the container said another count than there is: its last frame was not asked for
        wanted = _spread(len(luma))
        luma, pictures = _decoded(media, wanted)
    whole = ClipFrames(float(rate), luma, ())
    most = min(MOST_FRAMES, max(FEWEST_FRAMES, 2 + round(len(luma) / rate)))
    chosen = _chosen(wanted, whole.motion, luma.mean(axis=(1, 2)), most)
    kept = tuple(
        ClipFrame(index, index / float(rate), picture)
        for index, picture in zip(wanted, pictures, strict=False)
        if index in chosen
    )
    return ClipFrames(float(rate), luma, kept)


def decode_tail(clip: Path) -> ClipFrames:
    """The last second of a clip, its last frame kept whole; frames are counted from where that second begins.

    Raises:
        InputError: It is no video.
        ToolError: It cannot be decoded.
    """
    media = probe(clip)
    assert media.video is not None  # noqa: S101 - probing refused files without pictures
    rate = float(media.video.average_rate.fps)
    start = max(Fraction(0), media.duration - TAIL_S)
    luma, pictures = _decoded(media, None, start)
    last = len(luma) - 1
    return ClipFrames(rate, luma, (ClipFrame(last, last / rate, pictures[-1]),))


def small_luma(picture: Picture) -> npt.NDArray[np.float32]:
    """A picture's brightness (BT.709), a `CELL`th in both directions."""
    height, width = (side // CELL * CELL for side in picture.shape[:2])
    luma = picture[:height, :width].astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    blocks = luma.reshape(height // CELL, CELL, width // CELL, CELL)
    mean: npt.NDArray[np.float32] = blocks.mean(axis=(1, 3), dtype=np.float32)
    return mean


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """A size reduced to `LONG_SIDE`, both sides even."""
    scale = min(1.0, LONG_SIDE / max(size))
    return max(CELL, round(size[0] * scale / 2) * 2), max(CELL, round(size[1] * scale / 2) * 2)


def _spread(count: int) -> list[int]:
    """Up to `CANDIDATES` frames evenly over a clip, first and last among them."""
    most = min(count, CANDIDATES)
    return sorted({round(at * (count - 1) / max(1, most - 1)) for at in range(most)})


def _chosen(
    candidates: list[int], motion: npt.NDArray[np.float32], light: npt.NDArray[np.float32], most: int
) -> set[int]:
    """First, last, and of each stretch between them the frame in which most moves; flashes only if there is no other."""
    first, last = candidates[0], candidates[-1]
    chosen = {first, last}
    for stretch in range(most - 2):
        begin, end = (first + (last - first) * at / (most - 2) for at in (stretch, stretch + 1))
        inside = [index for index in candidates[1:-1] if begin <= index < end]
        if inside:
            chosen.add(max(inside, key=lambda index: (-_flash(index, light), float(motion[index]), -index)))
    return chosen


def _flash(index: int, light: npt.NDArray[np.float32]) -> float:
    """How far over `FLASH_LEVELS` a frame's brightness leaves its surroundings'."""
    around = light[max(0, index - SURROUNDINGS) : index + SURROUNDINGS + 1]
    return max(0.0, abs(float(light[index] - np.median(around))) - FLASH_LEVELS)


def _decoded(
    media: MediaFile, wanted: list[int] | None, start: Fraction | None = None
) -> tuple[npt.NDArray[np.float32], list[Picture]]:
    """Every frame small, and the wanted ones whole; of a tail (no numbers wanted) the last one.

    Raises:
        ToolError: There is no frame, or ffmpeg failed.
    """
    assert media.video is not None  # noqa: S101 - probing refused files without pictures
    width, height = fitted(media.video.display_size)
    small = (max(1, width // CELL), max(1, height // CELL))
    graph = Graph()
    # said here, or ffmpeg may choose to convert before it parts the ways, and differently for a tail
    graph.add(
        f"0:{media.video.index}",
        [filter_("format", pix_fmts="yuv420p"), filter_("split", outputs=2)],
        ("every", "some"),
    )
    graph.add(
        "every",
        [
            filter_("scale", w=small[0], h=small[1], flags="area", out_range="pc"),
            filter_("format", pix_fmts="gray"),
        ],
        "small",
    )
    choice = [] if wanted is None else [filter_("select", expr="+".join(f"eq(n,{at})" for at in wanted))]
    is_native = (width, height) == (media.video.coded_width, media.video.coded_height)
    # a scaler that has nothing to scale still costs as much as decoding does
    scaling = [] if is_native else [filter_("scale", w=width, h=height, flags="bilinear")]
    graph.add("some", [*choice, *scaling, filter_("format", pix_fmts="rgb24")], "whole")
    arguments = [
        *PREAMBLE,
        *local_input(media.path, start_s=start),
        *("-filter_complex", str(graph)),
        *("-map", "[small]", "-fps_mode", "passthrough", "-f", "rawvideo", "{pipe0}"),
        *("-map", "[whole]", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"),
    ]
    grey: list[bytes] = []
    with open_process(arguments, extra_pipes=1) as running:
        reader = threading.Thread(target=_drain, args=(running.pipes[0], grey), daemon=True)
        reader.start()
        pictures = _pictures(running.stdout, width, height, last_only=wanted is None)
        reader.join()
        running.finish()
    data = b"".join(grey)
    count = len(data) // (small[0] * small[1])
    if not count or not pictures:
        raise ToolError("The clip holds no frame that can be decoded.", media.path, "Make the scene again.")
    lumas = np.frombuffer(data, np.uint8)[: count * small[0] * small[1]]
    return lumas.reshape(count, small[1], small[0]).astype(np.float32), pictures


def _drain(pipe: IO[bytes], blocks: list[bytes]) -> None:
    while block := pipe.read(1 << 18):
        blocks.append(block)


def _pictures(stream: IO[bytes], width: int, height: int, *, last_only: bool) -> list[Picture]:
    """The whole frames that arrive; of a tail only the last one is kept."""
    size = width * height * 3
    pictures: list[Picture] = []
    spare: list[Picture] = []
    while True:
        picture = spare.pop() if spare else np.empty((height, width, 3), np.uint8)
        view, filled = picture.reshape(-1).data, 0
        while filled < size:
            count = stream.readinto(view[filled:])  # type: ignore[attr-defined]  # a buffered reader has it
            if not count:
                return pictures
            filled += count
        pictures.append(picture)
        if last_only and len(pictures) > 1:
            spare.append(pictures.pop(0))
