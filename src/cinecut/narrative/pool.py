"""What a search asks of one film's candidates whatever the skeleton: likeness, acquaintance, wishes; made once a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cinecore.language.lexicon import load_lexicon
from cinecut.manifest.schema import ZONE_ORDER
from cinecut.models import LineKind
from cinecut.narrative.acquaintance import Acquaintance
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import Candidate
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.judgement import Judged, Looks
from cinecut.narrative.keeping import Fulfilment
from cinecut.narrative.kept import Kept
from cinecut.narrative.likeness import Likeness
from cinecut.narrative.locked import Locked
from cinecut.narrative.must_show import AFTER_TURN_S, BEFORE_TURN_S, MustShow
from cinecut.narrative.protagonist import Protagonist, find_protagonist
from cinecut.narrative.spine import standing_of
from cinecut.narrative.tension import tension_of

MAINS = 3
"""Those seen longest, whom a viewer should have seen before act 3."""

SAME_LINE_S = 0.002
"""How far a line of a manifest may begin from the event that it is: seconds are written to the millisecond."""


@dataclass(frozen=True)
class Pool:
    """One film's candidates, and what is known of them."""

    brief: Brief
    judged: tuple[Judged, ...]
    locked: tuple[Judged, ...]
    """The clips that stay, as candidates; no place is looked for them."""
    hero: Protagonist | None
    acquaintance: Acquaintance
    """Of candidates, and behind them the locked clips."""
    likeness: Likeness
    kept: Fulfilment[Kept]
    must_show: Fulfilment[MustShow]
    """Fulfilled by locked clips too."""
    tension: tuple[float, ...] = ()
    """0..1 for each candidate, and behind them the locked clips."""
    turns: tuple[int, ...] = ()
    """Of the same, which turning point's scene each shows, counted from 1; 0 for none."""
    mains_seen: tuple[int, ...] = ()
    """Of the same, bits of those who are seen longest in the film."""

    @property
    def hero_seen(self) -> str:
        """Whose film it is, as the eyes number them; empty where nobody knows."""
        return self.hero.person if self.hero else ""

    def with_zones_of(self, judged: Sequence[Judged]) -> Pool:
        """The same candidates in other zones; nothing else about them may differ."""
        return replace(
            self,
            judged=tuple(judged),
            kept=self.kept.with_judged(judged),
            must_show=self.must_show.with_judged((*judged, *self.locked)),
        )


def make_pool(
    brief: Brief,
    grid: FilmGrid,
    judged: Sequence[Judged],
    looks: Looks,
    kept: Sequence[Kept],
    must_show: Sequence[MustShow],
) -> Pool:
    """All of it for one plan."""
    hero = find_protagonist(brief.events, brief.eyes)
    locked = tuple(_as_judged(brief, grid, lock) for lock in brief.locked)
    everything = (*judged, *locked)
    mains = _seen_longest(brief)
    return Pool(
        brief,
        tuple(judged),
        locked,
        hero,
        Acquaintance(brief, everything, hero),
        Likeness(everything, looks),
        Fulfilment(kept, judged),
        Fulfilment(must_show, everything),
        tension_of(brief.analysis, brief.events, everything),
        tuple(_turn_of(item, must_show, grid) for item in everything),
        tuple(sum(1 << bit for bit, who in enumerate(mains) if who in item.people) for item in everything),
    )


def _seen_longest(brief: Brief) -> tuple[str, ...]:
    """Who of the cast is seen longest."""
    cast = brief.eyes.cast if brief.eyes else ()
    longest = sorted(cast, key=lambda one: (-one.screen_time_s, one.first_seen_s))[:MAINS]
    return tuple(one.id for one in longest)


def _turn_of(item: Judged, must_show: Sequence[MustShow], grid: FilmGrid) -> int:
    """Which turning point's scene a candidate shows, counted from 1; 0 for none."""
    turns = [one for one in must_show if one.is_turn]
    for number, turn in enumerate(turns, start=1):
        begins_s = grid.seconds(turn.spans[0][0])
        if -BEFORE_TURN_S <= item.time_s - begins_s <= AFTER_TURN_S:
            return number
    return 0


def _as_judged(brief: Brief, grid: FilmGrid, lock: Locked) -> Judged:
    """What a locked clip shows and lets hear, in the terms of a candidate."""
    clip = lock.clip
    first, end = grid.at_or_after(clip.source_start_s), grid.at_or_after(clip.source_end_s)
    first = min(max(first, 0), grid.frames - 1)
    end = min(max(end, first + 1), grid.frames)
    begins = [line.start_s for line in clip.lines]
    heard = tuple(
        number
        for number, event in enumerate(brief.events)
        if any(abs(event.start_s - begin) <= SAME_LINE_S for begin in begins)
    )
    lines = [brief.events[number] for number in heard]
    language = load_lexicon().guess_language(e.text for e in brief.events if e.kind is LineKind.SPEECH)
    shot_of = grid.shot_of
    return Judged(
        candidate=Candidate(
            -1,
            first,
            end,
            first,
            end,
            int(shot_of[(first + end) // 2]),
            heard,
            int(shot_of[first]) == int(shot_of[end - 1]),
        ),
        score=clip.money_shot_score,
        intensity=0.5,
        stillness=0.5,
        zone=ZONE_ORDER.index(clip.narrative_zone),
        time_s=grid.seconds((first + end) // 2),
        signals=(),
        emotion="neutral",
        emotion_strength=0.0,
        speaker=max(lines, key=lambda line: line.emotion_strength).speaker if lines else "",
        seen=clip.visual_analysis,
        reasons=clip.reasoning,
        people=brief.eyes.people_in(clip.source_start_s, clip.source_end_s) if brief.eyes else (),
        size=brief.eyes.size_in(clip.source_start_s, clip.source_end_s) if brief.eyes else "",
        said=standing_of(lines, language),
    )
