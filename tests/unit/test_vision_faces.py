"""Faces are found, drawn ones told from photographed ones, and photographed people known again."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from tests.vidpipe.drawn_frames import Person, Picture, frame

from cinecore.vision.detect import inside
from cinecore.vision.drawn import DRAWN_FROM, drawn_score
from cinecore.vision.face_identity import (
    CHIP_PIXELS,
    FACE_SPACE,
    FACE_THRESHOLDS,
    PADDING,
    STANDARD_POINTS,
    FaceEmbedder,
    face_chip,
    face_distance,
)
from cinecore.vision.faces import Face, FaceFinder, landmark_pixels

THRESHOLD = FACE_THRESHOLDS[FACE_SPACE]


@pytest.mark.model
@pytest.mark.parametrize("height", [400, 640, 1000])
@pytest.mark.parametrize("look", ["ink", "paper"])
def test_a_drawn_face_is_found_and_known_as_drawn(height: int, look: str) -> None:
    picture = frame([Person("woman", 640, height)], look=look)
    (face,) = FaceFinder().find(picture)
    points = landmark_pixels(face, picture)
    assert inside(face.box, (0.35, 0.0, 0.3, 0.7)) > 0.95
    left_eye, right_eye, nose, left_mouth, right_mouth = points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])
    assert drawn_score(picture, points, FaceEmbedder().embed(picture, points)) > DRAWN_FROM


@pytest.mark.model
def test_nobody_is_found_where_nobody_is() -> None:
    assert FaceFinder().find(frame()) == []


def test_a_chip_shows_the_landmarks_in_their_standard_places() -> None:
    target = (STANDARD_POINTS + PADDING) / (1 + 2 * PADDING) * CHIP_PIXELS
    turn = np.array([(0.9, -0.5), (0.5, 0.9)]) * 3.1
    marks = target @ turn.T + (200, 150)
    picture = np.full((900, 900, 3), 255, np.uint8)
    for x, y in marks.astype(int):
        picture[y - 9 : y + 10, x - 9 : x + 10] = 0
    chip = face_chip(picture, marks)
    for x, y in target.astype(int):
        assert chip[y, x].mean() < 60
    assert chip.mean() > 225


def photograph(media: Path, name: str) -> Image.Image:
    with Image.open(media / name) as image:
        return image.convert("RGB")


def changed(image: Image.Image) -> list[Image.Image]:
    """The photograph mirrored, dark, grey, blurred, turned, small, and in a corner of a wide picture."""
    corner = Image.new("RGB", (1280, 720), (90, 120, 80))
    small = ImageOps.contain(image, (1280, 420))
    corner.paste(small, (700, 260))
    return [
        image,
        ImageOps.mirror(image),
        ImageEnhance.Brightness(image).enhance(0.5),
        image.convert("L").convert("RGB"),
        image.filter(ImageFilter.GaussianBlur(max(image.size) / 400)),
        image.rotate(12, Image.Resampling.BICUBIC),
        ImageOps.contain(image, (300, 300)),
        corner,
    ]


def only_face(picture: Picture) -> Face:
    return FaceFinder().find(picture)[0]


@pytest.mark.model
@pytest.mark.shared
def test_photographed_people_are_known_again_and_never_taken_for_another(media_folder: Path) -> None:
    files = ("photos/astronaut.png", "faces/fr_obama.jpg", "faces/fr_biden.jpg")
    found: list[tuple[str, np.ndarray]] = []
    for name in files:
        for image in changed(ImageOps.contain(photograph(media_folder, name), (900, 900))):
            picture = np.asarray(image)
            points = landmark_pixels(only_face(picture), picture)
            vector = FaceEmbedder().embed(picture, points)
            found.append((name, vector))
            assert drawn_score(picture, points, vector) <= DRAWN_FROM, name
    pairs = list(combinations(found, 2))
    same = [face_distance(one, other) for (a, one), (b, other) in pairs if a == b]
    different = [face_distance(one, other) for (a, one), (b, other) in pairs if a != b]
    assert max(same) < THRESHOLD - 0.02
    assert min(different) > THRESHOLD + 0.12


@pytest.mark.model
@pytest.mark.shared
def test_one_face_is_measured_alike_with_and_without_its_mirror_image(media_folder: Path) -> None:
    picture = np.asarray(photograph(media_folder, "photos/astronaut.png"))
    points = landmark_pixels(only_face(picture), picture)
    embedder = FaceEmbedder()
    quick = embedder.embed(picture, points, is_mirrored_too=False)
    assert face_distance(quick, embedder.embed(picture, points)) < 0.15
