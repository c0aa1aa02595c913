"""Who is who over a film: faces followed inside a shot, then told apart over all shots, without a single name.

Photographed faces are told apart by their embedding. Drawn ones are not, since that embedding puts them all into one
corner: hair, skin and clothes tell those, and where hardly any face is found, the palette and shape of living
things. What it rests on is said of every member of the cast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from cinecore.vision.drawn import DRAWN_FROM
from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS
from cinecore.vision.figures import FIGURE_SPACE, FIGURE_THRESHOLDS, figure_similarities, figure_similarity
from cinecore.vision.looks import THING_SPACE, THING_THRESHOLDS, thing_similarities, thing_similarity
from cinecore.vision.sighting import FaceSeen
from cinecut.inference.eyes import BY_FACE, BY_FIGURE, BY_LOOK, CastMember, StillSighting
from cinecut.inference.same_somebody import (
    Distances,
    Kind,
    Seen,
    Track,
    clustered,
    in_order,
    mean_of,
    tracks_of,
)

OVER_FILM_CAUTION = 0.02
"""Taken off a face's threshold where all shots of a film are compared: of hundreds of looks in bad light some of two people
come as near as .47 (two of 30 people in 528 changed views, which .48 took for one)."""

IN_SHOT_TOLERANCE = 0.08
"""Added to a face's threshold inside one shot: one light, one age, few people."""

TURNED_TOLERANCE = 0.04
"""Taken off the threshold for faces that are turned away: their numbers say less."""

MEANS_THRESHOLD = 0.39
"""Distance of two people's mean faces under which they are one: means are steadier than looks. Of 30 people in eight films of 264
changed views the nearest means of two people were .414 apart (then .454), two halves of one woman's photographs .381."""

FEWEST_LOOKS_OF_A_MEAN = 3

TURNED_THRESHOLD = 0.34
"""Distance under which faces that are turned away or covered are one person of whom nothing else is known. Those of one
photograph are .31 apart in the median; profiles of two people .58 and more, two people in one mask .39 and more."""

FEWEST_TURNED_LOOKS = 2

FEWEST_STILLS = 2
"""Who is seen in fewer looked-at stills is no member of the cast."""

FACES_FAIL_UNDER = 0.2
"""Share of the stills with somebody in them that show a known face, under which palette and shape stand in."""

OFTEN_STILLS = 5.0
"""Stills after which seeing somebody again adds little certainty."""

