"""The trailer's skeleton: which acts it has and between which beats they lie; no footage is looked at.

Every cut point is a beat of the grid, so positions are counted in beats: position 0 is the first frame,
the others are beats, the last is the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from cinecore.errors import InputError
from cinecore.timebase import FrameRate
from cinecore.timeline import BeatGrid
from cinecut.manifest.schema import Act
from cinecut.manifest.vibe_profile import VibeProfile

SHORT_S = 30.0
"""Below this, cold open and button go, and the breath is a share of the whole."""

SHORTEST_WITH_TAGLINE_S = 15.0
"""Below this there is no room for a tagline."""

LEAST_WITH_ENTRY_S = 15.0
"""Below this, the beat has no first, smaller entry of its own."""

FULL_LENGTHS_S = 60.0
"""Below this, clip lengths shrink with the trailer."""

LEAST_DURATION_S = 3.0
LEAST_CLIP_S = 0.5
"""Clips must be longer than this outside a montage."""
LEAST_MONTAGE_S = 0.3
MONTAGE_END = 0.7
"""Length of a montage's last clips, as a part of the act's length."""
MOST_READING = 0.2
"""Part of a trailer for which one card may stand: a title of two hundred letters is read in no trailer of 30 s."""

COUNTED_OVER_S = 120.0
"""The vibes' clip counts are for two minutes."""
SHORT_BREATH_SHARE, LEAST_BREATH_S = 0.04, 0.51


_Span = tuple[Act, int, int, str]
"""Act, first and last position, and the kind of card where it is one."""


@dataclass(frozen=True)
class Section:
    """One act between two positions."""

    act: Act
    first: int
    last: int
    holds: Literal["many", "one", "card", "locked"]
    targets_s: tuple[float, float]
    """Wanted clip length at its start and at its end."""
    least_frames: int
    card: str = ""
    """title | tagline | black, where it is a card."""
    lock: int = -1
    """Which locked clip fills it, where one does."""


@dataclass(frozen=True)
class Shape:
    """All acts, and the output frame of each position."""

    rate: FrameRate
    grid: BeatGrid
    positions: tuple[int, ...]
    sections: tuple[Section, ...]

    @property
    def frames(self) -> int:
        """Length in output frames."""
        return self.positions[-1]

    def frames_of(self, section: Section) -> int:
        """Length of a section in output frames."""
        return self.positions[section.last] - self.positions[section.first]

    @property
    def drop_frame(self) -> int:
        """Where act 3 starts."""
        return next(self.positions[section.first] for section in self.sections if section.act == "act3")


