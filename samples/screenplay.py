"""The story of a sample film: who is in it, what is said in which role, and where the scenes lie.

A grammar over the sentences of `sentences.toml`; nothing is drawn, spoken or cut here.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from samples.figures import Emotion
from samples.places import INTERIORS

HERO, FRIEND, RIVAL, ELDER, FOURTH, FIFTH = range(6)
CAST_SIZE = 6
SHORT_ENDING_S = 9.0
"""A last scene shorter than this has room for the button only."""

TURNING_POINT_SHARES = (0.13, 0.33, 0.61, 0.865)
"""Where the first four turning points of films lie, as shares of the fifth's time (TRIPOD, mean over films)."""
TURNING_POINT_JITTER = 0.018
FIFTH_SHARE = 0.905
"""Where the fifth lies between the story's beginning and its end."""
TURN_HEIGHTS = (0.25, 0.28, 0.35, 0.35, 0.25)
"""How far the intensity rises at each turning point."""
TURNING_POINT_NAMES = ("opportunity", "change of plans", "point of no return", "major setback", "climax")

SEGMENT_ROLES: tuple[tuple[str, ...], ...] = (
    ("world", "joy", "world", "want"),
    ("want", "world", "joy", "doubt", "trouble"),
    ("trouble", "want", "stakes", "doubt", "trouble", "stakes"),
    ("stakes", "threat", "trouble", "vow", "threat", "grief"),
    ("grief", "doubt", "vow", "threat", "stakes"),
    ("vow", "threat", "vow"),
)
"""Roles that are spoken between two turning points, in turn."""
SEGMENT_CAST: tuple[tuple[int, ...], ...] = (
    (HERO, ELDER),
    (HERO, FRIEND),
    (HERO, FRIEND, FOURTH),
    (HERO, RIVAL, FRIEND),
    (HERO, FIFTH, RIVAL),
    (HERO, RIVAL),
)
SEGMENT_PLACES: tuple[tuple[int, ...], ...] = ((0, 1), (2, 1), (3, 4, 2), (5, 4), (6, 3), (7, 6))
"""Indices into the story's places; the first is new at the turning point that opens the segment."""
ENDING_CAST = (HERO, FRIEND, ELDER)

ROLE_SPEAKERS: dict[str, tuple[int, ...]] = {
    "world": (ELDER, FRIEND, FOURTH, HERO),
    "want": (HERO, FRIEND),
    "joy": (HERO, FRIEND, ELDER),
    "trouble": (FRIEND, FOURTH, FIFTH, HERO),
    "doubt": (HERO, HERO, FIFTH, FRIEND),
    "stakes": (HERO, FRIEND, FOURTH, FIFTH),
    "threat": (RIVAL,),
    "vow": (HERO,),
    "grief": (HERO, FIFTH, FRIEND),
    "turn1": (ELDER, FRIEND),
    "turn2": (HERO,),
    "turn3": (HERO,),
    "turn4": (FIFTH, HERO),
    "turn5": (FRIEND, RIVAL, HERO),
    "false_climax": (FRIEND, FOURTH),
    "false_relief": (FOURTH, FRIEND),
    "button": (FRIEND, ELDER, HERO),
    "ending": (ELDER, FRIEND, HERO),
}
"""Who says lines of a role, whoever of them is in the scene first."""
STAND_INS: dict[str, tuple[str, ...]] = {
    "world": ("want", "joy"),
    "joy": ("want", "world"),
    "want": ("joy", "doubt"),
    "trouble": ("stakes", "doubt"),
    "doubt": ("grief", "trouble"),
    "stakes": ("trouble", "vow"),
    "threat": ("stakes", "vow"),
    "vow": ("stakes", "want"),
    "grief": ("doubt", "vow"),
}
"""Roles to draw from when all of a role's sentences have been said."""


@dataclass(frozen=True)
class Words:
    """One sentence, given to a speaker."""

    text: str
    role: str
    emotion: Emotion
    speaker: int


@lru_cache(maxsize=1)
def _sentences() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "sentences.toml").read_text("utf-8"))


