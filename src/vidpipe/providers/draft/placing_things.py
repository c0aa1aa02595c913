"""Where the things of a shot stand, lie, float or fly, and how large; and what is held in a hand."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image

from vidpipe.providers.draft.board import Layer
from vidpipe.providers.draft.colors import RGB, scaled
from vidpipe.providers.draft.figures_poses import pose_of
from vidpipe.providers.draft.layout import Item, thing_of
from vidpipe.providers.draft.pen import Pen
from vidpipe.providers.draft.photographs import cut_out
from vidpipe.providers.draft.placing_ground import SIDES, Ground, resized
from vidpipe.providers.draft.placing_people import Hand
from vidpipe.providers.draft.things import Thing

LEAST_HELD: Final = 0.17
"""A held thing's longer side, as a part of the frame's height, so that it can be told what it is."""

LEAST_WIDTH: Final = {
    "vehicle": 0.24,
    "water": 0.17,
    "animal": 0.25,
    "furniture": 0.2,
    "sky": 0.16,
    "standing": 0.18,
}
"""Longer side of a kind of thing, as a part of the frame's width; .11 of what is not named here."""

MOST_HEIGHT: Final = {"standing": 0.8, "vehicle": 0.42, "water": 0.5, "sky": 0.34}
"""As parts of the frame's height; .46 of what is not named here."""

DEPTHS: Final = {"standing": 0.55, "sky": 0.3, "water": 0.42}

WATERS: Final = frozenset({"sea", "beach", "coast", "harbour"})

WISHES: Final = (0.24, 0.5, 0.76)
"""Left, centre and right as parts of the frame's width."""

_MOVES: Final = re.compile(
    r"\b(?:driv|rid(?:e|ing)|pass|arriv|leav|roll|sail|fl(?:y|ies)|run|walk|com(?:e|es|ing)\b|go(?:es|ing)?\b|cross|speed|race|chas|hurr)"
)


def holder_of(item: Item, people: list[Item]) -> int | None:
    """Who holds a small thing: whose action names it, else who stands where it is and has a hand for it."""
    thing = thing_of(item)
    if (
        thing.kind not in {"prop", "sky"}
        or thing.label == "airplane"
        or item.is_extra
        or item.photo is not None
    ):
        return None
    free = [
        (at, person) for at, person in enumerate(people) if person.photo is None and person.facing != "away"
    ]
    for at, person in free:
        words = person.action.lower()
        if thing.label in words or item.label.lower() in words:
            return at
    return next(
        (at for at, person in free if person.position == item.position and pose_of(person.action).hand), None
    )


def held(ground: Ground, item: Item, hand: Hand) -> Layer:
    """The thing in somebody's hand; it goes where they go."""
    thing = thing_of(item)
    longest = max(thing.width, thing.height)
    size = min(max(longest * ground.natural, LEAST_HELD * ground.height), 0.42 * ground.height)
    layer = drawn(ground, item, thing, size / longest, at=0)
    image = layer.image
    # It hangs above the hand or lies on it, and stays in the picture.
    lift = image.height * (0.42 if thing.label in {"umbrella", "kite", "lantern"} else 0.2)
    x = _between(hand.x, ground.left + image.width * 0.55, ground.left + ground.width - image.width * 0.55)
    y = _between(
        hand.y - lift, ground.top + image.height * 0.55, ground.top + ground.height - image.height * 0.52
    )
    name = f"{hand.group}.{thing.label}"
    return replace(
        layer, name=name, x=x, y=y, depth=0.8, group=hand.group, travel=hand.travel, motion="still"
    )


def lies_in_front(ground: Ground, item: Item) -> bool:
    """Whether a small thing lies on a ledge in front, since the ground is not seen."""
    return thing_of(item).kind == "prop" and item.photo is None and ground.framing.ground is None


def ledge(ground: Ground, height: float) -> Layer:
    """A table's or a wall's upper side along the frame's lower edge, so many pixels of it."""
    color: RGB = (138, 100, 68) if ground.is_indoors else (150, 144, 134)
    across = ground.world[0]
    down = (ground.world[1] - ground.height) / 2 + height
    pen = Pen(ground.look, across, down, 1.0, size=ground.height * 0.5)
    pen.box(-20, 2, across + 20, down + 20, scaled(color, 0.86), shade="down")
    pen.box(-20, 2, across + 20, height * 0.62, color, shade="up")
    y = ground.top + ground.height - height + down / 2
    return Layer("ledge", ground.lit(pen.finished()), 0.9, across / 2, y)


def on_ledge(ground: Ground, item: Item, at: int) -> Layer:
    """The thing on the ledge."""
    thing = thing_of(item)
    longest = max(thing.width, thing.height)
    size = min(max(longest * ground.natural, 0.26 * ground.height), 0.36 * ground.height)
    layer = drawn(ground, item, thing, size / longest, at=at)
    share = layer.image.width / ground.width
    x = _free_slot(ground, item.position, share)
    ground.take(x, share)
    y = ground.top + ground.height * 0.93 - layer.image.height / 2
    return replace(layer, x=ground.left + x * ground.width, y=y, depth=0.9)


