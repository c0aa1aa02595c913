"""Tables that keep account: candidates and their scores, checkpoints, money, and what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from vidpipe.db.columns import (
    Table,
    dict_column,
    id_column,
    link_column,
    owner_column,
    time_column,
    value_column,
)


class GenerationCandidate(Table):
    """One of several results for the same wish, with its marks."""

    __tablename__ = "generation_candidates"
    __table_args__ = (UniqueConstraint("scene_id", "target", "number"),)

    id: Mapped[str] = id_column()
    scene_id: Mapped[str] = owner_column("scenes")
    clip_id: Mapped[str | None] = link_column("video_clips", ondelete="CASCADE")
    target: Mapped[str] = mapped_column(String(32))
    """start_frame | end_frame | clip."""
    number: Mapped[int] = mapped_column(Integer)
    artefact: Mapped[str | None] = mapped_column(Text, default=None)
    scores: Mapped[Any] = value_column()
    """Mark → 0 to 10, null where it could not be measured."""
    total_score: Mapped[float | None] = mapped_column(Float, default=None)
    is_selected: Mapped[bool] = mapped_column(default=False)
    is_chosen_by_person: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = time_column()


class ProjectCheckpoint(Table):
    """A project as it stood at one moment, to go back to."""

    __tablename__ = "project_checkpoints"
    __table_args__ = (UniqueConstraint("project_id", "number"),)

    id: Mapped[str] = id_column()
    project_id: Mapped[str] = owner_column("projects")
    number: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(String(300), default="")
    content: Mapped[Any] = value_column()
    digest: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = time_column()


class LedgerEntry(Table):
    """One call that costs money; it outlives the project that made it.

    Amounts are whole millionths of the currency, so that sums are exact on every database.
    """

    __tablename__ = "ledger_entries"

    id: Mapped[str] = id_column()
    project_id: Mapped[str | None] = link_column("projects")
    clip_id: Mapped[str | None] = link_column("video_clips")
    scene_index: Mapped[int | None] = mapped_column(Integer, default=None)
    step: Mapped[str] = mapped_column(String(32), default="")
    provider: Mapped[str] = mapped_column(String(200), default="")
    idempotency_key: Mapped[str | None] = mapped_column(String(128), unique=True, default=None)
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    estimated_micros: Mapped[int] = mapped_column(BigInteger, default=0)
    committed_micros: Mapped[int | None] = mapped_column(BigInteger, default=None)
    actual_micros: Mapped[int | None] = mapped_column(BigInteger, default=None)
    created_at: Mapped[datetime] = time_column()


class Event(Table):
    """Something that happened, in the order it did."""

    __tablename__ = "events"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    """Counts up; a listener asks for what came after the last it heard."""
    project_id: Mapped[str] = owner_column("projects")
    run_id: Mapped[str | None] = link_column("pipeline_runs")
    scene_index: Mapped[int | None] = mapped_column(Integer, default=None)
    kind: Mapped[str] = mapped_column(String(64))
    message: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = dict_column()
    at: Mapped[datetime] = time_column()
