"""Looks at somebody put together: followed inside a shot, then joined over all shots, by whatever tells two looks apart.

Deliberately not here: what a look is compared by, and what is concluded from who is who (`cast`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cinecore.vision.detect import overlap
from cinecore.vision.panels import Box
from cinecore.vision.sighting import Vector
from cinecut.inference.eyes import StillSighting

SAME_PLACE = 0.3
"""Overlap from which a face that looks roughly alike is the one of the still before."""

TRACKS_AT_MOST = 4000
"""The most seen are clustered, the rest joined to the nearest: a matrix of all pairs must fit into memory."""

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


@dataclass(frozen=True)
class Kind:
    """A way of telling people apart."""

    rests_on: str
    threshold: float
    """Distance under which two are one."""
    tolerance: float
    between: Callable[[npt.NDArray[np.float64], npt.NDArray[np.float64]], float]
    pairs: Callable[[npt.NDArray[np.float64]], Distances]


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


def tracks_of(seen: Sequence[Seen], sightings: Sequence[StillSighting], kind: Kind) -> list[Track]:
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


def _mean(group: Sequence[Track]) -> npt.NDArray[np.float64]:
    return mean_of([one for track in group for one in track.seen])


def mean_of(seen: Sequence[Seen]) -> npt.NDArray[np.float64]:
    """The middle of some looks, each counting as much."""
    mean: npt.NDArray[np.float64] = np.stack([one.vector for one in seen]).astype(np.float64).mean(axis=0)
    return mean


def in_order(seen: Seen) -> tuple[int, int]:
    """By which looks are sorted: still, then place in it."""
    return seen.still, seen.place
