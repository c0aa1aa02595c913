"""Whose film it is: who speaks most and who is seen most, and whether the two are one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.eyes import SeenFilm, SomeoneSeen

LEAST_LIFT = 1.25
"""How much more often than at other times somebody must be seen while a speaker speaks to be that speaker."""

SURE_LIFT, SURE_LEAD = 1.5, 1.25
"""From which on a speaker has a face for certain: so much more often than at other times, and than the next face."""

LEAST_SHARED = 3
"""Lines during which both were met, below which nothing is said of the two being one."""

NARRATOR_LIFT = 1.1
"""A speaker during whose lines nobody is seen more often than this is a voice from outside the picture."""


@dataclass(frozen=True)
class Protagonist:
    """Whose film it is, as far as lines and pictures tell."""

    speaker: str
    """As the subtitles name them; empty where they name nobody."""
    person: str
    """As the eyes number them (`person 1`); empty where nobody looked or nobody was seen."""
    lines: int
    screen_time_s: float
    rests_on: str
    """What this rests on, in words for a report."""
    is_sure: bool
    """Whether lines and pictures say the same."""


def find_protagonist(events: Sequence[DialogueEvent], eyes: SeenFilm | None = None) -> Protagonist | None:
    """The protagonist; None where no line has a speaker and nobody is seen.

    The speaker of most spoken time and the most seen person are each taken as they are; where somebody is seen
    during the speaker's lines clearly more often than at other times, the two are said to be one. A speaker
    during whose lines nobody is seen more often (a narrator) gives way to the next one, if there is one.
    """
    spoken = [event for event in events if event.kind is LineKind.SPEECH]
    seconds: dict[str, float] = {}
    for line in spoken:
        if line.speaker:
            seconds[line.speaker] = seconds.get(line.speaker, 0.0) + line.end_s - line.start_s
    speakers = sorted(seconds, key=lambda name: (-seconds[name], name))
    cast = sorted(eyes.cast, key=lambda one: (-one.screen_time_s, one.first_seen_s)) if eyes else []
    if not cast:
        if not speakers:
            return None
        return _of(speakers[0], None, spoken, "lines: who speaks longest", is_sure=False)
    if not speakers:
        return _of("", cast[0], spoken, f"{cast[0].rests_on}: who is seen longest", is_sure=False)
    assert eyes is not None  # noqa: S101 - there is a cast
    lifts = {name: _lifts(name, spoken, eyes) for name in speakers[:4]}
    for name in speakers[:4]:
        lift = lifts[name]
        if lift and max(lift.values()) >= LEAST_LIFT:
            best = max(cast, key=lambda one: (lift.get(one.id, 0.0), one.screen_time_s))
            is_most_seen = best.id in {one.id for one in cast[:2]}
            words = f"lines and {best.rests_on}: {best.id} is seen while {name} speaks"
            return _of(name, best, spoken, words, is_sure=is_most_seen and name == speakers[0])
        if lift and max(lift.values()) < NARRATOR_LIFT and len(speakers) > 1:
            continue  # a voice from outside the picture
        break
    words = "lines and pictures, which could not be tied to one another"
    return _of(speakers[0], cast[0], spoken, words, is_sure=False)


def face_of(speaker: str, events: Sequence[DialogueEvent], eyes: SeenFilm | None) -> str:
    """Whose face a speaker surely has, as the eyes number them; empty where that cannot be told."""
    if eyes is None or not eyes.cast or not speaker:
        return ""
    lifts = _lifts(speaker, [event for event in events if event.kind is LineKind.SPEECH], eyes)
    best, *others = sorted(lifts.items(), key=lambda row: (-row[1], row[0])) or [("", 0.0)]
    is_sure = best[1] >= SURE_LIFT and all(best[1] >= SURE_LEAD * lift for _, lift in others)
    return best[0] if is_sure else ""


def _lifts(name: str, spoken: Sequence[DialogueEvent], eyes: SeenFilm) -> dict[str, float]:
    """For each person: how much likelier seen during the speaker's lines than during those of others."""
    own: dict[str, int] = {}
    other: dict[str, int] = {}
    own_lines = other_lines = 0
    for line in spoken:
        people = eyes.people_in(line.start_s, line.end_s)
        if not people:
            continue
        is_own = line.speaker == name
        own_lines, other_lines = own_lines + is_own, other_lines + (not is_own)
        table = own if is_own else other
        for person in dict.fromkeys(people):
            table[person] = table.get(person, 0) + 1
    if own_lines < LEAST_SHARED:
        return {}
    # half a line is added to each count, so that a person seen once is not infinitely likelier
    return {
        person: ((count + 0.5) / (own_lines + 1)) / ((other.get(person, 0) + 0.5) / (other_lines + 1))
        for person, count in own.items()
        if count >= LEAST_SHARED
    }


def _of(
    speaker: str, person: SomeoneSeen | None, spoken: Sequence[DialogueEvent], rests_on: str, *, is_sure: bool
) -> Protagonist:
    return Protagonist(
        speaker=speaker,
        person=person.id if person else "",
        lines=sum(line.speaker == speaker for line in spoken) if speaker else 0,
        screen_time_s=round(person.screen_time_s, 3) if person else 0.0,
        rests_on=rests_on,
        is_sure=is_sure,
    )
