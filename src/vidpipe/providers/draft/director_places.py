"""Where and when a clause happens: stated, gone to, or supposed from who is there and what they do.

Deliberately not here: who is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from vidpipe.providers.draft.director_beats import Figure, Place
from vidpipe.providers.draft.director_phrases import Phrase
from vidpipe.providers.draft.director_sentences import Clause
from vidpipe.providers.draft.words import Lexicon

INTERIORS = frozenset({"room", "kitchen", "office", "school", "hall"})
_INSIDE = frozenset({"in", "inside", "into", "within", "aboard"})
_NO_PLACE = frozenset({"like", "about", "without", "with", "for", "from", "than"})
_LOOKED_AT = frozenset({"at", "toward", "towards", "over", "across", "through"})
_SEEN_FROM_AFAR = frozenset({"look", "think", "make", "speak"})
_OUTSIDE_OF = {
    "room": "garden",
    "kitchen": "city street",
    "office": "city street",
    "school": "city street",
    "hall": "city street",
}
_SUN = (
    (re.compile(r"\bsun (?:sets|is setting|goes down|sinks)\b|\bsetting sun\b"), "time", "dusk"),
    (re.compile(r"\bsun (?:rises|is rising|comes up)\b|\brising sun\b"), "time", "dawn"),
    (re.compile(r"\b(?:clear|blue) sk(?:y|ies)\b|\bsun (?:comes out|shines|breaks)\b|\bstorm (?:has )?(?:passes|passed|ends|is over|clears)\b|\bafter the (?:storm|rain)\b"), "weather", "clear"),
)  # fmt: skip
_HEADING = re.compile(r"^(INT\.?/EXT|EXT\.?/INT|I\.?/E|E\.?/I|INT|EXT|EST)[.\s]+", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
DEFAULT_SETTING = "park"


def light_and_weather(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Time of day and weather that a text speaks of; empty where it does not; `clear` ends a weather."""
    low = text.lower()
    time = weather = ""
    for pattern, what, value in _SUN:
        if pattern.search(low):
            time, weather = (value, weather) if what == "time" else (time, value)
    words = _WORDS.findall(low)
    pairs = [" ".join(pair) for pair in pairwise(words)]
    for word in [*pairs, *words]:
        if not time and word in lexicon.times and word not in {"day", "daytime"}:
            time = lexicon.times[word]
        if not weather and word in lexicon.weather and word not in {"sun", "clear"}:
            weather = lexicon.weather[word]
    return time, weather


def place_of_heading(heading: str, lexicon: Lexicon, before: Place | None) -> Place:
    """The place of a scene heading or of a shot list's column."""
    found = _HEADING.match(heading)
    kind = found[1].upper() if found else ""
    rest = heading[found.end() :] if found else heading
    parts = [part.strip() for part in re.split(r"\s+[-–—]+\s+|\s*[/,]\s*", rest) if part.strip()]
    time = ""
    named: list[str] = []
    for part in parts:
        low = part.lower().rstrip(".")
        if low in lexicon.times or low in {"continuous", "later", "same", "moments later", "same time"}:
            time = lexicon.times.get(low, "")
        else:
            named.append(part)
    spoken_time, weather = light_and_weather(heading, lexicon)
    is_inside = kind.startswith("I") and not kind.startswith(("INT/EXT", "INT./EXT"))
    setting = ""
    behind: tuple[str, ...] = ()
    for part in named if is_inside else reversed(named):
        words = [word.lower() for word in _WORDS.findall(part)]
        pairs = [" ".join(pair) for pair in pairwise(words)]
        for word in [*reversed(pairs), *reversed(words)]:
            noun = lexicon.noun(word)
            if place := lexicon.place(word):
                setting = place
                break
            if noun is not None and noun.label in lexicon.tables["inside"] and is_inside:
                setting = lexicon.tables["inside"][noun.label] or "room"
                break
            if noun is not None and noun.label in lexicon.tables["place_of_thing"]:
                setting = lexicon.tables["place_of_thing"][noun.label]
                behind = (noun.label,) if noun.label != setting else ()
                break
    setting = setting or ("room" if is_inside else (before.setting if before and not kind else "city street"))
    is_interior = is_inside or (setting in INTERIORS and not kind)
    return Place(
        drawn_as(setting, lexicon) if is_interior else _outdoors(drawn_as(setting, lexicon)),
        is_interior,
        (" ".join(named)).lower(),
        is_stated=True,
        behind=() if is_inside else behind,
        time_of_day=time or spoken_time or (before.time_of_day if before else "day"),
        weather=_kept(weather, before.weather if before else ""),
    )


def drawn_as(setting: str, lexicon: Lexicon) -> str:
    """The artist's nearest scenery."""
    return str(lexicon.tables["settings_drawn_as"].get(setting, setting))


