"""Who is who: the people and things of a clip against the registry, the surest pairs first.

Faces decide where they are photographed; hair and clothes, colours and shape elsewhere. Somebody whom the shot
should show and whose look is not known yet is told by kind and place. Two things in one frame are never one asset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cinecore.vision.colors import GREY_CHROMA, SIGNATURE_LENGTH
from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS, face_distance
from cinecore.vision.figures import FIGURE_SPACE, FIGURE_THRESHOLDS, figure_similarity
from cinecore.vision.labels import detector_label, family_of
from cinecore.vision.looks import THING_SPACE, THING_THRESHOLDS, thing_similarity
from vidpipe.services.clusters import Cluster
from vidpipe.services.known_looks import KnownLook
from vidpipe.services.sightings import PERSON, Vector

PLACES: Final[Mapping[str, float]] = {"left": 0.25, "center": 0.5, "right": 0.75}
"""Where in the picture's width a placement stands."""

DOUBTFUL = 0.3
"""Similarity, of a threshold brought to 0.5, under which even somebody expected here is somebody else."""

UNSURE_KIND = 0.5
"""Of the picture's width: how much nearer something else must be for its kind to be doubted."""

EXPECTED_BONUS = 0.02
"""Of two equal candidates the one that the shot names wins."""


@dataclass(frozen=True)
class Match:
    """A cluster known as an asset."""

    cluster: int
    asset: int
    how: str
    """face | look | colour | kind."""
    similarity: float
    """0 to 1; 0.5 is the threshold, whatever was compared."""
    distance: float | None = None
    """Of faces, in the embedding's own measure."""


@dataclass(frozen=True)
class Expected:
    """An asset that the shot should show."""

    tag: str
    position: str = "center"


def expected_of(shot: Mapping[str, Any] | None) -> list[Expected]:
    """The assets that a shot names, in its order."""
    placements = (shot or {}).get("placements") or ()
    return [
        Expected(str(item["tag"]), str(item.get("position") or "center"))
        for item in placements
        if item.get("tag")
    ]


def matched(
    clusters: Sequence[Cluster],
    vectors: Mapping[int, Vector],
    known: Sequence[KnownLook],
    expected: Sequence[Expected],
) -> list[Match]:
    """The pairs of clusters and assets, each cluster at most once.

    Args:
        clusters: Of one clip.
        vectors: Of each cluster that is a thing its look, colours and shape, by number.
        known: The registry.
        expected: What the shot should show.
    """
    named = {item.tag for item in expected}
    pairs = [
        pair
        for number, cluster in enumerate(clusters)
        for at, look in enumerate(known)
        if (pair := _compared(number, cluster, vectors.get(number), at, look)) is not None
    ]
    pairs.sort(key=lambda pair: (-_rank(pair, known, named), pair.cluster, pair.asset))
    chosen: list[Match] = []
    for pair in pairs:
        if pair.similarity >= 0.5 and _may_join(pair, chosen, clusters):
            chosen.append(pair)
    return [*chosen, *_told_by_kind(clusters, known, expected, pairs, chosen)]


def similarity_to(cluster: Cluster, vector: Vector | None, look: KnownLook) -> float | None:
    """How alike a cluster and an asset are, 0.5 at the threshold of what was compared; None where nothing can be."""
    pair = _compared(0, cluster, vector, 0, look)
    return pair.similarity if pair is not None else None


def _rank(pair: Match, known: Sequence[KnownLook], named: set[str]) -> float:
    return pair.similarity + (EXPECTED_BONUS if known[pair.asset].asset.tag in named else 0.0)


def _compared(number: int, cluster: Cluster, vector: Vector | None, at: int, look: KnownLook) -> Match | None:
    if look.family != cluster.family:
        return None
    if not cluster.is_person:
        if vector is None or not look.things:
            return None
        similarity = max(thing_similarity(vector, other) for other in look.things)
        return Match(number, at, "look", graded(similarity, THING_THRESHOLDS[THING_SPACE]))
    face = cluster.face_embedding
    if face is not None and cluster.is_photographed and look.faces:
        distance = min(face_distance(face, other) for other in look.faces)
        threshold = FACE_THRESHOLDS[FACE_SPACE]
        return Match(number, at, "face", max(0.0, 1 - distance / threshold / 2), distance)
    if not look.figures or is_grey(cluster.vector):
        return None
    if look.faces and face is not None and not cluster.is_photographed:
        return None  # a drawn face is nobody's photograph
    similarity = max(figure_similarity(cluster.vector, other) for other in look.figures)
    return Match(number, at, "colour", graded(similarity, FIGURE_THRESHOLDS[FIGURE_SPACE]))


