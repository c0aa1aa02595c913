"""How a person looks, from the words that describe them; the same words give the same person in every scene.

What the words leave open is chosen by a digest of tag, name and description, never by an order or a clock.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from vidpipe.providers.draft.colors import RGB, color_of, first_color_in, luminance, mixed, scaled

_Option = TypeVar("_Option")

PERSON_LABELS: Final = frozenset(
    {"person", "man", "woman", "boy", "girl", "old man", "old woman", "child", "baby"}
)
"""Labels that are drawn as people; so is every asset of type CHARACTER that is no animal."""

SKINS: Final[tuple[RGB, ...]] = (
    (246, 212, 186),
    (238, 196, 164),
    (224, 176, 140),
    (198, 144, 106),
    (158, 106, 74),
    (112, 74, 54),
)
HAIRS: Final[dict[str, RGB]] = {
    "black": (36, 30, 32),
    "dark": (50, 38, 34),
    "brown": (88, 58, 38),
    "chestnut": (112, 64, 38),
    "auburn": (126, 56, 34),
    "red": (164, 72, 34),
    "ginger": (186, 92, 42),
    "blond": (214, 178, 104),
    "blonde": (214, 178, 104),
    "fair": (214, 178, 104),
    "golden": (218, 176, 90),
    "grey": (150, 150, 152),
    "gray": (150, 150, 152),
    "silver": (190, 190, 194),
    "white": (232, 232, 230),
}
CLOTHES: Final[tuple[RGB, ...]] = (
    (58, 86, 128),
    (150, 60, 54),
    (70, 112, 84),
    (196, 150, 66),
    (110, 78, 122),
    (62, 120, 130),
    (186, 104, 70),
    (92, 96, 104),
    (208, 190, 158),
    (128, 88, 60),
)
TROUSERS: Final[tuple[RGB, ...]] = ((52, 58, 78), (72, 64, 58), (60, 70, 64), (84, 84, 92), (44, 44, 50))

_FEMALE = frozenset(
    [
        "woman",
        "girl",
        "lady",
        "female",
        "mother",
        "wife",
        "daughter",
        "grandmother",
        "grandma",
        "granny",
        "aunt",
        "sister",
        "queen",
        "princess",
        "actress",
        "waitress",
        "she",
        "her",
        "miss",
        "mrs",
        "ms",
        "witch",
        "nun",
    ]
)
_MALE = frozenset(
    [
        "man",
        "boy",
        "male",
        "father",
        "husband",
        "son",
        "grandfather",
        "grandpa",
        "uncle",
        "brother",
        "king",
        "prince",
        "actor",
        "waiter",
        "he",
        "his",
        "mr",
        "sir",
        "fisherman",
        "policeman",
        "fireman",
        "postman",
        "wizard",
        "monk",
        "gentleman",
        "guy",
        "keeper",
        "captain",
        "sailor",
    ]
)
_YOUNG = frozenset(
    ["child", "boy", "girl", "kid", "baby", "toddler", "schoolboy", "schoolgirl", "daughter", "son", "little"]
)
_OLD = frozenset(
    [
        "old",
        "elderly",
        "aged",
        "ancient",
        "grandmother",
        "grandfather",
        "grandma",
        "grandpa",
        "granny",
        "retired",
        "wrinkled",
    ]
)
_COATS = ("coat", "raincoat", "overcoat", "trenchcoat", "cloak", "cape", "robe", "parka", "gown")
_DRESSES = ("dress", "frock", "gown", "sundress", "nightgown")
_TOPS = ("jacket", "sweater", "jumper", "pullover", "shirt", "t-shirt", "tshirt", "blouse", "hoodie", "cardigan",
         "vest", "uniform", "suit", "apron", "top", "tunic", "overalls", "dungarees", "blazer")  # fmt: skip
_BOTTOMS = ("trousers", "jeans", "pants", "leggings", "shorts", "skirt")
_HATS = (
    "hat",
    "cap",
    "beanie",
    "helmet",
    "hood",
    "crown",
    "headscarf",
    "bonnet",
    "beret",
    "fedora",
    "turban",
)


@dataclass(frozen=True)
class Appearance:
    """All that the drawing of a person needs; sizes in centimetres."""

    height: float
    head: float
    """Height of the head."""
    is_female: bool
    is_child: bool
    is_old: bool
    breadth: float
    """Of the shoulders against the usual: 1."""
    skin: RGB
    hair: RGB
    hair_style: str
    """short | long | bun | tail | curly | braids | bald."""
    beard: str
    """"", full, moustache or stubble."""
    hat: str
    hat_color: RGB
    has_glasses: bool
    eyes: RGB
    top: str
    """coat | dress | jacket | sweater | shirt."""
    top_color: RGB
    under_color: RGB
    bottom: str
    """trousers | skirt | shorts."""
    bottom_color: RGB
    shoes: RGB
    scarf: RGB | None


def appearance_of(
    asset: Mapping[str, Any] | None, label: str, wardrobe: str = "", clothes: RGB | None = None
) -> Appearance:
    """The person that an asset describes.

    Args:
        asset: An `AssetSpec` as JSON; None for somebody without one.
        label: What the placement calls them.
        wardrobe: What they wear in this shot, where it says.
        clothes: The colour measured from their reference, for clothes that no word gives a colour.
    """
    name = str(asset.get("name", "")) if asset else ""
    said = str(asset.get("description", "")) if asset else ""
    tag = str(asset.get("tag", "")) if asset else ""
    worn = f"{wardrobe} . {said}" if wardrobe else said
    words = frozenset(
        re.findall(r"[a-z]+", f"{label} {asset.get('label', '') if asset else ''} {name} {said}".lower())
    )
    pick = _Choice(f"{tag}|{name}|{said}|{label if asset is None else asset.get('label', '')}")
    is_female = bool(words & _FEMALE) if words & _FEMALE or words & _MALE else pick.of("sex", (True, False))
    is_old = bool(words & _OLD) and not words & {"boy", "girl", "child"}
    is_child = bool(words & _YOUNG) and not is_old and not words & {"man", "woman"}
    height = _height(words, is_female=is_female, is_child=is_child, is_old=is_old)
    top, top_color = _top(worn.lower(), pick, clothes, is_female=is_female, is_child=is_child)
    bottom, bottom_color = _bottom(worn.lower(), pick, is_female=is_female)
    hat, hat_color = _hat(worn.lower(), top_color)
    skin = _skin(said.lower(), pick)
    hair = _hair(said.lower(), pick, skin, is_old=is_old)
    return Appearance(
        height=height,
        head=height / (5.3 if is_child else 6.5),
        is_female=is_female,
        is_child=is_child,
        is_old=is_old,
        breadth=_breadth(words, is_female=is_female, is_child=is_child),
        skin=skin,
        hair=hair,
        hair_style=_hair_style(said.lower(), pick, is_female=is_female, is_old=is_old),
        beard=_beard(words, pick, can_grow=not is_female and not is_child, is_old=is_old),
        hat=hat,
        hat_color=hat_color,
        has_glasses=bool(words & {"glasses", "spectacles"}),
        eyes=color_of(said, "eye")
        or pick.of("eyes", ((74, 96, 120), (84, 60, 40), (70, 98, 70), (60, 44, 34))),
        top=top,
        top_color=top_color,
        under_color=pick.of("under", ((232, 226, 214), (206, 210, 218), (64, 68, 78))),
        bottom=bottom,
        bottom_color=bottom_color,
        shoes=color_of(worn, "shoe", "boot", "sandal")
        or pick.of("shoes", ((52, 40, 34), (38, 38, 44), (92, 62, 42))),
        scarf=_scarf(worn.lower()),
    )


class _Choice:
    """Chooses by a digest: equal words, equal choice."""

    def __init__(self, identity: str) -> None:
        self._identity = identity

    def of(self, what: str, among: Sequence[_Option]) -> _Option:
        digest = hashlib.sha256(f"{self._identity}|{what}".encode()).digest()
        return among[int.from_bytes(digest[:4], "big") % len(among)]


def _height(words: frozenset[str], *, is_female: bool, is_child: bool, is_old: bool) -> float:
    if words & {"baby", "toddler"}:
        return 92.0
    if is_child:
        return 126.0
    height = 166.0 if is_female else 178.0
    if words & {"tall", "giant"}:
        height *= 1.07
    if words & {"short", "small", "tiny"}:
        height *= 0.93
    return height * (0.96 if is_old else 1.0)


def _breadth(words: frozenset[str], *, is_female: bool, is_child: bool) -> float:
    breadth = 0.84 if is_child else 0.9 if is_female else 1.0
    if words & {"fat", "stout", "plump", "heavy", "burly", "broad", "strong", "big"}:
        breadth *= 1.16
    if words & {"thin", "slim", "slender", "lean", "skinny", "gaunt"}:
        breadth *= 0.9
    return breadth


def _skin(said: str, pick: _Choice) -> RGB:
    for words, at in (("pale skin", 0), ("fair skin", 0), ("light skin", 1), ("olive skin", 2), ("tanned", 3),
                      ("brown skin", 4), ("dark skin", 5), ("black skin", 5), ("dark-skinned", 5)):  # fmt: skip
        if words in said:
            return SKINS[at]
    return pick.of("skin", SKINS)


def _hair(said: str, pick: _Choice, skin: RGB, *, is_old: bool) -> RGB:
    found = re.search(
        r"\b("
        + "|".join(HAIRS)
        + r")\b[ -]+(?:\w+[ -]+){0,2}?(?:hair|haired|beard|bearded|braid|bun|ponytail|curls)",
        said,
    )
    if found:
        return HAIRS[found.group(1)]
    if is_old:
        return pick.of("hair", (HAIRS["white"], HAIRS["silver"], HAIRS["grey"]))
    if luminance(skin) < 0.55:
        return pick.of("hair", (HAIRS["black"], HAIRS["dark"], (44, 34, 32)))
    return pick.of(
        "hair", tuple(HAIRS[name] for name in ("black", "dark", "brown", "chestnut", "ginger", "blond"))
    )


def _hair_style(said: str, pick: _Choice, *, is_female: bool, is_old: bool) -> str:
    for words, style in (("bald", "bald"), ("ponytail", "tail"), ("braid", "braids"), ("plait", "braids"), ("pigtail", "braids"),
                         ("bun", "bun"), ("curl", "curly"), ("afro", "curly"), (r"long[ -](?:\w+ ){0,2}?hair", "long"),
                         (r"short[ -](?:\w+ ){0,2}?hair", "short")):  # fmt: skip
        if re.search(rf"\b{words}", said):
            return style
    if is_female:
        return pick.of(
            "style",
            ("bun", "short", "curly") if is_old else ("long", "tail", "long", "bun", "curly", "braids"),
        )
    return pick.of("style", ("short", "short", "bald") if is_old else ("short", "short", "curly", "short"))


def _beard(words: frozenset[str], pick: _Choice, *, can_grow: bool, is_old: bool) -> str:
    if words & {"beard", "bearded"}:
        return "full"
    if words & {"moustache", "mustache"}:
        return "moustache"
    if words & {"shaven", "beardless"} or not can_grow:
        return ""
    return pick.of(
        "beard", ("full", "full", "moustache") if is_old else ("", "", "stubble", "", "moustache", "full")
    )


def _top(
    worn: str, pick: _Choice, clothes: RGB | None, *, is_female: bool, is_child: bool
) -> tuple[str, RGB]:
    for nouns, kind in ((_COATS, "coat"), (_DRESSES, "dress"), (_TOPS, "")):
        found = re.search(r"\b(" + "|".join(nouns) + r")s?\b", worn)
        if found:
            noun = found.group(1)
            top = kind or ("jacket" if noun in {"jacket", "suit", "uniform", "blazer", "cardigan"} else
                           "shirt" if noun in {"shirt", "blouse", "vest", "top", "apron", "overalls", "dungarees"} else "sweater")  # fmt: skip
            yellow_raincoat = (226, 182, 44) if noun == "raincoat" else None
            return top, color_of(worn[: found.end()], noun) or clothes or yellow_raincoat or pick.of(
                "top color", CLOTHES
            )
    kinds = ("dress", "sweater", "coat", "shirt") if is_female else ("coat", "jacket", "sweater", "shirt")
    if is_child:
        kinds = (
            ("dress", "sweater", "shirt", "dress") if is_female else ("sweater", "shirt", "jacket", "sweater")
        )
    dressed_in = re.search(r"(?:dressed|clad|clothed|all) in ([a-z ]+)", worn)
    color = first_color_in(dressed_in.group(1)) if dressed_in else None
    return pick.of("top", kinds), color or clothes or pick.of("top color", CLOTHES)


def _bottom(worn: str, pick: _Choice, *, is_female: bool) -> tuple[str, RGB]:
    found = re.search(r"\b(" + "|".join(_BOTTOMS) + r")\b", worn)
    noun = found.group(1) if found else ""
    kind = noun if noun in {"skirt", "shorts"} else "trousers"
    if not noun and is_female:
        kind = pick.of("bottom", ("trousers", "skirt"))
    denim = (58, 84, 128) if noun == "jeans" else None
    color = color_of(worn, noun) if noun else None
    return kind, color or denim or pick.of("bottom color", TROUSERS)


def _hat(worn: str, top_color: RGB) -> tuple[str, RGB]:
    found = re.search(r"\b(" + "|".join(_HATS) + r")\b", worn)
    if not found:
        return "", top_color
    noun = found.group(1)
    usual = {
        "crown": (222, 178, 60),
        "helmet": (200, 204, 210),
        "hood": top_color,
        "headscarf": scaled(top_color, 1.15),
    }
    return noun, color_of(worn[: found.end()], noun) or usual.get(
        noun, mixed(scaled(top_color, 0.6), (40, 40, 48), 0.3)
    )


def _scarf(worn: str) -> RGB | None:
    if not re.search(r"\b(scarf|shawl|neckerchief|bandana)\b", worn):
        return None
    return color_of(worn, "scarf", "shawl", "neckerchief", "bandana") or (186, 58, 48)
