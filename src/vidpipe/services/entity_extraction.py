"""What a clip teaches: which of the things seen are new, and their entry in the registry with crop and words.

A thing is told from a known one by where and how it was seen, never by its kind alone: a second car beside a
known one is new. Deliberately not here: seeing (the analysis) and choosing (`reference_selection`).
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from cinecore.files import digest_bytes
from vidpipe.artefacts import ArtefactStore
from vidpipe.db import registry
from vidpipe.db.engine import Session
from vidpipe.db.models import Asset
from vidpipe.schemas.analysis import CVAnalysisResult, KnownAsset, NewEntity, SeenThing, Sighting
from vidpipe.schemas.kinds import AssetSource, AssetType
from vidpipe.services import description
from vidpipe.services.same_thing import Group, group_things

QUALITY_AT_LEAST = 5.0
"""Of 10: a crop under this says more about the blur than about the thing."""

FRAMES_AT_LEAST = 2
"""Sampled frames in which a thing must be seen, unless it is large: one frame may be a mistake of the eyes."""

LARGE_SHARE = 0.04
"""Part of the picture from which one frame is enough."""

WHOLE_SHARE = 0.8
"""Part of the picture from which a thing is the picture: a crop of it would hold all else too, and the eyes, asked
about a face or a sky that fills the frame, name something that they know to be large (an airplane, a kite)."""

SHORTEST_SIDE_PX = 32
"""Of a crop: with fewer pixels there is nothing to look like."""

SHARPNESS_AT_LEAST = 1.8
"""Mean absolute Laplacian, in levels of 255, at `MEASURED_SIDE_PX`. Measured: drawings and photographs 9.6 to 28,
blurred by a fiftieth of their side 1.1 to 2.0, by more 1.0 to 1.2, which is the rounding of the levels."""

MEASURED_SIDE_PX = 160

CROP_PIXELS_AT_MOST = 40_000_000
"""A crop larger than any frame is none."""

NEW_AT_MOST = 8
"""New things that one clip teaches, the best first: a crowd is not a cast."""

VEHICLES: Final = frozenset(
    {"vehicle", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat"}
)
CHARACTERS: Final = frozenset({"person", "face"})


def identify_new_entities(result: CVAnalysisResult, existing_assets: Iterable[KnownAsset]) -> list[NewEntity]:
    """The things seen that nothing in the registry stands for and that are seen well enough, in order of appearance.

    A face and the body it belongs to are one person; the same thing seen under two labels, or lost and found
    again, is one thing. What belongs so to something known is known.

    Args:
        result: What the analysis saw.
        existing_assets: The registry; what was registered from this very crop is not new again.
    """
    known_crops = {_digest_in(name) for asset in existing_assets for name in _pictures_of(asset)}
    new: list[NewEntity] = []
    for group in group_things(result.seen):
        if group.asset_tag is not None:
            continue
        best = _best(group)
        if best is None or digest_bytes(best.crop_png) in known_crops:
            continue
        frames = {sighting.frame_index for thing in group.things for sighting in thing.sightings}
        largest = max((s.box[2] * s.box[3] for thing in group.things for s in thing.sightings), default=0.0)
        if len(frames) < FRAMES_AT_LEAST and largest < LARGE_SHARE:
            continue
        if _fills_the_picture(group):
            continue
        new.append(
            NewEntity(
                thing=best,
                also=[thing for thing in group.things if thing is not best],
                asset_type=_type_of(group).value,
                reason=f"seen in {len(frames)} frames, quality {best.quality:.1f}, no asset looks like it",
            )
        )
    kept = sorted(new, key=lambda entity: -entity.thing.quality)[:NEW_AT_MOST]
    return [entity for entity in new if any(entity is other for other in kept)]


def _fills_the_picture(group: Group) -> bool:
    """Whether nothing of the picture is left beside it, most of the time."""
    shares = sorted(s.box[2] * s.box[3] for thing in group.things for s in thing.sightings)
    return bool(shares) and shares[len(shares) // 2] >= WHOLE_SHARE


async def extract_and_register_new_entities(
    session: Session,
    project_id: str,
    manifest_id: str,
    scene_index: int,
    entities: Iterable[NewEntity],
    source: str = AssetSource.CLIP_EXTRACT.value,
    *,
    store: ArtefactStore,
) -> list[Asset]:
    """The assets of these entities, each with its crop stored, its words, its colours and where it was seen.

    What was registered from the same crop before is that asset and not a second one. The entities learn their
    tags, so that the stored analysis names them. Flushed, not committed.

    Args:
        session: Of the database.
        project_id: Whose clip it was.
        manifest_id: The project's registry.
        scene_index: From 0.
        entities: As `identify_new_entities` found them; one whose crop is no picture is left out.
        source: An `AssetSource`.
        store: Where crops are kept.

    Raises:
        OutputError: A crop cannot be stored.
        DatabaseError: The database cannot be written.
    """
    before = await registry.assets_of(session, manifest_id)
    by_picture = {name: asset for asset in before for name in _pictures_of(asset)}
    names = {asset.name for asset in before}
    registered: list[Asset] = []
    for entity in entities:
        values = await asyncio.to_thread(_values_of, entity, scene_index, store)
        if values is None:
            continue
        asset = by_picture.get(str(values["reference_image"]))
        if asset is None:
            values["name"] = _free_name(str(values["name"]), names)
            tag = await registry.give_tag(session, manifest_id, AssetType(entity.asset_type))
            asset = await registry.add_asset(
                session,
                manifest_id,
                tag=tag,
                asset_type=AssetType(entity.asset_type),
                source=AssetSource(source),
                found_in_scene=scene_index,
                **values,
            )
            by_picture.update(dict.fromkeys(_pictures_of(asset), asset))
            names.add(asset.name)
        for thing in (entity.thing, *entity.also):
            thing.asset_tag = asset.tag
        await registry.record_appearances(
            session,
            project_id,
            scene_index,
            [(asset.id, "found", sighting) for thing in _body_first(entity) for sighting in thing.sightings],
        )
        if all(asset is not other for other in registered):
            registered.append(asset)
    return registered


def _values_of(entity: NewEntity, scene_index: int, store: ArtefactStore) -> dict[str, object] | None:
    """Columns of the asset that an entity becomes; None where its crop is no picture."""
    thing = entity.thing
    pixels = _pixels(thing.crop_png)
    if pixels is None:
        return None
    best = _clearest(thing.sightings)
    box = best.box if best else (0.0, 0.0, 1.0, 1.0)
    label = "person" if entity.asset_type == AssetType.CHARACTER else thing.label
    look = description.look_of(pixels)
    parts = [thing, *(other for other in entity.also if _pixels(other.crop_png) is not None)]
    face = next((part for part in parts if part.face_embedding is not None), None)
    seen = next((part for part in parts if part.image_embedding is not None), None)
    crops = [
        {
            "image": store.put_bytes(part.crop_png, ".png"),
            "role": role_of(part, entity.asset_type),
            "quality": round(part.quality, 3),
            "scene_index": scene_index,
            "frame_index": shown.frame_index if shown else None,
            "box": list(shown.box) if shown else None,
        }
        for part in parts
        for shown in [_clearest(part.sightings)]
    ]
    return {
        "name": description.name_of(look, label),
        "label": label,
        "visual_description": thing.description or description.describe(pixels, label, box),
        "reverse_prompt": description.reverse_prompt_of(pixels, label),
        "reference_image": crops[0]["image"],
        "crops": crops,
        "quality_score": round(thing.quality, 3),
        "colors": list(thing.colors or look.colors),
        "face_embedding": face.face_embedding if face else None,
        "face_embedding_space": face.face_embedding_space if face else None,
        "image_embedding": seen.image_embedding if seen else None,
        "image_embedding_space": seen.image_embedding_space if seen else None,
    }


def role_of(thing: SeenThing, asset_type: str) -> str:
    """What a crop of a thing shows of it: face, body or prop."""
    if thing.is_face:
        return "face"
    return "body" if asset_type == AssetType.CHARACTER else "prop"


def _best(group: Group) -> SeenThing | None:
    """The thing of a group whose crop shows it best; bodies before faces, which are kept beside them."""
    usable = [
        thing
        for thing in group.things
        if thing.quality >= QUALITY_AT_LEAST
        and (pixels := _pixels(thing.crop_png)) is not None
        and min(pixels.shape[:2]) >= SHORTEST_SIDE_PX
        and sharpness(pixels) >= SHARPNESS_AT_LEAST
    ]
    return min(usable, key=lambda thing: (thing.is_face, -thing.quality), default=None)


def sharpness(pixels: description.Picture) -> float:
    """Mean absolute Laplacian of the brightness, in levels of 255, at one size for all crops."""
    image = Image.fromarray(pixels).convert("L")
    scale = MEASURED_SIDE_PX / max(image.size)
    if scale < 1:
        size = (max(3, round(image.width * scale)), max(3, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BOX)
    grey = np.asarray(image, np.float32)
    middle = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.abs(around - 4 * middle).mean()) if middle.size else 0.0


def _pixels(png: bytes) -> description.Picture | None:
    try:
        with Image.open(io.BytesIO(png)) as image:
            if image.width * image.height > CROP_PIXELS_AT_MOST:
                return None
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _type_of(group: Group) -> AssetType:
    kinds = {kind for thing in group.things for kind in (thing.label, thing.family)}
    if kinds & CHARACTERS or any(thing.is_face for thing in group.things):
        return AssetType.CHARACTER
    return AssetType.VEHICLE if kinds & VEHICLES else AssetType.OBJECT


def _clearest(sightings: Sequence[Sighting]) -> Sighting | None:
    return max(sightings, key=lambda seen: (seen.confidence, -seen.frame_index), default=None)


def _body_first(entity: NewEntity) -> list[SeenThing]:
    """An asset has one row a frame: its body's box rather than its face's."""
    return sorted((entity.thing, *entity.also), key=lambda thing: thing.is_face)


def _pictures_of(asset: KnownAsset) -> list[str]:
    crops = getattr(asset, "crops", None) or []
    names = [asset.reference_image, *(crop.get("image") for crop in crops)]
    return [name for name in dict.fromkeys(names) if name]


def _digest_in(name: str) -> str:
    return name.rsplit("/", 1)[-1].split(".", 1)[0]


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free
