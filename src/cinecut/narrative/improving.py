"""Betters a whole trailer: small random changes, kept where the whole gains by them; the same for the same seed.

The beam that builds a trailer sees one clip after the other; what only a whole tells (its spoken share, a moment that was
outbid, the order of turns) is mended here by simulated annealing with a fixed budget of work.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from cinecut.narrative.acquaintance import Known
from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.choice import Choice
from cinecut.narrative.refilling import Entry, Gap, Refilling
from cinecut.narrative.trailer_state import Chosen
from cinecut.narrative.whole import Whole

STEPS_A_PAIR, MOST_STEPS = 225, 90_000
"""Clips that are worked out anew over all tries: so many for each pair of clips of the trailer, and at most about one CPU
second's. Ten times as many would cost a tenth less (18 films, seeds 114 to 131)."""

TRY_COSTS = 4
"""What a try that comes to nothing counts, in steps."""

HOT, COLD = 0.6, 0.02
"""By how much worse a whole is still often kept, at first and in the end."""

SWAPS, WISHES = 0.1, 0.25
"""How often two clips change places, and how often something that is missing is put in."""

DOUBT = 1.0
"""By how much a change may cost more at first sight, before what stands behind it is worked out anew."""

IN_PLACE = 0.6
"""How often what is missing takes the place of a clip that blocks it, and is not put elsewhere while that clip makes way."""

LONGEST_PART = 4
"""Clips that one change touches at most."""


_Before = tuple[float, int, Chosen | None, tuple[int, ...], Known, int]
"""What matters of a trailer to the next clip: its cost, zone, last item, last shots, what is known and which parts were told."""


_Change = tuple[int, int, list[Chosen]]
"""Which items are replaced, first and end, and the whole trailer after it."""


_NOTHING: _Before = (0.0, 0, None, (), Known(), 0)


