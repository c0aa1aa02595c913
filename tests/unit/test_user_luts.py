"""A user's LUT: refused with one message where it is none, and really laid over the picture by its strength."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cinecore.errors import InputError
from cinecore.ffmpeg.graph import print_chain
from cinecore.ffmpeg.run import run
from cinecore.render.lut import (
    LARGEST_3D,
    Cube,
    cube_bytes,
    looked_up,
    lut_filters,
    mixed,
    prepared,
    read_cube,
)

HEAD = 'TITLE "x"\nLUT_3D_SIZE 2\n'
EIGHT = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"


def warm(points: int = 5) -> Cube:
    """Red up, blue down, both bent."""
    axis = np.linspace(0, 1, points)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    return Cube(np.stack([red**0.7, green, 0.8 * blue], axis=-1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xd8\xff\xe0 a picture", "no text"),
        (b"hello world", "is no word"),
        (b"0 0 0\n1 1 1\n", "says no LUT_3D_SIZE"),
        (b"LUT_3D_SIZE 33\n0 0 0\n", "asks for 35937 rows"),
        (f"LUT_3D_SIZE {LARGEST_3D + 1}\n".encode(), "must lie between"),
        (b"LUT_3D_SIZE -4\n", "must lie between"),
        ((HEAD + EIGHT.replace("1 1 1", "nan 1 1")).encode(), "NaN"),
        ((HEAD + EIGHT.replace("1 1 1", "1 1")).encode(), "three numbers"),
        ((HEAD + EIGHT.replace("1 1 1", "1 1 0x1")).encode(), "no number"),
        ((HEAD + "LUT_1D_SIZE 2\n" + EIGHT).encode(), "two sizes"),
        ((HEAD + "DOMAIN_MIN 1 1 1\nDOMAIN_MAX 0 0 0\n" + EIGHT).encode(), "domain"),
    ],
)
def test_what_is_no_lut_is_refused_in_one_message(text: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "look.cube"
    path.write_bytes(text)
    with pytest.raises(InputError, match=words) as error:
        read_cube(path)
    assert "look.cube" in str(error.value)


def test_a_missing_lut_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.cube", tmp_path):
        with pytest.raises(InputError, match="not there"):
            read_cube(path)


def test_the_domain_of_a_lut_is_reckoned_over() -> None:
    table = warm().table
    stretched = mixed(Cube(table, (-1.0,) * 3, (3.0,) * 3), 1.0)
    grey = np.array([[0.5, 0.5, 0.5]])
    assert looked_up(stretched, grey) == pytest.approx(looked_up(Cube(table), (grey + 1) / 4), abs=0.02)


@pytest.mark.media
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("is_3d", [True, False])
def test_a_lut_is_laid_over_the_picture_by_its_strength(
    strength: float, *, is_3d: bool, tmp_path: Path
) -> None:
    cube = (
        warm(17) if is_3d else Cube(np.stack([np.linspace(0, 1, 33) ** gamma for gamma in (0.7, 1, 1.4)], 1))
    )
    path = tmp_path / "it's, a [look].cube"
    path.write_bytes(cube_bytes(cube))
    lut, data = prepared(path, strength, tmp_path / "kept")
    lut.path.parent.mkdir()
    lut.path.write_bytes(data)
    rgb = np.random.default_rng(5).uniform(0.15, 0.85, (8, 8, 3))
    weights = np.array([0.2126, 0.7152, 0.0722])

    def to_yuv(colors: np.ndarray) -> np.ndarray:
        luma = colors @ weights
        blue = (colors[..., 2] - luma) / 1.8556
        red = (colors[..., 0] - luma) / 1.5748
        return np.stack([16 + 219 * luma, 128 + 224 * blue, 128 + 224 * red], axis=-1)

    # blocks of 32 x 32 of one colour: the interpolation of chroma does not reach their middles
    yuv = np.rint(to_yuv(rgb)).astype(np.uint8)
    big = yuv.repeat(32, axis=0).repeat(32, axis=1)
    planes = big[..., 0].tobytes() + big[::2, ::2, 1].tobytes() + big[::2, ::2, 2].tobytes()
    raw = ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "256x256")
    chain = print_chain(lut_filters(lut))
    data = run([*raw, "-i", "pipe:0", "-vf", chain, "-f", "rawvideo", "pipe:1"], input_bytes=planes)
    luma = np.frombuffer(data[: 256 * 256], np.uint8).reshape(256, 256)[16::32, 16::32]
    red = np.frombuffer(data[-128 * 128 :], np.uint8).reshape(128, 128)[8::16, 8::16]
    wanted = to_yuv(rgb + strength * (looked_up(cube, rgb) - rgb))
    assert np.abs(luma - wanted[..., 0]).max() <= 2
    assert np.abs(red - wanted[..., 2]).max() <= 2.5
    untouched = to_yuv(rgb)
    assert bool(np.abs(red - untouched[..., 2]).max() > 6) is (strength > 0)


def test_equal_luts_and_strengths_have_one_name_and_others_another(tmp_path: Path) -> None:
    path = tmp_path / "a.cube"
    path.write_text(HEAD + EIGHT)
    first, data = prepared(path, 0.5, tmp_path)
    assert prepared(path, 0.5, tmp_path) == (first, data)
    path.write_text(HEAD + EIGHT.replace("1 1 1", "1 1 .9"))
    assert prepared(path, 0.5, tmp_path)[0].path.name != first.path.name
