"""Scene after scene: references, stills, the clip, a look at it, the registry; then the next scene begins.

The order is the point: scene n + 1 chooses from what scene n taught. Deliberately not here: who owns the
project, and the states it goes through (`vidpipe.orchestrator`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

from cinecore.failpoints import hit
from cinecore.ports import Progress
from vidpipe.artefacts import ArtefactStore
from vidpipe.db.clips import (
    begin_take,
    clips_of,
    select_clip,
)
from vidpipe.db.engine import Session
from vidpipe.db.events import add_event
from vidpipe.db.models import Asset, Project, Scene, SceneManifest, VideoClip
from vidpipe.db.scenes import add_note, scenes_of
from vidpipe.pipeline.clip_jobs import GAPS, StopCheck, finish_take, release, unfinished_take
from vidpipe.pipeline.keyframes import make_keyframes
from vidpipe.pipeline.learning import expected_in, learn_from_clip, look_at_clip, manifest_of
from vidpipe.pipeline.requests import ScenePlan, clip_fingerprint, clip_request, echo
from vidpipe.pipeline.speaking import speak_in_scene
from vidpipe.pipeline.studio import CURRENT, Studio
from vidpipe.schemas.kinds import ClipStatus, Cut
from vidpipe.schemas.storyboard import SceneSpec, Storyboard
from vidpipe.services.cv_analysis_service import CVAnalysisService
from vidpipe.services.manifest_service import load_manifest_assets
from vidpipe.services.reference_selection import choose_references
from vidpipe.services.safety import LEVELS, STRONGLY
from vidpipe.settings import data_folder

log = logging.getLogger(__name__)

FAILURES_FORGIVEN = 1
"""A job that failed, and was neither refused nor too slow, is given to the maker once more."""

_services: dict[Path, CVAnalysisService] = {}
"""One for each data folder in this process, made when the first clip is looked at."""


async def generate_videos(
    session: Session, project: Project, studio: Studio, check_stop: StopCheck
) -> list[int]:
    """Make every scene's clip that is missing or stale and look at each; the scenes, from 0, left as gaps.

    Raises:
        StopAsked: A person asked to stop.
        CineError: A step failed that is no scene's own fault.
    """
    token = CURRENT.set(studio)
    try:
        storyboard = Storyboard.model_validate(project.storyboard)
        scenes = await scenes_of(session, project.id)
        gaps: list[int] = []
        before: VideoClip | None = None
        for scene in scenes:
            await check_stop()
            studio.listen(Progress("video_gen", scene.scene_index, len(scenes), "scenes"))
            spec = storyboard.scenes[scene.scene_index]
            clip = await _generate_video_for_scene(
                session, project, scene, spec, storyboard, studio, check_stop, before=before
            )
            if clip is None:
                gaps.append(scene.scene_index)
            else:
                if clip.analysed_at is None and project.manifest_id is not None:
                    await _run_post_generation_analysis(session, scene, clip, project, manifest_of(scene))
                await release(clip, studio)  # also of one that an earlier run fetched and could not let go
            before = clip
        studio.listen(Progress("video_gen", len(scenes), len(scenes), "scenes"))
        return gaps
    finally:
        CURRENT.reset(token)


async def plan_scene(
    session: Session, project: Project, scene: Scene, spec: SceneSpec, storyboard: Storyboard, studio: Studio
) -> ScenePlan:
    """What a scene's pictures follow from, with the registry as it stands after the scenes before it."""
    assets = await _known_before(session, project, scene.scene_index)
    abilities = studio.video_maker.abilities
    chosen = choose_references(spec.shot, assets, abilities.references_at_most)
    tags = {item.tag for item in spec.shot.placements} | {line.tag for line in spec.audio.lines}
    return ScenePlan(
        scene=spec,
        style=storyboard.style_guide,
        cast=tuple(asset for asset in storyboard.assets if asset.tag in tags),
        references=tuple(chosen),
        width=project.width,
        height=project.height,
        frames_per_second=project.frames_per_second,
        project_seed=project.seed,
        speaking=await speak_in_scene(session, scene, spec, storyboard, studio),
    )


