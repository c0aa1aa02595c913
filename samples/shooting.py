"""The shooting plan: lines laid in time, scenes cut into shots, each shot given its camera and its people.

All positions become whole frames and samples here; nothing is drawn or heard.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from cinecore.timebase import SAMPLE_RATE, FrameRate, Span
from samples.figures import Action, Emotion
from samples.places import INTERIORS
from samples.screenplay import HERO, Outline, Scene, Story, intensity_at
from samples.voices import CAST_VOICES, Mono, Speech

Opening = Literal["hard", "dissolve", "fade", "flash"]
Size = Literal["wide", "medium", "close", "insert", "card"]
Motion = Literal["static", "pan_left", "pan_right", "push_in", "pull_out", "handheld", "track"]

WITHIN_ONE_SHOT_SHARE = 0.48
"""Share of lines around which no cut is laid; few of the others fall into one shot by themselves."""
LINE_AIR_S = 0.14
"""Air between such a line and the cuts around it."""
SCENE_AIR_S = 0.42
"""Air between a line and its scene's edges, so that dissolves and fades stay clear of speech."""
LEAST_SHOT_S = 0.55


NO_FRAMES = Span(0, 0)


@dataclass(frozen=True)
class Line:
    """A spoken line on the film's clock; samples at 48 kHz, whole milliseconds."""

    text: str
    role: str
    emotion: Emotion
    speaker: int
    start: int
    end: int
    scene: int
    sound: Mono
    is_kept_whole: bool
    """Whether the cutting leaves it inside one shot."""

    @property
    def start_s(self) -> float:
        """Seconds from the film's beginning."""
        return self.start / SAMPLE_RATE

    @property
    def end_s(self) -> float:
        """Seconds from the film's beginning."""
        return self.end / SAMPLE_RATE


@dataclass(frozen=True)
class Standing:
    """One person in a shot: where, how large, doing what. Units are picture widths and heights."""

    person: int
    x: float
    height: float
    facing: int
    action: Action = "stand"
    speed: float = 0.0
    """Picture widths a second, to the right."""
    emotion: Emotion = "calm"
    is_from_behind: bool = False


@dataclass(frozen=True)
class Shot:
    """One shot of the film."""

    span: Span
    scene: int
    size: Size
    opening: Opening = "hard"
    opening_span: Span = NO_FRAMES
    """Frames that show two shots, black or white at the opening; empty for a hard cut."""
    motion: Motion = "static"
    variant: int = 0
    people: tuple[Standing, ...] = ()
    thing: str = ""
    effects: tuple[str, ...] = ()
    flashes: tuple[int, ...] = ()
    """Frames of lightning inside the shot: bright, but no cut."""
    repeats: int | None = None
    """The earlier shot whose pictures are shown again."""
    moment: str = ""
    """Why a trailer should show it; empty for most."""


@dataclass(frozen=True)
class ShootingPlan:
    """Everything that the picture and the sound are made from."""

    story: Story
    outline: Outline
    rate: FrameRate
    frames: int
    lines: tuple[Line, ...]
    shots: tuple[Shot, ...]


def shoot(
    story: Story, outline: Outline, seed: int, frames: int, rate: FrameRate, speech: Speech
) -> ShootingPlan:
    """The plan of a film; the same arguments give the same plan."""
    random = np.random.default_rng([seed, 3])
    lines: list[Line] = []
    spans = _scene_spans(outline, frames, rate)
    for index, scene in enumerate(outline.scenes):
        if scene.roles:
            lines += _lay_lines(story, outline, index, spans[index], rate, random, speech, lines)
    shots: list[Shot] = []
    for index, scene in enumerate(outline.scenes):
        here = [line for line in lines if line.scene == index]
        if scene.kind == "memory":
            shots += _memory(shots, outline, index, spans[index], rate)
        elif scene.segment < 0:
            shots.append(Shot(spans[index], index, "card"))
        else:
            shots += _cut(outline, index, spans[index], here, rate, random)
    opened = _openings(shots, rate, random)
    return ShootingPlan(story, outline, rate, frames, tuple(lines), tuple(opened))


