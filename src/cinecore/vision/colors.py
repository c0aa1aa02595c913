"""Colours of what is in a box: its main ones, and a vector by which two things' colours are compared.

What stands behind a thing fills part of its box. Colours that are as frequent in a ring around the box as inside it
therefore count little. Everything is measured in CIE L*a*b* (D65), where equal distances look equally far.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.panels import Box, Picture

Lab = npt.NDArray[np.float32]
"""… × 3: lightness 0 to 100, green to red, blue to yellow."""

SIDE = 56
"""Longer side in pixels of what is measured: shapes go, colours stay."""

RING = 0.18
"""Width of the ring around a box, as a part of the box's sides."""

ROUNDING = 1e-6
"""Pixels by which a float may miss a whole one."""

_TO_XYZ = np.array([(0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)], np.float32)
_WHITE = np.array([0.9505, 1.0, 1.089], np.float32)

LIGHT_CENTERS = np.array([5, 20, 35, 50, 65, 80, 95], np.float32)
HUE_CENTERS = np.array([-66, -44, -22, 0, 22, 44, 66], np.float32)
HUE_WIDTH = 11.0
LIGHT_WIDTH_GREY, LIGHT_WIDTH_HUED = 9.0, 30.0
"""Standard deviations of the soft bins in L*a*b*. A red thing in the shade stays red, so that its lightness counts
little; of a grey one lightness is all there is."""

USUAL_LIGHT = 55.0
"""Hues are measured as they would be at this lightness: shade takes chroma away as well."""

SHARE_POWER = 0.75
"""Between a histogram (1) and the root of one (0.5): the main colour must rule, the others must be heard."""

GREY_WEIGHT = 0.15
"""What a pixel without any hue counts against one of full hue: tyres, shadows and glass are grey on every car."""

FULL_CHROMA = 45.0
SURE_CHROMA = 6.0
"""Chroma under which a hue is noise and not made stronger."""

COLOR_LENGTH = len(LIGHT_CENTERS) * len(HUE_CENTERS) ** 2
SIGNATURE_LENGTH = COLOR_LENGTH + 2
"""Shares of colours, then mean lightness and mean chroma as parts of 100."""

GREY_CHROMA = 0.11
"""Mean chroma under which a thing is white, grey or black, and told by its lightness."""

LIGHT_TOLERANCE, LIGHT_PENALTY = 0.12, 3.0
"""What two grey things' mean lightness may differ by (by day and by night: .05 to .12, white and black: .2), and what each
further part of it costs."""

MERGED_WITHIN = 18.0
"""Distance in L*a*b* under which two main colours are one."""

SMALLEST_SHARE = 0.04
GREY_SHARE = 0.35
"""What a pixel without hue counts among the main colours."""


def to_lab(pixels: Picture | npt.NDArray[np.float32]) -> Lab:
    """Colours as L*a*b*, from sRGB (0 to 255, last axis)."""
    part = np.asarray(pixels, np.float32) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    ratio = (linear @ _TO_XYZ.T) / _WHITE
    root = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    light = 116 * root[..., 1] - 16
    red, yellow = 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])
    lab: Lab = np.stack([light, red, yellow], axis=-1).astype(np.float32)
    return lab


def to_hex(lab: Lab) -> str:
    """One colour in L*a*b* as `#rrggbb`, what no screen shows clipped."""
    light = (float(lab[0]) + 16) / 116
    root = np.array([light + float(lab[1]) / 500, light, light - float(lab[2]) / 200])
    ratio = np.where(root > 0.206893, root**3, (root - 16 / 116) / 7.787)
    linear = np.clip(np.linalg.solve(_TO_XYZ.astype(np.float64), ratio * _WHITE), 0, 1)
    part = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(np.clip(part, 0, 1) * 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def foreground(picture: Picture, box: Box) -> tuple[Lab, npt.NDArray[np.float32]]:
    """The pixels in a box, n × 3 in L*a*b*, and how much each is likely to belong to the thing, 0 to 1."""
    inner, ring = _inside_and_around(picture, box)
    height, width = inner.shape[:2]
    lab = to_lab(inner).reshape(-1, 3)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x + 0.5) / width * 2 - 1) ** 2 + ((y + 0.5) / height * 2 - 1) ** 2
    prior = np.clip(1.35 - away, 0.02, 1).reshape(-1)
    if not len(ring):
        return lab, prior.astype(np.float32)
    around = to_lab(ring)
    shares_in, shares_out = _cell_shares(lab), _cell_shares(around)
    cells = _cells(lab)
    ratio = shares_out[cells] / np.maximum(shares_in[cells], 1e-6)
    weight = prior * np.clip(1.15 - ratio, 0.03, 1)
    return lab, weight.astype(np.float32)


