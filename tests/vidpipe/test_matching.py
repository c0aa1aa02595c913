"""Who is who, told from sightings made by hand: lost and found things, doubtful kinds, faces and their photographs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.vidpipe.drawn_frames import BLUE, RED, Car, Person, frame

from cinecore.vision.colors import foreground, signature
from cinecore.vision.detect import ObjectDetector
from cinecore.vision.figures import figure_vector
from cinecore.vision.labels import family_of
from vidpipe.schemas.kinds import AssetType
from vidpipe.services.clip_frames import ClipFrame
from vidpipe.services.clusters import Cluster, clustered
from vidpipe.services.known_looks import KnownLook, family_of_asset
from vidpipe.services.matching import Expected, matched, told_labels
from vidpipe.services.sightings import PERSON, SeenFace, SeenOnce

BODY = (0.45, 0.3, 0.12, 0.67)
CAR = (60 / 1280, 430 / 720, 470 / 1280, 160 / 720)
BLANK = np.zeros((8, 8, 3), np.uint8)


def at(index: int) -> ClipFrame:
    return ClipFrame(index, index / 24, BLANK)


def person(name: str, box: tuple[float, float, float, float] = BODY, **more: Any) -> SeenOnce:
    picture = frame([Person(name, 640, 480)])
    once = SeenOnce(
        label=PERSON, family=PERSON, score=0.8, box=box, face=None, has_body=True,
        vector=figure_vector(picture, BODY, None), sharpness=9.0, colors=(),
        tone=signature(*foreground(picture, BODY)),
    )  # fmt: skip
    return replace(once, **more)


def thing(label: str, color: tuple[int, int, int], **more: Any) -> SeenOnce:
    tone = signature(*foreground(frame([Car(color)]), CAR))
    once = SeenOnce(
        label=label, family=family_of(label), score=0.6, box=CAR, face=None, has_body=True, vector=tone,
        sharpness=9.0, colors=(), tone=tone,
    )  # fmt: skip
    return replace(once, **more)


def known(tag: str, label: str, **looks: Any) -> KnownLook:
    kind = AssetType.CHARACTER if tag.startswith("CHAR") else AssetType.VEHICLE
    asset: Any = SimpleNamespace(id=tag, tag=tag, asset_type=kind, label=label, name="")
    values = {"faces": (), "figures": (), "things": ()} | looks
    return KnownLook(asset, family_of_asset(asset), **values)


def test_somebody_who_left_and_came_back_is_one_person() -> None:
    elsewhere = (0.1, 0.3, 0.12, 0.67)
    clusters = clustered([(at(0), [person("keeper")]), (at(9), []), (at(18), [person("keeper", elsewhere)])])
    assert [cluster.frame_indexes for cluster in clusters] == [{0, 18}]


def test_two_people_in_one_frame_are_two_even_if_they_look_alike() -> None:
    elsewhere = (0.1, 0.3, 0.12, 0.67)
    clusters = clustered([(at(index), [person("keeper"), person("keeper", elsewhere)]) for index in (0, 9)])
    assert [cluster.frame_indexes for cluster in clusters] == [{0, 9}, {0, 9}]


def test_a_dog_that_looks_like_a_person_in_some_frames_is_one_dog() -> None:
    dog = thing("dog", RED, also=(PERSON,))
    doubtful = replace(
        dog, label=PERSON, family=PERSON, also=("animal",), vector=person("girl").vector, score=0.5
    )
    (cluster,) = clustered([(at(0), [dog]), (at(9), [doubtful]), (at(18), [dog])])
    assert (cluster.label, cluster.family) == ("dog", "animal")
    assert cluster.also == {PERSON}
    assert cluster.vector.shape == dog.vector.shape


def test_the_shot_decides_what_the_eyes_are_not_sure_of() -> None:
    doubtful = replace(person("girl"), also=("animal",))
    sure = person("girl")
    dog = known("CHAR_02", "dog")
    for once, found in ((doubtful, 1), (sure, 0)):
        clusters = clustered([(at(0), [once]), (at(9), [once])])
        matches = matched(clusters, {}, [dog], [Expected("CHAR_02")])
        assert len(matches) == found
        assert told_labels(clusters, [dog], matches, None) == ({0: "dog"} if found else {})


def test_nobody_is_told_by_kind_whom_the_shot_does_not_name() -> None:
    clusters = clustered([(at(0), [person("keeper")])])
    assert matched(clusters, {}, [known("CHAR_01", "man")], []) == []


def test_the_one_nearest_to_the_place_that_the_shot_names_is_meant() -> None:
    left, right = (0.1, 0.3, 0.12, 0.67), (0.8, 0.3, 0.12, 0.67)
    clusters = clustered([(at(0), [person("keeper", left), person("girl", right)])])
    cast = [known("CHAR_01", "man"), known("CHAR_02", "girl")]
    matches = matched(clusters, {}, cast, [Expected("CHAR_01", "right"), Expected("CHAR_02", "left")])
    places = {cast[match.asset].asset.tag: clusters[match.cluster].sightings[0][1].box for match in matches}
    assert places == {"CHAR_01": right, "CHAR_02": left}


def test_a_drawn_face_is_never_matched_with_a_photograph() -> None:
    face = SeenFace(
        box=(0.48, 0.3, 0.05, 0.1), score=0.8, embedding=np.ones(128, np.float32), drawn=0.5, sharpness=9
    )
    seen = person("keeper", face=face)
    photographed = known("CHAR_01", "man", faces=(np.ones(128, np.float32),), figures=(seen.vector,))
    clusters = clustered([(at(0), [seen]), (at(9), [seen])])
    assert matched(clusters, {}, [photographed], [Expected("CHAR_01")]) == []
    drawn = known("CHAR_01", "man", figures=(seen.vector,))
    assert [match.how for match in matched(clusters, {}, [drawn], [])] == ["colour"]


def test_of_two_photographed_people_each_is_who_they_are() -> None:
    rng = np.random.default_rng(0)
    vectors = [vector / np.linalg.norm(vector) for vector in rng.normal(size=(2, 128)).astype(np.float32)]
    boxes = ((0.1, 0.3, 0.12, 0.67), (0.8, 0.3, 0.12, 0.67))
    seen = [
        person("keeper", box, face=SeenFace(box, 0.9, vector, -0.5, 9.0))
        for box, vector in zip(boxes, vectors, strict=True)
    ]
    clusters = clustered([(at(0), seen), (at(9), seen[::-1])])
    cast = [known("CHAR_01", "man", faces=(vectors[1],)), known("CHAR_02", "man", faces=(vectors[0],))]
    matches = matched(clusters, {}, cast, [])
    assert sorted((cast[match.asset].asset.tag, match.cluster, match.how) for match in matches) == [
        ("CHAR_01", 1, "face"),
        ("CHAR_02", 0, "face"),
    ]


@pytest.mark.model
def test_a_known_car_is_told_by_look_and_one_of_another_colour_by_nothing() -> None:
    from cinecore.vision.looks import thing_vector

    detector = ObjectDetector()
    red, blue = (thing_vector(frame([Car(color)]), CAR, detector) for color in (RED, BLUE))
    clusters = [Cluster([(at(0), thing("car", RED))])]
    car = known("VEH_01", "car", things=(red,))
    assert [match.how for match in matched(clusters, {0: red}, [car], [])] == ["look"]
    assert matched(clusters, {0: blue}, [car], []) == []
