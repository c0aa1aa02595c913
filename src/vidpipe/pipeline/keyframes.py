"""The stills at both ends of a shot: made in order, looked at before a clip is paid for, made again when stale."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from cinecore.work.leftovers import scraps_folder
from vidpipe.db.clips import keyframe_of, store_keyframe
from vidpipe.db.engine import Session
from vidpipe.db.models import Scene, VideoClip
from vidpipe.errors import GenerationError
from vidpipe.pipeline.requests import ScenePlan, picture_fingerprint, picture_request
from vidpipe.pipeline.studio import Studio
from vidpipe.services.keyframe_check import KeyframeCheck, look_at_keyframe
from vidpipe.services.last_frame import last_frame_png

log = logging.getLogger(__name__)

TRIES = 3
"""Stills that show the wrong face, or nothing, are made again with another seed, so many times in all."""


async def make_keyframes(
    session: Session,
    scene: Scene,
    plan: ScenePlan,
    studio: Studio,
    *,
    follows: VideoClip | None,
    safety: int = 0,
) -> tuple[str, str]:
    """The names of the scene's start and end stills; those that still fit are used again.

    Args:
        session: Stills are committed one by one.
        scene: Whose stills.
        plan: What they follow from.
        studio: The makers.
        follows: The clip whose last frame the scene begins with; None: the start is made from its prompt.
        safety: How gently the end is asked for after a refusal.

    Raises:
        CineError: The maker failed, or shows nothing after three tries.
    """
    if follows is not None and follows.local_path:
        start = await _inherited(session, scene, follows, studio)
    else:
        start = await _made(session, scene, plan, studio, position="start", start=None, safety=0)
    end = await _made(session, scene, plan, studio, position="end", start=start, safety=safety)
    return start, end


async def _inherited(session: Session, scene: Scene, follows: VideoClip, studio: Studio) -> str:
    """The last frame of the clip before, decoded once and stored once."""
    mark = f"last frame of {follows.local_path}"
    row = await keyframe_of(session, scene.id, "start")
    if row is not None and row.fingerprint == mark and studio.store.has(row.image):
        return row.image
    clip = studio.store.path(str(follows.local_path))
    name = studio.store.put_bytes(await asyncio.to_thread(last_frame_png, clip), ".png")
    await store_keyframe(
        session,
        scene.id,
        "start",
        image=name,
        prompt=scene.start_frame_prompt,
        fingerprint=mark,
        inherited_from_clip_id=follows.id,
        references=[],
    )
    return name


async def _made(
    session: Session,
    scene: Scene,
    plan: ScenePlan,
    studio: Studio,
    *,
    position: str,
    start: str | None,
    safety: int,
) -> str:
    identity = studio.image_maker.identity
    mark = picture_fingerprint(plan, position, identity, start=start, safety=safety)
    row = await keyframe_of(session, scene.id, position)
    if row is not None and row.fingerprint == mark and studio.store.has(row.image):
        return row.image
    name, check = "", KeyframeCheck(is_good=False, problems=["nothing was made"])
    for attempt in range(TRIES):
        request = picture_request(plan, position, studio.store, start=start, safety=safety, attempt=attempt)
        with scraps_folder(studio.scraps, "still") as folder:
            picture = Path(folder) / "still.png"
            await asyncio.to_thread(studio.image_maker.make, request, picture)
            check = await asyncio.to_thread(look_at_keyframe, picture, request.references)
            name = studio.store.put_file(picture)
        if check.is_good:
            break
        log.warning(
            "Scene %d: the %s still was made again: %s",
            scene.scene_index + 1,
            position,
            "; ".join(check.problems),
        )
    if check.is_blank:
        raise GenerationError(
            f"The {position} still of scene {scene.scene_index + 1} shows nothing after {TRIES} tries.",
            plan.scene.start_frame_prompt if position == "start" else plan.scene.end_frame_prompt,
            "Change the scene's description, then resume.",
        )
    await store_keyframe(
        session,
        scene.id,
        position,
        image=name,
        prompt=plan.scene.start_frame_prompt if position == "start" else plan.scene.end_frame_prompt,
        fingerprint=mark,
        references=[item.model_dump(mode="json") for item in plan.references],
        checks=check.model_dump(mode="json"),
    )
    return name
