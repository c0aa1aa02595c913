"""The short run that surroundings are tried on: what is asked of it, what it makes, what it may not leave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.durability.small_film import RESULTS

ASK = ("--vibe", "action", "--duration", "6s", "--jobs", "2", "--music", "none", "--effects", "off")
TRAILER = "film_trailer_action.mp4"


@dataclass(frozen=True)
class Undisturbed:
    """A film, and what a run that nothing happens to makes of it in a folder of its own."""

    film: Path
    folder: Path
    results: dict[str, bytes]


def results(folder: Path) -> dict[str, bytes]:
    """The bytes that must not depend on what happened on the way."""
    return {name: (folder / name).read_bytes() for name in (*RESULTS, TRAILER)}


def temporaries(folder: Path) -> list[str]:
    """Names that only a run at work may use."""
    return [path.name for path in sorted(folder.rglob(".*")) if path.name != ".lock"]
