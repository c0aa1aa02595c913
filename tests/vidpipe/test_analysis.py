"""A clip is looked at: who is in it is found, known people and things are known again, the rest is new."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps
from tests.vidpipe.databases import in_database
from tests.vidpipe.drawn_frames import BLUE, DUSK, RED, Car, Person, coded, frame, panned

from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS
from cinecore.vision.figures import FIGURE_SPACE
from cinecore.vision.looks import THING_SPACE
from vidpipe.artefacts import ArtefactStore
from vidpipe.db import projects, registry
from vidpipe.db.engine import Session
from vidpipe.schemas.analysis import CVAnalysisResult, SeenThing
from vidpipe.schemas.kinds import AssetType
from vidpipe.services.cv_analysis_service import CVAnalysisService
from vidpipe.services.entity_extraction import identify_new_entities

pytestmark = [pytest.mark.media, pytest.mark.model]

SIZE = (640, 360)


@dataclass
class Known:
    """Something in the registry."""

    tag: str
    asset_type: AssetType
    label: str
    reference_image: str | None = None
    image_embedding: list[float] | None = None
    image_embedding_space: str | None = None
    face_embedding: list[float] | None = None
    face_embedding_space: str | None = None
    name: str = ""
    visual_description: str = ""
    crops: list[Any] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"id of {self.tag}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("analysis")


@pytest.fixture(scope="module")
def store(folder: Path) -> ArtefactStore:
    return ArtefactStore(folder / "data")


@pytest.fixture(scope="module")
def service(store: ArtefactStore) -> CVAnalysisService:
    return CVAnalysisService(store)


@pytest.fixture(scope="module")
def first_clip(folder: Path) -> Path:
    """A keeper by day, and a red car that no text names."""
    picture = frame([Car(RED, 60, 430), Person("keeper", 900, 560)], size=SIZE)
    return coded(folder / "first.mp4", panned(picture, 30, 1))


@pytest.fixture(scope="module")
def second_clip(folder: Path) -> Path:
    """The same two at dusk, elsewhere in the picture, and a blue car."""
    things = [Car(RED, 700, 520, 0.8), Car(BLUE, 60, 400, 0.9), Person("keeper", 560, 600, "left")]
    return coded(
        folder / "second.mp4", panned(frame(things, ground=DUSK, light=0.9, seed=3, size=SIZE), 30, -1)
    )


def shot(*placements: dict[str, str], **more: str) -> dict[str, Any]:
    return {"shot_type": "wide", "setting": "beach", "placements": list(placements), **more}


MAN = {"tag": "CHAR_01", "label": "man", "position": "right"}


def look(
    service: CVAnalysisService, clip: Path, assets: Sequence[Known], expected: dict[str, Any] | None = None
) -> CVAnalysisResult:
    manifest = {"shot": expected or shot(), "cut": "cut", "previous": None}
    return asyncio.run(service.analyze_generated_content(0, [], str(clip), manifest, assets))


def of(result: CVAnalysisResult, family: str) -> list[SeenThing]:
    return [thing for thing in result.seen if thing.family == family]


def picture_of(thing: SeenThing) -> np.ndarray:
    with Image.open(io.BytesIO(thing.crop_png)) as image:
        return np.asarray(image.convert("RGB"))


def stored(store: ArtefactStore, picture: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return store.put_bytes(buffer.getvalue(), ".png")


@pytest.fixture(scope="module")
def first(service: CVAnalysisService, first_clip: Path) -> CVAnalysisResult:
    return look(service, first_clip, [Known("CHAR_01", AssetType.CHARACTER, "man")], shot(MAN))


def test_everybody_and_everything_is_one_thing_over_all_frames(first: CVAnalysisResult) -> None:
    (person,), (car,) = of(first, "person"), of(first, "vehicle")
    assert len(first.frames_sampled) == 4
    for thing in (person, car):
        assert {seen.frame_index for seen in thing.sightings} == set(first.frames_sampled)
        assert thing.quality >= 7
    assert len(of(first, "face")) == 1


def test_a_crop_shows_the_thing_with_a_little_margin(first: CVAnalysisResult) -> None:
    (car,) = of(first, "vehicle")
    crop = picture_of(car)
    height, width = crop.shape[:2]
    assert 1.8 < width / height < 4
    assert 200 < width < 320
    red = (crop[..., 0] > crop[..., 1].astype(int) + 60) & (crop[..., 0] > crop[..., 2].astype(int) + 60)
    assert red.mean() > 0.15
    strongest = [int(car.colors[0][at : at + 2], 16) for at in (1, 3, 5)]
    assert strongest[0] > strongest[1] + 60


def test_somebody_without_a_picture_is_told_by_kind_and_a_planted_car_is_new(first: CVAnalysisResult) -> None:
    (person,), (car,) = of(first, "person"), of(first, "vehicle")
    assert person.asset_tag == "CHAR_01"
    assert [match.how for match in first.object_matches] == ["kind"]
    assert car.asset_tag is None
    assert first.new_entity_count == 1
    new = identify_new_entities(first, [])
    assert any(entity.thing is car for entity in new)


def test_a_drawn_face_is_given_no_photographs_embedding(first: CVAnalysisResult) -> None:
    (face,) = of(first, "face")
    assert face.face_embedding is None
    assert face.image_embedding_space == FIGURE_SPACE
    assert first.face_matches == []


def test_pictures_and_vectors_stay_out_of_what_is_stored(first: CVAnalysisResult) -> None:
    (car,) = of(first, "vehicle")
    assert car.crop_png
    assert car.image_embedding
    assert first.clip_embeddings
    text = first.model_dump_json()
    assert len(text) < 20_000
    assert "clip_embeddings" not in text
    assert "crop_png" not in text
    assert CVAnalysisResult.model_validate_json(text).continuity_score == first.continuity_score


def registered(first: CVAnalysisResult, store: ArtefactStore, *, by: str) -> list[Known]:
    """The registry after the first clip, known by its vectors or by its pictures."""
    (person,), (car,) = of(first, "person"), of(first, "vehicle")
    man = Known("CHAR_01", AssetType.CHARACTER, "man")
    vehicle = Known("VEH_01", AssetType.VEHICLE, "car")
    for asset, thing in ((man, person), (vehicle, car)):
        if by == "vectors":
            asset.image_embedding = thing.image_embedding
            asset.image_embedding_space = thing.image_embedding_space
        else:
            asset.reference_image = store.put_bytes(thing.crop_png, ".png")
    return [man, vehicle]


@pytest.mark.parametrize("by", ["vectors", "pictures"])
def test_the_red_car_is_known_again_and_the_blue_one_is_new(
    by: str, first: CVAnalysisResult, service: CVAnalysisService, store: ArtefactStore, second_clip: Path
) -> None:
    result = look(service, second_clip, registered(first, store, by=by))
    cars = {thing.asset_tag: thing for thing in of(result, "vehicle")}
    assert set(cars) == {"VEH_01", None}
    assert cars["VEH_01"].sightings[0].box[0] > 0.5
    assert cars[None].sightings[0].box[0] < 0.3
    (person,) = of(result, "person")
    assert person.asset_tag == "CHAR_01"
    assert {match.tag: match.how for match in result.object_matches} == {
        "CHAR_01": "colour",
        "VEH_01": "look",
    }
    assert result.new_entity_count == 1


def test_somebody_else_and_a_car_of_another_colour_are_not_matched(
    first: CVAnalysisResult, service: CVAnalysisService, store: ArtefactStore, folder: Path
) -> None:
    picture = frame([Person("girl", 900, 600), Car(BLUE, 100, 430)], size=SIZE)
    result = look(
        service, coded(folder / "others.mp4", panned(picture, 12, 1)), registered(first, store, by="vectors")
    )
    assert [thing.asset_tag for thing in of(result, "person")] == [None]
    assert [thing.asset_tag for thing in of(result, "vehicle")] == [None]
    assert result.object_matches == []
    assert result.new_entity_count == 2


def test_the_same_clip_gives_the_same_answer_from_other_eyes(
    first: CVAnalysisResult, store: ArtefactStore, first_clip: Path
) -> None:
    again = look(
        CVAnalysisService(store), first_clip, [Known("CHAR_01", AssetType.CHARACTER, "man")], shot(MAN)
    )
    assert again.model_dump_json() == first.model_dump_json()
    assert [thing.crop_png for thing in again.seen] == [thing.crop_png for thing in first.seen]
    assert [thing.image_embedding for thing in again.seen] == [thing.image_embedding for thing in first.seen]


def test_the_clip_before_counts_the_same_whether_remembered_or_looked_at_again(
    first: CVAnalysisResult,
    service: CVAnalysisService,
    store: ArtefactStore,
    first_clip: Path,
    second_clip: Path,
) -> None:
    known = registered(first, store, by="vectors")
    manifest = {
        "shot": shot(MAN), "cut": "cut",
        "previous": {"clip_path": str(first_clip), "shot": shot(MAN), "cut": "cut"},
    }  # fmt: skip
    look(service, first_clip, known)
    results = [
        asyncio.run(eyes.analyze_generated_content(1, [], second_clip, manifest, known))
        for eyes in (service, CVAnalysisService(store))
    ]
    assert results[0].model_dump_json() == results[1].model_dump_json()
    identity = results[0].continuity["identity"]
    assert identity.score is not None
    assert identity.score > 7
    assert "against 2 looks" in identity.evidence
    assert results[0].continuity["palette"].score is not None


def test_a_clip_before_that_is_gone_is_noted_and_no_failure(
    service: CVAnalysisService, first_clip: Path, folder: Path
) -> None:
    manifest = {"shot": shot(), "cut": "cut", "previous": {"clip_path": str(folder / "gone.mp4")}}
    result = asyncio.run(service.analyze_generated_content(1, [], first_clip, manifest, []))
    assert result.continuity["palette"].score is None
    assert len(result.notes) == 1
    assert "before" in result.notes[0]


def test_a_reference_that_is_no_picture_is_noted_and_no_failure(
    service: CVAnalysisService, store: ArtefactStore, first_clip: Path
) -> None:
    broken = Known("VEH_01", AssetType.VEHICLE, "car", store.put_bytes(b"<html>no picture</html>", ".png"))
    result = look(service, first_clip, [broken])
    assert [thing.asset_tag for thing in of(result, "vehicle")] == [None]
    assert "cannot be read" in result.notes[0]


def test_places_and_styles_are_matched_with_nothing(
    service: CVAnalysisService, store: ArtefactStore, first_clip: Path
) -> None:
    picture = stored(store, frame([Car(RED)], size=SIZE))
    beach = Known("ENV_01", AssetType.ENVIRONMENT, "car park", picture)
    assert look(service, first_clip, [beach]).object_matches == []


def photographed(media: Path, name: str, height: int) -> Image.Image:
    with Image.open(media / name) as image:
        return ImageOps.contain(image.convert("RGB"), (1000, height))


@pytest.mark.shared
def test_a_photographed_person_is_recognised_and_the_one_beside_is_new(
    service: CVAnalysisService, store: ArtefactStore, folder: Path, media_folder: Path
) -> None:
    scene = Image.fromarray(frame(ground=DUSK))
    scene.paste(photographed(media_folder, "faces/fr_obama.jpg", 520), (120, 200))
    scene.paste(photographed(media_folder, "photos/astronaut.png", 480), (740, 240))
    clip = coded(folder / "photographs.mp4", panned(np.asarray(scene), 16, 2))
    with Image.open(media_folder / "faces/fr_obama.jpg") as image:
        reference = stored(store, np.asarray(ImageOps.mirror(image.convert("RGB")).resize((455, 568))))
    result = look(service, clip, [Known("CHAR_01", AssetType.CHARACTER, "man", reference)])
    (match,) = result.face_matches
    assert (match.tag, match.space) == ("CHAR_01", FACE_SPACE)
    assert match.distance < match.threshold == FACE_THRESHOLDS[FACE_SPACE]
    assert all(sighting.box[0] < 0.5 for sighting in match.sightings)
    others = [thing for thing in of(result, "face") if thing.asset_tag is None]
    assert len(others) == 1
    assert others[0].face_embedding_space == FACE_SPACE
    assert result.new_entity_count == 1


@pytest.mark.shared
def test_a_photographed_cat_is_a_cat(service: CVAnalysisService, folder: Path, media_folder: Path) -> None:
    scene = Image.fromarray(frame())
    scene.paste(photographed(media_folder, "photos/chelsea.png", 400), (500, 300))
    result = look(service, coded(folder / "cat.mp4", panned(np.asarray(scene), 10, 1)), [])
    (cat,) = of(result, "animal")
    assert cat.label == "cat"
    assert cat.image_embedding_space == THING_SPACE
    assert cat.quality >= 5


@pytest.mark.service
def test_appearances_are_stored_once_a_frame_and_a_look_is_learned(
    first: CVAnalysisResult, service: CVAnalysisService, folder: Path
) -> None:
    async def work(session: Session) -> tuple[int, int, list[str], str | None, str | None]:
        project = await projects.create_project(session, title="The kite")
        manifest = await registry.create_manifest(session, project_id=project.id)
        man = await registry.add_asset(
            session, manifest.id, tag="CHAR_01", asset_type=AssetType.CHARACTER, label="man"
        )
        result = first.model_copy(deep=True)
        for match in result.object_matches:
            match.asset_id = man.id
        added = await service.track_appearances(session, project.id, 0, result)
        again = await service.track_appearances(session, project.id, 0, result)
        rows = await registry.appearances_of(session, project.id)
        return added, again, [row.how for row in rows], man.image_embedding_space, man.reference_image

    added, again, how, space, picture = in_database(folder / "vidpipe.db", work)
    (person,) = of(first, "person")
    assert how == ["kind"] * len(person.sightings)
    assert (added, again) == (len(person.sightings), 0)
    assert (space, picture) == (FIGURE_SPACE, None)


def test_the_shot_tells_what_the_eyes_are_not_sure_of(service: CVAnalysisService, first_clip: Path) -> None:
    result = look(service, first_clip, [], shot({"tag": "", "label": "van", "position": "left"}))
    assert [thing.label for thing in of(result, "vehicle")] == ["car"]
    result = look(service, first_clip, [], shot({"tag": "", "label": "truck", "position": "left"}))
    assert [thing.label for thing in of(result, "vehicle")] == ["truck"]
