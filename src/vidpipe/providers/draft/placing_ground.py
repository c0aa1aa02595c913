"""What everybody who is placed shares: the frame on the board, the light of the hour, and what room is taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageFilter

from vidpipe.providers.draft.layout import Framing
from vidpipe.providers.draft.looks import Look
from vidpipe.providers.draft.places_hour import Hour
from vidpipe.providers.draft.places_index import INDOORS

GROWN: Final = 172.0
"""Height in centimetres of whom a framing's sizes are meant for."""

FIGURE_LIGHTS: Final[dict[str, tuple[float, float, float]]] = {
    "day": (1.0, 1.0, 1.0),
    "dawn": (1.0, 0.97, 0.95),
    "dusk": (0.98, 0.9, 0.86),
    "night": (0.76, 0.8, 0.92),
}
"""What the hour takes from people and things; less than from the place, so that they stay who they are."""

SIDES: Final = {"left": 0, "center": 1, "right": 2}


@dataclass
class Ground:
    """One frame that is being filled."""

    look: Look
    world: tuple[int, int]
    width: int
    """Of the frame, as `height`."""
    height: int
    framing: Framing
    hour: Hour
    place: str
    seed: int
    spans: list[tuple[float, float]] = field(default_factory=list)
    """What of the frame's width is taken, in parts of it."""
    focus: tuple[float, float] | None = None
    """What the camera should push in on, in board pixels."""

    @property
    def left(self) -> float:
        """The frame's left edge on the board."""
        return (self.world[0] - self.width) / 2

    @property
    def top(self) -> float:
        """The frame's upper edge on the board."""
        return (self.world[1] - self.height) / 2

    @property
    def natural(self) -> float:
        """Pixels per centimetre at the distance where people stand."""
        return self.framing.person * self.height / GROWN

    @property
    def is_indoors(self) -> bool:
        """Whether there is a roof over it."""
        return self.place in INDOORS

    def crowding(self, x: float, width: float) -> float:
        """How much of a span of this width would lie under others."""
        left, right = x - width / 2, x + width / 2
        return sum(max(0.0, min(right, b) - max(left, a)) for a, b in self.spans) / width

    def take(self, x: float, width: float) -> None:
        """Take this span up."""
        self.spans.append((x - width / 2, x + width / 2))

    def look_at(self, x: float, y: float) -> None:
        """What is placed first is what the shot is about."""
        if self.focus is None:
            self.focus = (x, y)

    def lit(self, image: Image.Image, *, blur: float = 0.0) -> Image.Image:
        """A cut-out in the light of the hour."""
        if blur:
            image = image.convert("RGBa").filter(ImageFilter.BoxBlur(blur)).convert("RGBA")
        if self.is_indoors:
            return image
        factors = self.look.lit(FIGURE_LIGHTS[self.hour.time])
        dim = 0.9 if self.hour.weather in {"storm", "rain"} else 1.0
        if factors == (1.0, 1.0, 1.0) and dim == 1.0:
            return image
        table = [round(v * times * dim) for times in factors for v in range(256)]
        return image.point([*table, *range(256)])

    def phase(self, whose: str) -> float:
        """Where in their motion somebody begins: by the shot's seed, different for each."""
        return hashlib.sha256(f"{self.seed}|{whose}".encode()).digest()[0] / 256


def resized(image: Image.Image, scale: float) -> Image.Image:
    """The picture at another size, its shape kept."""
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)
