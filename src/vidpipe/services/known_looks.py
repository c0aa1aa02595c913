"""How the registry's people and things look, measured on their pictures where the registry does not say it.

Pictures lie under names made of their content, so that what was measured once is never measured again.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError

from cinecore.errors import InputError
from cinecore.vision.detect import inside
from cinecore.vision.drawn import DRAWN_FROM
from cinecore.vision.face_identity import FACE_SPACE
from cinecore.vision.figures import FIGURE_SPACE
from cinecore.vision.labels import detector_label, family_of
from cinecore.vision.looks import THING_SPACE, thing_vector
from vidpipe.artefacts import ArtefactStore
from vidpipe.schemas.analysis import KnownAsset
from vidpipe.schemas.kinds import AssetType
from vidpipe.services.clip_frames import LONG_SIDE, Picture
from vidpipe.services.sightings import PERSON, Eyes, SeenOnce, Vector

PICTURES_AT_MOST = 4
"""Pictures of one asset that are measured, the best first: each costs about a quarter of a second, once."""

REMEMBERED = 512
PIXELS_AT_MOST = 40_000_000
WHOLE = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class PictureLook:
    """What one picture of an asset shows of it."""

    face: Vector | None
    """Of a photographed face."""
    figure: Vector | None
    thing: Vector | None


@dataclass(frozen=True)
class KnownLook:
    """What an asset looks like."""

    asset: KnownAsset
    family: str | None
    """The detector's family; None for what it does not know."""
    faces: tuple[Vector, ...]
    figures: tuple[Vector, ...]
    things: tuple[Vector, ...]

    @property
    def is_pictured(self) -> bool:
        """Whether anything is known of how it looks."""
        return bool(self.faces or self.figures or self.things)


def family_of_asset(asset: KnownAsset) -> str | None:
    """The detector's family for an asset; None for what it does not know, such as places and styles."""
    kind = AssetType(asset.asset_type)
    if kind in {AssetType.ENVIRONMENT, AssetType.STYLE}:
        return None
    label = detector_label(asset.label) or detector_label(asset.name)
    if label is not None:
        return family_of(label)
    return PERSON if kind is AssetType.CHARACTER else None


class KnownLooks:
    """Measures assets' pictures with the eyes, each once."""

    def __init__(self, store: ArtefactStore, eyes: Eyes) -> None:
        self._store = store
        self._eyes = eyes
        self._measured: dict[tuple[str, str], PictureLook | None] = {}
        self._lock = threading.Lock()

    def of(self, asset: KnownAsset, notes: list[str]) -> KnownLook:
        """What is known of an asset's look; a picture that cannot be read is noted and left out."""
        family = family_of_asset(asset)
        faces: list[Vector] = []
        figures: list[Vector] = []
        things: list[Vector] = []
        if asset.face_embedding is not None and asset.face_embedding_space == FACE_SPACE:
            faces.append(np.asarray(asset.face_embedding, np.float32))
        if asset.image_embedding is not None:
            vector = np.asarray(asset.image_embedding, np.float32)
            if asset.image_embedding_space == FIGURE_SPACE:
                figures.append(vector)
            elif asset.image_embedding_space == THING_SPACE:
                things.append(vector)
        # what the registry says was measured on the same pictures, and better: on many frames
        if family is not None and not (faces or figures or things):
            for name in _pictures_of(asset)[:PICTURES_AT_MOST]:
                look = self._look_of(name, family, notes)
                if look is not None:
                    faces += [look.face] if look.face is not None else []
                    figures += [look.figure] if look.figure is not None else []
                    things += [look.thing] if look.thing is not None else []
        return KnownLook(asset, family, tuple(faces), tuple(figures), tuple(things))

    def _look_of(self, name: str, family: str, notes: list[str]) -> PictureLook | None:
        key = (name, family)
        with self._lock:
            if key in self._measured:
                return self._measured[key]
        try:
            picture = _read(self._store, name)
        except (OSError, UnidentifiedImageError, InputError, ValueError, SyntaxError) as error:
            notes.append(
                f"The picture {name} cannot be read ({type(error).__name__}): nobody is matched by it."
            )
            return None
        look = measure(self._eyes, picture, family)
        with self._lock:
            if len(self._measured) >= REMEMBERED:
                self._measured.clear()
            self._measured[key] = look
        return look


def measure(eyes: Eyes, picture: Picture, family: str) -> PictureLook:
    """What a picture shows of somebody or something of a family; the whole of it where the eyes find nothing."""
    found = [seen for seen in eyes.look(picture) if seen.family == family]
    best = max(found, key=_prominence, default=None)
    if family != PERSON:
        box = best.box if best is not None else WHOLE
        return PictureLook(None, None, thing_vector(picture, box, eyes.detector))
    if best is None:
        return PictureLook(None, None, None)
    face = best.face
    is_photographed = face is not None and face.drawn <= DRAWN_FROM
    return PictureLook(face.embedding if face is not None and is_photographed else None, best.vector, None)


def _prominence(seen: SeenOnce) -> tuple[float, float]:
    middle = (0.35, 0.3, 0.3, 0.4)
    return seen.box[2] * seen.box[3] * (0.5 + inside(middle, seen.box)), seen.score


def _read(store: ArtefactStore, name: str) -> Picture:
    with Image.open(store.path(name)) as image:
        if image.width * image.height > PIXELS_AT_MOST:
            raise ValueError("too many pixels")
        image.thumbnail((LONG_SIDE, LONG_SIDE))
        return np.asarray(image.convert("RGB"))


def _pictures_of(asset: KnownAsset) -> list[str]:
    crops = getattr(asset, "crops", None) or []
    names = [asset.reference_image, *(crop.get("image") for crop in crops if isinstance(crop, Mapping))]
    return [name for name in dict.fromkeys(names) if name]
