"""What was found in a clip, put into the values that other rooms read: things, matches, vectors.

Pure. Deliberately not here: finding it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS
from cinecore.vision.figures import FIGURE_SPACE
from cinecore.vision.looks import THING_SPACE
from vidpipe.schemas.analysis import Box, FaceMatch, ObjectMatch, SeenThing, Sighting
from vidpipe.services.clip_frames import ClipFrame
from vidpipe.services.clusters import Cluster, body_quality, cluster_quality, crop_png, face_quality
from vidpipe.services.continuity import Seen
from vidpipe.services.known_looks import KnownLook
from vidpipe.services.matching import Match, similarity_to
from vidpipe.services.sightings import Vector


def tag_of(number: int, matches: Sequence[Match], known: Sequence[KnownLook]) -> str | None:
    """Whom a cluster was matched with."""
    return next((known[match.asset].asset.tag for match in matches if match.cluster == number), None)


def seen_of(
    clusters: Sequence[Cluster],
    vectors: Mapping[int, Vector],
    matches: Sequence[Match],
    known: Sequence[KnownLook],
) -> list[Seen]:
    """Every cluster with whom it was matched, for continuity."""
    by_cluster = {match.cluster: match for match in matches}
    seen = []
    for number, cluster in enumerate(clusters):
        match = by_cluster.get(number)
        look = known[match.asset] if match is not None else None
        seen.append(
            Seen(
                cluster=cluster,
                vector=vectors.get(number),
                tag=look.asset.tag if look is not None else None,
                similarity=similarity_to(cluster, vectors.get(number), look) if look is not None else None,
            )
        )
    return seen


def things_of(cluster: Cluster, vector: Vector | None, tag: str | None, frames: int) -> list[SeenThing]:
    """A thing; of a person the body and the face, as far as each was seen."""
    frame, best = cluster.best()
    things = []
    bodies = [(frame, seen) for frame, seen in cluster.sightings if seen.has_body]
    if bodies:
        stored = cluster.vector if cluster.is_person else vector
        things.append(
            SeenThing(
                label=cluster.label,
                family=cluster.family,
                asset_tag=tag,
                sightings=[_sighting(frame, seen.box, seen.score) for frame, seen in bodies],
                colors=list(best.colors),
                quality=cluster_quality(cluster, body_quality(best), frames),
                crop_png=crop_png(frame, best.box),
                image_embedding=stored.tolist() if stored is not None else None,
                image_embedding_space=FIGURE_SPACE if cluster.is_person else THING_SPACE,
            )
        )
    best_face = cluster.best_face()
    if best_face is not None:
        face_frame, face = best_face
        embedding = cluster.face_embedding if cluster.is_photographed else None
        things.append(
            SeenThing(
                label="face",
                family="face",
                is_face=True,
                asset_tag=tag,
                sightings=[_sighting(at, seen.box, seen.score) for at, seen in cluster.faces],
                colors=list(best.colors),
                quality=cluster_quality(cluster, face_quality(face), frames),
                crop_png=crop_png(face_frame, _head(face.box)),
                face_embedding=embedding.tolist() if embedding is not None else None,
                face_embedding_space=FACE_SPACE if embedding is not None else None,
                image_embedding=cluster.vector.tolist(),
                image_embedding_space=FIGURE_SPACE,
            )
        )
    return things


def _head(face: Box) -> Box:
    """A face's box with its hair and chin: what a reference of a face should show."""
    left, top, width, height = face
    x, y = max(0.0, left - 0.3 * width), max(0.0, top - 0.4 * height)
    return x, y, min(1.0 - x, 1.6 * width), min(1.0 - y, 1.7 * height)


def _sighting(frame: ClipFrame, box: Box, score: float) -> Sighting:
    rounded = (round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4))
    return Sighting(
        frame_index=frame.index, time_s=round(frame.time_s, 3), box=rounded, confidence=round(score, 3)
    )


def face_matches_of(
    clusters: Sequence[Cluster], matches: Sequence[Match], known: Sequence[KnownLook]
) -> list[FaceMatch]:
    """Everybody matched by the face."""
    return [
        FaceMatch(
            asset_id=known[match.asset].asset.id,
            tag=known[match.asset].asset.tag,
            distance=round(match.distance, 4),
            threshold=FACE_THRESHOLDS[FACE_SPACE],
            space=FACE_SPACE,
            sightings=[
                _sighting(frame, face.box, face.score) for frame, face in clusters[match.cluster].faces
            ],
        )
        for match in matches
        if match.distance is not None
    ]


def object_matches_of(
    clusters: Sequence[Cluster], matches: Sequence[Match], known: Sequence[KnownLook]
) -> list[ObjectMatch]:
    """Everything matched; of a person the body is where the person was, the face where no body was seen."""
    return [
        ObjectMatch(
            asset_id=known[match.asset].asset.id,
            tag=known[match.asset].asset.tag,
            label=clusters[match.cluster].label,
            similarity=round(match.similarity, 4),
            how=match.how,
            sightings=[
                _sighting(frame, seen.box, seen.score) for frame, seen in clusters[match.cluster].sightings
            ],
        )
        for match in matches
    ]


def embeddings_of(
    clusters: Sequence[Cluster],
    vectors: Mapping[int, Vector],
    matches: Sequence[Match],
    known: Sequence[KnownLook],
) -> dict[str, list[float]]:
    """The vector of each person and thing, by tag where known, else by number."""
    found = {}
    for number, cluster in enumerate(clusters):
        name = tag_of(number, matches, known) or f"unknown_{number}"
        vector = vectors.get(number, cluster.vector)
        found[name] = vector.tolist()
        face = cluster.face_embedding
        if face is not None and cluster.is_photographed:
            found[f"{name}/face"] = face.tolist()
    return found
