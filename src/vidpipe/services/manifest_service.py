"""A project's registry: made, filled with the storyboard's cast, read by tag.

Deliberately not here: what a clip teaches (`entity_extraction`).
"""

from __future__ import annotations

from collections.abc import Iterable

from vidpipe.db import registry
from vidpipe.db.engine import Session
from vidpipe.db.models import Asset, Manifest, Project
from vidpipe.schemas.kinds import AssetSource, AssetType, ManifestCategory, ManifestStatus
from vidpipe.schemas.storyboard import AssetSpec

PHOTO_QUALITY = 10.0
"""Of a picture that a person gave: nothing that a clip shows is better."""


async def load_manifest_assets(session: Session, manifest_id: str) -> list[Asset]:
    """A manifest's assets by tag, as the database has them now."""
    return await registry.assets_of(session, manifest_id)


async def create_project_manifest(
    session: Session, project: Project, library_manifest_id: str | None = None
) -> Manifest:
    """The project's own registry, named by it from now on: a copy of a library's version, or empty.

    Flushed, not committed.

    Raises:
        ProjectError: There is no such library.
    """
    library = (
        None if library_manifest_id is None else await registry.find_manifest(session, library_manifest_id)
    )
    manifest = await registry.create_manifest(
        session,
        name=project.title or (library.name if library else ""),
        category=library.category if library else ManifestCategory.FULL_PRODUCTION,
        status=ManifestStatus.READY,
        version=library.version if library else 1,
        parent_manifest_id=library.id if library else None,
        project_id=project.id,
        tags_given=dict(library.tags_given) if library else {},
    )
    if library is not None:
        await registry.copy_assets(session, library.id, manifest.id)
    project.manifest_id = manifest.id
    await session.flush()
    return manifest


async def register_assets(session: Session, manifest_id: str, specs: Iterable[AssetSpec]) -> list[Asset]:
    """The storyboard's people and things in the registry under their own tags, by tag.

    A tag that is there already keeps its row and what was learnt of it; what the storyboard says of it is
    written over. Flushed, not committed.

    Raises:
        ProjectError: There is no such manifest.
    """
    specs = list(specs)
    await registry.take_tags(session, manifest_id, [spec.tag for spec in specs])
    before = {asset.tag: asset for asset in await registry.assets_of(session, manifest_id)}
    for spec in specs:
        asset = before.get(spec.tag)
        if asset is None:
            asset = await registry.add_asset(
                session,
                manifest_id,
                tag=spec.tag,
                asset_type=spec.asset_type,
                source=AssetSource.UPLOADED if spec.photo else AssetSource.STORYBOARD,
            )
        _tell(asset, spec)
    await session.flush()
    return [
        asset
        for asset in await registry.assets_of(session, manifest_id)
        if asset.tag in {spec.tag for spec in specs}
    ]


def _tell(asset: Asset, spec: AssetSpec) -> None:
    asset.name, asset.label, asset.voice = spec.name, spec.label, spec.voice
    if spec.description and asset.description != spec.description:
        if asset.visual_description in {"", asset.description}:
            asset.visual_description = spec.description
        asset.description = spec.description
    if spec.photo and asset.reference_image != spec.photo:
        asset.reference_image = spec.photo
        asset.source = AssetSource.UPLOADED
        asset.quality_score = PHOTO_QUALITY
        # what was measured on another picture says nothing of this one
        asset.face_embedding = asset.face_embedding_space = None
        asset.image_embedding = asset.image_embedding_space = None


async def next_tag(session: Session, manifest_id: str, asset_type: AssetType) -> str:
    """A tag such as `CHAR_01` that this manifest has never given; taken for good, used or not.

    Raises:
        ProjectError: There is no such manifest.
    """
    return await registry.give_tag(session, manifest_id, asset_type)
