"""Measures the means and axes of `cinecore.vision.spaces` on folders of pictures, and writes the file that ships.

    python scripts/measure_vision_spaces.py --stills FOLDER --drawn FOLDER --photographed FOLDER OUTPUT.npz

`--stills` holds pictures of many kinds (photographs, film frames, drawings) in which the detector finds things;
`--drawn` and `--photographed` hold pictures with faces, drawn and photographed. Prints the digest to be pinned.
"""
# ruff: noqa: INP001 - a program by itself, no part of a package

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.colors import crop
from cinecore.vision.detect import ObjectDetector
from cinecore.vision.drawn import face_features
from cinecore.vision.face_identity import FaceEmbedder
from cinecore.vision.faces import FaceFinder, landmark_pixels
from cinecore.vision.panels import Picture

AXES = 32
SHRINKING = 0.6
"""Of the covariance; best of .05 to .6 for people held out."""

FLOOR = 0.3
"""Part of the largest spread that is added to each, so that faint axes are not blown up to noise."""


def pictures(folder: Path) -> list[Picture]:
    """Every picture of a folder, by name."""
    return [np.asarray(Image.open(path).convert("RGB")) for path in sorted(folder.iterdir())]


def features(folder: Path) -> npt.NDArray[np.float64]:
    """What tells drawn faces from photographed ones, of the surest face in each picture."""
    finder, embedder, found = FaceFinder(), FaceEmbedder(), []
    for picture in pictures(folder):
        for face in finder.find(picture)[:1]:
            points = landmark_pixels(face, picture)
            embedding = embedder.embed(picture, points, is_mirrored_too=False)
            found.append(face_features(picture, points, embedding))
    return np.array(found, np.float64)


def separating(
    drawn: npt.NDArray[np.float64], photographed: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], float]:
    """Fisher's linear discriminant, its covariance shrunk towards a sphere: axis and offset; drawn is above zero."""
    means = drawn.mean(axis=0), photographed.mean(axis=0)
    rest = np.vstack([drawn - means[0], photographed - means[1]])
    covariance = rest.T @ rest / len(rest)
    size = len(covariance)
    covariance = (1 - SHRINKING) * covariance + SHRINKING * np.trace(covariance) / size * np.eye(size)
    axis = np.linalg.solve(covariance, means[0] - means[1])
    scale = float(np.abs(axis @ (means[0] - means[1])))
    return axis / scale, float(-axis @ (means[0] + means[1]) / 2 / scale)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--drawn", type=Path, required=True)
    parser.add_argument("--photographed", type=Path, required=True)
    parser.add_argument("output", type=Path)
    asked = parser.parse_args()
    detector, looks = ObjectDetector(), []
    for picture in pictures(asked.stills):
        boxes = [seen.box for seen in detector.detect(picture)]
        boxes += [(0.1, 0.1, 0.4, 0.5), (0.5, 0.4, 0.45, 0.55)]  # what lies around things, too
        looks += [detector.look(crop(picture, box, 0.05)) for box in boxes]
    table = np.array(looks, np.float64)
    mean = table.mean(axis=0)
    _, spreads, directions = np.linalg.svd(table - mean, full_matrices=False)
    scale = (spreads[:AXES] + FLOOR * spreads[0]) / np.sqrt(len(table))
    drawn, photographed = features(asked.drawn), features(asked.photographed)
    axis, offset = separating(drawn, photographed)
    scores = drawn @ axis + offset, photographed @ axis + offset
    low, high = (
        np.percentile(scores[0], [0, 2, 50]).round(3),
        np.percentile(scores[1], [50, 98, 100]).round(3),
    )
    print(f"drawn {low}, photographed {high}")  # noqa: T201 - a program's answer
    with asked.output.open("wb") as stream:
        np.savez(
            stream,
            look_mean=mean.astype(np.float16),
            look_axes=(directions[:AXES].T / scale).astype(np.float16),
            drawn_axis=np.append(axis, offset).astype(np.float32),
        )
    digest = hashlib.sha256(asked.output.read_bytes()).hexdigest()
    print(f"{len(looks)} looks, {len(drawn)} and {len(photographed)} faces, {digest}")  # noqa: T201 - a program's answer


if __name__ == "__main__":
    main()