@dataclass
class Story:
    """The cast and the sentences not said yet."""

    title: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    _slots: dict[str, str]
    _decks: dict[str, list[str]]
    _emotions: dict[str, Emotion]
    _full_decks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: int) -> Story:
        """The story that a seed tells."""
        random = np.random.default_rng([seed, 1])
        data = _sentences()
        story = data["story"][int(random.integers(len(data["story"])))]
        names = tuple(str(name) for name in random.permutation(data["names"]["first"])[:CAST_SIZE])
        slots = {key: value for key, value in story.items() if isinstance(value, str)}
        slots |= {"hero": names[HERO], "friend": names[FRIEND], "rival": names[RIVAL]}
        slots |= {f"{key}_up": slots[key][0].upper() + slots[key][1:] for key in ("power", "thing")}
        decks = {
            role: [str(line) for line in random.permutation(entry["lines"])]
            for role, entry in data["roles"].items()
        }
        emotions: dict[str, Emotion] = {role: entry["emotion"] for role, entry in data["roles"].items()}
        full = {role: tuple(deck) for role, deck in decks.items()}
        return cls(story["title"], names, tuple(story["places"]), slots, decks, emotions, full)

    def next_line(self, role: str, cast: tuple[int, ...], preferred: int | None = None) -> Words:
        """A sentence in this role (or one near it) that somebody of the cast can say.

        The preferred person says it where the role allows; no sentence comes twice while others are left.
        """
        for candidate in (role, *STAND_INS.get(role, ())):
            speakers = [person for person in ROLE_SPEAKERS[candidate] if person in cast]
            speakers.sort(key=lambda person: person != preferred)
            for speaker in speakers:
                line = self._take(candidate, speaker)
                if line is not None:
                    return line
        self._decks[role] = list(self._full_decks[role])
        speaker = next((person for person in ROLE_SPEAKERS[role] if person in cast), cast[0])
        again = self._take(role, speaker) or self._take(role, FOURTH)
        if again is None:
            raise LookupError(role)
        return again

    def put_back(self, line: Words) -> None:
        """Keep a sentence for later that did not fit, under the others of its role."""
        for template in self._full_decks[line.role]:
            if template.format(**self._slots) == line.text and template not in self._decks[line.role]:
                self._decks[line.role].append(template)

    def _take(self, role: str, speaker: int) -> Words | None:
        own = {HERO: "{hero}", FRIEND: "{friend}", RIVAL: "{rival}"}.get(speaker, "{nobody}")
        for index, template in enumerate(self._decks[role]):
            if own not in template:
                del self._decks[role][index]
                return Words(template.format(**self._slots), role, self._emotions[role], speaker)
        return None


@dataclass(frozen=True)
class Scene:
    """One stretch of the film in one place; seconds from the film's beginning."""

    kind: str
    """logo, black, test_card, credits, memory, false_climax, turning_point or story."""
    start_s: float
    end_s: float
    segment: int
    """0 before the first turning point … 5 after the fifth; -1 outside the story."""
    place: str = ""
    light: str = "day"
    cast: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    turning_point: int | None = None
    """0 to 4 where the scene holds one."""
    music: int | None = None
    """The segment whose music plays; None: its own."""


@dataclass(frozen=True)
class Outline:
    """All scenes in order, and where the five turning points lie (seconds)."""

    scenes: tuple[Scene, ...]
    turning_points_s: tuple[float, ...]
    story_start_s: float
    story_end_s: float
    turn_heights: tuple[float, ...] = TURN_HEIGHTS
    """How far the intensity rises at each turning point; 0 where that cue is missing."""
    false_turns: tuple[tuple[float, float], ...] = ()
    """(seconds, height) of rises of the intensity where nothing turns."""
    unmarked: frozenset[int] = frozenset()
    """Turning points, 0 to 4, that no blow on the sound track marks."""


def intensity_at(outline: Outline, seconds: float) -> float:
    """How much happens at an instant, 0 to 1: rising to the climax, a bump at each turning point."""
    points = outline.turning_points_s
    rest = outline.story_end_s - points[-1]
    knots = (outline.story_start_s, *points, points[-1] + 0.4 * rest, points[-1] + 0.6 * rest)
    base = float(np.interp(seconds, knots, (0.15, 0.22, 0.32, 0.45, 0.5, 0.9, 0.9, 0.12)))
    width = 0.018 * outline.story_end_s
    rises = (*zip(points, outline.turn_heights, strict=True), *outline.false_turns)
    bump = sum(height * float(np.exp(-(((seconds - at) / width) ** 2))) for at, height in rises)
    for scene in outline.scenes:
        if scene.kind == "false_climax" and scene.start_s <= seconds < scene.end_s:
            return 0.92
        if scene.kind == "memory" and scene.start_s <= seconds < scene.end_s:
            return 0.2
    return min(1.0, base + bump)


