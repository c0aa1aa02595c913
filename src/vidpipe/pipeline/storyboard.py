"""The storyboard step: a script read again from the project, directed, stored, its cast put in the registry."""

from __future__ import annotations

import asyncio

from vidpipe.db.engine import Session
from vidpipe.db.models import Project
from vidpipe.db.scenes import store_storyboard
from vidpipe.pipeline.studio import Studio
from vidpipe.schemas.script import Script
from vidpipe.schemas.storyboard import AssetSpec, Storyboard
from vidpipe.schemas.wishes import Wishes
from vidpipe.services.directing import direct
from vidpipe.services.manifest_service import load_manifest_assets, register_assets


async def make_storyboard(session: Session, project: Project, studio: Studio) -> Storyboard:
    """The project's storyboard, from its script and the people and things its registry holds already.

    Raises:
        ScriptError: Nothing in the script can be staged.
        CineError: The director failed.
    """
    script = Script.model_validate(project.options["script"])
    wishes = Wishes(
        total_s=project.total_s or None,
        clip_duration_s=project.clip_duration_s,
        look=project.style,
        aspect_ratio=project.aspect_ratio,
        seed=project.seed,
        known=await _known(session, project),
    )
    storyboard = await asyncio.to_thread(direct, studio.director, script, wishes)
    for notice in storyboard.notices:
        studio.notice(notice)
    await keep_storyboard(session, project, storyboard)
    return storyboard


async def keep_storyboard(session: Session, project: Project, storyboard: Storyboard) -> tuple[int, ...]:
    """Store a storyboard and register its cast; the scenes, from 0, that are other than before."""
    changed = await store_storyboard(session, project, storyboard)
    if project.manifest_id is not None:
        await register_assets(session, project.manifest_id, storyboard.assets)
    await session.commit()
    return changed


async def _known(session: Session, project: Project) -> tuple[AssetSpec, ...]:
    """The registry's people and things as a director takes them, without what clips have taught."""
    if project.manifest_id is None:
        return tuple(AssetSpec.model_validate(item) for item in project.options.get("cast", []))
    return tuple(
        AssetSpec(
            tag=asset.tag,
            asset_type=asset.asset_type,
            name=asset.name,
            label=asset.label,
            description=asset.description,
            photo=asset.reference_image if asset.source == "uploaded" else None,
            voice=asset.voice,
        )
        for asset in await load_manifest_assets(session, project.manifest_id)
        if asset.found_in_scene is None
    )
