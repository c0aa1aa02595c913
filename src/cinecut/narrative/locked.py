"""Clips that stay as a person left them while the rest is planned anew, and the skeleton around them; nothing is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cinecore.errors import InputError
from cinecore.timebase import FrameRate
from cinecut.manifest.layout import clip_frames, even_frames
from cinecut.manifest.schema import ACT_ORDER, Act, Clip, Manifest
from cinecut.narrative.shape import LEAST_BREATH_S, SHORT_S, Section, Shape

LEAST_OF_TARGET = 0.5
"""Of the wanted length of an act's clips: a shorter gap between locked clips is none."""

LEAST_CARD = 0.6
"""Of a card's length that must be left where a locked clip ends late."""

BREATH_S, SHORT_BREATH_S = (3.0, 5.0), (LEAST_BREATH_S, 2.5)
"""Least and most, in trailers of 30 s and more, and in shorter ones."""

BAR_MATTERS_S = 20.0


@dataclass(frozen=True)
class Locked:
    """One clip that stays."""

    clip: Clip
    frames: int
    """From cut to cut, what it shares with a locked neighbour halved between the two."""
    free_before_s: float
    """What stood before it in its act, since the act began or the locked clip before it, and is planned anew."""
    free_after_s: float
    """The same behind it, up to the act's end; 0 where another locked clip of the act follows."""
    follows: bool
    """Whether it stood right behind the locked clip before it, so that the transition between them stays too."""


