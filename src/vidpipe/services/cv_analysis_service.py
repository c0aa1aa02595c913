"""Looks at a finished clip: who and what is in it, who of them is known, and how well it follows the clip before.

The eyes see pixels and nothing else; what a maker of pictures knew never comes here. Deliberately not here:
registering what is new (`entity_extraction`).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cinecore.vision.face_identity import FACE_SPACE
from cinecore.vision.figures import FIGURE_SPACE
from cinecore.vision.looks import THING_SPACE, thing_vector
from cinecore.vision.weights import DIGESTS
from cinecore.work.freed_memory import give_back_memory
from vidpipe.artefacts import ArtefactStore
from vidpipe.db import registry
from vidpipe.db.models import Asset
from vidpipe.schemas.analysis import (
    CVAnalysisResult,
    KnownAsset,
    ObjectMatch,
)
from vidpipe.services.analysis_parts import (
    embeddings_of,
    face_matches_of,
    object_matches_of,
    seen_of,
    tag_of,
    things_of,
)
from vidpipe.services.clip_frames import ClipFrame, ClipFrames, decode_clip, decode_tail
from vidpipe.services.clusters import (
    Cluster,
    clustered,
    is_good_enough,
)
from vidpipe.services.continuity import FLOW_FRAMES, Shown, continuity_of, weighted_mean
from vidpipe.services.entity_extraction import identify_new_entities
from vidpipe.services.known_looks import KnownLook, KnownLooks
from vidpipe.services.matching import expected_of, matched, told_labels
from vidpipe.services.sightings import Eyes, SeenOnce, Vector

if TYPE_CHECKING:
    from vidpipe.db.engine import Session

SMALL_THINGS_IN = 2
"""Sampled frames that are looked at in tiles as well: small things need not be found in every frame."""

LOOKS_AT_ONCE = 2
"""Frames looked at side by side, each network on one thread: as many as the smallest machine has cores."""

THINGS_AT_MOST = 24
ENDS_REMEMBERED = 4
"""Clips whose last frame is kept in memory, 3 MB each: the next scene asks for the one before it."""


@dataclass(frozen=True)
class _End:
    """How a clip ended."""

    frames: ClipFrames
    looked: list[tuple[ClipFrame, list[SeenOnce]]]


class CVAnalysisService:
    """The eyes with the memory of what assets look like; may be shared by everything in a process.

    Args:
        store: Where the registry's pictures lie.
    """

    def __init__(self, store: ArtefactStore) -> None:
        self._eyes = Eyes()
        self._looks = KnownLooks(store, self._eyes)
        self._ends: dict[tuple[str, int, int], _End] = {}
        self._looking = threading.Lock()

    async def analyze_generated_content(
        self,
        scene_index: int,
        keyframe_paths: Sequence[str | Path],
        clip_path: str | Path,
        scene_manifest_json: Mapping[str, Any] | None,
        existing_assets: Iterable[KnownAsset],
    ) -> CVAnalysisResult:
        """What a clip shows, who of it is known, and how well it follows the clip before.

        Args:
            scene_index: From 0.
            keyframe_paths: The stills it was made from; what they should be does not change what the clip is.
            clip_path: The clip.
            scene_manifest_json: {"shot", "audio", "cut", "previous": {"clip_path", "shot", "cut"} or None}.
            existing_assets: The registry as it stands.

        Raises:
            InputError: The clip is no video.
            ToolError: It cannot be decoded.
            SetupError: A model is missing or changed.
        """
        del keyframe_paths
        assets = list(existing_assets)
        result = await asyncio.to_thread(
            self._analyse, scene_index, Path(clip_path), dict(scene_manifest_json or {}), assets
        )
        give_back_memory()  # makers of clips and encoders want it next
        return result

    async def track_appearances(
        self, session: Session, project_id: str, scene_index: int, result: CVAnalysisResult
    ) -> int:
        """How many rows were added: every sighting of everybody matched, once a frame. Flushed, not committed.

        Whoever was told by kind and place alone, because the registry knew no look, is known by look from now on.
        """
        rows = [
            (match.asset_id, match.how, sighting)
            for match in result.object_matches
            for sighting in match.sightings
        ]
        for match in result.object_matches:
            if match.how == "kind":
                await self._learn(session, match, result)
        return await registry.record_appearances(session, project_id, scene_index, rows)

    async def _learn(self, session: Session, match: ObjectMatch, result: CVAnalysisResult) -> None:
        """Give an asset without any look the one that it was seen with; its pictures are not touched."""
        asset = await session.get(Asset, match.asset_id)
        things = [thing for thing in result.seen if thing.asset_tag == match.tag]
        if asset is None or asset.face_embedding is not None or asset.image_embedding is not None:
            return
        if asset.reference_image is not None:
            return
        for thing in sorted(things, key=lambda thing: (thing.is_face, -thing.quality)):
            if not is_good_enough(thing):
                continue
            if asset.image_embedding is None and thing.image_embedding is not None:
                asset.image_embedding = thing.image_embedding
                asset.image_embedding_space = thing.image_embedding_space
            if asset.face_embedding is None and thing.face_embedding is not None:
                asset.face_embedding = thing.face_embedding
                asset.face_embedding_space = thing.face_embedding_space

    def _analyse(
        self, scene_index: int, clip: Path, manifest: dict[str, Any], assets: list[KnownAsset]
    ) -> CVAnalysisResult:
        notes: list[str] = []
        frames = decode_clip(clip)
        known = [self._looks.of(asset, notes) for asset in assets]
        looked = self._looked(frames.kept)
        clusters = clustered(looked)[:THINGS_AT_MOST]
        vectors = self._vectors(clusters)
        matches = matched(clusters, vectors, known, expected_of(manifest.get("shot")))
        for number, label in told_labels(clusters, known, matches, manifest.get("shot")).items():
            clusters[number].told = label
        vectors = self._vectors(clusters, vectors)
        things = [
            thing
            for number, cluster in enumerate(clusters)
            for thing in things_of(
                cluster, vectors.get(number), tag_of(number, matches, known), len(frames.kept)
            )
        ]
        result = CVAnalysisResult(
            scene_index=scene_index,
            frames_sampled=[frame.index for frame in frames.kept],
            face_matches=face_matches_of(clusters, matches, known),
            object_matches=object_matches_of(clusters, matches, known),
            seen=things,
            models={**DIGESTS, "faces": FACE_SPACE, "figures": FIGURE_SPACE, "things": THING_SPACE},
            clip_embeddings=embeddings_of(clusters, vectors, matches, known),
        )
        result.continuity = continuity_of(
            Shown(
                frames, manifest.get("shot"), manifest.get("cut"), seen_of(clusters, vectors, matches, known)
            ),
            self._before(manifest.get("previous"), known, notes),
            known,
        )
        result.continuity_score = weighted_mean(result.continuity)
        result.notes = notes
        self._remember_end(clip, frames, looked)
        result.new_entity_count = len(identify_new_entities(result, assets))
        return result

    def _looked(self, kept: Sequence[ClipFrame]) -> list[tuple[ClipFrame, list[SeenOnce]]]:
        """What each frame shows; the last one is never looked at more closely, as it is all that is kept of a clip."""
        closely = {frame.index for frame in kept[: -1 : max(1, len(kept) // SMALL_THINGS_IN)]}

        def look(frame: ClipFrame) -> tuple[ClipFrame, list[SeenOnce]]:
            seen = self._eyes.look(frame.picture, sees_small=frame.index in closely, is_one_of_many=True)
            return frame, seen

        # one clip at a time: two would only take each other's cores
        with self._looking, ThreadPoolExecutor(min(LOOKS_AT_ONCE, len(kept))) as beside:
            return list(beside.map(look, kept))

    def _end_of(self, clip: Path) -> _End:
        """How a clip ended; remembered from its own analysis, or looked at again with the same answer."""
        key = _file_key(clip)
        if key not in self._ends:
            frames = decode_tail(clip)
            self._remember_end(clip, frames, self._looked(frames.kept))
        return self._ends[key]

    def _remember_end(
        self, clip: Path, frames: ClipFrames, looked: Sequence[tuple[ClipFrame, list[SeenOnce]]]
    ) -> None:
        last, seen = looked[-1]
        while len(self._ends) >= ENDS_REMEMBERED:
            self._ends.pop(next(iter(self._ends)))
        # its number within the clip is not kept: of a tail alone it is not known
        last = ClipFrame(0, 0.0, last.picture.copy())
        kept = ClipFrames(frames.frames_per_second, frames.luma[-FLOW_FRAMES:].copy(), (last,))
        self._ends[_file_key(clip)] = _End(kept, [(last, seen)])

    def _vectors(
        self, clusters: Sequence[Cluster], before: Mapping[int, Vector] | None = None
    ) -> dict[int, Vector]:
        """Of each thing its colours and shape, from its best sighting; those measured before as they are."""
        vectors: dict[int, Vector] = dict(before or {})
        for number, cluster in enumerate(clusters):
            if not cluster.is_person and number not in vectors:
                frame, seen = cluster.best()
                vectors[number] = thing_vector(frame.picture, seen.box, self._eyes.detector)
        return vectors

    def _before(
        self, previous: Mapping[str, Any] | None, known: Sequence[KnownLook], notes: list[str]
    ) -> Shown | None:
        """How the clip before ended; None where there is none or it cannot be looked at."""
        if not previous or not previous.get("clip_path"):
            return None
        try:
            end = self._end_of(Path(str(previous["clip_path"])))
        except Exception as error:  # noqa: BLE001 - the clip before is not what is judged here
            notes.append(f"The clip before cannot be looked at ({type(error).__name__}).")
            return None
        clusters = clustered(end.looked)
        vectors = self._vectors(clusters)
        matches = matched(clusters, vectors, known, expected_of(previous.get("shot")))
        for number, label in told_labels(clusters, known, matches, previous.get("shot")).items():
            clusters[number].told = label
        return Shown(
            end.frames,
            previous.get("shot"),
            previous.get("cut"),
            seen_of(clusters, vectors, matches, known),
        )


def _file_key(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return str(path), status.st_size, status.st_mtime_ns
