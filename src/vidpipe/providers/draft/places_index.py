"""Which place a setting's words name, and the place drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from vidpipe.providers.draft import places_nature as nature
from vidpipe.providers.draft import places_rooms as rooms
from vidpipe.providers.draft import places_town as town
from vidpipe.providers.draft.places import Scenery
from vidpipe.providers.draft.places_hour import Hour

PLACES: Final[dict[str, Callable[[Scenery], None]]] = {
    "beach": nature.beach,
    "sea": nature.sea,
    "coast": nature.coast,
    "harbour": town.harbour,
    "city street": town.street,
    "park": nature.park,
    "forest": nature.forest,
    "field": nature.field,
    "mountain": nature.mountain,
    "desert": nature.desert,
    "road": town.road,
    "garden": nature.garden,
    "room": rooms.room,
    "kitchen": rooms.kitchen,
    "office": rooms.office,
    "school": rooms.school,
    "hall": rooms.hall,
    "space": nature.space,
    "sky": nature.sky,
    "snow": nature.snow,
}
"""The places that can be drawn."""

INDOORS: Final = frozenset({"room", "kitchen", "office", "school", "hall"})

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("coast", r"lighthouse|cliff|coast|cape|headland"),
    ("beach", r"beach|shore|sand|island|lagoon"),
    ("harbour", r"harbou?r|port|pier|dock|quay|marina|wharf"),
    ("sea", r"sea|ocean|lake|river|water|boat deck|ship"),
    ("kitchen", r"kitchen|bakery|restaurant|cafe|café|diner"),
    ("school", r"school|class ?room|lesson|university"),
    ("office", r"office|laborator|lab|studio|police station|bank|workshop|hospital|shop|store"),
    ("hall", r"hall|palace|church|cathedral|castle|museum|theat|station|airport|temple|ballroom|library"),
    ("city street", r"street|city|town|market|square|alley|avenue|downtown|village|bridge|pavement|sidewalk"),
    ("road", r"road|highway|motorway|lane|path|track|railway"),
    ("park", r"park|playground"),
    ("garden", r"garden|yard|orchard|backyard|lawn|farm|porch"),
    ("snow", r"snow|ice|arctic|glacier|winter|north pole"),
    ("mountain", r"mountain|peak|summit|hill|valley|canyon"),
    ("forest", r"forest|wood|jungle|grove|trees"),
    ("desert", r"desert|dune|oasis|mars"),
    ("space", r"space|moon|planet|orbit|stars"),
    ("sky", r"sky|cloud|air"),
    ("field", r"field|meadow|prairie|countryside|plain|steppe"),
    (
        "room",
        r"room|house|home|apartment|flat|cottage|attic|bedroom|cabin|cellar|interior|indoors|inside|hotel",
    ),
)


def place_named(setting: str, *, is_interior: bool) -> str:
    """The place that can be drawn for a setting's words; a room or a field where no word is known."""
    said = setting.lower().strip()
    if said in PLACES and (not is_interior or said in INDOORS):
        return said
    found = [
        (match.start(), at)
        for at, (_, words) in enumerate(_WORDS)
        if (match := re.search(rf"\b(?:{words})", said))
    ]
    names = [_WORDS[at][0] for _, at in sorted(found)]
    if is_interior:
        return next((name for name in names if name in INDOORS), "room")
    return names[0] if names else "field"


def hour_of(time_of_day: str, weather: str) -> Hour:
    """Time and weather in the words that the drawings know."""
    said = time_of_day.lower()
    time = "day"
    for name, words in (
        ("night", r"night|midnight|dark"),
        ("dawn", r"dawn|sunrise|early"),
        ("dusk", r"dusk|sunset|evening|twilight"),
    ):
        if re.search(words, said):
            time = name
            break
    sky = weather.lower()
    kinds = (
        ("storm", r"storm|thunder"),
        ("rain", r"rain|drizzl|shower"),
        ("snow", r"snow|blizzard"),
        ("fog", r"fog|mist|haz"),
        ("wind", r"wind|breez|gale"),
    )
    return Hour(time, next((name for name, words in kinds if re.search(words, sky)), ""))
