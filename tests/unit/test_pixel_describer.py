"""The describer that measures: its words follow from light, colour and detail, and from nothing else."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cinecore.errors import InputError
from cinecore.ports import Description, StillView
from cinecut.inference.pixels import ACTION_UNKNOWN, MOODS, PixelDescriber, measure


def described(folder: Path, pixels: np.ndarray) -> Description:
    path = folder / "still.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return PixelDescriber().describe(StillView(0.0, path))


def flat(*rgb: int) -> np.ndarray:
    return np.broadcast_to(np.array(rgb), (180, 320, 3)).copy()


def test_words_follow_light_and_colour(tmp_path: Path) -> None:
    assert described(tmp_path, flat(0, 0, 0)).visual_content == "A black picture; nothing to be seen."
    blue = described(tmp_path, flat(10, 20, 60))
    assert "dark" in blue.visual_content or "black" in blue.visual_content
    assert "cool" in blue.visual_content
    assert "mostly blue" in blue.visual_content
    assert blue.mood == "sombre"
    orange = described(tmp_path, flat(250, 160, 60))
    assert "warm" in orange.visual_content
    assert "mostly orange" in orange.visual_content
    assert "greys only" in described(tmp_path, flat(128, 128, 128)).visual_content


def test_words_follow_where_light_and_detail_lie(tmp_path: Path) -> None:
    picture = flat(220, 220, 220)
    picture[120:] = 40
    assert described(tmp_path, picture).setting == "bright above, darker below"
    assert described(tmp_path, picture[::-1]).setting == "bright below, darker above"
    busy = flat(120, 120, 120)
    busy[130:, ::8] = 255
    assert "lower third" in described(tmp_path, busy).visual_content


def test_letterbox_bars_change_no_word(tmp_path: Path) -> None:
    picture = flat(200, 180, 90)
    picture[60:90, 100:200] = (30, 60, 160)
    barred = np.zeros((240, 320, 3))
    barred[30:210] = picture
    assert described(tmp_path, barred) == described(tmp_path, picture)


def test_nothing_is_said_of_what_a_single_still_cannot_tell(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        base = rng.integers(0, 256, (6, 8, 3))
        seen = described(tmp_path, np.kron(base, np.ones((30, 40, 1))))
        assert seen.action == ACTION_UNKNOWN
        assert seen.mood in MOODS


def test_a_measure_is_what_it_says() -> None:
    checks = np.indices((90, 160)).sum(axis=0) % 2
    figures = measure(np.repeat(checks[..., None], 3, axis=2).astype(np.float32))
    assert figures.brightness == pytest.approx(0.5, abs=0.01)
    assert figures.contrast == pytest.approx(1.0, abs=0.01)
    assert figures.saturation == 0
    assert sum(figures.row_detail) == pytest.approx(1.0, abs=1e-4)


def test_a_still_that_is_no_picture_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff nothing")
    with pytest.raises(InputError):
        PixelDescriber().describe(StillView(1.0, path))
