"""What the embedded eyes saw, in words from a stated vocabulary, each of which follows from a figure.

People and things are counted where they were found; light and colour are said as `pixels` says them; a place is
named only by things that stand in such places; what is done is said only as far as several stills or the film's own
motion show it. Deliberately not here: looking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cinecore.ports import Description
from cinecore.vision.detect import inside
from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS, face_distance
from cinecore.vision.sighting import FaceSeen, Sighting, ThingSeen
from cinecut.inference.pixels import ACTION_UNKNOWN, PixelMeasures, mood_of, setting_of, visual_content_of

SURE_PERSON, SURE_THING = 0.5, 0.5
"""Scores from which somebody without a face, and a thing, is named."""

SURE_PLACE = 0.6
"""Score from which a thing tells where we are."""

THINGS_NAMED = 3

CROWD = 8
"""People from which on they are a crowd, as well as a number."""

NEARER, FARTHER = 1.35, 1 / 1.35
"""How much larger or smaller a face becomes inside a shot when a person comes nearer or goes away."""

MUCH_MOTION, SOME_MOTION, NO_MOTION = 0.03, 0.013, 0.002
"""A shot's mean picture change between frames, 0..1, the camera's own shift taken out: about the upper tenth, the upper
third and the lower fifth of the shots of two animated films."""

MOVING_CAMERA = 0.006
"""Mean shift between frames, as a part of the picture's width; the upper tenth of the same shots."""

NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

INDOORS = {
    "bed": "a bedroom",
    "toilet": "a bathroom",
    "oven": "a kitchen",
    "microwave": "a kitchen",
    "refrigerator": "a kitchen",
    "toaster": "a kitchen",
    "sink": "",
    "tv": "",
    "couch": "a living room",
    "laptop": "",
    "dining table": "",
}
OUTDOORS = {
    "traffic light": "a street",
    "stop sign": "a street",
    "parking meter": "a street",
    "fire hydrant": "a street",
    "bus": "a street",
    "truck": "a street",
    "car": "a street",
    "motorcycle": "a street",
    "train": "a railway",
    "boat": "water",
    "airplane": "",
    "sheep": "a field",
    "cow": "a field",
    "zebra": "",
    "giraffe": "",
    "elephant": "",
}
"""Things and the place they stand in; empty where only inside or outside is told. Other things tell no place."""

NOUNS = {"sink": "washbasin", "dining table": "table"}
"""What a label is called where its own name would be read as something done."""

PLURALS = {"person": "people", "sheep": "sheep", "knife": "knives", "bus": "buses", "wine glass": "wine glasses",
           "couch": "couches", "bench": "benches", "sandwich": "sandwiches", "toothbrush": "toothbrushes",
           "skis": "skis", "scissors": "scissors"}  # fmt: skip
AN = frozenset("aeiou")


@dataclass(frozen=True)
class ShotSeen:
    """What the shot around a still shows beyond the still itself."""

    motion: float
    """`Shot.motion`."""
    camera: float
    """`Shot.camera`."""
    faces_by_time: tuple[tuple[FaceSeen, ...], ...] = ()
    """The faces of each of its looked-at stills, in order."""


def described(sighting: Sighting, measures: PixelMeasures, shot: ShotSeen | None) -> Description:
    """A still in measured words.

    Args:
        sighting: What was seen in it.
        measures: Its light and colour.
        shot: What its shot shows; None where only the still is known.
    """
    return Description(
        visual_content=content_of(sighting, measures),
        mood=mood_of(measures),
        action=action_of(sighting, shot),
        setting=place_of(sighting, measures),
    )


def content_of(sighting: Sighting, measures: PixelMeasures) -> str:
    """Who and what is in the picture, from how near, and how it looks."""
    looks = visual_content_of(measures)
    people, things = people_words(sighting), thing_words(sighting)
    if not people and not things:
        return looks
    size = sighting.shot_size
    subject = " with ".join(filter(None, (people, things)))
    view = size if size.endswith("close-up") else f"{size} view"
    framed = f"{_article(size)} {view} of {subject}" if people and size else subject
    return f"{framed[0].upper()}{framed[1:]}. {looks}"