TRUST = {BY_FACE: 1.0, BY_FIGURE: 0.7, BY_LOOK: 0.4}
"""Certainty at most: measured on photographs for faces, on drawn people for figures; shape and palette are a hint."""


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody, with every look at them."""

    seen: tuple[Seen, ...]
    """By still."""
    rests_on: str
    spread: float
    """Mean distance of the looks from their mean, as a part of the threshold."""
    is_drawn: bool = False


def _face_pairs(rows: npt.NDArray[np.float64]) -> Distances:
    squares = (rows**2).sum(axis=1)
    distances: Distances = np.sqrt(np.maximum(0.0, squares[:, None] + squares[None] - 2 * rows @ rows.T))
    return distances


BY_EMBEDDING = Kind(
    BY_FACE,
    FACE_THRESHOLDS[FACE_SPACE] - OVER_FILM_CAUTION,
    IN_SHOT_TOLERANCE,
    lambda one, two: float(np.linalg.norm(one - two)),
    _face_pairs,
)
BY_CLOTHES = Kind(
    BY_FIGURE,
    1 - FIGURE_THRESHOLDS[FIGURE_SPACE],
    0.1,
    lambda one, two: 1 - figure_similarity(one, two),
    lambda rows: 1 - figure_similarities(rows),
)
BY_SHAPE = Kind(
    BY_LOOK,
    1 - THING_THRESHOLDS[THING_SPACE],
    0.1,
    lambda one, two: 1 - thing_similarity(one, two),
    lambda rows: 1 - thing_similarities(rows),
)


def told_apart(sightings: Sequence[StillSighting]) -> list[Person]:
    """Everybody that was seen, once or often, by first appearance.

    Args:
        sightings: By time.
    """
    faces = [
        (still, place, face)
        for still, one in enumerate(sightings)
        for place, face in enumerate(one.sighting.faces)
        if len(face.embedding)
    ]
    frontal = [_face(*item) for item in faces if item[2].is_frontal]
    turned = [_face(*item) for item in faces if not item[2].is_frontal]
    # clustered first: drawn faces lie close together, and of many looks it is surer than of one whether they are drawn
    groups = clustered(tracks_of(frontal, sightings, BY_EMBEDDING), BY_EMBEDDING)
    drawn = [group for group in groups if _is_drawn(group, sightings)]
    people = [_person(group, BY_EMBEDDING) for group in groups if not _is_drawn(group, sightings)]
    people = _with_turned(_joined_by_means(people), turned, sightings)
    people += _turned_people(people, turned, sightings)
    figures = [_figure(one, sightings) for group in drawn for track in group for one in track.seen]
    dressed = clustered(tracks_of(sorted(figures, key=in_order), sightings, BY_CLOTHES), BY_CLOTHES)
    people += [_person(group, BY_CLOTHES, is_drawn=True) for group in dressed]
    if do_faces_fail(people, sightings):
        living = [
            Seen(still, place, thing.box, thing.vector, thing.score)
            for still, one in enumerate(sightings)
            for place, thing in enumerate(one.sighting.things)
            if len(thing.vector)
        ]
        shapes = clustered(tracks_of(living, sightings, BY_SHAPE), BY_SHAPE)
        people += [_person(group, BY_SHAPE, is_drawn=bool(drawn)) for group in shapes]
    return sorted(people, key=lambda person: (person.seen[0].still, person.seen[0].place, person.rests_on))


def do_faces_fail(people: Sequence[Person], sightings: Sequence[StillSighting]) -> bool:
    """Whether so few of the stills with somebody in them show a face that is known again."""
    with_somebody = {
        still
        for still, one in enumerate(sightings)
        if one.sighting.faces or any(len(thing.vector) for thing in one.sighting.things)
    }
    with_face = {one.still for person in people for one in person.seen}
    return len(with_face) < FACES_FAIL_UNDER * len(with_somebody)


def cast_of(sightings: Sequence[StillSighting], people: Sequence[Person]) -> tuple[CastMember, ...]:
    """Those who are seen again, by screen time, each under a number."""
    again = [person for person in people if len({one.still for one in person.seen}) >= FEWEST_STILLS]
    times = [_screen_time(person, sightings) for person in again]
    order = sorted(range(len(again)), key=lambda at: (-times[at], again[at].seen[0].still, at))
    names = {at: f"person {number}" for number, at in enumerate(order, 1)}
    shown: dict[int, set[int]] = defaultdict(set)
    for at, person in enumerate(again):
        for one in person.seen:
            shown[one.still].add(at)
    members = []
    for at in order:
        person = again[at]
        stills = sorted({one.still: one for one in person.seen}.items())
        with_whom: dict[str, float] = defaultdict(float)
        for still, _ in stills:
            for other in shown[still] - {at}:
                with_whom[names[other]] += sightings[still].stands_for_s
        often = 1 - float(np.exp(-len(stills) / OFTEN_STILLS))
        alike = min(1.0, max(0.0, 1.4 - person.spread))
        members.append(
            CastMember(
                id=names[at],
                screen_time_s=round(times[at], 3),
                first_seen_s=sightings[stills[0][0]].time_s,
                still_times_s=tuple(sightings[still].time_s for still, _ in stills),
                shots=tuple(sorted({sightings[still].shot for still, _ in stills})),
                with_whom={name: round(with_whom[name], 3) for name in sorted(with_whom)},
                areas=tuple(one.box for _, one in stills),
                rests_on=person.rests_on,
                certainty=round(TRUST[person.rests_on] * often * alike, 3),
                is_drawn=person.is_drawn,
            )
        )
    return tuple(members)


def _is_drawn(group: Sequence[Track], sightings: Sequence[StillSighting]) -> bool:
    """Whether looks that seem one person's are drawn ones, by their mean."""
    seen = [one for track in group for one in track.seen]
    scores = [sightings[one.still].sighting.faces[one.place].drawn for one in seen]
    return float(np.mean(scores)) > DRAWN_FROM


