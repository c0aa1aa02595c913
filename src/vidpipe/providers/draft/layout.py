"""What a shot holds and how near it is seen: placements, planted things and their references, before any is drawn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cinecore.ports import ReferencePicture
from cinecore.vision.labels import detector_label, family_of
from vidpipe.providers.draft.colors import RGB, color_of, first_color_in, main_color_of_file
from vidpipe.providers.draft.figures_appearance import PERSON_LABELS
from vidpipe.providers.draft.things import Thing, thing_named


@dataclass(frozen=True)
class Framing:
    """How near a shot is; heights are parts of the frame's height."""

    name: str
    person: float
    """Height of a grown person of 172 cm."""
    head_room: float
    """From the upper edge to the crown; the ground follows. Where `ground` is given, that rules."""
    ground: float | None
    horizon: float
    zoom: float
    blur: float
    """Radius of what is out of focus behind, as a part of the frame's height."""
    slots: tuple[float, float, float]
    """Left, centre, right as parts of the frame's width."""
    thing: float
    """Width of a large thing, as a part of the frame's width."""


FRAMINGS: Final[dict[str, Framing]] = {
    framing.name: framing
    for framing in (
        Framing("establishing", 0.34, 0.0, 0.88, 0.56, 1.0, 0.0, (0.24, 0.5, 0.76), 0.27),
        Framing("wide", 0.58, 0.0, 0.92, 0.52, 1.12, 0.0, (0.26, 0.5, 0.74), 0.32),
        Framing("two_shot", 1.12, 0.12, None, 0.46, 1.5, 0.0016, (0.3, 0.5, 0.7), 0.36),
        Framing("medium", 1.42, 0.13, None, 0.45, 1.7, 0.0028, (0.31, 0.5, 0.69), 0.36),
        Framing("close_up", 3.3, 0.17, None, 0.5, 2.3, 0.008, (0.37, 0.5, 0.63), 0.42),
        Framing("insert", 3.3, 0.17, None, 0.42, 2.6, 0.01, (0.4, 0.5, 0.6), 0.42),
    )
}
"""How near each kind of shot is."""

_ANIMALS: Final = frozenset({"dog", "cat", "horse", "cow", "sheep", "bird"})


@dataclass(frozen=True)
class Item:
    """One thing or person to be drawn."""

    name: str
    """The artist's name of the thing; `person` for people."""
    label: str
    tag: str
    role: str
    position: str
    facing: str
    action: str
    expression: str
    wardrobe: str
    color: RGB | None
    """None: nothing gives it one."""
    has_own_color: bool
    """Whether words or a reference gave the colour."""
    asset: Mapping[str, Any] | None
    photo: Path | None
    is_extra: bool = False

    @property
    def is_person(self) -> bool:
        """Whether it is drawn as a figure."""
        return self.name == "person"


def items_of(
    shot: Mapping[str, Any],
    cast: Sequence[Mapping[str, Any]],
    references: Sequence[ReferencePicture],
    extras: Sequence[tuple[str, str, str, str | None]],
) -> list[Item]:
    """Everything in the shot, in the order in which the shot names it; planted things last."""
    by_tag = {str(asset.get("tag")): asset for asset in cast}
    free = [reference for reference in references if reference.role != "place"]
    items = []
    for placement in shot.get("placements") or ():
        tag = str(placement.get("tag") or "")
        asset = by_tag.get(tag)
        label = str(placement.get("label") or (asset or {}).get("label") or "thing")
        found = [reference for reference in free if tag and reference.tag == tag] or (
            [] if tag else _by_kind(label, free, by_tag)
        )
        items.append(_item(placement, label, tag, asset, found))
    for label, color, position, photo in extras:
        planted = {
            "label": label,
            "color": color,
            "position": position,
            "role": "background" if not photo else "secondary",
        }
        item = _item(planted, label, "", None, [])
        items.append(Item(**{**item.__dict__, "photo": Path(photo) if photo else None, "is_extra": True}))
    return items


def is_person(label: str, asset: Mapping[str, Any] | None) -> bool:
    """Whether a label, or the asset behind it, is somebody to be drawn as a figure."""
    said = label.lower()
    if said in PERSON_LABELS:
        return True
    thing = thing_named(label).label
    if thing in _ANIMALS:
        return False
    if asset is not None and str(asset.get("asset_type")) == "CHARACTER":
        return True
    words = re.findall(r"[a-z]+", said)
    return bool(words) and (words[-1] in PERSON_LABELS or detector_label(said) == "person")


def _by_kind(
    label: str, references: Sequence[ReferencePicture], by_tag: Mapping[str, Any]
) -> list[ReferencePicture]:
    """For a placement without a tag: references to a thing of its kind, those first that no cast member claims."""
    kind = _kind_of(label)
    return [
        reference
        for reference in references
        if _kind_of(reference.label) == kind and reference.tag not in by_tag
    ] or [reference for reference in references if _kind_of(reference.label) == kind]


def _kind_of(label: str) -> str:
    known = detector_label(label)
    return family_of(known) if known else thing_named(label).label


def _item(
    placement: Mapping[str, Any],
    label: str,
    tag: str,
    asset: Mapping[str, Any] | None,
    references: Sequence[ReferencePicture],
) -> Item:
    person = is_person(label, asset)
    thing = thing_named(label)
    photo = next((reference.path for reference in references if reference.is_photo), None)
    crops = [reference for reference in references if not reference.is_photo]
    said = str((asset or {}).get("description", ""))
    color = _said_color(placement, label, said, str((asset or {}).get("name", "")), person=person)
    if color is None and crops:
        # A body shows clothes, a face shows hardly any.
        best = min(crops, key=lambda reference: reference.role == "face")
        color = None if person and best.role == "face" else main_color_of_file(best.path)
    return Item(
        name="person" if person else thing.label,
        label=label,
        tag=tag,
        role=str(placement.get("role") or "subject"),
        position=str(placement.get("position") or "center"),
        facing=str(placement.get("facing") or "camera"),
        action=str(placement.get("action") or ""),
        expression=str(placement.get("expression") or ""),
        wardrobe=str(placement.get("wardrobe") or ""),
        color=color,
        has_own_color=color is not None,
        asset=asset,
        photo=photo,
    )


def _said_color(
    placement: Mapping[str, Any], label: str, said: str, name: str, *, person: bool
) -> RGB | None:
    """The colour that words give it: the placement's own, then the description's, then one in its name."""
    if person:
        return None  # words on clothes are read by the appearance, garment by garment
    color = first_color_in(str(placement.get("color") or ""))
    if color is not None:
        return color
    noun = label.lower().split(" ")[-1] if label else ""
    return first_color_in(label) or color_of(said, noun) or first_color_in(said) or first_color_in(name)


def thing_of(item: Item) -> Thing:
    """How an item that is no person is drawn."""
    return thing_named(item.label)
