"""Other clips for a part of a trailer: random changes of what stands there and how long, all within the hard bars.

Deliberately not here: whether a change is any better (`improving`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.choice import COST_OF_MUTED_LINE, SHORTEST_SHOWN, Choice
from cinecut.narrative.placing import Place
from cinecut.narrative.shape import Section
from cinecut.narrative.trailer_state import Chosen

RANK_SCALE = 14.0
"""How far down a list of candidates a draw goes on average."""

SHORTEST_QUIET, LONGEST_QUIET = 0.5, 1.7
"""Of its act's length there, as in the first search."""
LONGEST_LINE, LONGEST_LINE_IN_ACT3 = 1.9, 1.6


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands somewhere: a candidate, and whether it is heard."""

    index: int
    is_heard: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a trailer that is filled anew."""

    section: int
    position: int
    """Where it begins."""
    taken: int
    """Bit mask of the frames that all other clips use, handles counted in."""
    zones: tuple[int, int]
    """The first and the last zone that may stand there."""
    fixed: int = -1
    """The candidate that must stay in it, where one must."""


QUIET_DRAWN, HEARD_DRAWN = 0.4, 0.6
"""How often a quiet stretch is drawn and not a line, and how often a drawn line is heard."""

INSTEAD = 0.6
"""How often what was missing takes another clip's place and does not only come beside it."""

REPAIRS = 2
"""Clips that are taken out or put in where others' lengths do not add up."""

DRAWS = 12
"""How often a candidate is drawn for one gap until one is free."""


