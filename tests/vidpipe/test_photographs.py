"""Photographs composed in as they are: freed from a plain background, softly framed on a busy one, never stretched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.vidpipe.shots import board, frame, layer_named, placed, shot

from cinecore.errors import InputError
from cinecore.ports import ReferencePicture
from cinecore.vision.detect import ObjectDetector
from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS, FaceEmbedder, face_distance
from cinecore.vision.faces import Face, FaceFinder, landmark_pixels
from vidpipe.providers.draft.photographs import CutOut, clothes_under, cut_out, head_of

MAN = {
    "tag": "CHAR_01",
    "asset_type": "CHARACTER",
    "name": "Sam",
    "label": "man",
    "description": "a tall man",
}


def a_vase(size: tuple[int, int] = (400, 300), ground: tuple[int, int, int] = (230, 232, 228)) -> Image.Image:
    """A red form with a hole the colour of the ground, on a nearly plain ground."""
    pixels = np.random.default_rng(1).normal(ground, 3, (size[1], size[0], 3)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((140, 40, 260, 260), fill=(190, 30, 40))
    draw.ellipse((180, 120, 220, 180), fill=ground)
    return picture


def a_crowd(size: tuple[int, int] = (400, 300)) -> Image.Image:
    """A ground of many colours."""
    noise = np.random.default_rng(2).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def saved(picture: Image.Image, folder: Path, name: str = "photo.png") -> Path:
    picture.save(folder / name)
    return folder / name


def opaque_share(cut: CutOut) -> float:
    return float((np.asarray(cut.image)[:, :, 3] > 200).mean())


def test_a_plain_background_is_taken_away_and_holes_inside_stay(tmp_path: Path) -> None:
    cut = cut_out(saved(a_vase(), tmp_path), seeks_face=False)
    assert not cut.is_framed
    width, height = cut.image.size
    assert abs(width - 121) <= 4
    assert abs(height - 221) <= 4
    alpha = np.asarray(cut.image)[:, :, 3]
    assert alpha[2, 2] == 0
    assert alpha[height // 2, width // 2] == 255  # the hole: no way leads to it from outside


def test_a_busy_background_gets_soft_edges_and_keeps_its_shape(tmp_path: Path) -> None:
    cut = cut_out(saved(a_crowd(), tmp_path), seeks_face=False)
    assert cut.is_framed
    assert cut.image.size == (400, 300)
    alpha = np.asarray(cut.image)[:, :, 3]
    assert alpha[0].max() < 40
    assert alpha[150, 200] == 255
    steps = np.unique(alpha[150, :60])
    assert len(steps) > 8
    assert opaque_share(cut) > 0.7


def test_clear_parts_of_a_picture_are_kept(tmp_path: Path) -> None:
    picture = a_crowd().convert("RGBA")
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).rectangle((100, 50, 299, 249), fill=255)
    picture.putalpha(mask)
    cut = cut_out(saved(picture, tmp_path), seeks_face=False)
    assert (cut.image.size, cut.is_framed) == ((200, 200), False)


def test_a_photograph_that_lies_on_its_side_is_set_upright(tmp_path: Path) -> None:
    picture = a_crowd((200, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    picture.save(tmp_path / "p.jpg", exif=exif)
    assert cut_out(tmp_path / "p.jpg", seeks_face=False).image.size == (100, 200)


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>no picture</body></html>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40]
)
def test_what_is_no_picture_is_told_with_its_name(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(data)
    with pytest.raises(InputError) as told:
        cut_out(path, seeks_face=False)
    assert "cat.png" in str(told.value)
    with pytest.raises(InputError):
        board(shot("wide", "park"), extras=[("cat", "", "left", str(tmp_path / "gone.png"))])


def test_a_huge_photograph_is_reduced_and_not_stretched(tmp_path: Path) -> None:
    cut = cut_out(saved(a_crowd((2400, 600)), tmp_path), seeks_face=False)
    assert cut.image.size == (1600, 400)


@pytest.mark.parametrize("look", ["ink", "noir"])
def test_a_planted_photograph_keeps_its_pixels_and_its_shape(tmp_path: Path, look: str) -> None:
    path = saved(a_vase(), tmp_path)
    drawn = board(
        shot("wide", "room", interior=True, time_of_day="night"),
        look=look,
        extras=[("vase", "", "right", str(path))],
    )
    layer = next(layer for layer in drawn.layers if ".photo" in layer.name)
    assert abs(layer.image.width / layer.image.height - 121 / 221) < 0.03
    red = np.median(np.asarray(layer.image)[:, :, :3][np.asarray(layer.image)[:, :, 3] > 250], axis=0)
    assert np.abs(red - (190, 30, 40)).max() <= 3
    x = layer.x - (drawn.width - drawn.frame_width) / 2
    assert x > drawn.frame_width / 2


def test_a_photograph_without_a_face_is_shown_whole_in_a_persons_place(tmp_path: Path) -> None:
    reference = ReferencePicture("CHAR_01", "man", "face", saved(a_vase(), tmp_path), is_photo=True)
    drawn = board(shot("wide", "park", placed("man", "CHAR_01")), cast=[MAN], references=[reference])
    assert [layer.name for layer in drawn.layers if layer.group.startswith("CHAR_01")] == ["CHAR_01.0.photo"]


def test_a_head_is_cut_round_the_face_and_clothes_are_seen_under_it() -> None:
    picture = Image.new("RGBA", (200, 400), (20, 160, 60, 255))
    cut = CutOut(picture, (70, 60, 60, 80), is_framed=False)
    head = head_of(cut)
    assert head is not None
    assert head.face is not None
    assert head.face[2:] == (60, 80)
    assert head.image.getpixel((head.image.width // 2, head.image.height // 2)) == (20, 160, 60, 255)
    assert np.asarray(head.image)[0, 0, 3] == 0
    green = clothes_under(cut)
    assert green is not None
    assert green[1] > 2 * max(green[0], green[2])
    assert head_of(CutOut(picture, None, is_framed=False)) is None


def embedded(picture: np.ndarray, face: Face) -> np.ndarray:
    return FaceEmbedder().embed(picture, landmark_pixels(face, picture))


@pytest.mark.model
@pytest.mark.shared
@pytest.mark.parametrize(
    ("shot_type", "look"), [("wide", "noir"), ("two_shot", "paper"), ("medium", "ink"), ("close_up", "noir")]
)
def test_a_photographed_person_is_known_again_in_every_shot(
    media_folder: Path, shot_type: str, look: str
) -> None:
    path = media_folder / "faces" / "fr_obama.jpg"
    with Image.open(path) as file:
        file.thumbnail((900, 900))
        original = np.asarray(file.convert("RGB"))
    known = embedded(original, FaceFinder().find(original)[0])
    reference = ReferencePicture("CHAR_01", "man", "face", path, is_photo=True)
    of = shot(shot_type, "park", placed("man", "CHAR_01", position="left"))
    drawn = board(of, look=look, cast=[MAN], references=[reference], size=(1280, 720))
    picture = frame(drawn)
    faces = FaceFinder().find(picture)
    assert faces
    assert faces[0].box[3] * 720 >= 55
    assert face_distance(known, embedded(picture, faces[0])) < FACE_THRESHOLDS[FACE_SPACE]


@pytest.mark.model
@pytest.mark.shared
def test_a_photographed_head_walks_on_a_drawn_body_in_its_own_clothes_colour(media_folder: Path) -> None:
    reference = ReferencePicture(
        "CHAR_01", "woman", "face", media_folder / "photos" / "astronaut.png", is_photo=True
    )
    of = shot("wide", "road", placed("woman", "CHAR_01", action="walks", facing="left"))
    drawn = board(
        of, cast=[{**MAN, "label": "woman", "description": ""}], references=[reference], size=(1280, 720)
    )
    orange = np.median(
        np.asarray(layer_named(drawn, ".trunk").image)[:, :, :3][
            np.asarray(layer_named(drawn, ".trunk").image)[:, :, 3] > 250
        ],
        axis=0,
    )
    assert orange[0] > orange[1] > orange[2]
    head = layer_named(drawn, ".photo")
    assert (head.travel, head.group) == ("walk_left", layer_named(drawn, ".trunk").group)
    assert not [layer for layer in drawn.layers if layer.name.endswith((".head", ".mouth", ".blink"))]


@pytest.mark.model
@pytest.mark.shared
@pytest.mark.parametrize(("look", "position"), [("ink", "left"), ("paper", "right"), ("noir", "center")])
def test_a_planted_photograph_of_a_cat_is_found_as_a_cat(
    media_folder: Path, look: str, position: str
) -> None:
    of = shot(
        "wide",
        "room",
        placed("girl", "CHAR_02", position="right" if position == "left" else "left"),
        interior=True,
    )
    drawn = board(
        of,
        look=look,
        size=(1280, 720),
        extras=[("cat", "", position, str(media_folder / "photos" / "chelsea.png"))],
    )
    seen = ObjectDetector().detect(frame(drawn))
    assert max((found.score for found in seen if found.label == "cat"), default=0.0) >= 0.5
