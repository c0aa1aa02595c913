"""Photographs that a person gave, cut out to stand in a drawing; never drawn over, never stretched.

A picture with clear parts is taken as it is; a plain background is taken away; anything else gets soft edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from cinecore.errors import CineError, InputError
from vidpipe.providers.draft.colors import RGB, main_color

LARGEST_SIDE: Final = 1600
"""Pixels: more is never seen on a board."""

PLAIN_SPREAD: Final = 16.0
"""Standard deviation of the border's colours, in steps of 255, up to which a background is plain."""

NEAR_BACKGROUND: Final = 34.0
"""Distance in RGB within which a pixel is background."""


@dataclass(frozen=True)
class CutOut:
    """A photograph ready to be put on a board."""

    image: Image.Image
    """RGBA."""
    face: tuple[float, float, float, float] | None
    """Left, top, width and height of the largest face in pixels of `image`; None where none is seen."""
    is_framed: bool
    """Whether it keeps its own background, softly ended."""


def cut_out(path: Path, *, seeks_face: bool) -> CutOut:
    """The photograph, freed from its background where that is plain.

    Args:
        path: The picture.
        seeks_face: Whether a person is expected: the face is found, so that it can be put where a head belongs.

    Raises:
        InputError: It cannot be read.
    """
    picture = _opened(path)
    has_clear_parts = picture.mode == "RGBA" and int(np.asarray(picture.getchannel("A")).min()) < 250
    face = _face_in(picture) if seeks_face else None
    if has_clear_parts:
        return _trimmed(picture, face, is_framed=False)
    mask = _plain_background(picture)
    if mask is not None:
        picture = picture.convert("RGBA")
        picture.putalpha(mask)
        return _trimmed(picture, face, is_framed=False)
    return _framed(picture, face)


def head_of(cut: CutOut) -> CutOut | None:
    """The head alone, in an oval; None where no face was found."""
    if cut.face is None:
        return None
    left, top, width, height = cut.face
    # The box of a face reaches from the middle of the forehead to the chin.
    box = (
        round(left - 0.34 * width),
        round(top - 0.46 * height),
        round(left + 1.34 * width),
        round(top + 1.12 * height),
    )
    image = cut.image.crop(box)
    mask = Image.new("L", (image.width * 2, image.height * 2), 0)
    ImageDraw.Draw(mask).ellipse((4, 4, mask.width - 5, mask.height - 5), fill=255)
    soft = mask.reduce(2).filter(ImageFilter.GaussianBlur(max(1.0, 0.012 * image.height)))
    image.putalpha(ImageChops.multiply(image.getchannel("A"), soft))
    return CutOut(image, (left - box[0], top - box[1], width, height), is_framed=True)


def clothes_under(cut: CutOut) -> RGB | None:
    """The chief colour of what a photographed person wears below the face; None where nothing is seen of it."""
    if cut.face is None:
        return None
    left, top, width, height = cut.face
    box = (
        round(left - 0.5 * width),
        round(top + 1.5 * height),
        round(left + 1.5 * width),
        round(top + 2.6 * height),
    )
    box = (max(0, box[0]), max(0, box[1]), min(cut.image.width, box[2]), min(cut.image.height, box[3]))
    return main_color(cut.image.crop(box)) if box[2] - box[0] > 4 and box[3] - box[1] > 4 else None


def _opened(path: Path) -> Image.Image:
    try:
        with Image.open(path) as file:
            file.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            picture = ImageOps.exif_transpose(file)
            picture = picture.convert(
                "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
            )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(
            "This photograph cannot be read.", path, "Give a PNG or JPEG that a picture viewer shows."
        ) from error
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def _face_in(picture: Image.Image) -> tuple[float, float, float, float] | None:
    """Where the largest face is; a picture without one, or a machine without the model, has none."""
    from cinecore.vision.faces import FaceFinder

    try:
        faces = FaceFinder().find(np.asarray(picture.convert("RGB")))
    except CineError:
        return None
    if not faces:
        return None
    left, top, width, height = max((face.box for face in faces), key=lambda box: box[2] * box[3])
    return (left * picture.width, top * picture.height, width * picture.width, height * picture.height)


def _plain_background(picture: Image.Image) -> Image.Image | None:
    """What is not background, 0 to 255; None where the border is not of one colour."""
    pixels = np.asarray(picture.convert("RGB"), dtype=np.float32)
    rim = max(2, min(pixels.shape[:2]) // 40)
    # The lower edge is left out: a portrait is cut there by its own body.
    border = np.concatenate(
        [
            pixels[:rim].reshape(-1, 3),
            pixels[: pixels.shape[0] * 2 // 3, :rim].reshape(-1, 3),
            pixels[: pixels.shape[0] * 2 // 3, -rim:].reshape(-1, 3),
        ]
    )
    if border.std(axis=0).max() > PLAIN_SPREAD:
        return None
    distance = np.sqrt(((pixels - np.median(border, axis=0)) ** 2).sum(axis=2))
    inside = _not_reached(distance > NEAR_BACKGROUND)
    if not 0.05 < inside.mean() < 0.97:
        return None
    mask = Image.fromarray((inside * 255).astype(np.uint8))
    return mask.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(1.2))


def _not_reached(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What cannot be reached from the upper edge and the sides without crossing something solid: holes stay filled."""
    small = Image.fromarray((solid * 255).astype(np.uint8))
    factor = max(1, max(small.size) // 256)
    small = small.reduce(factor).point(lambda v: 255 if v > 110 else 0)
    field = Image.new("L", (small.width + 2, small.height + 1), 0)
    field.paste(small, (1, 1))
    ImageDraw.floodfill(field, (0, 0), 128)
    outside = field.crop((1, 1, field.width - 1, field.height)).point(lambda v: 255 if v == 128 else 0)
    # A border of one small pixel may still be background: the full-size answer decides there.
    near = outside.filter(ImageFilter.MaxFilter(5)).resize(
        (solid.shape[1], solid.shape[0]), Image.Resampling.NEAREST
    )
    return solid | ~(np.asarray(near) > 0)


def _trimmed(
    picture: Image.Image, face: tuple[float, float, float, float] | None, *, is_framed: bool
) -> CutOut:
    box = picture.getchannel("A").point(lambda v: 255 if v > 24 else 0).getbbox()
    if box is None:
        return _framed(picture.convert("RGB"), face)
    if face is not None:
        face = (face[0] - box[0], face[1] - box[1], face[2], face[3])
    return CutOut(picture.crop(box), face, is_framed)


def _framed(picture: Image.Image, face: tuple[float, float, float, float] | None) -> CutOut:
    """The photograph with soft edges: round a face an oval of head and shoulders, else the whole with soft corners."""
    if face is not None:
        left, top, width, height = face
        box = (
            max(0, round(left - width * 1.25)),
            max(0, round(top - height * 0.95)),
            min(picture.width, round(left + width * 2.25)),
            min(picture.height, round(top + height * 2.6)),
        )
        picture = picture.crop(box)
        face = (left - box[0], top - box[1], width, height)
    width, height = picture.size
    soft = max(3, round(min(width, height) * 0.05))
    mask = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(mask)
    edge = (soft * 1.3, soft * 1.3, width - soft * 1.3, height - soft * 1.3)
    draw.rounded_rectangle(edge, radius=min(width, height) * (0.42 if face is not None else 0.16), fill=255)
    picture = picture.convert("RGBA")
    picture.putalpha(mask.filter(ImageFilter.GaussianBlur(soft * 0.55)))
    return CutOut(picture, face, is_framed=True)
