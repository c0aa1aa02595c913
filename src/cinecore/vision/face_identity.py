"""Whose face it is: 128 numbers of a photographed face, and the distance from which two faces are two people.

The network is dlib's; it wants a face turned and scaled to a standard chip. Distances are Euclidean. Drawn faces
lie far closer together than photographed ones and are never judged here: `drawn.py` tells them apart,
`figures.py` compares people by hair, clothes and palette.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.panels import Picture
from cinecore.vision.weights import network

FACE_SPACE = "dlib-resnet29-v1"
"""Name of the embedding together with its chip and its threshold; stored beside every vector."""

FACE_THRESHOLDS = {FACE_SPACE: 0.48}
"""Distance under which two faces are one person's, by space.

Measured on 32 faces of photographs: one person in different photographs .18 to .41 (15 pairs), in changed copies of one
photograph .06 to .46 (273 pairs: mirrored, dark, bright, grey, blurred, turned, down to a face of 21 pixels), different
people .52 to .88 (one pair of 1000, perhaps one person made up, at .43).
"""

CHIP_PIXELS = 150
PADDING = 0.25
"""Room around the landmarks' unit square, as the network was trained with."""

STANDARD_POINTS = np.array(
    [(0.2257, 0.2163), (0.7546, 0.2163), (0.4901, 0.5156), (0.2541, 0.7802), (0.7261, 0.7802)]
)
"""Eyes, tip of the nose and corners of the mouth in the mean face of 68 points (eyes: means of their six points)."""

Embedding = npt.NDArray[np.float32]


class FaceEmbedder:
    """Turns faces into vectors; the model is loaded at the first face. May be shared by threads."""

    def embed(self, picture: Picture, landmarks: npt.ArrayLike, *, is_mirrored_too: bool = True) -> Embedding:
        """128 numbers of one face.

        Args:
            picture: RGB.
            landmarks: 5 × 2 in the picture's pixels, in the order of `Face.landmarks`.
            is_mirrored_too: Take the mean of the face and its mirror image, which is steadier than either, at
                twice the cost; not needed where the mean over several frames is taken anyway.

        Raises:
            SetupError: The model is missing or changed.
        """
        chip = face_chip(picture, np.asarray(landmarks, np.float64))
        chips = [chip, chip[:, ::-1]] if is_mirrored_too else [chip]
        both = np.stack(chips).transpose(0, 3, 1, 2).astype(np.float32)
        vectors = network("face_resnet128").run(both)["embedding"]
        mean: Embedding = vectors.mean(axis=0).astype(np.float32)
        return mean


def face_chip(picture: Picture, landmarks: npt.NDArray[np.float64]) -> Picture:
    """A face turned upright and scaled to `CHIP_PIXELS`, from where its landmarks are."""
    target = (STANDARD_POINTS + PADDING) / (1 + 2 * PADDING) * CHIP_PIXELS
    matrix = _similarity(target, landmarks)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    image = Image.fromarray(picture)
    if scale >= 2:  # many pixels for one: averaged first, or the chip would be a sieve
        factor = int(scale)
        image = image.reduce(factor)
        # a pixel's centre moves when it becomes part of a larger one
        matrix = matrix / factor
    chip = image.transform(
        (CHIP_PIXELS, CHIP_PIXELS),
        Image.Transform.AFFINE,
        tuple(matrix.reshape(-1).tolist()),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(chip)


def _similarity(source: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The 2 × 3 matrix of turning, scaling and moving that brings `source` nearest to `target`."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    x, y = (source - source_mean).T
    u, v = (target - target_mean).T
    spread = float((x * x + y * y).sum())
    along = float((x * u + y * v).sum()) / spread
    across = float((x * v - y * u).sum()) / spread
    turn = np.array([(along, -across), (across, along)])
    return np.hstack([turn, (target_mean - turn @ source_mean)[:, None]])


def face_distance(first: Sequence[float] | Embedding, second: Sequence[float] | Embedding) -> float:
    """Euclidean distance of two faces; compare with the threshold of their space."""
    return float(np.linalg.norm(np.asarray(first, np.float64) - np.asarray(second, np.float64)))
