"""Who stands where: people and things become layers at a size, a side and a depth that the shot asks for."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field, replace
from typing import Final

from PIL import Image, ImageFilter

from vidpipe.providers.draft.board import Layer
from vidpipe.providers.draft.colors import RGB, scaled
from vidpipe.providers.draft.figures import Stand, draw_person
from vidpipe.providers.draft.figures_appearance import Appearance, appearance_of
from vidpipe.providers.draft.figures_poses import pose_of
from vidpipe.providers.draft.layout import Framing, Item, thing_of
from vidpipe.providers.draft.looks import Look
from vidpipe.providers.draft.pen import Pen
from vidpipe.providers.draft.photographs import cut_out
from vidpipe.providers.draft.places import Hour
from vidpipe.providers.draft.places_index import INDOORS
from vidpipe.providers.draft.things import Thing

GROWN: Final = 172.0
"""Height in centimetres of whom a framing's sizes are meant for."""

FIGURE_LIGHTS: Final[dict[str, tuple[float, float, float]]] = {
    "day": (1.0, 1.0, 1.0),
    "dawn": (1.0, 0.97, 0.95),
    "dusk": (0.98, 0.9, 0.86),
    "night": (0.76, 0.8, 0.92),
}
"""What the hour takes from people and things; less than from the place, so that they stay who they are."""

LEAST_PROP: Final = 0.17
"""A small thing's longer side, as a part of the frame's height, so that it can be told what it is."""

FACE_PARTS: Final = 0.72
"""Height of a found face as a part of the whole head."""

_SLOT: Final = {"left": 0, "center": 1, "right": 2}


@dataclass
class _Taken:
    """What the frame's width is taken up by already, in parts of it."""

    spans: list[tuple[float, float]] = field(default_factory=list)

    def crowding(self, x: float, width: float) -> float:
        """How much of a span of this width would lie under others."""
        left, right = x - width / 2, x + width / 2
        return sum(max(0.0, min(right, b) - max(left, a)) for a, b in self.spans) / width

    def add(self, x: float, width: float) -> None:
        """Take this span up."""
        self.spans.append((x - width / 2, x + width / 2))


