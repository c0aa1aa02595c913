"""Figures to assets: who gets a tag, how they look in words, and what they wear until the text changes it.

Deliberately not here: shots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vidpipe.providers.draft.director_beats import Beat, Figure
from vidpipe.providers.draft.words import load_lexicon
from vidpipe.schemas.kinds import TAG_PREFIXES, AssetType
from vidpipe.schemas.storyboard import AssetSpec

MENTIONS_OF_A_TAGGED_THING = 2
NAME_LETTERS, DESCRIPTION_LETTERS = 300, 600


def is_asset(figure: Figure) -> bool:
    """Whether a figure must look the same each time: people and animals, and things with a colour, an owner or a past."""
    if figure.known is not None:
        return True
    if figure.is_crowd or figure.count > 3:
        return False
    if figure.acts:
        return True
    return bool(figure.color) or figure.is_owned or figure.mentions >= MENTIONS_OF_A_TAGGED_THING


def cast_assets(
    figures: Sequence[Figure], beats: Iterable[Beat], known: Sequence[AssetSpec], seed: int
) -> tuple[tuple[AssetSpec, ...], dict[int, str], dict[int, str]]:
    """The assets (those known first), the tag of each figure that has one, and each one's usual clothes."""
    assets = list(known)
    tags: dict[int, str] = {}
    clothes: dict[int, str] = {}
    dealt: dict[str, int] = {}
    order = list(dict.fromkeys(number for beat in beats for number in beat.figures))
    for number in order:
        figure = figures[number]
        if figure.known is not None:
            tags[number] = figure.known.tag
        elif is_asset(figure):
            clothes[number] = _usual_clothes(figure, dealt, seed)
            asset = AssetSpec(
                tag=_next_tag(assets, figure.asset_type),
                asset_type=figure.asset_type,
                name=figure.name[:NAME_LETTERS],
                label=figure.label[:NAME_LETTERS],
                description=_description(figure, clothes[number])[:DESCRIPTION_LETTERS],
                voice=figure.label if figure.is_person else "",
            )
            assets.append(asset)
            tags[number] = asset.tag
    return tuple(assets), tags, clothes


def _next_tag(assets: Sequence[AssetSpec], asset_type: AssetType) -> str:
    prefix = TAG_PREFIXES[asset_type]
    used = [int(asset.tag.rsplit("_", 1)[1]) for asset in assets if asset.tag.startswith(f"{prefix}_")]
    return f"{prefix}_{max(used, default=0) + 1:02d}"


def _usual_clothes(figure: Figure, dealt: dict[str, int], seed: int) -> str:
    """What somebody wears by trade, else the next outfit of their kind, from a place that the seed chooses."""
    if not figure.is_person:
        return ""
    if figure.clothes:
        return figure.clothes[0][1]
    tables = load_lexicon().tables
    words = [figure.word.lower(), *figure.name.lower().split()]
    by_trade = next((tables["wardrobe"][word] for word in words if word in tables["wardrobe"]), "")
    if by_trade:
        if figure.is_female or figure.age == "child":
            by_trade = ", ".join(part for part in by_trade.split(", ") if "beard" not in part)
        return str(by_trade)
    outfits: list[str] = tables["wardrobe_of"].get(figure.label, tables["wardrobe_of"]["man"])
    place = dealt.get(figure.label, seed)
    dealt[figure.label] = place + 1
    return outfits[place % len(outfits)]


def _description(figure: Figure, clothes: str) -> str:
    parts = []
    if figure.is_person:
        parts.append(figure.label if figure.age != "young" else f"young {figure.label}")
    elif figure.color:
        parts.append(f"{figure.color} {figure.word}")
    if figure.is_animal and figure.label != figure.word:
        parts.append(f"a {figure.word}")
    parts += [look for look in figure.looks if look not in figure.name]
    parts.append(clothes)
    return ", ".join(dict.fromkeys(part for part in parts if part))
