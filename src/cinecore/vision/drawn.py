"""Whether a face is drawn or photographed: drawn ones must never be judged by the threshold for photographs.

Two things tell. A drawing has its gradients in outlines and little between them, skin has them everywhere. And the
face embedding, which knows photographs only, puts all drawn faces into one corner. An axis between the two kinds was
measured once (`scripts/measure_vision_spaces.py`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.face_identity import face_chip
from cinecore.vision.panels import Picture
from cinecore.vision.spaces import spaces

DRAWN_FROM = 0.0
"""Measured on 190 drawn faces (34 people, three looks) and 335 photographed ones (32 people, small, coarsely coded and
blurred ones among them), each judged by an axis measured on other people: 99.5 % of the drawn and 97.6 % of the
photographed are told right; the others are nearly all one woman with lowered, painted eyes. A track's mean is surer."""

OUTLINE_WEIGHT = 0.3
"""Of the logarithm of the gradients' ratio beside the embedding's numbers, which are some .1 large."""

MEASURED_SIDE = 48
MIDDLE = slice(20, 130)
"""The part of a chip that is face."""


def drawn_score(picture: Picture, landmarks: npt.ArrayLike, embedding: npt.ArrayLike) -> float:
    """How drawn a face is; compare with `DRAWN_FROM`, or the mean of a track's scores.

    Args:
        picture: RGB.
        landmarks: 5 × 2 in the picture's pixels.
        embedding: The face's own, from `FaceEmbedder`.

    Raises:
        SetupError: A file that ships with the eyes is missing or changed.
    """
    axis = spaces().drawn_axis.astype(np.float64)
    return float(face_features(picture, landmarks, embedding) @ axis[:-1] + axis[-1])


def face_features(
    picture: Picture, landmarks: npt.ArrayLike, embedding: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """The 129 numbers by which drawn and photographed faces are told apart."""
    chip = face_chip(picture, np.asarray(landmarks, np.float64))
    outlines = OUTLINE_WEIGHT * np.log(_outline_ratio(chip))
    return np.append(np.asarray(embedding, np.float64), outlines)


def _outline_ratio(chip: Picture) -> float:
    """The strong gradients of a face against its usual ones."""
    small = Image.fromarray(chip[MIDDLE, MIDDLE]).resize((MEASURED_SIDE, MEASURED_SIDE), Image.Resampling.BOX)
    luma = np.asarray(small, np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    gradient = np.hypot(np.diff(luma, axis=0)[:, :-1], np.diff(luma, axis=1)[:-1])
    return float(np.percentile(gradient, 90) / (np.median(gradient) + 0.5))
