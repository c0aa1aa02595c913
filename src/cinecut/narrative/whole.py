"""What only a whole trailer tells: its spoken share, its pace, its order of tension and turns, who is met; as costs.

Deliberately not here: what single clips cost (`stepping`), and how a trailer is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cinecut.narrative.keeping import Keeping
from cinecut.narrative.kept import Kept
from cinecut.narrative.leaning import favoured_and_unwanted
from cinecut.narrative.must_show import MustShow
from cinecut.narrative.pool import Pool
from cinecut.narrative.shape import Shape
from cinecut.narrative.stepping import PACED
from cinecut.narrative.trailer_state import FALLING, Chosen
from cinecut.narrative.versions import begins_alike

SHARE_IS_NEAR, SHARE_IS_OFF = 0.03, 0.06
"""How far the spoken share of the clips' time may be from the vibe's: what costs nothing, and what must not be."""
COST_OF_SHARE_NEAR, COST_OF_SHARE_OFF = 30.0, 300.0
"""Of a share that lies beyond either, as a part of 1."""

COST_OF_SLOWING = 15.0
COST_OF_NOT_FALLING, NOT_FALLING = 6.0, 0.98
"""Of an act whose clips are on average not shorter than those of the act before."""

RISING, COST_OF_NOT_RISING = 0.8, 4.0
"""The rank correlation of tension with order over the three acts that is asked for, and what each 1 less costs."""

PEAK_PLACE, PEAKS, COST_OF_EARLY_PEAK = 0.8, 2, 3.0
"""Where in the three acts the most tense clips lie, at the least, and what each 1 earlier costs."""

COST_OF_EARLY_END, FAR_FROM_END = 3.0, 0.1
"""Of a last picture of act 3 that lies before the latest one shown, in full from this part of the film's candidates on: what
stands high in the middle of a film and settles again is no end."""

COST_OF_TURNS_SWAPPED = 1.2
"""Of each pair of turning points that are first seen in another order than in the film."""

COST_OF_MAIN_UNSEEN = 1.5
"""Of each of those seen longest in the film who is not seen before act 3."""

COST_OF_UNWANTED_SHOWN, WORTH_OF_FAVOURED_SHOWN = 4.0, 1.0
"""Of each clip with something that a brief wants avoided, or asks for: what a whole gains elsewhere is mostly less."""

COST_OF_HERO_THIRD = 3.0
"""Of two clips with people before the hero's first."""


@dataclass(frozen=True)
class Facts:
    """What is asked of a candidate, looked up once."""

    tension: float
    time: float
    """Where in the film it lies, 0 for the first candidate and 1 for the last."""
    turn: int
    """Which turning point's scene it shows, counted from 1; 0 for none."""
    mains: int
    """Bits of those seen longest in the film."""
    has_people: bool
    has_hero: bool
    shown: tuple[int, int]
    """Bits of what must be shown that it shows, unheard and heard."""
    kept: tuple[int, int]
    """The same of what somebody wants kept."""
    is_favoured: bool
    """Whether it has something that a brief asks for."""
    is_unwanted: bool
    """Whether it has something that a brief wants avoided."""


