"""Things in a picture: what, where, how sure; and a vector of how a thing looks.

NanoDet sees 416 × 416 pixels. A picture is fitted into that; where small things matter it is looked at again in
square tiles, in which they are larger. Deliberately not here: which of two things is which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.labels import LABELS, family_of
from cinecore.vision.weights import Outputs, network

Picture = npt.NDArray[np.uint8]
"""Height × width × 3, RGB."""

Box = tuple[float, float, float, float]
"""Left, top, width, height as parts of the picture, 0 to 1."""

SIDE = 416
"""Pixels of the square that the network sees."""

STRIDES = (8, 16, 32)
BINS = 11
"""A distance to each side is a distribution over 0…10 strides."""

MEAN_BGR = np.array([103.53, 116.28, 123.675], np.float32)
DEVIATION_BGR = np.array([57.375, 57.12, 58.395], np.float32)

THRESHOLD = 0.42
"""Score from which a detection is worth believing: drawn cars reach .43 to .50 (measured on photographs and drawings)."""

OVERLAP_AT_MOST = 0.55
"""Of two boxes of one family that overlap more, the surer one stays."""

COVERED_AT_MOST = 0.8
"""A box that lies so much inside a surer one of its family is a part of it."""

SAME_PLACE = 0.85
"""Two families that claim one place so exactly are one thing: the surer one stays."""

BOXES_AT_MOST = 40
CANDIDATES_AT_MOST = 400
LARGEST_TILED_SHARE = 0.35
"""In a tile, what fills more of the whole picture than this is known from the whole picture."""

EDGE = 0.01
"""Part of a tile's side: what touches an inner edge of a tile is cut there and not believed."""


@dataclass(frozen=True)
class Detection:
    """One thing seen."""

    label: str
    family: str
    score: float
    box: Box


