"""The looks that the artist has: how each turns a colour into paint, light and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from vidpipe.providers.draft.colors import RGB, from_hex, luminance, mixed, saturated, scaled


@dataclass(frozen=True)
class Look:
    """One way of drawing."""

    name: str
    line: RGB | None
    """Of outlines; None: none are drawn."""
    line_width: float
    """Of outlines, as a part of a thing's size."""
    gradient: float
    """0 flat to 1: how much light runs over a form."""
    shadow: float
    """How much darker the side away from the light is; 0 none."""
    shadow_part: float
    """How much of a form lies in that shadow."""
    drop: float
    """Strength of the soft shadow that a cut-out throws on what lies behind it."""
    grain: float
    """Standard deviation of the paper's grain, in steps of 255."""
    vignette: float
    """How much darker the corners are."""
    saturation: float
    contrast: float
    exposure: float = 1.0
    """How much of the light a grey look lets in; places get less than people."""
    palette: tuple[RGB, ...] = ()
    """Of the style guide: what places are tinted towards."""
    accent: bool = False
    """Whether what is drawn now keeps its colour where the look has none."""

    def paint(self, color: RGB) -> RGB:
        """The colour as this look lays it on."""
        if self.name == "noir" and not self.accent:
            grey = luminance(color) * self.exposure
            grey = min(1.0, max(0.0, 0.5 + (grey - 0.46) * self.contrast))
            value = round(12 + grey * 226)
            return (value, value, min(255, value + 4))
        return saturated(color, self.saturation)

    def tinted(self, color: RGB, strength: float = 0.3) -> RGB:
        """The colour moved towards the palette's nearest, its brightness kept: for places and what has no own colour."""
        if not self.palette:
            return color
        nearest = min(self.palette, key=lambda other: _distance(color, other))
        nearest = scaled(nearest, (luminance(color) + 0.05) / (luminance(nearest) + 0.05))
        return mixed(color, nearest, strength)

    def for_places(self) -> Look:
        """The same look, as places are drawn in it: softer, so that people and things stand out and no tree is
        taken for an umbrella (measured: with the full contrast the eyes see birds and umbrellas in every park).
        """
        return replace(
            self,
            exposure=0.74 if self.name == "noir" else 1.0,
            shadow=self.shadow * 0.3,
            gradient=self.gradient * 0.6,
            line_width=self.line_width * 0.55,
            drop=self.drop * 0.55,
        )

    def lit(self, factors: tuple[float, float, float]) -> tuple[float, float, float]:
        """What an hour takes from red, green and blue; a grey look knows no coloured light."""
        if self.name != "noir":
            return factors
        grey = 0.2126 * factors[0] + 0.7152 * factors[1] + 0.0722 * factors[2]
        return (grey, grey, grey)

    def with_accent(self, accent: bool) -> Look:  # noqa: FBT001 - it is what the method sets
        """The same look, for something that keeps its colour or not."""
        return replace(self, accent=accent) if accent != self.accent else self


LOOKS: Final[dict[str, Look]] = {
    "ink": Look(
        name="ink",
        line=(38, 32, 34),
        line_width=0.007,
        gradient=0.45,
        shadow=0.24,
        shadow_part=0.16,
        drop=0.0,
        grain=2.5,
        vignette=0.10,
        saturation=0.92,
        contrast=1.0,
    ),
    "paper": Look(
        name="paper",
        line=None,
        line_width=0.0,
        gradient=0.30,
        shadow=0.0,
        shadow_part=0.0,
        drop=0.55,
        grain=4.5,
        vignette=0.06,
        saturation=1.08,
        contrast=1.0,
    ),
    "noir": Look(
        name="noir",
        line=(10, 10, 14),
        line_width=0.004,
        gradient=0.85,
        shadow=0.62,
        shadow_part=0.30,
        drop=0.0,
        grain=4.0,
        vignette=0.5,
        saturation=0.95,
        contrast=1.25,
    ),
}
"""The looks by name."""

_HINTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("noir", ("noir", "black and white", "monochrome", "detective", "film noir")),
    ("paper", ("paper", "cut-out", "cutout", "collage", "stop motion", "craft", "felt")),
)


def look_for(style: Mapping[str, Any]) -> Look:
    """The look that a style guide asks for, with its palette; `ink` where it names none that we have."""
    name = str(style.get("look", "")).strip().lower()
    if name not in LOOKS:
        words = f"{name} {style.get('visual_style', '')}".lower()
        name = next((look for look, hints in _HINTS if any(hint in words for hint in hints)), "ink")
    return replace(LOOKS[name], palette=_palette(style.get("palette") or ()))


def _palette(colors: Sequence[str]) -> tuple[RGB, ...]:
    return tuple(from_hex(color) for color in colors if len(color) == 7 and color.startswith("#"))


def _distance(one: RGB, other: RGB) -> float:
    """How different two hues look; brightness counts little, since it is kept anyway."""
    grey_one, grey_other = luminance(one) * 255, luminance(other) * 255
    hue = sum(((a - grey_one) - (b - grey_other)) ** 2 for a, b in zip(one, other, strict=True))
    return hue + 0.15 * (grey_one - grey_other) ** 2