def locks_of(manifest: Manifest, indices: Sequence[int], rate: FrameRate) -> tuple[Locked, ...]:
    """The clips with these indices, act by act in the order they stand in."""
    kept = set(indices)
    order = sorted(range(len(manifest.clips)), key=lambda i: (ACT_ORDER.index(manifest.clips[i].act), i))
    cards = {card.after_clip for card in manifest.titles}
    found: list[Locked] = []
    free = dict.fromkeys(ACT_ORDER, 0.0)
    before: int | None = None
    for i in order:
        clip = manifest.clips[i]
        if i not in kept:
            free[clip.act] += clip.source_end_s - clip.source_start_s
            continue
        follows = before is not None and before == i - 1 and before not in cards
        overlap = 0
        if follows:
            last = found[-1]
            if last.clip.transition == "crossfade":
                overlap = min(even_frames(last.clip.transition_s, rate), last.frames - 2) // 2 * 2
                found[-1] = replace(last, frames=last.frames - overlap // 2)
        frames = clip_frames(clip.source_start_s, clip.source_end_s, rate) - overlap // 2
        found.append(Locked(clip, max(1, frames), free[clip.act], 0.0, follows))
        free[clip.act] = 0.0
        before = i
    last_of = {lock.clip.act: number for number, lock in enumerate(found)}
    for act, number in last_of.items():
        found[number] = replace(found[number], free_after_s=free[act])
    return tuple(found)


@dataclass(frozen=True)
class _Part:
    """A stretch of the skeleton: fixed where a locked clip fills it."""

    section: Section
    wanted: float
    least: int
    most: float = math.inf

    @property
    def is_fixed(self) -> bool:
        return self.section.holds == "locked"


def shape_around(shape: Shape, locked: Sequence[Locked]) -> Shape:
    """The skeleton with a place for every locked clip, in its act and order; the rest shares what is left.

    Cuts lie on beats but for those at the ends of locked clips, whose lengths are as they are.

    Raises:
        InputError: The locked clips leave no place for the rest.
    """
    if not locked:
        return shape
    parts = _parts(shape, locked)
    split = next(i for i, part in enumerate(parts) if part.section.act == "act3")
    drop = _drop(shape, parts[:split], parts[split:])
    borders = _lay(parts[:split], 0, drop, shape.positions)
    borders += _lay(parts[split:], borders[-1], shape.frames, shape.positions)[1:]
    inside = [
        (first, end)
        for part, first, end in zip(parts, borders[:-1], borders[1:], strict=True)
        if part.is_fixed
    ]
    beats = (
        frame
        for frame in shape.positions
        if frame < borders[-1] and not any(first < frame < end for first, end in inside)
    )
    positions = sorted({*borders, *beats})
    place = {frame: index for index, frame in enumerate(positions)}
    sections = [
        replace(part.section, first=place[first], last=place[end])
        for part, first, end in zip(parts, borders[:-1], borders[1:], strict=True)
    ]
    return Shape(shape.rate, shape.grid, tuple(positions), tuple(sections))


def _parts(shape: Shape, locked: Sequence[Locked]) -> list[_Part]:
    chains: dict[Act, list[int]] = {}
    for number, lock in enumerate(locked):
        chains.setdefault(lock.clip.act, []).append(number)
    there = {section.act for section in shape.sections if not section.card}
    parts: list[_Part] = []
    waiting = [act for act in ACT_ORDER if act in chains and act not in there]
    for section in shape.sections:
        while waiting and ACT_ORDER.index(waiting[0]) <= ACT_ORDER.index(section.act):
            act = waiting.pop(0)
            parts += [_fixed(section, act, number, locked[number]) for number in chains[act]]
        chain = [] if section.card else chains.get(section.act, [])
        parts += _of_section(shape, section, [(number, locked[number]) for number in chain])
    for act in waiting:
        parts += [_fixed(shape.sections[-1], act, number, locked[number]) for number in chains[act]]
    return parts


def _fixed(section: Section, act: Act, number: int, lock: Locked) -> _Part:
    own = replace(section, act=act, holds="locked", card="", lock=number)
    return _Part(own, lock.frames, lock.frames, lock.frames)


def _of_section(shape: Shape, section: Section, chain: Sequence[tuple[int, Locked]]) -> list[_Part]:
    frames, fps = shape.frames_of(section), float(shape.rate.fps)
    if section.card:
        return [_Part(section, frames, max(1, round(LEAST_CARD * frames)))]
    if not chain:
        if section.act == "breath":
            low, high = BREATH_S if shape.frames / fps >= SHORT_S else SHORT_BREATH_S
            return [_Part(section, frames, math.ceil(low * fps), math.floor(high * fps))]
        return [_Part(section, frames, section.least_frames)]
    if section.holds != "many":
        return [_fixed(section, section.act, number, lock) for number, lock in chain]
    free_s = [lock.free_before_s for _, lock in chain] + [chain[-1][1].free_after_s]
    least = max(section.least_frames + 1, round(LEAST_OF_TARGET * section.targets_s[1] * fps))
    left = max(0.0, frames - sum(lock.frames for _, lock in chain))
    start, end = section.targets_s
    parts: list[_Part] = []
    done = 0.0
    for place, seconds in enumerate(free_s):
        if seconds > 0:
            share = seconds / sum(free_s)
            targets = (start + (end - start) * done, start + (end - start) * (done + share))
            parts.append(_Part(replace(section, targets_s=targets), max(1.0, left * share), least))
            done += share
        if place < len(chain):
            parts.append(_fixed(section, section.act, *chain[place]))
    return parts


def _drop(shape: Shape, before: Sequence[_Part], after: Sequence[_Part]) -> int:
    """The frame on which act 3 begins: the beat nearest to the one planned for which both sides have room."""
    if all(part.is_fixed for part in before):
        return sum(part.least for part in before)
    low = max(sum(part.least for part in before), shape.frames - _most(after))
    high = min(_most(before), shape.frames - sum(part.least for part in after))
    bars = [
        frame
        for beat in range(10_000)
        if (frame := shape.grid.frame(beat, shape.rate)) < shape.frames
        and beat % shape.grid.beats_per_bar == 0
    ]
    for frames in (
        (bars, shape.positions)
        if shape.frames / float(shape.rate.fps) >= BAR_MATTERS_S
        else (shape.positions,)
    ):
        fitting = [frame for frame in frames if low <= frame <= high]
        if fitting:
            return min(fitting, key=lambda frame: (abs(frame - shape.drop_frame), frame))
    raise _no_place(shape, [*before, *after])


def _most(parts: Sequence[_Part]) -> float:
    return sum(part.most for part in parts)


def _no_place(shape: Shape, parts: Sequence[_Part]) -> InputError:
    fps = float(shape.rate.fps)
    fixed = sum(part.least for part in parts if part.is_fixed) / fps
    count = sum(part.is_fixed for part in parts)
    return InputError(
        f"The locked clips leave no place for the rest: {count} of them last {fixed:.1f} s, and the trailer "
        f"{shape.frames / fps:.1f} s.",
        "locked clips in " + ", ".join(dict.fromkeys(part.section.act for part in parts if part.is_fixed)),
        "Ask for a longer trailer with --duration, or set clips free (`locked`, or their times as planned).",
    )


def _lay(parts: Sequence[_Part], start: int, end: int, beats: Sequence[int]) -> list[int]:
    """The borders of parts between two frames; free ones end on beats, the last of them where the rest must begin."""
    free = [i for i, part in enumerate(parts) if not part.is_fixed]
    wanted = _shared(parts, end - start)
    borders = [start]
    for i, part in enumerate(parts):
        rest = parts[i + 1 :]
        at = borders[-1]
        if part.is_fixed:
            borders.append(at + part.least)
        elif i == free[-1]:
            borders.append(max(at + 1, end - sum(one.least for one in rest)))
        else:
            low = max(at + part.least, end - _most(rest))
            high = min(at + part.most, end - sum(one.least for one in rest))
            ideal = at + wanted[i]
            fitting = [beat for beat in beats if low <= beat <= high]
            nearest = min(fitting, key=lambda beat: (abs(beat - ideal), beat)) if fitting else round(ideal)
            borders.append(max(at + 1, nearest))
    return borders


def _shared(parts: Sequence[_Part], frames: int) -> list[float]:
    """How long each part is to be: the locked as they are, the others scaled within their bounds."""
    found = [float(part.least) if part.is_fixed else part.wanted for part in parts]
    open_parts = {i for i, part in enumerate(parts) if not part.is_fixed}
    while open_parts:
        left = frames - sum(found[i] for i in range(len(parts)) if i not in open_parts)
        factor = left / max(1e-9, sum(parts[i].wanted for i in open_parts))
        bound = {i for i in open_parts if not parts[i].least <= parts[i].wanted * factor <= parts[i].most}
        for i in open_parts:
            found[i] = min(max(parts[i].wanted * factor, parts[i].least), parts[i].most)
        if not bound:
            break
        open_parts -= bound
    return found


def zone_caps(
    shape: Shape, locked: Sequence[Locked], zone_order: Sequence[str], outside: frozenset[Act]
) -> list[int]:
    """For each section the last zone that it may draw from, so that a locked clip behind it keeps the order."""
    caps = [len(zone_order) - 1] * len(shape.sections)
    cap = caps[-1] if caps else 0
    for number in range(len(shape.sections) - 1, -1, -1):
        section = shape.sections[number]
        if section.lock >= 0 and section.act not in outside:
            cap = zone_order.index(locked[section.lock].clip.narrative_zone)
        caps[number] = cap
    # behind a locked clip of a later zone than the next one's, nothing can keep the order any more
    floor = 0
    for number, section in enumerate(shape.sections):
        if section.lock >= 0 and section.act not in outside:
            floor = zone_order.index(locked[section.lock].clip.narrative_zone)
        if caps[number] < floor:
            caps[number] = len(zone_order) - 1
    return caps
