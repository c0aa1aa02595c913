"""The film as numbered frames of the output rate, and which of them may be shown or cut at.

Times become frame numbers here and go back to exact source times here; nothing is chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import FilmAnalysis
from cinecore.timebase import FrameRate, seconds_text
from cinecut.models import DialogueEvent, LineKind

Mask = npt.NDArray[np.bool_]

LINE_GUARD_S = Fraction(1, 1000)
"""How far a cut stays off a line's edge: subtitle times and MKV times are whole milliseconds."""

FLASH_RISE = 0.3
"""Part of full range by which a frame is brighter than those 3 before and 3 after it: a flash."""

BLACK_LUMA = 0.012
"""Mean luma below which a frame counts as black."""


@dataclass(frozen=True)
class FilmGrid:
    """Frame n is shown at `origin + n / fps` seconds of the film."""

    analysis: FilmAnalysis
    rate: FrameRate

    @cached_property
    def origin(self) -> Fraction:
        """Seconds at which frame 0 is shown."""
        return self.analysis.frame_time(0) if len(self.analysis.frame_pts) else Fraction(0)

    @cached_property
    def frames(self) -> int:
        """How many frames the film has at this rate."""
        last = (
            self.analysis.frame_time(len(self.analysis.frame_pts) - 1) if len(self.analysis.frame_pts) else 0
        )
        return max(1, math.floor((last - self.origin) * self.rate.fps + Fraction(1, 2)) + 1)

    @cached_property
    def is_constant(self) -> bool:
        """Whether every frame of the film is one of the grid's, to within .4 of a frame."""
        pts = self.analysis.frame_pts
        if len(pts) != self.frames:
            return False
        times = (pts - pts[0]).astype(np.float64) * float(self.analysis.time_base * self.rate.fps)
        return bool(np.all(np.abs(times - np.arange(len(pts))) < 0.4))

    def at_or_after(self, seconds: float | Fraction) -> int:
        """The first frame shown at `seconds` or later, half a millisecond of rounding allowed."""
        return math.ceil((_exact(seconds) - self.origin - LINE_GUARD_S / 2) * self.rate.fps)

    def at_or_before(self, seconds: float | Fraction) -> int:
        """The last frame shown at `seconds` or earlier, half a millisecond of rounding allowed."""
        return math.floor((_exact(seconds) - self.origin + LINE_GUARD_S / 2) * self.rate.fps)

    def seconds(self, frame: int) -> float:
        """When a frame is shown; for measures, not for manifests."""
        return float(self.origin + frame / self.rate.fps)

    def source_span(self, first: int, count: int) -> tuple[float, float]:
        """`source_start_s` and `source_end_s` of `count` frames from `first` on, as the film times them."""
        start = self._film_time(first)
        end = start + count / self.rate.fps
        real_end = self._film_time(first + count)
        if abs(real_end - end) <= Fraction(2, 1000):
            end = real_end
        return seconds_text(start), seconds_text(end)

    def _film_time(self, frame: int) -> Fraction:
        ideal = self.origin + frame / self.rate.fps
        if frame >= self.frames or not self.is_constant:
            return (
                ideal  # between a variable film's frames there is no nearest one that keeps off a line's edge
            )
        return self.analysis.frame_time(self.analysis.frame_at(float(ideal)))

    @cached_property
    def film_frames(self) -> npt.NDArray[np.int64]:
        """For each frame of the grid the index of the film's frame shown then."""
        if self.is_constant:
            return np.arange(self.frames, dtype=np.int64)
        pts = (self.analysis.frame_pts - self.analysis.frame_pts[0]).astype(np.float64)
        times = pts * float(self.analysis.time_base * self.rate.fps)
        right = np.searchsorted(times, np.arange(self.frames) + 1e-6, side="right") - 1
        return np.clip(right, 0, len(pts) - 1)

    def curve(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """A per-film-frame curve of the analysis, per frame of the grid; zeros where it is too short."""
        if len(values) < len(self.analysis.frame_pts):
            return np.zeros(self.frames, dtype=np.float32)
        return values[self.film_frames]

    @cached_property
    def shot_of(self) -> npt.NDArray[np.int32]:
        """The index into `analysis.shots` of each frame."""
        starts = [self.at_or_after(shot.start_s) for shot in self.analysis.shots]
        found = np.searchsorted(np.array(starts), np.arange(self.frames), side="right") - 1
        return np.maximum(found, 0).astype(np.int32)

    @cached_property
    def clean(self) -> Mask:
        """Frames that belong to one shot alone: no dissolve, fade, flash or black."""
        mask = np.zeros(self.frames, dtype=np.bool_)
        margin = 0 if self.is_constant else 2
        for shot in self.analysis.shots:
            first, last = shot.start_s, shot.end_s
            if shot.clean_end_s > shot.clean_start_s:
                first, last = max(first, shot.clean_start_s), min(last, shot.clean_end_s)
            # an edge of the film is no shot change: nothing foreign lies beyond it
            begin = self.at_or_after(first) + (margin if first > 0.1 else 0)
            end = min(self.at_or_after(last), self.frames) - margin
            if end > begin >= 0:
                mask[begin:end] = True
        mask &= ~self._flashes()
        luma = self.curve(self.analysis.luma)
        if luma.any():
            mask &= luma >= BLACK_LUMA
        elif len(self.analysis.luma):
            mask[:] = False
        return mask

    def _flashes(self) -> Mask:
        luma = self.curve(self.analysis.luma)
        flash = np.zeros(self.frames, dtype=np.bool_)
        if self.frames > 8:
            padded = np.pad(luma, 3, mode="edge")
            flash = (luma - padded[:-6] > FLASH_RISE) & (luma - padded[6:] > FLASH_RISE)
            wide = np.convolve(flash.astype(np.int8), np.ones(5, dtype=np.int8), mode="same")
            flash = wide > 0
        return flash

    def mask_of(self, spans: Iterable[tuple[float, float]]) -> Mask:
        """True in every frame that is seen within one of the spans of seconds."""
        mask = np.zeros(self.frames, dtype=np.bool_)
        for start_s, end_s in spans:
            mask[max(0, self.at_or_before(start_s)) : max(0, self.at_or_after(end_s))] = True
        return mask

    def line_span(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Frames `[first, end)` that hold a line wholly: a cut at either edge does not touch it."""
        first = math.floor((_exact(start_s) - LINE_GUARD_S - self.origin) * self.rate.fps)
        end = math.ceil((_exact(end_s) + LINE_GUARD_S - self.origin) * self.rate.fps)
        return max(0, first), max(0, end)

    def spoken(self, events: Sequence[DialogueEvent]) -> Mask:
        """True in every frame in which a line is spoken, in part or wholly."""
        mask = np.zeros(self.frames, dtype=np.bool_)
        for event in events:
            if event.kind is LineKind.SPEECH:
                first, end = self.line_span(event.start_s, event.end_s)
                mask[first:end] = True
        return mask


def _exact(seconds: float | Fraction) -> Fraction:
    return seconds if isinstance(seconds, Fraction) else Fraction(str(seconds))


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open runs of True, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
