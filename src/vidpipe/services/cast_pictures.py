"""What a photograph given for the cast shows: a person, an animal or a thing, as the system's own eyes name it."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from vidpipe.schemas.kinds import AssetType

VEHICLES = frozenset({"vehicle", "bicycle", "motorcycle", "boat", "train", "airplane"})


def shown_in(png: bytes) -> tuple[AssetType, str]:
    """The type of asset and the common noun for what a picture shows; a person where nothing is told.

    Raises:
        SetupError: A model is missing.
    """
    from cinecore.vision.detect import ObjectDetector
    from cinecore.vision.faces import FaceFinder

    with Image.open(io.BytesIO(png)) as opened:
        picture = np.asarray(opened.convert("RGB"))
    if FaceFinder().find(picture):
        return AssetType.CHARACTER, "person"
    found = ObjectDetector().detect(picture)
    if not found or found[0].label == "person":
        return AssetType.CHARACTER, "person"
    kind = AssetType.VEHICLE if {found[0].family, found[0].label} & VEHICLES else AssetType.OBJECT
    return kind, found[0].label
