"""A story's mood, told by its words, and the music that a mood asks for; both are data in `moods.toml`.

Deliberately not here: making music (`cinecore.audio.score`) and where its parts lie (`score.py`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from cinecore.audio.palette import Palette
from cinecore.errors import InputError
from vidpipe.schemas.storyboard import SceneSpec

USUAL = "wonder"
"""Where no word tells a mood."""

MUSIC_WEIGHT = 4
"""A scene's own word about its music counts as so many of the story's."""


@dataclass(frozen=True)
class Mood:
    """One mood: what tells it, how fast it goes, how it sounds."""

    name: str
    pattern: re.Pattern[str]
    bpm: int
    drives: bool
    """Whether the middle of the story may have a full beat."""
    palette: Palette


@lru_cache(maxsize=1)
def moods() -> dict[str, Mood]:
    """Every mood by name, in the order of the file."""
    text = resources.files("vidpipe.services").joinpath("moods.toml").read_text("utf-8")
    return {
        name: Mood(
            name,
            _pattern([*table["words"], name]),
            int(table["bpm"]),
            bool(table["drives"]),
            Palette.from_table(table["music"]),
        )
        for name, table in tomllib.loads(text).items()
    }


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


def mood_named(name: str) -> Mood:
    """The mood of that name.

    Raises:
        InputError: There is none.
    """
    known = moods()
    if name not in known:
        raise InputError("There is no such mood.", name, f"Known: {', '.join(known)}.")
    return known[name]


def mood_of(texts: Iterable[str], music: Iterable[str] = ()) -> str:
    """The mood that most words tell; `music` holds words about the music itself, which weigh more."""
    story, wished = "\n".join(texts), "\n".join(music)
    weights = {
        name: len(mood.pattern.findall(story)) + MUSIC_WEIGHT * len(mood.pattern.findall(wished))
        for name, mood in moods().items()
    }
    most = max(weights.values())
    return next(name for name, weight in weights.items() if weight == most) if most else USUAL


def mood_of_scenes(scenes: Iterable[SceneSpec], title: str = "") -> str:
    """The mood of a story by what its scenes say and show."""
    texts: list[str] = [title]
    music: list[str] = []
    for scene in scenes:
        texts += [scene.description, scene.shot.weather, *(line.text for line in scene.audio.lines)]
        texts += [f"{item.action} {item.expression}" for item in scene.shot.placements]
        music.append(scene.audio.music)
    return mood_of(texts, music)
