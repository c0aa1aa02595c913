"""Which sounds lie under which scene: what its audio manifest names, else what its weather and place imply.

Which words ask for which sound is data (`sound_plan.toml`); what nobody here can make is left out and said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from cinecore.audio.sources import effect_sound
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue, MadeSound, Stem
from vidpipe.schemas.storyboard import SceneSpec
from vidpipe.services.surroundings import surroundings_sound

OVERLAP_SAMPLES = SAMPLE_RATE // 4
"""By how much surroundings reach over a cut, coming in and going out: the cut is in the picture."""
FADE_SAMPLES = SAMPLE_RATE // 2

STRUCK_DB = -9.0
"""Struck sounds peak at -6 dBFS or so; beside speech at -20 LUFS they belong lower."""

LASTING_AT_MOST = 3
"""Of one scene: more is noise."""


@dataclass(frozen=True)
class SoundKind:
    """A kind of sound and the words that ask for it."""

    name: str
    maker: str
    lasts: bool
    length_s: float
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class SceneSpan:
    """A scene's place in the whole, in samples."""

    scene: SceneSpec
    start: int
    end: int


@dataclass(frozen=True)
class SoundPlan:
    """The cues of all scenes, and what was left out."""

    cues: tuple[AudioCue, ...]
    notices: tuple[str, ...]


@lru_cache(maxsize=1)
def sound_kinds() -> tuple[SoundKind, ...]:
    """Every kind of sound that can be made, in the order of the file."""
    text = resources.files("vidpipe.services").joinpath("sound_plan.toml").read_text("utf-8")
    return tuple(
        SoundKind(
            name,
            str(table["maker"]),
            bool(table.get("lasts", False)),
            float(table.get("length_s", 0.0)),
            _pattern(table["words"]),
        )
        for name, table in tomllib.loads(text).items()
    )


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    parts = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    return re.compile(rf"\b(?:{'|'.join(parts)})\b", re.IGNORECASE)


def lasting_sounds(scene: SceneSpec) -> tuple[str, ...]:
    """Names of the sounds that lie under a whole scene: its ambience, else its weather and setting."""
    asked = [scene.audio.ambience, *scene.audio.effects]
    found = _asked(asked, lasts=True)
    if not found:
        weather = scene.shot.weather
        outside = [] if scene.shot.interior else [weather]
        found = _asked([*outside, scene.shot.setting], lasts=True)
    return tuple(found[:LASTING_AT_MOST])


def struck_sounds(scene: SceneSpec) -> tuple[str, ...]:
    """Names of the sounds that are struck once in a scene, in the order in which its effects name them."""
    return tuple(
        name
        for effect in scene.audio.effects
        if not _asked([effect], lasts=True)
        for name in _asked([effect], lasts=False)[:1]
    )


def _asked(texts: Sequence[str], *, lasts: bool) -> list[str]:
    joined = "\n".join(texts)
    return [kind.name for kind in sound_kinds() if kind.lasts is lasts and kind.pattern.search(joined)]


def plan_sounds(spans: Sequence[SceneSpan], samples: int, seed: int) -> SoundPlan:
    """The cues of surroundings and effects; the same surroundings over neighbouring scenes are one sound."""
    cues: list[AudioCue] = []
    for name, start, end in _stretches(spans):
        begin, stop = max(0, start - OVERLAP_SAMPLES), min(samples, end + OVERLAP_SAMPLES)
        fade = min(FADE_SAMPLES, (stop - begin) // 3)
        if stop > begin:
            made = _made(name, seed * 100 + len(cues))
            cues.append(AudioCue(Stem.AMBIENCE, begin, stop - begin, made, 0.0, fade, fade, text=name))
    notices: list[str] = []
    for span in spans:
        names = struck_sounds(span.scene)
        for number, name in enumerate(names):
            at = span.start + (span.end - span.start) * (2 * number + 1) // (2 * len(names) + 1)
            length = min(int(_kind(name).length_s * SAMPLE_RATE), samples - at)
            if length > 0:
                made = _made(name, seed * 100 + len(cues))
                cues.append(AudioCue(Stem.EFFECTS, at, length, made, STRUCK_DB, text=name))
        unknown = [
            effect
            for effect in (*span.scene.audio.effects, span.scene.audio.ambience)
            if effect.strip() and not any(kind.pattern.search(effect) for kind in sound_kinds())
        ]
        notices += [
            f"Scene {span.scene.scene_index + 1}: nothing here can make the sound {effect!r}; it is left out."
            for effect in unknown
        ]
    return SoundPlan(tuple(cues), tuple(dict.fromkeys(notices)))


def _stretches(spans: Sequence[SceneSpan]) -> list[tuple[str, int, int]]:
    """(name, first, end) of every surrounding sound, joined where it goes on in the next scene."""
    found: list[tuple[str, int, int]] = []
    running: dict[str, int] = {}
    """Each sound of the scene before, and its place in `found`."""
    for span in spans:
        now: dict[str, int] = {}
        for name in lasting_sounds(span.scene):
            if name in running:
                place = running[name]
                found[place] = (name, found[place][1], span.end)
            else:
                place = len(found)
                found.append((name, span.start, span.end))
            now[name] = place
        running = now
    return found


def _kind(name: str) -> SoundKind:
    return next(kind for kind in sound_kinds() if kind.name == name)


def _made(name: str, seed: int) -> MadeSound:
    kind = _kind(name)
    return surroundings_sound(name, seed) if kind.maker == "surroundings" else effect_sound(name, seed)
