"""Who is who over a film: faces followed inside a shot, then told apart over all shots, without a single name.

Photographed faces are told apart by their embedding. Drawn ones are not, since that embedding puts them all into one
corner: hair, skin and clothes tell those, and where hardly any face is found, the palette and shape of living
things. What it rests on is said of every member of the cast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cinecore.vision.detect import overlap
from cinecore.vision.drawn import DRAWN_FROM
from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS
from cinecore.vision.figures import FIGURE_SPACE, FIGURE_THRESHOLDS, figure_similarities, figure_similarity
from cinecore.vision.looks import THING_SPACE, THING_THRESHOLDS, thing_similarities, thing_similarity
from cinecore.vision.panels import Box
from cinecore.vision.sighting import FaceSeen, Vector
from cinecut.inference.eyes import BY_FACE, BY_FIGURE, BY_LOOK, CastMember, StillSighting

OVER_FILM_CAUTION = 0.02
"""Taken off a face's threshold where all shots of a film are compared: of hundreds of looks in bad light some of two people
come as near as .47 (two of 30 people in 528 changed views, which .48 took for one)."""

IN_SHOT_TOLERANCE = 0.08
"""Added to a face's threshold inside one shot: one light, one age, few people."""

SAME_PLACE = 0.3
"""Overlap from which a face that looks roughly alike is the one of the still before."""

TURNED_TOLERANCE = 0.04
"""Taken off the threshold for faces that are turned away: their numbers say less."""

FEWEST_STILLS = 2
"""Who is seen in fewer looked-at stills is no member of the cast."""

FACES_FAIL_UNDER = 0.2
"""Share of the stills with somebody in them that show a known face, under which palette and shape stand in."""

TRACKS_AT_MOST = 4000
"""The most seen are clustered, the rest joined to the nearest: a matrix of all pairs must fit into memory."""

OFTEN_STILLS = 5.0
"""Stills after which seeing somebody again adds little certainty."""

TRUST = {BY_FACE: 1.0, BY_FIGURE: 0.7, BY_LOOK: 0.4}
"""Certainty at most: measured on photographs for faces, on drawn people for figures; shape and palette are a hint."""

Distances = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Seen:
    """One face or living thing in one still."""

    still: int
    """Index of the sighting."""
    place: int
    """Index of the face or thing in it."""
    box: Box
    vector: Vector
    weight: float


