"""How things and cameras move, as pure figures of time: where a camera looks, what a layer does at one moment.

Everything follows from the time in the shot, the shot's length and a phase; the same moment always gives the
same figures. Deliberately not here: pictures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

TURN_REACH_FAR: Final = 0.72
"""What part of a pan or tilt the farthest layer follows; a turning head sees hardly any parallax."""

ZOOM_REACH_FAR: Final = 0.3
"""What part of a push the farthest layer but the sky follows."""

SKY_DEPTH: Final = 0.02
"""Layers up to here are so far that walking towards or past them changes nothing."""

PAN_WIDTHS_PER_SECOND: Final = 0.032
PAN_WIDTHS: Final = (0.07, 0.2)
"""Least and most that a pan or a track covers, in widths of the frame: 0.2 leaves the edge of a world drawn
1.35 times as large 96 of 1280 pixels away."""

TRACK_GAIN: Final = 1.35
"""A track covers more than a pan: near things pass, far ones stay."""

TILT_HEIGHTS: Final = (0.06, 0.18)
TILT_HEIGHTS_PER_SECOND: Final = 0.03

ZOOM_FARTHEST: Final = 0.93
"""Where a push in begins; 1 shows the frame as it was composed."""

ZOOM_PER_SECOND: Final = 0.035
ZOOM_NEAREST: Final = (1.08, 1.2)
"""Where a push in ends: at least and at most; more would show the drawing's own pixels."""

STEPS_PER_SECOND: Final = (1.0, 1.9)
"""Slowest and fastest; in between as many as the way asks for."""

STEP_HEIGHTS: Final = 0.33
"""Length of a step in heights of whoever walks."""

SWING: Final = 0.38
"""How far a leg or an arm leans forwards and backwards, in radians."""

WALK_HEIGHTS_PER_SECOND: Final = 0.45
DRIVE_WIDTHS_PER_SECOND: Final = 0.3
TRAVEL_WIDTHS_AT_MOST: Final = 0.24
"""Of the frame: whoever walks or drives stays in it for the whole shot."""

RISE_HEIGHTS: Final = 0.2

BLINK_EVERY_S: Final = 3.1
BLINK_S: Final = 0.16
MOUTH_HZ: Final = 3.4
"""Openings of a mouth a second: about the syllables of calm speech."""

EDGE_S: Final = 1e-6
"""Nearer to a shot's ends than this is the end itself."""


def eased(part: float) -> float:
    """0 to 1 with a soft start and end, as a person moves a camera."""
    part = min(1.0, max(0.0, part))
    return part * part * (3 - 2 * part)


@dataclass(frozen=True)
class View:
    """Where the camera stands at one moment, as seen by a layer at depth 1."""

    shift_x: float = 0.0
    """How far the picture has moved to the right, in frame pixels."""
    shift_y: float = 0.0
    zoom: float = 1.0
    is_turn: bool = False
    """Whether it turns (pan, tilt) and so moves far and near nearly alike."""

    def at(self, depth: float) -> tuple[float, float, float]:
        """Shift right, shift down and scale of a layer at this depth."""
        if self.is_turn:
            reach = TURN_REACH_FAR + (1 - TURN_REACH_FAR) * depth
        else:
            reach = 0.0 if depth <= SKY_DEPTH else depth
        zoom_reach = 0.0 if depth <= SKY_DEPTH else ZOOM_REACH_FAR + (1 - ZOOM_REACH_FAR) * depth
        return self.shift_x * reach, self.shift_y * reach, self.zoom**zoom_reach


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(bounds[1], max(bounds[0], value))


def view_at(movement: str, part: float, duration_s: float, width: int, height: int) -> View:
    """Where the camera is when this part (0 to 1) of the shot has passed.

    `movement` is a `CameraMove`; the frame is `width` × `height` pixels.
    """
    place = eased(part)
    if movement in {"pan_left", "pan_right", "track_left", "track_right"}:
        is_turn = movement.startswith("pan")
        gain = 1.0 if is_turn else TRACK_GAIN
        reach = _within(PAN_WIDTHS_PER_SECOND * duration_s, PAN_WIDTHS) * gain * width
        # the camera goes right, the picture goes left
        sign = 1 if movement.endswith("left") else -1
        return View(shift_x=sign * reach * (place - 0.5), is_turn=is_turn)
    if movement in {"tilt_up", "tilt_down"}:
        reach = _within(TILT_HEIGHTS_PER_SECOND * duration_s, TILT_HEIGHTS) * height
        sign = 1 if movement == "tilt_up" else -1
        return View(shift_y=sign * reach * (place - 0.5), is_turn=True)
    if movement in {"push_in", "pull_out"}:
        nearest = _within(1 + ZOOM_PER_SECOND * duration_s, ZOOM_NEAREST)
        if movement == "pull_out":
            place = 1 - place
        # equal steps of the exponent look like equal speed
        return View(zoom=ZOOM_FARTHEST * (nearest / ZOOM_FARTHEST) ** place)
    return View()


