"""What a finished clip teaches: looked at beside what was expected, new people and things registered.

When this happens, and what becomes of a failure, is `video_gen`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vidpipe.artefacts import ArtefactStore
from vidpipe.db.clips import drop_unseen, selected_clip
from vidpipe.db.columns import now
from vidpipe.db.engine import Session
from vidpipe.db.events import add_event
from vidpipe.db.models import Asset, Project, Scene, SceneManifest, VideoClip
from vidpipe.db.registry import forget_appearances
from vidpipe.db.scenes import find_scene
from vidpipe.schemas.analysis import CVAnalysisResult
from vidpipe.services.cv_analysis_service import CVAnalysisService
from vidpipe.services.entity_extraction import extract_and_register_new_entities, identify_new_entities


def manifest_of(scene: Scene) -> SceneManifest:
    """The row that tells what a scene should show and what was seen in it."""
    assert scene.manifest is not None  # noqa: S101 - every scene is stored with one
    return scene.manifest


async def expected_in(
    session: Session, scene: Scene, row: SceneManifest, project: Project, store: ArtefactStore
) -> dict[str, Any]:
    """What the scene should show, and what the scene before it really showed."""
    previous: dict[str, Any] | None = None
    before = await find_scene(session, project.id, scene.scene_index - 1)
    shown = await selected_clip(session, before.id) if before is not None else None
    if before is not None and shown is not None and shown.local_path:
        previous = {
            "clip_path": str(_clip_file(shown, store)),
            "shot": before.manifest.shot if before.manifest else None,
            "cut": before.cut.value,
        }
    return {
        "shot": row.shot,
        "audio": {"lines": list(scene.audio.lines) if scene.audio else []},
        "cut": scene.cut.value,
        "previous": previous,
    }


async def look_at_clip(
    scene: Scene,
    clip: VideoClip,
    expected: dict[str, Any],
    known: Sequence[Asset],
    eyes: CVAnalysisService,
    store: ArtefactStore,
) -> CVAnalysisResult:
    """What the eyes see in a clip; nothing is written."""
    return await eyes.analyze_generated_content(
        scene.scene_index,
        [str(store.path(frame.image)) for frame in scene.keyframes if store.has(frame.image)],
        str(_clip_file(clip, store)),
        expected,
        known,
    )


async def learn_from_clip(
    session: Session,
    scene: Scene,
    clip: VideoClip,
    project: Project,
    result: CVAnalysisResult,
    known: Sequence[Asset],
    eyes: CVAnalysisService,
    store: ArtefactStore,
) -> str:
    """The sentence about what was seen, with all of it written down; committed by the caller."""
    manifest_id = str(project.manifest_id)
    await forget_appearances(session, project.id, scene.scene_index)
    entities = identify_new_entities(result, known)
    new = await extract_and_register_new_entities(
        session, project.id, manifest_id, scene.scene_index, entities, store=store
    )
    result.new_entity_count = len(new)
    await eyes.track_appearances(session, project.id, scene.scene_index, result)
    await drop_unseen(session, manifest_id, scene.scene_index)
    row = manifest_of(scene)
    row.cv_analysis_json = result.model_dump(mode="json")
    row.continuity_score = result.continuity_score
    clip.analysed_at = now()
    await add_event(session, project.id, "clip_analysed", scene_index=scene.scene_index)
    score = "n/a" if result.continuity_score is None else f"{result.continuity_score:.1f}"
    return (
        f"Scene {scene.scene_index + 1}: CV analysis complete — {len(result.face_matches)} face matches, "
        f"{len(new)} new entities, continuity: {score}"
    )


def _clip_file(clip: VideoClip, store: ArtefactStore) -> Path:
    path = Path(str(clip.local_path))
    return path if path.is_absolute() else store.path(str(clip.local_path))
