"""J- and L-cuts: a spoken clip's footage slips by some frames, so that its line leads its picture or rings on after it.

The cut stays where it is, on its beat, and the line stays in step with its lips: what moves is which frames of the
film are seen. Where the shot is too short for that, the cut itself rolls. How far either may go stands in the manifest
(`room_before_s`, `room_after_s`); nothing is read here.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from cinecore.timebase import FrameRate, seconds_text
from cinecut.manifest.layout import Layout, lay_out
from cinecut.manifest.schema import Act, Clip, Manifest
from cinecut.manifest.swap import APART_S

SHORTEST_FRAMES, LONGEST_FRAMES = 4, 12
"""Of trailer picture in which a line is heard without its own picture; fewer are not noticed, more are an error."""

WANTED_FRAMES = 7
"""Sought first: a third of a second lets the ear arrive and keeps the mouth in view for the line."""

ACTS: frozenset[Act] = frozenset({"act1", "beat_drop", "act2"})

SILENT_NEIGHBOURS: frozenset[Act] = frozenset({"breath", "title_card", "act3", "button", "cold_open"})
"""No line reaches into these from its own act: their silence and their blows are meant. Into the first act a line
may lead from the opening's last picture."""

PART_WANTED, LEAST_PART = Fraction(1, 2), Fraction(1, 3)
"""Of the spoken clips of acts 1 and 2: where footage can slip, and where cuts must leave their beats for it."""

LEAST_SEEN_S = Fraction(1)
"""What a rolled clip still shows of itself between its changes."""

HALF_MS = 0.0006
"""Seconds in a manifest are rounded."""

CLEAR_S = Fraction(1, 4)
"""Between the reaching line, air and all, and any other."""

LEAST_PART_SEEN = Fraction(3, 5)
"""Of the line that reaches out: so much of it is spoken over its own picture."""


@dataclass(frozen=True)
class _Bridge:
    """One possible move of one clip's footage."""

    frames: int
    """How far, always over 0."""
    clip: int
    is_lead: bool
    is_roll: bool
    """Whether the cut moves with it, its neighbour showing so much more; else the footage slips under the cut."""
    reach_s: Fraction

    @property
    def cost(self) -> tuple[bool, int, int, bool]:
        """Sort by it: slips before rolls, small ones before large."""
        return self.is_roll, self.frames, self.clip, not self.is_lead


def bridge(manifest: Manifest, rate: FrameRate, locked: Collection[int] = ()) -> Manifest:
    """The manifest with up to half of the spoken clips of acts 1 and 2 made J- or L-cuts, the smallest moves first.

    Where the footage slips, the cut stays on its beat. Cuts roll (and are not meant for a beat any more) only until
    a third of the clips is reached. A clip that a person changed keeps its frames, and so does one that is
    bridged already.
    """
    spoken = [
        index
        for index, clip in enumerate(manifest.clips)
        if clip.act in ACTS and clip.sound == "line" and clip.lines
    ]
    done = {
        index for index in spoken if manifest.clips[index].sound_lead_s or manifest.clips[index].sound_tail_s
    }
    layout = lay_out(manifest, rate)
    fixed = frozenset(locked) | {index for index, clip in enumerate(manifest.clips) if clip.locked}
    options = [
        option for index in spoken if index not in done for option in _options(index, manifest, layout, fixed)
    ]
    rolled: set[int] = set()
    for option in sorted(options, key=lambda option: option.cost):
        part = LEAST_PART if option.is_roll else PART_WANTED
        if len(done) >= math.ceil(len(spoken) * part):
            continue
        neighbours = {option.clip, option.clip + (-1 if option.is_lead else 1)}
        if option.clip in done or (option.is_roll and neighbours & (done | rolled)) or option.clip in rolled:
            continue
        trial = _moved(manifest, option, rate)
        if _is_clear(option.clip, trial, lay_out(trial, rate)) and _stands_apart(trial, manifest, neighbours):
            manifest = trial
            done.add(option.clip)
            rolled |= neighbours if option.is_roll else set()
    return manifest


