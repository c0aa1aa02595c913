"""Finding vibes by name: the shipped files, a user's own, aliases, near misses, and a suggestion from the film."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from cinecore.analysis.film import FilmAnalysis
from cinecore.errors import InputError
from cinecut.manifest.vibe_profile import VibeProfile
from cinecut.models import DialogueEvent, LineKind

ALIASES = {
    "scifi": "sci-fi",
    "sf": "sci-fi",
    "science-fiction": "sci-fi",
    "animated": "animation",
    "cartoon": "animation",
    "historical": "history",
    "period": "history",
    "scary": "horror",
    "suspense": "thriller",
    "detective": "mystery",
    "noir": "crime",
    "gangster": "crime",
    "romantic": "romance",
    "love": "romance",
    "musical": "music",
    "kids": "family",
    "children": "family",
    "doc": "documentary",
    "docu": "documentary",
    "funny": "comedy",
    "cowboy": "western",
}
"""Other words for the shipped vibes."""

MAX_VIBE_FILE_BYTES = 64 * 1024


def vibe_names(user_folders: Sequence[Path] = ()) -> tuple[str, ...]:
    """All names that `load_vibe` takes, sorted; a user's own among them."""
    return tuple(sorted({*_shipped(), *_users(user_folders)}))


def normalise_vibe_name(text: str, user_folders: Sequence[Path] = ()) -> str:
    """The vibe that a person means by `Sci Fi`, `scifi` or `SCI_FI`.

    Raises:
        InputError: No such vibe; says which is nearest.
    """
    names = vibe_names(user_folders)
    slug = re.sub(r"[\s_\-]+", "-", text.strip().casefold()).strip("-")
    aliases = {**ALIASES, **_user_aliases(user_folders)}
    for candidate in (slug, aliases.get(slug, ""), aliases.get(slug.replace("-", ""), "")):
        if candidate in names:
            return candidate
    flat = {name.replace("-", ""): name for name in names}
    if slug.replace("-", "") in flat:
        return flat[slug.replace("-", "")]
    near = difflib.get_close_matches(slug, [*names, *aliases], n=1, cutoff=0.6)
    meant = aliases.get(near[0], near[0]) if near else ""
    advice = f"Did you mean {meant}? " if meant else ""
    raise InputError("There is no such vibe.", text, f"{advice}Known: {', '.join(names)}.")


def load_vibe(name: str, user_folders: Sequence[Path] = ()) -> VibeProfile:
    """The profile of a vibe; a user's file wins over a shipped one of the same name.

    Raises:
        InputError: No such vibe, or its file has a wrong value (named with its key).
    """
    known = normalise_vibe_name(name, user_folders)
    file: Traversable = _users(user_folders).get(known) or _shipped()[known]
    return VibeProfile.from_table(known, _read(file), str(file))


def _read(file: Traversable) -> dict[str, object]:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_VIBE_FILE_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"Cannot read the vibe file: {error.strerror}.", str(file), "Check its rights."
        ) from error
    if len(data) > MAX_VIBE_FILE_BYTES:
        raise InputError("The vibe file is too large.", str(file), "A vibe file is a page of text.")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"The vibe file is not TOML: {error}.", str(file), "Compare it with a shipped one."
        ) from error


@cache
def _shipped() -> dict[str, Traversable]:
    folder = resources.files("cinecut.manifest").joinpath("vibes")
    files = [item for item in folder.iterdir() if item.name.endswith(".toml")]
    return {item.name.removesuffix(".toml"): item for item in sorted(files, key=lambda item: item.name)}


