"""Every door to the outside world that has more than one maker behind it, on one page.

Adapters live in the rooms that need the library behind them; `compose.py` of a product names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Progress:
    """One step of work done: `done` of `total` `unit`s of `stage`."""

    stage: str
    done: int
    total: int
    unit: str
    message: str = ""


ProgressListener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """A listener for callers that do not want to hear."""


@dataclass(frozen=True)
class StillView:
    """A still of the film, offered to a describer."""

    time_s: float
    path: Path


@dataclass(frozen=True)
class Description:
    """What a describer saw, in four short texts."""

    visual_content: str
    mood: str
    action: str
    setting: str


class Describer(Protocol):
    """Says in words what a still shows."""

    @property
    def name(self) -> str:
        """The engine's name as a person reads it."""
        ...

    @property
    def identity(self) -> str:
        """What a fingerprint must know: the method, its version, its weights' digest."""
        ...

    def describe(self, still: StillView) -> Description:
        """The description of one still.

        Raises:
            InputError: The still cannot be read; the next run tries it again.
            RemoteError: The engine behind it died.
        """
        ...
