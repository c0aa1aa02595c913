"""What an analysis of a sample film would hold, made from its shooting plan: nothing is drawn, heard or decoded.

For benches and tests over many films. The noise of each measure was set by measuring rendered sample films
(seed 5, 180 s): shot motion by camera and people, brightness by light, likeness of looks within and between
places, loudness by intensity with and without speech. Whoever is seen is missed and mistaken as eyes do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.analysis import film as measured
from cinecore.analysis.repeats import find_repeats
from cinecore.language.lexicon import load_lexicon
from cinecore.timebase import SAMPLE_RATE
from cinecore.vision.sighting import SHOT_SIZES, Sighting
from cinecut.inference.eyes import CastMember, FilmEyes, StillSighting
from cinecut.models import DialogueEvent
from samples.cues import trouble_cues
from samples.film import FilmSpec
from samples.screenplay import Story, intensity_at, outline_film
from samples.shooting import ShootingPlan, Shot, shoot
from samples.voices import Mono, Speech, Voice

Floats = npt.NDArray[np.float32]

LOUDNESS_STEP_S = 0.1
SPEECH_LUFS, SPEECH_SPREAD_DB = -17.2, 2.1
QUIET_LUFS = ((0.15, -30.5), (0.33, -29.4), (0.48, -27.1), (0.62, -23.6), (0.85, -21.7))
"""(intensity, LUFS) between lines."""
QUIET_SPREAD_DB = 3.4

MOTION = {
    "static": 0.008,
    "pan_left": 0.006,
    "pan_right": 0.006,
    "push_in": 0.004,
    "pull_out": 0.004,
    "handheld": 0.024,
    "track": 0.009,
}
"""Mean motion of a shot by its camera."""
RUN_MOTION, WALK_MOTION = 0.013, 0.004
MOTION_SPREAD = 0.6
"""Of the natural logarithm, from shot to shot."""

BRIGHTNESS = {"dark": 0.10, "dawn": 0.50, "day": 0.40, "dusk": 0.35, "lamplight": 0.35, "night": 0.21}
SATURATION = {"dark": 0.05, "dawn": 0.20, "day": 0.18, "dusk": 0.20, "lamplight": 0.20, "night": 0.10}

LOOK_SIZE = 48
COMMON_SHARE, PLACE_SHARE, SHOT_SHARE = 0.58, 0.34, 0.08
"""Of a look's square: what all shots of a film have alike, what a place in one light has, the shot's own."""

SEEN_SHARE = {"close": 0.95, "medium": 0.9, "wide": 0.5, "insert": 0.0, "card": 0.0}
"""How often eyes see somebody who is there."""
MISTAKEN_SHARE = 0.04

LIGHT_STEP = 0.0006
"""How far a shot's light wanders from frame to frame."""

TOLD_SIZES = {"close": "close-up", "medium": "medium", "wide": "long"}
MISTAKEN_SIZES = 0.15
"""How often a shot's size is told one step too near or too far."""

SECONDS_A_LETTER = 0.062
LEAST_LINE_S = 0.7


