"""What a trailer should show once: the world, each permitted turn's own moment, blows, strong lines near the camera.

They are wishes like those of a person, but weak ones: a search is offered their clips and pays where they are missing.
Deliberately not here: where the story turns, and how wishes are kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cinecore.analysis.film import FilmAnalysis, SoundCurves
from cinecut.models import DialogueEvent, LineKind, TurningPoints
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import LEAST_FRAMES
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.judgement import Judged
from cinecut.narrative.permitted import Permitted
from cinecut.narrative.spine import is_strong_near

BEFORE_TURN_S, AFTER_TURN_S = 1.0, 8.0
"""The stretch round a turning point, which is found to a few seconds, in which its moment is looked for."""

LONGEST_WAIT_S = 5.0
"""How long after a turning point its first line may begin."""

STANDS_OUT_DB = 6.0
"""A moment is heard where it is this much louder than most of its stretch."""

QUIET_MOMENT_S = 1.0
"""Where nothing is heard to happen, the moment is taken to lie this long after the turn: the scene has been entered."""

WIDE = frozenset(("medium long", "long", "extreme long"))
OPENING_SHOTS = 2
"""Shots at the story's beginning that show the world it plays in."""

BLOW_S = 1.0
"""How long a blow fills: a crash, a slammed door, a burst; shorter ones are steps and cups."""

WEIGHT_OF_EVENT = 2.2
"""What a turn or a blow counts beside a line: it is seen once in the film, and lines are many."""

MOST_BLOWS = 4
BLOWS_APART = 0.03
"""Of the permitted time: nearer ones belong to one event."""

HARDER, LOUD_PERCENTILE = 2.5, 90.0
"""A blow's onsets are this many times as strong as the film's usual second, and it is among the loudest tenth."""

LINE_AIR_S = 0.7
"""What a line's clip lasts longer than the line."""


@dataclass(frozen=True)
class MustShow:
    """One such thing: footage to be seen, or lines to be heard."""

    name: str
    spans: tuple[tuple[int, int], ...] = ()
    """Frames of the grid, half-open: of any of these pictures enough is seen not to flash by."""
    lines: frozenset[int] = frozenset()
    """Indices of events, all to be heard in one clip."""
    weight: float = 1.0
    """Of what it costs to leave it out."""
    is_turn: bool = False
    """Whether the story turns there."""

    def is_fulfilled_by(self, item: Judged, *, is_heard: bool) -> bool:
        """Whether a clip of this candidate, heard or not, shows it."""
        candidate = item.candidate
        if self.lines:
            return is_heard and self.lines <= set(candidate.lines)
        return any(
            min(candidate.core_out, end) - max(candidate.core_in, first) >= min(LEAST_FRAMES, end - first)
            for first, end in self.spans
        )


def find_must_show(
    brief: Brief,
    points: TurningPoints,
    permitted: Permitted,
    grid: FilmGrid,
    judged: Sequence[Judged],
    duration_s: float,
) -> tuple[MustShow, ...]:
    """The world first, the turning points that may be shown, blows, then strong lines that are seen to be said.

    Args:
        brief: The film.
        points: Where it turns.
        permitted: What may be shown.
        grid: Its frames.
        judged: The candidates, in which lines stand with their parts and views.
        duration_s: The trailer's length; more lines than it would hold by the vibe are not asked for.
    """
    analysis = brief.analysis
    found = [MustShow("the world", (_frames(analysis, grid, _widest_opening(brief, permitted)),))]
    taken: set[int] = set()
    turns = (
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
        points.climax_s,
    )
    for number, at in enumerate(turns, start=1):
        moment = _moment(analysis, brief.events, at)
        if permitted.start_s <= at and moment < permitted.limit_s:
            shot = _shot_at(analysis, moment)
            taken.add(shot)
            found.append(
                MustShow(
                    f"turning point {number}",
                    (_frames(analysis, grid, shot),),
                    weight=WEIGHT_OF_EVENT,
                    is_turn=True,
                )
            )
    for at in blows(analysis.sound, permitted.start_s, permitted.limit_s):
        shot = _shot_at(analysis, at)
        if shot not in taken:
            taken.add(shot)
            found.append(
                MustShow(f"a blow at {at:.1f} s", (_frames(analysis, grid, shot),), weight=WEIGHT_OF_EVENT)
            )
    return (*found, *_strong_lines(brief, judged, duration_s))


