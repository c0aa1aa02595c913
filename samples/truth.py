"""What is known of a sample film, as a value and as JSON: shots, lines, turning points, moments, traps.

It is for tests and benches. Nothing under `src/` may import it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cinecore.timebase import Span, seconds_text
from samples.screenplay import HERO, TURNING_POINT_NAMES, intensity_at
from samples.shooting import Line, ShootingPlan, Shot

TRUTH_VERSION = 1
TRAPS = ("logo", "black", "test_card", "credits", "memory", "false_climax")


@dataclass(frozen=True)
class TrueShot:
    """One shot: frames `[first, end)`."""

    first: int
    end: int
    opening: str
    """hard, dissolve, fade or flash."""
    opening_span: tuple[int, int]
    """Frames `[a, b)` that show two shots, black or white at the opening; a = b for a hard cut.
    A dissolve's or fade's middle is `first`."""
    is_dark: bool
    scene: int
    place: str
    size: str
    """wide, medium, close, insert or card."""
    people: tuple[str, ...]
    repeats: int | None
    """Index of the shot whose pictures are shown again."""
    flashes: tuple[int, ...]
    """Frames of lightning inside the shot."""
    motion: str


@dataclass(frozen=True)
class TrueLine:
    """One spoken line; its edges are those of the sound."""

    start_s: float
    end_s: float
    text: str
    speaker: str
    role: str
    emotion: str
    shots: tuple[int, ...]
    """Indices of the shots that it is heard over."""


@dataclass(frozen=True)
class TrueScene:
    """One scene: frames `[first, end)`."""

    first: int
    end: int
    kind: str
    place: str
    light: str
    people: tuple[str, ...]
    intensity: float
    """Mean over the scene, 0 to 1; drives music, motion, pace and the words."""


@dataclass(frozen=True)
class TurningPoint:
    """One of the five, by the first frame of the shot in which it happens."""

    name: str
    frame: int
    seconds: float
    scene: int
    shot: int


@dataclass(frozen=True)
class Moment:
    """Pictures that a trailer should show if it may."""

    first: int
    end: int
    why: str
    is_spoiler: bool
    """Whether it lies after the fourth turning point."""


@dataclass(frozen=True)
class Trap:
    """Pictures that a trailer must not show, or must not fall for: `kind` is one of `TRAPS`."""

    kind: str
    first: int
    end: int
    repeats: tuple[int, int] | None = None
    """For `memory`: the frames `[first, end)` that were seen before."""


@dataclass(frozen=True)
class Truth:
    """All that is known of one film."""

    version: int
    title: str
    seed: int
    rate: str
    frames: int
    width: int
    height: int
    voice: str
    """espeak-ng, flite or tones: what spoke the lines."""
    hero: str
    speakers: tuple[str, ...]
    story_first: int
    story_end: int
    shots: tuple[TrueShot, ...]
    lines: tuple[TrueLine, ...]
    scenes: tuple[TrueScene, ...]
    turning_points: tuple[TurningPoint, ...]
    moments: tuple[Moment, ...]
    traps: tuple[Trap, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, in the order of the fields."""
        return asdict(self)


def truth_of(plan: ShootingPlan, seed: int, width: int, height: int, voice: str) -> Truth:
    """What the plan says that the film shows and lets hear."""
    outline, story, rate = plan.outline, plan.story, plan.rate
    shots = tuple(_shot(plan, shot) for shot in plan.shots)
    turning_points = tuple(_turning_point(plan, number) for number in range(5))
    fourth = turning_points[3].frame
    moments = tuple(
        Moment(shot.span.start, shot.span.end, shot.moment, shot.span.start >= fourth)
        for shot in plan.shots
        if shot.moment and not shot.moment.startswith("false")
    )
    scenes = tuple(_scene(plan, index) for index in range(len(outline.scenes)))
    inside = [scene for scene, planned in zip(scenes, outline.scenes, strict=True) if planned.segment >= 0]
    return Truth(
        TRUTH_VERSION,
        story.title,
        seed,
        str(rate),
        plan.frames,
        width,
        height,
        voice,
        story.names[HERO],
        tuple(dict.fromkeys(story.names[line.speaker] for line in plan.lines)),
        inside[0].first,
        inside[-1].end,
        shots,
        tuple(_line(plan, line) for line in plan.lines),
        scenes,
        turning_points,
        moments,
        _traps(plan, scenes),
    )


def _shot(plan: ShootingPlan, shot: Shot) -> TrueShot:
    scene = plan.outline.scenes[shot.scene]
    return TrueShot(
        shot.span.start,
        shot.span.end,
        shot.opening,
        (shot.opening_span.start, shot.opening_span.end)
        if shot.opening_span.length
        else (shot.span.start, shot.span.start),
        scene.light == "dark" or scene.kind == "black",
        shot.scene,
        scene.place or scene.kind,
        shot.size,
        tuple(plan.story.names[person.person] for person in shot.people),
        shot.repeats,
        shot.flashes,
        shot.motion,
    )


def _line(plan: ShootingPlan, line: Line) -> TrueLine:
    rate = plan.rate
    heard_over = tuple(
        index
        for index, shot in enumerate(plan.shots)
        if rate.samples(shot.span.start) < line.end and line.start < rate.samples(shot.span.end)
    )
    return TrueLine(
        round(line.start_s, 3),
        round(line.end_s, 3),
        line.text,
        plan.story.names[line.speaker],
        line.role,
        line.emotion,
        heard_over,
    )


def _scene(plan: ShootingPlan, index: int) -> TrueScene:
    scene = plan.outline.scenes[index]
    inside = [shot.span for shot in plan.shots if shot.scene == index]
    first, end = inside[0].start, inside[-1].end
    steps = np.linspace(first, end, 17) / float(plan.rate.fps)
    intensity = (
        float(np.mean([intensity_at(plan.outline, step) for step in steps])) if scene.segment >= 0 else 0.0
    )
    people = tuple(plan.story.names[person] for person in scene.cast)
    return TrueScene(first, end, scene.kind, scene.place, scene.light, people, round(intensity, 4))


def _turning_point(plan: ShootingPlan, number: int) -> TurningPoint:
    scene = next(index for index, scene in enumerate(plan.outline.scenes) if scene.turning_point == number)
    shot = next(
        index
        for index, shot in enumerate(plan.shots)
        if shot.scene == scene and shot.moment == f"turning point {number + 1}"
    )
    frame = plan.shots[shot].span.start
    return TurningPoint(
        TURNING_POINT_NAMES[number], frame, seconds_text(plan.rate.seconds(frame)), scene, shot
    )


def _traps(plan: ShootingPlan, scenes: tuple[TrueScene, ...]) -> tuple[Trap, ...]:
    traps: list[Trap] = []
    for index, scene in enumerate(scenes):
        if scene.kind == "memory":
            for shot in plan.shots:
                if shot.scene == index and shot.repeats is not None:
                    source = plan.shots[shot.repeats].span
                    seen = Span(source.start, source.start + shot.span.length)
                    traps.append(Trap("memory", shot.span.start, shot.span.end, (seen.start, seen.end)))
        elif scene.kind in TRAPS:
            traps.append(Trap(scene.kind, scene.first, scene.end))
    return tuple(traps)
