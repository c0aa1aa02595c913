"""The registry in the database: manifests, their assets and tags, and where each asset was seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from vidpipe.db.columns import ID_LETTERS
from vidpipe.db.models import Asset, AssetAppearance, Manifest, Scene
from vidpipe.errors import ProjectError
from vidpipe.schemas.analysis import Sighting
from vidpipe.schemas.kinds import TAG_PREFIXES, AssetSource, AssetType

NOT_COPIED = frozenset({"id", "manifest_id", "created_at", "found_in_scene"})
"""What a copied asset has of its own."""


async def create_manifest(session: AsyncSession, **values: Any) -> Manifest:
    """A new manifest with an id, flushed and not yet committed."""
    manifest = Manifest(**values)
    session.add(manifest)
    await session.flush()
    return manifest


async def find_manifest(session: AsyncSession, manifest_id: str) -> Manifest:
    """The manifest of an id or of the beginning of one.

    Raises:
        ProjectError: There is none, or there are several.
    """
    wanted = manifest_id.strip().lower().replace("-", "")
    found: list[Manifest] = []
    if wanted and len(wanted) <= ID_LETTERS and not set(wanted) - set("0123456789abcdef"):
        found = list(await session.scalars(select(Manifest).where(Manifest.id.startswith(wanted)).limit(2)))
    if len(found) == 1:
        return found[0]
    raise ProjectError(
        "Several manifests' ids begin so." if found else "There is no such manifest.",
        manifest_id,
        "Give the whole id.",
    )


async def assets_of(session: AsyncSession, manifest_id: str) -> list[Asset]:
    """A manifest's assets by tag, as the disk has them now."""
    rows = await session.scalars(
        select(Asset)
        .where(Asset.manifest_id == manifest_id)
        .order_by(Asset.tag)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def add_asset(session: AsyncSession, manifest_id: str, **values: Any) -> Asset:
    """A new asset with an id, flushed and not yet committed."""
    asset = Asset(manifest_id=manifest_id, **values)
    session.add(asset)
    await session.flush()
    return asset


async def copy_assets(session: AsyncSession, source_id: str, target_id: str) -> None:
    """Copy a manifest's assets, with their tags, into another one.

    What a clip taught there is simply known here: no scene of this project found it, and none that is made
    anew may take it away.
    """
    names = [column.key for column in Asset.__mapper__.column_attrs if column.key not in NOT_COPIED]
    for asset in await assets_of(session, source_id):
        copy = Asset(manifest_id=target_id, **{name: getattr(asset, name) for name in names})
        if copy.source is AssetSource.CLIP_EXTRACT:
            copy.source = AssetSource.PROJECT_IMPORT
        session.add(copy)
    await session.flush()


async def give_tag(session: AsyncSession, manifest_id: str, asset_type: AssetType) -> str:
    """A tag that this manifest has never given, taken for good.

    Raises:
        ProjectError: There is no such manifest.
    """
    prefix = TAG_PREFIXES[asset_type]
    given = await _given(session, manifest_id)
    number = given.get(prefix, 0) + 1
    await _keep_given(session, manifest_id, {**given, prefix: number})
    return f"{prefix}_{number:02d}"


async def take_tags(session: AsyncSession, manifest_id: str, tags: Iterable[str]) -> None:
    """Remember that these tags, which a storyboard gave, are taken.

    Raises:
        ProjectError: There is no such manifest.
    """
    given = await _given(session, manifest_id)
    for tag in tags:
        prefix, _, number = tag.rpartition("_")
        given[prefix] = max(given.get(prefix, 0), int(number))
    await _keep_given(session, manifest_id, given)


async def _given(session: AsyncSession, manifest_id: str) -> dict[str, int]:
    # the row is taken before it is read, so that two askers are given two tags
    held = await session.scalar(
        update(Manifest)
        .where(Manifest.id == manifest_id)
        .values(tags_given=Manifest.tags_given)
        .returning(Manifest.id)
    )
    if held is None:
        raise ProjectError("There is no such manifest.", manifest_id, "Look at the project again.")
    rows = await session.scalars(select(Manifest.tags_given).where(Manifest.id == manifest_id))
    return {str(prefix): int(number) for prefix, number in rows.one().items()}


async def _keep_given(session: AsyncSession, manifest_id: str, given: dict[str, int]) -> None:
    await session.execute(update(Manifest).where(Manifest.id == manifest_id).values(tags_given=given))


async def record_appearances(
    session: AsyncSession,
    project_id: str,
    scene_index: int,
    seen: Iterable[tuple[str, str, Sighting]],
) -> int:
    """How many rows are new, of assets seen in a scene: (asset id, how it was told, sighting).

    One row an asset and frame; writing the same again changes nothing, a surer sighting takes the place of one
    that was less sure.
    """
    scene_id = await session.scalar(
        select(Scene.id).where(Scene.project_id == project_id, Scene.scene_index == scene_index)
    )
    rows = await appearances_of(session, project_id, scene_index=scene_index)
    before = {(row.asset_id, row.frame_index): row for row in rows}
    added = 0
    for asset_id, how, sighting in seen:
        values = {
            "time_s": sighting.time_s,
            "box": list(sighting.box),
            "confidence": sighting.confidence,
            "how": how,
        }
        row = before.get((asset_id, sighting.frame_index))
        if row is None:
            row = AssetAppearance(
                asset_id=asset_id,
                project_id=project_id,
                scene_id=scene_id,
                scene_index=scene_index,
                frame_index=sighting.frame_index,
                **values,
            )
            session.add(row)
            before[asset_id, sighting.frame_index] = row
            added += 1
        elif sighting.confidence > row.confidence:
            for name, value in values.items():
                setattr(row, name, value)
    await session.flush()
    return added


async def appearances_of(
    session: AsyncSession, project_id: str, *, scene_index: int | None = None, asset_id: str | None = None
) -> list[AssetAppearance]:
    """Where assets were seen in a project, in the film's order."""
    query = select(AssetAppearance).where(AssetAppearance.project_id == project_id)
    if scene_index is not None:
        query = query.where(AssetAppearance.scene_index == scene_index)
    if asset_id is not None:
        query = query.where(AssetAppearance.asset_id == asset_id)
    rows = await session.scalars(
        query.order_by(
            AssetAppearance.scene_index, AssetAppearance.frame_index, AssetAppearance.asset_id
        ).execution_options(populate_existing=True)
    )
    return list(rows)


async def forget_appearances(session: AsyncSession, project_id: str, scene_index: int) -> None:
    """Forget what was seen in a scene whose clip was made anew."""
    await session.execute(
        delete(AssetAppearance).where(
            AssetAppearance.project_id == project_id, AssetAppearance.scene_index == scene_index
        )
    )