def _users(folders: Iterable[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            found.setdefault(re.sub(r"[\s_\-]+", "-", file.stem.casefold()).strip("-"), file)
    return found


def _user_aliases(folders: Iterable[Path]) -> dict[str, str]:
    aliases: dict[str, str] = {}
    for name, file in _users(folders).items():
        words = _read(file).get("aliases")
        for word in words if isinstance(words, list) else []:
            aliases[re.sub(r"[\s_\-]+", "-", str(word).strip().casefold())] = name
    return aliases


_EMOTION_PULL = {
    "threat": {"thriller": 1.0, "crime": 0.6, "horror": 0.5, "action": 0.4},
    "fear": {"horror": 1.0, "thriller": 0.7, "mystery": 0.4},
    "anger": {"drama": 0.5, "crime": 0.5, "war": 0.4, "action": 0.3},
    "sadness": {"drama": 1.0, "romance": 0.3, "war": 0.2},
    "tenderness": {"romance": 1.0, "family": 0.5, "drama": 0.3},
    "joy": {"comedy": 0.9, "family": 0.8, "animation": 0.4},
    "surprise": {"mystery": 0.6, "adventure": 0.6, "comedy": 0.4},
}
"""How much a line's emotion speaks for a vibe; a judgement, not a measurement."""


def suggest_vibe(analysis: FilmAnalysis, events: Sequence[DialogueEvent]) -> tuple[str, str]:
    """The shipped vibe that suits what was measured, and why, in one sentence.

    Light, colour, pace, loudness and the emotion of the lines each pull towards some vibes; the sum decides.
    """
    shots = [shot for shot in analysis.shots if shot.black < 0.5] or list(analysis.shots)
    weights = np.array([max(shot.seconds, 0.01) for shot in shots])
    weights = weights / weights.sum() if len(shots) else weights

    def mean(name: str) -> float:
        return float(sum(weights[i] * getattr(shot, name) for i, shot in enumerate(shots)))

    light, color, motion = mean("brightness"), mean("saturation"), mean("motion")
    length_s = analysis.duration_s / max(1, len(analysis.shots))
    minutes = max(analysis.duration_s / 60, 0.1)
    lines = [event for event in events if event.kind is LineKind.SPEECH]
    talk = len(lines) / minutes
    pull = dict.fromkeys(_shipped(), 0.0)

    def add(amount: float, *names: str) -> None:
        for name in names:
            pull[name] += max(0.0, min(1.0, amount))

    add((0.35 - light) / 0.2, "horror", "thriller", "crime", "mystery")
    add((light - 0.42) / 0.2, "comedy", "family", "animation", "romance")
    add((color - 0.35) / 0.2, "animation", "fantasy", "family", "music")
    add((0.22 - color) / 0.15, "war", "crime", "history", "drama")
    add((4.0 - length_s) / 3.0, "action", "thriller", "music", "war")
    add((length_s - 7.0) / 6.0, "documentary", "drama", "history", "western")
    add((motion - 0.08) / 0.1, "action", "adventure", "sci-fi", "war")
    add((talk - 12.0) / 10.0, "comedy", "drama", "documentary", "romance")
    add((3.0 - talk) / 3.0, "adventure", "animation", "western")
    if analysis.sound is not None and len(analysis.sound.loudness_lufs) > 10:
        audible = analysis.sound.loudness_lufs[analysis.sound.loudness_lufs > -60]
        if len(audible) > 10:
            spread_db = float(np.percentile(audible, 95) - np.percentile(audible, 20))
            add((spread_db - 18.0) / 12.0, "action", "horror", "war")
            add((10.0 - spread_db) / 8.0, "music", "documentary")
    emotion = _emotion_shares(lines)
    for name, share in emotion.items():
        for vibe, amount in _EMOTION_PULL.get(name, {}).items():
            pull[vibe] += 1.5 * share * amount
    best = min(pull, key=lambda name: (-round(pull[name], 6), name))
    said = f"{talk:.0f} lines a minute"
    if emotion:
        said += f", mostly {max(sorted(emotion), key=lambda name: emotion[name])}"
    return best, (
        f"picture brightness {light:.2f}, colour {color:.2f}, motion {motion:.2f}, "
        f"shots of {length_s:.1f} s, {said if lines else 'no spoken lines'}"
    )


def _emotion_shares(lines: Sequence[DialogueEvent]) -> dict[str, float]:
    felt = [line for line in lines if line.emotion != "neutral"]
    total = sum(max(line.emotion_strength, 0.05) for line in felt)
    shares: dict[str, float] = {}
    for line in felt:
        shares[line.emotion] = shares.get(line.emotion, 0.0) + max(line.emotion_strength, 0.05) / total
    return shares
