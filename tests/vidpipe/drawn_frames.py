"""Frames with drawn cars and people at any place, size and light, and clips made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run
from vidpipe.providers.draft.figures import Stand, draw_person
from vidpipe.providers.draft.figures_appearance import appearance_of
from vidpipe.providers.draft.figures_poses import STAND
from vidpipe.providers.draft.looks import look_for
from vidpipe.providers.draft.pen import Pen
from vidpipe.providers.draft.things_vehicles import car

Picture = npt.NDArray[np.uint8]

RED, BLUE, WHITE, BLACK = (196, 38, 40), (40, 70, 180), (235, 235, 232), (34, 34, 38)
DAY = ((150, 190, 230), (120, 110, 80))
DUSK = ((230, 170, 120), (180, 150, 110))
NIGHT = ((40, 50, 90), (30, 30, 40))

PEOPLE = {
    "keeper": ("man", "an old man with a white beard, a blue coat and a black cap"),
    "girl": ("girl", "a girl with red hair and a yellow raincoat"),
    "woman": ("woman", "a woman with black hair in a green dress"),
}


@dataclass(frozen=True)
class Car:
    """A car from the side."""

    color: tuple[int, int, int]
    x: int = 60
    y: int = 430
    scale: float = 1.0
    """1 is 470 × 160 pixels."""


@dataclass(frozen=True)
class Person:
    """Somebody standing."""

    name: str
    x: int = 800
    height: int = 500
    facing: str = "camera"


def frame(
    things: Sequence[Car | Person] = (),
    *,
    ground: tuple[tuple[int, int, int], tuple[int, int, int]] = DAY,
    light: float = 1.0,
    seed: int = 0,
    look: str = "ink",
    size: tuple[int, int] = (1280, 720),
) -> Picture:
    """A picture of 1280 × 720 with a little grain, reduced to `size`."""
    ramp = np.linspace(np.array(ground[0], float), np.array(ground[1], float), 720)
    image = Image.fromarray(np.rint(np.repeat(ramp[:, None], 1280, axis=1)).astype(np.uint8))
    for thing in things:
        if isinstance(thing, Car):
            pen = Pen(look_for({"look": look}), 470, 160, thing.scale)
            car(pen, thing.color)
            drawing = pen.finished()
            image.paste(drawing, (thing.x, thing.y), drawing)
        else:
            _stand(image, thing, look)
    grain = np.random.default_rng(seed).normal(0, 2.5, (720, 1280, 1))
    pixels = np.clip(np.asarray(image, float) * light + grain, 0, 255).astype(np.uint8)
    if size != (1280, 720):
        pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
    return pixels


def _stand(image: Image.Image, person: Person, look: str) -> None:
    label, description = PEOPLE[person.name]
    asset = {
        "tag": person.name, "asset_type": "CHARACTER", "name": person.name, "label": label,
        "description": description,
    }  # fmt: skip
    who = appearance_of(asset, label)
    tall = person.height > 690
    ground = 700 + (person.height - 640) * 0.8 if tall else 700
    stand = Stand(x=person.x, ground=ground, scale=person.height / who.height, depth=0.5, lowest=720)
    figure = draw_person(
        who, STAND, look_for({"look": look}), stand, facing=person.facing, expression="", tag=person.name,
        group=person.name, phase=0,
    )  # fmt: skip
    for layer in figure.layers:
        if layer.motion not in {"talk", "blink"}:
            image.paste(layer.image, (round(layer.left), round(layer.top)), layer.image)


def panned(picture: Picture, frames: int, pixels_a_frame: float) -> list[Picture]:
    """The picture as a camera that moves sideways sees it."""
    height, width = picture.shape[:2]
    whole = Image.fromarray(picture)
    return [
        np.asarray(
            whole.transform(
                (width, height),
                Image.Transform.AFFINE,
                (1, 0, pixels_a_frame * at, 0, 1, 0),
                Image.Resampling.BILINEAR,
                fillcolor=(110, 115, 120),
            )
        )
        for at in range(frames)
    ]


def coded(path: Path, frames: Sequence[Picture], fps: int = 24) -> Path:
    """A clip of these frames, coded as clips are."""
    height, width = frames[0].shape[:2]
    run(
        [
            *(*PREAMBLE, "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(fps)),
            *("-i", "pipe:0", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "1"),
            *("-pix_fmt", "yuv420p", f"file:{path}"),
        ],
        input_bytes=b"".join(np.ascontiguousarray(picture).tobytes() for picture in frames),
    )
    return path
