"""Where the people of a shot stand, how large, and where their hands are."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Final

from vidpipe.providers.draft.board import Layer
from vidpipe.providers.draft.figures import Figure, Stand, draw_person
from vidpipe.providers.draft.figures_appearance import Appearance, appearance_of
from vidpipe.providers.draft.figures_poses import pose_of
from vidpipe.providers.draft.layout import Item
from vidpipe.providers.draft.photographs import CutOut, clothes_under, cut_out, head_of
from vidpipe.providers.draft.placing_ground import GROWN, SIDES, Ground, resized

FACE_PARTS: Final = 0.72
"""Height of a found face as a part of the whole head."""

PHOTO_HEAD_GROWS: Final = 1.25
"""A photographed head is shown a little too large, as collages do: it is what is looked at."""

LEAST_PHOTO_FACE: Final = 66.0
"""Height in pixels: a photographed face that is smaller is not known again."""

GROWN_HEADS: Final = 6.5
"""A grown person is so many heads tall."""

APART: Final = {"establishing": 0.1, "wide": 0.16, "two_shot": 0.28, "medium": 0.3, "close_up": 0.36}
"""How far apart two people stand at least, as parts of the frame's width."""

RIGHTMOST, LEFTMOST = 0.86, 0.14


@dataclass(frozen=True)
class Hand:
    """A hand that can hold something, in board pixels, and whose."""

    x: float
    y: float
    group: str
    travel: str


def slots_of(ground: Ground, people: list[Item]) -> list[float]:
    """Where each stands, in parts of the frame's width; two who were given one place share it."""
    at = [ground.framing.slots[SIDES.get(item.position, 1)] for item in people]
    least = APART.get(ground.framing.name, 0.3)
    order = sorted(range(len(at)), key=lambda index: (at[index], index))
    for left, right in itertools.pairwise(order):
        at[right] = max(at[right], at[left] + least)
    spill = max(at, default=0.0) - RIGHTMOST
    if spill <= 0:
        return at
    smallest, span = min(at), max(at) - min(at) or 1.0
    low = max(LEFTMOST, smallest - spill)
    return [low + (x - smallest) * (RIGHTMOST - low) / span for x in at]


def place_person(ground: Ground, item: Item, at: int, slot: float) -> tuple[list[Layer], Hand]:
    """One person's layers in painting order, drawn or photographed, and a hand.

    Args:
        ground: Where.
        item: Who.
        at: How many were placed before.
        slot: Where in the frame's width.

    Raises:
        InputError: The photograph cannot be read.
    """
    framing = ground.framing
    cut = cut_out(item.photo, seeks_face=True) if item.photo is not None else None
    head = head_of(cut) if cut is not None else None
    if cut is not None and (head is None or framing.name == "close_up"):
        return _photographed(ground, item, cut, at, slot)
    clothes = item.color or (clothes_under(cut) if cut is not None else None)
    who = appearance_of(item.asset, item.label, item.wardrobe, clothes)
    is_behind = framing.name == "close_up" and at > 0
    scale = ground.natural * (0.62 if is_behind else 1.0)
    x = ground.left + slot * ground.width
    feet = _feet(ground, who, scale, stands_alone=framing.name in {"close_up", "insert"} or at == 0)
    if ground.place == "sea":
        feet += who.height * scale * 0.25
    facing = item.facing if item.facing in {"left", "right", "away"} else "camera"
    group = f"{item.tag or 'person'}.{at}"
    figure = draw_person(
        who,
        pose_of(item.action),
        ground.look,
        Stand(x, feet, scale, 0.8 - 0.04 * min(at, 3), ground.world[1]),
        facing=facing,
        expression=item.expression,
        tag=item.tag,
        group=group,
        phase=ground.phase(group),
    )
    layers = [
        replace(layer, image=ground.lit(layer.image, blur=2.5 if is_behind else 0.0))
        for layer in figure.layers
    ]
    travel = layers[0].travel if layers else "still"
    if head is not None:
        kept = {layer.name for layer in figure.without_head()}
        layers = [layer for layer in layers if layer.name in kept]
        layers.append(_photographed_head(figure, head, layers[-1]))
    ground.take(slot, who.height * scale * 0.4 / ground.width)
    eyes = feet - who.height * scale * 0.9
    below = (0.1 if framing.ground is None else 0.25) * ground.height
    ground.look_at(x, max(ground.top + ground.height * 0.3, eyes + below))
    return layers, Hand(figure.hand[0], figure.hand[1], group, travel)


def _photographed_head(figure: Figure, head: CutOut, beside: Layer) -> Layer:
    """A photographed head on a drawn body; nothing is drawn over it."""
    assert head.face is not None  # noqa: S101 - a head is cut out round a face
    tall = max(figure.head_height * FACE_PARTS * PHOTO_HEAD_GROWS, LEAST_PHOTO_FACE)
    image = resized(head.image, tall / head.face[3])
    # A face that had to be made larger grows upwards, away from the body.
    y = figure.head[1] - (tall - figure.head_height * FACE_PARTS) * 0.6 - image.height * 0.02
    return replace(
        beside, name=f"{beside.group}.photo", image=image, x=figure.head[0], y=y, motion="still", pivot=None
    )


def _feet(ground: Ground, who: Appearance, scale: float, *, stands_alone: bool) -> float:
    """The board's height of the ground under a figure's feet."""
    framing = ground.framing
    if framing.ground is not None:
        return ground.top + framing.ground * ground.height
    tallest = who.height if stands_alone else GROWN
    if stands_alone and who.is_child and framing.name != "close_up":
        # A child alone in a medium shot is seen from a little above, not pulled up to a grown person's height.
        tallest = max(tallest, GROWN * 0.86)
    return ground.top + framing.head_room * ground.height + tallest * scale


def _photographed(ground: Ground, item: Item, cut: CutOut, at: int, slot: float) -> tuple[list[Layer], Hand]:
    """A whole photograph at the size and height at which a drawn person's head would be."""
    framing = ground.framing
    head = max(framing.person * ground.height / GROWN_HEADS, LEAST_PHOTO_FACE / FACE_PARTS)
    if cut.face is not None:
        scale = head * FACE_PARTS / cut.face[3]
        face_top, middle = cut.face[1], cut.face[0] + cut.face[2] / 2
    else:
        scale = min(head * 3.2, 1.5 * ground.height) / cut.image.height
        face_top, middle = cut.image.height * 0.12, cut.image.width / 2
    # A photograph is not blown up until it falls apart.
    scale = min(scale, 3.0)
    image = resized(cut.image, scale)
    above = framing.head_room if framing.ground is None else framing.ground - framing.person
    crown = ground.top + above * ground.height
    top = max(ground.top + 0.02 * ground.height, crown + head * 0.14) - face_top * scale
    x = ground.left + slot * ground.width
    group = f"{item.tag or 'photo'}.{at}"
    ground.take(slot, min(0.6, image.width / ground.width))
    layer = Layer(
        name=f"{group}.photo",
        image=image,
        depth=0.8,
        x=x - middle * scale + image.width / 2,
        y=top + image.height / 2,
        group=group,
        tag=item.tag,
    )
    eyes = top + face_top * scale + head * 0.4
    ground.look_at(x, eyes)
    return [layer], Hand(x + head, eyes + head * 1.6, group, "still")
