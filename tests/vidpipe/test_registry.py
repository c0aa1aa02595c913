"""The registry and the storyboard in rows: tags given once, copies of libraries, changed scenes alone changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.vidpipe.databases import in_database

from vidpipe.db import events, projects, registry, scenes
from vidpipe.db.engine import Session, open_database
from vidpipe.db.models import Asset, Project, VideoClip
from vidpipe.errors import ProjectError
from vidpipe.schemas.analysis import Sighting
from vidpipe.schemas.kinds import AssetSource, AssetType, ClipStatus, ManifestCategory
from vidpipe.schemas.storyboard import AssetSpec, Line, Placement, SceneAudio, SceneSpec, Shot, Storyboard
from vidpipe.services.manifest_service import (
    create_project_manifest,
    load_manifest_assets,
    next_tag,
    register_assets,
)

pytestmark = pytest.mark.service

KEEPER = AssetSpec(
    tag="CHAR_01",
    asset_type=AssetType.CHARACTER,
    name="Tom",
    label="keeper",
    description="old, grey beard",
    voice="old man",
)
KITE = AssetSpec(tag="PROP_03", asset_type=AssetType.PROP, name="Kite", label="kite", description="red")


def _board(*descriptions: str, durations: float = 4.0) -> Storyboard:
    return Storyboard(
        title="The kite",
        assets=(KEEPER, KITE),
        scenes=tuple(
            SceneSpec(
                scene_index=number,
                description=text,
                duration_s=durations,
                start_frame_prompt=text,
                end_frame_prompt=text,
                motion_prompt="",
                key_details=("42",),
                shot=Shot(placements=(Placement(tag="CHAR_01", label="keeper"),)),
                audio=SceneAudio(lines=(Line(speaker="TOM", tag="CHAR_01", text="A storm."),)),
            )
            for number, text in enumerate(descriptions)
        ),
    )


async def _project(session: Session, **values: object) -> Project:
    return await projects.create_project(session, title="The kite", **values)


def test_a_project_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        one = await _project(session, id="ab" + "0" * 30)
        other = await _project(session, id="ac" + "1" * 30)
        assert await projects.find_project(session, "ab") is one
        assert await projects.find_project(session, "AC11-1") is other
        with pytest.raises(
            ProjectError, match=r"Several projects.*ac111111 \(The kite\)|Several.*ab000000"
        ) as told:
            await projects.find_project(session, "a")
        assert "ab000000" in str(told.value)
        assert "ac111111" in str(told.value)
        with pytest.raises(ProjectError, match="no such project") as told:
            await projects.find_project(session, "ff")
        assert "ab000000 (The kite)" in str(told.value)
        for no_id in ("", "%", "a%", "zebra", "a" * 33, "ab'; drop table projects"):
            with pytest.raises(ProjectError, match="no id of a project"):
                await projects.find_project(session, no_id)

    in_database(tmp_path / "a.db", work)


def test_projects_are_listed_the_newest_first(tmp_path: Path) -> None:
    async def work(session: Session) -> list[str]:
        for title in ("first", "second", "third"):
            await projects.create_project(session, title=title)
            await session.commit()
        return [project.title for project in await projects.list_projects(session, 2)]

    assert in_database(tmp_path / "a.db", work) == ["third", "second"]


def test_an_edit_of_a_version_that_somebody_else_changed_is_refused(tmp_path: Path) -> None:
    async def work(session: Session) -> tuple[str, int]:
        project = await _project(session)
        await session.commit()
        assert await projects.edit_project(session, project.id, 1, title="Mine") == 2
        with pytest.raises(ProjectError, match="changed by somebody else"):
            await projects.edit_project(session, project.id, 1, title="Theirs")
        await session.commit()
        found = await projects.find_project(session, project.id)
        return found.title, found.version

    assert in_database(tmp_path / "a.db", work) == ("Mine", 2)


def test_a_stop_is_asked_for_and_forgotten(tmp_path: Path) -> None:
    async def work(session: Session) -> list[bool]:
        project = await _project(session)
        heard = [await projects.is_stop_requested(session, project.id)]
        await projects.request_stop(session, project.id)
        heard.append(await projects.is_stop_requested(session, project.id))
        await projects.clear_stop(session, project.id)
        heard.append(await projects.is_stop_requested(session, project.id))
        await projects.delete_project(session, project.id)
        heard.append(await projects.is_stop_requested(session, project.id))
        with pytest.raises(ProjectError, match="no such project"):
            await projects.delete_project(session, project.id)
        return heard

    assert in_database(tmp_path / "a.db", work) == [False, True, False, True]


def test_a_storyboard_becomes_rows_with_what_is_seen_and_heard(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        project = await _project(session)
        assert await scenes.store_storyboard(session, project, _board("storm", "beach")) == (0, 1)
        await session.commit()
        storm, beach = await scenes.scenes_of(session, project.id)
        assert (storm.scene_index, storm.description, beach.description) == (0, "storm", "beach")
        assert storm.key_details == ["42"]
        assert storm.manifest is not None
        assert storm.manifest.shot_type == "medium"
        assert storm.manifest.placements[0]["tag"] == "CHAR_01"
        assert storm.audio is not None
        assert storm.audio.lines[0]["text"] == "A storm."
        assert (storm.keyframes, storm.clips) == ([], [])
        found = await projects.find_project(session, project.id)
        assert Storyboard.model_validate(found.storyboard) == _board("storm", "beach")

    in_database(tmp_path / "a.db", work)


def test_a_storyboard_stored_again_changes_only_what_is_other(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        project = await _project(session)
        await scenes.store_storyboard(session, project, _board("storm", "beach", "mending"))
        first = await scenes.scenes_of(session, project.id)
        ids = [scene.id for scene in first]
        first[0].fingerprint, first[0].status = "f" * 64, "complete"
        session.add(VideoClip(scene_id=ids[0], take=1, idempotency_key="a", status=ClipStatus.COMPLETE))
        session.add(VideoClip(scene_id=ids[2], take=1, idempotency_key="c", status=ClipStatus.COMPLETE))
        await session.commit()
        assert await scenes.store_storyboard(session, project, _board("storm", "beach", "mending")) == ()
        changed = await scenes.store_storyboard(session, project, _board("storm", "dunes"))
        await session.commit()
        assert changed == (1,)
        kept = await scenes.scenes_of(session, project.id)
        assert [scene.id for scene in kept] == ids[:2]
        assert [scene.description for scene in kept] == ["storm", "dunes"]
        assert (kept[0].fingerprint, kept[0].status, len(kept[0].clips)) == ("f" * 64, "complete", 1)
        assert await scenes.find_scene(session, project.id, 2) is None

    in_database(tmp_path / "a.db", work)


def test_scenes_are_read_as_the_disk_has_them_with_parts_added_by_id(tmp_path: Path) -> None:
    async def work(session: Session) -> list[int]:
        project = await _project(session)
        await scenes.store_storyboard(session, project, _board("storm"))
        (scene,) = await scenes.scenes_of(session, project.id)
        assert scene.clips == []
        for take in (2, 1):
            session.add(VideoClip(scene_id=scene.id, take=take, idempotency_key=f"{take}"))
        await session.commit()
        (again,) = await scenes.scenes_of(session, project.id)
        return [clip.take for clip in again.clips]

    assert in_database(tmp_path / "a.db", work) == [1, 2]


def test_notes_are_kept_in_order_each_once_in_a_row(tmp_path: Path) -> None:
    async def work(session: Session) -> list[tuple[str, str]]:
        project = await _project(session)
        await scenes.store_storyboard(session, project, _board("storm"))
        (scene,) = await scenes.scenes_of(session, project.id)
        for kind, text in (
            ("analysis", "failed"),
            ("analysis", "failed"),
            ("gap", "refused"),
            ("analysis", "failed"),
        ):
            await scenes.add_note(session, scene.id, kind, text)
        await session.commit()
        (again,) = await scenes.scenes_of(session, project.id)
        assert all(note["at"].endswith("+00:00") for note in again.notes)
        return [(note["kind"], note["text"]) for note in again.notes]

    assert in_database(tmp_path / "a.db", work) == [
        ("analysis", "failed"), ("gap", "refused"), ("analysis", "failed"),
    ]  # fmt: skip


def test_events_are_read_from_where_a_listener_stopped(tmp_path: Path) -> None:
    async def work(session: Session) -> list[tuple[str, dict[str, object]]]:
        project, other = await _project(session), await _project(session)
        heard = await events.add_event(session, project.id, "status", "keyframing")
        await events.add_event(session, other.id, "status", "not ours")
        await events.add_event(session, project.id, "clip", details={"take": 1}, scene_index=0)
        found = await events.events_of(session, project.id, after=heard.number)
        return [(event.kind, dict(event.details)) for event in found]

    assert in_database(tmp_path / "a.db", work) == [("clip", {"take": 1})]


def test_a_run_keeps_how_it_ended_and_what_each_step_took(tmp_path: Path) -> None:
    async def work(session: Session) -> list[tuple[object, ...]]:
        project = await _project(session)
        run = await projects.begin_run(session, project.id, 4711)
        await projects.end_run(session, run.id, "complete", {"video_gen": 2.5})
        await session.commit()
        (found,) = await projects.runs_of(session, project.id)
        assert found.ended_at is not None
        assert found.ended_at >= found.started_at
        return [(found.process_id, found.outcome, found.step_log)]

    assert in_database(tmp_path / "a.db", work) == [(4711, "complete", {"video_gen": 2.5})]


def test_the_storyboards_cast_is_registered_under_its_own_tags(tmp_path: Path) -> None:
    async def work(session: Session) -> list[Asset]:
        project = await _project(session)
        manifest = await create_project_manifest(session, project)
        assert project.manifest_id == manifest.id
        await register_assets(session, manifest.id, [KITE, KEEPER])
        again = await register_assets(session, manifest.id, [KEEPER])
        assert [asset.tag for asset in again] == ["CHAR_01"]
        return await load_manifest_assets(session, manifest.id)

    keeper, kite = in_database(tmp_path / "a.db", work)
    assert (keeper.tag, keeper.name, keeper.label, keeper.voice) == ("CHAR_01", "Tom", "keeper", "old man")
    assert (keeper.visual_description, keeper.source) == ("old, grey beard", AssetSource.STORYBOARD)
    assert (kite.tag, kite.reference_image, kite.found_in_scene) == ("PROP_03", None, None)


def test_telling_a_thing_anew_keeps_what_was_learnt_of_it(tmp_path: Path) -> None:
    async def work(session: Session) -> Asset:
        project = await _project(session)
        manifest = await create_project_manifest(session, project)
        (kite,) = await register_assets(session, manifest.id, [KITE])
        kite.visual_description = "a red kite, bright, about as wide as high"
        kite.image_embedding, kite.image_embedding_space = [0.5], "looks"
        await session.flush()
        told = KITE.model_copy(update={"description": "red, torn", "name": "Old kite"})
        (again,) = await register_assets(session, manifest.id, [told])
        assert again.id == kite.id
        return again

    kite = in_database(tmp_path / "a.db", work)
    assert (kite.name, kite.description) == ("Old kite", "red, torn")
    assert kite.visual_description == "a red kite, bright, about as wide as high"
    assert kite.image_embedding == [0.5]


def test_a_photograph_makes_an_asset_a_persons_own_and_another_one_forgets_the_firsts_measures(
    tmp_path: Path,
) -> None:
    async def work(session: Session) -> None:
        project = await _project(session)
        manifest = await create_project_manifest(session, project)
        photo = KEEPER.model_copy(update={"photo": "files/aa/one.png"})
        (keeper,) = await register_assets(session, manifest.id, [photo])
        assert (keeper.source, keeper.reference_image) == (AssetSource.UPLOADED, "files/aa/one.png")
        assert keeper.quality_score == 10
        keeper.face_embedding, keeper.face_embedding_space = [1.0], "faces"
        await session.flush()
        (same,) = await register_assets(session, manifest.id, [photo])
        assert same.face_embedding == [1.0]
        (other,) = await register_assets(
            session, manifest.id, [KEEPER.model_copy(update={"photo": "files/bb/two.png"})]
        )
        assert (other.face_embedding, other.face_embedding_space) == (None, None)

    in_database(tmp_path / "a.db", work)


def test_a_tag_is_never_given_twice(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        project = await _project(session)
        manifest = await create_project_manifest(session, project)
        await register_assets(session, manifest.id, [KITE])
        assert await next_tag(session, manifest.id, AssetType.PROP) == "PROP_04"
        assert await next_tag(session, manifest.id, AssetType.PROP) == "PROP_05"
        assert await next_tag(session, manifest.id, AssetType.VEHICLE) == "VEH_01"
        (kite,) = await load_manifest_assets(session, manifest.id)
        await session.delete(kite)
        await session.commit()
        assert await next_tag(session, manifest.id, AssetType.PROP) == "PROP_06"
        with pytest.raises(ProjectError, match="no such manifest"):
            await next_tag(session, "0" * 32, AssetType.PROP)

    in_database(tmp_path / "a.db", work)


def test_two_askers_are_given_two_tags(tmp_path: Path) -> None:
    async def work() -> list[str]:
        async with open_database(tmp_path / "a.db") as database:
            async with database.session() as session:
                manifest = await create_project_manifest(session, await _project(session))
                await session.commit()

            async def ask() -> str:
                async with database.session() as session:
                    tag = await next_tag(session, manifest.id, AssetType.CHARACTER)
                    await asyncio.sleep(0.01)
                    await session.commit()
                    return tag

            return sorted(await asyncio.gather(*(ask() for _ in range(4))))

    assert asyncio.run(work()) == ["CHAR_01", "CHAR_02", "CHAR_03", "CHAR_04"]


def test_a_project_works_on_a_copy_of_its_library(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        library = await registry.create_manifest(
            session, name="Coast", category=ManifestCategory.CHARACTERS, version=3
        )
        await register_assets(session, library.id, [KEEPER, KITE])
        project = await _project(session)
        own = await create_project_manifest(session, project, library.id[:10])
        assert (own.parent_manifest_id, own.version, own.project_id) == (library.id, 3, project.id)
        assert own.category == ManifestCategory.CHARACTERS
        assert [asset.tag for asset in await load_manifest_assets(session, own.id)] == ["CHAR_01", "PROP_03"]
        tag = await next_tag(session, own.id, AssetType.PROP)
        assert tag == "PROP_04"
        await registry.add_asset(session, own.id, tag=tag, asset_type=AssetType.PROP)
        assert len(await load_manifest_assets(session, library.id)) == 2
        assert await next_tag(session, library.id, AssetType.PROP) == "PROP_04"
        with pytest.raises(ProjectError, match="no such manifest"):
            await create_project_manifest(session, project, "0123")

    in_database(tmp_path / "a.db", work)


def test_an_appearance_written_twice_is_one_row_and_the_surer_sighting_stays(tmp_path: Path) -> None:
    async def work(session: Session) -> None:
        project = await _project(session)
        await scenes.store_storyboard(session, project, _board("storm"))
        manifest = await create_project_manifest(session, project)
        (keeper,) = await register_assets(session, manifest.id, [KEEPER])

        async def write(confidence: float, how: str) -> int:
            seen = Sighting(frame_index=5, time_s=0.2, box=(0.1, 0.2, 0.3, 0.4), confidence=confidence)
            return await registry.record_appearances(session, project.id, 0, [(keeper.id, how, seen)])

        assert [await write(0.5, "look"), await write(0.5, "look"), await write(0.4, "kind")] == [1, 0, 0]
        assert [await write(0.9, "face"), await write(0.3, "colour")] == [0, 0]
        (row,) = await registry.appearances_of(session, project.id, asset_id=keeper.id)
        assert (row.how, row.confidence, row.box) == ("face", 0.9, [0.1, 0.2, 0.3, 0.4])
        assert row.scene_id is not None
        await registry.forget_appearances(session, project.id, 0)
        assert await registry.appearances_of(session, project.id) == []

    in_database(tmp_path / "a.db", work)