@dataclass(frozen=True)
class Pose:
    """What a layer does at one moment, in its own pixels about its pivot, before the camera sees it."""

    dx: float = 0.0
    dy: float = 0.0
    angle: float = 0.0
    """Radians, clockwise as seen."""
    stretch_x: float = 1.0
    stretch_y: float = 1.0
    level: float = 1.0
    """How strongly it shows: 0 not at all."""


STILL: Final = Pose()
HIDDEN: Final = Pose(level=0.0)


@dataclass(frozen=True)
class Moment:
    """A time in a shot, and who speaks when."""

    time_s: float
    duration_s: float
    speaking: tuple[tuple[str, float, float], ...] = ()
    """(tag, start, end) in seconds."""

    @property
    def is_an_end(self) -> bool:
        """Whether this is the first or the last picture, which stand alone as keyframes."""
        return self.time_s <= EDGE_S or self.time_s >= self.duration_s - EDGE_S


def speaking_spans(speaking: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, float, float], ...]:
    """Who speaks when, from a clip request; entries without a tag move no mouth."""
    return tuple(
        (str(entry["tag"]), float(entry["start_s"]), float(entry["end_s"]))
        for entry in speaking
        if entry.get("tag")
    )


@dataclass(frozen=True)
class Stride:
    """How one leg goes, from which follows how high its body is."""

    phase: float
    amount: float
    lean: float
    """As drawn, radians from upright."""
    length: float
    """In pixels."""


def leaning(phase: float, amount: float, cadence: float, time_s: float) -> float:
    """How far a limb leans now, in radians; a whole stride is two steps."""
    return amount * SWING * math.sin(math.pi * cadence * time_s + 2 * math.pi * phase)


def cadence_of(travel: str, moment: Moment, size: tuple[float, float], frame: Sequence[int]) -> float:
    """Steps a second of a group that travels so."""
    if not travel.startswith("walk"):
        return STEPS_PER_SECOND[1]
    return _within(_speed(travel, moment, size, frame) / (STEP_HEIGHTS * max(1.0, size[1])), STEPS_PER_SECOND)


def sinking(stride: Stride | None, cadence: float, time_s: float) -> float:
    """How much lower than drawn a body is now, in pixels, so that its foot stays on the ground."""
    if stride is None:
        return 0.0
    lean = leaning(stride.phase, stride.amount, cadence, time_s)
    return stride.length * (math.cos(stride.lean) - math.cos(lean))


def _speed(travel: str, moment: Moment, size: tuple[float, float], frame: Sequence[int]) -> float:
    """Pixels a second along its way."""
    if travel.startswith("walk"):
        speed = WALK_HEIGHTS_PER_SECOND * size[1]
    elif travel.startswith("drive"):
        speed = DRIVE_WIDTHS_PER_SECOND * size[0]
    else:
        return 0.0
    return min(speed, TRAVEL_WIDTHS_AT_MOST * frame[0] / max(moment.duration_s, EDGE_S))


def travelled(travel: str, moment: Moment, size: tuple[float, float], frame: Sequence[int]) -> float:
    """How far a travelling group has come, in pixels along its way; 0 in the middle of the shot.

    `size` is the group's width and height, `frame` the frame's.
    """
    return _speed(travel, moment, size, frame) * (moment.time_s - moment.duration_s / 2)


