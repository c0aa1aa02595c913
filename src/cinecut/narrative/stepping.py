"""What a trailer is after one more clip, card or locked clip, and what that costs; nothing is chosen here.

Both searches ask it: the beam that builds a trailer, and the one that betters it.
"""

from __future__ import annotations

import math

from cinecut.manifest.schema import ZONE_ORDER, Act
from cinecut.narrative.acquaintance import Known
from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.judgement import Judged
from cinecut.narrative.keeping import Keeping
from cinecut.narrative.kept import Kept
from cinecut.narrative.must_show import MustShow
from cinecut.narrative.placing import Place
from cinecut.narrative.pool import Pool
from cinecut.narrative.shape import Section, Shape
from cinecut.narrative.spine import cost_in_spine
from cinecut.narrative.trailer_state import Chosen, State

COST_OF_LENGTH = 1.0
PACED: dict[Act, str] = {"act1": "1", "beat_drop": "2", "act2": "2", "act3": "3"}
"""Which act's mean length a clip counts in."""

COST_OF_GOING_BACK, FAR_BACK = 0.3, 0.1
"""Of a clip that lies before the last one in the film, in full from this part of the permitted footage on. Tension
rises with the story in most films; order inside a zone stays free where it is worth this much."""

WORTH_OF_HERO_EARLY = 0.3
"""How much cheaper a clip of act 1 is in which the protagonist speaks; half of it where the face is only seen."""

WORTH_OF_LAST_BLOW = 0.4
"""How much cheaper the last picture of act 3 is the more intense it is."""


