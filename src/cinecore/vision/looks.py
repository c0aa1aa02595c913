"""How a thing looks, in one vector: its colours and its shape; and whether two vectors are of one thing.

The network's look tells shapes apart and is nearly blind for colours, the signature of colours the other way round.
Both must agree.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.vision.colors import (
    SIGNATURE_LENGTH,
    color_similarities,
    color_similarity,
    crop,
    foreground,
    signature,
)
from cinecore.vision.detect import ObjectDetector
from cinecore.vision.panels import Box, Picture
from cinecore.vision.spaces import spaces

THING_SPACE = "thing-look-v1"
"""Name of the vector together with its thresholds; stored beside every vector."""

COLORS_AT_LEAST = 0.66
"""Colours of one thing and another: one drawn car by day, night, dusk and from near .69 to 1.0, cars of two hues .25 to
.60, green and black up to .88 at night."""

SHAPE_AT_LEAST = 0.45
"""Shapes of one thing and another: one drawn car .76 to .97, a car and anything else −.3 to .3."""

MARGIN = 0.05
"""Room around a box that the network is shown, as a part of its sides."""

Vector = npt.NDArray[np.float32]


def thing_vector(picture: Picture, box: Box, detector: ObjectDetector) -> Vector:
    """How the thing in a box looks: `SIGNATURE_LENGTH` numbers of colour, then 32 of shape.

    Raises:
        SetupError: The model is missing or changed.
    """
    lab, weight = foreground(picture, box)
    measured = spaces()
    axes = (detector.look(crop(picture, box, MARGIN)) - measured.look_mean) @ measured.look_axes
    shape = axes / max(float(np.linalg.norm(axes)), 1e-9)
    return np.concatenate([signature(lab, weight), shape]).astype(np.float32)


def shape_similarity(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """How alike two things' shapes are, −1 to 1."""
    one = np.asarray(first, np.float64)[SIGNATURE_LENGTH:]
    other = np.asarray(second, np.float64)[SIGNATURE_LENGTH:]
    length = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / length if length > 0 else 0.0


def thing_similarity(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """How alike two things are, 0 to 1; at least 0.5 where colours and shapes both agree."""
    color = color_similarity(np.asarray(first)[:SIGNATURE_LENGTH], np.asarray(second)[:SIGNATURE_LENGTH])
    return min(_graded(color, COLORS_AT_LEAST), _graded(shape_similarity(first, second), SHAPE_AT_LEAST))


def thing_similarities(things: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """`thing_similarity` of each two of n things (one a row), n × n."""
    rows = np.asarray(things, np.float64)
    shapes = rows[:, SIGNATURE_LENGTH:]
    shapes = shapes / np.maximum(np.linalg.norm(shapes, axis=1, keepdims=True), 1e-9)
    graded = np.vectorize(_graded, otypes=[np.float64])
    colors = graded(color_similarities(rows[:, :SIGNATURE_LENGTH]), COLORS_AT_LEAST)
    alike: npt.NDArray[np.float64] = np.minimum(colors, graded(shapes @ shapes.T, SHAPE_AT_LEAST))
    return alike


THING_THRESHOLDS = {THING_SPACE: 0.56}
"""Similarity from which two vectors are of one thing, by space: one drawn car in four places and lights .63 to .95, cars of
four colours .03 to .55."""


def _graded(value: float, threshold: float) -> float:
    """A similarity brought to a scale on which its threshold is 0.5 and 1 stays 1."""
    if value >= threshold:
        return 0.5 + 0.5 * (value - threshold) / (1 - threshold)
    return max(0.0, 0.5 * value / threshold)
