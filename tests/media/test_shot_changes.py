"""What is a shot change and what only looks like one: light, motion, time codes, and cuts that hide in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.media.scenes import Picture, blended, encode, scene

from cinecore.analysis.onepass import analyse_film
from cinecore.ffmpeg.probe import probe

pytestmark = pytest.mark.media


def found(pictures: Picture, folder: Path) -> list[tuple[int, str]]:
    analysis = analyse_film(probe(encode(folder / "film.mp4", pictures)), folder / "work")
    return [(shot.first_frame, shot.opens_with) for shot in analysis.shots[1:]]


def lit(pictures: Picture, *frames: int) -> Picture:
    """The pictures with lightning in these frames: two thirds of the way to white."""
    struck = pictures.copy()
    struck[list(frames)] = (struck[list(frames)] * 0.33 + 255 * 0.67).astype(np.uint8)
    return struck


def coded(pictures: Picture) -> Picture:
    """The pictures with a code that changes in every frame along the upper edge, as burnt-in time has it."""
    bits = np.random.default_rng(9).integers(0, 2, (len(pictures), 20)) * 255
    stamped = pictures.copy()
    stamped[:, :10, :200] = np.repeat(bits, 10, axis=1)[:, None, :, None]
    return stamped


def crossed(pictures: Picture, *, left: int, right: int) -> Picture:
    """The pictures with two figures in them, at these columns, who shift from foot to foot."""
    staged = pictures.copy()
    for frame, picture in enumerate(staged):
        for column, tone in ((left, (60, 20, 16)), (right, (16, 20, 20))):
            begin = column + 2 * (frame // 3 % 2)
            picture[70:150, begin : begin + 26] = tone
    return staged


@pytest.mark.parametrize("pan", [0.0, 2.5])
def test_lightning_is_no_cut_however_the_camera_moves(tmp_path: Path, pan: float) -> None:
    pictures = lit(scene(101, 110, pan=pan), 30, 31, 35, 36, 40, 41, 80)
    assert found(pictures, tmp_path) == []


def test_a_cut_that_lightning_strikes_on_is_found_on_its_frame(tmp_path: Path) -> None:
    before, after = scene(102, 50, pan=2), scene(103, 50, pan=2)
    pictures = lit(np.concatenate([before, after]), 44, 45, 50, 51, 56, 57)
    assert found(pictures, tmp_path) == [(50, "hard")]


def test_a_light_switched_on_is_no_cut(tmp_path: Path) -> None:
    pictures = scene(104, 90)
    pictures[45:] = np.clip(pictures[45:] * 0.5 + 120, 0, 255).astype(np.uint8)
    assert found(pictures, tmp_path) == []


def test_a_running_time_code_hides_no_cut_within_a_dark_place(tmp_path: Path) -> None:
    place = scene(105, 96, gain=0.12, pan=0.5)
    first = crossed(place[:48], left=60, right=230)
    second = crossed(place[48:], left=120, right=170)
    assert found(coded(np.concatenate([first, second])), tmp_path) == [(48, "hard")]


@pytest.mark.parametrize("speed", [1.0, 1.6, 2.4])
def test_an_even_pan_is_no_dissolve(tmp_path: Path, speed: float) -> None:
    assert found(scene(106, 120, pan=speed, blur=10), tmp_path) == []


def test_a_dissolve_between_moving_cameras_is_found_inside_it(tmp_path: Path) -> None:
    first, second = scene(107, 80, pan=1.5), scene(108, 80, pan=-1.0)
    pictures = np.concatenate([first[:56], blended(first[56:], second[:24]), second[24:]])
    ((frame, kind),) = found(pictures, tmp_path)
    assert kind == "dissolve"
    assert 56 <= frame <= 80


def rained_on(pictures: Picture, *, drops: int = 160) -> Picture:
    """The pictures through heavy rain: other streaks in each frame."""
    dice = np.random.default_rng(11)
    wet = pictures.copy()
    height, width = wet.shape[1:3]
    for picture in wet:
        for row, column in zip(
            dice.integers(0, height - 14, drops), dice.integers(0, width - 2, drops), strict=True
        ):
            picture[row : row + 14, column] = np.maximum(picture[row : row + 14, column], 90)
    return wet


def test_rain_at_night_hides_no_cut_to_another_view_of_the_place(tmp_path: Path) -> None:
    place = scene(109, 130, gain=0.16)
    first = crossed(place[:48, :, :], left=60, right=230)
    second = crossed(np.roll(place[48:], 60, axis=2), left=120, right=200)
    assert found(rained_on(np.concatenate([first, second])), tmp_path) == [(48, "hard")]


@pytest.mark.parametrize("pan", [0.0, 3.0])
def test_rain_at_night_is_no_cut_whoever_moves_in_it(tmp_path: Path, pan: float) -> None:
    place = scene(110, 96, gain=0.16, pan=pan)
    for frame, picture in enumerate(place):
        column = 20 + 6 * min(40, max(0, frame - 30))
        picture[60:150, column : column + 40] = (70, 20, 16)
    assert found(rained_on(place), tmp_path) == []