def _scene_spans(outline: Outline, frames: int, rate: FrameRate) -> list[Span]:
    edges = [rate.frames_nearest(Fraction(scene.start_s)) for scene in outline.scenes] + [frames]
    return [Span(start, end) for start, end in itertools.pairwise(edges)]


def _lay_lines(
    story: Story,
    outline: Outline,
    index: int,
    span: Span,
    rate: FrameRate,
    random: np.random.Generator,
    speech: Speech,
    said: Sequence[Line],
) -> list[Line]:
    """Lines one after the other with pauses that grow where little happens, until the scene is full."""
    scene = outline.scenes[index]
    millisecond = SAMPLE_RATE // 1000
    scene_end_s = rate.samples(span.end) / SAMPLE_RATE
    clock = rate.samples(span.start) / SAMPLE_RATE + SCENE_AIR_S + random.uniform(0.1, 0.5)
    if scene.turning_point is not None:
        clock = outline.turning_points_s[scene.turning_point] + random.uniform(0.15, 0.45)
    lines: list[Line] = []
    position = misses = 0
    previous = -1
    while misses < 6:
        role = scene.roles[position % len(scene.roles)]
        is_single = role.startswith(("turn", "false", "button", "ending"))
        if position >= len(scene.roles) and is_single:
            if all(part.startswith(("turn", "false", "button", "ending")) for part in scene.roles):
                break
            position += 1
            continue
        cast = tuple(person for person in scene.cast if person != previous) or scene.cast
        words = story.next_line(
            role, cast if random.random() < 0.75 else scene.cast, _who_should_speak([*said, *lines])
        )
        sound = speech.say(words.text, CAST_VOICES[words.speaker])
        first = round(clock * 1000) * millisecond
        if (first + len(sound)) / SAMPLE_RATE > scene_end_s - SCENE_AIR_S:
            story.put_back(words)
            misses += 1
            position += 1
            continue
        number = len(said) + len(lines)
        is_whole = int((number + 1) * WITHIN_ONE_SHOT_SHARE) > int(number * WITHIN_ONE_SHOT_SHARE)
        last = first + len(sound)
        lines.append(
            Line(words.text, words.role, words.emotion, words.speaker, first, last, index, sound, is_whole)
        )
        previous = words.speaker
        position += 1
        calm = 1.0 - intensity_at(outline, clock)
        clock = last / SAMPLE_RATE + random.uniform(0.35, 0.7 + 1.6 * calm)
    return lines


def _who_should_speak(lines: Sequence[Line]) -> int | None:
    """The hero, as long as anybody has said nearly as much."""
    counts = Counter(line.speaker for line in lines)
    others = max((count for person, count in counts.items() if person != HERO), default=0)
    return HERO if counts[HERO] <= others + 1 else None


def _cut(
    outline: Outline,
    index: int,
    span: Span,
    lines: Sequence[Line],
    rate: FrameRate,
    random: np.random.Generator,
) -> list[Shot]:
    """A scene's shots: first where to cut, then what each shows."""
    edges = _edges(outline, index, span, lines, rate, random)
    director = _Director(outline, index, lines, rate, random)
    return [
        director.shot(Span(first, last), number)
        for number, (first, last) in enumerate(itertools.pairwise(edges))
    ]


