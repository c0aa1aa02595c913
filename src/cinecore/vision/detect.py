"""Things in a picture: what, where, how sure; and a vector of how a thing looks.

NanoDet sees 416 × 416 pixels. A picture is fitted into that, and copies of a half and a third of the size are laid
into the room that is left: drawn things are known at 70 to 200 pixels and missed when larger (a drawn car over a
third to all of the picture: .41 to .62 at full fit, .67 to .80 with the copies). Where small things matter the
picture is looked at again in square tiles. Deliberately not here: which of two things is which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.labels import LABELS, family_of
from cinecore.vision.panels import (
    SIDE,
    Box,
    Panel,
    Picture,
    is_cut,
    on_picture,
    panel_of,
    tiles,
    whole_panels,
)
from cinecore.vision.weights import Outputs, network

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

LOOSE_AT_MOST = 3.0
"""A box up to so much larger around a surer one of its family is the same thing, with what it holds."""

ALSO_SHARE, ALSO_SCORE = 0.35, 0.17
"""Part of the best score, and score, from which another kind is worth being remembered."""

SAME_PLACE = 0.85
"""Two families that claim one place so exactly are one thing: the surer one stays."""

BOXES_AT_MOST = 40
CANDIDATES_AT_MOST = 400
LARGEST_TILED_SHARE = 0.35
"""In a tile, what fills more of the whole picture than this is known from the whole picture."""

SMALLEST_ON_REDUCED = 40.0
"""Longer side, in the network's pixels, under which a thing on a reduced copy is a guess (measured: all airplanes)."""

FILLING, FILLING_THRESHOLD = 0.9, 0.6
"""What seems to fill a picture in both directions is often the picture itself, taken for a screen or a book."""


@dataclass(frozen=True)
class Detection:
    """One thing seen."""

    label: str
    family: str
    score: float
    box: Box
    also: tuple[str, ...] = ()
    """Families that it may be as well: drawn dogs are dogs and persons to nearly the same score."""


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
        return self.detect_and_look(picture, threshold=threshold, sees_small=sees_small)[0]

    def detect_and_look(
        self, picture: Picture, *, threshold: float = THRESHOLD, sees_small: bool = False
    ) -> tuple[list[Detection], npt.NDArray[np.float32]]:
        """The same, with how the whole picture looks: 1024 numbers that cost nothing beside the detection.

        They are near to what `look` says of the whole picture, not equal: compare only with others from here.

        Raises:
            SetupError: The model is missing or changed.
        """
        height, width = picture.shape[:2]
        runs = [_run(picture, panels, threshold) for panels in whole_panels(width, height)]
        found = [seen for run, _ in runs for seen in run]
        if sees_small:
            for tile in tiles(width, height):
                found += [
                    seen
                    for seen in _run(picture, [Panel(tile, 0, 0, SIDE, SIDE)], threshold)[0]
                    if seen.box[2] * seen.box[3] <= LARGEST_TILED_SHARE
                    and not is_cut(seen.box, tile, width, height)
                ]
        return suppress(found), runs[0][1]

    def look(self, crop: Picture) -> npt.NDArray[np.float32]:
        """How a thing looks, 1024 numbers; only differences from other looks mean something (`looks.py`).

        Raises:
            SetupError: The model is missing or changed.
        """
        # stretched, not fitted: empty margins would be most of what two narrow things have in common
        scaled = Image.fromarray(crop).resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        return _look_vector(_neck(network("nanodet_emb").run(_prepared(np.asarray(scaled)))))


