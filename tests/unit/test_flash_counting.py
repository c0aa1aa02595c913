"""What counts as flashing: strobes of light or of red over a quarter of the picture, not what moves, is slow or small."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from cinecore.render.flashes import LOOKED_AT, flashing, linear_light

FPS = 24.0
WIDTH, HEIGHT = LOOKED_AT
Pictures = npt.NDArray[np.uint8]


def strobe(changes_a_second: float, columns: int = WIDTH, *, dark: int = 20, bright: int = 220) -> Pictures:
    """Three seconds whose first columns are dark and bright in turn; the rest is dark."""
    frames = np.arange(72)
    is_bright = (frames * changes_a_second / FPS).astype(int) % 2 == 1
    pictures = np.full((len(frames), HEIGHT, WIDTH), dark, np.uint8)
    pictures[is_bright, :, :columns] = bright
    return pictures


@pytest.mark.parametrize("changes", [8, 12, 24])
def test_a_strobe_is_found_where_it_lasts(changes: float) -> None:
    still = np.full((48, HEIGHT, WIDTH), 20, np.uint8)
    ((begin, end),) = flashing(np.concatenate([still, strobe(changes), still]), FPS)
    assert 48 <= begin <= 48 + FPS / changes + 1
    assert 48 + 72 - FPS / changes - 1 <= end <= 48 + 73


@pytest.mark.parametrize(
    "pictures",
    [strobe(5), strobe(12, WIDTH // 5), strobe(12, dark=222, bright=235), strobe(12, dark=100, bright=110)],
    ids=["slow", "small", "bright already", "faint"],
)
def test_what_harms_nobody_is_not_counted(pictures: Pictures) -> None:
    assert flashing(pictures, FPS) == ()


def test_what_moves_is_no_flash() -> None:
    """Something bright, nearly half the picture, that bobs up and down four times a second."""
    pictures = np.full((96, HEIGHT, WIDTH), 30, np.uint8)
    for frame, picture in enumerate(pictures):
        top = round(8 + 8 * np.sin(2 * np.pi * 4 * frame / FPS))
        picture[top : top + 12, 4:44] = 210
    assert flashing(pictures, FPS) == ()


def test_few_frames_do_not_flash() -> None:
    assert flashing(strobe(24)[:6], FPS) == ()
    assert flashing([], FPS) == ()


RED, DARK_RED, BLACK, GREY, GREEN = (200, 0, 0), (150, 0, 0), (0, 0, 0), (60, 60, 60), (0, 115, 0)
"""In full-range codes; the green is as light as the red."""
ORANGE, SCARLET, BLUE, NIGHT = (200, 110, 0), (255, 60, 30), (0, 0, 190), (40, 0, 0)


def coded(color: tuple[int, int, int]) -> tuple[int, int, int]:
    """Y, Cb, Cr of limited range (ITU-R BT.709)."""
    red, green, blue = (value / 255 for value in color)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    cb, cr = (blue - luma) / 1.8556, (red - luma) / 1.5748
    return round(16 + 219 * luma), round(128 + 224 * cb), round(128 + 224 * cr)


def painted(color: tuple[int, int, int], frames: int) -> Pictures:
    planes = np.array(coded(color), np.uint8)[None, :, None, None]
    return np.broadcast_to(planes, (frames, 3, HEIGHT, WIDTH)).copy()


def in_turn(
    first: tuple[int, int, int], second: tuple[int, int, int], changes: float, columns: int = WIDTH
) -> Pictures:
    """Three seconds whose first columns have two colours in turn; the rest stays as at first."""
    pictures = painted(first, 72)
    other = (np.arange(72) * changes / FPS).astype(int) % 2 == 1
    pictures[other, :, :, :columns] = painted(second, 1)[:, :, :, :columns]
    return pictures


@pytest.mark.parametrize("color", [RED, GREY, GREEN, ORANGE, BLUE, NIGHT])
def test_codes_are_read_as_the_light_that_they_stand_for(color: tuple[int, int, int]) -> None:
    light = linear_light(painted(color, 1)[0])[:, 0]
    assert np.abs(light ** (1 / 2.2) * 255 - color).max() < 9


@pytest.mark.parametrize(
    "pair",
    [(RED, GREY), (RED, GREEN), (RED, DARK_RED), (DARK_RED, BLACK), (DARK_RED, BLUE), (SCARLET, ORANGE)],
    ids=["grey", "as light a green", "darker red", "black", "blue", "orange"],
)
@pytest.mark.parametrize("changes", [8, 12])
def test_a_strobe_of_saturated_red_is_found_whatever_its_light_does(
    pair: tuple[tuple[int, int, int], tuple[int, int, int]], changes: float
) -> None:
    calm = painted(GREY, 48)
    pictures = np.concatenate([calm, in_turn(*pair, changes), calm])
    assert flashing(pictures[:, 0], FPS) == (), "its luma alone tells nothing"
    ((begin, end),) = flashing(pictures, FPS)
    assert 46 <= begin <= 48 + FPS / changes + 1
    assert 48 + 72 - FPS / changes - 1 <= end <= 48 + 74


@pytest.mark.parametrize(
    "pictures",
    [
        in_turn(RED, GREY, 5),
        in_turn(RED, GREY, 12, WIDTH // 5),
        in_turn(ORANGE, (0, 135, 0), 12),
        in_turn(BLUE, BLACK, 12),
        in_turn(NIGHT, BLACK, 12),
        in_turn(RED, (195, 0, 0), 12),
    ],
    ids=["slow", "small", "no red", "blue", "nearly black", "hardly any change"],
)
def test_red_that_harms_nobody_is_not_counted(pictures: Pictures) -> None:
    assert flashing(pictures, FPS) == ()


def test_something_red_that_moves_is_no_flash() -> None:
    """A saturated red thing, nearly half the picture, that bobs four times a second; and one that runs to and fro."""
    red = np.array(coded(RED), np.uint8)[:, None, None]
    for axis, reach in ((1, 8), (2, 12)):
        pictures = painted(GREY, 96)
        for frame, picture in enumerate(pictures):
            at = round(reach + reach * np.sin(2 * np.pi * 4 * frame / FPS))
            if axis == 1:
                picture[:, at : at + 12, 4:44] = red
            else:
                picture[:, 2:26, at : at + 24] = red
        assert flashing(pictures, FPS) == ()


def test_flashes_of_light_and_of_red_are_each_counted_for_themselves() -> None:
    """Two flashes of red and two of white within one second are not four of either."""
    second = [
        painted(color, 3)
        for color in (RED, GREEN, RED, GREEN, (230, 230, 230), BLACK, (230, 230, 230), BLACK)
    ]
    assert flashing(np.concatenate([painted(GREEN, 48), *second, painted(BLACK, 48)]), FPS) == ()
