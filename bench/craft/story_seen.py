"""Measures of what a trailer tells: turning points, moments, people, places, rising tension."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
from bench.craft.case import Case, Finding
from bench.craft.shown import STORY_ACTS

LEAST_SEEN_FRAMES = 8
"""Of a scene or a moment, for it to count as shown: a third of a second."""

MAIN_PEOPLE = 3
"""Those seen longest before the spoiler limit."""


def turning_points(case: Case) -> Finding:
    """Share of the true turning points before the limit whose scene is shown for 8 frames and more."""
    points = [point for point in case.truth.turning_points if point.frame < case.limit]
    if not points:
        return Finding(None)
    missed = []
    for point in points:
        scene = case.scene(point.scene)
        if _seen(case, scene.first, min(scene.end, case.limit)) < LEAST_SEEN_FRAMES:
            missed.append(f"{point.name} at {point.seconds:.1f} s")
    return Finding(1 - len(missed) / len(points), tuple(missed))


def turns_in_order(case: Case) -> Finding:
    """Share of pairs of turning points whose scenes first appear in film order, cold open and button left out.

    Sample films know of no set-ups and pay-offs but these: each turn follows from the one before.
    """
    firsts = []
    shown = [
        (number, frame)
        for slot in case.shown.slots
        if slot.act in (*STORY_ACTS, "breath")
        for number, frame in enumerate(case.shown.frames[slot.start : slot.end], slot.start)
        if frame is not None
    ]
    for point in case.truth.turning_points:
        scene = case.scene(point.scene)
        at = next((number for number, frame in shown if scene.first <= frame < scene.end), None)
        if at is not None:
            firsts.append((point.name, at))
    pairs = [(one, two) for number, one in enumerate(firsts) for two in firsts[number + 1 :]]
    if not pairs:
        return Finding(None)
    wrong = [f"{two[0]} before {one[0]}" for one, two in pairs if two[1] < one[1]]
    return Finding(1 - len(wrong) / len(pairs), tuple(wrong))


def moments(case: Case) -> Finding:
    """Share of the moments before the limit of which 8 frames and more are shown."""
    wanted = [moment for moment in case.truth.moments if not moment.is_spoiler]
    if not wanted:
        return Finding(None)
    missed = [
        f"{moment.why} at {case.seconds(moment.first):.1f} s"
        for moment in wanted
        if _seen(case, moment.first, moment.end) < min(LEAST_SEEN_FRAMES, moment.end - moment.first)
    ]
    return Finding(1 - len(missed) / len(wanted), tuple(missed))


def _seen(case: Case, first: int, end: int) -> int:
    return sum(first <= frame < end for frame in case.shown.film_frames)


def hero_early(case: Case) -> Finding:
    """1 where the hero is in one of the first two clips that show people, else 0."""
    peopled = [people for piece in case.shown.pieces if (people := case.people_in(piece))]
    if not peopled:
        return Finding(0.0, ("nobody is shown",))
    is_early = any(case.truth.hero in people for people in peopled[:2])
    first = next((n for n, people in enumerate(peopled, 1) if case.truth.hero in people), None)
    why = f"first in peopled clip {first}" if first else "never shown"
    return Finding(float(is_early), () if is_early else (f"{case.truth.hero} is {why}",))


def mains_before_act3(case: Case) -> Finding:
    """Share of the three people seen longest before the limit who are shown before act 3 begins."""
    screen: Counter[str] = Counter()
    for shot in case.truth.shots:
        if shot.end <= case.limit and shot.repeats is None:
            for name in shot.people:
                screen[name] += shot.end - shot.first
    mains = [name for name, _ in sorted(screen.items(), key=lambda row: (-row[1], row[0]))[:MAIN_PEOPLE]]
    if not mains:
        return Finding(None)
    drop = min(
        (slot.start for slot in case.shown.slots if slot.act == "act3"), default=len(case.shown.frames)
    )
    met = {name for piece in case.shown.pieces if piece.start < drop for name in case.people_in(piece)}
    missed = [f"{name} is not met" for name in mains if name not in met]
    return Finding(1 - len(missed) / len(mains), tuple(missed))


def scenes_a_minute(case: Case) -> Finding:
    """Distinct scenes of the story shown, per minute of clips."""
    return _per_minute(case, len({case.scene_of(piece) for piece in case.shown.pieces}))


def places_a_minute(case: Case) -> Finding:
    """Distinct places in distinct light shown, per minute of clips."""
    looks = {
        (scene.place, scene.light)
        for scene in (case.scene(case.scene_of(piece)) for piece in case.shown.pieces)
    }
    return _per_minute(case, len(looks))


def _per_minute(case: Case, count: int) -> Finding:
    minutes = sum(piece.frames for piece in case.shown.pieces) / case.fps / 60
    return Finding(count / minutes if minutes else None)


def rising_tension(case: Case) -> Finding:
    """Rank correlation of the true intensity of the clips' scenes with their order in acts 1 to 3."""
    felt = _intensities(case)
    if len(felt) < 3 or len(set(felt)) < 2:
        return Finding(None)
    value = _rank_correlation(np.arange(len(felt), dtype=np.float64), np.array(felt))
    return Finding(value, (f"intensities {' '.join(f'{one:.2f}' for one in felt)}",))


def peak_place(case: Case) -> Finding:
    """Where in the time of acts 1 to 3 the clip of the highest true intensity lies, 0 to 1; the last of equals."""
    pieces, felt = case.shown.in_acts(STORY_ACTS), _intensities(case)
    if not felt:
        return Finding(None)
    peak = max(range(len(felt)), key=lambda number: (felt[number], number))
    lengths = [piece.frames for piece in pieces]
    centre = sum(lengths[:peak]) + lengths[peak] / 2
    at = f"{case.seconds(pieces[peak].first):.1f} s of the film in {pieces[peak].slot.act}"
    return Finding(centre / sum(lengths), (at,))


def _intensities(case: Case) -> list[float]:
    return [case.scene(case.scene_of(piece)).intensity for piece in case.shown.in_acts(STORY_ACTS)]


def _rank_correlation(one: npt.NDArray[np.float64], two: npt.NDArray[np.float64]) -> float:
    """Spearman's, equal values sharing the mean of their ranks."""
    return float(np.corrcoef(_ranks(one), _ranks(two))[0, 1])


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    order = np.sort(values)
    left, right = np.searchsorted(order, values, "left"), np.searchsorted(order, values, "right")
    ranks: npt.NDArray[np.float64] = (left + right - 1) / 2
    return ranks
