"""What can be drawn besides people and places: for each label how it is drawn, how large it is and where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import ImageDraw, ImageFont

from cinecore.vision.labels import SAME_THING
from vidpipe.providers.draft import things_animals as animals
from vidpipe.providers.draft import things_home as home
from vidpipe.providers.draft import things_outdoors as outdoors
from vidpipe.providers.draft import things_pets as pets
from vidpipe.providers.draft import things_small as small
from vidpipe.providers.draft import things_vehicles as vehicles
from vidpipe.providers.draft.colors import NEUTRAL, RGB
from vidpipe.providers.draft.pen import SUPERSAMPLE, Pen

Draw = Callable[[Pen, RGB], None]


@dataclass(frozen=True)
class Thing:
    """One kind of thing; drawn looking to the left."""

    label: str
    draw: Draw
    width: float
    """Of its paper, centimetres."""
    height: float
    kind: str
    """vehicle | animal | furniture | standing | prop | sky | water: how it is placed and how large it may be."""
    motion: str = "still"
    color: RGB = NEUTRAL
    """Where nothing gives it one: grey for what people paint, its own where nature gives one."""
    keeps_color: bool = False
    """Whether its colour is nature's, so that no reference is needed to know it."""


def _thing(
    label: str,
    draw: Draw,
    width: float,
    height: float,
    kind: str,
    motion: str = "still",
    color: RGB | None = None,
) -> Thing:
    return Thing(label, draw, width, height, kind, motion, color or NEUTRAL, keeps_color=color is not None)


_BROWN: Final[RGB] = (146, 98, 60)

THINGS: Final[dict[str, Thing]] = {
    thing.label: thing
    for thing in (
        _thing("car", vehicles.car, 460, 160, "vehicle"),
        _thing("truck", vehicles.truck, 720, 330, "vehicle"),
        _thing("bus", vehicles.bus, 1040, 320, "vehicle"),
        _thing("bicycle", vehicles.bicycle, 178, 112, "vehicle"),
        _thing("motorcycle", vehicles.motorcycle, 218, 126, "vehicle"),
        _thing("train", vehicles.train, 1500, 360, "vehicle"),
        _thing("airplane", vehicles.airplane, 1300, 460, "sky", "bob"),
        _thing("boat", vehicles.boat, 430, 520, "water", "bob"),
        _thing("dog", pets.dog, 130, 92, "animal", color=(168, 120, 72)),
        _thing("cat", pets.cat, 100, 60, "animal", color=(190, 128, 70)),
        _thing("horse", animals.horse, 250, 230, "animal", color=(124, 76, 46)),
        _thing("cow", animals.cow, 250, 170, "animal", color=(226, 222, 214)),
        _thing("sheep", animals.sheep, 140, 105, "animal", color=(234, 228, 214)),
        _thing("bird", animals.bird, 40, 34, "animal", "bob", color=(110, 118, 130)),
        _thing("kite", small.kite, 130, 220, "sky", "sway"),
        _thing("umbrella", small.umbrella, 120, 105, "prop"),
        _thing("ball", small.ball, 24, 24, "prop"),
        _thing("book", small.book, 35, 15, "prop"),
        _thing("cup", small.cup, 13, 11, "prop"),
        _thing("bottle", small.bottle, 10, 31, "prop"),
        _thing("phone", small.phone, 9, 17, "prop"),
        _thing("laptop", small.laptop, 40, 28, "prop"),
        _thing("clock", small.clock, 34, 34, "prop"),
        _thing("letter", small.letter, 24, 17, "prop", color=(240, 230, 206)),
        _thing("key", small.key, 12, 5, "prop", color=(206, 168, 70)),
        _thing("lantern", small.lantern, 22, 40, "prop", "flicker", color=(84, 74, 60)),
        _thing("box", small.box, 56, 46, "prop", color=(190, 148, 100)),
        _thing("suitcase", small.suitcase, 66, 62, "prop"),
        _thing("backpack", small.backpack, 42, 54, "prop"),
        _thing("lamp", home.lamp, 44, 66, "prop", color=(226, 196, 130)),
        _thing("chair", home.chair, 56, 96, "furniture", color=_BROWN),
        _thing("table", home.table, 160, 82, "furniture", color=_BROWN),
        _thing("couch", home.couch, 210, 92, "furniture"),
        _thing("bed", home.bed, 220, 112, "furniture"),
        _thing("bench", outdoors.bench, 180, 94, "furniture", color=(160, 104, 60)),
        _thing("plant", outdoors.plant, 90, 132, "furniture", color=(66, 136, 72)),
        _thing("tree", outdoors.tree, 420, 560, "standing", "sway", color=(78, 128, 66)),
        _thing("house", outdoors.house, 700, 520, "standing", color=(188, 112, 84)),
        _thing("lighthouse", outdoors.lighthouse, 380, 1100, "standing", color=(190, 54, 46)),
        _thing("fire", outdoors.fire, 120, 122, "furniture", "flicker", color=(232, 120, 30)),
        _thing("rock", outdoors.rock, 200, 132, "furniture", color=(134, 132, 130)),
        _thing("flower", outdoors.flower, 40, 80, "prop", "sway", color=(220, 80, 90)),
    )
}
"""Every thing that has a drawing of its own."""

