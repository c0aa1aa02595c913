"""What is wished of a director, and what a director is: any maker of storyboards.

Deliberately not here: how one works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vidpipe.errors import ScriptError
from vidpipe.schemas.script import Script
from vidpipe.schemas.storyboard import SCENES_AT_MOST, AssetSpec, Storyboard

SHORTEST_TOTAL_S, LONGEST_TOTAL_S = 1.0, 3600.0
SHORTEST_CLIP_S, LONGEST_CLIP_S = 2.0, 12.0
WIDEST_RATIO = 3.0
"""Of a picture's longer side to its shorter one."""


@dataclass(frozen=True)
class Wishes:
    """How long, how it looks, who is known already.

    Raises:
        ScriptError: A length or an aspect ratio that no video has.
    """

    total_s: float | None = None
    """Length of the whole; None: as long as the script needs."""
    clip_duration_s: float = 6.0
    look: str = "ink"
    aspect_ratio: str = "16:9"
    seed: int = 0
    known: tuple[AssetSpec, ...] = ()
    """People and things that bear tags already."""

    def __post_init__(self) -> None:
        if self.total_s is not None and not SHORTEST_TOTAL_S <= self.total_s <= LONGEST_TOTAL_S:
            raise ScriptError(
                f"A video of {self.total_s:g} s cannot be made.",
                f"total {self.total_s:g}",
                f"Ask for {SHORTEST_TOTAL_S:g} to {LONGEST_TOTAL_S:,.0f} seconds.",
            )
        if not SHORTEST_CLIP_S <= self.clip_duration_s <= LONGEST_CLIP_S:
            raise ScriptError(
                f"A clip of {self.clip_duration_s:g} s cannot be made.",
                f"clip duration {self.clip_duration_s:g}",
                f"Ask for {SHORTEST_CLIP_S:g} to {LONGEST_CLIP_S:g} seconds.",
            )
        self._check_ratio()

    def _check_ratio(self) -> None:
        parts = self.aspect_ratio.split(":")
        try:
            width, height = (float(part) for part in parts)
            is_usable = width > 0 and height > 0 and 1 / WIDEST_RATIO <= width / height <= WIDEST_RATIO
        except ValueError:
            is_usable = False
        if not is_usable:
            raise ScriptError(
                "This is no aspect ratio that a video can have.",
                self.aspect_ratio,
                "Ask for one such as 16:9, 9:16, 1:1, 4:3 or 21:9.",
            )

    @property
    def scene_count(self) -> int | None:
        """How many scenes the total holds at this length of clip; None without a total."""
        if self.total_s is None:
            return None
        return min(SCENES_AT_MOST, max(1, int(self.total_s / self.clip_duration_s + 0.5)))


class Director(Protocol):
    """Turns a script into a storyboard."""

    @property
    def identity(self) -> str:
        """What a fingerprint must know: `provider:model`, version."""
        ...

    def direct(self, script: Script, wishes: Wishes) -> Storyboard:
        """The storyboard of a script: as many scenes and as long as wished, each line whole inside its scene.

        Raises:
            ScriptError: Nothing in the script can be staged.
            RemoteError: A model behind it did not answer as promised.
        """
        ...
