"""Whom a viewer of the trailer knows by then: names spoken, people heard and seen; and what strangers cost.

Nobody should be named whom the viewer has not met, the hero should be in by the second face, and whoever carries the
film should have been met before act 3. Deliberately not here: which line or picture is good.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cinecut.manifest.schema import Act
from cinecut.models import LineKind
from cinecut.narrative.brief import Brief
from cinecut.narrative.judgement import Judged
from cinecut.narrative.protagonist import Protagonist

COST_OF_STRANGER_NAMED = 0.08
"""For each name, two at most, of somebody whom nothing has introduced."""

COST_OF_HERO_LATE = 0.6
"""For a second face, and each one after it, while the hero has not been met."""

COST_OF_UNMET = 0.6
"""For each of those who carry the film and are not met when act 3 begins."""

MOST_CARRY = 4
CARRIES_FROM = 0.25
"""Of the lines, or of the screen time, that the first of all has."""

MOST_NAMES = 60
LEAST_MENTIONS = 2
"""A capitalised word is a name where it is said this often."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Known:
    """What a trailer so far has told; bits are people and names."""

    met: int = 0
    faces: int = 0
    """Clips with somebody in them, before the hero came in."""


class Acquaintance:
    """Who is who in one film, and what each candidate tells of them."""

    def __init__(self, brief: Brief, judged: Sequence[Judged], hero: Protagonist | None) -> None:
        events = brief.events
        bits: dict[str, int] = {}
        names = _names(brief)
        for name in names:
            bits[name] = 1 << len(bits)
        people = [person.id for person in brief.eyes.cast[:MOST_NAMES]] if brief.eyes else []
        for person in people:
            is_hero = hero is not None and person == hero.person and hero.speaker.lower() in bits
            bits[person] = bits[hero.speaker.lower()] if is_hero and hero else 1 << len(bits)
        self._named: list[int] = []
        self._spoken_by: list[int] = []
        self._seen: list[int] = []
        for item in judged:
            lines = [events[k] for k in item.candidate.lines]
            self._spoken_by.append(_mask(bits, {line.speaker.lower() for line in lines if line.speaker}))
            said = {word.lower() for line in lines for word in _WORD.findall(line.text)}
            self._named.append(_mask(bits, said & names.keys()))
            self._seen.append(_mask(bits, item.people))
        self._has_faces = [bool(item.people) for item in judged]
        self._hero = 0
        if hero is not None:
            self._hero = bits.get(hero.person, 0) | bits.get(hero.speaker.lower(), 0)
        self._carry = _carrying(brief, bits)

    def meet(
        self, known: Known, index: int, act: Act, *, is_heard: bool, opens_act: bool
    ) -> tuple[float, Known]:
        """What a clip costs after what is known, and what is known after it."""
        cost = 0.0
        shown = self._seen[index] | (self._spoken_by[index] if is_heard else 0)
        if is_heard:
            strangers = self._named[index] & ~(known.met | shown)
            cost += COST_OF_STRANGER_NAMED * min(2, strangers.bit_count())
        if act == "act3" and opens_act:
            cost += COST_OF_UNMET * (self._carry & ~(known.met | shown)).bit_count()
        faces = known.faces
        if self._hero and not known.met & self._hero and (self._has_faces[index] or shown):
            if shown & self._hero:
                faces = 0
            else:
                cost += COST_OF_HERO_LATE if faces else 0.0
                faces = min(2, faces + 1)
        # a name that was said is known from then on, whoever it is
        return cost, Known(known.met | shown | (self._named[index] if is_heard else 0), faces)


def _mask(bits: Mapping[str, int], keys: set[str] | tuple[str, ...]) -> int:
    mask = 0
    for key in keys:
        mask |= bits.get(key, 0)
    return mask


def _names(brief: Brief) -> dict[str, int]:
    """Speakers and what is written like a name within sentences, in small letters, with how often; most said first."""
    counted: Counter[str] = Counter()
    plain: set[str] = set()
    speakers: Counter[str] = Counter()
    for event in brief.events:
        if event.kind is not LineKind.SPEECH:
            continue
        if event.speaker:
            speakers[event.speaker.lower()] += 1
        for sentence in _SENTENCE.split(event.text):
            for number, word in enumerate(_WORD.findall(sentence)):
                if word[0].islower():
                    plain.add(word)
                elif number and len(word) > 1 and not word.isupper():
                    counted[word.lower()] += 1
    found = {
        word: times
        for word, times in counted.most_common()
        if word in speakers or (times >= LEAST_MENTIONS and word not in plain)
    }
    for speaker, times in speakers.most_common():
        found.setdefault(speaker, times)
    ranked = sorted(found.items(), key=lambda row: (row[0] not in speakers, -row[1], row[0]))
    return dict(ranked[:MOST_NAMES])


def _carrying(brief: Brief, bits: Mapping[str, int]) -> int:
    """Those who carry the film: by lines where they have names, else by screen time."""
    lines: Counter[str] = Counter(
        event.speaker.lower() for event in brief.events if event.kind is LineKind.SPEECH and event.speaker
    )
    rows: list[tuple[str, float]] = [(name, float(count)) for name, count in lines.most_common(MOST_CARRY)]
    if not rows and brief.eyes:
        rows = [(person.id, person.screen_time_s) for person in brief.eyes.cast[:MOST_CARRY]]
    least = CARRIES_FROM * rows[0][1] if rows else 0.0
    return _mask(bits, tuple(name for name, weight in rows if weight >= least))