@dataclass(eq=False)
class Track:
    """What is taken to be one person in one shot."""

    shot: int
    seen: list[Seen] = field(default_factory=list)

    @property
    def vector(self) -> npt.NDArray[np.float64]:
        """Mean, the surer ones counting more."""
        weights = np.array([one.weight for one in self.seen])
        rows = np.stack([one.vector for one in self.seen]).astype(np.float64)
        mean: npt.NDArray[np.float64] = (rows * (weights / weights.sum())[:, None]).sum(axis=0)
        return mean

    @property
    def stills(self) -> set[int]:
        """The sightings that show it."""
        return {one.still for one in self.seen}


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody, with every look at them."""

    seen: tuple[Seen, ...]
    """By still."""
    rests_on: str
    spread: float
    """Mean distance of the looks from their mean, as a part of the threshold."""
    is_drawn: bool = False


@dataclass(frozen=True)
class Kind:
    """A way of telling people apart."""

    rests_on: str
    threshold: float
    """Distance under which two are one."""
    tolerance: float
    between: Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], float]
    pairs: Callable[[npt.NDArray[np.float64]], Distances]


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
    groups = clustered(_tracks(frontal, sightings, BY_EMBEDDING), BY_EMBEDDING)
    drawn = [group for group in groups if _is_drawn(group, sightings)]
    people = [_person(group, BY_EMBEDDING) for group in groups if not _is_drawn(group, sightings)]
    people = _with_turned(people, turned, sightings)
    figures = [_figure(one, sightings) for group in drawn for track in group for one in track.seen]
    dressed = clustered(_tracks(sorted(figures, key=_order), sightings, BY_CLOTHES), BY_CLOTHES)
    people += [_person(group, BY_CLOTHES, is_drawn=True) for group in dressed]
    if do_faces_fail(people, sightings):
        living = [
            Seen(still, place, thing.box, thing.vector, thing.score)
            for still, one in enumerate(sightings)
            for place, thing in enumerate(one.sighting.things)
            if len(thing.vector)
        ]
        shapes = clustered(_tracks(living, sightings, BY_SHAPE), BY_SHAPE)
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


def clustered(tracks: Sequence[Track], kind: Kind) -> list[list[Track]]:
    """Tracks that are one person, by average distance; two that share a still are never one."""
    ranked = sorted(range(len(tracks)), key=lambda at: (-len(tracks[at].seen), at))
    chosen, rest = sorted(ranked[:TRACKS_AT_MOST]), sorted(ranked[TRACKS_AT_MOST:])
    groups = [[tracks[chosen[at]] for at in group] for group in _linked([tracks[at] for at in chosen], kind)]
    means = [_mean(group) for group in groups]
    for at in rest:
        distances = [kind.between(mean, tracks[at].vector) for mean in means]
        nearest = int(np.argmin(distances)) if distances else -1
        if distances and distances[nearest] <= kind.threshold:
            groups[nearest].append(tracks[at])
    return groups


def _linked(tracks: Sequence[Track], kind: Kind) -> list[list[int]]:
    """Average linkage by a chain of nearest neighbours: always the same tree, in the square of the tracks."""
    count = len(tracks)
    if not count:
        return []
    distances = kind.pairs(np.stack([track.vector for track in tracks]))
    by_still: dict[int, list[int]] = defaultdict(list)
    for at, track in enumerate(tracks):
        for still in track.stills:
            by_still[still].append(at)
    for together in by_still.values():
        distances[np.ix_(together, together)] = np.inf
    np.fill_diagonal(distances, np.inf)
    sizes = np.array([float(len(track.seen)) for track in tracks])
    groups: dict[int, list[int]] = {at: [at] for at in range(count)}
    chain: list[int] = []
    settled: set[int] = set()
    while len(settled) < len(groups):
        if not chain:
            chain.append(min(at for at in groups if at not in settled))
        last = chain[-1]
        nearest = int(np.argmin(distances[last]))
        if len(chain) > 1 and distances[last, chain[-2]] <= distances[last, nearest]:
            nearest = chain[-2]
        if distances[last, nearest] > kind.threshold:
            # average linkage never comes nearer: nobody will join the ends of this chain
            settled.add(last)
            chain.pop()
            continue
        if len(chain) > 1 and nearest == chain[-2]:
            chain = chain[:-2]
            kept, gone = min(last, nearest), max(last, nearest)
            share = sizes[kept] / (sizes[kept] + sizes[gone])
            row = share * distances[kept] + (1 - share) * distances[gone]
            distances[kept], distances[:, kept] = row, row
            distances[gone], distances[:, gone] = np.inf, np.inf
            distances[kept, kept] = np.inf
            sizes[kept] += sizes[gone]
            groups[kept] += groups.pop(gone)
            continue
        chain.append(nearest)
    return [sorted(group) for _, group in sorted(groups.items())]


def _tracks(seen: Sequence[Seen], sightings: Sequence[StillSighting], kind: Kind) -> list[Track]:
    """Looks in one shot at what is taken for one person, each still once."""
    by_shot: dict[int, dict[int, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    for one in seen:
        by_shot[sightings[one.still].shot][one.still].append(one)
    tracks: list[Track] = []
    for shot in sorted(by_shot):
        own: list[Track] = []
        for still in sorted(by_shot[shot]):
            _continue(own, by_shot[shot][still], shot, kind)
        tracks += own
    return tracks


def _continue(tracks: list[Track], seen: Sequence[Seen], shot: int, kind: Kind) -> None:
    """Give each look of one still to the track it fits best, or to a new one."""
    fits = []
    for number, track in enumerate(tracks):
        mean = track.vector
        for at, one in enumerate(seen):
            distance = kind.between(mean, one.vector.astype(np.float64))
            is_near = overlap(track.seen[-1].box, one.box) >= SAME_PLACE
            if distance <= kind.threshold + (kind.tolerance if is_near else 0.0):
                fits.append((distance, number, at))
    placed: set[int] = set()
    filled: set[int] = set()
    for _, number, at in sorted(fits):
        if number not in filled and at not in placed:
            tracks[number].seen.append(seen[at])
            filled.add(number)
            placed.add(at)
    tracks += [Track(shot, [one]) for at, one in enumerate(seen) if at not in placed]


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
    means = np.stack([_mean_of(person.seen) for person in people])
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
        Person(tuple(sorted([*person.seen, *added[at]], key=_order)), person.rests_on, person.spread)
        for at, person in enumerate(people)
    ]


def _person(group: Sequence[Track], kind: Kind, *, is_drawn: bool = False) -> Person:
    seen = tuple(sorted((one for track in group for one in track.seen), key=_order))
    mean = _mean_of(seen)
    spread = float(np.mean([kind.between(mean, one.vector.astype(np.float64)) for one in seen]))
    return Person(seen, kind.rests_on, spread / kind.threshold, is_drawn)


def _mean(group: Sequence[Track]) -> npt.NDArray[np.float64]:
    return _mean_of([one for track in group for one in track.seen])


def _mean_of(seen: Sequence[Seen]) -> npt.NDArray[np.float64]:
    mean: npt.NDArray[np.float64] = np.stack([one.vector for one in seen]).astype(np.float64).mean(axis=0)
    return mean


def _order(seen: Seen) -> tuple[int, int]:
    return seen.still, seen.place


def _face(still: int, place: int, face: FaceSeen) -> Seen:
    return Seen(still, place, face.box, face.embedding, face.score)


def _figure(seen: Seen, sightings: Sequence[StillSighting]) -> Seen:
    face = sightings[seen.still].sighting.faces[seen.place]
    return Seen(seen.still, seen.place, face.box, face.figure, face.score)


def _screen_time(person: Person, sightings: Sequence[StillSighting]) -> float:
    return sum(sightings[still].stands_for_s for still in sorted({one.still for one in person.seen}))
