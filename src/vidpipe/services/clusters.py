"""Which sightings of one clip are one person or thing, and how good the best look at each is.

Sampled frames lie most of a second apart, so that places say little and looks say most: faces where they are
photographed, hair and clothes, colours. Two things in one frame are never one.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.colors import color_similarity, crop
from cinecore.vision.detect import overlap
from cinecore.vision.drawn import DRAWN_FROM
from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS, face_distance
from cinecore.vision.figures import FIGURE_SPACE, FIGURE_THRESHOLDS, figure_similarity
from cinecore.vision.labels import family_of
from cinecore.vision.looks import COLORS_AT_LEAST
from vidpipe.schemas.analysis import Box, SeenThing
from vidpipe.services.clip_frames import ClipFrame
from vidpipe.services.sightings import PERSON, SeenFace, SeenOnce, Vector

SAME_PLACE = 0.45
"""Overlap from which a thing that also looks roughly alike is the one of the frame before."""

ROUGHLY_ALIKE = 0.4

FACE_TOLERANCE = 0.08
"""Added to a face's threshold within one clip: one light, one age, few people."""

CROP_MARGIN = 0.08
"""Room around a crop, as a part of its sides."""

EDGE = 0.005
"""A box this near to the picture's edge is cut off by it."""

SURE_SCORE, UNSURE_SCORE = 0.60, 0.42
"""Detection scores between which trust grows from a third to whole."""

GOOD_SHARPNESS = 5.0
GOOD_SIDE = 0.22
"""Mean side of a box, as a part of the picture's, from which more size adds nothing."""

GOOD_FACE_SIDE = 0.06

GOOD_ENOUGH = 5.0
"""Quality of 10 from which something new is worth being registered."""

ONCE, OFTEN = 0.6, 0.4
"""What is left of the quality of something hardly ever seen, and the part of the sampled frames from which all is."""


@dataclass
class Cluster:
    """One person or thing in a clip."""

    sightings: list[tuple[ClipFrame, SeenOnce]] = field(default_factory=list)
    told: str = ""
    """The label by which the shot calls it, where the eyes were not sure of its kind."""

    @property
    def seen_family(self) -> str:
        """The family that the detector was surest of."""
        return _surest((seen.family, seen.score) for _, seen in self.sightings)

    @property
    def family(self) -> str:
        """Its family."""
        return family_of(self.told) if self.told else self.seen_family

    @property
    def label(self) -> str:
        """Its label."""
        family = self.seen_family
        return self.told or _surest(
            (seen.label, seen.score) for _, seen in self.sightings if seen.family == family
        )

    @property
    def is_person(self) -> bool:
        """Whether it is somebody."""
        return self.family == PERSON

    @property
    def also(self) -> set[str]:
        """Families that most of its sightings may be as well; none where a face is seen."""
        if self.faces:
            return set()
        counts = Counter(family for _, seen in self.sightings for family in {seen.family, *seen.also})
        return {family for family, count in counts.items() if 2 * count >= len(self.sightings)} - {
            self.family
        }

    @property
    def tone(self) -> Vector:
        """Mean of its colours."""
        return _mean([seen.tone for _, seen in self.sightings], [seen.score for _, seen in self.sightings])

    @property
    def faces(self) -> list[tuple[ClipFrame, SeenFace]]:
        """The sightings that show a face."""
        return [(frame, seen.face) for frame, seen in self.sightings if seen.face is not None]

    @property
    def is_photographed(self) -> bool:
        """Whether its faces, taken together, are photographed; False where none is seen."""
        scores = [face.drawn for _, face in self.faces]
        return bool(scores) and float(np.mean(scores)) <= DRAWN_FROM

    @property
    def face_embedding(self) -> Vector | None:
        """Mean of its faces, the surer ones counting more; None where no face is seen."""
        faces = [face for _, face in self.faces]
        if not faces:
            return None
        return _mean([face.embedding for face in faces], [face.score for face in faces])

    @property
    def vector(self) -> Vector:
        """Mean of its figures or colours; of a person those with a face, where there are any."""
        family = self.seen_family
        seen = [once for _, once in self.sightings if once.family == family]
        chosen = [once for once in seen if once.face is not None] or seen
        return _mean([once.vector for once in chosen], [once.score for once in chosen])

    @property
    def frame_indexes(self) -> set[int]:
        """Frames that show it."""
        return {frame.index for frame, _ in self.sightings}

    def best(self) -> tuple[ClipFrame, SeenOnce]:
        """The sighting that shows it best."""
        return max(self.sightings, key=lambda item: (body_quality(item[1]), -item[0].index))

    def best_face(self) -> tuple[ClipFrame, SeenFace] | None:
        """The sighting that shows its face best."""
        return max(self.faces, key=lambda item: (face_quality(item[1]), -item[0].index), default=None)


def clustered(frames: Sequence[tuple[ClipFrame, Sequence[SeenOnce]]]) -> list[Cluster]:
    """Everybody and everything in a clip, in order of appearance."""
    clusters: list[Cluster] = []
    for frame, seen in frames:
        pairs = sorted(
            (
                (-_likeness(cluster, once), number, at)
                for at, once in enumerate(seen)
                for number, cluster in enumerate(clusters)
            ),
        )
        placed: set[int] = set()
        filled: set[int] = set()
        for likeness, number, at in pairs:
            if likeness < 0 and number not in filled and at not in placed:
                clusters[number].sightings.append((frame, seen[at]))
                filled.add(number)
                placed.add(at)
        clusters += [Cluster([(frame, once)]) for at, once in enumerate(seen) if at not in placed]
    return _joined(clusters)


