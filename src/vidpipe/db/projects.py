"""Projects in the database: made, found by a part of their id, asked to stop, edited, forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from vidpipe.db.columns import ID_LETTERS, now
from vidpipe.db.models import PipelineRun, Project
from vidpipe.errors import ProjectError

SHORT_ID_LETTERS = 8
"""As many letters of an id as people are shown."""

CANDIDATES_AT_MOST = 8
"""As many projects as an ambiguous id lists."""


async def create_project(session: AsyncSession, **values: Any) -> Project:
    """A new project with an id, flushed and not yet committed."""
    project = Project(**values)
    session.add(project)
    await session.flush()
    return project


async def find_project(session: AsyncSession, id_or_prefix: str) -> Project:
    """The one project whose id begins so, as it stands on the disk now.

    Raises:
        ProjectError: There is none, or there are several; both name the candidates.
    """
    wanted = id_or_prefix.strip().lower().replace("-", "")
    if not wanted or len(wanted) > ID_LETTERS or set(wanted) - set("0123456789abcdef"):
        raise ProjectError(
            "This is no id of a project.",
            id_or_prefix,
            "Ids are letters a to f and digits; `vidpipe list` shows them.",
        )
    found = list(
        await session.scalars(
            select(Project)
            .where(Project.id.startswith(wanted))
            .order_by(Project.created_at.desc(), Project.id)
            .limit(CANDIDATES_AT_MOST + 1)
            .execution_options(populate_existing=True)
        )
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise ProjectError(
            f"Several projects' ids begin so: {_named(found)}.",
            id_or_prefix,
            "Give more of the id's letters.",
        )
    others = await list_projects(session, CANDIDATES_AT_MOST)
    raise ProjectError(
        "There is no such project.",
        id_or_prefix,
        f"There are: {_named(others)}." if others else "There are none yet; `vidpipe generate` makes one.",
    )


def _named(projects: list[Project]) -> str:
    shown = [f"{project.id[:SHORT_ID_LETTERS]} ({project.title[:40]})" for project in projects]
    more = ", …" if len(shown) > CANDIDATES_AT_MOST else ""
    return ", ".join(shown[:CANDIDATES_AT_MOST]) + more


async def list_projects(session: AsyncSession, limit: int = 50) -> list[Project]:
    """The newest projects, the newest first."""
    rows = await session.scalars(
        select(Project)
        .order_by(Project.created_at.desc(), Project.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def edit_project(session: AsyncSession, project_id: str, seen_version: int, **values: Any) -> int:
    """The project's new version after a person's edit of the version that they saw.

    Raises:
        ProjectError: Somebody else edited it in between, or it is gone.
    """
    edited = await session.scalar(
        update(Project)
        .where(Project.id == project_id, Project.version == seen_version)
        .values(version=seen_version + 1, **values)
        .returning(Project.version)
    )
    if edited is None:
        raise ProjectError(
            "The project was changed by somebody else, or is gone.",
            project_id[:SHORT_ID_LETTERS],
            "Look at it again, then make the change once more.",
        )
    return int(edited)


async def request_stop(session: AsyncSession, project_id: str) -> None:
    """Ask the worker to stop; a column of its own, so that no worker's status overwrites it."""
    await session.execute(
        update(Project)
        .where(Project.id == project_id, Project.stop_requested_at.is_(None))
        .values(stop_requested_at=now(), updated_at=Project.updated_at)
        .execution_options(synchronize_session=False)
    )


async def clear_stop(session: AsyncSession, project_id: str) -> None:
    """Forget that a stop was asked for, as a new run begins."""
    await session.execute(
        update(Project)
        .where(Project.id == project_id)
        .values(stop_requested_at=None, updated_at=Project.updated_at)
        .execution_options(synchronize_session=False)
    )


async def is_stop_requested(session: AsyncSession, project_id: str) -> bool:
    """Whether a stop is asked for, as the disk has it now; also where the project is gone."""
    row = (await session.execute(select(Project.stop_requested_at).where(Project.id == project_id))).first()
    return row is None or row[0] is not None


async def delete_project(session: AsyncSession, project_id: str) -> None:
    """Forget a project with its scenes, clips, registry and events; its ledger stays.

    Raises:
        ProjectError: There is none.
    """
    gone = await session.scalar(delete(Project).where(Project.id == project_id).returning(Project.id))
    if gone is None:
        raise ProjectError(
            "There is no such project.",
            project_id[:SHORT_ID_LETTERS],
            "`vidpipe list` shows those there are.",
        )


async def begin_run(session: AsyncSession, project_id: str, process_id: int) -> PipelineRun:
    """A new run of a project, flushed and not yet committed."""
    run = PipelineRun(project_id=project_id, process_id=process_id)
    session.add(run)
    await session.flush()
    return run


async def end_run(session: AsyncSession, run_id: str, outcome: str, step_log: dict[str, Any]) -> None:
    """Write how a run ended and what each step took."""
    ended: datetime = now()
    await session.execute(
        update(PipelineRun)
        .where(PipelineRun.id == run_id)
        .values(ended_at=ended, outcome=outcome, step_log=step_log)
    )


async def runs_of(session: AsyncSession, project_id: str) -> list[PipelineRun]:
    """The runs of a project, the first one first."""
    rows = await session.scalars(
        select(PipelineRun)
        .where(PipelineRun.project_id == project_id)
        .order_by(PipelineRun.started_at, PipelineRun.id)
        .execution_options(populate_existing=True)
    )
    return list(rows)
