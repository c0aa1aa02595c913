"""What a clip teaches: new things told from known ones, and registered once, with crop, words and place."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from tests.vidpipe.databases import in_database
from tests.vidpipe.seen_things import (
    BLUE,
    GREEN,
    RED,
    along,
    blurred,
    car_picture,
    png,
    seen_car,
    seen_face,
    seen_person,
)

from cinecore.files import digest_bytes
from cinecore.vision.colors import foreground, signature
from cinecore.vision.looks import THING_SPACE
from vidpipe.artefacts import ArtefactStore
from vidpipe.db import projects, registry, scenes
from vidpipe.db.engine import Session
from vidpipe.db.models import Asset, Project, Scene
from vidpipe.schemas.analysis import CVAnalysisResult, NewEntity, SeenThing
from vidpipe.schemas.kinds import AssetSource, AssetType
from vidpipe.services.description import is_same_color
from vidpipe.services.entity_extraction import (
    NEW_AT_MOST,
    extract_and_register_new_entities,
    identify_new_entities,
)
from vidpipe.services.manifest_service import create_project_manifest, load_manifest_assets


def _new(*seen: SeenThing) -> list[NewEntity]:
    return identify_new_entities(CVAnalysisResult(scene_index=1, seen=list(seen)), [])


def _labels(entities: list[NewEntity]) -> list[str]:
    return [entity.thing.label for entity in entities]


def test_a_thing_that_nothing_stands_for_is_new() -> None:
    (entity,) = _new(seen_car())
    assert (entity.thing.label, entity.asset_type) == ("car", "VEHICLE")
    assert entity.reason == "seen in 3 frames, quality 7.5, no asset looks like it"


def test_what_was_recognised_is_not_new() -> None:
    assert _new(seen_car(tag="VEH_01")) == []


def test_a_second_car_beside_a_known_one_is_new() -> None:
    known = seen_car(RED, tag="VEH_01", box=(0.05, 0.5, 0.3, 0.25))
    (entity,) = _new(known, seen_car(BLUE, box=(0.6, 0.5, 0.3, 0.25)))
    assert entity.thing.colors == ["#2446be"]
    # even one that looks the same: both are there at once
    assert len(_new(known, seen_car(RED, box=(0.6, 0.5, 0.3, 0.25)))) == 1


def test_a_known_car_lost_and_found_again_is_not_new_but_another_is() -> None:
    known = seen_car(RED, tag="VEH_01", frames=(0, 12))
    assert _new(known, seen_car((190, 34, 38), frames=(48, 60))) == []
    assert len(_new(known, seen_car(BLUE, frames=(48, 60)))) == 1


def test_one_thing_under_two_labels_is_one_and_known_if_either_is() -> None:
    car, truck = seen_car(), seen_car(label="truck", box=(0.11, 0.51, 0.3, 0.25), quality=6.0)
    (entity,) = _new(car, truck)
    assert (entity.thing, entity.also) == (car, [truck])
    assert _new(seen_car(tag="VEH_01"), truck) == []


def test_a_face_and_its_body_are_one_person() -> None:
    (entity,) = _new(seen_face(), seen_person())
    assert (entity.asset_type, entity.thing.label) == ("CHARACTER", "person")
    assert [thing.label for thing in entity.also] == ["face"]


def test_the_body_of_a_known_face_and_the_face_of_a_known_body_are_known() -> None:
    assert _new(seen_face(tag="CHAR_01"), seen_person()) == []
    assert _new(seen_face(), seen_person(tag="CHAR_01")) == []


def test_a_second_person_beside_a_known_one_is_new_with_the_right_face() -> None:
    known_face = seen_face(tag="CHAR_01", box=(0.24, 0.22, 0.04, 0.08))
    known = seen_person(GREEN, box=(0.2, 0.15, 0.3, 0.8))  # so wide that it bears both faces
    other_face = seen_face(box=(0.36, 0.22, 0.04, 0.08))
    other = seen_person(BLUE, box=(0.31, 0.2, 0.14, 0.7))
    (entity,) = _new(known_face, known, other_face, other)
    assert entity.thing is other
    assert entity.also == [other_face]


def test_two_faces_without_bodies_are_two_people() -> None:
    left = seen_face(box=(0.2, 0.3, 0.1, 0.2))
    assert len(_new(left, seen_face(box=(0.6, 0.3, 0.1, 0.2)))) == 2
    # nor does skin of one colour make one person of two that are never seen together
    assert len(_new(left, seen_face(box=(0.2, 0.3, 0.1, 0.2), frames=(60, 72)))) == 2


def test_a_thing_lost_and_found_again_is_told_by_its_vector_where_both_have_one() -> None:
    def car(paint: tuple[int, int, int], frames: tuple[int, ...]) -> SeenThing:
        """Both bear the colour of one word; only the vectors tell the paints apart."""
        thing = seen_car(RED, frames=frames)
        lab, weight = foreground(np.asarray(car_picture(paint)), (0.0, 0.0, 1.0, 1.0))
        vector = [*signature(lab, weight).tolist(), *([1.0] + [0.0] * 31)]
        return thing.model_copy(update={"image_embedding": vector, "image_embedding_space": THING_SPACE})

    assert len(_new(car(RED, (0, 12)), car((150, 25, 30), (48, 60)))) == 1
    assert len(_new(car(RED, (0, 12)), car(BLUE, (48, 60)))) == 2


@pytest.mark.parametrize(
    "flaw",
    [
        {"crop_png": b""},
        {"crop_png": b"<html>no picture</html>"},
        {"crop_png": png(car_picture(RED, (40, 21)))},
        {"crop_png": png(blurred(car_picture(RED)))},
        {"quality": 4.9},
        {"sightings": along((0.4, 0.4, 0.15, 0.15), (0,))},
        {"sightings": []},
    ],
    ids=["no crop", "no picture", "too few pixels", "a blur", "low quality", "small and once", "nowhere"],
)
def test_what_was_not_seen_well_enough_is_not_registered(flaw: dict[str, object]) -> None:
    assert _new(seen_car().model_copy(update=flaw)) == []


def test_what_is_the_whole_picture_is_nothing_in_it() -> None:
    """A drawn face that fills the frame is an airplane to eyes that know nothing as large."""
    assert _new(seen_car(label="airplane", box=(0.0, 0.03, 1.0, 0.97))) == []
    assert _labels(_new(seen_car(box=(0.1, 0.1, 0.8, 0.8)))) == ["car"]


def test_a_thing_found_again_where_it_was_lost_is_one_though_its_look_wavers() -> None:
    umbrella = seen_car(RED, label="umbrella", box=(0.4, 0.2, 0.2, 0.4), frames=(0, 12))
    turned = seen_car((130, 30, 80), label="umbrella", box=(0.42, 0.21, 0.2, 0.4), frames=(30, 42))
    assert _labels(_new(umbrella, turned)) == ["umbrella"]
    elsewhere = seen_car((130, 30, 80), label="umbrella", box=(0.75, 0.21, 0.2, 0.4), frames=(30, 42))
    assert len(_new(umbrella, elsewhere)) == 2


def test_one_frame_is_enough_for_what_is_large() -> None:
    assert _labels(_new(seen_car(frames=(24,), box=(0.3, 0.3, 0.4, 0.4)))) == ["car"]


def test_animals_and_things_are_objects_and_boats_vehicles() -> None:
    kinds = {
        label: _new(seen_car().model_copy(update={"label": label, "family": family}))[0].asset_type
        for label, family in (("cat", "pet"), ("kite", "kite"), ("boat", "boat"), ("bus", "vehicle"))
    }
    assert kinds == {"cat": "OBJECT", "kite": "OBJECT", "boat": "VEHICLE", "bus": "VEHICLE"}


def test_a_crowd_teaches_no_more_than_its_best() -> None:
    many = [
        seen_car(RED, box=(0.02 + 0.08 * number, 0.5, 0.07, 0.1), quality=6 + number / 10)
        for number in range(NEW_AT_MOST + 4)
    ]
    found = _new(*many)
    assert [entity.thing.quality for entity in found] == [pytest.approx(6 + n / 10) for n in range(4, 12)]


def test_the_order_in_which_things_are_handed_over_changes_nothing() -> None:
    seen = [
        seen_face(frames=(24, 36)),
        seen_person(frames=(24, 36)),
        seen_car(BLUE, box=(0.6, 0.5, 0.3, 0.25), frames=(12, 24)),
        seen_car(RED, frames=(0, 12)),
        # three in a row, each like the next: the last is a little off the first
        seen_car((176, 44, 48), label="truck", frames=(24, 36)),
        seen_car((150, 58, 60), label="bus", frames=(48, 60)),
        seen_face(box=(0.8, 0.1, 0.1, 0.2), frames=(0, 12)),
    ]
    expected = None
    for seed in range(12):
        shuffled = random.Random(seed).sample(seen, len(seen))
        found = [
            ([thing.label for thing in (entity.thing, *entity.also)], entity.thing.colors)
            for entity in _new(*shuffled)
        ]
        expected = expected or found
        assert found == expected
    assert [labels[0] for labels, _ in expected or []] == ["car", "face", "car", "person"]


def _taught(
    tmp_path: Path, *turns: list[NewEntity], source: str = "CLIP_EXTRACT"
) -> tuple[list[Asset], ArtefactStore, list[tuple[object, ...]]]:
    """The registry after clips of scene 1 taught it these entities, one turn after the other."""
    store = ArtefactStore(tmp_path / "data")

    async def work(session: Session) -> tuple[list[Asset], list[tuple[object, ...]]]:
        project = await projects.create_project(session, title="The kite")
        session.add(Scene(project_id=project.id, scene_index=1))
        manifest = await create_project_manifest(session, project)
        for entities in turns:
            await extract_and_register_new_entities(
                session, project.id, manifest.id, 1, entities, source, store=store
            )
            await session.commit()
        rows = await registry.appearances_of(session, project.id)
        (scene,) = await scenes.scenes_of(session, project.id)
        assert {row.scene_id for row in rows} <= {scene.id}
        assets = await load_manifest_assets(session, manifest.id)
        tags = {asset.id: asset.tag for asset in assets}
        return assets, [(tags[row.asset_id], row.scene_index, row.frame_index, row.how) for row in rows]

    assets, rows = in_database(tmp_path / "a.db", work)
    return assets, store, rows


@pytest.mark.service
def test_a_new_car_is_registered_with_crop_tag_words_colours_and_appearances(tmp_path: Path) -> None:
    thing = seen_car(RED)
    (asset,), store, rows = _taught(tmp_path, _new(thing))
    assert (asset.tag, asset.asset_type, asset.name, asset.label) == (
        "VEH_01", AssetType.VEHICLE, "red car", "car",
    )  # fmt: skip
    assert asset.visual_description == "a red car, bright, low and wide, seen at middle size on the left"
    assert asset.reverse_prompt == "red car, bright, low and wide"
    assert is_same_color(asset.colors[0], "#c81e23")
    assert (asset.quality_score, asset.source, asset.found_in_scene) == (7.5, AssetSource.CLIP_EXTRACT, 1)
    assert asset.reference_image is not None
    assert store.path(asset.reference_image).read_bytes() == thing.crop_png
    assert [(crop["image"], crop["role"], crop["scene_index"]) for crop in asset.crops] == [
        (asset.reference_image, "prop", 1)
    ]
    assert rows == [("VEH_01", 1, frame, "found") for frame in (0, 24, 48)]
    assert thing.asset_tag == "VEH_01"


@pytest.mark.service
def test_a_new_person_keeps_body_face_and_the_faces_embedding(tmp_path: Path) -> None:
    (asset,), _, rows = _taught(tmp_path, _new(seen_face(), seen_person(BLUE)))
    assert (asset.tag, asset.name) == ("CHAR_01", "person in blue")
    assert [crop["role"] for crop in asset.crops] == ["body", "face"]
    assert asset.face_embedding == [0.1, -0.2, 0.3]
    assert asset.face_embedding_space == "test_faces"
    assert len(rows) == 3  # one row a frame, though face and body were both seen in it


@pytest.mark.service
def test_the_same_entity_twice_is_one_asset(tmp_path: Path) -> None:
    assets, _, rows = _taught(tmp_path, _new(seen_car()), _new(seen_car()))
    assert [asset.tag for asset in assets] == ["VEH_01"]
    assert len(rows) == 3
    result = CVAnalysisResult(scene_index=1, seen=[seen_car()])
    assert identify_new_entities(result, assets) == []


@pytest.mark.service
def test_two_things_of_one_look_have_two_tags_and_two_names(tmp_path: Path) -> None:
    second = seen_car(RED, box=(0.6, 0.5, 0.3, 0.25))
    second.crop_png = png(car_picture(RED, (320, 170)))
    assets, _, _ = _taught(tmp_path, _new(seen_car(RED), second))
    assert [(asset.tag, asset.name) for asset in assets] == [("VEH_01", "red car"), ("VEH_02", "red car 2")]


@pytest.mark.service
def test_a_crop_that_is_no_picture_registers_nothing(tmp_path: Path) -> None:
    entity = NewEntity(thing=SeenThing(label="car", family="vehicle", crop_png=b"no"), asset_type="VEHICLE")
    assert _taught(tmp_path, [entity])[0] == []


@pytest.mark.service
def test_registering_is_undone_with_the_savepoint_it_stood_in(tmp_path: Path) -> None:
    store = ArtefactStore(tmp_path / "data")

    async def work(session: Session) -> tuple[int, str]:
        project: Project = await projects.create_project(session)
        manifest = await create_project_manifest(session, project)
        await session.commit()
        for attempt in range(2):
            try:
                async with session.begin_nested():
                    found = await extract_and_register_new_entities(
                        session, project.id, manifest.id, 1, _new(seen_car()), store=store
                    )
                    if attempt == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                await session.rollback()
        await session.commit()
        return len(await load_manifest_assets(session, manifest.id)), found[0].tag

    assert in_database(tmp_path / "a.db", work) == (1, "VEH_01")
    assert store.has(f"files/{digest_bytes(seen_car().crop_png)[:2]}/{digest_bytes(seen_car().crop_png)}.png")
