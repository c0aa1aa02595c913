"""Takes cues away from the turning points of a story, and lays the same cues where nothing turns.

In a plain sample film everything speaks for a turning point at once: another place, other people, other light,
louder and quicker scenes, other music, a line, a blow. Films are not so kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from samples.places import INTERIORS
from samples.screenplay import FIFTH, FOURTH, FRIEND, HERO, RIVAL, Outline, Scene, Story

CUES = ("place", "people", "light", "intensity", "music", "line", "blow")
MISSING_SHARE = 0.35
"""Of the cues of each turning point."""
FALSE_TURNS = 3
FALSE_CUES = 3
"""How many of the cues a false turn has: about as many as a true one is left with."""
FALSE_HEIGHT = 0.3
APART_SHARE = 0.06
"""Of the story's length: false turns keep so far from true ones, or they would be right."""
OTHER_CASTS = ((HERO, FIFTH), (HERO, FRIEND, FOURTH), (HERO, RIVAL))


@dataclass(frozen=True)
class TroubledCues:
    """What was taken away and what was laid."""

    missing: tuple[tuple[str, ...], ...]
    """For each of the five turning points, which of `CUES` it lacks."""
    false_scenes: tuple[int, ...]
    """Indices of scenes that look like turning points and are none."""


def choose_troubles(outline: Outline, seed: int) -> TroubledCues:
    """Which cues are missing and where false ones lie; the same seed troubles the same story in the same way."""
    random = np.random.default_rng([seed, 11])
    missing = tuple(tuple(cue for cue in CUES if random.random() < MISSING_SHARE) for _ in range(5))
    apart = APART_SHARE * (outline.story_end_s - outline.story_start_s)
    free = [
        index
        for index, scene in enumerate(outline.scenes)
        if scene.kind == "story"
        and outline.scenes[index - 1].segment >= 0
        and all(abs(scene.start_s - at) > apart for at in outline.turning_points_s)
    ]
    count = min(FALSE_TURNS, len(free))
    return TroubledCues(missing, tuple(sorted(int(one) for one in random.permutation(free)[:count])))


def trouble_cues(outline: Outline, story: Story, seed: int) -> Outline:
    """The outline with cues missing at its turning points and false ones elsewhere; its truth stays as it was."""
    troubles = choose_troubles(outline, seed)
    random = np.random.default_rng([seed, 12])
    scenes = list(outline.scenes)
    heights = list(outline.turn_heights)
    unmarked: set[int] = set()
    for index, scene in enumerate(scenes):
        if scene.turning_point is None:
            continue
        lacking = troubles.missing[scene.turning_point]
        scenes[index] = _without(scene, scenes[index - 1], lacking)
        if "intensity" in lacking:
            heights[scene.turning_point] = 0.0
        if "blow" in lacking:
            unmarked.add(scene.turning_point)
    false_turns: list[tuple[float, float]] = []
    for index in troubles.false_scenes:
        cues = [str(cue) for cue in random.permutation([cue for cue in CUES if cue != "blow"])[:FALSE_CUES]]
        scenes[index] = _with_false(scenes, index, cues, story.places, random)
        if "intensity" in cues:
            false_turns.append((scenes[index].start_s + 1.0, FALSE_HEIGHT))
    return replace(
        outline,
        scenes=tuple(scenes),
        turn_heights=tuple(heights),
        false_turns=tuple(false_turns),
        unmarked=frozenset(unmarked),
    )


def _without(scene: Scene, before: Scene, lacking: Sequence[str]) -> Scene:
    """A turning point's scene that goes on in some ways as the scene before."""
    if "place" in lacking:
        scene = replace(scene, place=before.place)
    if "people" in lacking:
        scene = replace(scene, cast=before.cast)
    if "light" in lacking:
        scene = replace(scene, light=_light_in(scene.place, before.light))
    if "music" in lacking:
        scene = replace(scene, music=before.segment)
    if "line" in lacking:
        scene = replace(scene, roles=scene.roles[1:])
    return scene


def _with_false(
    scenes: Sequence[Scene],
    index: int,
    cues: Sequence[str],
    places: Sequence[str],
    random: np.random.Generator,
) -> Scene:
    """A scene in which nothing turns, with signs that something does."""
    scene, before = scenes[index], scenes[index - 1]
    if "place" in cues:
        others = [place for place in places if place not in {scene.place, before.place}]
        scene = replace(scene, place=others[int(random.integers(len(others)))])
    if "people" in cues:
        others_cast = [cast for cast in OTHER_CASTS if cast not in {scene.cast, before.cast}]
        scene = replace(scene, cast=others_cast[int(random.integers(len(others_cast)))])
    if "light" in cues:
        other_light = "day" if before.light in {"night", "dark", "lamplight"} else "night"
        scene = replace(scene, light=other_light)
    if "music" in cues:
        scene = replace(scene, music=(scene.segment + 2) % 6)
    if "line" in cues:
        scene = replace(scene, roles=("false_climax", *scene.roles))
    return replace(scene, light=_light_in(scene.place, scene.light))


def _light_in(place: str, light: str) -> str:
    return "lamplight" if place in INTERIORS and light == "night" else light
