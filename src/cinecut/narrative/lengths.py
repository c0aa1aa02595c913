"""How long a clip may be and on which beat it may end; nothing is chosen."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from cinecut.narrative.judgement import Judged
from cinecut.narrative.placing import Placing
from cinecut.narrative.shape import Section, Shape


class Lengths:
    """Lawful ends of clips in one skeleton.

    Args:
        shape: The skeleton.
        judged: The candidates.
        placing: Knows the air that a line wants.
        handle_frames: Frames that a transition takes from a clip's side.
        stretch: Factor on how much longer or shorter than wanted a clip may be.
    """

    def __init__(
        self, shape: Shape, judged: Sequence[Judged], placing: Placing, handle_frames: int, stretch: float
    ) -> None:
        self._shape, self._judged, self._placing = shape, judged, placing
        self._handle, self._stretch = handle_frames, stretch
        self._fps = float(shape.rate.fps)
        self._end_lists: dict[tuple[int, int], list[int]] = {}

    def target_s(self, section: Section, position: int) -> float:
        """How long a clip that begins at a position is wished to be, in seconds."""
        start, end = section.targets_s
        if section.holds == "one":
            return self._shape.frames_of(section) / self._fps
        done = (
            self._shape.positions[position] - self._shape.positions[section.first]
        ) / self._shape.frames_of(section)
        return start + (end - start) * done

    def ends(self, number: int, position: int, target: float) -> list[int]:
        """Up to four positions at which a quiet clip from `position` may end, nearest to the target first."""
        key = (number, position)
        if key not in self._end_lists:
            self._end_lists[key] = self._find_ends(self._shape.sections[number], position, target)
        return self._end_lists[key]

    def _find_ends(self, section: Section, position: int, target: float) -> list[int]:
        """`ends`, found once: every state at a position asks the same."""
        if section.holds == "one":
            return [section.last]
        stretch = self._stretch
        fitting = [
            end
            for end in range(position + 1, section.last + 1)
            if self._may_end(section, position, end, target, 0.5 / stretch, 1.7 * stretch)
        ]
        here = self._shape.positions[position]

        def miss(end: int) -> tuple[float, int]:
            return abs(math.log((self._shape.positions[end] - here) / self._fps / target)), end

        return sorted(fitting, key=miss)[:4]

    def _may_end(
        self, section: Section, position: int, end: int, target: float, low: float, high: float
    ) -> bool:
        positions = self._shape.positions
        length = positions[end] - positions[position]
        rest = positions[section.last] - positions[end]
        if length < section.least_frames or (rest and rest < section.least_frames):
            return False
        seconds = length / self._fps
        if end == section.last:
            return seconds <= high * 1.2 * target
        return low * target <= seconds <= high * target and rest / self._fps >= 0.4 * target

    def end_for_line(self, section: Section, position: int, index: int, target: float) -> int | None:
        """The first position that leaves a line room to breathe, if that is not too long for the act."""
        if section.holds == "one":
            return section.last
        candidate = self._judged[index].candidate
        air_before = min(self._placing.air_before + 2 * self._handle, candidate.core_in - candidate.reach_in)
        air_after = min(self._placing.air_after + 2 * self._handle, candidate.reach_out - candidate.core_out)
        wanted = self._shape.positions[position] + max(
            candidate.core_frames + air_before + air_after, section.least_frames
        )
        end = bisect_left(self._shape.positions, wanted, position + 1)
        high = (1.9 if section.act != "act3" else 1.6) * self._stretch
        for option in (end, end + 1, end + 2):
            if option <= section.last and self._may_end(section, position, option, target, 0.0, high):
                return option
        return None

    def ends_for_wish(self, section: Section, position: int, index: int, target: float) -> list[int]:
        """Up to three positions at which a clip that somebody asked for may end, however long the act's clips are."""
        if section.holds == "one":
            return [section.last]
        candidate = self._judged[index].candidate
        air = (self._placing.air_before + self._placing.air_after) if candidate.lines else 0
        wanted = max(target * self._fps, candidate.core_frames + air)
        positions = self._shape.positions
        fitting = [
            end
            for end in range(position + 1, section.last + 1)
            if candidate.core_frames <= positions[end] - positions[position] <= candidate.reach_frames
            and positions[end] - positions[position] >= section.least_frames
            and (end == section.last or positions[section.last] - positions[end] >= section.least_frames)
        ]
        return sorted(fitting, key=lambda end: (abs(positions[end] - positions[position] - wanted), end))[:3]