def travel_at(
    travel: str, phase: float, moment: Moment, size: tuple[float, float], frame: Sequence[int]
) -> tuple[float, float]:
    """How far a group stands from its place now, right and down, in pixels."""
    time_s = moment.time_s
    way = travelled(travel, moment, size, frame)
    side = -1 if travel.endswith("left") else 1
    if travel.startswith("walk"):
        return side * way, 0.0
    if travel.startswith("drive"):
        return side * way, math.sin(2 * math.pi * 2.3 * time_s) * 0.004 * size[1]
    if travel in {"rise", "fall"}:
        sign = -1 if travel == "rise" else 1
        part = time_s / max(moment.duration_s, EDGE_S) - 0.5
        return math.sin(2 * math.pi * (0.3 * time_s + phase)) * 0.02 * size[0], sign * RISE_HEIGHTS * part * (
            frame[1]
        )
    if travel == "float":
        return (
            math.sin(2 * math.pi * (0.13 * time_s + phase)) * 0.018 * frame[0],
            math.sin(2 * math.pi * (0.21 * time_s + phase) + 1.0) * 0.016 * frame[1],
        )
    if travel == "hop":
        return 0.0, -abs(math.sin(math.pi * (1.3 * time_s + phase))) * 0.09 * size[1]
    return 0.0, 0.0


def _openness(tag: str, moment: Moment) -> float:
    """How far a mouth is open, 0 to 1."""
    for whom, start_s, end_s in moment.speaking:
        if whom == tag and start_s <= moment.time_s < end_s:
            since = moment.time_s - start_s
            swing = 0.5 - 0.5 * math.cos(2 * math.pi * MOUTH_HZ * since)
            accent = 0.75 + 0.25 * math.sin(2 * math.pi * 1.1 * since + 0.7)
            return swing * accent
    return 0.0


def _flame(seconds: float, phase: float) -> float:
    """0 to 1, restless: three waves that never meet again."""
    turn = 2 * math.pi
    return (
        0.5
        + 0.22 * math.sin(turn * (2.9 * seconds + phase))
        + 0.17 * math.sin(turn * (4.7 * seconds + 2 * phase))
        + 0.11 * math.sin(turn * (7.3 * seconds + 3 * phase))
    )


def pose_at(  # noqa: PLR0911 - one short branch a word; a table of functions would say the same twice
    motion: str,
    *,
    phase: float,
    amount: float,
    tag: str,
    moment: Moment,
    size: tuple[float, float],
    way: float = 0.0,
    is_travelling: bool = False,
    lean: float = 0.0,
    cadence: float = STEPS_PER_SECOND[1],
) -> Pose:
    """What a layer does by itself now.

    `motion` is one of `board.MOTIONS`; `way` is how far its group has come, `lean` how it is drawn (radians,
    positive where its lower end is to the right), `cadence` the group's steps a second.
    """
    time_s, turn = moment.time_s, 2 * math.pi
    match motion:
        case "sway":
            return Pose(angle=amount * 0.03 * math.sin(turn * (0.32 * time_s + phase)))
        case "bob":
            return Pose(dy=amount * min(4.0, 0.01 * size[1]) * math.sin(turn * (0.42 * time_s + phase)))
        case "wave":
            return Pose(angle=amount * 0.36 * math.sin(turn * (1.5 * time_s + phase)))
        case "swing" if is_travelling:
            # drawn leaning forwards is leaning counter-clockwise where forwards is to the right
            return Pose(angle=lean - leaning(phase, amount, cadence, time_s))
        case "drift":
            cycle = turn * (time_s / 40 + phase)
            return Pose(dx=amount * 0.12 * size[0] * math.sin(cycle) * 0.5)
        case "flicker":
            return Pose(level=max(0.0, 1 - amount * 0.55 * _flame(time_s, phase)))
        case "shimmer":
            return Pose(
                dx=amount * 4.0 * math.sin(turn * (0.31 * time_s + phase)),
                stretch_y=1 + amount * 0.012 * math.sin(turn * (0.47 * time_s + phase)),
            )
        case "talk":
            openness = 0.0 if moment.is_an_end else _openness(tag, moment)
            return HIDDEN if openness < 0.12 else Pose(stretch_y=0.25 + 0.75 * openness)
        case "blink":
            since = (time_s + BLINK_EVERY_S * phase) % BLINK_EVERY_S - BLINK_EVERY_S / 2
            return STILL if 0 <= since < BLINK_S and not moment.is_an_end else HIDDEN
        case "spin" if is_travelling:
            return Pose(angle=amount * way / max(1.0, min(size) / 2))
        case "flap":
            return Pose(stretch_y=1 - amount * 0.32 * (1 + math.sin(turn * (1.9 * time_s + phase))))
        case "shake":
            return Pose(
                dx=amount * 1.3 * math.sin(turn * (6.1 * time_s + phase)),
                dy=amount * 1.0 * math.sin(turn * (7.7 * time_s + 2 * phase)),
            )
    return STILL