def is_good_enough(thing: SeenThing) -> bool:
    """Whether something new is seen well enough to be registered, as far as one thing by itself can tell."""
    return thing.quality >= GOOD_ENOUGH and bool(thing.crop_png)


def body_quality(seen: SeenOnce) -> float:
    """0 to 10: how well one sighting shows a person or thing."""
    side = (seen.box[2] * seen.box[3]) ** 0.5
    return _quality(seen.score, side / GOOD_SIDE, seen.sharpness, _cut_share(seen.box))


def face_quality(face: SeenFace) -> float:
    """0 to 10: how well one sighting shows a face."""
    side = (face.box[2] * face.box[3]) ** 0.5
    return _quality(face.score, side / GOOD_FACE_SIDE, face.sharpness, _cut_share(face.box))


def cluster_quality(cluster: Cluster, quality: float, frames: int) -> float:
    """The quality of the best sighting, less where a clip of several frames shows the thing in few of them."""
    often = min(1.0, len(cluster.frame_indexes) / (OFTEN * frames))
    return round(quality * (ONCE + (1 - ONCE) * often), 2)


def crop_png(frame: ClipFrame, box: Box) -> bytes:
    """A box with a little margin, as PNG; equal pixels give equal bytes."""
    buffer = io.BytesIO()
    Image.fromarray(crop(frame.picture, box, CROP_MARGIN)).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def _quality(score: float, size: float, sharp: float, cut: float) -> float:
    trust = np.clip((score - UNSURE_SCORE) / (SURE_SCORE - UNSURE_SCORE), 0, 1) * 0.67 + 0.33
    clear = np.clip(sharp / GOOD_SHARPNESS, 0, 1) ** 0.5
    return float(10 * trust * np.clip(size, 0, 1) ** 0.4 * clear**0.6 * (1 - 0.45 * cut))


def _cut_share(box: Box) -> float:
    """0 to 1: how many of the sides that matter lie on the picture's edge; the lower one hardly matters."""
    left, top, right = box[0] < EDGE, box[1] < EDGE, box[0] + box[2] > 1 - EDGE
    bottom = box[1] + box[3] > 1 - EDGE
    return min(1.0, 0.6 * left + 0.3 * top + 0.6 * right + 0.15 * bottom)


def _likeness(cluster: Cluster, once: SeenOnce) -> float:
    """How likely a sighting is of a cluster; 0 for never."""
    if cluster.family != once.family:
        return 0.0
    last = cluster.sightings[-1][1]
    place = overlap(last.box, once.box)
    if once.is_person:
        return _same_person(cluster, once, place)
    colors = color_similarity(cluster.vector, once.vector)
    if colors >= COLORS_AT_LEAST or (place >= SAME_PLACE and colors >= ROUGHLY_ALIKE):
        return colors + 0.5 * place
    return 0.0


def _same_person(cluster: Cluster, once: SeenOnce, place: float) -> float:
    figures = figure_similarity(cluster.vector, once.vector)
    known = cluster.face_embedding
    if known is not None and once.face is not None and cluster.is_photographed:
        distance = face_distance(known, once.face.embedding)
        if distance <= FACE_THRESHOLDS[FACE_SPACE] + FACE_TOLERANCE:
            return 2.0 - distance + 0.3 * place
        return 0.0 if once.face.drawn <= DRAWN_FROM or place < SAME_PLACE else 0.2
    if figures >= FIGURE_THRESHOLDS[FIGURE_SPACE] or (place >= SAME_PLACE and figures >= ROUGHLY_ALIKE):
        return figures + 0.5 * place
    return 0.0


def _joined(clusters: list[Cluster]) -> list[Cluster]:
    """The clusters, those that were lost and found again made one."""
    joined: list[Cluster] = []
    for cluster in clusters:
        for other in joined:
            if not other.frame_indexes & cluster.frame_indexes and _is_same(other, cluster):
                other.sightings = sorted(other.sightings + cluster.sightings, key=lambda item: item[0].index)
                break
        else:
            joined.append(cluster)
    return joined


def _is_same(one: Cluster, other: Cluster) -> bool:
    if one.family != other.family:
        may_be = one.family in other.also or other.family in one.also
        return may_be and color_similarity(one.tone, other.tone) >= COLORS_AT_LEAST
    if not one.is_person:
        return color_similarity(one.vector, other.vector) >= COLORS_AT_LEAST
    first, second = one.face_embedding, other.face_embedding
    if first is not None and second is not None and one.is_photographed and other.is_photographed:
        return face_distance(first, second) <= FACE_THRESHOLDS[FACE_SPACE]
    return figure_similarity(one.vector, other.vector) >= FIGURE_THRESHOLDS[FIGURE_SPACE]


def _surest(names: Iterable[tuple[str, float]]) -> str:
    """The name with the largest sum of scores."""
    trust: dict[str, float] = {}
    for name, score in names:
        trust[name] = trust.get(name, 0.0) + score
    return max(sorted(trust), key=lambda name: trust[name])


def _mean(vectors: Sequence[Vector], weights: Sequence[float]) -> Vector:
    table = np.stack(vectors).astype(np.float64)
    shares: npt.NDArray[np.float64] = np.asarray(weights, np.float64)
    mean: Vector = (table * (shares / shares.sum())[:, None]).sum(axis=0).astype(np.float32)
    return mean
