"""Which part of the film's picture a trailer can show, and how large it becomes: aspect and letterbox; pure.

Sizes. A re-framed picture is cut out of the film's own pixels and never made larger: 9:16 of a film of 1920 × 1080 is
608 × 1080. Enlarging it to 1080 × 1920 would triple the bytes for no detail; players and platforms scale for their screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cinecore.timeline import FramePoint, Framing
from cinecut.manifest.schema import Aspect, Clip, FramingPoint, PictureShape

SAME_SHAPE = 0.01
"""Aspects that differ by less are one: 1920 × 1072 is 16:9 by rounding."""

ANALYSED_LINE = 1 / 180
"""Height of a line of the analysis, as a part of the picture's: so exactly it knows where bars end."""

Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Cut:
    """What is cut out of a film's shown picture."""

    width: int
    height: int
    """Of the part that is shown, even."""
    box: Box
    """Left, top, right, bottom of where it may lie, as parts of the shown picture."""
    shown: tuple[int, int]
    """Size of the whole picture, shown in square pixels."""

    @property
    def parts(self) -> tuple[float, float]:
        """Width and height as parts of the shown picture."""
        return self.width / self.shown[0], self.height / self.shown[1]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is cut."""
        return (self.width, self.height) == self.shown

    def kept_inside(self, x: float, y: float) -> tuple[float, float]:
        """The nearest middle at which the crop lies in its box."""
        across, down = self.parts
        return (
            _clamped(x, self.box[0] + across / 2, self.box[2] - across / 2),
            _clamped(y, self.box[1] + down / 2, self.box[3] - down / 2),
        )


def _clamped(value: float, low: float, high: float) -> float:
    return (low + high) / 2 if low > high else min(high, max(low, value))


def ratio_of(aspect: Aspect) -> Fraction:
    """Width by height."""
    width, height = aspect.split(":")
    return Fraction(int(width), int(height))


def cut_of(shape: PictureShape | None, shown: tuple[int, int]) -> Cut:
    """What of a picture is shown; all of it where nothing else is asked for.

    Args:
        shape: The manifest's.
        shown: Size of the film's picture in square pixels.
    """
    width, height = shown
    whole = Cut(width, height, WHOLE, shown)
    if shape is None:
        return whole
    has_bars = shape.picture_box is not None and shape.picture_box != WHOLE
    wanted = None if shape.aspect is None else ratio_of(shape.aspect)
    keeps_frame = shape.letterbox != "remove" or not has_bars
    if keeps_frame and (wanted is None or abs(Fraction(width, height) / wanted - 1) < SAME_SHAPE):
        return whole
    box = _inner(shape.picture_box, shown) if shape.picture_box is not None and has_bars else WHOLE
    room_width, room_height = (box[2] - box[0]) * width, (box[3] - box[1]) * height
    room = int(room_width + 0.001) // 2 * 2, int(room_height + 0.001) // 2 * 2
    if wanted is None or abs(room_width / room_height / float(wanted) - 1) < SAME_SHAPE:
        return Cut(*room, box, shown)
    across = min(room_width, room_height * float(wanted))
    down = min(room_height, room_width / float(wanted))
    return Cut(min(_even(across), room[0]), min(_even(down), room[1]), box, shown)


def _inner(box: Box, shown: tuple[int, int]) -> Box:
    """The picture inside its bars, a line of the analysis taken off where there are bars: none of them stays."""
    across, down = ANALYSED_LINE * shown[1] / shown[0], ANALYSED_LINE
    left, top, right, bottom = box
    return (
        left + across if left > 0 else 0.0,
        top + down if top > 0 else 0.0,
        right - across if right < 1 else 1.0,
        bottom - down if bottom < 1 else 1.0,
    )


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)


def framing_of(clip: Clip, cut: Cut, first_s: Fraction, fps: Fraction) -> Framing | None:
    """The clip's crop in output frames; None where all of the picture is shown.

    Args:
        clip: With its framing in film seconds; without one the middle is shown.
        cut: What is cut out of the film.
        first_s: Film second of the clip's first frame.
        fps: The output's.
    """
    if cut.is_whole:
        return None
    points: list[FramePoint] = []
    for point in clip.framing or (FramingPoint(source_s=clip.source_start_s),):
        frame = round((Fraction(str(point.source_s)) - first_s) * fps)
        if points and frame <= points[-1].frame:
            if not point.jumps:
                continue
            points = [one for one in points if one.frame < frame]
        points.append(FramePoint(frame, *cut.kept_inside(point.x, point.y), jumps=point.jumps))
    return Framing(*cut.parts, tuple(points))
