"""What a trailer should show once: the world in one picture, each permitted turning point's own moment, strong lines.

They are wishes like those of a person, but weak ones: a search is offered their clips and pays where they are missing.
Deliberately not here: where the story turns, and how wishes are kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cinecore.analysis.film import FilmAnalysis
from cinecut.models import DialogueEvent, LineKind, TurningPoints
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.judgement import Judged
from cinecut.narrative.permitted import Permitted

BEFORE_TURN_S, AFTER_TURN_S = 1.0, 8.0
"""The stretch round a turning point, which is found to a few seconds, in which its moment is looked for."""

LONGEST_WAIT_S = 5.0
"""How long after a turning point its first line may begin."""

STANDS_OUT_DB = 6.0
"""A moment is heard where it is this much louder than most of its stretch."""

QUIET_MOMENT_S = 1.0
"""Where nothing is heard to happen, the moment is taken to lie this long after the turn: the scene has been entered."""

OPENING_SHOTS = 2
"""Shots at the story's beginning that show the world it plays in."""


@dataclass(frozen=True)
class MustShow:
    """One such thing."""

    name: str
    shots: frozenset[int]
    frame: int = -1
    """Of a moment: the film frame."""

    def is_fulfilled_by(
        self,
        item: Judged,
        *,
        is_heard: bool,  # noqa: ARG002 - as all wishes are asked; to be seen is enough here
    ) -> bool:
        """Whether a clip of this candidate, heard or not, shows it."""
        candidate = item.candidate
        if self.frame >= 0:
            return candidate.core_in <= self.frame < candidate.core_out or candidate.shot in self.shots
        return candidate.shot in self.shots


def find_must_show(
    analysis: FilmAnalysis,
    events: Sequence[DialogueEvent],
    points: TurningPoints,
    permitted: Permitted,
    grid: FilmGrid,
) -> tuple[MustShow, ...]:
    """The world first, then the turning points that may be shown."""
    opening = [shot.index for shot in analysis.shots if shot.start_s >= permitted.start_s - 0.5]
    found = [MustShow("the world", frozenset(opening[:OPENING_SHOTS]))]
    turns = (
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
        points.climax_s,
    )
    for number, at in enumerate(turns, start=1):
        moment = _moment(analysis, events, at)
        if permitted.start_s <= at and moment < permitted.limit_s:
            shot = _shot_at(analysis, moment)
            found.append(
                MustShow(f"turning point {number}", frozenset((shot,)), grid.at_or_after(moment) + 2)
            )
    return tuple(found)


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