async def _known_before(session: Session, project: Project, scene_index: int) -> list[Asset]:
    """The registry without what this scene and later ones taught; without anything taught where that is asked.

    A later scene's finds must not make an earlier scene stale when the project is looked at again.
    """
    if project.manifest_id is None:
        return []
    assets = await load_manifest_assets(session, project.manifest_id)
    return [
        asset
        for asset in assets
        if asset.found_in_scene is None or (project.enrichment and asset.found_in_scene < scene_index)
    ]


async def _generate_video_for_scene(
    session: Session,
    project: Project,
    scene: Scene,
    spec: SceneSpec,
    storyboard: Storyboard,
    studio: Studio,
    check_stop: StopCheck,
    *,
    before: VideoClip | None,
) -> VideoClip | None:
    """The scene's clip: the one that still fits, the one under way, or a new one; None where it stays a gap."""
    plan = await plan_scene(session, project, scene, spec, storyboard, studio)
    row = manifest_of(scene)
    row.references = [item.model_dump(mode="json") for item in plan.references]
    await session.commit()
    is_continuous = spec.cut is Cut.CONTINUOUS and before is not None
    follows = before if is_continuous else None
    # a gap that is tried again begins with the words as they are; a refusal of this very try is not repeated
    is_another_try = scene.status in {status.value for status in GAPS}
    if is_another_try:
        scene.status = "pending"
        await session.commit()
    mark = clip_fingerprint(
        plan,
        studio.video_maker.identity,
        studio.image_maker.identity,
        follows=follows.local_path if follows is not None else None,
        has_end=studio.video_maker.abilities.has_end_frame,
        is_continuous=is_continuous,
    )
    kept = await _kept(session, scene, mark, studio.store)
    if kept is not None:
        return kept
    under_way = await unfinished_take(session, scene.id, mark)
    levels = [level for level in LEVELS if under_way is None or level >= under_way.safety]
    failures = 0
    while levels:
        safety = levels.pop(0)
        if under_way is None and not is_another_try and await _was_refused(session, scene, mark, safety):
            continue
        start, end = await make_keyframes(
            session, scene, plan, studio, follows=follows, safety=safety if safety == STRONGLY else 0
        )
        end_frame = end if studio.video_maker.abilities.has_end_frame else None
        clip, under_way = under_way, None
        if clip is None:
            clip = await begin_take(
                session,
                scene.id,
                key_stem=f"{project.id}_s{scene.scene_index + 1}",
                provider=studio.video_maker.identity,
                fingerprint=mark,
                safety=safety,
                seed=plan.seed(),
                request={},
            )
            hit("clip.intent")
        request = clip_request(
            plan,
            studio.store,
            key=clip.idempotency_key,
            start=start,
            end=end_frame,
            is_continuous=is_continuous,
            safety=clip.safety,
        )
        clip.request = echo(request, plan.references)
        await session.commit()
        studio.say(f"Scene {scene.scene_index + 1}: {_asking(clip)}")
        clip = await finish_take(session, clip, request, studio, check_stop)
        if clip.status is ClipStatus.COMPLETE:
            scene.status = "complete"
            await add_event(session, project.id, "clip_complete", scene_index=scene.scene_index)
            await session.commit()
            return clip
        if clip.status is ClipStatus.FAILED and failures < FAILURES_FORGIVEN:
            failures += 1
            levels.insert(0, safety)
        elif clip.status is not ClipStatus.REFUSED:
            break
    await _leave_gap(session, project, scene, studio)
    return None


def _asking(clip: VideoClip) -> str:
    softer = ("", ", asked gently", ", asked with great care")[clip.safety]
    return f"making the clip (take {clip.take}{softer})"


async def _kept(session: Session, scene: Scene, mark: str, store: ArtefactStore) -> VideoClip | None:
    """The finished take with this fingerprint whose file is there, shown from now on; else None."""
    for clip in reversed(await clips_of(session, scene.id)):
        if clip.fingerprint != mark or clip.status is not ClipStatus.COMPLETE:
            continue
        if clip.local_path and store.has(clip.local_path):
            if not clip.is_selected:
                await select_clip(session, clip)
            scene.status = "complete"
            await session.commit()
            return clip
    return None


