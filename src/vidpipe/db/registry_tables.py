"""Tables of the registry: manifests, the people and things in them, and where each was seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vidpipe.db.columns import (
    Table,
    UtcTime,
    dict_column,
    id_column,
    link_column,
    list_column,
    now,
    owner_column,
    time_column,
    value_column,
    words,
)
from vidpipe.schemas.kinds import AssetSource, AssetType, ManifestCategory, ManifestStatus


class Manifest(Table):
    """A versioned library of people and things, or one project's own registry."""

    __tablename__ = "manifests"

    id: Mapped[str] = id_column()
    name: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[ManifestCategory] = mapped_column(
        words(ManifestCategory), default=ManifestCategory.CUSTOM
    )
    status: Mapped[ManifestStatus] = mapped_column(words(ManifestStatus), default=ManifestStatus.READY)
    version: Mapped[int] = mapped_column(Integer, default=1)
    parent_manifest_id: Mapped[str | None] = link_column("manifests")
    """The library version that this is a copy of."""
    project_id: Mapped[str | None] = link_column("projects", ondelete="CASCADE")
    """The project whose own registry it is; None: a library."""
    tags_given: Mapped[dict[str, Any]] = dict_column()
    """Prefix → the highest number ever given, so that no tag is given twice."""
    created_at: Mapped[datetime] = time_column()
    updated_at: Mapped[datetime] = mapped_column(UtcTime(), default=now, onupdate=now)


class Asset(Table):
    """A person or thing; a `vidpipe.schemas.analysis.KnownAsset`."""

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("manifest_id", "tag"),)

    id: Mapped[str] = id_column()
    manifest_id: Mapped[str] = owner_column("manifests")
    tag: Mapped[str] = mapped_column(String(16))
    """Given once, never changed."""
    asset_type: Mapped[AssetType] = mapped_column(words(AssetType))
    name: Mapped[str] = mapped_column(String(300), default="")
    label: Mapped[str] = mapped_column(String(300), default="")
    """What it is, in one common noun."""
    description: Mapped[str] = mapped_column(Text, default="")
    """As the story tells it."""
    visual_description: Mapped[str] = mapped_column(Text, default="")
    """As it looks: measured where there is a picture, else as told."""
    reverse_prompt: Mapped[str] = mapped_column(Text, default="")
    voice: Mapped[str] = mapped_column(String(300), default="")
    reference_image: Mapped[str | None] = mapped_column(Text, default=None)
    """Path relative to the data folder."""
    crops: Mapped[list[Any]] = list_column()
    """Pictures of it, the best first: {image, role: face | body | place | prop, quality, scene_index,
    frame_index, box}."""
    quality_score: Mapped[float] = mapped_column(Float, default=0.0)
    """0 to 10."""
    colors: Mapped[list[Any]] = list_column()
    """`#rrggbb`, the strongest first."""
    face_embedding: Mapped[Any] = value_column()
    face_embedding_space: Mapped[str | None] = mapped_column(String(200), default=None)
    image_embedding: Mapped[Any] = value_column()
    image_embedding_space: Mapped[str | None] = mapped_column(String(200), default=None)
    source: Mapped[AssetSource] = mapped_column(words(AssetSource), default=AssetSource.STORYBOARD)
    found_in_scene: Mapped[int | None] = mapped_column(Integer, default=None)
    """The scene, from 0, whose clip taught it."""
    created_at: Mapped[datetime] = time_column()


class AssetAppearance(Table):
    """An asset seen in one frame of one scene's clip."""

    __tablename__ = "asset_appearances"
    __table_args__ = (UniqueConstraint("project_id", "scene_index", "asset_id", "frame_index"),)

    id: Mapped[str] = id_column()
    asset_id: Mapped[str] = owner_column("assets")
    project_id: Mapped[str] = owner_column("projects")
    scene_id: Mapped[str | None] = link_column("scenes", ondelete="CASCADE")
    scene_index: Mapped[int] = mapped_column(Integer)
    frame_index: Mapped[int] = mapped_column(Integer)
    time_s: Mapped[float] = mapped_column(Float, default=0.0)
    box: Mapped[Any] = value_column()
    """(left, top, width, height) as parts of the picture."""
    confidence: Mapped[float] = mapped_column(Float, default=0.0)
    how: Mapped[str] = mapped_column(String(32), default="")
    """What told: face, look, colour, kind, or found for what was registered from it."""


class ManifestSnapshot(Table):
    """A manifest as it stood, frozen."""

    __tablename__ = "manifest_snapshots"
    __table_args__ = (UniqueConstraint("manifest_id", "project_id", "version"),)

    id: Mapped[str] = id_column()
    manifest_id: Mapped[str] = owner_column("manifests")
    project_id: Mapped[str | None] = link_column("projects", ondelete="CASCADE")
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[Any] = value_column()
    digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = time_column()
