"""Which footage stands where: a beam search over beat positions; footage, costs and skeleton are given.

States at the same beat compete. A state is a trailer so far: where its last clip ended, its zone, which
film frames it has used, how much is spoken. A step adds one clip that ends on a later beat. Hard bars
(whole lines, no repeats, two seconds apart, zone order, least lengths, exact borders) are never
offered; everything else is a cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cinecut.manifest.schema import ZONE_ORDER
from cinecut.narrative.acquaintance import Known
from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.fitting import Fitting
from cinecut.narrative.keeping import Keeping
from cinecut.narrative.kept import Kept
from cinecut.narrative.lengths import Lengths
from cinecut.narrative.locked import zone_caps
from cinecut.narrative.must_show import MustShow
from cinecut.narrative.placing import Place, Placing
from cinecut.narrative.pool import Pool
from cinecut.narrative.ranking import Ranking
from cinecut.narrative.shape import Section, Shape
from cinecut.narrative.stepping import Stepping
from cinecut.narrative.trailer_state import Chosen, Pace, State

COST_PER_SPOKEN_SECOND = 1.6
COST_OF_SLOWING = 15.0
COST_OF_MUTED_LINE = 0.45

SPOKEN_TOO_MUCH_S = 1.0
"""Seconds over the vibe's share from which on a line's picture may be taken without its words."""

SHORTEST_SHOWN = 0.5
"""Of its act's length at that place: a shorter clip is not taken for the world's or a turn's sake."""

COST_OF_NOT_SHOWN = 6.0
"""Of what a trailer must show and has not shown when it was due, at weight 1."""

OFFERED_TO_SHOW = 2
"""Clips offered at once for one such thing."""


@dataclass(frozen=True)
class Effort:
    """How hard to look; later attempts widen what is allowed."""

    beam: int = 8
    quiet_offers: int = 3
    line_offers: int = 2
    scan: int = 500
    stretch: float = 1.0
    """Factor on how much longer or shorter than wanted a clip may be."""
    tries_every_place: bool = False
    """Offer all places of a candidate, not the best free one alone: packs scarce footage tighter."""


