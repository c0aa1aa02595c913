"""What the database keeps of what is written: rows, words, moments, and what goes with a project."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from tests.vidpipe.databases import add_project, in_database, rows_of

from vidpipe.db import projects, scenes
from vidpipe.db.engine import Session, open_database
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
from vidpipe.schemas.kinds import AssetType, ProjectStatus

pytestmark = pytest.mark.service


def test_a_database_is_made_with_its_folder_and_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "vidpipe.db"
    project_id = in_database(path, add_project)
    found = in_database(path, lambda session: projects.find_project(session, project_id))
    assert (found.title, found.status) == ("The kite", ProjectStatus.PENDING)
    assert rows_of(path, "PRAGMA journal_mode") == [("wal",)]


def test_what_was_not_committed_is_gone(tmp_path: Path) -> None:
    async def forget() -> None:
        async with open_database(tmp_path / "a.db") as database, database.session() as session:
            await add_project(session)

    asyncio.run(forget())
    assert rows_of(tmp_path / "a.db", "SELECT count(*) FROM projects") == [(0,)]


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
    assert rows_of(tmp_path / "a.db", "SELECT title FROM projects ORDER BY title") == [
        ("kept",),
        ("kept too",),
    ]


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
    assert rows_of(tmp_path / "a.db", "SELECT status FROM projects") == [("video_gen",)]


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
        table.name: rows_of(tmp_path / "a.db", f"SELECT count(*) FROM {table.name}")[0][0]  # noqa: S608 - our own names
        for table in Table.metadata.sorted_tables
    }
    left = {name for name, count in counts.items() if count == 1}
    assert left == {
        "projects", "manifests", "scenes", "scene_manifests", "scene_audio_manifests", "video_clips", "assets",
        "asset_appearances",
    }  # fmt: skip
    assert rows_of(
        tmp_path / "a.db", "SELECT count(*), sum(actual_micros), count(project_id) FROM ledger_entries"
    ) == [(2, 500_000, 1)]
