"""A user's `.cube`: read, refused with one clear message, mixed with the untouched picture by a strength, written for ffmpeg.

Source: Adobe, "Cube LUT Specification", version 1.0; also the ranges as DaVinci Resolve writes them. One- and
three-dimensional tables are taken. ffmpeg 5.1 leaves a domain's lower end aside: tables of another domain than 0..1
are reckoned over to it here. Where a LUT stands in the picture's way is decided in `compile`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.errors import InputError
from cinecore.ffmpeg.graph import Filter, filter_
from cinecore.files import digest_bytes
from cinecore.timeline import Lut

Floats = npt.NDArray[np.float64]

LUT_VERSION = 1
"""Raised when the same file would give another picture."""

MOST_BYTES = 128 << 20
LARGEST_3D, LARGEST_1D = 129, 65536
"""Points a side. ffmpeg takes 256; of 129 a file has 2 million lines already."""

ADVICE = "Give a .cube file: a 3D or 1D table as grading tools export it."
PARTS = {"LUT_1D_SIZE", "LUT_3D_SIZE"}
RANGES = {"DOMAIN_MIN", "DOMAIN_MAX", "LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"}


@dataclass(frozen=True)
class Cube:
    """A table: (n, 3) of one dimension, (blue, green, red, 3) of three."""

    table: Floats
    low: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high: tuple[float, float, float] = (1.0, 1.0, 1.0)

    @property
    def is_3d(self) -> bool:
        """Whether colours are looked up together."""
        return self.table.ndim == 4


def read_cube(path: Path) -> Cube:
    """The table in a file.

    Raises:
        InputError: It is not there, or no `.cube` that can be used; the message says what is wrong.
    """
    try:
        if not path.is_file():  # a pipe would be waited for for ever
            raise InputError("The LUT is not there.", path, ADVICE)
        if path.stat().st_size > MOST_BYTES:
            raise InputError("The LUT is larger than any table.", path, ADVICE)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"The LUT cannot be read: {error.strerror}.", path, ADVICE) from error
    if not data.strip():
        raise InputError("The LUT is empty.", path, ADVICE)
    try:
        return _parsed(data.decode("utf-8-sig"))
    except (ValueError, UnicodeDecodeError, OverflowError) as error:
        said = "it is no text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise InputError(f"The LUT cannot be used: {said}.", path, ADVICE) from error


def _parsed(text: str) -> Cube:
    if "\0" in text:
        raise ValueError("it is no text")
    ranges: dict[str, tuple[float, ...]] = {}
    kind, size = "", 0
    rows: list[str] = []
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if not words or words[0] == "TITLE":
            continue
        if words[0] in PARTS:
            if kind:
                raise ValueError("it says two sizes; only one table in a file is taken")
            kind = words[0]
            size = int(words[1]) if len(words) == 2 and words[1].isdigit() else 0
        elif words[0] in RANGES:
            ranges[words[0]] = tuple(float(word) for word in words[1:])
        elif words[0][0].isalpha() and words[0][:3].lower() not in {"nan", "inf"}:
            raise ValueError(f"{words[0][:40]!r} is no word of a .cube file")
        else:
            rows.append(" ".join(words))
    largest = LARGEST_1D if kind == "LUT_1D_SIZE" else LARGEST_3D
    if not kind:
        raise ValueError("it says no LUT_3D_SIZE or LUT_1D_SIZE")
    if not 2 <= size <= largest:
        raise ValueError(f"{kind} must lie between 2 and {largest}")
    wanted = size if kind == "LUT_1D_SIZE" else size**3
    if len(rows) != wanted:
        raise ValueError(f"{kind} {size} asks for {wanted} rows, it has {len(rows)}")
    try:
        values = np.array(" ".join(rows).split(), np.float64)
    except ValueError:
        raise ValueError("a row holds something that is no number") from None
    if values.size != 3 * wanted:
        raise ValueError("a row does not hold three numbers")
    if not np.isfinite(values).all():
        raise ValueError("it holds numbers that are none (NaN or infinite)")
    table = values.reshape((size, 3) if kind == "LUT_1D_SIZE" else (size, size, size, 3))
    return Cube(table, *_domain(ranges))


def _domain(
    ranges: dict[str, tuple[float, ...]],
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    low, high = ranges.get("DOMAIN_MIN", (0.0,) * 3), ranges.get("DOMAIN_MAX", (1.0,) * 3)
    for name in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"):
        if name in ranges:
            if len(ranges[name]) != 2:
                raise ValueError(f"{name} must be two numbers")
            low, high = (ranges[name][0],) * 3, (ranges[name][1],) * 3
    if len(low) != 3 or len(high) != 3:
        raise ValueError("DOMAIN_MIN and DOMAIN_MAX must be three numbers each")
    if not all(
        math.isfinite(a) and math.isfinite(b) and b - a > 1e-6 for a, b in zip(low, high, strict=True)
    ):
        raise ValueError("its domain is empty")
    return (low[0], low[1], low[2]), (high[0], high[1], high[2])


def mixed(cube: Cube, strength: float) -> Cube:
    """The table over 0..1, `strength` of it and the rest the untouched colour; 0 changes nothing, 1 is the file's."""
    size = len(cube.table)
    axis = np.linspace(0.0, 1.0, size)
    if cube.is_3d:
        blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
        untouched = np.stack([red, green, blue], axis=-1)
    else:
        untouched = np.repeat(axis[:, None], 3, axis=1)
    table = looked_up(cube, untouched)
    return Cube(untouched + strength * (table - untouched))