class Stage:
    """Sets one shot's people and things out on the board."""

    def __init__(
        self,
        look: Look,
        world: tuple[int, int],
        frame: tuple[int, int],
        framing: Framing,
        hour: Hour,
        place: str,
        seed: int,
    ) -> None:
        self._look = look
        self._world = world
        self._width, self._height = frame
        self._left = (world[0] - frame[0]) / 2
        self._top = (world[1] - frame[1]) / 2
        self._framing = framing
        self._hour = hour
        self._place = place
        self._seed = seed
        self._taken = _Taken()
        self._ledge: Layer | None = None
        self.focus: tuple[float, float] | None = None
        """What the camera should push in on, in board pixels."""

    def set_out(self, items: list[Item]) -> list[Layer]:
        """All layers in painting order: far things, near things, people, what is held or lies in front."""
        people = [item for item in items if item.is_person]
        others = [item for item in items if not item.is_person]
        if self._framing.name == "insert" and others:
            return self._insert(others)
        behind: list[Layer] = []
        front: list[Layer] = []
        bodies: list[Layer] = []
        hands: dict[int, tuple[float, float, str, str]] = {}
        slots = self._slots(people)
        for at, item in enumerate(people):
            layers, hand = self._person(item, at, slots[at])
            # Who is behind in a close shot is painted first.
            bodies = [*layers, *bodies] if at else [*bodies, *layers]
            hands[at] = hand
        for at, item in enumerate(others):
            thing = thing_of(item)
            holder = self._holder(item, thing, people)
            if holder is not None and item.photo is None:
                front += self._held(item, thing, hands[holder])
            elif self._is_on_ledge(thing, item):
                front += self._on_ledge(item, thing, at)
            else:
                behind += self._standing(item, thing, at, has_people=bool(people))
        ledge = [self._ledge] if self._ledge is not None else []
        return [*behind, *bodies, *ledge, *front]

    # People

    def _slots(self, people: list[Item]) -> list[float]:
        """Where each stands, in parts of the frame's width; two who were given one place share it."""
        at = [self._framing.slots[_SLOT.get(item.position, 1)] for item in people]
        least = {"establishing": 0.1, "wide": 0.16, "two_shot": 0.28, "medium": 0.3, "close_up": 0.36}.get(
            self._framing.name, 0.3
        )
        order = sorted(range(len(at)), key=lambda index: (at[index], index))
        for left, right in itertools.pairwise(order):
            if at[right] - at[left] < least:
                at[right] = at[left] + least
        if at:
            spill = max(at) - 0.86
            if spill > 0:
                span = max(at) - min(at) or 1.0
                low = max(0.14, min(at) - spill)
                smallest = min(at)
                at = [low + (x - smallest) * (0.86 - low) / span for x in at]
        return at

    def _person(self, item: Item, at: int, slot: float) -> tuple[list[Layer], tuple[float, float, str, str]]:
        framing = self._framing
        if item.photo is not None:
            return self._photographed_person(item, at, slot)
        who = appearance_of(item.asset, item.label, item.wardrobe, item.color)
        scale = framing.person * self._height / GROWN
        is_behind = framing.name == "close_up" and at > 0
        if is_behind:
            scale *= 0.62
        x = self._left + slot * self._width
        ground = self._ground(who, scale, alone=framing.name in {"close_up", "insert"} or at == 0)
        if self._place == "sea":
            ground += who.height * scale * 0.25
        facing = self._facing(item)
        stand = Stand(x, ground, scale, 0.8 - 0.04 * min(at, 3), self._world[1])
        group = item.tag or f"person{at}"
        layers, hand = draw_person(
            who, pose_of(item.action), self._look, stand, facing=facing, expression=item.expression, tag=item.tag,
            group=f"{group}.{at}", phase=self._phase(group), seat=True,
        )  # fmt: skip
        layers = [
            replace(layer, image=self._lit(layer.image, blur=2.5 if is_behind else 0.0)) for layer in layers
        ]
        half = who.height * scale * 0.2 / self._width
        self._taken.add(slot, half * 2)
        head_y = ground - who.height * scale * 0.9
        if self.focus is None:
            self.focus = (
                x,
                max(
                    self._top + self._height * 0.3,
                    head_y + (0.1 if framing.ground is None else 0.25) * self._height,
                ),
            )
        travel = next((layer.travel for layer in layers), "still")
        return layers, (hand[0], hand[1], f"{group}.{at}", travel)

    def _ground(self, who: Appearance, scale: float, *, alone: bool) -> float:
        """The board's height of the ground under a figure's feet."""
        framing = self._framing
        if framing.ground is not None:
            return self._top + framing.ground * self._height
        tallest = who.height if alone else GROWN
        # Hats and hair stand above the crown; a child in a close shot is as near as a grown person.
        if alone and who.is_child and framing.name != "close_up":
            tallest = max(tallest, GROWN * 0.86)
        return self._top + framing.head_room * self._height + tallest * scale

    def _facing(self, item: Item) -> str:
        return item.facing if item.facing in {"left", "right", "camera", "away"} else "camera"

    def _photographed_person(
        self, item: Item, at: int, slot: float
    ) -> tuple[list[Layer], tuple[float, float, str, str]]:
        """A photograph at the size and height at which a drawn person's head would be."""
        assert item.photo is not None  # noqa: S101 - the caller looked
        cut = cut_out(item.photo, seeks_face=True)
        framing = self._framing
        head = framing.person * self._height / 6.5
        head = max(head, 60.0 / FACE_PARTS)
        scale = head * FACE_PARTS / cut.face[3] if cut.face else head * 3.2 / cut.image.height
        # A photograph is not blown up until it falls apart, nor made larger than the frame can hold.
        scale = min(scale, 3.0, 1.5 * self._height / cut.image.height if not cut.face else 9.0)
        image = _resized(cut.image, scale)
        crown = self._top + (
            framing.head_room * self._height
            if framing.ground is None
            else (framing.ground - framing.person) * self._height
        )
        face_top = (cut.face[1] if cut.face else cut.image.height * 0.12) * scale
        top = max(self._top + 0.02 * self._height, crown + head * 0.14) - face_top
        middle = (cut.face[0] + cut.face[2] / 2 if cut.face else cut.image.width / 2) * scale
        x = self._left + slot * self._width - middle + image.width / 2
        group = f"{item.tag or 'photo'}.{at}"
        self._taken.add(slot, min(0.6, image.width / self._width))
        layer = Layer(
            f"{group}.photo", image, 0.8, x, top + image.height / 2, motion="still", group=group, tag=item.tag
        )
        face_middle = (self._left + slot * self._width, top + face_top + head * 0.4)
        if self.focus is None:
            self.focus = face_middle
        return [layer], (face_middle[0] + head, face_middle[1] + head * 1.6, group, "still")

    # Things

    def _holder(self, item: Item, thing: Thing, people: list[Item]) -> int | None:
        """Who holds a small thing: whose action names it, else who stands where it is and holds something."""
        if thing.kind not in {"prop", "sky"} or thing.label == "airplane" or item.is_extra:
            return None
        for at, person in enumerate(people):
            if person.photo is None and person.facing != "away":
                words = person.action.lower()
                if thing.label in words or item.label.lower() in words:
                    return at
        for at, person in enumerate(people):
            if person.photo is None and person.position == item.position and pose_of(person.action).hand:
                return at
        return None

    def _held(self, item: Item, thing: Thing, hand: tuple[float, float, str, str]) -> list[Layer]:
        x, y, group, travel = hand
        natural = self._framing.person * self._height / GROWN
        longest = max(thing.width, thing.height)
        size = min(max(longest * natural, LEAST_PROP * self._height), 0.42 * self._height)
        image, color_layer = self._drawn(item, thing, size / longest)
        # It hangs from the hand or stands on it, and stays in the picture.
        lift = image.height * (0.42 if thing.label in {"umbrella", "kite", "lantern"} else 0.2)
        x = min(max(x, self._left + image.width * 0.55), self._left + self._width - image.width * 0.55)
        y = min(
            max(y - lift, self._top + image.height * 0.55), self._top + self._height - image.height * 0.52
        )
        return [
            replace(
                color_layer,
                x=x,
                y=y,
                depth=0.8,
                group=group,
                travel=travel,
                motion="still",
                name=f"{group}.{thing.label}",
            )
        ]

    def _is_on_ledge(self, thing: Thing, item: Item) -> bool:
        """Whether a small thing lies where the ground is not seen: on a table or a wall in front."""
        return thing.kind == "prop" and item.photo is None and self._framing.ground is None

    def _on_ledge(self, item: Item, thing: Thing, at: int) -> list[Layer]:
        height = self._height * 0.12
        if self._ledge is None:
            self._ledge = self._make_ledge(height)
        longest = max(thing.width, thing.height)
        natural = self._framing.person * self._height / GROWN
        size = min(max(longest * natural, 0.26 * self._height), 0.36 * self._height)
        image, layer = self._drawn(item, thing, size / longest)
        x = self._free_slot(item.position, image.width / self._width, at)
        y = self._top + self._height * 0.93 - image.height / 2
        return [replace(layer, x=self._left + x * self._width, y=y, depth=0.9)]

    def _make_ledge(self, height: float) -> Layer:
        color: RGB = (138, 100, 68) if self._place in INDOORS else (150, 144, 134)
        across = self._world[0]
        down = (self._world[1] - self._height) / 2 + height
        pen = Pen(self._look, across, down, 1.0, size=self._height * 0.5)
        pen.box(-20, 2, across + 20, down + 20, scaled(color, 0.86), shade="down")
        pen.box(-20, 2, across + 20, height * 0.62, color, shade="up")
        image = self._lit(pen.finished())
        return Layer("ledge", image, 0.9, across / 2, self._top + self._height - height + down / 2)

    def _standing(self, item: Item, thing: Thing, at: int, *, has_people: bool) -> list[Layer]:
        framing = self._framing
        natural = framing.person * self._height / GROWN
        if item.photo is not None:
            return self._photographed_thing(item, at)
        scale = self._thing_scale(item, thing, natural, has_people=has_people)
        image, layer = self._drawn(item, thing, scale)
        share = image.width / self._width
        x = self._free_slot(item.position, share, at)
        y = self._base(thing, scale / natural, image.height) - image.height / 2
        if thing.kind == "standing":
            y = max(y, self._top + image.height / 2 - image.height * 0.1)
        self._taken.add(x, share * 0.8)
        px = self._left + x * self._width
        if self.focus is None:
            self.focus = (px, y)
        depth = {"standing": 0.55, "sky": 0.3, "water": 0.42}.get(thing.kind, 0.68)
        return [replace(layer, x=px, y=y, depth=depth, travel=self._travel(item, thing))]

    def _travel(self, item: Item, thing: Thing) -> str:
        moves = any(
            word in item.action.lower()
            for word in (
                "driv",
                "rid",
                "pass",
                "arriv",
                "leav",
                "roll",
                "sail",
                "fl",
                "run",
                "walk",
                "com",
                "go",
                "cross",
            )
        )
        if not item.action or not moves:
            return "still"
        side = "right" if item.facing == "right" else "left"
        return f"walk_{side}" if thing.kind == "animal" else f"drive_{side}"

    def _thing_scale(self, item: Item, thing: Thing, natural: float, *, has_people: bool) -> float:
        """Pixels per centimetre: natural where that can be seen and told, else as if farther or nearer."""
        is_subject = item.role == "subject" and not has_people
        widest = self._framing.thing * (1.25 if is_subject else 1.0) * self._width
        highest = {"standing": 0.8, "vehicle": 0.42, "water": 0.5, "sky": 0.34}.get(
            thing.kind, 0.46
        ) * self._height
        if is_subject:
            highest *= 1.25
        least = {
            "vehicle": 0.24,
            "water": 0.17,
            "animal": 0.17,
            "furniture": 0.2,
            "sky": 0.16,
            "standing": 0.18,
        }.get(thing.kind, 0.11) * self._width
        longest = max(thing.width, thing.height)
        scale = max(natural, least / longest)
        return min(scale, widest / thing.width, highest / thing.height)

    def _base(self, thing: Thing, farness: float, height: float) -> float:
        """The board's height of a thing's foot: what is drawn smaller than natural stands farther away."""
        framing = self._framing
        horizon = self._top + framing.horizon * self._height
        if thing.kind == "sky":
            return self._top + 0.06 * self._height + height
        if thing.kind == "water" and self._place in {"sea", "beach", "coast", "harbour"}:
            return horizon + 0.09 * self._height + height * 0.08
        ground = (
            self._top
            + (framing.ground if framing.ground is not None else framing.head_room + framing.person)
            * self._height
        )
        y = horizon + (ground - horizon) * min(1.0, farness)
        lowest = self._top + self._height * (0.95 if framing.ground is None else framing.ground + 0.02)
        floor = self._top + self._height * (0.66 if self._place not in INDOORS else 0.74)
        return min(max(y, floor), lowest)

    def _free_slot(self, position: str, share: float, at: int) -> float:
        """Where a thing of this width is least hidden, near the side it was given."""
        wish = (0.24, 0.5, 0.76)[_SLOT.get(position, 1)]
        half = share / 2
        low, high = min(0.5, half + 0.02), max(0.5, 1 - half - 0.02)
        wish = min(max(wish, low), high)
        steps = [
            wish + sign * 0.04 * step for step in range(12) for sign in ((1, -1) if wish < 0.5 else (-1, 1))
        ]
        inside = [x for x in steps if low <= x <= high]
        return (
            min(
                inside,
                key=lambda x: (
                    round(self._taken.crowding(x, share), 2) * 1.6 + abs(x - wish),
                    abs(x - wish),
                    x,
                ),
            )
            if inside
            else wish + 0.0 * at
        )

    def _photographed_thing(self, item: Item, at: int) -> list[Layer]:
        assert item.photo is not None  # noqa: S101 - the caller looked
        cut = cut_out(item.photo, seeks_face=False)
        scale = min(0.36 * self._width / cut.image.width, 0.52 * self._height / cut.image.height, 3.0)
        image = _resized(cut.image, scale)
        share = image.width / self._width
        x = self._free_slot(item.position, share, at)
        self._taken.add(x, share)
        base = self._top + self._height * (0.93 if not cut.is_framed else 0.9)
        name = f"{item.tag or item.label}.photo{at}"
        return [Layer(name, image, 0.7, self._left + x * self._width, base - image.height / 2, tag=item.tag)]

    def _insert(self, others: list[Item]) -> list[Layer]:
        """The thing alone, large, on something to lie on."""
        item = others[0]
        thing = thing_of(item)
        if item.photo is not None:
            return self._photographed_thing(item, 0)
        layers: list[Layer] = []
        longest_share = min(
            self._framing.thing * self._width / thing.width, 0.6 * self._height / thing.height
        )
        image, layer = self._drawn(item, thing, longest_share)
        if thing.kind == "sky":
            y = self._top + self._height * 0.46
        else:
            base = self._top + self._height * 0.84
            y = base - image.height / 2
            if thing.kind == "prop":
                layers.append(self._make_ledge(self._height * 0.3))
                layers[0] = replace(layers[0], depth=0.78)
        x = self._left + self._width * 0.5
        self.focus = (x, y)
        return [*layers, replace(layer, x=x, y=y, depth=0.8)]

    def _drawn(self, item: Item, thing: Thing, scale: float) -> tuple[Image.Image, Layer]:
        color = item.color if item.color is not None else thing.color
        # In a grey look what has a colour of its own keeps it: the eye goes there.
        look = self._look.with_accent(item.has_own_color)
        pen = Pen(look, thing.width, thing.height, scale, is_mirrored=item.facing == "right")
        thing.draw(pen, color)
        image = self._lit(pen.finished())
        group = item.tag or f"{thing.label}"
        layer = Layer(
            f"{group}.{thing.label}",
            image,
            0.68,
            0.0,
            0.0,
            motion=thing.motion,
            tag=item.tag,
            phase=self._phase(group),
            group=group,
        )
        return image, layer

    def _lit(self, image: Image.Image, *, blur: float = 0.0) -> Image.Image:
        """A cut-out in the light of the hour."""
        factor = (
            self._look.lit(FIGURE_LIGHTS[self._hour.time]) if self._place not in INDOORS else (1.0, 1.0, 1.0)
        )
        dim = 0.9 if self._hour.weather in {"storm", "rain"} and self._place not in INDOORS else 1.0
        if blur:
            image = image.convert("RGBa").filter(ImageFilter.BoxBlur(blur)).convert("RGBA")
        if factor == (1.0, 1.0, 1.0) and dim == 1.0:
            return image
        table = [round(v * times * dim) for times in factor for v in range(256)]
        return image.point([*table, *range(256)])

    def _phase(self, group: str) -> float:
        digest = hashlib.sha256(f"{self._seed}|{group}".encode()).digest()
        return digest[0] / 256


def _resized(image: Image.Image, scale: float) -> Image.Image:
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)