class SilentSpeech(Speech):
    """Lines as long as they would be, that nobody hears."""

    def __init__(self) -> None:
        super().__init__("tones")

    def say(self, text: str, voice: Voice) -> Mono:
        """Silence of the length that the words take at this voice's pace."""
        seconds = max(LEAST_LINE_S, SECONDS_A_LETTER * len(text) * 160 / voice.words_per_minute)
        return np.zeros(round(seconds * 1000) * (SAMPLE_RATE // 1000), np.float32)


@dataclass(frozen=True)
class MeasuredStory:
    """One film as later stages would get it, and its truth."""

    plan: ShootingPlan
    analysis: measured.FilmAnalysis
    events: tuple[DialogueEvent, ...]
    eyes: FilmEyes
    turning_points_s: tuple[float, ...]
    hero: str
    """The hero's name, as lines bear it."""
    hero_id: str
    """The hero, as the eyes number people; empty where they never see the hero."""


def measure_story(spec: FilmSpec, *, names_speakers: bool = True) -> MeasuredStory:
    """The film of a spec on paper; equal specs give equal values.

    Args:
        spec: As for a film that is drawn; its voice is not heard.
        names_speakers: Whether lines say who speaks, as ASS does and SRT does not.
    """
    story = Story.of(spec.seed)
    length_s = float(spec.rate.seconds(spec.frames))
    outline = outline_film(story, spec.seed, length_s, turn_spread=spec.turn_spread)
    if spec.has_troubled_cues:
        outline = trouble_cues(outline, story, spec.seed)
    plan = shoot(story, outline, spec.seed, spec.frames, spec.rate, SilentSpeech())
    random = np.random.default_rng([spec.seed, 21])
    motion, shots = _pictures(plan, random)
    luma = _light(shots, spec.seed)
    motion, luma, shots = _with_repeats(plan, motion, luma, shots)
    times = np.append(np.arange(plan.frames) / float(spec.rate.fps), length_s)
    analysis = measured.FilmAnalysis(
        frame_pts=np.arange(plan.frames, dtype=np.int64),
        time_base=1 / Fraction(spec.rate.fps),
        duration_s=length_s,
        luma=luma,
        motion=motion,
        change=motion.copy(),
        shots=shots,
        stills=(),
        fences=(*_fences(plan), *find_repeats(shots, luma, motion, times)),
        sound=_sound(plan, random),
    )
    eyes, ids = _eyes(plan, shots, random)
    return MeasuredStory(
        plan,
        analysis,
        _lines(plan, names_speakers=names_speakers),
        eyes,
        outline.turning_points_s,
        story.names[0],
        ids.get(0, ""),
    )


def _light(shots: Sequence[measured.Shot], seed: int) -> Floats:
    """Mean light of each frame: in each shot it wanders a little about the shot's own."""
    random = np.random.default_rng([seed, 33])
    parts = []
    for shot in shots:
        steps = random.normal(0, LIGHT_STEP, shot.end_frame - shot.first_frame)
        parts.append(np.clip(shot.brightness + np.cumsum(steps) - steps[0], 0, 1))
    return np.concatenate(parts).astype(np.float32)


def _with_repeats(
    plan: ShootingPlan, motion: Floats, luma: Floats, shots: Sequence[measured.Shot]
) -> tuple[Floats, Floats, tuple[measured.Shot, ...]]:
    """The same with footage that comes back as it was: its figures too."""
    shown = list(shots)
    for number, shot in enumerate(plan.shots):
        if shot.repeats is None:
            continue
        source, span = plan.shots[shot.repeats].span, shot.span
        for curve in (motion, luma):
            curve[span.start : span.end] = np.resize(curve[source.start : source.end], span.length)
        of = shots[shot.repeats]
        shown[number] = replace(
            shown[number], signature=of.signature, brightness=of.brightness, saturation=of.saturation
        )
    return motion, luma, tuple(shown)


def _pictures(plan: ShootingPlan, random: np.random.Generator) -> tuple[Floats, tuple[measured.Shot, ...]]:
    fps = float(plan.rate.fps)
    motion = np.zeros(plan.frames, np.float32)
    common = _unit(random)
    places: dict[tuple[str, str], npt.NDArray[np.float64]] = {}
    shots: list[measured.Shot] = []
    for index, shot in enumerate(plan.shots):
        scene = plan.outline.scenes[shot.scene]
        first, end = shot.span.start, shot.span.end
        moving = _motion(shot) * float(np.exp(random.normal(0, MOTION_SPREAD)))
        noise = 0.6 + 0.8 * random.random(end - first)
        motion[first:end] = moving * noise
        motion[first] = 0
        key = (scene.place or scene.kind, scene.light)
        if key not in places:
            # few directions, so that some places look alike and others do not
            low = np.zeros(LOOK_SIZE)
            low[:8] = random.standard_normal(8)
            places[key] = low / np.linalg.norm(low)
        look = (
            np.sqrt(COMMON_SHARE) * common
            + np.sqrt(PLACE_SHARE) * places[key]
            + np.sqrt(SHOT_SHARE) * _unit(random)
        )
        look /= np.linalg.norm(look)
        bright = float(np.clip(BRIGHTNESS.get(scene.light, 0.3) + random.normal(0, 0.06), 0, 1))
        shots.append(
            measured.Shot(
                index=index,
                first_frame=first,
                end_frame=end,
                start_s=first / fps,
                end_s=end / fps,
                opens_with="start" if not index else shot.opening,
                motion=moving,
                motion_peak=1.3 * moving,
                camera=0.0,
                brightness=0.0 if scene.kind == "black" else bright,
                contrast=0.4,
                saturation=float(np.clip(SATURATION.get(scene.light, 0.1) + random.normal(0, 0.04), 0, 1)),
                sharpness=0.5,
                black=float(scene.kind == "black"),
                signature=tuple(float(value) for value in look),
                clean_start_s=first / fps,
                clean_end_s=end / fps,
            )
        )
    return motion, tuple(shots)


def _motion(shot: Shot) -> float:
    actions = {person.action for person in shot.people}
    people = RUN_MOTION if "run" in actions else WALK_MOTION if "walk" in actions else 0.0
    return MOTION[shot.motion] + people


def _unit(random: np.random.Generator) -> npt.NDArray[np.float64]:
    vector = random.standard_normal(LOOK_SIZE)
    return vector / float(np.linalg.norm(vector))


def _fences(plan: ShootingPlan) -> tuple[measured.Fence, ...]:
    fences = []
    for index, scene in enumerate(plan.outline.scenes):
        if scene.segment < 0:
            spans = [shot.span for shot in plan.shots if shot.scene == index]
            start, end = (float(plan.rate.seconds(at)) for at in (spans[0].start, spans[-1].end))
            fences.append(measured.Fence(start, end, scene.kind))
    return tuple(fences)


def _sound(plan: ShootingPlan, random: np.random.Generator) -> measured.SoundCurves:
    steps = int(plan.frames / float(plan.rate.fps) / LOUDNESS_STEP_S)
    times = np.arange(steps) * LOUDNESS_STEP_S
    heard = np.array([intensity_at(plan.outline, float(time)) for time in times])
    loud = np.interp(heard, [at for at, _ in QUIET_LUFS], [lufs for _, lufs in QUIET_LUFS]) + random.normal(
        0, QUIET_SPREAD_DB, steps
    )
    speech = np.zeros(steps, np.float32)
    for line in plan.lines:
        span = slice(int(line.start_s / LOUDNESS_STEP_S), int(line.end_s / LOUDNESS_STEP_S) + 1)
        loud[span] = SPEECH_LUFS + random.normal(0, SPEECH_SPREAD_DB, len(loud[span]))
        speech[span] = 1
    onset = np.clip(0.1 + 0.35 * heard + random.normal(0, 0.12, steps), 0, 1)
    music = np.clip(0.35 + 0.45 * heard - 0.2 * speech + random.normal(0, 0.15, steps), 0, 1)
    for point, at in enumerate(plan.outline.turning_points_s):
        if point not in plan.outline.unmarked:
            blow = slice(int(at / LOUDNESS_STEP_S), int(at / LOUDNESS_STEP_S) + 12)
            loud[blow], onset[blow] = np.maximum(loud[blow], -14.0), 1.0
    return measured.SoundCurves(
        LOUDNESS_STEP_S,
        loud.astype(np.float32),
        onset.astype(np.float32),
        -20.0,
        music=music.astype(np.float32),
    )


def _lines(plan: ShootingPlan, *, names_speakers: bool) -> tuple[DialogueEvent, ...]:
    lexicon = load_lexicon()
    language = lexicon.guess_language(line.text for line in plan.lines)
    events = []
    for index, line in enumerate(plan.lines):
        feeling = lexicon.emotion(line.text, language)
        start_s, end_s = round(line.start_s, 3), round(line.end_s, 3)
        events.append(
            DialogueEvent(
                start_ms=round(start_s * 1000),
                end_ms=round(end_s * 1000),
                start_s=start_s,
                end_s=end_s,
                midpoint_s=(start_s + end_s) / 2,
                text=line.text,
                emotion=feeling.name,
                emotion_strength=feeling.strength,
                speaker=plan.story.names[line.speaker] if names_speakers else "",
                index=index,
            )
        )
    return tuple(events)


def _told_size(size: str, random: np.random.Generator) -> str:
    """The size that eyes tell: of a shot without people none, and now and then one step off."""
    told = TOLD_SIZES.get(size, "")
    if told and random.random() < MISTAKEN_SIZES:
        step = SHOT_SIZES.index(told) + int(random.choice((-1, 1)))
        told = SHOT_SIZES[min(max(step, 0), len(SHOT_SIZES) - 1)]
    return told


def _eyes(
    plan: ShootingPlan, shots: Sequence[measured.Shot], random: np.random.Generator
) -> tuple[FilmEyes, dict[int, str]]:
    """What eyes would tell, and under which id each person of the cast goes."""
    cast_size = len(plan.story.names)
    seen: dict[int, list[int]] = {}
    for index, shot in enumerate(plan.shots):
        for person in shot.people:
            chance = 0.0 if person.is_from_behind else SEEN_SHARE[shot.size]
            if random.random() < chance:
                is_mistaken = random.random() < MISTAKEN_SHARE
                who = int(random.integers(cast_size)) if is_mistaken else person.person
                seen.setdefault(who, []).append(index)
    lengths = {who: sum(shots[index].seconds for index in set(found)) for who, found in seen.items()}
    order = sorted(lengths, key=lambda who: (-lengths[who], who))
    ids = {who: f"person {number}" for number, who in enumerate(order, 1)}
    middle = [round((shot.start_s + shot.end_s) / 2, 3) for shot in shots]
    cast = tuple(
        CastMember(
            ids[who],
            round(lengths[who], 3),
            middle[min(seen[who])],
            tuple(middle[index] for index in sorted(set(seen[who]))),
            tuple(sorted(set(seen[who]))),
            certainty=0.8,
        )
        for who in order
    )
    chance_of_size = np.random.default_rng([len(shots), 31])
    sizes = [_told_size(shot.size, chance_of_size) for shot in plan.shots]
    sightings = tuple(
        StillSighting(
            shot.index,
            Sighting(
                middle[shot.index],
                shot_size=sizes[shot.index],
                look=np.array(shot.signature[:32], np.float32),
            ),
            shot.start_s,
            shot.end_s,
        )
        for shot in shots
    )
    return FilmEyes(sightings, cast), ids
