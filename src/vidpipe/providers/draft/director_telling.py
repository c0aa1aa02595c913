"""A shot in words: what is seen in it, and what the eye is to rest on.

Deliberately not here: who is in it and how near it is (`director_shots`).
"""

from __future__ import annotations

from collections.abc import Sequence

from vidpipe.providers.draft.director_beats import Beat, Figure, Place
from vidpipe.providers.draft.director_plan import Planned
from vidpipe.schemas.kinds import ShotType

DESCRIPTION_LETTERS = 3500
_WEATHER_WORDS = {
    "rain": "in the rain",
    "storm": "in a storm",
    "snow": "in the snow",
    "fog": "in fog",
    "wind": "in the wind",
}
_TIME_WORDS = {"dawn": "at dawn", "dusk": "at dusk", "night": "at night"}


def focal_point(
    figures: Sequence[Figure], size: ShotType, subjects: tuple[int, ...], thing: int | None, beat: Beat
) -> str:
    """What the eye is to rest on."""
    number = thing if size is ShotType.INSERT or not subjects else subjects[0]
    if number is None:
        return beat.place.words or beat.place.setting
    return figures[number].shown.removeprefix("the ")


def description(
    figures: Sequence[Figure],
    planned: Planned,
    size: ShotType,
    subjects: tuple[int, ...],
    thing: int | None,
) -> str:
    """What is seen, in sentences that stand by themselves.

    Args:
        figures: Everybody and everything of the story; the numbers count in it.
        planned: The shot.
        size: How near it is.
        subjects: Who acts.
        thing: What it is about, where it is about a thing.
    """
    beat = planned.beats[0]
    told = " ".join(part.text for part in planned.beats if part.text)
    who = _listed([figures[number].shown for number in subjects])
    if planned.kind == "main":
        text = told or _speaking(figures, planned, who)
    elif planned.kind == "establish":
        text = _capital(f"{_where(beat.place)}, the whole of the place") + (
            f"; {who} small in it." if who else "."
        )
    elif size is ShotType.INSERT and thing is not None:
        text = _capital(f"{figures[thing].shown}, close.")
    elif planned.kind == "tail":
        text = _capital(f"{who or _where(beat.place)}, seen from further away, as it ends.")
    elif size is ShotType.CLOSE_UP and who:
        feeling = next((part.expression for part in planned.beats if part.expression), "")
        text = _capital(f"{who}, close" + (f": {feeling}." if feeling else "."))
    else:
        text = _capital(f"{who or _where(beat.place)}, from another side") + (f": {told}" if told else ".")
    return text[:DESCRIPTION_LETTERS] or _capital(f"{_where(beat.place)}.")


def _speaking(figures: Sequence[Figure], planned: Planned, who: str) -> str:
    beat = planned.beats[0]
    if not planned.lines:
        return _capital(f"{_where(beat.place)}.")
    speaking = list(dict.fromkeys(n for line, n in planned.lines if n is not None and not line.is_off_screen))
    if not speaking:
        heard = _listed(list(dict.fromkeys(line.speaker or "a narrator" for line, _ in planned.lines)))
        seen = f"{who}, " if who else ""
        return _capital(f"{seen}{_where(beat.place)}, while {heard} is heard.")
    names = _listed([figures[number].shown for number in speaking])
    manner = next((line.manner for line, _ in planned.lines if line.manner), "")
    verb = "speak" if len(speaking) > 1 else "speaks"
    return _capital(f"{names} {verb}" + (f", {manner}." if manner else "."))


def _where(place: Place) -> str:
    words = place.words or f"the {place.setting}"
    when = _TIME_WORDS.get(place.time_of_day, "")
    weather = "" if place.is_interior else _WEATHER_WORDS.get(place.weather, "")
    return " ".join(part for part in (words, when, weather) if part)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return names[0] if names else ""
    return f"{', '.join(names[:-1])} and {names[-1]}"