def graded(value: float, threshold: float) -> float:
    """A similarity brought to a scale on which its threshold is 0.5 and 1 stays 1."""
    if value >= threshold:
        return 0.5 + 0.5 * (value - threshold) / (1 - threshold)
    return max(0.0, 0.5 * value / threshold)


def is_grey(figure: Vector) -> bool:
    """Whether a figure has no colours to be known by, as in pictures without any."""
    chromas = (float(figure[SIGNATURE_LENGTH - 1]), float(figure[2 * SIGNATURE_LENGTH - 1]))
    return max(chromas) < GREY_CHROMA / 2


def _may_join(pair: Match, chosen: Sequence[Match], clusters: Sequence[Cluster]) -> bool:
    """Whether a cluster is still free, and its asset not in the same frames already."""
    frames = clusters[pair.cluster].frame_indexes
    return all(
        other.cluster != pair.cluster
        and not (other.asset == pair.asset and clusters[other.cluster].frame_indexes & frames)
        for other in chosen
    )


def _told_by_kind(
    clusters: Sequence[Cluster],
    known: Sequence[KnownLook],
    expected: Sequence[Expected],
    pairs: Sequence[Match],
    chosen: Sequence[Match],
) -> list[Match]:
    """Of what the shot should show and nothing was matched with, the unmatched cluster of its kind nearest its place.

    Where looks were compared they may be doubtful, not contrary.
    """
    compared = {(pair.cluster, pair.asset): pair.similarity for pair in pairs}
    by_tag = {look.asset.tag: number for number, look in enumerate(known)}
    found = list(chosen)
    offers = []
    for item in expected:
        at = by_tag.get(item.tag)
        if at is None or any(match.asset == at for match in chosen):
            continue
        for number, cluster in enumerate(clusters):
            similarity = compared.get((number, at))
            if not _may_be(cluster, known[at]) or (similarity is not None and similarity < DOUBTFUL):
                continue
            if known[at].family == PERSON and similarity is None and _shows_another_face(cluster, known[at]):
                continue
            doubt = 0.0 if cluster.family == known[at].family else UNSURE_KIND
            away = doubt + abs(_middle(cluster) - PLACES.get(item.position, 0.5))
            offers.append((away - 0.1 * len(cluster.sightings), number, at, similarity))
    for _, number, at, similarity in sorted(offers, key=lambda offer: offer[:3]):
        match = Match(number, at, "kind", similarity if similarity is not None else 0.5)
        if _may_join(match, found, clusters) and all(other.asset != at for other in found):
            found.append(match)
    return found[len(chosen) :]


def _may_be(cluster: Cluster, look: KnownLook) -> bool:
    """Whether a cluster is of an asset's kind, or the eyes were not sure that it is not."""
    return look.family is not None and (cluster.family == look.family or look.family in cluster.also)


def told_labels(
    clusters: Sequence[Cluster],
    known: Sequence[KnownLook],
    matches: Sequence[Match],
    shot: Mapping[str, Any] | None,
) -> dict[int, str]:
    """Of clusters whose kind is told better than the eyes saw it, their number and label.

    Who is known bears the label of the registry; of what nobody knows, but the shot names without a tag, the shot's
    own: a drawn bus is a bus, even where it looks like a truck.
    """
    told = {}
    for match in matches:
        asset = known[match.asset].asset
        label = detector_label(asset.label) or detector_label(asset.name)
        if label is not None:
            told[match.cluster] = label
    named = [
        label
        for item in (shot or {}).get("placements") or ()
        if not item.get("tag") and (label := detector_label(str(item.get("label") or ""))) is not None
    ]
    for label in named:
        alike = [
            (-len(cluster.sightings), number)
            for number, cluster in enumerate(clusters)
            if number not in told and cluster.family == family_of(label)
        ]
        if alike:
            told[min(alike)[1]] = label
    return told


def _shows_another_face(cluster: Cluster, look: KnownLook) -> bool:
    """Whether an asset is known by a photograph and the cluster is somebody drawn."""
    return bool(look.faces) and cluster.face_embedding is not None and not cluster.is_photographed


def _middle(cluster: Cluster) -> float:
    """Where in the picture's width it stands, most of the time."""
    middles = sorted(seen.box[0] + seen.box[2] / 2 for _, seen in cluster.sightings)
    return middles[len(middles) // 2]


def clusters_alike(one: Cluster, other: Cluster) -> float | None:
    """How alike the same person looks in two clips, 0.5 at the threshold; None where nothing can be compared."""
    first, second = one.face_embedding, other.face_embedding
    if first is not None and second is not None and one.is_photographed and other.is_photographed:
        return max(0.0, 1 - face_distance(first, second) / FACE_THRESHOLDS[FACE_SPACE] / 2)
    if is_grey(one.vector) or is_grey(other.vector):
        return None
    return graded(figure_similarity(one.vector, other.vector), FIGURE_THRESHOLDS[FIGURE_SPACE])
