"""Chooses which pictures of which assets a shot's request carries, by what kind of shot it is.

Pure. Deliberately not here: fetching assets, and handing pictures to a maker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from cinecore.vision.labels import detector_label, family_of
from vidpipe.schemas.analysis import ChosenReference, KnownAsset
from vidpipe.schemas.kinds import AssetSource, AssetType, Role, ShotType
from vidpipe.schemas.storyboard import Placement, Shot
from vidpipe.services.description import COLOR_SAMPLES, color_word

FACES_AT_MOST = 2
"""Of one subject in a close-up: more of them say nothing new and push out the place."""

THINGS: Final = frozenset({AssetType.PROP, AssetType.VEHICLE, AssetType.OBJECT, AssetType.OTHER})

SAME_NOUN, SAME_KIND, SAME_FAMILY = 0, 1, 2
"""How near a noun of the shot is to an asset's: `car` and `car`, `taxi` and `car`, `car` and `truck`."""

COLOR_SYNONYMS: Final = {
    "gray": "grey",
    "purple": "violet",
    "scarlet": "red",
    "crimson": "red",
    "golden": "yellow",
}


class PicturedAsset(KnownAsset, Protocol):
    """An asset with its pictures; `vidpipe.db.models.Asset` is one."""

    crops: list[Any]
    """{image, role, quality, …}, the best first."""
    quality_score: float
    colors: list[Any]
    source: AssetSource
    found_in_scene: int | None


@dataclass(frozen=True)
class _Cast:
    """An asset that stands for a placement, or the shot's place."""

    asset: PicturedAsset
    role: Role


@dataclass(frozen=True)
class _Picture:
    image: str
    role: str
    quality: float
    is_photo: bool


def choose_references(shot: Shot, assets: Iterable[PicturedAsset], at_most: int) -> list[ChosenReference]:
    """At most `at_most` pictures for a shot, the most important first, none twice.

    A close-up asks for its subject's face, then the body, then the place; a two-shot for two people, then the
    place; an establishing shot for the place, then vehicles and props, then people; any other for what is
    placed, by role. A placement without a tag, or whose thing has no picture yet, takes the best thing of its
    kind: `a car` takes the red one that an earlier clip showed as car, truck or bus. People are never taken for
    each other.

    Args:
        shot: What is to be seen.
        assets: The registry as it stands now; those without a picture are skipped.
        at_most: As many as the maker takes.
    """
    cast = _cast_of(shot, [asset for asset in assets if _pictures(asset)])
    match shot.shot_type:
        case ShotType.CLOSE_UP:
            wanted = _for_close_up(cast)
        case ShotType.TWO_SHOT:
            wanted = _for_two_shot(cast)
        case ShotType.ESTABLISHING:
            order = (_is_place, _is_thing, _is_person)
            wanted = [_main(item) for kind in order for item in cast if kind(item.asset)]
        case _:
            wanted = [_main(item) for item in cast]
    # what the rule leaves over may carry the rest of the cast, by role
    wanted += [_main(item) for item in cast]
    chosen: dict[str, ChosenReference] = {}
    for item, picture in wanted:
        chosen.setdefault(picture.image, _reference(item.asset, picture))
    return list(chosen.values())[: max(0, at_most)]


def _for_close_up(cast: Sequence[_Cast]) -> list[tuple[_Cast, _Picture]]:
    places = [_main(item) for item in cast if _is_place(item.asset)]
    subject = next((item for item in cast if not _is_place(item.asset)), None)
    if subject is None:
        return places
    pictures = _pictures(subject.asset)
    faces = [picture for picture in pictures if picture.role == "face"][:FACES_AT_MOST]
    others = [picture for picture in pictures if picture.role != "face"][:1]
    return [*((subject, picture) for picture in (*faces, *others)), *places]


def _for_two_shot(cast: Sequence[_Cast]) -> list[tuple[_Cast, _Picture]]:
    people = [_main(item) for item in cast if _is_person(item.asset)]
    return [*people[:2], *(_main(item) for item in cast if _is_place(item.asset))]


def _main(item: _Cast) -> tuple[_Cast, _Picture]:
    """The picture that says most of an asset seen whole: its body before its face."""
    pictures = _pictures(item.asset)
    return item, next((picture for picture in pictures if picture.role != "face"), pictures[0])