def _with_turned(
    people: list[Person], turned: Sequence[Seen], sightings: Sequence[StillSighting]
) -> list[Person]:
    """The people with the faces that are turned away, where those are surely somebody's; the others are nobody's."""
    if not people:
        return people
    means = np.stack([mean_of(person.seen) for person in people])
    added: dict[int, list[Seen]] = defaultdict(list)
    taken = {(at, one.still) for at, person in enumerate(people) for one in person.seen}
    for one in turned:
        if sightings[one.still].sighting.faces[one.place].drawn > DRAWN_FROM:
            continue
        distances = np.linalg.norm(means - one.vector.astype(np.float64), axis=1)
        nearest = int(np.argmin(distances))
        is_sure = distances[nearest] <= BY_EMBEDDING.threshold - TURNED_TOLERANCE
        if is_sure and (nearest, one.still) not in taken:
            added[nearest].append(one)
            taken.add((nearest, one.still))
    return [
        Person(tuple(sorted([*person.seen, *added[at]], key=in_order)), person.rests_on, person.spread)
        for at, person in enumerate(people)
    ]


def _joined_by_means(people: Sequence[Person]) -> list[Person]:
    """The people with those put together whose mean faces are one person's, the nearest two first.

    Average linkage keeps the views of two photographs apart where single looks are poor; their means are not.
    """
    often = [person for person in people if len(person.seen) >= FEWEST_LOOKS_OF_A_MEAN]
    others = [person for person in people if len(person.seen) < FEWEST_LOOKS_OF_A_MEAN]
    while len(often) > 1:
        distances = _face_pairs(np.stack([mean_of(person.seen) for person in often]))
        stills = [{one.still for one in person.seen} for person in often]
        near = [
            (float(distances[one, two]), one, two)
            for one, two in zip(*np.nonzero(distances <= MEANS_THRESHOLD), strict=True)
            if one < two and not stills[one] & stills[two]
        ]
        if not near:
            break
        _, one, two = min(near)
        often[one] = _person_of([*often[one].seen, *often[two].seen])
        del often[two]
    return [*often, *others]


def _turned_people(
    people: Sequence[Person], turned: Sequence[Seen], sightings: Sequence[StillSighting]
) -> list[Person]:
    """People who were seen from the side or covered alone, and often enough alike to be known as somebody."""
    taken = {(one.still, one.place) for person in people for one in person.seen}
    left = [
        one
        for one in turned
        if (one.still, one.place) not in taken
        and sightings[one.still].sighting.faces[one.place].drawn <= DRAWN_FROM
    ]
    strict = replace(BY_EMBEDDING, threshold=TURNED_THRESHOLD, tolerance=0.0)
    groups = [
        [one for track in group for one in track.seen]
        for group in clustered(tracks_of(left, sightings, strict), strict)
    ]
    return [_person_of(seen) for seen in groups if len(seen) >= FEWEST_TURNED_LOOKS]


def _person_of(seen: Sequence[Seen]) -> Person:
    """Somebody photographed, by all looks at the face."""
    return _person([Track(0, list(seen))], BY_EMBEDDING)


def _person(group: Sequence[Track], kind: Kind, *, is_drawn: bool = False) -> Person:
    seen = tuple(sorted((one for track in group for one in track.seen), key=in_order))
    mean = mean_of(seen)
    spread = float(np.mean([kind.between(mean, one.vector.astype(np.float64)) for one in seen]))
    return Person(seen, kind.rests_on, spread / kind.threshold, is_drawn)


def _face(still: int, place: int, face: FaceSeen) -> Seen:
    return Seen(still, place, face.box, face.embedding, face.score)


def _figure(seen: Seen, sightings: Sequence[StillSighting]) -> Seen:
    face = sightings[seen.still].sighting.faces[seen.place]
    return Seen(seen.still, seen.place, face.box, face.figure, face.score)


def _screen_time(person: Person, sightings: Sequence[StillSighting]) -> float:
    return sum(sightings[still].stands_for_s for still in sorted({one.still for one in person.seen}))