async def _was_refused(session: Session, scene: Scene, mark: str, safety: int) -> bool:
    """Whether the same words met a refusal already: they would meet it again."""
    return any(
        clip.fingerprint == mark and clip.safety == safety and clip.status is ClipStatus.REFUSED
        for clip in await clips_of(session, scene.id)
    )


async def _leave_gap(session: Session, project: Project, scene: Scene, studio: Studio) -> None:
    takes = await clips_of(session, scene.id)
    last = takes[-1] if takes else None
    reason = (last.error if last else "") or "no take was finished"
    kind = last.status.value if last else "failed"
    scene.status = kind
    await add_note(session, scene.id, kind, reason)
    await add_event(session, project.id, "clip_missing", reason, scene_index=scene.scene_index)
    await session.commit()
    studio.say(f"Scene {scene.scene_index + 1}: left out ({kind.replace('_', ' ')}: {reason})")


def _get_cv_analysis_service() -> CVAnalysisService:
    """The eyes, made when they are first needed and then shared; their models load at the first look."""
    store = _store()
    if store.root not in _services:
        _services[store.root] = CVAnalysisService(store)
    return _services[store.root]


def _store() -> ArtefactStore:
    studio = CURRENT.get()
    return studio.store if studio is not None else ArtefactStore(data_folder())


async def _run_post_generation_analysis(
    session: Session, scene: Scene, clip: VideoClip, project: Project, scene_manifest_row: SceneManifest
) -> None:
    """Look at a finished clip, register what is new, keep what was seen; a failure is a note and no more.

    The clip is committed before; what is written here stands in a savepoint, a failure's note in a transaction
    of its own.
    """
    if not project.manifest_id or not clip.local_path:
        return
    await session.commit()
    studio = CURRENT.get()
    number = scene.scene_index + 1
    try:
        if studio is not None and scene.scene_index in studio.analysis_fails_in:
            raise RuntimeError("a failure on order")
        with studio.clock.measuring("cv_analysis") if studio is not None else contextlib.nullcontext():
            known = await load_manifest_assets(session, project.manifest_id)
            expected = await expected_in(session, scene, scene_manifest_row, project, _store())
            await session.commit()
            # nothing is locked while the eyes are at work: others may write, and ask to stop
            result = await look_at_clip(scene, clip, expected, known, _get_cv_analysis_service(), _store())
            async with session.begin_nested():
                said = await learn_from_clip(
                    session, scene, clip, project, result, known, _get_cv_analysis_service(), _store()
                )
        await session.commit()
        hit("clip.analysed")
    except Exception as error:  # noqa: BLE001 - whatever the eyes fail at, the clip and the run stay
        await session.rollback()
        reason = f"{type(error).__name__}: {error}".splitlines()[0]
        log.warning("Scene %d: CV analysis failed (non-fatal): %s", number, reason)
        await add_note(session, scene.id, "analysis_failed", reason)
        await session.commit()
        if studio is not None:
            studio.say(f"Scene {number}: CV analysis failed (non-fatal): {reason}")
        return
    log.info("%s", said)
    if studio is not None:
        studio.say(said)


async def make_all_keyframes(
    session: Session, project: Project, studio: Studio, check_stop: StopCheck
) -> None:
    """The stills of every scene as far as the registry knows now, for a look before any clip is made."""
    storyboard = Storyboard.model_validate(project.storyboard)
    scenes: Sequence[Scene] = await scenes_of(session, project.id)
    for scene in scenes:
        await check_stop()
        studio.listen(Progress("keyframes", scene.scene_index, len(scenes), "scenes"))
        spec = storyboard.scenes[scene.scene_index]
        plan = await plan_scene(session, project, scene, spec, storyboard, studio)
        await make_keyframes(session, scene, plan, studio, follows=None)
        await asyncio.sleep(0)
    studio.listen(Progress("keyframes", len(scenes), len(scenes), "scenes"))