def _edges(
    outline: Outline,
    index: int,
    span: Span,
    lines: Sequence[Line],
    rate: FrameRate,
    random: np.random.Generator,
) -> list[int]:
    scene = outline.scenes[index]
    fps = float(rate.fps)
    least = max(2, round(LEAST_SHOT_S * fps))
    air = LINE_AIR_S
    is_whole = [line.is_kept_whole for line in lines]
    closed = [
        (int(np.floor((line.start_s - air) * fps)), int(np.ceil((line.end_s + air) * fps)))
        for line, whole in zip(lines, is_whole, strict=True)
        if whole
    ]
    fixed: list[int] = []
    if scene.turning_point is not None:
        fixed.append(rate.frames_nearest(Fraction(outline.turning_points_s[scene.turning_point])))
    for line, whole in zip(lines, is_whole, strict=True):
        seconds = line.end_s - line.start_s
        if not whole and seconds > 0.9:
            fixed.append(round((line.start_s + seconds * random.uniform(0.4, 0.65)) * fps))
    edges = [span.start]
    for fixed_edge in [*sorted(fixed), span.end]:
        while True:
            intensity = intensity_at(outline, edges[-1] / fps)
            mean = 3.3 - 2.4 * intensity
            seconds = float(np.clip(mean * np.exp(random.normal(0, 0.28)), 0.7, 5.5))
            following = edges[-1] + max(least, round(seconds * fps))
            following = next((last for first, last in closed if first < following < last), following)
            if following > fixed_edge - least:
                break
            edges.append(following)
        if fixed_edge == span.end:
            if edges[-1] != span.start and span.end - edges[-1] < least:
                edges.pop()
            edges.append(span.end)
        elif fixed_edge - edges[-1] >= least and span.end - fixed_edge >= least:
            is_turn = scene.turning_point is not None and fixed_edge == min(fixed)
            if is_turn or not any(first < fixed_edge < last for first, last in closed):
                edges.append(fixed_edge)
    return edges


THINGS_BY_PLACE = {
    "street": "car",
    "harbour": "boat",
    "hills": "car",
    "tunnel": "train",
    "rooftop": "birds",
    "forest": "birds",
    "kitchen": "clock",
    "workshop": "clock",
}
OTHER_SIZE: dict[Size, Size] = {
    "wide": "close",
    "close": "medium",
    "medium": "close",
    "insert": "wide",
    "card": "card",
}
INSERTS = ("letter", "clock", "key", "lantern", "map")


