"""What counts as flashing: strobes over a quarter of the picture, not what moves, not what is slow or small."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from cinecore.render.flashes import LOOKED_AT, flashing

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