class Choice:
    """One search over one skeleton."""

    def __init__(
        self,
        pool: Pool,
        shape: Shape,
        handle_frames: int,
        wanted_zones: Sequence[int],
        effort: Effort,
    ) -> None:
        brief = pool.brief
        self.pool, self.brief, self.shape, self.judged = pool, brief, shape, pool.judged
        self.wanted_zones, self.effort = wanted_zones, effort
        self.zone_caps = zone_caps(shape, brief.locked, ZONE_ORDER, OUTSIDE_ZONE_ORDER)
        self.fps = float(shape.rate.fps)
        self.keeping = Keeping(pool.kept, shape, wanted_zones)
        self.must_show = Keeping(
            pool.must_show,
            shape,
            wanted_zones,
            cost_of_missing=COST_OF_NOT_SHOWN,
            offered=OFFERED_TO_SHOW,
        )
        self.placing = Placing(
            self.judged,
            self.fps,
            handle_frames,
            self.keeping.reserved(brief.keep, self.fps),
            self.keeping.is_for_a_wish,
        )
        self.lengths = Lengths(shape, self.judged, self.placing, handle_frames, effort.stretch)
        self.ranking = Ranking(brief, shape, self.judged)
        self.fitting = Fitting(
            self.judged, shape, self.placing, self.lengths, self.ranking, self.zone_caps, effort.scan
        )
        self.stepping = Stepping(pool, shape, self.keeping, self.must_show)

    def run(self) -> tuple[Chosen, ...] | None:
        """The best trailer found, cards included; None where the footage does not fill it."""
        state = self.best_state()
        if state is None:
            return None
        chosen: list[Chosen] = []
        while state is not None and state.chosen is not None:
            chosen.append(state.chosen)
            state = state.parent
        return tuple(reversed(chosen))

    def best_state(self) -> State | None:
        """The same as a state, with what a viewer knows at its end."""
        frontier = [State(None, None, 0.0, 0, 0, 0.0, (), Pace(), Known(), 0)]
        for number, section in enumerate(self.shape.sections):
            if section.holds == "locked":
                frontier = self._best(self._with_lock(frontier, number, section), section.last)
            elif section.holds == "many":
                frontier = self._fill(frontier, number, section)
            else:
                frontier = self._place_one(frontier, number, section)
            if not frontier:
                return None
        return frontier[0]

    # -- one step -----------------------------------------------------------------------------------

    def _fill(self, frontier: list[State], number: int, section: Section) -> list[State]:
        at: dict[int, list[State]] = {section.first: frontier}
        for position in range(section.first, section.last):
            for state in at.pop(position, ()):
                for chosen, successor in self._all_offers(state, number, section, position):
                    at.setdefault(chosen.last_position, []).append(successor)
            following = at.get(position + 1)
            if following:
                at[position + 1] = self._best(following, position + 1)
        return self._best(at.get(section.last, []), section.last)

    def _place_one(self, frontier: list[State], number: int, section: Section) -> list[State]:
        found: list[State] = []
        wants_black = section.act == "breath" and self.brief.vibe.breath.prefers == "black"
        for state in frontier:
            card = Chosen(
                number, section.first, section.last, -1, 0, self.shape.frames_of(section), is_heard=False
            )
            if section.holds == "card" or wants_black:
                found.append(self.stepping.with_card(state, card, self.cost_of_card(card)))
                continue
            offers = [
                offer
                for offer in self._all_offers(state, number, section, section.first)
                if offer[0].last_position == section.last
            ]
            found += [successor for _, successor in offers]
            if section.act == "breath" and not offers:
                found.append(self.stepping.with_card(state, card, self.cost_of_card(card)))
        return self._best(found, section.last)

    def cost_of_card(self, card: Chosen) -> float:
        """1 for black in the place of a held picture that the vibe wants, else nothing."""
        wants_picture = self.brief.vibe.breath.prefers != "black"
        section = self.shape.sections[card.section]
        return 1.0 if section.act == "breath" and section.holds != "card" and wants_picture else 0.0

    def zone_of_lock(self, lock: int) -> int:
        """The zone that a locked clip stands in."""
        return ZONE_ORDER.index(self.brief.locked[lock].clip.narrative_zone)

    def _with_lock(self, frontier: list[State], number: int, section: Section) -> list[State]:
        """Every trailer with the locked clip behind it."""
        one = Chosen(
            number,
            section.first,
            section.last,
            -1,
            0,
            self.shape.frames_of(section),
            is_heard=bool(self.brief.locked[section.lock].clip.lines),
            lock=section.lock,
        )
        return [self.stepping.with_lock(state, one) for state in frontier]

    def _best(self, states: list[State], position: int) -> list[State]:
        expected = self.ranking.expected_spoken_s[position]
        for state in states:
            state.rank = state.cost + COST_PER_SPOKEN_SECOND * abs(state.spoken_s - expected)
            state.rank += COST_OF_SLOWING * state.pace.slowing
            state.rank += self.keeping.cost(position, state.kept)
            state.rank += self.must_show.cost(position, state.shown)
        states.sort(key=lambda state: (round(state.rank, 9), state.recent, state.used))
        kept: list[State] = []
        seen: dict[tuple[int, int], int] = {}
        used: set[int] = set()
        for state in states:
            key = (state.recent[-1] if state.recent else -1, state.zone)
            if state.used in used or seen.get(key, 0) >= max(3, self.effort.beam // 6):
                continue
            seen[key] = seen.get(key, 0) + 1
            used.add(state.used)
            kept.append(state)
            if len(kept) >= self.effort.beam:
                break
        return kept

    # -- what may follow ----------------------------------------------------------------------------

    def _all_offers(
        self, state: State, number: int, section: Section, position: int
    ) -> Iterator[tuple[Chosen, State]]:
        if self.keeping.kept:
            yield from self._offers_for_wishes(self.keeping, state.kept, state, number, section, position)
        if self.must_show.kept:
            yield from self._offers_for_wishes(self.must_show, state.shown, state, number, section, position)
        yield from self._offers(state, number, section, position)

    def _offers(
        self, state: State, number: int, section: Section, position: int
    ) -> Iterator[tuple[Chosen, State]]:
        target = self.lengths.target_s(section, position)
        zone, used = self.wanted_zones[position], state.used
        is_ordered = section.act not in OUTSIDE_ZONE_ORDER
        few = 0
        for end in self.lengths.ends(number, position, target):
            length = self.shape.positions[end] - self.shape.positions[position]
            offers = 0
            for base, index, row_zone, places in self.fitting.quiet(number, zone, length):
                if is_ordered and row_zone < state.zone:
                    continue
                for place in places:
                    if place.keep_off & used:
                        continue
                    yield self._step(state, number, (position, end), index, place, base, target, heard=False)
                    offers += 1
                    if not self.effort.tries_every_place:
                        break
                if offers >= self.effort.quiet_offers:
                    break
            few += offers
        if section.act == "breath":
            return
        too_spoken = state.spoken_s > self.ranking.expected_spoken_s[position] + SPOKEN_TOO_MUCH_S
        offers = 0
        for base, index, row_zone, end, places in self.fitting.lines(number, zone, position, target):
            if is_ordered and row_zone < state.zone:
                continue
            free = tuple(place for place in places if not place.keep_off & used)
            for place in free if self.effort.tries_every_place else free[:1]:
                yield self._step(state, number, (position, end), index, place, base, target, heard=True)
                if (few == 0 or too_spoken) and self.judged[index].candidate.is_one_shot:
                    muted = base + COST_OF_MUTED_LINE
                    yield self._step(state, number, (position, end), index, place, muted, target, heard=False)
            offers += bool(free)
            if offers >= self.effort.line_offers:
                break

    def _offers_for_wishes(
        self,
        keeping: Keeping[Kept] | Keeping[MustShow],
        done: int,
        state: State,
        number: int,
        section: Section,
        position: int,
    ) -> Iterator[tuple[Chosen, State]]:
        """Clips that fulfil what somebody wants kept and has not got yet."""
        target = self.lengths.target_s(section, position)
        rows = keeping.missing(self.ranking, number, self.wanted_zones[position], done)
        for base, index in rows:
            item = self.judged[index]
            is_ordered = section.act not in OUTSIDE_ZONE_ORDER
            if is_ordered and not state.zone <= item.zone <= self.zone_caps[number]:
                continue
            heard = bool(item.candidate.lines) and section.act != "breath"
            if not keeping.fulfilled(index, is_heard=heard) & ~done:
                continue
            if not heard and not item.candidate.is_one_shot:
                continue
            for end in self.lengths.ends_for_wish(section, position, index, target):
                length = self.shape.positions[end] - self.shape.positions[position]
                if keeping is self.must_show and length < SHORTEST_SHOWN * target * self.fps:
                    continue  # a scrap among long clips is a mistake to whoever sees it
                for place in self.placing.places(index, length):
                    if not place.keep_off & state.used:
                        span = (position, end)
                        yield self._step(state, number, span, index, place, base, target, heard=heard)
                        break

    def _step(
        self,
        state: State,
        number: int,
        span: tuple[int, int],
        index: int,
        place: Place,
        base: float,
        target: float,
        *,
        heard: bool,
    ) -> tuple[Chosen, State]:
        length = self.shape.positions[span[1]] - self.shape.positions[span[0]]
        chosen = Chosen(number, span[0], span[1], index, place.first, length, is_heard=heard)
        return chosen, self.stepping.with_clip(state, chosen, place, base, target)
