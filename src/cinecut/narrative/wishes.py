"""What `--keep` and `--ban` name: lines, ranges of film time and people, found in this film; nothing is chosen here.

A wish is words of a person. It is a range where it reads as two times, somebody where it is a name that the
subtitles or the eyes give, and else a part of what is said. `line:` and `person:` before it say which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cinecore.errors import InputError
from cinecore.settings import UsageError
from cinecore.timebase import parse_seconds
from cinecut.models import DialogueEvent
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.spoken_words import SpokenWords, folded

Kind = Literal["line", "range", "person"]

SHORTEST_RANGE_S = Fraction(1, 10)
"""What is shorter holds no more than a frame or two."""

MOST_NAMED = 5
"""Of lines or people that a message lists."""

_RANGE = re.compile(r"\s*([0-9][0-9:.,hms]*)\s*(?:-|–|—|\.\.|\bto\b)\s*([0-9][0-9:.,hms]*)\s*", re.IGNORECASE)
_BY_NUMBER = re.compile(r"person \d+")


@dataclass(frozen=True)
class Wish:
    """One thing that is to be in the trailer, or not."""

    text: str
    """As it was written."""
    kind: Kind
    meaning: str
    """What it was taken for, in words."""
    lines: tuple[int, ...] = ()
    """Indices into the events; of a person, of every line they speak."""
    span_s: tuple[float, float] = (0.0, 0.0)
    """Film seconds of a range."""
    person: str = ""
    """As the eyes number them; empty where nobody looked, or a speaker's face is not known."""


def understand(
    option: str,
    texts: Sequence[str],
    events: Sequence[DialogueEvent],
    duration_s: float,
    eyes: SeenFilm | None = None,
    *,
    has_looked: bool = True,
) -> tuple[Wish, ...]:
    """Each text as what it names in this film, in the order given; said twice is said once.

    Args:
        option: `--keep` or `--ban`, for messages.
        texts: As the person wrote them.
        events: The film's lines.
        duration_s: The film's length.
        eyes: Who is seen; None where nobody looked.
        has_looked: False before anybody could: then people by number are left for later.

    Raises:
        UsageError: One names nothing in this film, or more than one thing.
    """
    said = SpokenWords(events)
    speakers = _speakers(events)
    found: dict[str, Wish] = {}
    for text in texts:
        wish = _understood(option, text, said, speakers, duration_s, eyes, has_looked=has_looked)
        if wish is not None:
            found.setdefault(f"{wish.kind}:{wish.meaning}", wish)
    return tuple(found.values())


def _understood(
    option: str,
    text: str,
    said: SpokenWords,
    speakers: dict[str, str],
    duration_s: float,
    eyes: SeenFilm | None,
    *,
    has_looked: bool,
) -> Wish | None:
    named, _, rest = text.partition(":")
    meant = {"line": "line", "person": "person"}.get(named.strip().lower(), "")
    words = rest.strip() if meant else text
    span = None if meant else _range(text)
    if span is not None:
        return _range_wish(option, text, span, duration_s)
    name = folded(words)
    cast = {folded(one.id): one.id for one in eyes.cast} if eyes is not None else {}
    if meant != "line" and (name in cast or name in speakers):
        return _somebody(text, name, cast, speakers, said.events)
    if meant != "line" and _BY_NUMBER.fullmatch(name):
        if not has_looked:
            return None
        raise _nobody(option, text, speakers, eyes)
    if meant == "person":
        raise _nobody(option, text, speakers, eyes)
    return _line_wish(option, text, words, said)


def _range(text: str) -> tuple[Fraction, Fraction] | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    try:
        first, last = (parse_seconds(part.replace(",", ".")) for part in match.groups())
    except InputError:
        return None
    return first, last


def _range_wish(option: str, text: str, span: tuple[Fraction, Fraction], duration_s: float) -> Wish:
    first, last = span
    if last - first < SHORTEST_RANGE_S:
        raise UsageError(
            f"{option}: this range ends before it begins, or at once.",
            text,
            "Write the earlier time first, such as 1:02:03-1:02:10.",
        )
    if first >= Fraction(str(duration_s)):
        raise UsageError(
            f"{option}: this range lies past the film's end at {clock(duration_s)}.",
            text,
            "Film time counts from the first picture, as a player shows it.",
        )
    start_s, end_s = float(first), min(float(last), duration_s)
    return Wish(text, "range", f"the film from {clock(start_s)} to {clock(end_s)}", span_s=(start_s, end_s))


def _somebody(
    text: str, name: str, cast: dict[str, str], speakers: dict[str, str], events: Sequence[DialogueEvent]
) -> Wish:
    speaker = speakers.get(name, "")
    lines = tuple(i for i, event in enumerate(events) if speaker and event.speaker == speaker)
    person = cast.get(name, "")
    how = (
        f"{speaker}, who speaks {len(lines)} {'line' if len(lines) == 1 else 'lines'}" if speaker else person
    )
    return Wish(text, "person", how, lines=lines, person=person)


def _nobody(option: str, text: str, speakers: dict[str, str], eyes: SeenFilm | None) -> UsageError:
    known = [*speakers.values(), *(one.id for one in (eyes.cast if eyes is not None else ()))]
    if not known:
        advice = "The subtitles name no speakers, and nobody was seen often enough to be told from others."
    else:
        more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
        advice = f"Known here: {', '.join(known[:MOST_NAMED])}{more}."
    return UsageError(f"{option}: nobody of this name is known in the film.", text, advice)


def _line_wish(option: str, text: str, words: str, said: SpokenWords) -> Wish:
    if not folded(words):
        raise UsageError(
            f"{option}: there are no words in it.", text, "Write a part of a line, a range or a name."
        )
    places = said.find(words)
    is_same_throughout = len({folded(said.text_of(place)) for place in places}) == 1
    if len(places) == 1 or (places and option == "--ban" and is_same_throughout):
        lines = tuple(sorted({i for place in places for i in place}))
        start_s, times = said.events[lines[0]].start_s, len(places)
        often = f" ({times} times)" if times > 1 else ""
        return Wish(
            text, "line", f"the line {shown(said.text_of(places[0]))} at {clock(start_s)}{often}", lines
        )
    if not places:
        near = said.nearest(words, MOST_NAMED)
        raise UsageError(
            f"{option}: no line of the film says this.",
            text,
            f"The nearest: {_listed(near, said)}." if near else "The film has no spoken lines.",
        )
    more = f" and {len(places) - MOST_NAMED} more" if len(places) > MOST_NAMED else ""
    raise UsageError(
        f"{option}: {len(places)} places of the film say this.",
        text,
        f"Write more of the one you mean, or its time: {_listed(places[:MOST_NAMED], said)}{more}.",
    )


def _listed(places: Sequence[tuple[int, ...]], said: SpokenWords) -> str:
    return ", ".join(
        f"{shown(said.text_of(place))} at {clock(said.events[place[0]].start_s)}" for place in places
    )


def shown(text: str) -> str:
    """A line in quotes, the middle of a long one left out."""
    words = " ".join(text.split())
    return repr(words if len(words) <= 70 else f"{words[:45]} … {words[-20:]}")


def clock(seconds: float) -> str:
    """`1:02:03.5`, as `--keep` takes it."""
    whole, tenths = divmod(round(seconds * 10), 10)
    hours, minutes = divmod(whole // 60, 60)
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{head}:{whole % 60:02}" + (f".{tenths}" if tenths else "")


def _speakers(events: Sequence[DialogueEvent]) -> dict[str, str]:
    return {folded(event.speaker): event.speaker for event in events if folded(event.speaker)}
