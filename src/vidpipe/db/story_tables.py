"""Tables of what is told and made: projects, their runs, scenes, keyframes, clips.

Deliberately not here: how rows are found and changed (the modules of queries).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
from vidpipe.schemas.kinds import ClipStatus, Cut, ProjectStatus


class Project(Table):
    """One story and everything that was asked of it."""

    __tablename__ = "projects"

    id: Mapped[str] = id_column()
    title: Mapped[str] = mapped_column(String(300), default="")
    source_text: Mapped[str] = mapped_column(Text, default="")
    source_kind: Mapped[str] = mapped_column(String(32), default="prompt")
    """prompt | list | csv | srt | fountain | storyboard."""
    source_digest: Mapped[str] = mapped_column(String(64), default="")
    style: Mapped[str] = mapped_column(String(64), default="")
    aspect_ratio: Mapped[str] = mapped_column(String(16), default="16:9")
    width: Mapped[int] = mapped_column(default=1280)
    height: Mapped[int] = mapped_column(default=720)
    frames_per_second: Mapped[int] = mapped_column(default=24)
    total_s: Mapped[float] = mapped_column(Float, default=0.0)
    clip_duration_s: Mapped[float] = mapped_column(Float, default=6.0)
    seed: Mapped[int] = mapped_column(BigInteger, default=0)
    director: Mapped[str] = mapped_column(String(200), default="")
    """`provider:model`, as the three below."""
    image_maker: Mapped[str] = mapped_column(String(200), default="")
    video_maker: Mapped[str] = mapped_column(String(200), default="")
    speech: Mapped[str] = mapped_column(String(200), default="")
    options: Mapped[dict[str, Any]] = dict_column()
    status: Mapped[ProjectStatus] = mapped_column(words(ProjectStatus), default=ProjectStatus.PENDING)
    stop_requested_at: Mapped[datetime | None] = mapped_column(UtcTime(), default=None)
    """Written by whoever asks for a stop, never by the worker's own status."""
    stop_after: Mapped[str | None] = mapped_column(String(32), default=None)
    """The step to stop after."""
    enrichment: Mapped[bool] = mapped_column(default=True)
    """Whether scenes choose their references from what earlier scenes taught."""
    error: Mapped[str | None] = mapped_column(Text, default=None)
    storyboard: Mapped[Any] = value_column()
    """`vidpipe.schemas.storyboard.Storyboard` as JSON."""
    output_path: Mapped[str | None] = mapped_column(Text, default=None)
    captions_path: Mapped[str | None] = mapped_column(Text, default=None)
    manifest_id: Mapped[str | None] = link_column("manifests", closes_circle=True)
    """The project's own registry; None: no analysis."""
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts the edits of people; an edit names the one it was made on."""
    created_at: Mapped[datetime] = time_column()
    updated_at: Mapped[datetime] = mapped_column(UtcTime(), default=now, onupdate=now)

    scenes: Mapped[list[Scene]] = relationship(
        back_populates="project",
        order_by="Scene.position",
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="raise",
    )


class PipelineRun(Table):
    """One process's work on a project."""

    __tablename__ = "pipeline_runs"

    id: Mapped[str] = id_column()
    project_id: Mapped[str] = owner_column("projects")
    started_at: Mapped[datetime] = time_column()
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime(), default=None)
    outcome: Mapped[str | None] = mapped_column(String(32), default=None)
    process_id: Mapped[int | None] = mapped_column(default=None)
    step_log: Mapped[dict[str, Any]] = dict_column()
    """Step → seconds."""


