"""How chosen clips go over into each other, and the exact frames each then shows; the choice is not touched.

A crossfade of d frames needs d/2 more frames of both neighbours than lie between their cut points; they
come from the same candidate, which is lawful footage by construction. Where there is not enough of
it, or a heard line would lie under the change, the transition is shortened or becomes a cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cinecore.timebase import FrameRate
from cinecore.timeline import TransitionKind
from cinecut.manifest.layout import even_frames
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.narrative.candidates import Candidate
from cinecut.narrative.judgement import Judged
from cinecut.narrative.locked import Locked
from cinecut.narrative.shape import Shape
from cinecut.narrative.trailer_state import Chosen

LEAST_TRANSITION_S = 0.2
"""A shorter one is seen as a fault."""

LARGEST_PART = 0.35
"""Of either neighbour's length that a transition may take."""

LEAST_DISSOLVED_S = 2.2
"""In act 3 only clips longer than this dissolve: hard cuts rule a montage."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A chosen item with its transition into the next and the handles that crossfades need."""

    chosen: Chosen
    transition: TransitionKind
    transition_frames: int
    before: int = 0
    """Frames shown before the cut point."""
    after: int = 0
    """Frames shown after the cut point of the next item."""


def handle_frames(vibe: VibeProfile, rate: FrameRate) -> int:
    """The most frames of handle that a clip may need at one side under this vibe."""
    kinds = {vibe.primary, vibe.secondary}
    return even_frames(vibe.transition_s, rate) // 2 if TransitionKind.CROSSFADE in kinds else 0


def join(
    chosen: Sequence[Chosen],
    judged: Sequence[Judged],
    shape: Shape,
    vibe: VibeProfile,
    handle: int,
    locked: Sequence[Locked] = (),
) -> tuple[Joined, ...]:
    """Every item with its transition, in order; `handle` frames at each side were kept free by the choice.

    A locked clip shows what it shows: it shares no frames with what is planned beside it.
    """
    full = even_frames(vibe.transition_s, shape.rate)
    least = even_frames(LEAST_TRANSITION_S, shape.rate)
    sides = [[0, 0] for _ in chosen]
    inner = [[0, 0] for _ in chosen]
    found: list[tuple[TransitionKind, int]] = []
    for i in range(len(chosen) - 1):
        kind = _wanted(chosen[i], chosen[i + 1], shape, vibe)
        frames = 0
        if chosen[i].lock >= 0 or chosen[i + 1].lock >= 0:
            kind, frames = _beside_lock(kind, chosen[i], chosen[i + 1], shape, locked)
        elif kind is not TransitionKind.HARD_CUT:
            shortest = min(chosen[i].frames, chosen[i + 1].frames)
            frames = min(full, int(shortest * LARGEST_PART) // 2 * 2)
            if kind is TransitionKind.CROSSFADE:
                frames = min(frames, 2 * handle)
            while frames >= least and not _fits(kind, frames, chosen, i, judged):
                frames -= 2
            if frames < least:
                kind, frames = TransitionKind.HARD_CUT, 0
        if kind is TransitionKind.CROSSFADE:
            sides[i][1] = sides[i + 1][0] = frames // 2
        inner[i][1] = inner[i + 1][0] = frames
        found.append((kind, frames))
    found.append((TransitionKind.HARD_CUT, 0))
    return tuple(
        Joined(item, kind, frames, before, after)
        for item, (kind, frames), (before, after) in zip(chosen, found, sides, strict=True)
    )


def _beside_lock(
    kind: TransitionKind, one: Chosen, two: Chosen, shape: Shape, locked: Sequence[Locked]
) -> tuple[TransitionKind, int]:
    """A locked clip's own transition where it can stay; into one that stays, none that would take frames of it."""
    if one.lock < 0:
        return TransitionKind.HARD_CUT, 0
    own = locked[one.lock].clip
    kind = TransitionKind(own.transition)
    is_pair = two.lock == one.lock + 1 and locked[two.lock].follows
    if kind is TransitionKind.HARD_CUT or (kind is TransitionKind.CROSSFADE and not is_pair):
        return TransitionKind.HARD_CUT, 0
    frames = even_frames(own.transition_s, shape.rate)
    room = frames if is_pair else min(frames, int(min(one.frames, two.frames) * LARGEST_PART) // 2 * 2)
    return (kind, room) if room >= 2 and (is_pair or not two.is_heard) else (TransitionKind.HARD_CUT, 0)


def _wanted(one: Chosen, two: Chosen, shape: Shape, vibe: VibeProfile) -> TransitionKind:
    left, right = shape.sections[one.section], shape.sections[two.section]
    if "breath" in {left.act, right.act} or right.card:
        return TransitionKind.HARD_CUT  # the stop and the drop are blows, and the title comes on a hit
    if one.section != two.section and {left.act, right.act} != {"beat_drop", "act2"}:
        return vibe.secondary
    if left.act == "act3" and min(one.frames, two.frames) < LEAST_DISSOLVED_S * shape.rate.fps:
        return TransitionKind.HARD_CUT
    return vibe.primary


def _fits(
    kind: TransitionKind, frames: int, chosen: Sequence[Chosen], i: int, judged: Sequence[Judged]
) -> bool:
    """Whether both neighbours have the handles, and no heard line lies under the change."""
    half = frames // 2
    is_crossfade = kind is TransitionKind.CROSSFADE
    one, two = chosen[i], chosen[i + 1]
    if one.judged >= 0:
        end = one.first + one.frames
        candidate = judged[one.judged].candidate
        if is_crossfade and end + half > candidate.reach_out:
            return False
        if one.is_heard and candidate.core_out > end - half:
            return False
    if two.judged >= 0:
        candidate = judged[two.judged].candidate
        if is_crossfade and two.first - half < candidate.reach_in:
            return False
        if two.is_heard and candidate.core_in < two.first + half:
            return False
    return True


def shown_span(joined: Joined) -> tuple[int, int]:
    """First frame and count of all that a clip shows, handles counted in."""
    return joined.chosen.first - joined.before, joined.chosen.frames + joined.before + joined.after


def fits_candidate(candidate: Candidate, first: int, count: int) -> bool:
    """Whether a span of frames is a lawful showing of a candidate."""
    return (
        candidate.reach_in <= first <= candidate.core_in
        and candidate.core_out <= first + count <= candidate.reach_out
    )
