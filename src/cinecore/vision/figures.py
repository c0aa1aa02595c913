"""People by hair, skin and clothes: how drawn figures are known again, and photographed ones seen from behind.

Deliberately not here: photographed faces, which say more (`face_identity.py`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.vision.colors import (
    SIGNATURE_LENGTH,
    color_similarities,
    color_similarity,
    foreground,
    signature,
)
from cinecore.vision.panels import Box, Picture

FIGURE_SPACE = "figure-colours-v1"
"""Name of the vector together with its threshold; stored beside every vector."""

FIGURE_THRESHOLDS = {FIGURE_SPACE: 0.62}
"""Similarity from which two figures are one person, by space.

Measured on four drawn people in two looks, 300 to 1600 pixels tall, by day, dusk and night: one person .79 to 1 where a
face was found, 95 % over .79 from the body alone; two people under .60. In a look without colours it says nothing.
"""

HEAD_WEIGHT, CLOTHES_WEIGHT = 0.45, 0.55

FULL_FIGURE = 1.9
"""Height of a body's box in its widths from which the whole figure is in it."""

Vector = npt.NDArray[np.float32]


def figure_vector(picture: Picture, body: Box | None, face: Box | None) -> Vector:
    """Hair with skin, then clothes: two signatures of colours after each other.

    Args:
        picture: RGB.
        body: The person's box, where one was found.
        face: The face's box, where one was found; without it the places are guessed from the body.
    """
    head, clothes = zones(body, face, picture.shape[1] / picture.shape[0])
    parts = []
    for box in (head, clothes):
        lab, weight = foreground(picture, box)
        parts.append(signature(lab, weight))
    return np.concatenate(parts).astype(np.float32)


def zones(body: Box | None, face: Box | None, aspect: float) -> tuple[Box, Box]:
    """Where a person's head (hair included) and clothes are; `aspect` is the picture's width by its height."""
    if face is not None:
        left, top, width, height = face
        head = (left - 0.30 * width, top - 0.45 * height, 1.6 * width, 1.35 * height)
        clothes = (left - 0.55 * width, top + 1.30 * height, 2.1 * width, 1.8 * height)
        return _clipped(head), _clipped(clothes)
    assert body is not None  # noqa: S101 - a person is seen by face or body
    left, top, width, height = body
    if height > FULL_FIGURE * width * aspect:
        head = (left + 0.25 * width, top, 0.5 * width, 0.16 * height)
        clothes = (left + 0.2 * width, top + 0.2 * height, 0.6 * width, 0.28 * height)
    else:
        head = (left + 0.25 * width, top, 0.5 * width, 0.42 * height)
        clothes = (left + 0.15 * width, top + 0.6 * height, 0.7 * width, 0.4 * height)
    return _clipped(head), _clipped(clothes)


def figure_similarity(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """How alike two figures are, 0 to 1."""
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    head = color_similarity(one[:SIGNATURE_LENGTH], other[:SIGNATURE_LENGTH])
    clothes = color_similarity(one[SIGNATURE_LENGTH:], other[SIGNATURE_LENGTH:])
    return HEAD_WEIGHT * head + CLOTHES_WEIGHT * clothes


def figure_similarities(figures: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """`figure_similarity` of each two of n figures (one a row), n × n."""
    rows = np.asarray(figures, np.float64)
    head = color_similarities(rows[:, :SIGNATURE_LENGTH])
    clothes = color_similarities(rows[:, SIGNATURE_LENGTH:])
    return HEAD_WEIGHT * head + CLOTHES_WEIGHT * clothes


def _clipped(box: Box) -> Box:
    left, top, width, height = box
    right, bottom = min(1.0, left + width), min(1.0, top + height)
    left, top = min(max(0.0, left), 0.99), min(max(0.0, top), 0.99)
    return left, top, max(0.01, right - left), max(0.01, bottom - top)