def _run(
    picture: Picture, panels: list[Panel], threshold: float
) -> tuple[list[Detection], npt.NDArray[np.float32]]:
    """One run over a canvas that holds parts of a picture in one or several sizes; the first one's look as well."""
    canvas = np.empty((SIDE, SIDE, 3), np.uint8)
    canvas[:] = np.rint(MEAN_BGR[::-1])  # the mean is what the network takes for nothing
    for panel in panels:
        region = panel.region
        part = picture[region.top : region.top + region.height, region.left : region.left + region.width]
        fitted = Image.fromarray(part).resize(
            (panel.width, panel.height), Image.Resampling.BILINEAR, reducing_gap=2.0
        )
        canvas[panel.top : panel.top + panel.height, panel.left : panel.left + panel.width] = np.asarray(
            fitted
        )
    outputs = network("nanodet_emb").run(_prepared(canvas))
    boxes, classes = _decoded(outputs, threshold)
    found = []
    for corners, row in zip(boxes, classes, strict=True):
        kind = int(row.argmax())
        score = float(row[kind])
        place = panel_of(panels, corners)
        box = on_picture(place, corners, picture) if place is not None else None
        if place is None or box is None:
            continue
        longer = float(max(corners[2] - corners[0], corners[3] - corners[1]))
        is_filling = (
            box[2] * picture.shape[1] > FILLING * place.region.width
            and box[3] * picture.shape[0] > FILLING * place.region.height
        )
        if (place.is_reduced and longer < SMALLEST_ON_REDUCED) or (is_filling and score < FILLING_THRESHOLD):
            continue
        label = LABELS[kind]
        family = family_of(label)
        others = np.flatnonzero(row >= max(ALSO_SCORE, ALSO_SHARE * score))
        also = tuple(sorted({family_of(LABELS[other]) for other in others} - {family}))
        found.append(Detection(label=label, family=family, score=score, box=box, also=also))
    return found, _look_vector(_cells_of(panels[0], _neck(outputs)))


def _neck(outputs: Outputs) -> npt.NDArray[np.float32]:
    """Channels × cells × cells, before anything is decided about what they show."""
    neck: npt.NDArray[np.float32] = next(value for value in outputs.values() if value.ndim == 4)[0]
    return neck


def _cells_of(panel: Panel, neck: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The cells whose middle lies on a panel, at least one."""
    cell = SIDE / neck.shape[1]
    left, top = round(panel.left / cell), round(panel.top / cell)
    right, bottom = round((panel.left + panel.width) / cell), round((panel.top + panel.height) / cell)
    left, top = min(left, neck.shape[2] - 1), min(top, neck.shape[1] - 1)
    return neck[:, top : max(top + 1, bottom), left : max(left + 1, right)]


def suppress(found: list[Detection]) -> list[Detection]:
    """The detections without those that say again what a surer one said."""
    kept: list[Detection] = []
    for candidate in sorted(found, key=lambda seen: (-seen.score, seen.box)):
        for other in kept:
            shared = _shared_area(candidate.box, other.box)
            union = candidate.box[2] * candidate.box[3] + other.box[2] * other.box[3] - shared
            overlap = shared / union if union > 0 else 0.0
            area, other_area = (box[2] * box[3] for box in (candidate.box, other.box))
            is_part = shared > COVERED_AT_MOST * area or (
                shared > COVERED_AT_MOST * other_area and area < LOOSE_AT_MOST * other_area
            )
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


def _decoded(outputs: Outputs, threshold: float) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Corners in the network's pixels and the scores of all labels, of all that passes, the surest first."""
    flat = [value[0] for value in outputs.values() if value.ndim == 3]
    scores_by_size = {value.shape[0]: value for value in flat if value.shape[1] == len(LABELS)}
    sides_by_size = {value.shape[0]: value for value in flat if value.shape[1] == 4 * BINS}
    boxes, scores = [], []
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
        scores.append(classes[passing])
    if not boxes:
        return np.empty((0, 4), np.float32), np.empty((0, len(LABELS)), np.float32)
    all_scores = np.concatenate(scores)
    order = np.argsort(-all_scores.max(axis=1), kind="stable")[:CANDIDATES_AT_MOST]
    return np.concatenate(boxes)[order], all_scores[order]


def _look_vector(neck: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    flat = neck.reshape(neck.shape[0], -1)
    vector = np.concatenate([flat.mean(axis=1), flat.max(axis=1)])
    return vector.astype(np.float32)
