"""The path of a crop over a film's picture: from a few points to a smooth move, as numbers and as an ffmpeg expression.

Between two points the middle follows a monotone cubic (Fritsch and Carlson, "Monotone Piecewise Cubic Interpolation",
SIAM J. Numer. Anal. 17, 1980): it never swings past a point, starts and ends at rest, and passes through points
on the way without stopping. Where the crop should be is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cinecore.ffmpeg.graph import Filter, filter_
from cinecore.timeline import FramePoint, Framing

FINER = 4
"""A moving crop is cut out of a picture this many times finer along its way: steps of a quarter of a pixel, which
nobody sees, where whole pixels would judder at 1 to 3 pixels a frame."""


@dataclass(frozen=True)
class Piece:
    """A cubic from frame `start` to frame `end`: c0 + c1 u + c2 u² + c3 u³, with u from 0 to 1 between them."""

    start: int
    end: int
    coefficients: tuple[float, float, float, float]

    def at(self, frame: float) -> float:
        """The value at a frame, held before and after."""
        u = min(1.0, max(0.0, (frame - self.start) / (self.end - self.start)))
        c0, c1, c2, c3 = self.coefficients
        return c0 + u * (c1 + u * (c2 + u * c3))


def pieces_through(places: Sequence[tuple[int, float]]) -> tuple[Piece, ...]:
    """The monotone cubics through (frame, value) pairs, frames rising; at rest at both ends; none for one pair."""
    steps = [(b[0] - a[0], (b[1] - a[1]) / (b[0] - a[0])) for a, b in pairwise(places)]
    slopes = [0.0] * len(places)
    for index in range(1, len(places) - 1):
        (before, rise), (after, next_rise) = steps[index - 1], steps[index]
        if rise * next_rise > 0:
            first, second = 2 * after + before, after + 2 * before
            slopes[index] = (first + second) / (first / rise + second / next_rise)
    found = []
    for index, (length, _) in enumerate(steps):
        begin, end = places[index], places[index + 1]
        left, right, difference = slopes[index] * length, slopes[index + 1] * length, end[1] - begin[1]
        found.append(
            Piece(
                begin[0],
                end[0],
                (begin[1], left, 3 * difference - 2 * left - right, left + right - 2 * difference),
            )
        )
    return tuple(found)


def runs_of(points: Sequence[FramePoint]) -> list[list[FramePoint]]:
    """The points in runs, each a move of its own; a point that is jumped to begins one."""
    runs: list[list[FramePoint]] = []
    for point in points:
        if point.jumps or not runs:
            runs.append([])
        runs[-1].append(point)
    return runs


def middle_at(framing: Framing, frame: float) -> tuple[float, float]:
    """Where the crop's middle lies at a frame of its picture, as parts of the shown picture."""
    runs = runs_of(framing.points)
    current = runs[0]
    for run in runs[1:]:
        if run[0].frame <= frame:
            current = run
    return _value(current, frame, "x"), _value(current, frame, "y")


def _value(run: Sequence[FramePoint], frame: float, axis: str) -> float:
    places = [(point.frame, float(getattr(point, axis))) for point in run]
    value = places[0][1]
    for piece in pieces_through(places):
        if frame >= piece.start:
            value = piece.at(frame)
    return value


def crop_filters(
    framing: Framing, shown: tuple[int, int], out: tuple[int, int], *, is_still: bool
) -> list[Filter]:
    """What cuts `out` pixels out of a picture of `shown` pixels along the path.

    Args:
        framing: The path; frames are counted by the filter from zero.
        shown: Size of the whole picture, at the scale of the output.
        out: Size of what is left.
        is_still: Hold the place of the path's middle (previews show stills anyway).
    """
    if is_still:
        middle = middle_at(framing, (framing.points[0].frame + framing.points[-1].frame) / 2)
        framing = Framing(framing.width, framing.height, (FramePoint(0, *middle),))
    moves = [len({getattr(point, axis) for point in framing.points}) > 1 for axis in ("x", "y")]
    if not any(moves):
        point = framing.points[0]
        place = {"x": _even_place(point.x, shown[0], out[0]), "y": _even_place(point.y, shown[1], out[1])}
        return [filter_("crop", w=out[0], h=out[1], **place)]
    # only what the path ever shows is made finer
    (left, width), (top, height) = (
        _window(framing, axis, whole, part) for axis, whole, part in zip(("x", "y"), shown, out, strict=True)
    )
    finer = [FINER if is_moving else 1 for is_moving in moves]
    cut_width, cut_height = out[0] * finer[0], out[1] * finer[1]
    across = _expression(framing, "x", shown[0] * finer[0], cut_width, left * finer[0])
    down = _expression(framing, "y", shown[1] * finer[1], cut_height, top * finer[1])
    return [
        filter_("crop", w=width, h=height, x=left, y=top),
        filter_("scale", w=width * finer[0], h=height * finer[1], flags="bicubic"),
        filter_("crop", w=cut_width, h=cut_height, x=across, y=down, exact=1),
        filter_("scale", w=out[0], h=out[1], flags="area"),
    ]


def _window(framing: Framing, axis: str, whole: int, part: int) -> tuple[int, int]:
    """First pixel and length of what the path shows along one axis: even, inside the picture."""
    places = [float(getattr(point, axis)) * whole - part / 2 for point in framing.points]
    first = max(0, min(whole - part, int(min(places)) // 2 * 2))
    end = min(whole, max(first + part, -int(-(max(places) + part) // 2) * 2))
    return first, end - first


def _even_place(middle: float, whole: int, part: int) -> int:
    """Where a still crop begins: on an even pixel, inside the picture."""
    return max(0, min(whole - part, round((middle * whole - part / 2) / 2) * 2))


def _expression(framing: Framing, axis: str, whole: int, part: int, first: int) -> str:
    """The crop's first pixel by frame `n`, counted from `first`; `crop` itself keeps it inside the picture."""
    told = ""
    for number, run in enumerate(runs_of(framing.points)):
        places = [(point.frame, float(getattr(point, axis)) * whole - part / 2 - first) for point in run]
        text = f"{places[0][1]:.3f}"
        for piece in pieces_through(places):
            _, c1, c2, c3 = piece.coefficients
            if not any((c1, c2, c3)):
                continue
            share = f"clip((n-({piece.start}))/{piece.end - piece.start},0,1)"
            text += f"+st(0,{share})*({c1:.3f}+ld(0)*({c2:.3f}+ld(0)*({c3:.3f})))"
        told = text if not number else f"if(gte(n,{run[0].frame}),{text},{told})"
    # rounded to the nearest pixel, where `crop` would cut off
    return f"floor({told}+0.5)"