def looked_up(cube: Cube, colors: Floats) -> Floats:
    """What becomes of colours, (…, 3) in 0..1: linear between points, the outermost ones beyond the domain."""
    low, high = np.array(cube.low), np.array(cube.high)
    place = np.clip((colors - low) / (high - low), 0, 1) * (len(cube.table) - 1)
    below = np.minimum(place.astype(np.int64), len(cube.table) - 2)
    share = place - below
    if not cube.is_3d:
        channels = np.arange(3)
        first, second = cube.table[below, channels], cube.table[below + 1, channels]
        result: Floats = first + share * (second - first)
        return result
    total = np.zeros_like(colors)
    for corner in np.ndindex(2, 2, 2):
        step = np.array(corner)
        weight = np.prod(np.where(step, share, 1 - share), axis=-1, keepdims=True)
        at = below + step
        total = total + weight * cube.table[at[..., 2], at[..., 1], at[..., 0]]
    return total


def cube_bytes(cube: Cube) -> bytes:
    """The table as a file over 0..1."""
    points = np.round(cube.table.reshape(-1, 3), 6) + 0.0
    head = f"LUT_{'3' if cube.is_3d else '1'}D_SIZE {len(cube.table)}\n"
    return (head + "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in points.tolist())).encode("ascii")


def prepared(path: Path, strength: float, folder: Path) -> tuple[Lut, bytes]:
    """The LUT as the timeline names it, to be written into `folder`, and the bytes of its file.

    Raises:
        InputError: As `read_cube`.
    """
    cube = mixed(read_cube(path), strength)
    data = cube_bytes(cube)
    return Lut(folder / f"{digest_bytes(data)}.cube", is_3d=cube.is_3d), data


def lut_filters(lut: Lut) -> list[Filter]:
    """A prepared LUT on limited-range BT.709 in 8 bits; through RGB of ten bits, so that no step is lost twice."""
    matrix = {
        "in_color_matrix": "bt709",
        "out_color_matrix": "bt709",
        "flags": "accurate_rnd+full_chroma_int",
    }
    table = (
        filter_("lut3d", file=str(lut.path), interp="tetrahedral")
        if lut.is_3d
        else filter_("lut1d", file=str(lut.path), interp="linear")
    )
    return [
        filter_("scale", in_range="tv", out_range="pc", **matrix),
        filter_("format", pix_fmts="gbrp10le"),
        table,
        filter_("scale", in_range="pc", out_range="tv", **matrix),
        filter_("format", pix_fmts="yuv420p"),
    ]