class Improving:
    """One betterment of one trailer.

    Args:
        choice: The search that made it.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice, self._shape = choice, choice.shape
        self._random = random.Random(choice.brief.seed)  # noqa: S311 - no secret: the same trailer for the same seed
        self._refilling = Refilling(choice, self._random)
        self._whole = Whole(choice.pool, choice.shape, choice.keeping, choice.must_show)
        self._sections = choice.shape.sections
        self._shots = [item.candidate.shot for item in choice.judged]

    def better(self, chosen: Sequence[Chosen], steps: int | None = None) -> tuple[Chosen, ...]:
        """The best trailer found from this one on; itself where none is better."""
        items = list(chosen)
        states = self._replayed(items, [_NOTHING])
        cost = states[-1][0] + self._whole.cost(items)
        best, best_cost = tuple(items), cost
        if not any(item.judged >= 0 for item in items):
            return best
        footage = [self._refilling.footage(item) for item in items]
        fulfilled = self._whole.fulfilled(items)
        done, steps = 0, min(MOST_STEPS, STEPS_A_PAIR * len(items) ** 2) if steps is None else steps
        while done < steps:
            heat = HOT * (COLD / HOT) ** (done / steps)
            proposal = self._proposal(items, states, footage, fulfilled)
            done += TRY_COSTS
            if proposal is None:
                continue
            first, last, changed = proposal
            if fulfilled[1] and fulfilled[1] & ~self._whole.fulfilled(changed)[1]:
                continue  # what somebody wants kept is never given up for what we like
            if changed[0] != items[0] and self._whole.opens_alike(changed[0]):
                continue  # each version has a hook of its own, whatever it costs
            most = cost - heat * math.log(1.0 - self._random.random())
            whole = self._whole.cost(changed)
            behind = len(items) - last
            after = self._replayed(changed[first : len(changed) - behind], states[: first + 1])
            done += len(after) - first
            if whole + after[-1][0] + states[-1][0] - states[last][0] > most + DOUBT:
                continue
            done += behind
            after = self._replayed(changed[len(changed) - behind :], after)
            new = after[-1][0] + whole
            if new <= most:
                items, states, cost = changed, after, new
                footage = [self._refilling.footage(item) for item in items]
                fulfilled = self._whole.fulfilled(items)
                if cost < best_cost - 1e-9:
                    best, best_cost = tuple(items), cost
        return best

    def cost(self, items: Sequence[Chosen]) -> float:
        """What speaks against a whole trailer: its clips, what stands beside what, and the whole."""
        return self._replayed(items, [_NOTHING])[-1][0] + self._whole.cost(items)

    def _replayed(self, items: Sequence[Chosen], states: list[_Before]) -> list[_Before]:
        """The given states, that after the last of which each item comes in turn, and those behind them."""
        stepping, refilling, sections = self._choice.stepping, self._refilling, self._sections
        cost, zone, last, recent, known, told = states[-1]
        for item in items:
            if item.lock >= 0:
                known, told, shot = stepping.behind_lock(known, told, item)
                recent = (*recent[-5:], shot)
            elif item.judged < 0:
                cost += self._choice.cost_of_card(item)
            else:
                own, weight = refilling.cost_alone(item)
                beside, known, told = stepping.beside(last, recent, known, told, item)
                cost += own + beside * weight
                recent = (*recent[-5:], self._shots[item.judged])
            if sections[item.section].act not in OUTSIDE_ZONE_ORDER:
                zone = self._zone_of(item, zone)
            last = item
            states.append((cost, zone, last, recent, known, told))
        return states

    def _zone_of(self, item: Chosen, before: int) -> int:
        if item.lock >= 0:
            return self._choice.zone_of_lock(item.lock)
        return self._choice.judged[item.judged].zone if item.judged >= 0 else before

    # -- changes ------------------------------------------------------------------------------------

    def _proposal(
        self, items: list[Chosen], states: list[_Before], footage: list[int], fulfilled: tuple[int, int]
    ) -> _Change | None:
        """Which items a change replaces, first and end, and the whole trailer with it; None where it came to nothing."""
        at = int(self._random.random() * len(items))
        if items[at].judged < 0:
            return None
        chance = self._random.random()
        if chance < SWAPS:
            return self._swapped(items, at, footage)
        if chance < SWAPS + WISHES:
            wished = self._refilling.missing(items[at].section, *fulfilled)
            return None if wished is None else self._with_wished(items, states, footage, wished)
        first, end = self._part(items, at)
        gap = self._gap(items, states, first, end, self._used(footage) ^ self._used(footage[first:end]))
        entries = [Entry(item.judged, item.is_heard) for item in items[first:end]]
        return self._refilled(items, first, end, self._refilling.changed(entries, gap), gap)

    def _with_wished(
        self, items: list[Chosen], states: list[_Before], footage: list[int], wished: int
    ) -> _Change | None:
        """What is missing put in: where a clip blocks it, or where its zone may stand; what blocks it makes way."""
        blocking = self._refilling.blocking(wished, footage)
        if blocking and self._random.random() < IN_PLACE:
            at = blocking[int(self._random.random() * len(blocking))]
        else:
            zone = self._choice.judged[wished].zone
            fitting = [n for n, item in enumerate(items) if item.judged >= 0 and self._suits(item, zone)]
            if not fitting:
                return None
            # where it may stand without a step back
            at = fitting[int(self._random.random() * len(fitting))]
        first, end = self._part(items, at)
        inside = [number - first for number in blocking if first <= number < end]
        outside = [number for number in blocking if not first <= number < end]
        leaving = [*footage[first:end], *(footage[number] for number in outside)]
        gap = self._gap(items, states, first, end, self._used(footage) ^ self._used(leaving), wished)
        entries = [Entry(item.judged, item.is_heard) for item in items[first:end]]
        changed = self._refilling.with_wished(entries, wished, gap, inside)
        change = self._refilled(items, first, end, changed, gap)
        if change is None or not outside:
            return change
        _, _, whole = change
        moved = len(whole) - len(items)
        used = gap.taken | self._used([self._refilling.footage(item) for item in whole[first : end + moved]])
        for number in outside:
            another = self._refilling.another(items[number], used)
            if another is None:
                return None
            used |= self._refilling.footage(another)
            whole[number + moved if number >= end else number] = another
        if not self._refilling.in_zone_order(whole):
            return None
        return min(first, *outside), max(end, *(number + 1 for number in outside)), whole

    def _part(self, items: list[Chosen], at: int) -> tuple[int, int]:
        """A clip and up to three that follow it in its act: first and end."""
        end, number = at + 1, items[at].section
        if self._sections[number].holds == "many":
            most = at + 1 + int(self._random.random() * LONGEST_PART)
            while end < min(most, len(items)) and self._is_free(items[end], number):
                end += 1
        return at, end

    def _gap(
        self, items: list[Chosen], states: list[_Before], first: int, end: int, taken: int, fixed: int = -1
    ) -> Gap:
        """What may stand in the place of some items."""
        number = items[first].section
        zones = (0, 2)
        if self._sections[number].act not in OUTSIDE_ZONE_ORDER:
            zones = (states[first][1], self._zone_behind(items[end:], number))
        return Gap(number, items[first].first_position, taken, zones, fixed)

    def _refilled(
        self, items: list[Chosen], first: int, end: int, entries: list[Entry] | None, gap: Gap
    ) -> _Change | None:
        """The trailer with these entries in the place of some items; None where they do not fit."""
        if entries is None:
            return None
        laid = self._refilling.laid(entries, gap, items[end - 1].last_position)
        if laid is None:
            return None
        whole = [*items[:first], *laid, *items[end:]]
        return (first, end, whole) if self._refilling.in_zone_order(whole) else None

    def _swapped(self, items: list[Chosen], at: int, footage: list[int]) -> _Change | None:
        """Two clips in each other's places."""
        other = int(self._random.random() * len(items))
        if other == at or items[other].judged < 0:
            return None
        one, two = sorted((at, other))
        whole = list(items)
        taken = self._used(footage) ^ footage[one] ^ footage[two]
        for here, there in ((one, two), (two, one)):
            to, entry = items[here], Entry(items[there].judged, items[there].is_heard)
            if self._sections[to.section].act == "breath" and entry.is_heard:
                return None
            gap = Gap(to.section, to.first_position, taken, (0, 2))
            laid = self._refilling.laid([entry], gap, to.last_position)
            if laid is None or len(laid) != 1:
                return None
            whole[here] = laid[0]
            taken |= self._refilling.footage(laid[0])
        return (one, two + 1, whole) if self._refilling.in_zone_order(whole) else None

    @staticmethod
    def _used(footage: Sequence[int]) -> int:
        """All frames that some items use; no two of them use the same."""
        used = 0
        for one in footage:
            used |= one
        return used

    def _suits(self, item: Chosen, zone: int) -> bool:
        """Whether a clip of a zone might stand where an item stands: its own zone or the next one's."""
        if self._sections[item.section].act in OUTSIDE_ZONE_ORDER:
            return False
        return abs(self._choice.judged[item.judged].zone - zone) <= 1

    def _zone_behind(self, behind: Sequence[Chosen], section: int) -> int:
        """The last zone that may stand before some clips."""
        choice = self._choice
        for item in behind:
            if self._sections[item.section].act in OUTSIDE_ZONE_ORDER:
                continue
            if item.judged >= 0:
                return min(choice.judged[item.judged].zone, choice.zone_caps[section])
        return choice.zone_caps[section]

    def _is_free(self, item: Chosen, section: int) -> bool:
        return item.judged >= 0 and item.section == section