def standing(ground: Ground, item: Item, at: int, *, has_people: bool) -> Layer:
    """The thing where things of its kind are.

    Raises:
        InputError: Its photograph cannot be read.
    """
    if item.photo is not None:
        return _photographed(ground, item, item.photo, at)
    thing = thing_of(item)
    travel = _travel(item, thing)
    scale = _scale(ground, item, thing, has_people=has_people)
    layer = drawn(ground, item, thing, scale, at=at)
    share = layer.image.width / ground.width
    part = _free_slot(ground, item.position, share)
    ground.take(part, share * 0.8)
    x = ground.left + part * ground.width
    y = _foot(ground, thing, scale / ground.natural, layer.image.height) - layer.image.height / 2
    if thing.kind == "standing":
        y = max(y, ground.top + layer.image.height * 0.4)
    ground.look_at(x, y)
    return replace(layer, x=x, y=y, depth=DEPTHS.get(thing.kind, 0.68), travel=travel)


def alone(ground: Ground, item: Item) -> list[Layer]:
    """The thing of an insert: large, on something to lie on.

    Raises:
        InputError: Its photograph cannot be read.
    """
    thing = thing_of(item)
    if item.photo is not None:
        return [_photographed(ground, item, item.photo, 0)]
    layers = []
    scale = min(ground.framing.thing * ground.width / thing.width, 0.6 * ground.height / thing.height)
    layer = drawn(ground, item, thing, scale, at=0)
    y = ground.top + ground.height * 0.46
    if thing.kind != "sky":
        y = ground.top + ground.height * 0.84 - layer.image.height / 2
    if thing.kind == "prop":
        layers.append(replace(ledge(ground, ground.height * 0.3), depth=0.78))
    x = ground.left + ground.width * 0.5
    ground.take(0.5, layer.image.width / ground.width)
    ground.look_at(x, y)
    return [*layers, replace(layer, x=x, y=y, depth=0.8)]


def drawn(ground: Ground, item: Item, thing: Thing, scale: float, *, at: int) -> Layer:
    """The thing at this many pixels per centimetre, not yet put anywhere."""
    # In a grey look what has a colour of its own keeps it: the eye goes there.
    look = ground.look.with_accent(item.has_own_color)
    pen = Pen(look, thing.width, thing.height, scale, is_mirrored=item.facing == "right")
    thing.draw(pen, item.color if item.color is not None else thing.color)
    group = f"{item.tag or thing.label}.thing{at}"
    image: Image.Image = ground.lit(pen.finished())
    return Layer(
        name=f"{group}.{thing.label}",
        image=image,
        depth=0.68,
        x=0.0,
        y=0.0,
        motion=thing.motion,
        group=group,
        tag=item.tag,
        phase=ground.phase(group),
    )


def _photographed(ground: Ground, item: Item, photo: Path, at: int) -> Layer:
    cut = cut_out(photo, seeks_face=False)
    image = resized(
        cut.image, min(0.36 * ground.width / cut.image.width, 0.52 * ground.height / cut.image.height, 3.0)
    )
    share = image.width / ground.width
    part = _free_slot(ground, item.position, share)
    ground.take(part, share)
    x = ground.left + part * ground.width
    y = ground.top + ground.height * 0.92 - image.height / 2
    ground.look_at(x, y)
    return Layer(f"{item.tag or item.label}.photo{at}", image, 0.7, x, y, tag=item.tag)


def _travel(item: Item, thing: Thing) -> str:
    if thing.kind not in {"vehicle", "animal", "water", "sky"} or thing.label == "kite":
        return "still"
    if not _MOVES.search(item.action.lower()):
        return "still"
    side = "right" if item.facing == "right" else "left"
    return f"walk_{side}" if thing.kind == "animal" else f"drive_{side}"


def _scale(ground: Ground, item: Item, thing: Thing, *, has_people: bool) -> float:
    """Pixels per centimetre: natural where that can be seen and told, else as if farther or nearer."""
    grow = 1.25 if item.role == "subject" and not has_people else 1.0
    widest = ground.framing.thing * grow * ground.width
    highest = MOST_HEIGHT.get(thing.kind, 0.46) * grow * ground.height
    least = LEAST_WIDTH.get(thing.kind, 0.11) * ground.width / max(thing.width, thing.height)
    return min(max(ground.natural, least), widest / thing.width, highest / thing.height)


def _foot(ground: Ground, thing: Thing, nearness: float, height: float) -> float:
    """The board's height of a thing's foot: what is drawn smaller than natural stands farther away."""
    framing = ground.framing
    horizon = ground.top + framing.horizon * ground.height
    if thing.kind == "sky":
        return ground.top + 0.06 * ground.height + height
    if thing.kind == "water" and ground.place in WATERS:
        return horizon + 0.09 * ground.height + height * 0.08
    level = framing.ground if framing.ground is not None else framing.head_room + framing.person
    y = horizon + (ground.top + level * ground.height - horizon) * min(1.0, nearness)
    lowest = 0.95 if framing.ground is None else framing.ground + 0.02
    highest = 0.74 if ground.is_indoors else 0.66
    return _between(y, ground.top + highest * ground.height, ground.top + lowest * ground.height)


def _free_slot(ground: Ground, position: str, share: float) -> float:
    """Where a thing of this width is least hidden, near the side it was given."""
    low, high = min(0.5, share / 2 + 0.02), max(0.5, 1 - share / 2 - 0.02)
    wish = _between(WISHES[SIDES.get(position, 1)], low, high)
    signs = (1, -1) if wish < 0.5 else (-1, 1)
    tried = [x for step in range(12) for sign in signs if low <= (x := wish + sign * 0.04 * step) <= high]
    return min(
        tried, key=lambda x: (round(ground.crowding(x, share), 2) * 1.6 + abs(x - wish), x), default=wish
    )


def _between(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