class _Director:
    """Gives each shot of one scene its size, people and camera, never twice the same in a row."""

    def __init__(
        self,
        outline: Outline,
        index: int,
        lines: Sequence[Line],
        rate: FrameRate,
        random: np.random.Generator,
    ):
        self.outline, self.index, self.lines, self.rate, self.random = outline, index, lines, rate, random
        self.scene: Scene = outline.scenes[index]
        self.previous: tuple[str, int] = ("", -1)

    def shot(self, span: Span, number: int) -> Shot:
        """One shot of the scene, the `number`-th."""
        speaker = self._speaker(span)
        intensity = intensity_at(self.outline, (span.start + span.end) / 2 / float(self.rate.fps))
        is_event = self._is_event(span)
        if is_event:
            return self._event(span)
        if number == 0:
            size: Size = "wide"
        elif speaker is not None:
            size = "close" if self.random.random() < 0.4 + 0.4 * intensity else "medium"
        else:
            size = ("wide", "medium", "close", "insert")[int(self.random.choice(4, p=(0.35, 0.3, 0.2, 0.15)))]
        subject = speaker if speaker is not None else int(self.random.choice(self.scene.cast))
        if (size, subject) == self.previous:
            size = OTHER_SIZE[size]
        self.previous = (size, subject)
        thing = ""
        if size == "insert":
            thing = INSERTS[(self.index + number) % len(INSERTS)]
        elif size == "wide" and self.random.random() < 0.5:
            thing = THINGS_BY_PLACE[self.scene.place]
        people = () if size == "insert" else self._people(size, subject, speaker, intensity)
        return Shot(
            span,
            self.index,
            size,
            motion=self._motion(size, intensity, people),
            variant=self._variant(subject),
            people=people,
            thing=thing,
            effects=self._effects(intensity),
            flashes=self._flashes(span, intensity),
            moment=self._moment(number, size, span),
        )

    def _variant(self, subject: int) -> int:
        """Which angle of the place: the hero's side or the others'."""
        return 0 if subject == HERO else 1

    def _speaker(self, span: Span) -> int | None:
        """Who speaks for the largest part of the shot; listeners are shown in half of a line's second shots."""
        best, who = 0, None
        for line in self.lines:
            first, last = self.rate.samples(span.start), self.rate.samples(span.end)
            shared = min(line.end, last) - max(line.start, first)
            if shared > best:
                best, who = shared, line.speaker
                if line.start < first and len(self.scene.cast) > 1 and self.random.random() < 0.5:
                    who = next(person for person in self.scene.cast if person != line.speaker)
        return who

    def _is_event(self, span: Span) -> bool:
        point = self.scene.turning_point
        if point is None:
            return False
        return span.contains(self.rate.frames_nearest(Fraction(self.outline.turning_points_s[point])))

    def _event(self, span: Span) -> Shot:
        point = self.scene.turning_point or 0
        emotions: tuple[Emotion, ...] = ("afraid", "angry", "angry", "sad", "angry")
        emotion = emotions[point]
        run = point in {1, 2, 4}
        people = [Standing(HERO, 0.30, 0.62, 1, "run" if run else "stand", 0.16 if run else 0.0, emotion)]
        if len(self.scene.cast) > 1:
            other = self.scene.cast[1]
            people.append(
                Standing(
                    other,
                    0.72,
                    0.60,
                    1 if run else -1,
                    "run" if run else "stand",
                    0.14 if run else 0.0,
                    emotion,
                )
            )
        self.previous = ("wide", HERO)
        return Shot(
            span,
            self.index,
            "wide",
            motion="handheld" if run else "push_in",
            people=tuple(people),
            thing=THINGS_BY_PLACE[self.scene.place],
            effects=self._event_effects(point),
            flashes=self._flashes(span, 1.0),
            moment=f"turning point {point + 1}",
        )

    def _event_effects(self, point: int) -> tuple[str, ...]:
        outside = (("rain",), ("rain",), ("embers",), ("snow",), ("embers", "beam"))[point]
        is_inside = self.scene.place in INTERIORS
        return ("embers",) if is_inside and point else () if is_inside else outside

    def _people(
        self, size: Size, subject: int, speaker: int | None, intensity: float
    ) -> tuple[Standing, ...]:
        random = self.random
        emotion = next((line.emotion for line in self.lines if line.speaker == subject), self._mood())
        side = 1 if subject == HERO else -1
        others = [person for person in self.scene.cast if person != subject]
        if size == "close":
            person = Standing(
                subject, 0.5 - 0.07 * side, 2.1 + random.uniform(-0.15, 0.25), side, emotion=emotion
            )
            if others and speaker is not None and random.random() < 0.35:
                shoulder = Standing(others[0], 0.5 + 0.36 * side, 2.5, -side, is_from_behind=True)
                return person, shoulder
            return (person,)
        if size == "medium":
            person = Standing(
                subject, 0.5 - 0.13 * side, 1.25 + random.uniform(-0.1, 0.1), side, emotion=emotion
            )
            if others and random.random() < 0.6:
                return person, Standing(others[0], 0.5 + 0.20 * side, 1.22, -side, emotion=self._mood())
            return (person,)
        height = random.uniform(0.42, 0.58)
        action: Action = "stand"
        speed = 0.0
        if speaker is None or intensity > 0.6:
            action = "run" if intensity > 0.6 else "walk"
            speed = (0.17 if action == "run" else 0.08) * side
        chosen = [subject, *others][: 1 + int(random.integers(0, 3))]
        start = 0.38 if side > 0 else 0.62
        return tuple(
            Standing(
                person,
                start + 0.19 * place * side,
                height * (1 - 0.03 * place),
                side if action != "stand" or place == 0 else -side,
                action,
                speed,
                emotion,
            )
            for place, person in enumerate(chosen)
        )

    def _mood(self) -> Emotion:
        moods: tuple[Emotion, ...] = ("happy", "calm", "afraid", "angry", "sad", "angry")
        is_ending = self.scene.segment == 5 and self.scene.turning_point is None
        return "happy" if is_ending else moods[self.scene.segment]

    def _motion(self, size: Size, intensity: float, people: tuple[Standing, ...]) -> Motion:
        if any(person.speed for person in people):
            return "handheld" if intensity > 0.7 else "track"
        if intensity > 0.7:
            return "handheld"
        choices: dict[str, tuple[Motion, ...]] = {
            "wide": ("pan_left", "pan_right", "static", "push_in", "pull_out"),
            "medium": ("static", "push_in", "pan_left", "pan_right"),
            "close": ("static", "push_in", "static", "pull_out"),
            "insert": ("push_in", "static"),
        }
        options = choices[size]
        return options[int(self.random.integers(len(options)))]

    def _effects(self, intensity: float) -> tuple[str, ...]:
        if self.scene.kind == "false_climax":
            return ("embers",)
        if self.scene.place in INTERIORS:
            return ()
        if self.scene.segment == 4:
            return ("snow",)
        if self.scene.segment in {1, 3} and self.scene.turning_point is not None:
            return ("rain",)
        is_climax = self.scene.segment == 5 and self.scene.turning_point is not None
        return ("embers",) if is_climax and intensity > 0.5 else ()

    def _flashes(self, span: Span, intensity: float) -> tuple[int, ...]:
        if intensity < 0.6 or span.length < 12 or self.random.random() > 0.45:
            return ()
        at = int(self.random.integers(span.start + 4, span.end - 5))
        return (at, at + 1)

    def _moment(self, number: int, size: Size, span: Span) -> str:
        if self.scene.kind == "false_climax" and number == 1:
            return "false climax"
        if self.scene.segment == 0 and number == 0 and self.index == _first_story(self.outline):
            return "the world in one picture"
        for line in self.lines:
            is_whole = self.rate.samples(span.start) <= line.start and line.end <= self.rate.samples(span.end)
            if is_whole and line.role in {"threat", "stakes", "vow", "button"} and size == "close":
                return f"{line.role} spoken in close-up"
        return ""


