"""Whether a face is drawn or photographed: drawn ones must never be judged by the threshold for photographs.

Two things tell. A drawing has its gradients in outlines and little between them, skin has them everywhere. And the
face embedding, which knows photographs only, puts all drawn faces into one corner.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.detect import Picture
from cinecore.vision.face_identity import face_chip
from cinecore.vision.spaces import spaces

CORNER_WEIGHT = 9.0
DRAWN_FROM = -2.85
"""Of 81 drawn faces (three looks, 30 to 200 pixels wide) 78 lie above this, of 335 photographed ones (small, coarsely
coded and blurred ones among them) 325 under it; the others are two people with lowered, painted eyes. A track's mean
is surer than a face."""

MEASURED_SIDE = 48
MIDDLE = slice(20, 130)
"""The part of a chip that is face."""


def drawn_score(picture: Picture, landmarks: npt.ArrayLike, embedding: npt.ArrayLike) -> float:
    """How drawn a face is; compare with `DRAWN_FROM`, or the mean of a track's scores.

    Args:
        picture: RGB.
        landmarks: 5 × 2 in the picture's pixels.
        embedding: The face's own, from `FaceEmbedder`.
    """
    chip = face_chip(picture, np.asarray(landmarks, np.float64))
    away = float(np.linalg.norm(np.asarray(embedding, np.float32) - spaces().drawn_face))
    return float(np.log(_outline_ratio(chip))) - CORNER_WEIGHT * away


def _outline_ratio(chip: Picture) -> float:
    """The strong gradients of a face against its usual ones."""
    small = Image.fromarray(chip[MIDDLE, MIDDLE]).resize((MEASURED_SIDE, MEASURED_SIDE), Image.Resampling.BOX)
    luma = np.asarray(small, np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    gradient = np.hypot(np.diff(luma, axis=0)[:, :-1], np.diff(luma, axis=1)[:-1])
    return float(np.percentile(gradient, 90) / (np.median(gradient) + 0.5))
