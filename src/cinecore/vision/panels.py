"""How a picture is laid on the canvas that the object detector sees: whole, in reduced copies, or in tiles.

Pure. Deliberately not here: the network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, RGB."""

Box = tuple[float, float, float, float]
"""Left, top, width, height as parts of the picture, 0 to 1."""

SIDE = 416
"""Pixels of the square that the network sees."""

GAP = 8
"""Pixels of nothing between two sizes of a picture on the canvas."""

EDGE = 0.01
"""Part of a tile's side: what touches an inner edge of a tile is cut there and not believed."""


@dataclass(frozen=True)
class Region:
    """A part of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Panel:
    """Where on the network's canvas a part of a picture lies."""

    region: Region
    left: int
    top: int
    width: int
    height: int
    is_reduced: bool = False


def whole_panels(width: int, height: int) -> list[list[Panel]]:
    """The runs over a whole picture: at full fit, and at a half and a third of that where there is room beside it."""
    region = Region(0, 0, width, height)
    scale = min(SIDE / width, SIDE / height)
    full, half, third = (
        (max(1, round(width * scale * part)), max(1, round(height * scale * part)))
        for part in (1, 1 / 2, 1 / 3)
    )
    is_wide = width >= height
    beside = 0 if is_wide else full[0] + GAP
    below = full[1] + GAP if is_wide else 0
    has_room = beside + half[0] <= SIDE and below + half[1] <= SIDE
    left, top = (beside, below) if has_room else (0, 0)
    reduced = [
        Panel(region, left, top, *half, is_reduced=True),
        Panel(
            region,
            left + half[0] + GAP if is_wide else left,
            top if is_wide else top + half[1] + GAP,
            *third,
            is_reduced=True,
        ),
    ]
    if has_room:
        return [[Panel(region, 0, 0, *full), *reduced]]
    return [[Panel(region, (SIDE - full[0]) // 2, (SIDE - full[1]) // 2, *full)], reduced]


def tiles(width: int, height: int) -> list[Region]:
    """Two or three overlapping squares along the longer side; none for a nearly square picture."""
    short, long_ = min(width, height), max(width, height)
    if long_ < 1.3 * short:
        return []
    count = 2 if long_ <= 2 * short else 3
    starts = [round(step * (long_ - short) / (count - 1)) for step in range(count)]
    if width >= height:
        return [Region(start, 0, short, short) for start in starts]
    return [Region(0, start, short, short) for start in starts]


def panel_of(panels: list[Panel], corners: npt.NDArray[np.float32]) -> Panel | None:
    """The panel in which the middle of a box on the canvas lies; None for the room between panels."""
    x, y = float(corners[0] + corners[2]) / 2, float(corners[1] + corners[3]) / 2
    for panel in panels:
        if panel.left <= x <= panel.left + panel.width and panel.top <= y <= panel.top + panel.height:
            return panel
    return None


def on_picture(panel: Panel, corners: npt.NDArray[np.float32], picture: Picture) -> Box | None:
    """A box on the canvas as parts of the picture; None where nothing of it lies on its panel."""
    height, width = picture.shape[:2]
    x0, x1 = (min(max(float(x) - panel.left, 0), panel.width) / panel.width for x in corners[[0, 2]])
    y0, y1 = (min(max(float(y) - panel.top, 0), panel.height) / panel.height for y in corners[[1, 3]])
    if x1 <= x0 or y1 <= y0:
        return None
    region = panel.region
    return (
        (region.left + x0 * region.width) / width,
        (region.top + y0 * region.height) / height,
        (x1 - x0) * region.width / width,
        (y1 - y0) * region.height / height,
    )


def is_cut(box: Box, tile: Region, width: int, height: int) -> bool:
    """Whether a box touches an edge of its tile that is no edge of the picture."""
    left, top = box[0] * width, box[1] * height
    right, bottom = left + box[2] * width, top + box[3] * height
    margin = EDGE * tile.width
    return (
        (tile.left > 0 and left < tile.left + margin)
        or (tile.top > 0 and top < tile.top + margin)
        or (tile.left + tile.width < width and right > tile.left + tile.width - margin)
        or (tile.top + tile.height < height and bottom > tile.top + tile.height - margin)
    )
