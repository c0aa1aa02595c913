"""Which footage may be shown, and how it divides into zones; nothing is chosen here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cinecore.errors import InputError
from cinecut.manifest.schema import ZONE_ORDER, Zone
from cinecut.models import TurningPoints
from cinecut.narrative.banned import banned_footage
from cinecut.narrative.bars import APART_S
from cinecut.narrative.brief import Brief
from cinecut.narrative.film_grid import FilmGrid, Mask
from cinecut.narrative.turning_points import safe_limit_s, story_span

FENCE_GUARD_S = 0.1
"""Kept free beside a fence: its edges are found to within a frame or two."""


@dataclass(frozen=True)
class Permitted:
    """The footage that may be shown."""

    start_s: float
    limit_s: float
    """The spoiler limit, which lies early where the turning point is uncertain, or where `--out` or the story ends."""
    borders_s: tuple[float, float]
    allowed: Mask
    """Per frame of the grid: inside the limits and outside every fence."""
    seconds: float
    """How much footage that is."""
    unfenced: Mask
    """Per frame: outside every fence and what is banned, whatever the spoiler limit says; `--keep` may show it."""

    def zone_of(self, time_s: float) -> Zone:
        """The zone that a film time belongs to."""
        return ZONE_ORDER[sum(time_s >= border for border in self.borders_s)]


def permitted_footage(brief: Brief, grid: FilmGrid, points: TurningPoints) -> Permitted:
    """What the spoiler limit, `--in`/`--out` and the fences leave.

    Raises:
        InputError: They leave nothing.
    """
    story_start, story_end = story_span(brief.analysis)
    limit = {"none": safe_limit_s(points, 2), "mild": safe_limit_s(points, 3), "full": story_end}[
        brief.spoilers
    ]
    start = max(story_start, brief.in_s or 0.0)
    if brief.out_s is not None:
        limit = min(limit, brief.out_s)
    if limit <= start:
        raise InputError(
            f"No footage may be shown: it would start at {start:.1f} s and end at {limit:.1f} s.",
            brief.source_file,
            "Widen --in and --out, or allow more with --spoilers full.",
        )
    allowed = grid.mask_of([(start, limit)])
    # mask_of takes every frame that is seen inside; at the limits only whole frames count
    first, end = grid.at_or_after(start), grid.at_or_before(limit)
    allowed[: max(0, first)] = False
    allowed[max(0, end) :] = False
    unfenced = ~grid.mask_of(
        (fence.start_s - FENCE_GUARD_S, fence.end_s + FENCE_GUARD_S) for fence in brief.analysis.fences
    )
    if brief.in_s is not None:
        unfenced[: max(0, grid.at_or_after(brief.in_s))] = False
    if brief.out_s is not None:
        unfenced[max(0, grid.at_or_before(brief.out_s)) :] = False
    if brief.locked:  # what is shown already, and what would stand too near to it
        apart_s = APART_S + 1 / float(grid.rate.fps)
        unfenced &= ~grid.mask_of(
            (lock.clip.source_start_s - apart_s, lock.clip.source_end_s + apart_s) for lock in brief.locked
        )
    if brief.ban:
        unfenced &= ~banned_footage(brief, grid)
    allowed &= unfenced
    seconds = float(np.count_nonzero(allowed & grid.clean) / float(grid.rate.fps))
    return Permitted(start, limit, _borders(start, limit, points), allowed, seconds, unfenced)


def _borders(start: float, limit: float, points: TurningPoints) -> tuple[float, float]:
    first = points.change_of_plans_s
    second = (points.point_of_no_return_s + min(points.major_setback_s, limit)) / 2
    if second >= limit:
        second = start + (limit - start) * 2 / 3
    if not start < first < second:
        first = start + (second - start) / 2
    if not start < second < limit:
        second = (first + limit) / 2
    return round(first, 6), round(second, 6)
