"""Which stills show the same view: what a viewer would call the same, by day and by night, in any order."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from cinecore.ffmpeg.run import run
from cinecut.inference.near_views import LOOK_SIZE, Look, look_of, representatives

Picture = npt.NDArray[np.float32]


def scene(seed: int, *, light: float = 1.0) -> Picture:
    """A picture of soft patches, 320 by 180, values 0..1; `light` as through a darker filter."""
    coarse = np.random.default_rng(seed).random((6, 9, 3), dtype=np.float32)
    image = Image.fromarray((coarse * 255).astype(np.uint8)).resize((320, 180), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32) / 255 * light


def look(picture: Picture, *, quality: int = 88) -> Look:
    stream = io.BytesIO()
    Image.fromarray((picture.clip(0, 1) * 255).round().astype(np.uint8)).save(stream, "JPEG", quality=quality)
    found = look_of(stream.getvalue())
    assert found is not None
    return found


def is_one_view(first: Picture, second: Picture) -> bool:
    return len(set(representatives({"a": look(first), "b": look(second, quality=70)}).values())) == 1


def with_block(
    picture: Picture, color: tuple[float, float, float], width: int = 40, height: int = 50
) -> Picture:
    changed = picture.copy()
    changed[60 : 60 + height, 120 : 120 + width] = color
    return changed


@pytest.mark.parametrize("light", [1.0, 0.3])
def test_the_same_view_is_known_through_noise_and_compression(light: float) -> None:
    picture = scene(1, light=light)
    noise = np.random.default_rng(2).normal(0, 0.01 * light, picture.shape).astype(np.float32)
    assert is_one_view(picture, picture + noise)


@pytest.mark.parametrize("light", [1.0, 0.3, 0.08, 0.04])
def test_two_views_are_told_apart_in_any_light(light: float) -> None:
    assert not is_one_view(scene(1, light=light), scene(2, light=light))


@pytest.mark.parametrize("light", [1.0, 0.3])
def test_a_figure_that_came_makes_another_view(light: float) -> None:
    picture = scene(3, light=light)
    red = (0.9 * light, 0.1 * light, 0.1 * light)
    assert not is_one_view(picture, with_block(picture, red))
    assert not is_one_view(picture, with_block(picture, red, width=20, height=30))


def test_a_title_that_came_makes_another_view() -> None:
    black = np.zeros((180, 320, 3), dtype=np.float32)
    title = with_block(black, (0.8, 0.8, 0.8), width=80, height=6)
    assert not is_one_view(black, title)
    assert not is_one_view(title, with_block(black, (0.8, 0.8, 0.8), width=60, height=6))
    twice = {"a": look(black), "b": look(black)}
    assert representatives(twice) == {"a": "a", "b": "a"}


def test_every_still_is_near_the_one_that_stands_for_it_and_a_pan_is_no_single_view() -> None:
    wide = np.concatenate([scene(seed) for seed in range(4)], axis=1)
    looks = {f"{at:04d}": look(wide[:, at : at + 320]) for at in range(300)}
    chosen = representatives(looks)
    assert 10 < len(set(chosen.values())) < len(looks)
    for key, stands in chosen.items():
        assert chosen[stands] == stands
        difference = np.abs(looks[key].astype(int) - looks[stands]).mean() / 255
        assert difference < 0.03
    apart = {key: stands for key, stands in chosen.items() if abs(int(key) - int(stands)) > 20}
    assert apart == {}


def test_the_order_does_not_matter() -> None:
    wide = np.concatenate([scene(5), scene(6)], axis=1)
    looks = {f"{at:04d}": look(wide[:, at : at + 320]) for at in range(0, 300, 2)}
    expected = representatives(looks)
    for seed in range(5):
        keys = list(looks)
        random.Random(seed).shuffle(keys)
        assert representatives({key: looks[key] for key in keys}) == expected


def test_what_is_no_picture_has_no_look() -> None:
    assert look_of(b"\xff\xd8\xff nothing") is None
    assert look_of(b"") is None
    assert representatives({}) == {}


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_look_has_one_shape_whatever_the_picture(mode: str) -> None:
    stream = io.BytesIO()
    Image.new(mode, (37, 501)).save(stream, "JPEG")
    found = look_of(stream.getvalue())
    assert found is not None
    assert (found.shape, found.dtype) == ((LOOK_SIZE[1], LOOK_SIZE[0], 3), np.uint8)


REAL_PAIRS = [
    (163.0, 166.5, True),  # a rabbit stares, and after a cut away still stares,
    (372.5, 376.5, True),
    (89.5, 92.0, True),
    (56.0, 57.5, False),  # the sky, and a head that rises into it: .010 apart over the whole picture
    (88.5, 98.0, False),  # a rabbit before hills, and the hills
    (295.5, 296.5, False),  # a tree, and the arrow in it
    (176.0, 177.0, False),  # a fruit comes flying
    (416.0, 415.0, False),  # a branch, and a squirrel on it
    (381.0, 384.0, False),
]
"""Seconds of Big Buck Bunny, and whether the two stills show the same; each was looked at."""


@pytest.mark.shared
@pytest.mark.media
@pytest.mark.parametrize(("first_s", "second_s", "is_same"), REAL_PAIRS)
def test_stills_of_a_real_film_are_one_view_only_where_they_show_the_same(
    media_folder: Path, first_s: float, second_s: float, is_same: bool
) -> None:
    film = media_folder / "video" / "big_buck_bunny_448x252.mp4"
    looks = {}
    for time_s in (first_s, second_s):
        still = run(
            [
                *("-nostdin", "-loglevel", "error", "-ss", str(time_s), "-i", film),
                *("-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2pipe", "pipe:1"),
            ]
        )
        found = look_of(still)
        assert found is not None
        looks[str(time_s)] = found
    assert (len(set(representatives(looks).values())) == 1) == is_same