def signature(lab: Lab, weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The colours of a thing as `SIGNATURE_LENGTH` numbers; compare two by `color_similarity`."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    gain = np.where(chroma < SURE_CHROMA, 1.0, np.clip(USUAL_LIGHT / np.maximum(lab[:, 0], 18), 0.6, 2.2))
    hues = lab[:, 1:] * gain[:, None]
    hued = np.hypot(hues[:, 0], hues[:, 1])
    counted = weight * (GREY_WEIGHT + (1 - GREY_WEIGHT) * np.clip(hued / FULL_CHROMA, 0, 1))
    width = LIGHT_WIDTH_GREY + (LIGHT_WIDTH_HUED - LIGHT_WIDTH_GREY) * np.clip(hued / 35, 0, 1)
    soft = [
        _soft_bins(lab[:, 0], LIGHT_CENTERS, width[:, None]),
        _soft_bins(hues[:, 0], HUE_CENTERS, HUE_WIDTH),
        _soft_bins(hues[:, 1], HUE_CENTERS, HUE_WIDTH),
    ]
    pairs = (soft[1][:, :, None] * soft[2][:, None, :]).reshape(len(lab), -1)
    # not a matrix product: a library of those would wake a thread for every core, for a millisecond of work
    grid = np.einsum("ni,nj->ij", soft[0] * counted[:, None], pairs).reshape(-1)
    shares = (grid / max(float(grid.sum()), 1e-9)) ** SHARE_POWER
    unit = shares / max(float(np.linalg.norm(shares)), 1e-9)
    total = max(float(weight.sum()), 1e-9)
    means = [float((weight * lab[:, 0]).sum()) / total / 100, float((weight * chroma).sum()) / total / 100]
    return np.concatenate([unit, means]).astype(np.float32)


def _soft_bins(
    values: npt.NDArray[np.floating],
    centers: npt.NDArray[np.float32],
    width: float | npt.NDArray[np.floating],
) -> npt.NDArray[np.float32]:
    """Of each value its share in each bin; the shares of one value add up to 1."""
    shares = np.exp(-0.5 * ((values[:, None] - centers) / width) ** 2)
    soft: npt.NDArray[np.float32] = shares / np.maximum(shares.sum(axis=1, keepdims=True), 1e-9)
    return soft


def color_similarity(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """How alike two signatures are, 0 to 1."""
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    alike = float(one[:COLOR_LENGTH] @ other[:COLOR_LENGTH])
    if max(one[-1], other[-1]) < GREY_CHROMA:
        alike -= max(0.0, abs(float(one[-2] - other[-2])) - LIGHT_TOLERANCE) * LIGHT_PENALTY
    return max(0.0, min(1.0, alike))


def color_similarities(signatures: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """`color_similarity` of each two of n signatures (n × `SIGNATURE_LENGTH`), n × n."""
    rows = np.asarray(signatures, np.float64)
    alike = rows[:, :COLOR_LENGTH] @ rows[:, :COLOR_LENGTH].T
    light, chroma = rows[:, -2], rows[:, -1]
    beyond = np.maximum(0.0, np.abs(light[:, None] - light[None]) - LIGHT_TOLERANCE) * LIGHT_PENALTY
    are_grey = np.maximum(chroma[:, None], chroma[None]) < GREY_CHROMA
    clipped: npt.NDArray[np.float64] = np.clip(np.where(are_grey, alike - beyond, alike), 0.0, 1.0)
    return clipped


def main_colors(lab: Lab, weight: npt.NDArray[np.float32], most: int = 4) -> list[str]:
    """The main colours as `#rrggbb`, the strongest first."""
    # what has a hue is what a person would name: a red car is red, whatever its tyres and windows
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    counted = weight * (GREY_SHARE + (1 - GREY_SHARE) * np.clip(chroma / FULL_CHROMA, 0, 1))
    cells = _cells(lab)
    order = np.argsort(cells, kind="stable")
    _, starts = np.unique(cells[order], return_index=True)
    weights = np.add.reduceat(counted[order], starts)
    means = np.add.reduceat(counted[order, None] * lab[order], starts) / np.maximum(weights, 1e-9)[:, None]
    total = float(weights.sum()) or 1.0
    groups: list[tuple[float, Lab]] = []
    for at in np.argsort(-weights, kind="stable"):
        share, color = float(weights[at]) / total, means[at]
        for number, (other_share, other) in enumerate(groups):
            if float(np.linalg.norm((color - other) * (0.6, 1, 1))) < MERGED_WITHIN:
                both = share + other_share
                groups[number] = (both, (other * other_share + color * share) / both)
                break
        else:
            groups.append((share, color))
    groups.sort(key=lambda group: -group[0])
    kept = [group for group in groups if group[0] >= SMALLEST_SHARE] or groups[:1]
    return [to_hex(color) for _, color in kept[:most]]


def pixel_box(picture: Picture, box: Box, margin: float = 0.0) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in pixels, at least one pixel, with a margin as a part of the box's sides."""
    height, width = picture.shape[:2]
    left = int(np.floor((box[0] - margin * box[2]) * width + ROUNDING))
    top = int(np.floor((box[1] - margin * box[3]) * height + ROUNDING))
    right = int(np.ceil((box[0] + (1 + margin) * box[2]) * width - ROUNDING))
    bottom = int(np.ceil((box[1] + (1 + margin) * box[3]) * height - ROUNDING))
    left, top = min(max(0, left), width - 1), min(max(0, top), height - 1)
    return left, top, max(left + 1, min(width, right)), max(top + 1, min(height, bottom))


def crop(picture: Picture, box: Box, margin: float = 0.0) -> Picture:
    """The pixels of a box, with a margin as a part of its sides where the picture has it."""
    left, top, right, bottom = pixel_box(picture, box, margin)
    return picture[top:bottom, left:right]


def _inside_and_around(picture: Picture, box: Box) -> tuple[Picture, Picture]:
    """The box's pixels reduced to `SIDE`, and those of the ring around it as n × 3."""
    outer_left, outer_top, outer_right, outer_bottom = pixel_box(picture, box, RING)
    left, top, right, bottom = pixel_box(picture, box)
    scale = min(1.0, SIDE / max(right - left, bottom - top))
    size = (
        max(2, round((outer_right - outer_left) * scale)),
        max(2, round((outer_bottom - outer_top) * scale)),
    )
    outer = Image.fromarray(picture[outer_top:outer_bottom, outer_left:outer_right])
    small = np.asarray(outer.resize(size, Image.Resampling.BOX, reducing_gap=2.0))
    x0, x1 = round((left - outer_left) * scale), round((right - outer_left) * scale)
    y0, y1 = round((top - outer_top) * scale), round((bottom - outer_top) * scale)
    x1, y1 = max(x0 + 1, min(x1, size[0])), max(y0 + 1, min(y1, size[1]))
    x0, y0 = min(x0, size[0] - 1), min(y0, size[1] - 1)
    is_around = np.ones(small.shape[:2], bool)
    is_around[y0:y1, x0:x1] = False
    return small[y0:y1, x0:x1], small[is_around]


_CELL = np.array([12.5, 14.0, 14.0], np.float32)
_CELLS_ACROSS = 24


def _cells(lab: Lab) -> npt.NDArray[np.intp]:
    """A number for each pixel: the small cube of L*a*b* it lies in."""
    place = np.floor((lab + np.array([0, 140, 140], np.float32)) / _CELL).astype(np.intp)
    place = np.clip(place, 0, _CELLS_ACROSS - 1)
    cells: npt.NDArray[np.intp] = (place[:, 0] * _CELLS_ACROSS + place[:, 1]) * _CELLS_ACROSS + place[:, 2]
    return cells


def _cell_shares(lab: Lab) -> npt.NDArray[np.float64]:
    counts = np.bincount(_cells(lab), minlength=_CELLS_ACROSS**3).astype(np.float64)
    # each cell shares with its neighbours: a colour on a border must not fall out of both
    cube = counts.reshape(_CELLS_ACROSS, _CELLS_ACROSS, _CELLS_ACROSS)
    for axis in range(3):
        cube = 0.5 * cube + 0.25 * (np.roll(cube, 1, axis) + np.roll(cube, -1, axis))
    flat: npt.NDArray[np.float64] = cube.reshape(-1) / max(1, len(lab))
    return flat
