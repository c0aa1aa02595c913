"""What happened, in the order it did: written as it happens, read from any place on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vidpipe.db.models import Event


async def add_event(
    session: AsyncSession,
    project_id: str,
    kind: str,
    message: str = "",
    *,
    scene_index: int | None = None,
    run_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Event:
    """A new event with its number, flushed and not yet committed."""
    event = Event(
        project_id=project_id,
        run_id=run_id,
        scene_index=scene_index,
        kind=kind,
        message=message,
        details=dict(details or {}),
    )
    session.add(event)
    await session.flush()
    return event


async def events_of(
    session: AsyncSession, project_id: str, *, after: int = 0, limit: int = 1000
) -> list[Event]:
    """A project's events whose number is greater than `after`, the oldest first."""
    rows = await session.scalars(
        select(Event)
        .where(Event.project_id == project_id, Event.number > after)
        .order_by(Event.number)
        .limit(limit)
    )
    return list(rows)