@dataclass(frozen=True)
class _Region:
    """A part of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


class ObjectDetector:
    """Finds things of eighty kinds; the model is loaded at the first look. May be shared by threads."""

    def detect(
        self, picture: Picture, *, threshold: float = THRESHOLD, sees_small: bool = False
    ) -> list[Detection]:
        """What is in a picture, the surest first.

        Args:
            picture: RGB.
            threshold: Score from which a thing counts.
            sees_small: Look at square tiles of a wide or tall picture as well, at two more looks' cost.

        Raises:
            SetupError: The model is missing or changed.
        """
        height, width = picture.shape[:2]
        found = self._look_at(picture, _Region(0, 0, width, height), threshold)
        if sees_small:
            for tile in _tiles(width, height):
                found += [
                    seen
                    for seen in self._look_at(picture, tile, threshold)
                    if seen.box[2] * seen.box[3] <= LARGEST_TILED_SHARE
                    and not _is_cut(seen.box, tile, width, height)
                ]
        return suppress(found)

    def look(self, crop: Picture) -> npt.NDArray[np.float32]:
        """How a thing looks, 1024 numbers; only differences from other looks mean something (`looks.py`).

        Raises:
            SetupError: The model is missing or changed.
        """
        # stretched, not fitted: empty margins would be most of what two narrow things have in common
        scaled = Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        neck = next(
            value
            for value in network("nanodet_emb").run(_prepared(np.asarray(scaled))).values()
            if value.ndim == 4
        )
        return _look_vector(neck[0])

    def _look_at(self, picture: Picture, region: _Region, threshold: float) -> list[Detection]:
        scale = min(SIDE / region.width, SIDE / region.height)
        width = max(1, round(region.width * scale))
        height = max(1, round(region.height * scale))
        part = picture[region.top : region.top + region.height, region.left : region.left + region.width]
        fitted = Image.fromarray(part).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
        pixels = np.empty((SIDE, SIDE, 3), np.uint8)
        pixels[:] = np.rint(MEAN_BGR[::-1])  # the mean is what the network takes for nothing
        left, top = (SIDE - width) // 2, (SIDE - height) // 2
        pixels[top : top + height, left : left + width] = np.asarray(fitted)
        boxes, scores, kinds = _decoded(network("nanodet_emb").run(_prepared(pixels)), threshold)
        whole = np.array([picture.shape[1], picture.shape[0]] * 2, np.float32)
        inside = np.array([left, top, left, top], np.float32)
        limits = np.array([region.width, region.height] * 2, np.float32)
        corners = np.clip((boxes - inside) / scale, 0, limits)
        corners = (corners + np.array([region.left, region.top] * 2, np.float32)) / whole
        return [
            Detection(
                label=LABELS[kind],
                family=family_of(LABELS[kind]),
                score=float(score),
                box=(float(x0), float(y0), float(x1 - x0), float(y1 - y0)),
            )
            for (x0, y0, x1, y1), score, kind in zip(corners, scores, kinds, strict=True)
            if x1 > x0 and y1 > y0
        ]


def suppress(found: list[Detection]) -> list[Detection]:
    """The detections without those that say again what a surer one said."""
    kept: list[Detection] = []
    for candidate in sorted(found, key=lambda seen: (-seen.score, seen.box)):
        for other in kept:
            shared = _shared_area(candidate.box, other.box)
            union = candidate.box[2] * candidate.box[3] + other.box[2] * other.box[3] - shared
            overlap = shared / union if union > 0 else 0.0
            is_part = shared > COVERED_AT_MOST * candidate.box[2] * candidate.box[3]
            if overlap > SAME_PLACE or (
                candidate.family == other.family and (overlap > OVERLAP_AT_MOST or is_part)
            ):
                break
        else:
            kept.append(candidate)
    return kept[:BOXES_AT_MOST]


def _shared_area(first: Box, second: Box) -> float:
    width = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    height = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)


def overlap(first: Box, second: Box) -> float:
    """Shared area of two boxes as a part of their union."""
    shared = _shared_area(first, second)
    union = first[2] * first[3] + second[2] * second[3] - shared
    return shared / union if union > 0 else 0.0


def inside(first: Box, second: Box) -> float:
    """The part of the first box that lies in the second."""
    area = first[2] * first[3]
    return _shared_area(first, second) / area if area > 0 else 0.0


def _prepared(pixels: Picture) -> npt.NDArray[np.float32]:
    normed = (pixels[:, :, ::-1].astype(np.float32) - MEAN_BGR) / DEVIATION_BGR
    return np.ascontiguousarray(normed.transpose(2, 0, 1)[None])


def _decoded(
    outputs: Outputs, threshold: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.intp]]:
    """Corners in the network's pixels, scores, and numbers of labels of all that passes."""
    flat = [value[0] for value in outputs.values() if value.ndim == 3]
    scores_by_size = {value.shape[0]: value for value in flat if value.shape[1] == len(LABELS)}
    sides_by_size = {value.shape[0]: value for value in flat if value.shape[1] == 4 * BINS}
    boxes, scores, kinds = [], [], []
    for stride in STRIDES:
        cells = SIDE // stride
        classes, sides = scores_by_size[cells * cells], sides_by_size[cells * cells]
        best = classes.max(axis=1)
        passing = np.flatnonzero(best >= threshold)
        if not passing.size:
            continue
        logits = sides[passing].reshape(-1, 4, BINS)
        weights = np.exp(logits - logits.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        reach = (weights @ np.arange(BINS, dtype=np.float32)) * stride
        centers = np.stack([passing % cells, passing // cells], axis=1).astype(np.float32)
        centers = (centers + 0.5) * stride
        boxes.append(np.concatenate([centers - reach[:, :2], centers + reach[:, 2:]], axis=1))
        scores.append(best[passing])
        kinds.append(classes[passing].argmax(axis=1))
    if not boxes:
        return np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.intp)
    all_scores = np.concatenate(scores)
    order = np.argsort(-all_scores, kind="stable")[:CANDIDATES_AT_MOST]
    return np.concatenate(boxes)[order], all_scores[order], np.concatenate(kinds)[order]


def _look_vector(neck: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    flat = neck.reshape(neck.shape[0], -1)
    vector = np.concatenate([flat.mean(axis=1), flat.max(axis=1)])
    return vector.astype(np.float32)


def _tiles(width: int, height: int) -> list[_Region]:
    """Two or three overlapping squares along the longer side; none for a nearly square picture."""
    short, long_ = min(width, height), max(width, height)
    if long_ < 1.3 * short:
        return []
    count = 2 if long_ <= 2 * short else 3
    starts = [round(step * (long_ - short) / (count - 1)) for step in range(count)]
    if width >= height:
        return [_Region(start, 0, short, short) for start in starts]
    return [_Region(0, start, short, short) for start in starts]


def _is_cut(box: Box, tile: _Region, width: int, height: int) -> bool:
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