class Refilling:
    """Random changes over one skeleton.

    Args:
        choice: The search that made the trailer: its candidates, places, lengths and costs.
        random_numbers: Where chance comes from.
    """

    def __init__(self, choice: Choice, random_numbers: random.Random) -> None:
        self._choice, self._chance = choice, random_numbers.random
        self._shape, self._judged, self._fps = choice.shape, choice.judged, choice.fps
        self._sections = choice.shape.sections
        self._alone: dict[tuple[int, int, int, int, int, bool], tuple[float, float]] = {}
        self._beats: dict[tuple[int, int, int, bool], tuple[int, int, float] | None] = {}

    def missing(self, section: int, shown: int, kept: int) -> int | None:
        """A candidate that would show what is missing, by its index; None where nothing is."""
        choice = self._choice
        is_kept = bool(choice.keeping.kept) and self._chance() < 0.5
        zone = choice.wanted_zones[self._sections[section].first]
        if is_kept:
            rows = choice.keeping.missing(choice.ranking, section, zone, kept)
        else:
            rows = choice.must_show.missing(choice.ranking, section, zone, shown)
        return rows[int(self._chance() * len(rows))][1] if rows else None

    def draw(self, gap: Gap) -> Entry | None:
        """A candidate for a gap, the likelier the better it suits."""
        choice = self._choice
        act = self._sections[gap.section].act
        quiet, lines = choice.ranking.ranked(gap.section, choice.wanted_zones[gap.position])
        rows = quiet if not lines or act == "breath" or self._chance() < QUIET_DRAWN else lines
        if not rows:
            return None
        for _ in range(DRAWS):
            rank = int(-math.log(1.0 - self._chance()) * RANK_SCALE)
            index = rows[min(rank, len(rows) - 1)][1]
            if self.is_free(index, gap):
                entry = self.entry(index, act, HEARD_DRAWN)
                if entry is not None and self._beats_of(entry, gap.section, gap.position) is not None:
                    return entry
        return None

    def is_free(self, index: int, gap: Gap) -> bool:
        """Whether a candidate is of a zone that may stand there, and no other clip uses its core."""
        if not gap.zones[0] <= self._judged[index].zone <= gap.zones[1]:
            return False
        return not self._choice.placing.core_keep_off(index) & gap.taken

    def entry(self, index: int, act: str, heard: float) -> Entry | None:
        """A candidate to stand in an act, heard so often where it may be either; None where it cannot stand there."""
        candidate = self._judged[index].candidate
        if not candidate.lines:
            return Entry(index, False)
        is_heard = not candidate.is_one_shot or self._chance() < heard
        if act == "breath" and is_heard:
            return Entry(index, False) if candidate.is_one_shot else None
        return Entry(index, is_heard)

    def blocking(self, index: int, footage: Sequence[int]) -> list[int]:
        """Which items, by their footage, stand where a candidate's core could not stand beside them."""
        core = self._choice.placing.core_keep_off(index)
        return [number for number, used in enumerate(footage) if used & core]

    def with_wished(
        self, entries: list[Entry], index: int, gap: Gap, blocking: Sequence[int]
    ) -> list[Entry] | None:
        """The entries with one more, or one in others' place, that shows what was missing; None where it is not free.

        Args:
            entries: What stands there.
            index: The candidate.
            gap: The part.
            blocking: Which of the entries must go for it.
        """
        if not self.is_free(index, gap):
            return None
        wished = self.entry(index, self._sections[gap.section].act, 0.9)
        if wished is None:
            return None
        if blocking:
            others = [entry for number, entry in enumerate(entries) if number not in blocking]
            return [*others[: blocking[0]], wished, *others[blocking[0] :]]
        at = int(self._chance() * len(entries))
        return [*entries[:at], wished, *entries[at + (self._chance() < INSTEAD) :]]

    def another(self, item: Chosen, taken: int) -> Chosen | None:
        """A clip in an item's place, just as long, of footage that is free; None where none was drawn."""
        gap = Gap(item.section, item.first_position, taken, (0, 2))
        drawn = self.draw(gap)
        laid = None if drawn is None else self.laid([drawn], gap, item.last_position)
        return laid[0] if laid is not None and len(laid) == 1 else None

    def changed(self, entries: list[Entry], gap: Gap) -> list[Entry] | None:
        """The entries of a part of an act after one random change; None where it comes to nothing."""
        what, count = self._chance(), len(entries)
        at = int(self._chance() * count)
        if what < 0.4:
            drawn = self.draw(gap)
            return None if drawn is None else [*entries[:at], drawn, *entries[at + 1 :]]
        if what < 0.6:
            drawn = self.draw(gap)
            at = int(self._chance() * (count + 1))
            return None if drawn is None else [*entries[:at], drawn, *entries[at:]]
        if what < 0.72:
            return [*entries[:at], *entries[at + 1 :]] if count > 1 else None
        if what < 0.84:
            one = entries[at]
            toggled = self.entry(one.index, self._sections[gap.section].act, 0.0 if one.is_heard else 1.0)
            if toggled is None or toggled == one:
                return None
            return [*entries[:at], toggled, *entries[at + 1 :]]
        if what < 0.94 and count > 1:
            other = int(self._chance() * count)
            entries = list(entries)
            entries[at], entries[other] = entries[other], entries[at]
            return entries
        return list(entries)

    def laid(self, entries: Sequence[Entry], gap: Gap, last: int) -> list[Chosen] | None:
        """Entries as clips in a gap that ends at a position, their lengths shared out; None where they do not fit."""
        where = self._sections[gap.section]
        positions, first = self._shape.positions, gap.position
        beats: list[int] | None
        if where.holds == "one":
            beats = [last - first] if len(entries) == 1 else None
        else:
            beats = None
            entries = list(entries)
            for _ in range(REPAIRS + 1):
                beats, missing = self._shared_out(entries, gap.section, first, last)
                if beats is not None or not missing or not self._is_repaired(entries, gap, missing):
                    break
        if beats is None:
            return None
        found: list[Chosen] = []
        taken, at = gap.taken, first
        for entry, count in zip(entries, beats, strict=True):
            end = at + count
            length = positions[end] - positions[at]
            if length < where.least_frames:
                return None  # beats differ by a frame, and a bar is none if it gives way to one
            place = self._free_place(entry.index, length, taken)
            if place is None:
                return None
            found.append(
                Chosen(gap.section, at, end, entry.index, place.first, length, is_heard=entry.is_heard)
            )
            taken |= place.occupied
            at = end
        return found

    def _is_repaired(self, entries: list[Entry], gap: Gap, missing: int) -> bool:
        """Whether an entry more, where beats are missing, or one less could be had; it is done then."""
        at = int(self._chance() * (len(entries) + (missing > 0)))
        if missing < 0:
            if len(entries) < 2:
                return False
            entries.pop(at if entries[at].index != gap.fixed else at - 1)
            return True
        drawn = self.draw(gap)
        if drawn is None or any(drawn.index == entry.index for entry in entries):
            return False
        entries.insert(at, drawn)
        return True

    def footage(self, item: Chosen) -> int:
        """Bit mask of the frames that an item uses, handles counted in; none where it is no clip that was chosen."""
        if item.judged < 0:
            return 0
        return self._choice.placing.place_at(item.judged, item.first, item.frames).occupied

    def _free_place(self, index: int, length: int, taken: int) -> Place | None:
        for place in self._choice.placing.places(index, length):
            if not place.keep_off & taken:
                return place
        return None

    def _shared_out(
        self, entries: Sequence[Entry], where: int, first: int, last: int
    ) -> tuple[list[int] | None, int]:
        """How many beats each entry has, the sum as wanted; else None, and how many are missing (below 0: too many)."""
        least, most, beats = [], [], []
        for entry in entries:
            found = self._beats_of(entry, where, first)
            if found is None:
                return None, 0
            lowest, highest, wanted = found
            least.append(lowest)
            most.append(highest)
            beats.append(min(highest, max(lowest, round(wanted + self._chance() - 0.5))))
        missing = last - first - sum(beats)
        if missing > 0 and (short := last - first - sum(most)) > 0:
            return None, short
        if missing < 0 and (over := last - first - sum(least)) < 0:
            return None, over
        while missing:
            step = 1 if missing > 0 else -1
            room = [
                number
                for number, count in enumerate(beats)
                if (count < most[number] if step > 0 else count > least[number])
            ]
            beats[room[int(self._chance() * len(room))]] += step
            missing -= step
        return beats, 0

    def _beats_of(self, entry: Entry, number: int, first: int) -> tuple[int, int, float] | None:
        """Least, most and wished beats of a clip in a section from a position on; None where no whole number of them suits."""
        key = (number, first, entry.index, entry.is_heard)
        if key not in self._beats:
            section = self._sections[number]
            beat = self._shape.frames_of(section) / (section.last - section.first)
            target = self._choice.lengths.target_s(section, first) * self._fps
            low, wanted, high = self._bounds(entry, section, target)
            lowest, highest = max(1, math.ceil(low / beat - 0.05)), math.floor(high / beat + 0.05)
            self._beats[key] = (lowest, highest, wanted / beat) if lowest <= highest else None
        return self._beats[key]

    def _bounds(self, entry: Entry, where: Section, target: float) -> tuple[float, float, float]:
        """Least, wished and most frames of a clip."""
        candidate = self._judged[entry.index].candidate
        choice, stretch = self._choice, self._choice.effort.stretch
        placing = choice.placing
        least: float = max(where.least_frames, candidate.core_frames)
        if candidate.lines:
            most = (LONGEST_LINE if where.act != "act3" else LONGEST_LINE_IN_ACT3) * stretch * target
            wished: float = candidate.core_frames + placing.air_before + placing.air_after
        else:
            least = max(least, SHORTEST_QUIET / stretch * target)
            most, wished = LONGEST_QUIET * stretch * target, target
        if choice.keeping.is_for_a_wish(entry.index):
            most = candidate.reach_frames
        elif choice.must_show.is_for_a_wish(entry.index):
            least = max(where.least_frames, candidate.core_frames, SHORTEST_SHOWN * target)
            most = candidate.reach_frames
        return least, wished, min(most, candidate.reach_frames)

    def cost_alone(self, chosen: Chosen) -> tuple[float, float]:
        """What a clip costs at its place, whatever stands around it, and what costs of its neighbours weigh there."""
        key = (
            chosen.section,
            chosen.first_position,
            chosen.last_position,
            chosen.judged,
            chosen.first,
            chosen.is_heard,
        )
        found = self._alone.get(key)
        if found is None:
            choice = self._choice
            zone = choice.wanted_zones[chosen.first_position]
            base = choice.ranking.cost(chosen.section, zone, chosen.judged)
            if self._judged[chosen.judged].candidate.lines and not chosen.is_heard:
                base += COST_OF_MUTED_LINE
            target = choice.lengths.target_s(self._sections[chosen.section], chosen.first_position)
            place = choice.placing.place_at(chosen.judged, chosen.first, chosen.frames)
            found = self._alone[key] = choice.stepping.alone(chosen, place, base, target)
        return found

    def in_zone_order(self, items: Sequence[Chosen]) -> bool:
        """Whether zones never step back over a whole trailer, and stay below those of locked clips to come."""
        zone = 0
        for item in items:
            section = self._sections[item.section]
            if item.judged < 0 or section.act in OUTSIDE_ZONE_ORDER:
                if item.lock >= 0 and section.act not in OUTSIDE_ZONE_ORDER:
                    zone = self._choice.zone_of_lock(item.lock)
                continue
            own = self._judged[item.judged].zone
            if not zone <= own <= self._choice.zone_caps[item.section]:
                return False
            zone = own
        return True
