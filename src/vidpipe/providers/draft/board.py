"""The drawn board: layers from far to near, what each may do, and the light; the artist fills it, the camera shows it.

The world is drawn larger than the frame, so that a camera can move inside it; at rest the frame lies in the
middle of the world. Layers are painted in the order in which they stand; `depth` only tells how fast they pass.
Deliberately not here: drawing and moving.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from PIL import Image

MOTIONS: Final = frozenset(
    {
        "still",
        "sway",  # leans to and fro about its pivot, as a tree in the wind
        "bob",  # up and down, as a boat or one who breathes
        "wave",  # turns fast about its pivot, as a hand that greets
        "swing",  # turns about its pivot with the steps; `phase` .5 is the other leg; still while its travel is still
        "drift",  # slowly sideways, as clouds and fog
        "flicker",  # brightness jumps, as fire and lamps
        "shimmer",  # stretches and slides a little, as water
        "talk",  # an open mouth: shown only while its group's tag speaks, opening and closing
        "blink",  # closed eyes: shown for a moment every few seconds
        "spin",  # turns about its pivot, as a wheel; still while its travel is still
        "flap",  # its height shrinks and grows about its pivot, as a wing
        "shake",  # small quick trembling
    }
)
"""What a layer does by itself."""

TRAVELS: Final = frozenset(
    {"still", "walk_left", "walk_right", "drive_left", "drive_right", "rise", "fall", "float", "hop"}
)
"""What the whole group does; equal on all layers of one group."""


@dataclass(frozen=True)
class Layer:
    """One cut-out of the board."""

    name: str
    image: Image.Image
    """RGBA, at the board's own size."""
    depth: float
    """0 far (a sky that never moves) to 1 near."""
    x: float
    """Its centre in board pixels."""
    y: float
    motion: str = "still"
    """One of MOTIONS: what this layer does by itself."""
    travel: str = "still"
    """One of TRAVELS: what its whole group does."""
    group: str = ""
    """Layers of one figure share it and move together; empty: it stands alone."""
    pivot: tuple[float, float] | None = None
    """Where it turns, in board pixels; None: its centre."""
    tag: str = ""
    """The asset that it shows, so that whoever speaks can be found."""
    phase: float = 0.0
    """0 to 1: where in its motion it begins."""
    amount: float = 1.0
    """How strongly it moves; 1 is usual."""

    @property
    def left(self) -> float:
        """Its left edge in board pixels."""
        return self.x - self.image.width / 2

    @property
    def top(self) -> float:
        """Its upper edge in board pixels."""
        return self.y - self.image.height / 2


@dataclass(frozen=True)
class Particles:
    """Many small things in the air, drawn by the camera."""

    kind: str
    """rain | snow | leaves | sparks | dust | stars."""
    density: float = 1.0
    """1 is usual: about 250 in a frame for rain and snow, 25 for leaves, 40 for sparks and dust."""
    color: tuple[int, int, int, int] = (255, 255, 255, 160)
    wind: float = 0.0
    """Sideways speed as a part of the falling speed; negative blows to the left."""


@dataclass(frozen=True)
class Light:
    """What the light does over the whole picture while the shot runs; colours are in the layers already."""

    kind: str = "day"
    """dawn | day | dusk | night."""
    has_lightning: bool = False
    """Whether the picture flashes now and then."""
    fog: float = 0.0
    """0 to 1: strength of a fog that drifts over everything."""
    fog_color: tuple[int, int, int] = (225, 228, 230)


@dataclass(frozen=True)
class Board:
    """One shot, drawn."""

    width: int
    """Of the world, in pixels: the frame's width × `overscan`."""
    height: int
    layers: tuple[Layer, ...]
    """Far to near, in painting order; the first covers the whole world."""
    look: str
    overscan: float
    """How much larger than the frame the world is, in both directions: 1.35."""
    frame_width: int
    frame_height: int
    seed: int = 0
    particles: tuple[Particles, ...] = ()
    light: Light = field(default_factory=Light)
    focus: tuple[float, float] | None = None
    """What the camera pushes in on, in board pixels; None: the middle."""

    def flatten(self) -> Image.Image:
        """The frame in the middle of the world with every layer at rest, RGB: the picture without a camera."""
        world = Image.new("RGB", (self.width, self.height))
        for layer in self.layers:
            if layer.motion in {"talk", "blink"}:
                continue
            world.paste(layer.image, (round(layer.left), round(layer.top)), layer.image)
        left = (self.width - self.frame_width) // 2
        top = (self.height - self.frame_height) // 2
        return world.crop((left, top, left + self.frame_width, top + self.frame_height))