def _cast_of(shot: Shot, assets: Sequence[PicturedAsset]) -> list[_Cast]:
    """Who and what of the registry is in the shot, by role and then in the order of the text, each once."""
    by_tag = {asset.tag: asset for asset in assets}
    placed = sorted(enumerate(shot.placements), key=lambda item: (list(Role).index(item[1].role), item[0]))
    named = {placement.tag for placement in shot.placements if placement.tag is not None}
    cast: list[_Cast] = []
    taken: set[str] = set()
    # those that are named come first to what is theirs; only then is anything taken for something like it
    chosen: dict[int, PicturedAsset] = {
        at: by_tag[item.tag] for at, item in placed if item.tag is not None and item.tag in by_tag
    }
    taken.update(asset.tag for asset in chosen.values())
    for at, placement in placed:
        if at not in chosen:
            asset = _stand_in(placement, [a for a in assets if a.tag not in taken | named])
            if asset is not None:
                chosen[at] = asset
                taken.add(asset.tag)
    seen: set[str] = set()
    for at, placement in placed:
        if at in chosen and chosen[at].tag not in seen:
            seen.add(chosen[at].tag)
            cast.append(_Cast(chosen[at], placement.role))
    place = _place_of(shot, [asset for asset in assets if asset.tag not in seen])
    if place is not None and not any(_is_place(item.asset) for item in cast):
        cast.append(_Cast(place, Role.BACKGROUND))
    return cast


def _stand_in(placement: Placement, assets: Sequence[PicturedAsset]) -> PicturedAsset | None:
    """The best asset of a placement's kind; the latest where two are as good."""
    is_person = detector_label(placement.label) == "person"
    if placement.tag is not None and (is_person or placement.tag.startswith(("CHAR_", "ENV_", "STYLE_"))):
        return None  # someone or some place of their own, not yet seen: nobody else will do
    found = []
    for asset in assets:
        nearness = _nearness(placement.label, asset)
        if nearness is None or not _may_bear(asset, placement.color):
            continue
        latest = -1 if asset.found_in_scene is None else asset.found_in_scene
        found.append((-nearness, asset.quality_score, latest, asset.tag, asset))
    return max(found, key=lambda item: item[:4])[4] if found else None


def _nearness(noun: str, asset: PicturedAsset) -> int | None:
    if asset.asset_type in {AssetType.ENVIRONMENT, AssetType.STYLE}:
        return None
    ours, theirs = noun.strip().lower(), asset.label.strip().lower()
    if ours == theirs:
        return SAME_NOUN
    our_kind, their_kind = detector_label(ours), detector_label(theirs)
    if our_kind is None or their_kind is None:
        return None
    if our_kind == "person" or their_kind == "person":
        # a man is no other man; only one of whom no more is known than that it is a person may be meant
        return SAME_KIND if our_kind == their_kind and theirs in {"person", "face"} else None
    if our_kind == their_kind:
        return SAME_KIND
    return SAME_FAMILY if family_of(our_kind) == family_of(their_kind) == "vehicle" else None


def _may_bear(asset: PicturedAsset, color: str) -> bool:
    """Whether an asset can be what the text calls so: a blue car is not the red one."""
    words = [COLOR_SYNONYMS.get(word, word) for word in color.lower().split()]
    asked = next((word for word in reversed(words) if word in COLOR_SAMPLES), None)
    return asked is None or not asset.colors or asked in {color_word(value) for value in asset.colors[:2]}


def _place_of(shot: Shot, assets: Sequence[PicturedAsset]) -> PicturedAsset | None:
    setting = shot.setting.strip().lower()
    places = [asset for asset in assets if _is_place(asset) and asset.label.strip().lower() == setting]
    return max(places, key=lambda asset: (asset.quality_score, asset.tag), default=None) if setting else None


def _pictures(asset: PicturedAsset) -> list[_Picture]:
    """What there is to see of an asset: what a person gave, then the rest, the best first."""
    is_given = asset.source == AssetSource.UPLOADED
    crops = [crop for crop in asset.crops or [] if crop.get("image")]
    roles = {str(crop["image"]): str(crop.get("role") or "") for crop in crops}
    found: list[_Picture] = []
    if asset.reference_image:
        role = roles.get(asset.reference_image) or _usual_role(asset)
        found.append(_Picture(asset.reference_image, role, asset.quality_score, is_given))
    ranked = sorted(enumerate(crops), key=lambda item: (-float(item[1].get("quality") or 0.0), item[0]))
    for _, crop in ranked:
        if all(crop["image"] != picture.image for picture in found):
            role = str(crop.get("role") or _usual_role(asset))
            found.append(
                _Picture(str(crop["image"]), role, float(crop.get("quality") or 0.0), is_photo=False)
            )
    return found


def _usual_role(asset: PicturedAsset) -> str:
    if _is_person(asset):
        return "body"
    return "place" if _is_place(asset) else "prop"


def _reference(asset: PicturedAsset, picture: _Picture) -> ChosenReference:
    return ChosenReference(
        tag=asset.tag,
        asset_type=AssetType(asset.asset_type).value,
        label=asset.label,
        name=asset.name,
        role=picture.role,
        image=picture.image,
        description=asset.visual_description,
        is_photo=picture.is_photo,
    )


def _is_person(asset: PicturedAsset) -> bool:
    return AssetType(asset.asset_type) is AssetType.CHARACTER


def _is_place(asset: PicturedAsset) -> bool:
    return AssetType(asset.asset_type) is AssetType.ENVIRONMENT


def _is_thing(asset: PicturedAsset) -> bool:
    return asset.asset_type in THINGS