class Scene(Table):
    """One shot with one clip."""

    __tablename__ = "scenes"
    __table_args__ = (UniqueConstraint("project_id", "scene_index"),)

    id: Mapped[str] = id_column()
    project_id: Mapped[str] = owner_column("projects")
    scene_index: Mapped[int] = mapped_column(Integer)
    """From 0; people are told one more."""
    position: Mapped[int] = mapped_column(Integer, default=0)
    """Its place in the film."""
    heading: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    start_frame_prompt: Mapped[str] = mapped_column(Text, default="")
    end_frame_prompt: Mapped[str] = mapped_column(Text, default="")
    motion_prompt: Mapped[str] = mapped_column(Text, default="")
    transition_notes: Mapped[str] = mapped_column(String(300), default="")
    cut: Mapped[Cut] = mapped_column(words(Cut), default=Cut.CUT)
    key_details: Mapped[list[Any]] = list_column()
    duration_s: Mapped[float] = mapped_column(Float, default=6.0)
    fingerprint: Mapped[str | None] = mapped_column(String(64), default=None)
    status: Mapped[str] = mapped_column(String(32), default="pending")
    notes: Mapped[list[Any]] = list_column()
    """What a person should know: {at, kind, text}, in the order it came."""

    project: Mapped[Project] = relationship(back_populates="scenes", lazy="raise")
    keyframes: Mapped[list[Keyframe]] = relationship(
        order_by="Keyframe.position.desc()",  # `start` before `end`
        cascade="all, delete-orphan",
        passive_deletes=True,
        lazy="raise",
    )
    clips: Mapped[list[VideoClip]] = relationship(
        order_by="VideoClip.take", cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
    manifest: Mapped[SceneManifest | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )
    audio: Mapped[SceneAudioManifest | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )


class Keyframe(Table):
    """One end of a shot as a still."""

    __tablename__ = "keyframes"
    __table_args__ = (UniqueConstraint("scene_id", "position"),)

    id: Mapped[str] = id_column()
    scene_id: Mapped[str] = owner_column("scenes")
    position: Mapped[str] = mapped_column(String(16))
    """start | end."""
    image: Mapped[str] = mapped_column(Text)
    """Name in the store of artefacts."""
    prompt: Mapped[str] = mapped_column(Text, default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    inherited_from_clip_id: Mapped[str | None] = link_column("video_clips")
    """The clip whose last frame it is."""
    references: Mapped[Any] = value_column()
    """The `ChosenReference`s that its request carried."""
    checks: Mapped[Any] = value_column()
    created_at: Mapped[datetime] = time_column()


class VideoClip(Table):
    """One take of a scene: from the intent to submit to the file that came."""

    __tablename__ = "video_clips"
    __table_args__ = (UniqueConstraint("scene_id", "take"),)

    id: Mapped[str] = id_column()
    scene_id: Mapped[str] = owner_column("scenes")
    take: Mapped[int] = mapped_column(Integer, default=1)
    idempotency_key: Mapped[str] = mapped_column(String(128), unique=True)
    provider: Mapped[str] = mapped_column(String(200), default="")
    operation_id: Mapped[str | None] = mapped_column(Text, default=None)
    """On the disk before the first poll."""
    status: Mapped[ClipStatus] = mapped_column(words(ClipStatus), default=ClipStatus.PENDING)
    safety: Mapped[int] = mapped_column(Integer, default=0)
    seed: Mapped[int] = mapped_column(BigInteger, default=0)
    request: Mapped[Any] = value_column()
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    local_path: Mapped[str | None] = mapped_column(Text, default=None)
    """Name in the store of artefacts."""
    duration_s: Mapped[float | None] = mapped_column(Float, default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    is_selected: Mapped[bool] = mapped_column(default=False)
    intent_at: Mapped[datetime | None] = mapped_column(UtcTime(), default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcTime(), default=None)
    completed_at: Mapped[datetime | None] = mapped_column(UtcTime(), default=None)
    analysed_at: Mapped[datetime | None] = mapped_column(UtcTime(), default=None)


class SceneManifest(Table):
    """What a scene should show, what its request carried, and what was seen in its clip."""

    __tablename__ = "scene_manifests"
    __table_args__ = (UniqueConstraint("scene_id"),)

    id: Mapped[str] = id_column()
    scene_id: Mapped[str] = owner_column("scenes")
    shot: Mapped[Any] = value_column()
    """`vidpipe.schemas.storyboard.Shot` as JSON."""
    shot_type: Mapped[str] = mapped_column(String(32), default="")
    camera_movement: Mapped[str] = mapped_column(String(32), default="")
    focal_point: Mapped[str] = mapped_column(String(300), default="")
    placements: Mapped[Any] = value_column()
    references: Mapped[Any] = value_column()
    """The `ChosenReference`s that the clip's request carried."""
    cv_analysis_json: Mapped[Any] = value_column()
    """`vidpipe.schemas.analysis.CVAnalysisResult` as JSON; NULL: not analysed."""
    continuity_score: Mapped[float | None] = mapped_column(Float, default=None)


class SceneAudioManifest(Table):
    """What a scene should sound like."""

    __tablename__ = "scene_audio_manifests"
    __table_args__ = (UniqueConstraint("scene_id"),)

    id: Mapped[str] = id_column()
    scene_id: Mapped[str] = owner_column("scenes")
    lines: Mapped[list[Any]] = list_column()
    effects: Mapped[list[Any]] = list_column()
    ambience: Mapped[str] = mapped_column(String(300), default="")
    music: Mapped[str] = mapped_column(String(300), default="")
    continuity: Mapped[str] = mapped_column(String(300), default="")
    timing: Mapped[Any] = value_column()
    """Who speaks when, once it is known."""
