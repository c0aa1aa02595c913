"""Things are found in drawings at every size, once each, and by the names that stories use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.vidpipe.drawn_frames import BLUE, DUSK, NIGHT, RED, Car, Person, frame

from cinecore.vision.detect import Detection, ObjectDetector, overlap, suppress
from cinecore.vision.labels import FAMILIES, LABELS, SAME_THING, detector_label, family_of


@pytest.mark.model
@pytest.mark.parametrize(
    ("scale", "x", "y"), [(0.45, 700, 560), (1.0, 400, 480), (2.0, 200, 300), (2.6, 20, 260)]
)
def test_a_drawn_car_is_found_at_every_size(scale: float, x: int, y: int) -> None:
    found = ObjectDetector().detect(frame([Car(RED, x, y, scale)]))
    vehicles = [seen for seen in found if seen.family == "vehicle"]
    assert len(vehicles) == 1
    wanted = (x / 1280, y / 720, 470 * scale / 1280, 160 * scale / 720)
    assert overlap(vehicles[0].box, wanted) > 0.6
    assert vehicles[0].score > 0.5


@pytest.mark.model
def test_two_cars_and_a_person_are_three_things() -> None:
    found = ObjectDetector().detect(frame([Car(RED), Car(BLUE, 720, 480), Person("woman", 640, 380)]))
    assert sorted(seen.family for seen in found) == ["person", "vehicle", "vehicle"]


@pytest.mark.model
@pytest.mark.parametrize("ground", [DUSK, NIGHT])
def test_an_empty_place_holds_nothing(ground: tuple[tuple[int, int, int], tuple[int, int, int]]) -> None:
    assert ObjectDetector().detect(frame(ground=ground)) == []


@pytest.mark.model
def test_a_closer_look_finds_what_is_too_small_at_first() -> None:
    picture = frame([Person("keeper", 150, 52), Person("girl", 1100, 640)])
    detector = ObjectDetector()
    quick = [seen.box for seen in detector.detect(picture)]
    closely = [seen.box for seen in detector.detect(picture, sees_small=True)]
    assert not [box for box in quick if box[0] < 0.3]
    assert [box for box in closely if box[0] < 0.3]


@pytest.mark.model
@pytest.mark.parametrize("size", [(720, 1280), (600, 600), (1600, 400), (33, 21)])
def test_pictures_of_every_shape_are_seen(size: tuple[int, int]) -> None:
    pixels = np.asarray(Image.fromarray(frame([Person("girl", 640, 600)])).resize(size))
    for seen in ObjectDetector().detect(pixels, sees_small=True):
        left, top, width, height = seen.box
        assert left >= 0
        assert top >= 0
        assert left + width <= 1 + 1e-6
        assert top + height <= 1 + 1e-6


@pytest.mark.model
def test_equal_pictures_give_equal_answers() -> None:
    picture = frame([Car(BLUE), Person("keeper")])
    detector = ObjectDetector()
    assert detector.detect(picture, sees_small=True) == detector.detect(picture.copy(), sees_small=True)
    assert np.array_equal(detector.look(picture), detector.look(picture.copy()))


def seen(label: str, score: float, *box: float) -> Detection:
    return Detection(label, family_of(label), score, (box[0], box[1], box[2], box[3]))


def test_one_thing_under_two_labels_of_a_family_is_kept_once() -> None:
    car, truck = seen("car", 0.7, 0.1, 0.1, 0.4, 0.2), seen("truck", 0.6, 0.11, 0.1, 0.4, 0.21)
    assert suppress([truck, car]) == [car]


def test_a_loose_box_around_a_surer_one_is_the_same_person() -> None:
    person, loose = seen("person", 0.8, 0.47, 0.55, 0.08, 0.33), seen("person", 0.44, 0.47, 0.32, 0.1, 0.56)
    assert suppress([loose, person]) == [person]


def test_a_small_person_before_a_large_one_is_somebody_else() -> None:
    large, small = seen("person", 0.7, 0.2, 0.05, 0.5, 0.95), seen("person", 0.8, 0.55, 0.5, 0.1, 0.3)
    assert suppress([large, small]) == [small, large]


def test_a_dog_beside_a_person_is_not_a_part_of_them() -> None:
    person, dog = seen("person", 0.8, 0.3, 0.2, 0.2, 0.7), seen("dog", 0.6, 0.35, 0.6, 0.15, 0.3)
    assert suppress([person, dog]) == [person, dog]


@pytest.mark.parametrize(
    ("noun", "label"),
    [
        ("car", "car"), ("red car", "car"), ("old woman", "person"), ("Lighthouse  Keeper", "person"),
        ("ball", "sports ball"), ("sports ball", "sports ball"), ("lighthouse", None), ("", None), ("   ", None),
    ],
)  # fmt: skip
def test_nouns_of_stories_are_understood(noun: str, label: str | None) -> None:
    assert detector_label(noun) == label


def test_the_tables_of_labels_agree() -> None:
    assert len(set(LABELS)) == 80
    assert set(FAMILIES) <= set(LABELS)
    assert set(SAME_THING.values()) <= set(LABELS)
    assert not set(SAME_THING) & set(LABELS)


@pytest.mark.model
@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "label"), [("astronaut.png", "person"), ("chelsea.png", "cat"), ("coffee.png", "cup")]
)
def test_photographs_are_named(media_folder: Path, file: str, label: str) -> None:
    with Image.open(media_folder / "photos" / file) as image:
        found = ObjectDetector().detect(np.asarray(image.convert("RGB")))
    assert found[0].label == label
