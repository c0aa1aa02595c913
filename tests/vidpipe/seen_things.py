"""Things as the analysis hands them over: drawn crops, and sightings along a clip."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

from vidpipe.schemas.analysis import Box, SeenThing, Sighting

RED, BLUE, GREEN = (200, 30, 35), (36, 70, 190), (40, 140, 60)


def car_picture(paint: tuple[int, int, int], size: tuple[int, int] = (300, 160)) -> Image.Image:
    """A car from the side before sky and road, filling its crop."""
    image = Image.new("RGB", (300, 160), (150, 190, 225))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 120, 300, 160), fill=(110, 110, 110))
    draw.rounded_rectangle((5, 60, 295, 130), 20, fill=paint)
    draw.polygon(
        [(60, 60), (100, 15), (210, 15), (250, 60)], fill=tuple(round(part * 0.93) for part in paint)
    )
    draw.polygon([(75, 58), (108, 25), (205, 25), (235, 58)], fill=(180, 210, 225))
    for middle in (70, 230):
        draw.ellipse((middle - 30, 100, middle + 30, 158), fill=(25, 25, 28))
        draw.ellipse((middle - 12, 118, middle + 12, 142), fill=(170, 170, 175))
    return image.resize(size, Image.Resampling.LANCZOS)


def person_picture(coat: tuple[int, int, int]) -> Image.Image:
    """A standing figure with head, coat and legs, filling its crop."""
    image = Image.new("RGB", (120, 300), (205, 210, 200))
    draw = ImageDraw.Draw(image)
    draw.ellipse((38, 5, 82, 60), fill=(224, 172, 130))
    draw.pieslice((36, 0, 84, 56), 180, 360, fill=(60, 40, 30))
    draw.rounded_rectangle((18, 62, 102, 190), 16, fill=coat)
    draw.rectangle((36, 190, 56, 295), fill=(40, 42, 50))
    draw.rectangle((64, 190, 84, 295), fill=(40, 42, 50))
    return image


def face_picture() -> Image.Image:
    """A face from the front."""
    image = Image.new("RGB", (96, 110), (224, 172, 130))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 96, 24), fill=(60, 40, 30))
    for middle in (30, 66):
        draw.ellipse((middle - 8, 44, middle + 8, 56), fill=(250, 250, 250))
        draw.ellipse((middle - 4, 45, middle + 4, 55), fill=(30, 30, 40))
    draw.arc((30, 64, 66, 92), 20, 160, fill=(150, 60, 60), width=4)
    return image


def blurred(image: Image.Image) -> Image.Image:
    """The same out of all focus."""
    return image.filter(ImageFilter.GaussianBlur(18))


def png(image: Image.Image) -> bytes:
    """The picture as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def along(box: Box, frames: tuple[int, ...] = (0, 24, 48), confidence: float = 0.7) -> list[Sighting]:
    """The thing at one place in several frames, 24 a second."""
    return [
        Sighting(frame_index=frame, time_s=frame / 24, box=box, confidence=confidence - frame / 10_000)
        for frame in frames
    ]


def seen_car(
    paint: tuple[int, int, int] = RED,
    *,
    box: Box = (0.1, 0.5, 0.3, 0.25),
    frames: tuple[int, ...] = (0, 24, 48),
    tag: str | None = None,
    label: str = "car",
    quality: float = 7.5,
) -> SeenThing:
    """A car, as the analysis hands it over."""
    return SeenThing(
        label=label,
        family="vehicle",
        asset_tag=tag,
        sightings=along(box, frames),
        colors=["#{:02x}{:02x}{:02x}".format(*paint)],
        quality=quality,
        crop_png=png(car_picture(paint)),
    )


def seen_person(
    coat: tuple[int, int, int] = GREEN,
    *,
    box: Box = (0.4, 0.2, 0.12, 0.7),
    frames: tuple[int, ...] = (0, 24, 48),
    tag: str | None = None,
) -> SeenThing:
    """A standing person."""
    return SeenThing(
        label="person",
        family="person",
        asset_tag=tag,
        sightings=along(box, frames),
        colors=["#{:02x}{:02x}{:02x}".format(*coat)],
        quality=6.5,
        crop_png=png(person_picture(coat)),
    )


def seen_face(
    *, box: Box = (0.44, 0.22, 0.04, 0.08), frames: tuple[int, ...] = (0, 24, 48), tag: str | None = None
) -> SeenThing:
    """A face, with its embedding."""
    return SeenThing(
        label="face",
        family="face",
        is_face=True,
        asset_tag=tag,
        sightings=along(box, frames),
        colors=["#e0ac82"],
        quality=8.0,
        crop_png=png(face_picture()),
        face_embedding=[0.1, -0.2, 0.3],
        face_embedding_space="test_faces",
    )
