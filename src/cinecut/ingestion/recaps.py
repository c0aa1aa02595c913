"""Finding what an episode tells again of others ("previously on …") and fencing it off: its pictures are not this film's.

Told by the line that announces it; where it ends is seen: at the black, logo or title that comes next. Deliberately not
here: footage that comes twice within one film (`cinecore.analysis.repeats`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources

from cinecore.analysis.film import Fence, FilmAnalysis
from cinecut.models import DialogueEvent, LineKind

ANNOUNCED_UNTIL_S = 300.0
"""Recaps stand before an episode or behind its first scene; later the same words are somebody's speech."""

OPENS_WITHIN_S = 20.0
"""Less film than this before the announcement belongs to it: pictures start before the voice."""

LONGEST_S = 180.0
LEAST_S = 5.0
"""A recap is at least this long: a flash of black within its first images does not end it."""

USUAL_S = 45.0
"""How long it is taken to last where no black, logo or title ends it; at most `USUAL_PART` of the film."""

USUAL_PART = 1 / 8

ENDS_IT = frozenset({"black", "logo", "card", "credits", "test_card"})
RECAP = "recap"


@lru_cache(maxsize=1)
def _announcement() -> re.Pattern[str]:
    data = tomllib.loads((resources.files("cinecut.ingestion") / "recaps.toml").read_text("utf-8"))
    return re.compile("|".join(f"(?:{one})" for one in data["announced"]), re.IGNORECASE)


def recap(analysis: FilmAnalysis, events: Sequence[DialogueEvent]) -> Fence | None:
    """The stretch in which other episodes are told again; None where no line announces one."""
    announced = next(
        (
            event
            for event in sorted(events, key=lambda one: one.start_s)
            if event.start_s <= ANNOUNCED_UNTIL_S
            and event.kind is not LineKind.ADVERT
            and _announcement().match(event.text.strip(" \"'«»„“”…-–—([（「『."))
        ),
        None,
    )
    if announced is None:
        return None
    shots = sorted(analysis.shots, key=lambda shot: shot.start_s)
    start_s = max((shot.start_s for shot in shots if shot.start_s <= announced.start_s), default=0.0)
    if start_s <= OPENS_WITHIN_S:
        start_s = 0.0
    usual_s = announced.end_s + min(USUAL_S, USUAL_PART * analysis.duration_s)
    end_s = min(
        (shot.end_s for shot in shots if shot.end_s >= usual_s), default=min(usual_s, analysis.duration_s)
    )
    ends = [
        fence.start_s
        for fence in analysis.fences
        if fence.kind in ENDS_IT and announced.start_s + LEAST_S <= fence.start_s <= start_s + LONGEST_S
    ]
    if ends:
        end_s = min(ends)
    # more than half a film is no recap of others: the line was said in it
    if end_s - start_s < LEAST_S or end_s > analysis.duration_s / 2:
        return None
    return Fence(round(start_s, 6), round(end_s, 6), RECAP)


def without_recap(
    analysis: FilmAnalysis, events: Sequence[DialogueEvent]
) -> tuple[FilmAnalysis, tuple[str, ...]]:
    """The analysis with its recap fenced off, if there is one, and a notice that says so."""
    found = recap(analysis, events)
    if found is None:
        return analysis, ()
    fences = tuple(
        sorted((*analysis.fences, found), key=lambda fence: (fence.start_s, fence.end_s, fence.kind))
    )
    return replace(analysis, fences=fences), (
        f"From {found.start_s:.0f} to {found.end_s:.0f} s other episodes are told again; nothing of it is used.",
    )