def place_of_clause(
    clause: Clause, taken: frozenset[int], figures: Iterable[Figure], lexicon: Lexicon, before: Place | None
) -> Place:
    """Where a clause happens; `taken` are prepositions (by place) that belong to something else."""
    place = _stated(clause, taken, lexicon, before)
    figures = list(figures)
    if place is None and before is None:
        place = _supposed(clause, figures, lexicon)
        if place is None:
            is_still_life = bool(figures) and not any(figure.acts for figure in figures)
            place = Place("room", is_interior=True) if is_still_life else Place(DEFAULT_SETTING)
    elif place is None and before is not None and not before.is_stated and clause.verb:
        by_verb = lexicon.tables["place_of_verb"].get(clause.verb.base)
        if by_verb and by_verb != before.setting:
            place = Place(by_verb, by_verb in INTERIORS)
    time, weather = light_and_weather(clause.text, lexicon)
    if place is None:
        assert before is not None  # noqa: S101 - the first branch made one otherwise
        place = before
    elif before is not None:
        kept = before.weather
        if place.is_stated and before.is_interior and not place.is_interior:
            kept = ""  # a new day outside: the weather was another place's
        place = replace(place, time_of_day=before.time_of_day, weather=kept)
    return replace(place, time_of_day=time or place.time_of_day, weather=_kept(weather, place.weather))


def _kept(said: str, before: str) -> str:
    return "" if said == "clear" else said or before


def _outdoors(setting: str) -> str:
    return _OUTSIDE_OF.get(setting, setting)


def _stated(clause: Clause, taken: frozenset[int], lexicon: Lexicon, before: Place | None) -> Place | None:
    """The place that the words name, the last one named where there are several."""
    flags = clause.verb.flags if clause.verb else frozenset[str]()
    found: Place | None = None
    for number, (preposition, phrase) in enumerate(clause.prepositions):
        if number in taken or preposition in _NO_PLACE:
            continue
        is_far = phrase.place in {"sky", "space", "sea", "mountain"} or before is not None
        if "look" in flags and preposition in _LOOKED_AT and is_far:
            continue
        found = _place_in(preposition, phrase, lexicon) or found
    if found is None and not flags & _SEEN_FROM_AFAR:
        for phrase in (*clause.objects, *(clause.subjects if clause.verb is None else ())):
            if (phrase.place and phrase.noun is None) or (phrase.place and not phrase.noun):
                found = _place_in("at", phrase, lexicon)
            elif phrase.noun and clause.verb and clause.verb.base in {"enter", "explore", "reach", "visit"}:
                found = _place_in("in" if clause.verb.base != "reach" else "at", phrase, lexicon) or found
    return found


def _place_in(preposition: str, phrase: Phrase, lexicon: Lexicon) -> Place | None:
    if phrase.place and phrase.noun is None:
        setting = drawn_as(phrase.place, lexicon)
        is_outside = preposition in {"outside", "behind", "before"} and setting in INTERIORS
        setting = _outdoors(setting) if is_outside else setting
        return Place(setting, setting in INTERIORS, f"the {phrase.head}", is_stated=True)
    label = phrase.noun.label if phrase.noun else ""
    if label in lexicon.tables["inside"] and preposition in _INSIDE:
        setting = lexicon.tables["inside"][label]
        return Place(setting, setting in INTERIORS, f"the {phrase.head}", is_stated=True) if setting else None
    if label in {"house", "lighthouse"}:
        setting = str(lexicon.tables["place_of_thing"][label])
        behind = (label,) if label != setting else ()
        return Place(setting, words=f"the {phrase.head}", is_stated=True, behind=behind)
    return None


def _supposed(clause: Clause, figures: list[Figure], lexicon: Lexicon) -> Place | None:
    """Where such people do such things."""
    tables = lexicon.tables
    for figure in figures:
        if figure.modifier:
            noun = lexicon.noun(figure.modifier)
            if noun and noun.label in tables["place_of_thing"]:
                label = noun.label
                behind = (label,) if label == "house" else ()
                return Place(tables["place_of_thing"][label], words=f"the {figure.modifier}", behind=behind)
            if place := lexicon.place(figure.modifier):
                return Place(drawn_as(place, lexicon), place in INTERIORS)
    if re.search(r"\b(?:interior|indoors?)\b", clause.text.lower()):
        return Place("room", is_interior=True)
    if "snow" in {phrase.head for phrase in (*clause.subjects, *clause.objects)}:
        return Place("snow")
    candidates = [tables["place_of_verb"].get(clause.verb.base, "") if clause.verb else ""]
    candidates += [tables["place_of_person"].get(figure.word, "") for figure in figures]
    candidates += [tables["place_of_thing"].get(figure.label, "") for figure in figures]
    setting = next((setting for setting in candidates if setting), "")
    if setting == "sky" and any(figure.is_person for figure in figures):
        setting = "field"
    return Place(setting, setting in INTERIORS) if setting else None