ALIASES: Final[dict[str, str]] = {
    "sports ball": "ball", "cell phone": "phone", "potted plant": "plant", "dining table": "table", "wine glass": "cup",
    "sofa": "couch", "armchair": "couch", "stool": "chair", "desk": "table", "ship": "boat", "crate": "box", "parcel": "box",
    "package": "box", "chest": "box", "present": "box", "gift": "box", "envelope": "letter", "note": "letter", "map": "letter",
    "torch": "lantern", "candle": "lantern", "campfire": "fire", "bonfire": "fire", "stone": "rock", "boulder": "rock",
    "bag": "backpack", "handbag": "backpack", "rucksack": "backpack", "watch": "clock", "diary": "book", "notebook": "book",
    "lorry": "truck", "van": "truck", "taxi": "car", "cottage": "house", "cabin": "house", "computer": "laptop", "glass": "cup",
    "rose": "flower", "tulip": "flower", "mug": "cup", "parasol": "umbrella",
}  # fmt: skip


def thing_named(label: str) -> Thing:
    """The thing that a label means; one that is unknown is a box with its name on it."""
    said = " ".join(label.lower().split())
    for words in (said, said.rsplit(" ", 1)[-1]):
        for word in (words, words.removesuffix("s")):
            common = SAME_THING.get(word, "")
            for name in (word, ALIASES.get(word, ""), common, ALIASES.get(common, "")):
                if name in THINGS:
                    return THINGS[name]
    return Thing(
        said, lambda pen, color: _labelled(pen, color, said or "thing"), 60, 44, "prop", color=(176, 160, 132)
    )


def _labelled(pen: Pen, color: RGB, name: str) -> None:
    """A parcel with the thing's name on a label, 60 × 44."""
    small.box(pen, color, 60, 44)
    pen.box(7, 14, 53, 34, (246, 242, 230), radius=1.5, shade="flat", outline=0.6)
    k = pen.scale * SUPERSAMPLE
    size = 11.0
    draw = ImageDraw.Draw(pen.canvas)
    font = _font(max(6, round(size * k)))
    length = draw.textlength(name, font=font)
    if length > 42 * k:
        font = _font(max(6, round(size * k * 42 * k / length)))
    draw.text((pen.canvas.width / 2, 24 * k), name, fill=(40, 36, 40, 255), font=font, anchor="mm")


@lru_cache(maxsize=16)
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    resource = files("cinecore.render") / "fonts" / "NotoSans-Medium.ttf"
    return ImageFont.truetype(BytesIO(resource.read_bytes()), pixels)
