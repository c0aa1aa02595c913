"""A grade's table in YUV and its cube through RGB are one and the same grade."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.run import run
from cinecore.render.grade import CUBE_SIZE, KB, KR, cube_text, grade_filter, grade_rgb, yuv_lines
from cinecore.timeline import Grade
from cinecut.manifest.vibe import load_vibe, vibe_names

SIDE = 64


def _rgb_of(yuv: np.ndarray) -> np.ndarray:
    y = (yuv[..., 0] - 16) / 219
    cb, cr = (yuv[..., 1] - 128) / 224, (yuv[..., 2] - 128) / 224
    red, blue = y + 2 * (1 - KR) * cr, y + 2 * (1 - KB) * cb
    return np.stack([red, (y - KR * red - KB * blue) / (1 - KR - KB), blue], axis=-1)


def _yuv_of(rgb: np.ndarray) -> np.ndarray:
    y = rgb @ np.array([KR, 1 - KR - KB, KB])
    return np.stack(
        [
            16 + 219 * y,
            128 + 224 * (rgb[..., 2] - y) / (2 * (1 - KB)),
            128 + 224 * (rgb[..., 0] - y) / (2 * (1 - KR)),
        ],
        axis=-1,
    )


def _colours() -> np.ndarray:
    """A picture of code values that are real colours, SIDE x SIDE x 3."""
    dice = np.random.default_rng(7)
    yuv = np.round(_yuv_of(dice.random((SIDE, SIDE, 3)))).astype(np.int64)
    return np.clip(yuv, 16, 240)


def _is_unclipped(yuv: np.ndarray, grade: Grade) -> np.ndarray:
    """Where neither form of the grade clips, nor the colour leaves RGB on its way in."""
    rgb = _rgb_of(yuv)
    weights = np.array([KR, 1 - KR - KB, KB])
    luma = (rgb @ weights)[..., None]
    moved = 0.5 + grade.contrast * (luma + grade.saturation * (rgb - luma) - 0.5) + grade.brightness
    moved = moved + np.array([grade.temperature, 0, -grade.temperature])
    # one step of the cube from its walls: between two points one of which is clipped the cube bends
    edge = 2.0 / (CUBE_SIZE - 1) * max(1.0, grade.contrast * grade.saturation)
    inside = (rgb >= 0) & (rgb <= 1) & (moved > edge) & (moved < 1 - edge)
    return inside.all(axis=-1)


@pytest.mark.parametrize("name", vibe_names())
def test_tables_and_formula_agree_within_one_code_value_away_from_clipping(name: str) -> None:
    grade = load_vibe(name).grade
    yuv = _colours()
    tables = np.stack([line.apply(yuv[..., i]) for i, line in enumerate(yuv_lines(grade))], axis=-1)
    formula = _yuv_of(grade_rgb(np.clip(_rgb_of(yuv), 0, 1), grade))
    free = _is_unclipped(yuv, grade)
    assert free.mean() > 0.2
    assert np.abs(tables - formula)[free].max() <= 1.0


@pytest.mark.media
@pytest.mark.parametrize("name", ["western", "horror", "animation"])
def test_ffmpeg_gives_the_same_picture_through_the_table_and_through_the_cube(
    name: str, tmp_path: Path
) -> None:
    grade = load_vibe(name).grade
    cube = tmp_path / "grade.cube"
    cube.write_text(cube_text(grade, name))
    yuv = _colours()
    planes = np.ascontiguousarray(yuv.astype(np.uint8).transpose(2, 0, 1)).tobytes()
    source = ["-f", "rawvideo", "-pix_fmt", "yuv444p", "-s", f"{SIDE}x{SIDE}", "-i", "pipe:0"]
    matrix = {
        "in_color_matrix": "bt709",
        "out_color_matrix": "bt709",
        "flags": "accurate_rnd+full_chroma_int",
    }
    chains = {
        "table": [grade_filter(grade)],
        "cube": [
            filter_("scale", in_range="tv", out_range="pc", **matrix),
            filter_("format", pix_fmts="gbrp16le"),
            filter_("lut3d", file=str(cube), interp="tetrahedral"),
            filter_("scale", in_range="pc", out_range="tv", **matrix),
            filter_("format", pix_fmts="yuv444p"),
        ],
    }
    out = {}
    for kind, chain in chains.items():
        arguments = ["-loglevel", "error", *source, "-vf", print_chain(chain)]
        data = run([*arguments, "-f", "rawvideo", "-pix_fmt", "yuv444p", "pipe:1"], input_bytes=planes)
        out[kind] = np.frombuffer(data, np.uint8).reshape(3, SIDE, SIDE).transpose(1, 2, 0).astype(int)
    expected = np.stack([line.apply(yuv[..., i]) for i, line in enumerate(yuv_lines(grade))], axis=-1)
    assert np.array_equal(out["table"], expected)
    free = _is_unclipped(yuv, grade)
    assert np.abs(out["table"] - out["cube"])[free].max() <= 1


def test_a_neutral_grade_changes_no_code_value() -> None:
    codes = np.arange(16, 236)
    for line in yuv_lines(Grade()):
        assert np.array_equal(line.apply(codes), codes)


def test_a_warm_grade_adds_red_and_takes_blue_by_the_same_part_of_full_range() -> None:
    graded = grade_rgb(np.array([0.4, 0.4, 0.4]), Grade(temperature=0.07))
    assert graded == pytest.approx([0.47, 0.4, 0.33])


def test_the_cube_has_a_point_for_every_corner_red_fastest() -> None:
    lines = cube_text(Grade(), 'na"me').splitlines()
    assert lines[:2] == ['TITLE "name"', "LUT_3D_SIZE 33"]
    points = lines[4:]
    assert len(points) == 33**3
    assert points[1] == "0.031250 0.000000 0.000000"
    assert points[-1] == "1.000000 1.000000 1.000000"