def people_words(sighting: Sighting) -> str:
    """How many people are seen; empty for nobody."""
    faces = [face for face in sighting.faces if len(face.embedding) or face.score >= SURE_PERSON]
    bodies = [thing for thing in sighting.things if thing.family == "person" and thing.score >= SURE_PERSON]
    lone = [face for face in faces if not any(inside(face.box, body.box) > 0.5 for body in bodies)]
    count = max(len(faces), len(bodies) + len(lone))
    if not count:
        return ""
    told = [face.is_drawn for face in faces if len(face.embedding)]
    drawn = "drawn " if told and 2 * sum(told) > len(told) else ""
    if count == 1:
        return f"a {drawn}person"
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"a crowd of {number} {drawn}people" if count >= CROWD else f"{number} {drawn}people"


def thing_words(sighting: Sighting) -> str:
    """The surest kinds of things, with their number; empty for none."""
    named = [thing for thing in sighting.things if thing.family != "person" and thing.score >= SURE_THING]
    nouns = [NOUNS.get(thing.label, thing.label) for thing in named]
    counts = Counter(nouns)
    labels = list(dict.fromkeys(nouns))[:THINGS_NAMED]
    words = [
        f"{_article(label)} {label}" if counts[label] == 1 else f"{_number(counts[label])} {_plural(label)}"
        for label in labels
    ]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def action_of(sighting: Sighting, shot: ShotSeen | None) -> str:
    """What is done, as far as several stills and the film's motion show it."""
    if shot is None:
        return ACTION_UNKNOWN
    if moved := _nearer_or_farther(shot.faces_by_time):
        return moved
    is_shown = bool(sighting.people)
    if shot.motion >= MUCH_MOTION:
        return "much motion, with people in it" if is_shown else "much motion"
    if shot.motion >= SOME_MOTION:
        return "some motion, with people in it" if is_shown else "some motion"
    if shot.camera >= MOVING_CAMERA:
        return "little motion but the camera's own"
    if shot.motion < NO_MOTION:
        return "a person, motionless" if is_shown else "motionless"
    return "little motion"


def place_of(sighting: Sighting, measures: PixelMeasures) -> str:
    """Where it is, by the things that stand there, and how the light lies; the light alone where nothing tells."""
    light = setting_of(measures)
    told = [thing for thing in sighting.things if thing.score >= SURE_PLACE]
    inside_of = _places(told, INDOORS)
    outside_of = _places(told, OUTDOORS)
    if bool(inside_of) == bool(outside_of):  # nothing tells, or things contradict each other
        return light
    places, where = (inside_of, "indoors") if inside_of else (outside_of, "outdoors")
    place = next(filter(None, places), "")
    return f"{place}, {where}; {light}" if place else f"{where}; {light}"


def _places(things: Sequence[ThingSeen], known: dict[str, str]) -> list[str]:
    return [known[thing.label] for thing in things if thing.label in known]


def _nearer_or_farther(faces_by_time: Sequence[Sequence[FaceSeen]]) -> str:
    """Whether the one face of a shot, surely the same, grows or shrinks; empty where that cannot be told."""
    alone = [faces[0] for faces in faces_by_time if len(faces) == 1]
    if len(alone) < 2 or len(alone) < len(faces_by_time):
        return ""
    first, last = alone[0], alone[-1]
    if not (first.is_frontal and last.is_frontal and len(first.embedding) and len(last.embedding)):
        return ""
    if face_distance(first.embedding, last.embedding) > FACE_THRESHOLDS[FACE_SPACE]:
        return ""
    change = last.box[3] / max(first.box[3], 1e-6)
    if change >= NEARER:
        return "a person comes nearer"
    return "a person gets farther away" if change <= FARTHER else ""


def _article(words: str) -> str:
    return "an" if words[:1] in AN else "a"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _plural(label: str) -> str:
    return PLURALS.get(label, f"{label}s")