def _options(index: int, manifest: Manifest, layout: Layout, fixed: Collection[int]) -> Iterator[_Bridge]:
    """The best slip and the best roll of a clip at either side."""
    clip = manifest.clips[index]
    if index in fixed:
        return
    place = layout.items.index(layout.item_of_clip(index))
    for is_lead in (True, False):
        beside = place - 1 if is_lead else place + 1
        if not 0 <= beside < len(layout.items):
            continue
        neighbour = layout.items[beside]
        if neighbour.act in SILENT_NEIGHBOURS and not (is_lead and neighbour.act == "cold_open"):
            continue
        if is_lead:
            line = min(clip.lines, key=lambda line: line.start_s)
            air = _length(clip.source_start_s, line.start_s)
        else:
            line = max(clip.lines, key=lambda line: line.end_s)
            air = _length(line.end_s, clip.source_end_s)
        longest = min(
            layout.rate.seconds(LONGEST_FRAMES),
            _length(line.start_s, line.end_s) * (1 - LEAST_PART_SEEN),
            layout.rate.seconds(neighbour.frames),
        )
        for is_roll in (False, True):
            room = clip.room_after_s if is_lead else clip.room_before_s
            if is_roll:
                if neighbour.kind != "clip" or neighbour.index in fixed:
                    continue
                other = manifest.clips[neighbour.index]
                room = other.room_after_s if is_lead else other.room_before_s
            most = math.floor(_exact(room) * layout.rate.fps + Fraction(1, 100))
            if is_roll:  # the clip loses what its neighbour gains
                most = min(most, layout.items[place].frames - _frames_kept(layout, place))
            found = [
                _Bridge(frames, index, is_lead, is_roll, layout.rate.seconds(frames) - air)
                for frames in range(1, most + 1)
                if layout.rate.seconds(SHORTEST_FRAMES) <= layout.rate.seconds(frames) - air <= longest
            ]
            wanted = layout.rate.seconds(WANTED_FRAMES)
            yield from sorted(found, key=lambda one: (abs(one.reach_s - wanted), one.frames))[:1]


def _frames_kept(layout: Layout, place: int) -> int:
    """Frames that an item cannot do without: its changes at both sides, and a second of its own."""
    changes = layout.items[place].transition_frames + (
        layout.items[place - 1].transition_frames if place else 0
    )
    return changes + math.ceil(LEAST_SEEN_S * layout.rate.fps)


def _moved(manifest: Manifest, option: _Bridge, rate: FrameRate) -> Manifest:
    """The manifest after a slip or a roll."""
    clips = list(manifest.clips)
    clip = clips[option.clip]
    by = rate.seconds(option.frames) * (1 if option.is_lead else -1)
    reach = seconds_text(option.reach_s)
    reaches = {"sound_lead_s": reach} if option.is_lead else {"sound_tail_s": reach}
    if not option.is_roll:
        clips[option.clip] = _shifted(clip, by, by).model_copy(update=reaches)
    elif option.is_lead:
        clips[option.clip - 1] = _shifted(clips[option.clip - 1], Fraction(0), by).model_copy(
            update={"on_beat": False}
        )
        clips[option.clip] = _shifted(clip, by, Fraction(0)).model_copy(update=reaches)
    else:
        clips[option.clip] = _shifted(clip, Fraction(0), by).model_copy(update={**reaches, "on_beat": False})
        clips[option.clip + 1] = _shifted(clips[option.clip + 1], by, Fraction(0))
    return manifest.model_copy(update={"clips": tuple(clips)})


def _shifted(clip: Clip, start_by: Fraction, end_by: Fraction) -> Clip:
    """The clip with its edges moved, and so much less or more room beyond them."""
    return clip.model_copy(
        update={
            "source_start_s": seconds_text(_exact(clip.source_start_s) + start_by),
            "source_end_s": seconds_text(_exact(clip.source_end_s) + end_by),
            "room_before_s": seconds_text(max(Fraction(0), _exact(clip.room_before_s) + start_by)),
            "room_after_s": seconds_text(max(Fraction(0), _exact(clip.room_after_s) - end_by)),
        }
    )


def _is_clear(index: int, manifest: Manifest, layout: Layout) -> bool:
    """Whether no other line of the trailer is heard near the lines of a clip."""
    own = list(spoken_in(manifest.clips[index], layout, index))
    others = [
        span
        for number, clip in enumerate(manifest.clips)
        if number != index
        for span in spoken_in(clip, layout, number)
    ] + [
        (_exact(voice.time_s), _exact(voice.time_s) + _length(voice.source_start_s, voice.source_end_s))
        for voice in manifest.voice_overs
    ]
    return all(
        end + CLEAR_S <= begin or stop + CLEAR_S <= start for start, end in own for begin, stop in others
    )


def _stands_apart(after: Manifest, before: Manifest, moved: Collection[int]) -> bool:
    """Whether the moved clips lie as far from the others in the film as clips must, or no nearer than they did."""

    def gap_s(manifest: Manifest, one: int, two: int) -> float:
        a, b = manifest.clips[one], manifest.clips[two]
        return max(b.source_start_s - a.source_end_s, a.source_start_s - b.source_end_s)

    return all(
        gap_s(after, one, two) >= min(APART_S, gap_s(before, one, two)) - HALF_MS
        for one in moved
        for two in range(len(after.clips))
        if one != two
    )


def spoken_in(clip: Clip, layout: Layout, index: int) -> Iterator[tuple[Fraction, Fraction]]:
    """Trailer seconds in which each line of a clip is heard; none where its sound is off."""
    if clip.sound == "none":
        return
    begins = layout.rate.seconds(layout.item_of_clip(index).start) - _exact(clip.source_start_s)
    for line in clip.lines:
        yield begins + _exact(line.start_s), begins + _exact(line.end_s)


def _length(start_s: float, end_s: float) -> Fraction:
    return _exact(end_s) - _exact(start_s)


def _exact(seconds: float) -> Fraction:
    return Fraction(str(seconds))
