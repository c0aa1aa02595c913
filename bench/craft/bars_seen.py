"""Measures of what a trailer must never show; each counts, and each should be zero."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from bench.craft.case import Case, Finding
from bench.craft.shown import Piece
from samples.truth import TrueLine

from cinecut.manifest.schema import ZONE_ORDER

FORBIDDEN_TRAPS = frozenset({"logo", "black", "test_card", "credits", "memory"})
"""Pictures that stand outside the story or are seen twice in the film; a false climax is a trap of another kind."""

LINE_EDGE_S = 0.02
"""True line edges are exact to 20 ms."""

LEAST_APART_S = 2.0
LEAST_FRAMES = 8
"""Of any clip; fewer are read as a flash."""

CARRY_FRAMES = 1
"""A shot change this far outside of a heard line counts as inside it: a frame is shown whole or not at all."""


def traps(case: Case) -> Finding:
    """Traps shown: each forbidden stretch with a frame in the trailer, and a false climax as the last of act 3."""
    why = []
    shown = case.shown.film_frames
    for trap in case.truth.traps:
        frames = sum(trap.first <= frame < trap.end for frame in shown)
        if trap.kind in FORBIDDEN_TRAPS and frames:
            why.append(f"{trap.kind} at {case.seconds(trap.first):.1f} s, {frames} frames")
    third = case.shown.in_acts(("act3",))
    end = (third[-1].first + third[-1].last) // 2 if third else -1
    if any(trap.kind == "false_climax" and trap.first <= end < trap.end for trap in case.truth.traps):
        why.append(f"act 3 ends in the false climax at {case.seconds(end):.1f} s")
    return _count(why)


def spoilers(case: Case) -> Finding:
    """Seconds shown of what lies behind the true fourth turning point."""
    late = sorted(frame for frame in case.shown.frames if frame is not None and frame >= case.limit)
    if not late:
        return Finding(0.0)
    where = f"{len(late)} frames from {case.seconds(late[0]):.1f} s on; the setback is at {case.seconds(case.limit):.1f} s"
    return Finding(len(late) / case.fps, (where,))


def past_named_limit(case: Case) -> Finding:
    """Frames behind the spoiler limit that the manifest itself names."""
    if case.shown.named_limit_s is None:
        return Finding(None)
    limit = case.shown.named_limit_s
    late = [frame for frame in case.shown.film_frames if case.seconds(frame) >= limit + 0.001]
    return Finding(float(len(late)), (f"{len(late)} frames behind {limit:.1f} s",) if late else ())


def lines_cut(case: Case) -> Finding:
    """Clip edges inside a spoken line of the film, heard or not, that the clip's sound does not carry over the cut."""
    why = []
    for number, piece in enumerate(case.shown.pieces, 1):
        begins, ends = _edges(case, piece)
        heard_from = begins[0] - piece.slot.reach_s[0] - LINE_EDGE_S
        heard_to = ends[1] + piece.slot.reach_s[1] + LINE_EDGE_S
        for low, high in (begins, ends):
            why += [
                f"clip {number} has an edge at {low:.2f} s inside {line.text!r}"
                for line in case.truth.lines
                if line.start_s + LINE_EDGE_S < low
                and high < line.end_s - LINE_EDGE_S
                and not (_is_heard(piece, line) and heard_from <= line.start_s and line.end_s <= heard_to)
            ]
    return _count(why)


def _is_heard(piece: Piece, line: TrueLine) -> bool:
    """Whether a clip's manifest names a true line, by about where it lies."""
    return any(start < line.end_s and line.start_s < end for start, end in piece.slot.heard)


def _edges(case: Case, piece: Piece) -> tuple[tuple[float, float], tuple[float, float]]:
    """Between which times of the film the picture begins and ends: one instant, or the length of a transition."""
    first, end = piece.first, piece.last + 1
    before, after = case.seconds(max(0, first - piece.mixed_before)), case.seconds(end + piece.mixed_after)
    return (before, case.seconds(first)), (case.seconds(end), after)


def stray_changes(case: Case) -> Finding:
    """Shot changes of the film inside a clip that no whole heard line carries."""
    why = []
    slack = CARRY_FRAMES / case.fps
    for number, piece in enumerate(case.shown.pieces, 1):
        for shot in case.truth.shots:
            if not piece.first < shot.first <= piece.last:
                continue
            at = case.seconds(shot.first)
            if not any(start - slack <= at <= end + slack for start, end in piece.slot.heard):
                why.append(f"clip {number} shows a change ({shot.opening}) at {at:.2f} s")
    return _count(why)


def repeats(case: Case) -> Finding:
    """Frames whose pictures were shown before, a memory's being those of the scene it remembers."""
    origin: dict[int, int] = {}
    for trap in case.truth.traps:
        if trap.repeats is not None:
            origin |= {
                frame: trap.repeats[0] + frame - trap.first
                for frame in range(trap.first, trap.end)
                if trap.repeats[0] + frame - trap.first < trap.repeats[1]
            }
    times = Counter(origin.get(frame, frame) for frame in case.shown.frames if frame is not None)
    again = sorted(frame for frame, count in times.items() if count > 1)
    frames = sum(times[frame] - 1 for frame in again)
    why = (f"{frames} frames, the first of {case.seconds(again[0]):.1f} s of the film",) if again else ()
    return Finding(float(frames), why)


def too_near(case: Case) -> Finding:
    """Pairs of clips that lie less than two seconds apart in the film."""
    pieces = sorted(case.shown.pieces, key=lambda piece: piece.first)
    least = round(LEAST_APART_S * case.fps)
    why = [
        f"{case.seconds(one.last + 1):.2f} s and {case.seconds(two.first):.2f} s are neighbours of one passage"
        for one, two in pairwise(pieces)
        if two.first - one.last - 1 < least
    ]
    return _count(why)


def short_clips(case: Case) -> Finding:
    """Clips seen for fewer than eight frames."""
    why = [
        f"{piece.frames} frames of {case.seconds(piece.first):.2f} s of the film"
        for piece in case.shown.pieces
        if piece.frames < LEAST_FRAMES
    ]
    return _count(why)


def zone_steps_back(case: Case) -> Finding:
    """Clips of acts 1 to 3 and the breath whose zone stands before that of the clip before."""
    inner = [slot for slot in case.shown.slots if slot.zone and slot.act not in {"cold_open", "button"}]
    why = [
        f"{two.zone} after {one.zone} at {two.start / case.fps:.1f} s of the trailer"
        for one, two in pairwise(inner)
        if one.zone and two.zone and ZONE_ORDER.index(two.zone) < ZONE_ORDER.index(one.zone)
    ]
    return _count(why)


def _count(why: list[str]) -> Finding:
    return Finding(float(len(why)), tuple(why))