def shape_trailer(
    vibe: VibeProfile,
    rate: FrameRate,
    grid: BeatGrid,
    duration_s: float,
    *,
    has_title: bool = True,
    has_tagline: bool,
    reading: tuple[float, float] = (0.0, 0.0),
    pace: float = 1.0,
    busyness: float = 0.0,
) -> Shape:
    """The skeleton of a trailer of `duration_s`; `pace` stretches clip lengths where footage is scarce.

    `busyness` (0..1, how quickly the film itself is cut) says where between the vibe's two counts the
    fewest clips lie; lengths shrink where they would give fewer. `reading` is how many seconds title and tagline take to
    be read: their cards stand at least so long, up to a fifth of the trailer each.

    Raises:
        InputError: Too short to hold three acts on this grid.
    """
    total = max(1, rate.frames_nearest(Fraction(str(round(duration_s, 6)))))
    positions = _positions(rate, grid, total)
    seconds = [float(rate.seconds(position)) for position in positions]
    spans = _spans(vibe, grid, seconds, has_title=has_title, has_tagline=has_tagline, reading=reading)
    scale = min(1.0, duration_s / FULL_LENGTHS_S) * pace
    if pace <= 1.0:
        scale *= min(
            1.0, _expected_clips(vibe, spans, seconds, scale) / fewest_clips(vibe, duration_s, busyness)
        )
    floors = (LEAST_CLIP_S, LEAST_CLIP_S, LEAST_MONTAGE_S if vibe.allows_montage else LEAST_CLIP_S)
    first, second, third = (
        max(length * scale, floor * 1.2) for length, floor in zip(vibe.act_seconds, floors, strict=True)
    )
    targets: dict[Act, tuple[float, float]] = {
        "cold_open": (first, first),
        "act1": (first * 1.1, first * 0.92),
        "beat_drop": (second, second),
        "act2": (second * 1.15, second * 0.85),
        "breath": (vibe.breath.seconds, vibe.breath.seconds),
        # a montage ends in its shortest shots
        "act3": (third * 1.2, third * (MONTAGE_END if vibe.allows_montage else 0.85)),
        "title_card": (vibe.title.seconds, vibe.title.seconds),
        "button": (3.0, 3.0),
    }
    least = math.floor(rate.fps * Fraction(str(LEAST_CLIP_S))) + 1
    montage = max(8, math.ceil(rate.fps * Fraction(str(LEAST_MONTAGE_S)))) if vibe.allows_montage else least
    sections = []
    for act, begin, end, card in spans:
        holds: Literal["many", "one", "card"] = (
            "card" if card else "many" if act in {"act1", "act2", "act3"} else "one"
        )
        sections.append(
            Section(act, begin, end, holds, targets[act], montage if act == "act3" else least, card)
        )
    return Shape(rate, grid, positions, tuple(sections))


def fewest_clips(vibe: VibeProfile, duration_s: float, busyness: float) -> float:
    """The lower bound of the count of clips: the vibe's low figure for a calm film, its high one for a busy one."""
    count = vibe.clips_low + (vibe.clips_high - vibe.clips_low) * min(1.0, max(0.0, busyness))
    return count * duration_s / COUNTED_OVER_S


def _expected_clips(vibe: VibeProfile, spans: list[_Span], seconds: list[float], scale: float) -> float:
    """How many clips the vibe's lengths would give between these borders."""
    lengths = dict(zip(("act1", "act2", "act3"), vibe.act_seconds, strict=True))
    return sum(
        (seconds[end] - seconds[begin]) / (lengths[act] * scale) if act in lengths else 1.0
        for act, begin, end, card in spans
        if not card
    )


def _positions(rate: FrameRate, grid: BeatGrid, total: int) -> tuple[int, ...]:
    """Frame 0, every beat inside, and the end; a beat right after the start is no place for a cut."""
    positions = [0]
    beat = math.ceil(-grid.offset_s * grid.bpm / 60)
    while (frame := grid.frame(beat, rate)) < total:
        if frame >= float(rate.fps) * 0.2:
            positions.append(frame)
        beat += 1
    return (*positions, total)


