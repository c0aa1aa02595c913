"""A grade as numbers that ffmpeg and editors' tools take: per-channel YUV tables, and a 33³ `.cube`.

All of a `Grade` is affine: R' = Y + s·(R − Y) moves colour about luma, then ½ + c·(R' − ½) about mid-grey, then
R + t and B − t, then + b. Written in Y, Cb, Cr it falls apart into one line a channel, because
saturation leaves Y alone and the sums are constants: a table does what a 3D LUT does at a seventh of
its price. Both are clipped at the end, the cube in RGB and the tables in YUV; away from clipping they agree.

Which filter is used where, and users' own LUTs, are not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cinecore.ffmpeg.graph import Filter, filter_
from cinecore.timeline import Grade

FloatArray = npt.NDArray[np.float64]

KR, KB = 0.2126, 0.0722
"""Shares of red and blue in luma. Source: ITU-R BT.709-6, item 3.2."""

LUMA_LOW, LUMA_HIGH = 16, 235
CHROMA_LOW, CHROMA_HIGH = 16, 240
"""Limited range in 8 bits. Source: ITU-R BT.709-6, item 4.6."""

CUBE_SIZE = 33


@dataclass(frozen=True)
class CodeLine:
    """What becomes of an 8-bit code value: `slope * value + offset`, rounded, clipped to `low..high`."""

    slope: float
    offset: float
    low: int
    high: int

    def apply(self, codes: npt.NDArray[np.integer]) -> npt.NDArray[np.uint8]:
        """The table applied; as ffmpeg does it."""
        moved = np.floor(self.slope * codes.astype(np.float64) + self.offset + 0.5)
        return np.clip(moved, self.low, self.high).astype(np.uint8)


def yuv_lines(grade: Grade) -> tuple[CodeLine, CodeLine, CodeLine]:
    """The lines of Y, U and V for limited-range BT.709 in 8 bits."""
    luma_shift = (KR - KB) * grade.temperature
    blue_shift = (-grade.temperature - luma_shift) / (2 * (1 - KB))
    red_shift = (grade.temperature - luma_shift) / (2 * (1 - KR))
    scale = LUMA_HIGH - LUMA_LOW
    luma_offset = LUMA_LOW - grade.contrast * LUMA_LOW
    luma_offset += scale * (0.5 - 0.5 * grade.contrast + luma_shift + grade.brightness)
    slope = grade.saturation * grade.contrast
    chroma_offset = 128 - slope * 128
    span = CHROMA_HIGH - CHROMA_LOW
    return (
        CodeLine(grade.contrast, luma_offset, LUMA_LOW, LUMA_HIGH),
        CodeLine(slope, chroma_offset + span * blue_shift, CHROMA_LOW, CHROMA_HIGH),
        CodeLine(slope, chroma_offset + span * red_shift, CHROMA_LOW, CHROMA_HIGH),
    )


def grade_filter(grade: Grade) -> Filter:
    """The grade as ffmpeg's `lutyuv`; the stream must be 8-bit YUV, limited range, BT.709 by then.

    ffmpeg works its tables out to 65,536 values a channel, 8 bits or not, for every shot: those that an 8-bit
    picture has not are told to be nothing, which is far quicker.
    """
    options = {
        channel: (
            f"if(lt(val,256),clip(floor({line.slope:.9f}*val+{line.offset + 0.5:.9f}),{line.low},{line.high}))"
        )
        for channel, line in zip("yuv", yuv_lines(grade), strict=True)
    }
    return filter_("lutyuv", **options)


def grade_rgb(rgb: FloatArray, grade: Grade) -> FloatArray:
    """Graded colours; `rgb` has shape (…, 3) in 0..1, gamma-coded as in the stream; clipped to 0..1."""
    weights = np.array([KR, 1 - KR - KB, KB])
    luma = (rgb @ weights)[..., None]
    moved = luma + grade.saturation * (rgb - luma)
    moved = 0.5 + grade.contrast * (moved - 0.5)
    moved = moved + np.array([grade.temperature, 0.0, -grade.temperature]) + grade.brightness
    result: FloatArray = np.clip(moved, 0.0, 1.0)
    return result


def cube_text(grade: Grade, title: str) -> str:
    """The grade as a `.cube` file of 33³ points, red running fastest.

    Source: Adobe, "Cube LUT Specification", version 1.0.
    """
    steps = np.linspace(0.0, 1.0, CUBE_SIZE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    points = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    # negative zeros would make equal grades differ in their bytes
    graded = np.round(grade_rgb(points, grade), 6) + 0.0
    name = "".join(letter for letter in title if letter.isprintable() and letter != '"')
    lines = [
        f'TITLE "{name}"',
        f"LUT_3D_SIZE {CUBE_SIZE}",
        "DOMAIN_MIN 0.0 0.0 0.0",
        "DOMAIN_MAX 1.0 1.0 1.0",
    ]
    lines += [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in graded.tolist()]
    return "\n".join(lines) + "\n"
