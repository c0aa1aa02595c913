"""The database: made from nothing, brought up to date, shared by processes, and plain about its faults."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import CreateTable
from tests.vidpipe.databases import in_database

from vidpipe.db import projects, scenes
from vidpipe.db.engine import HEAD, MIGRATIONS, Session, open_database
from vidpipe.db.models import (
    Asset,
    AssetAppearance,
    LedgerEntry,
    Manifest,
    Scene,
    SceneAudioManifest,
    SceneManifest,
    Table,
    VideoClip,
)
from vidpipe.errors import DatabaseError
from vidpipe.schemas.kinds import AssetType, ProjectStatus

pytestmark = pytest.mark.service


def _rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


async def _add_project(session: Session) -> str:
    return (await projects.create_project(session, title="The kite")).id


def test_the_migrations_make_the_tables_as_they_are_declared(tmp_path: Path) -> None:
    async def differences() -> list[object]:
        async with open_database(tmp_path / "a.db") as database, database.engine.connect() as connection:
            return await connection.run_sync(
                lambda bound: compare_metadata(
                    MigrationContext.configure(
                        bound, opts={"compare_type": True, "compare_server_default": True}
                    ),
                    Table.metadata,
                )
            )

    assert asyncio.run(differences()) == []


def test_the_migrations_make_every_key_and_what_becomes_of_a_row_when_its_owner_goes(tmp_path: Path) -> None:
    in_database(tmp_path / "a.db", _add_project)
    for table in Table.metadata.sorted_tables:
        made = {
            (row[3], row[2], row[6])
            for row in _rows(tmp_path / "a.db", f"PRAGMA foreign_key_list({table.name})")
        }
        declared = {(key.parent.name, key.column.table.name, key.ondelete) for key in table.foreign_keys}
        assert made == declared, table.name


def test_the_newest_revision_is_the_one_that_the_engine_asks_for() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == HEAD


def test_postgresql_would_take_every_table() -> None:
    for table in Table.metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_a_database_is_made_with_its_folder_and_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "vidpipe.db"
    project_id = in_database(path, _add_project)
    found = in_database(path, lambda session: projects.find_project(session, project_id))
    assert (found.title, found.status) == ("The kite", ProjectStatus.PENDING)
    assert _rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_what_was_not_committed_is_gone(tmp_path: Path) -> None:
    async def forget() -> None:
        async with open_database(tmp_path / "a.db") as database, database.session() as session:
            await _add_project(session)

    asyncio.run(forget())
    assert _rows(tmp_path / "a.db", "SELECT count(*) FROM projects") == [(0,)]


def test_a_savepoint_is_undone_alone(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        await projects.create_project(session, title="kept")
        with contextlib.suppress(ZeroDivisionError):
            async with session.begin_nested():
                await projects.create_project(session, title="undone")
                raise ZeroDivisionError
        async with session.begin_nested():
            await projects.create_project(session, title="kept too")

    in_database(tmp_path / "a.db", work)
    assert _rows(tmp_path / "a.db", "SELECT title FROM projects ORDER BY title") == [("kept",), ("kept too",)]


def test_rows_can_be_read_after_a_rollback_with_all_that_was_loaded(tmp_path: Path) -> None:
    async def work(session: Session) -> tuple[object, ...]:
        project = await projects.create_project(session, title="The kite")
        session.add(Scene(project_id=project.id, scene_index=0, manifest=SceneManifest(shot_type="wide")))
        await session.commit()
        (scene,) = await scenes.scenes_of(session, project.id)
        scene.status = "half done"
        scene.manifest.continuity_score = 3.0
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                session.add(Scene(project_id=project.id, scene_index=0))
        await session.rollback()
        return (
            project.title,
            scene.status,
            scene.manifest.shot_type,
            scene.manifest.continuity_score,
            scene.clips,
        )

    assert in_database(tmp_path / "a.db", work) == ("The kite", "pending", "wide", None, [])


def test_a_rollback_survives_that_somebody_else_has_deleted_a_row(tmp_path: Path) -> None:
    async def work() -> str:
        async with (
            open_database(tmp_path / "a.db") as database,
            database.session() as one,
            database.session() as other,
        ):
            gone = await projects.create_project(one, title="gone")
            stays = await projects.create_project(one, title="stays")
            await one.commit()
            await projects.delete_project(other, gone.id)
            await other.commit()
            stays.title = "never"
            await one.rollback()
            assert gone not in one
            return stays.title

    assert asyncio.run(work()) == "stays"


def test_a_moment_comes_back_with_its_zone_and_one_without_is_refused(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    async def work(session: Session) -> datetime | None:
        project = await projects.create_project(session, stop_requested_at=moment)
        with pytest.raises(StatementError, match="needs a time zone"):
            async with session.begin_nested():
                await projects.create_project(session, stop_requested_at=datetime(2026, 3, 1))  # noqa: DTZ001 - meant
        await session.commit()
        return (await projects.find_project(session, project.id)).stop_requested_at

    found = in_database(tmp_path / "a.db", work)
    assert found == moment
    assert found.tzinfo is UTC


def test_a_word_that_is_none_of_its_kind_is_refused_and_words_are_stored_as_written(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        await projects.create_project(session, status=ProjectStatus.VIDEO_GEN)
        with pytest.raises(StatementError, match="not among the defined enum values"):
            async with session.begin_nested():
                await projects.create_project(session, status="sleeping")

    in_database(tmp_path / "a.db", work)
    assert _rows(tmp_path / "a.db", "SELECT status FROM projects") == [("video_gen",)]


def test_what_is_appended_to_a_list_in_a_row_is_stored(tmp_path: Path) -> None:
    async def work(session: Session) -> list[object]:
        project = await projects.create_project(session, options={"music": True})
        await session.commit()
        project.options["captions"] = False
        await session.commit()
        return sorted((await projects.find_project(session, project.id)).options.items())

    assert in_database(tmp_path / "a.db", work) == [("captions", False), ("music", True)]


def test_two_takes_cannot_share_a_key_nor_two_scenes_a_place(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        project = await projects.create_project(session)
        scene = Scene(project_id=project.id, scene_index=0)
        session.add(scene)
        await session.flush()
        session.add(VideoClip(scene_id=scene.id, take=1, idempotency_key="k"))
        await session.flush()
        for row in (
            VideoClip(scene_id=scene.id, take=2, idempotency_key="k"),
            VideoClip(scene_id=scene.id, take=1, idempotency_key="other"),
            Scene(project_id=project.id, scene_index=0),
            VideoClip(scene_id="0" * 32, take=1, idempotency_key="of no scene"),
        ):
            with pytest.raises(IntegrityError):
                async with session.begin_nested():
                    session.add(row)

    in_database(tmp_path / "a.db", work)


def test_a_deleted_project_takes_all_with_it_but_its_ledger(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        for title in ("goes", "stays"):
            project = await projects.create_project(session, title=title)
            manifest = Manifest(project_id=project.id)
            scene = Scene(
                project_id=project.id, scene_index=0, manifest=SceneManifest(), audio=SceneAudioManifest()
            )
            session.add_all([manifest, scene])
            await session.flush()
            project.manifest_id = manifest.id
            asset = Asset(manifest_id=manifest.id, tag="VEH_01", asset_type=AssetType.VEHICLE)
            clip = VideoClip(scene_id=scene.id, take=1, idempotency_key=title)
            session.add_all([asset, clip])
            await session.flush()
            session.add(
                AssetAppearance(
                    asset_id=asset.id, project_id=project.id, scene_id=scene.id, scene_index=0, frame_index=3
                )
            )
            session.add(LedgerEntry(project_id=project.id, clip_id=clip.id, actual_micros=250_000))
            await session.commit()
        goes = next(item for item in await projects.list_projects(session) if item.title == "goes")
        await projects.delete_project(session, goes.id)

    in_database(tmp_path / "a.db", work)
    counts = {
        table.name: _rows(tmp_path / "a.db", f"SELECT count(*) FROM {table.name}")[0][0]  # noqa: S608 - our own names
        for table in Table.metadata.sorted_tables
    }
    left = {name for name, count in counts.items() if count == 1}
    assert left == {
        "projects", "manifests", "scenes", "scene_manifests", "scene_audio_manifests", "video_clips", "assets",
        "asset_appearances",
    }  # fmt: skip
    assert _rows(
        tmp_path / "a.db", "SELECT count(*), sum(actual_micros), count(project_id) FROM ledger_entries"
    ) == [(2, 500_000, 1)]


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
    assert _rows(path, "SELECT count(*), count(DISTINCT title) FROM projects") == [(16, 16)]


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


def test_a_locked_database_is_told_in_one_message_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    in_database(path, _add_project)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="locked by another program") as told:
            in_database(path, _add_project, busy_timeout_s=0.05)
        assert str(path) in str(told.value)
        other.execute("ROLLBACK")
    assert _rows(path, "SELECT count(*) FROM projects") == [(1,)]


def test_a_database_locked_while_it_is_made_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseError, match="locked by another program"):
            in_database(path, _add_project, busy_timeout_s=0.05)
        other.execute("ROLLBACK")
    in_database(path, _add_project)
    assert _rows(path, "SELECT count(*) FROM projects") == [(1,)]


def test_a_database_that_cannot_be_written_is_told_and_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    project_id = in_database(path, _add_project)

    async def work() -> str:
        async with (
            open_database(f"sqlite:///file:{path}?mode=ro&uri=true") as database,
            database.session() as session,
        ):
            title = (await projects.find_project(session, project_id)).title
            with pytest.raises(DatabaseError, match="cannot be written"):
                await _add_project(session)
            return title

    assert asyncio.run(work()) == "The kite"


def test_a_full_disk_is_told_and_what_was_stored_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    in_database(path, _add_project)

    async def fill(session: Session) -> None:
        connection = await session.connection()
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        await projects.create_project(session, source_text="x" * 200_000)

    with pytest.raises(DatabaseError, match="disk of the database is full"):
        in_database(path, fill)
    assert _rows(path, "SELECT title FROM projects") == [("The kite",)]
    assert _rows(path, "PRAGMA integrity_check") == [("ok",)]


def test_a_newer_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    in_database(path, _add_project)
    with contextlib.closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()
    with pytest.raises(DatabaseError, match="made by a newer vidpipe"):
        in_database(path, _add_project)
    assert _rows(path, "SELECT version_num FROM alembic_version") == [("9999",)]
    assert _rows(path, "SELECT count(*) FROM projects") == [(1,)]


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE photos (name TEXT)")
        other.commit()
    with pytest.raises(DatabaseError, match="belongs to another program"):
        in_database(path, _add_project)
    assert _rows(path, "SELECT name FROM sqlite_master") == [("photos",)]


def test_a_migration_that_fails_half_way_leaves_the_database_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    (broken / "versions" / "r1.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer()))\n    raise ZeroDivisionError\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr("vidpipe.db.engine.MIGRATIONS", broken)
        with pytest.raises(ZeroDivisionError):
            in_database(path, _add_project)
    assert _rows(path, "SELECT name FROM sqlite_master") == []
    in_database(path, _add_project)
    assert _rows(path, "SELECT count(*) FROM projects") == [(1,)]


def test_an_older_database_is_brought_up_to_date_with_all_that_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.db"
    in_database(path, _add_project)
    newer = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, newer, ignore=shutil.ignore_patterns("__pycache__"))
    (newer / "versions" / "r9998_next.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        f"revision = '9998'\ndown_revision = {HEAD!r}\n"
        "def upgrade():\n    op.add_column('projects', sa.Column('mood', sa.String(8)))\n"
    )
    monkeypatch.setattr("vidpipe.db.engine.MIGRATIONS", newer)
    monkeypatch.setattr("vidpipe.db.engine.HEAD", "9998")
    in_database(path, _add_project)
    assert _rows(path, "SELECT title, mood FROM projects") == [("The kite", None)] * 2
    assert _rows(path, "SELECT version_num FROM alembic_version") == [("9998",)]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda path: path.write_text("<html>no database</html>" * 100), "This file is not a database"),
        (lambda path: path.mkdir(), "A folder is in the database's way"),
    ],
)
def test_what_is_no_database_is_told(tmp_path: Path, made, told: str) -> None:
    path = tmp_path / "a.db"
    made(path)
    with pytest.raises(DatabaseError, match=told):
        in_database(path, _add_project)


def test_a_damaged_database_is_told_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.db"

    async def many(session: Session) -> None:
        for number in range(40):
            await projects.create_project(session, title=f"{number}", source_text="word " * 2000)

    in_database(path, many)
    whole = bytearray(path.read_bytes())
    page = int.from_bytes(whole[16:18], "big")
    for at in range(page, len(whole)):
        whole[at] ^= 0xA5
    path.write_bytes(whole)
    with pytest.raises(DatabaseError, match="damaged"):
        in_database(path, lambda session: projects.list_projects(session, 100))
    assert path.read_bytes() == bytes(whole)


def test_a_folder_that_cannot_be_made_and_an_address_without_a_driver_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseError, match="folder cannot be made"):
        in_database(tmp_path / "file" / "a.db", _add_project)

    async def open_address(address: str) -> None:
        async with open_database(address):
            pass

    with pytest.raises(DatabaseError, match="no address of a database"):
        asyncio.run(open_address("://"))
    with pytest.raises(DatabaseError, match="needs a driver") as told:
        asyncio.run(open_address("oddbase://me:secret@127.0.0.1/x"))
    assert "secret" not in str(told.value)