class Whole:
    """Costs of whole trailers over one skeleton.

    Args:
        pool: The candidates.
        shape: The skeleton.
        keeping: What somebody wants kept.
        must_show: What the trailer should show.
    """

    def __init__(
        self, pool: Pool, shape: Shape, keeping: Keeping[Kept], must_show: Keeping[MustShow]
    ) -> None:
        self._shape, self._keeping, self._must_show = shape, keeping, must_show
        self._fps = float(shape.rate.fps)
        self._share = pool.brief.vibe.dialogue_share
        self._has_lines = any(item.candidate.lines for item in pool.judged)
        self._acts = [section.act for section in shape.sections]
        self._last = len(shape.positions) - 1
        times = [item.time_s for item in pool.judged]
        begin_s = min(times, default=0.0)
        span_s = max(1.0, max(times, default=0.0) - begin_s)
        rows = zip((*pool.judged, *pool.locked), pool.tension, pool.turns, pool.mains_seen, strict=True)
        self._facts = [
            Facts(
                tension,
                (item.time_s - begin_s) / span_s,
                turn,
                mains,
                bool(item.people),
                pool.hero_seen in item.people,
                (must_show.fulfilled(index, is_heard=False), must_show.fulfilled(index, is_heard=True)),
                (keeping.fulfilled(index, is_heard=False), keeping.fulfilled(index, is_heard=True)),
                *favoured_and_unwanted(pool.brief.asked, item),
            )
            for index, (item, tension, turn, mains) in enumerate(rows)
        ]
        self._count = len(pool.judged)
        self._judged, self._earlier = pool.judged, pool.brief.earlier
        self._mains = 0
        for facts in self._facts[: self._count]:
            if not facts.is_unwanted:
                self._mains |= facts.mains
        self._knows_hero = bool(pool.hero_seen) and any(facts.has_hero for facts in self._facts)

    def opens_alike(self, opening: Chosen) -> bool:
        """Whether an earlier version begins with any of the footage of a clip."""
        if not self._earlier or opening.judged < 0:
            return False
        item = self._judged[opening.judged]
        start_s = item.time_s + (opening.first - item.candidate.centre) / self._fps
        end_s = start_s + opening.frames / self._fps
        return begins_alike(self._earlier, start_s, end_s)

    def cost(self, items: Sequence[Chosen]) -> float:
        """What speaks against a whole trailer beside what its steps cost."""
        kept = shown = 0
        clips_s = spoken_s = 0.0
        sums = {"1": 0.0, "2": 0.0, "3": 0.0}
        counts = {"1": 0, "2": 0, "3": 0}
        tension: list[tuple[float, float]] = []
        turns: list[int] = []
        story_s, mains, peopled, hero_in = 0.0, 0, 0, False
        favoured = unwanted = 0
        latest = ending = 0.0
        for item in items:
            if item.judged < 0 and item.lock < 0:
                continue
            act, seconds = self._acts[item.section], item.frames / self._fps
            index = item.judged if item.judged >= 0 else self._count + item.lock
            facts = self._facts[index]
            clips_s += seconds
            favoured += facts.is_favoured
            unwanted += facts.is_unwanted
            shown |= facts.shown[item.is_heard]
            if item.is_heard:
                spoken_s += seconds
            kept |= facts.kept[item.is_heard]
            if facts.has_people and peopled < 2 and not hero_in:
                hero_in = facts.has_hero
                peopled += 1
            if act != "act3" and act not in ("button", "title_card"):
                mains |= facts.mains
            if act in PACED:
                sums[PACED[act]] += seconds
                counts[PACED[act]] += 1
                tension.append((facts.tension, story_s + seconds / 2))
                story_s += seconds
                latest, ending = max(latest, facts.time), facts.time
            if facts.turn and act in PACED and facts.turn not in turns:
                turns.append(facts.turn)
        cost = self._keeping.cost(self._last, kept) + self._must_show.cost(self._last, shown)
        if self._has_lines and clips_s:
            off = abs(spoken_s / clips_s - self._share)
            cost += COST_OF_SHARE_NEAR * max(0.0, off - SHARE_IS_NEAR)
            cost += COST_OF_SHARE_OFF * max(0.0, off - SHARE_IS_OFF)
        means = [sums[act] / counts[act] for act in ("1", "2", "3") if counts[act]]
        for before, after in pairwise(means):
            cost += COST_OF_SLOWING * max(0.0, after / before - FALLING)
            cost += COST_OF_NOT_FALLING * (after / before > NOT_FALLING)
        cost += self._cost_of_tension(tension, story_s)
        cost += COST_OF_TURNS_SWAPPED * sum(
            later < earlier for place, earlier in enumerate(turns) for later in turns[place + 1 :]
        )
        cost += COST_OF_EARLY_END * min(1.0, (latest - ending) / FAR_FROM_END)
        cost += COST_OF_UNWANTED_SHOWN * unwanted - WORTH_OF_FAVOURED_SHOWN * favoured
        cost += COST_OF_MAIN_UNSEEN * (self._mains & ~mains).bit_count()
        if self._knows_hero and peopled and not hero_in:
            cost += COST_OF_HERO_THIRD
        return cost

    def fulfilled(self, items: Sequence[Chosen]) -> tuple[int, int]:
        """What a trailer shows of what it should, and keeps of what somebody wants, as bits."""
        shown = kept = 0
        for item in items:
            if item.judged >= 0 or item.lock >= 0:
                facts = self._facts[item.judged if item.judged >= 0 else self._count + item.lock]
                shown |= facts.shown[item.is_heard]
                kept |= facts.kept[item.is_heard]
        return shown, kept

    def _cost_of_tension(self, tension: Sequence[tuple[float, float]], story_s: float) -> float:
        """What it costs that tension does not rise, or is highest too early; `tension` has each clip's and its middle."""
        count = len(tension)
        if count < 3:
            return 0.0
        order = sorted(range(count), key=lambda number: (tension[number][0], number))
        # Spearman's correlation of the places with the order, no two places alike
        squares = sum((rank - number) ** 2 for rank, number in enumerate(order))
        correlation = 1 - 6 * squares / (count * (count * count - 1))
        cost = COST_OF_NOT_RISING * max(0.0, RISING - correlation)
        peaks = order[-PEAKS:]
        place = sum(tension[number][1] for number in peaks) / len(peaks) / story_s
        return cost + COST_OF_EARLY_PEAK * max(0.0, PEAK_PLACE - place)