def outline_film(story: Story, seed: int, length_s: float, *, turn_spread: float = 1.0) -> Outline:
    """The scenes of a film of this length, from logo to last black.

    Args:
        story: What is told.
        seed: Of lengths and places.
        length_s: Of the film.
        turn_spread: How many times the usual jitter the turning points have; real films differ by about five
            times as much as these films do with 1. More than 5 may bring them out of order.
    """
    random = np.random.default_rng([seed, 2])
    is_card_first = bool(random.integers(2)) and length_s >= 90
    card = 1.2
    scenes: list[Scene] = []
    clock = 0.0

    def extra(kind: str, seconds: float) -> None:
        nonlocal clock
        scenes.append(Scene(kind, clock, clock + seconds, -1))
        clock += seconds

    if is_card_first:
        extra("test_card", card)
    extra("logo", float(np.clip(0.02 * length_s, 1.6, 5.0)))
    extra("black", 0.7)
    start = clock
    credits_s = float(np.clip(0.075 * length_s, 5.0, 36.0))
    tail = 0.6 + (0.0 if is_card_first else card)
    end = length_s - credits_s - tail
    fifth = start + (FIFTH_SHARE + turn_spread * random.uniform(-0.01, 0.01)) * (end - start)
    points = [
        fifth * (share + turn_spread * random.uniform(-TURNING_POINT_JITTER, TURNING_POINT_JITTER))
        for share in TURNING_POINT_SHARES
    ]
    turning_points = (*points, fifth)
    scenes += _story_scenes(story, random, start, end, turning_points)
    clock = end
    extra("credits", credits_s)
    extra("black", 0.6)
    if not is_card_first:
        scenes.append(Scene("test_card", clock, length_s, -1))
    return Outline(tuple(scenes), turning_points, start, end)


def _story_scenes(
    story: Story, random: np.random.Generator, start: float, end: float, points: tuple[float, ...]
) -> list[Scene]:
    length = end - start
    lead = float(np.clip(0.012 * length, 0.9, 2.2))
    bounds = [start, *(point - lead for point in points), end]
    target = float(np.clip(length / 10, 5.5, 24.0))
    scenes: list[Scene] = []
    for segment in range(6):
        first, last = bounds[segment], bounds[segment + 1]
        count = max(1, round((last - first) / target))
        if segment == 2:
            count = max(count, 3)
        if segment == 5:
            count = max(count, 2)
        weights = random.uniform(0.85, 1.2, count)
        if segment == 2:
            weights[count // 2] *= 0.7
        edges = first + np.concatenate([[0.0], np.cumsum(weights) / weights.sum()]) * (last - first)
        lights = _lights(segment, random, count)
        for index in range(count):
            kind, roles = "story", SEGMENT_ROLES[segment]
            cast = SEGMENT_CAST[segment]
            places = SEGMENT_PLACES[segment]
            place = story.places[places[index % len(places)]]
            turning_point = segment - 1 if segment and index == 0 else None
            if turning_point is not None:
                kind, roles = "turning_point", (f"turn{segment}", *roles)
            if segment == 2 and index == count // 2:
                kind, roles = "false_climax", ("false_climax", "trouble")
            if segment == 2 and index == count // 2 + 1:
                roles = ("false_relief", *roles)
            if segment == 5 and index:
                cast, place = ENDING_CAST, story.places[0]
                roles = ("ending", "joy") if index < count - 1 else ("ending", "joy", "button")
                if index == count - 1 and edges[index + 1] - edges[index] < SHORT_ENDING_S:
                    roles = ("button",)
            light = lights[index]
            if place in INTERIORS and light == "night":
                light = "lamplight"
            scenes.append(
                Scene(
                    kind,
                    float(edges[index]),
                    float(edges[index + 1]),
                    segment,
                    place,
                    light,
                    cast,
                    roles,
                    turning_point,
                )
            )
    return _with_memory(scenes, target)


def _lights(segment: int, random: np.random.Generator, count: int) -> list[str]:
    choices = (
        ("dawn", "day"),
        ("day", "dusk"),
        ("day", "night", "dusk"),
        ("dark", "dusk", "night"),
        ("night", "dark", "dawn"),
        ("dusk", "day", "day"),
    )[segment]
    shift = int(random.integers(2)) if segment in {1, 2} else 0
    return [choices[(index + shift) % len(choices)] for index in range(count)]


def _with_memory(scenes: list[Scene], target: float) -> list[Scene]:
    """The scenes with a short memory (footage seen before) at the end of the last one before the setback."""
    at = max(index for index, scene in enumerate(scenes) if scene.segment == 3)
    host = scenes[at]
    seconds = min(0.35 * (host.end_s - host.start_s), max(2.4, 0.4 * target), 6.0)
    early = scenes[0]
    memory = Scene("memory", host.end_s - seconds, host.end_s, 3, early.place, early.light, early.cast)
    shorter = Scene(
        host.kind,
        host.start_s,
        memory.start_s,
        3,
        host.place,
        host.light,
        host.cast,
        host.roles,
        host.turning_point,
    )
    return [*scenes[:at], shorter, memory, *scenes[at + 1 :]]
