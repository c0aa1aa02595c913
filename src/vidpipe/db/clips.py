"""Clips and keyframes of a scene: found, begun, and moved from one state to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from vidpipe.db.columns import now
from vidpipe.db.models import Asset, AssetAppearance, Keyframe, VideoClip
from vidpipe.schemas.kinds import AssetSource, ClipStatus


async def clips_of(session: AsyncSession, scene_id: str) -> list[VideoClip]:
    """All takes of a scene, the first one first, as they are on the disk now."""
    rows = await session.scalars(
        select(VideoClip)
        .where(VideoClip.scene_id == scene_id)
        .order_by(VideoClip.take)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def selected_clip(session: AsyncSession, scene_id: str) -> VideoClip | None:
    """The take that the film shows; None where there is none yet."""
    return (
        await session.scalars(
            select(VideoClip)
            .where(VideoClip.scene_id == scene_id, VideoClip.is_selected)
            .order_by(VideoClip.take.desc())
            .limit(1)
        )
    ).first()


async def begin_take(
    session: AsyncSession,
    scene_id: str,
    *,
    key_stem: str,
    provider: str,
    fingerprint: str,
    safety: int,
    seed: int,
    request: Mapping[str, Any],
) -> VideoClip:
    """The intent to submit, on the disk before anything is sent."""
    takes = await clips_of(session, scene_id)
    take = 1 + max((clip.take for clip in takes), default=0)
    clip = VideoClip(
        scene_id=scene_id,
        take=take,
        idempotency_key=f"{key_stem}_t{take}",
        provider=provider,
        fingerprint=fingerprint,
        safety=safety,
        seed=seed,
        request=dict(request),
        status=ClipStatus.INTENT,
        intent_at=now(),
    )
    session.add(clip)
    await session.commit()
    return clip


async def mark_submitted(session: AsyncSession, clip: VideoClip, operation: str) -> None:
    """The operation is on the disk before it is asked about."""
    clip.operation_id = operation
    clip.status = ClipStatus.SUBMITTED
    clip.submitted_at = now()
    await session.commit()


async def mark_ended(session: AsyncSession, clip: VideoClip, status: ClipStatus, reason: str) -> None:
    """A take that will bring no file."""
    clip.status = status
    clip.error = reason
    await session.commit()


async def mark_complete(session: AsyncSession, clip: VideoClip, name: str, duration_s: float) -> None:
    """The take has its file and is the one shown; the file it replaces stays in the store."""
    await session.execute(
        update(VideoClip)
        .where(VideoClip.scene_id == clip.scene_id, VideoClip.id != clip.id)
        .values(is_selected=False)
    )
    clip.local_path = name
    clip.duration_s = duration_s
    clip.status = ClipStatus.COMPLETE
    clip.is_selected = True
    clip.completed_at = now()
    clip.error = None
    await session.commit()


async def select_clip(session: AsyncSession, clip: VideoClip) -> None:
    """Show this take, which was made before; what it teaches is looked at again."""
    await session.execute(
        update(VideoClip)
        .where(VideoClip.scene_id == clip.scene_id, VideoClip.id != clip.id)
        .values(is_selected=False)
    )
    clip.is_selected = True
    clip.analysed_at = None
    await session.commit()


async def keyframe_of(session: AsyncSession, scene_id: str, position: str) -> Keyframe | None:
    """One end of a scene."""
    return (
        await session.scalars(
            select(Keyframe).where(Keyframe.scene_id == scene_id, Keyframe.position == position)
        )
    ).first()


async def store_keyframe(session: AsyncSession, scene_id: str, position: str, **values: Any) -> Keyframe:
    """The keyframe with these values, written in the place of the one that was there."""
    row = await keyframe_of(session, scene_id, position)
    if row is None:
        row = Keyframe(scene_id=scene_id, position=position, image="")
        session.add(row)
    for name, value in {"inherited_from_clip_id": None, "checks": None, **values}.items():
        setattr(row, name, value)
    await session.commit()
    return row


async def drop_unseen(session: AsyncSession, manifest_id: str, scene_index: int) -> None:
    """Remove what a scene's earlier clip had taught and nothing shows any more."""
    seen = select(AssetAppearance.asset_id)
    await session.execute(
        delete(Asset).where(
            Asset.manifest_id == manifest_id,
            Asset.source == AssetSource.CLIP_EXTRACT,
            Asset.found_in_scene == scene_index,
            Asset.id.not_in(seen),
        )
    )