def blows(sound: SoundCurves | None, start_s: float, limit_s: float) -> tuple[float, ...]:
    """Film seconds of the hardest blows between two times, in order: about the middle of each."""
    if sound is None or not len(sound.onset):
        return ()
    width = max(1, round(BLOW_S / sound.step_s))
    size = min(len(sound.onset), len(sound.loudness_lufs))
    if size <= width:
        return ()
    hard = np.convolve(sound.onset[:size].astype(np.float64), np.ones(width) / width, mode="valid")
    loud = np.convolve(sound.loudness_lufs[:size].astype(np.float64), np.ones(width) / width, mode="valid")
    is_blow = (hard >= HARDER * np.median(hard)) & (loud >= np.percentile(loud, LOUD_PERCENTILE))
    apart = max(width, round(BLOWS_APART * (limit_s - start_s) / sound.step_s))
    found: list[int] = []
    for at in np.argsort(-hard, kind="stable"):
        middle = (int(at) + width / 2) * sound.step_s
        if len(found) == MOST_BLOWS:
            break
        if not is_blow[at] or not start_s <= middle < limit_s:
            continue
        if all(abs(int(at) - other) >= apart for other in found):
            found.append(int(at))
    return tuple((at + width / 2) * sound.step_s for at in sorted(found))


def _strong_lines(brief: Brief, judged: Sequence[Judged], duration_s: float) -> Iterator[MustShow]:
    """Stakes, threats and vows said whole in one near view, the strongest first, as far as so much may be spoken."""
    strong = [
        item
        for item in judged
        if len(item.candidate.lines) == 1
        and is_strong_near(item.said, item.size, is_one_shot=item.candidate.is_one_shot)
    ]
    strong.sort(key=lambda item: (-_strength(item), item.candidate.number))
    fps = float(brief.rate.fps)
    left_s = brief.vibe.dialogue_share * duration_s
    for item in strong:
        left_s -= item.candidate.core_frames / fps + LINE_AIR_S
        if left_s < 0:
            return
        assert item.said is not None  # noqa: S101 - it is a strong line
        yield MustShow(f"{item.said.role} near the camera", lines=frozenset(item.candidate.lines))


def _strength(item: Judged) -> float:
    return (item.said.worth if item.said else 0.0) + 0.3 * item.emotion_strength


def _widest_opening(brief: Brief, permitted: Permitted) -> int:
    """The shot that shows the world the story plays in: of the first ones the widest, or one without people."""
    shots = [shot for shot in brief.analysis.shots if shot.start_s >= permitted.start_s - 0.5][:OPENING_SHOTS]
    eyes = brief.eyes

    def width(start_s: float, end_s: float) -> int:
        size = eyes.size_in(start_s, end_s) if eyes else ""
        return 2 if size in WIDE else 0 if size else 1

    return max(shots, key=lambda shot: (width(shot.start_s, shot.end_s), -shot.index)).index


def _moment(analysis: FilmAnalysis, events: Sequence[DialogueEvent], turn_s: float) -> float:
    """When it turns: at the first word that is said there, else where it is loudest, if anything stands out."""
    said = [
        event.start_s
        for event in events
        if event.kind is LineKind.SPEECH
        and turn_s - BEFORE_TURN_S <= event.start_s <= turn_s + LONGEST_WAIT_S
    ]
    if said:
        return min(said)
    sound = analysis.sound
    if sound is not None:
        first = max(0, round((turn_s - BEFORE_TURN_S) / sound.step_s))
        near = sound.loudness_lufs[first : round((turn_s + AFTER_TURN_S) / sound.step_s)]
        if len(near) and float(near.max() - np.median(near)) >= STANDS_OUT_DB:
            return (first + int(np.argmax(near))) * sound.step_s
    return turn_s + QUIET_MOMENT_S


def _shot_at(analysis: FilmAnalysis, time_s: float) -> int:
    starts = [shot.start_s for shot in analysis.shots]
    return max(0, bisect_right(starts, time_s) - 1)


def _frames(analysis: FilmAnalysis, grid: FilmGrid, shot: int) -> tuple[int, int]:
    """A shot's frames of the grid."""
    of = analysis.shots[shot]
    return grid.at_or_after(of.start_s), grid.at_or_after(of.end_s)
