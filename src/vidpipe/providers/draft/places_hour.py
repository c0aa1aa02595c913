"""Time and weather of a shot: what they do to the sky and to the light on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vidpipe.providers.draft.colors import RGB

SKIES: Final[dict[str, tuple[RGB, RGB]]] = {
    "day": ((104, 168, 220), (216, 234, 240)),
    "dawn": ((148, 164, 208), (252, 210, 172)),
    "dusk": ((74, 72, 124), (244, 156, 100)),
    "night": ((16, 22, 50), (58, 72, 112)),
}
GREY_SKIES: Final[dict[str, tuple[RGB, RGB]]] = {
    "day": ((96, 106, 120), (176, 184, 190)),
    "dawn": ((112, 114, 128), (206, 190, 178)),
    "dusk": ((62, 60, 78), (150, 120, 112)),
    "night": ((12, 16, 30), (44, 52, 70)),
}
"""From the zenith to the horizon."""

LIGHTS: Final[dict[str, tuple[float, float, float]]] = {
    "day": (1.0, 1.0, 1.0),
    "dawn": (1.02, 0.95, 0.92),
    "dusk": (0.98, 0.82, 0.76),
    "night": (0.42, 0.48, 0.68),
}
"""What the hour leaves of red, green and blue on the ground."""


@dataclass(frozen=True)
class Hour:
    """Time and weather of a shot."""

    time: str
    weather: str

    @property
    def is_grey(self) -> bool:
        """Whether clouds hide the sky."""
        return self.weather in {"rain", "storm", "snow", "fog"}

    @property
    def is_dark(self) -> bool:
        """Whether lamps and windows are lit."""
        return self.time in {"night", "dusk"} or self.weather == "storm"