def _spans(
    vibe: VibeProfile,
    grid: BeatGrid,
    seconds: list[float],
    *,
    has_title: bool,
    has_tagline: bool,
    reading: tuple[float, float],
) -> list[_Span]:
    """Acts with their first and last positions, and the kind of card where there is one."""
    total = seconds[-1]
    is_short = total < SHORT_S
    cold = 0.0 if is_short else min(6.0, max(2.5, 0.055 * total))
    button = 0.0 if is_short else min(4.0, max(2.2, 0.03 * total))
    title = max(1.0, 0.12 * total) if is_short else vibe.title.seconds
    most = MOST_READING * total
    title = max(min(title, vibe.title.seconds), min(reading[0], most)) if has_title else 0.0
    tagline = max(2.2, min(reading[1], most)) if has_tagline and total >= SHORTEST_WITH_TAGLINE_S else 0.0
    breath = max(LEAST_BREATH_S, SHORT_BREATH_SHARE * total) if is_short else vibe.breath.seconds
    body = total - cold - button - title - tagline - breath
    one, two = (share * body for share in vibe.act_shares[:2])
    # the drop is settled first, then what stands before and behind it
    drop = _nearest(seconds, cold + one + two + breath)
    if total >= 20:
        drop = _nearest_bar(grid, seconds, drop)
    breath_start = _breath_start(seconds, drop, breath, is_short=is_short)
    scale = seconds[breath_start] / max(cold + one + two, 0.1)
    cold_end = max(1, _nearest(seconds, cold)) if cold else 0
    act1_end = max(cold_end + 1, _nearest(seconds, cold + (seconds[breath_start] - cold) * one / (one + two)))
    last = len(seconds) - 1
    button_start = _nearest(seconds, total - button) if button else last
    tagline_start = _nearest(seconds, seconds[button_start] - tagline) if tagline else button_start
    title_start = tagline_start
    if has_title:
        title_start = min(_nearest(seconds, seconds[tagline_start] - title), tagline_start - 1)
    borders = [0, cold_end, act1_end, breath_start, drop, title_start, tagline_start, button_start, last]
    in_order = all(a <= b for a, b in pairwise(borders))
    if scale <= 0 or not in_order or not cold_end < act1_end < breath_start < drop < title_start:
        raise InputError(
            f"{total:.1f} s are too short for three acts at {float(grid.bpm):.0f} beats a minute.",
            None,
            "Ask for a longer trailer with --duration.",
        )
    spans: list[_Span] = []
    if cold_end:
        spans.append(("cold_open", 0, cold_end, ""))
    spans.append(("act1", cold_end, act1_end, ""))
    entry = _entry_end(vibe, seconds, act1_end, breath_start)
    if entry:
        spans.append(("beat_drop", act1_end, entry, ""))
    spans.append(("act2", entry or act1_end, breath_start, ""))
    spans.append(("breath", breath_start, drop, ""))
    spans.append(("act3", drop, title_start, ""))
    if title_start < tagline_start:
        spans.append(("title_card", title_start, tagline_start, "title"))
    if tagline_start < button_start:
        spans.append(("title_card", tagline_start, button_start, "tagline"))
    if button_start < last:
        spans.append(("button", button_start, last, ""))
    return spans


def _entry_end(vibe: VibeProfile, seconds: list[float], act1_end: int, breath_start: int) -> int:
    """Where the first entry of the beat ends: one clip at the head of act 2, if act 2 has room for four."""
    length = vibe.act_seconds[1] * min(1.0, seconds[-1] / FULL_LENGTHS_S)
    if seconds[-1] < LEAST_WITH_ENTRY_S or seconds[breath_start] - seconds[act1_end] < 4 * length:
        return 0
    end = _nearest(seconds, seconds[act1_end] + length)
    while seconds[end] - seconds[act1_end] <= LEAST_CLIP_S * 1.1:
        end += 1
    return end if act1_end < end < breath_start else 0


def _nearest(seconds: list[float], wanted: float) -> int:
    return min(range(len(seconds)), key=lambda i: (abs(seconds[i] - wanted), i))


def _nearest_bar(grid: BeatGrid, seconds: list[float], near: int) -> int:
    """The position nearest to `near` that starts a bar."""
    offset = grid.offset_s

    def beat_of(position: int) -> int:
        return round((Fraction(str(seconds[position])) - offset) * grid.bpm / 60)

    around = [
        i
        for i in range(
            max(1, near - grid.beats_per_bar), min(len(seconds) - 1, near + grid.beats_per_bar + 1)
        )
        if beat_of(i) % grid.beats_per_bar == 0
    ]
    return min(around, key=lambda i: (abs(i - near), i)) if around else near


def _breath_start(seconds: list[float], drop: int, wanted: float, *, is_short: bool) -> int:
    low, high = (LEAST_BREATH_S, 2.5) if is_short else (3.0, 5.0)
    fitting = [i for i in range(drop) if low <= seconds[drop] - seconds[i] <= high]
    if not fitting:
        return max(0, drop - 1)
    return min(fitting, key=lambda i: (abs(seconds[drop] - seconds[i] - wanted), -i))
