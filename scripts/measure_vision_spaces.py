"""Measures the means and axes of `cinecore.vision.spaces` on folders of pictures, and writes the file that ships.

    python scripts/measure_vision_spaces.py --stills FOLDER --drawn FOLDER OUTPUT.npz

`--stills` holds pictures of many kinds (photographs, film frames, drawings) in which the detector finds things;
`--drawn` holds pictures with one drawn face each. Prints the digest to be pinned.
"""
# ruff: noqa: INP001 - a program by itself, no part of a package

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from cinecore.vision.colors import crop
from cinecore.vision.detect import ObjectDetector, Picture
from cinecore.vision.face_identity import FaceEmbedder
from cinecore.vision.faces import FaceFinder, landmark_pixels

AXES = 32
FLOOR = 0.3
"""Part of the largest spread that is added to each, so that faint axes are not blown up to noise."""


def pictures(folder: Path) -> list[Picture]:
    """Every picture of a folder, by name."""
    return [np.asarray(Image.open(path).convert("RGB")) for path in sorted(folder.iterdir())]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--drawn", type=Path, required=True)
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
    finder, embedder, drawn = FaceFinder(), FaceEmbedder(), []
    for picture in pictures(asked.drawn):
        faces = finder.find(picture)
        drawn += [embedder.embed(picture, landmark_pixels(face, picture)) for face in faces[:1]]
    with asked.output.open("wb") as stream:
        np.savez(
            stream,
            look_mean=mean.astype(np.float16),
            look_axes=(directions[:AXES].T / scale).astype(np.float16),
            drawn_face=np.mean(drawn, axis=0).astype(np.float16),
        )
    digest = hashlib.sha256(asked.output.read_bytes()).hexdigest()
    print(f"{len(looks)} looks, {len(drawn)} drawn faces, {digest}")  # noqa: T201 - a program's answer


if __name__ == "__main__":
    main()