class Stepping:
    """Steps over one skeleton.

    Args:
        pool: The candidates.
        shape: The skeleton.
        keeping: What somebody wants kept.
        must_show: What the trailer should show.
    """

    def __init__(
        self, pool: Pool, shape: Shape, keeping: Keeping[Kept], must_show: Keeping[MustShow]
    ) -> None:
        self._pool, self._shape, self._judged = pool, shape, pool.judged
        self._keeping, self._must_show = keeping, must_show
        self._fps = float(shape.rate.fps)
        times = [item.time_s for item in self._judged]
        self._span_s = max(times, default=0.0) - min(times, default=0.0)
        self._hero, self._hero_seen = (pool.hero.speaker, pool.hero.person) if pool.hero else ("", "")

    def with_card(self, state: State, card: Chosen, cost: float) -> State:
        """A card shows and tells nothing of the film."""
        return State(
            state,
            card,
            state.cost + cost,
            state.zone,
            state.used,
            state.spoken_s,
            state.recent,
            state.pace,
            state.known,
            state.told,
        )

    def with_lock(self, state: State, one: Chosen) -> State:
        """A locked clip; later clips keep the order that begins with its zone, and what it tells is known."""
        section = self._shape.sections[one.section]
        clip = self._pool.brief.locked[one.lock].clip
        locked = self.with_card(state, one, 0.0)
        if section.act not in OUTSIDE_ZONE_ORDER:
            locked.zone = ZONE_ORDER.index(clip.narrative_zone)
        if clip.lines:
            locked.spoken_s += one.frames / self._fps
        if section.act in PACED:
            locked.pace = state.pace.with_clip(PACED[section.act], one.frames / self._fps)
        locked.known, locked.told, shot = self.behind_lock(state.known, state.told, one)
        locked.shown |= self._must_show.fulfilled(len(self._judged) + one.lock, is_heard=bool(clip.lines))
        locked.recent = (*state.recent[-5:], shot)
        return locked

    def behind_lock(self, known: Known, told: int, one: Chosen) -> tuple[Known, int, int]:
        """What a viewer knows and was told after a locked clip, as after any other, and the shot that was seen."""
        item, index = self._pool.locked[one.lock], len(self._judged) + one.lock
        act = self._shape.sections[one.section].act
        _, known = self._pool.acquaintance.meet(known, index, act, is_heard=one.is_heard, opens_act=False)
        if one.is_heard and item.said is not None:
            _, told = cost_in_spine(told, item.said, is_last_word=False)
        return known, told, item.candidate.shot

    def with_clip(self, state: State, chosen: Chosen, place: Place, base: float, target: float) -> State:
        """One more clip.

        Args:
            state: The trailer before it.
            chosen: The clip.
            place: Where it lies in the film.
            base: What its candidate costs there whatever stands around it.
            target: How long clips are wished to be there, in seconds.
        """
        index, heard = chosen.judged, chosen.is_heard
        section, item = self._shape.sections[chosen.section], self._judged[index]
        seconds = chosen.frames / self._fps
        own, weight = self.alone(chosen, place, base, target)
        beside, known, told = self.beside(state.chosen, state.recent, state.known, state.told, chosen)
        is_ordered = section.act not in OUTSIDE_ZONE_ORDER
        successor = State(
            state,
            chosen,
            state.cost + own + beside * weight,
            max(state.zone, item.zone) if is_ordered else state.zone,
            state.used | place.occupied,
            state.spoken_s + (seconds if heard else 0.0),
            (*state.recent[-5:], item.candidate.shot),
            state.pace.with_clip(PACED[section.act], seconds) if section.act in PACED else state.pace,
            known,
            told,
        )
        successor.kept = state.kept | self._keeping.fulfilled(index, is_heard=heard)
        successor.shown = state.shown | self._must_show.fulfilled(index, is_heard=heard)
        return successor

    def alone(self, chosen: Chosen, place: Place, base: float, target: float) -> tuple[float, float]:
        """What a clip costs at its place, whatever stands around it, and what costs of its neighbours weigh there."""
        section, item = self._shape.sections[chosen.section], self._judged[chosen.judged]
        seconds, heard = chosen.frames / self._fps, chosen.is_heard
        cost = base + place.cost + COST_OF_LENGTH * abs(math.log(seconds / target)) * (0.5 if heard else 1.0)
        if heard:
            if self._hero and item.speaker == self._hero and section.act == "act1":
                cost -= WORTH_OF_HERO_EARLY
        elif section.act == "act3" and chosen.last_position == section.last:
            cost -= WORTH_OF_LAST_BLOW * item.intensity
        elif self._hero_seen in item.people and section.act == "act1":
            cost -= 0.5 * WORTH_OF_HERO_EARLY
        # costs are per clip: weigh by time, or many short clips would always lose to few long ones
        weight = seconds / target if section.holds == "many" else 1.0
        return cost * weight, weight

    def beside(
        self, last: Chosen | None, recent: tuple[int, ...], known: Known, told: int, chosen: Chosen
    ) -> tuple[float, Known, int]:
        """What a clip costs after those before it; what a viewer knows and was told with it.

        Args:
            last: The clip or card before it.
            recent: The shots seen before it.
            known: What a viewer knows by then.
            told: Which parts lines have played.
            chosen: The clip.
        """
        section, item = self._shape.sections[chosen.section], self._judged[chosen.judged]
        cost = self._pool.likeness.cost(item.candidate.shot, recent)
        strange, known = self._pool.acquaintance.meet(
            known,
            chosen.judged,
            section.act,
            is_heard=chosen.is_heard,
            opens_act=chosen.first_position == section.first,
        )
        cost += strange + self._cost_of_going_back(last, section, item)
        if chosen.is_heard and item.said is not None:
            is_last_word = section.act == "act2" and chosen.last_position == section.last
            spoken, told = cost_in_spine(told, item.said, is_last_word=is_last_word)
            cost += spoken
        return cost, known, told

    def _cost_of_going_back(self, last: Chosen | None, section: Section, item: Judged) -> float:
        """What a clip costs that lies before the last one in the film: set-ups come before what they set up."""
        if last is None or last.judged < 0 or section.act in OUTSIDE_ZONE_ORDER:
            return 0.0
        if self._shape.sections[last.section].act in OUTSIDE_ZONE_ORDER:
            return 0.0
        back = (self._judged[last.judged].time_s - item.time_s) / max(self._span_s, 1.0)
        return COST_OF_GOING_BACK * min(1.0, max(0.0, back) / FAR_BACK)
