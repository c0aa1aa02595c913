"""Several processes and sessions use one database and lose nothing of each other's."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.vidpipe.databases import rows_of

from vidpipe.db import projects
from vidpipe.db.engine import open_database
from vidpipe.schemas.kinds import ProjectStatus

pytestmark = pytest.mark.service

WRITER = """
import asyncio, sys
from vidpipe.db.engine import open_database
from vidpipe.db.projects import create_project, list_projects

async def main():
    async with open_database(sys.argv[1]) as database:
        for number in range(int(sys.argv[3])):
            async with database.session() as session:
                seen = len(await list_projects(session, 1000))
                await create_project(session, title=f"{sys.argv[2]} {number}", seed=seen)
                await asyncio.sleep(0)
                await session.commit()

asyncio.run(main())
"""


def test_processes_that_open_and_write_at_once_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), name, "8"], stderr=subprocess.PIPE, text=True
        )
        for name in ("one", "two")
    ]
    told = [writer.communicate(timeout=120)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], told
    assert rows_of(path, "SELECT count(*), count(DISTINCT title) FROM projects") == [(16, 16)]


def test_a_reader_holds_nothing_and_sees_what_another_has_just_written(tmp_path: Path) -> None:
    async def work() -> tuple[bool, bool, str]:
        async with (
            open_database(tmp_path / "a.db", busy_timeout_s=0.1) as database,
            database.session() as one,
            database.session() as other,
        ):
            project = await projects.create_project(one, title="mine")
            await one.commit()
            before = await projects.is_stop_requested(one, project.id)
            await projects.request_stop(other, project.id)
            await other.commit()
            after = await projects.is_stop_requested(one, project.id)
            # with a snapshot held since the first look, this would fail as "locked"
            project.title = "changed"
            await one.commit()
            return before, after, (await projects.find_project(other, project.id)).title

    assert asyncio.run(work()) == (False, True, "changed")


def test_a_savepoint_that_reads_before_it_writes_is_not_overtaken(tmp_path: Path) -> None:
    async def work() -> list[str]:
        async with (
            open_database(tmp_path / "a.db") as database,
            database.session() as one,
            database.session() as other,
        ):

            async def add_another() -> None:
                await projects.create_project(other, title="the other's")
                await other.commit()

            async with one.begin_nested():
                seen = len(await projects.list_projects(one))
                waiting = asyncio.create_task(add_another())
                await asyncio.sleep(0.1)  # time enough to overtake
                await projects.create_project(one, title=f"after {seen}")
            await one.commit()
            await waiting
            return sorted(project.title for project in await projects.list_projects(one))

    assert asyncio.run(work()) == ["after 0", "the other's"]


def test_a_workers_status_never_overwrites_a_stop_that_was_asked_for(tmp_path: Path) -> None:
    async def work() -> bool:
        async with (
            open_database(tmp_path / "a.db") as database,
            database.session() as worker,
            database.session() as person,
        ):
            project = await projects.create_project(worker)
            await worker.commit()
            await projects.request_stop(person, project.id)
            await person.commit()
            project.status = ProjectStatus.VIDEO_GEN
            project.error = "none"
            await worker.commit()
            return await projects.is_stop_requested(person, project.id)

    assert asyncio.run(work())