def _first_story(outline: Outline) -> int:
    return next(index for index, scene in enumerate(outline.scenes) if scene.segment == 0)


def _memory(shots: Sequence[Shot], outline: Outline, index: int, span: Span, rate: FrameRate) -> list[Shot]:
    """Shots of the first scenes once more, each whole or from its beginning."""
    early = [number for number, shot in enumerate(shots) if outline.scenes[shot.scene].segment == 0]
    first_scene = shots[early[0]].scene
    early = [number for number in early if shots[number].scene == first_scene]
    result: list[Shot] = []
    position = span.start
    least = round(LEAST_SHOT_S * float(rate.fps))
    for number in early:
        length = min(shots[number].span.length, span.end - position)
        if span.end - position - length < least:
            length = span.end - position
        source = replace(shots[number], moment="", flashes=())
        result.append(replace(source, span=Span(position, position + length), scene=index, repeats=number))
        position += length
        if position >= span.end:
            break
    if position < span.end:
        last = result[-1]
        result[-1] = replace(last, span=Span(last.span.start, span.end))
    return result


def _openings(shots: Sequence[Shot], rate: FrameRate, random: np.random.Generator) -> list[Shot]:
    """The shots with their openings: hard inside scenes, all four kinds in turn between scenes."""
    fps = float(rate.fps)
    kinds: list[Opening] = ["dissolve", "hard", "fade", "flash", "hard", "dissolve", "hard"]
    turn = int(random.integers(2))
    result = list(shots)
    for number in range(1, len(shots)):
        shot, before = shots[number], shots[number - 1]
        if shot.scene == before.scene:
            continue
        if "card" in {shot.size, before.size}:
            continue
        kind = kinds[turn % len(kinds)]
        turn += 1
        longest = min(shot.span.length, before.span.length) // 3
        half = min(longest, round(random.uniform(0.2, 0.42) * fps))
        at = shot.span.start
        if kind == "flash":
            opening_span = Span(at, at + max(1, round(fps / 12)))
        elif kind in {"dissolve", "fade"}:
            opening_span = Span(at - half, at + half)
        else:
            opening_span = Span(at, at)
        result[number] = replace(shot, opening=kind, opening_span=opening_span)
    return [
        shot if shot.opening != "hard" else replace(shot, opening_span=Span(shot.span.start, shot.span.start))
        for shot in result
    ]


def spoken_level(lines: Sequence[Line], speaker: int, frame: int, rate: FrameRate) -> float:
    """How loud a person speaks during a frame, 0 to about 1: what the drawn mouth follows."""
    first, last = rate.samples(frame), rate.samples(frame + 1)
    for line in lines:
        if line.speaker == speaker and line.start < last and first < line.end:
            part: npt.NDArray[np.float32] = line.sound[max(0, first - line.start) : last - line.start]
            if len(part):
                return float(np.sqrt(np.mean(part.astype(np.float64) ** 2))) / 0.16
    return 0.0
