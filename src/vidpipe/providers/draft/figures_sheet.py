"""The paper that a head is drawn on: its place, size and turn; units are parts of the head's height."""

from __future__ import annotations

from typing import Final

from vidpipe.providers.draft.colors import RGB, mixed, scaled
from vidpipe.providers.draft.figures_appearance import Appearance
from vidpipe.providers.draft.pen import Pen, Point

TURN: Final = 0.1
"""How far the features of a turned head move aside, in head heights: three quarters, so that a face is still found."""


class HeadSheet:
    """One head's place, size and turn on a pen, and drawing in head heights."""

    def __init__(self, pen: Pen, who: Appearance, centre: Point, *, is_turned: bool, mood: str) -> None:
        self.pen = pen
        self.who = who
        self.size = who.head
        self.centre = centre
        self.shift = -TURN if is_turned else 0.0
        self.mood = mood
        # Under a hard light a face is lit more softly than a coat: it must stay a face, and a white beard white.
        self.relief = 0.62 if pen.look.shadow > 0.5 else 1.25
        self.skin_shadow = mixed(scaled(who.skin, 0.72), (120, 40, 40), 0.12)

    def at(self, x: float, y: float) -> Point:
        """From head heights to the pen's units."""
        return (self.centre[0] + x * self.size, self.centre[1] + y * self.size)

    def shape(self, points: list[Point], color: RGB, **how: object) -> None:
        """A closed curve in head heights."""
        how.setdefault("is_smooth", True)
        self.pen.shape([self.at(*p) for p in points], color, **how)  # type: ignore[arg-type]  # handed through

    def oval(self, x: float, y: float, across: float, down: float, color: RGB, **how: object) -> None:
        """An ellipse in head heights."""
        self.pen.oval(*self.at(x, y), across * self.size, down * self.size, color, **how)  # type: ignore[arg-type]  # handed through as it came

    def stroke(self, points: list[Point], color: RGB, width: float) -> None:
        """A curved line in head heights."""
        self.pen.stroke([self.at(*p) for p in points], color, width * self.size, is_smooth=True)

    def eye_x(self, side: int) -> float:
        """Where an eye is: side -1 left, 1 right."""
        squeeze = 0.84 if self.shift and side < 0 else 1.0
        return self.shift + side * 0.165 * squeeze
