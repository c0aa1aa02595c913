"""Makes measured films without any media: values as the analysis would give them, from a seed."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import numpy as np

from cinecore.analysis.film import Fence, FilmAnalysis, Shot, SoundCurves
from cinecore.timebase import FrameRate
from cinecut.models import DialogueEvent, LineKind

EMOTIONS = ("neutral", "joy", "anger", "fear", "sadness", "surprise", "tenderness", "threat")
WORDS = [
    "we",
    "must",
    "go",
    "before",
    "night",
    "falls",
    "and",
    "nobody",
    "will",
    "ever",
    "know",
    "what",
    "happened",
    "here",
    "tonight",
    "my",
    "friend",
]


def line(
    start_s: float,
    end_s: float,
    text: str = "We must go before night.",
    *,
    index: int = 0,
    emotion: str = "neutral",
    strength: float = 0.3,
    speaker: str = "",
    kind: LineKind = LineKind.SPEECH,
) -> DialogueEvent:
    return DialogueEvent(
        start_ms=round(start_s * 1000),
        end_ms=round(end_s * 1000),
        start_s=start_s,
        end_s=end_s,
        midpoint_s=(start_s + end_s) / 2,
        text=text,
        emotion=emotion,
        emotion_strength=strength,
        speaker=speaker,
        index=index,
        kind=kind,
    )


def make_film(
    seconds: float = 600.0,
    *,
    seed: int = 1,
    fps: Fraction = Fraction(24),
    mean_shot_s: float = 4.0,
    lines_a_minute: float = 6.0,
    credits_s: float = 0.0,
    offset_ms: int = 0,
    luma: float | None = None,
    has_sound: bool = True,
    millisecond_clock: bool = False,
    fences: tuple[Fence, ...] = (),
    dissolves: float = 0.1,
    longest_shot_s: float | None = None,
) -> tuple[FilmAnalysis, tuple[DialogueEvent, ...]]:
    """A film whose motion, loudness and words rise towards its end, and its lines."""
    dice = random.Random(seed)
    count = max(2, round(seconds * fps))
    time_base = Fraction(1, 1000) if millisecond_clock else Fraction(1) / (fps.numerator)
    step = Fraction(1) / fps / time_base
    pts = np.array([round(i * step) for i in range(count)], dtype=np.int64) + round(
        Fraction(offset_ms, 1000) / time_base
    )
    duration = float((int(pts[-1]) + step) * time_base)
    borders = [0]
    while borders[-1] < count:
        length = min(dice.expovariate(1 / mean_shot_s) + 0.4, longest_shot_s or 1e9)
        borders.append(min(count, borders[-1] + max(6, round(length * fps))))
    if count - borders[-2] < 6 and len(borders) > 2:
        borders.pop(-2)
    shots: list[Shot] = []
    motion = np.zeros(count, dtype=np.float32)
    light = np.zeros(count, dtype=np.float32)

    def at(frame: int) -> float:
        return float((int(pts[frame]) if frame < count else int(pts[-1]) + step) * time_base)

    for index, (a, b) in enumerate(pairwise(borders)):
        done = a / count
        moving = min(1.0, max(0.0, dice.gauss(0.08 + 0.12 * done, 0.05)))
        bright = luma if luma is not None else dice.uniform(0.2, 0.7)
        motion[a:b] = moving * (0.7 + 0.6 * np.random.default_rng(seed + index).random(b - a))
        light[a:b] = bright
        kind = "start" if a == 0 else "dissolve" if dice.random() < dissolves else "hard"
        fade = min(8, (b - a) // 4)
        clean_a = a + (fade if kind == "dissolve" else 0)
        look = np.random.default_rng(dice.randrange(40)).random(24)
        look /= np.linalg.norm(look)
        shots.append(
            Shot(
                index,
                a,
                b,
                at(a),
                at(b),
                kind,
                moving,
                moving,
                0.0,
                bright,
                dice.uniform(0.1, 0.6),
                dice.uniform(0.1, 0.6),
                0.5,
                1.0 if bright < 0.01 else 0.0,
                tuple(float(x) for x in look),
                at(clean_a),
                at(b),
            )
        )
    for n, shot in enumerate(shots[1:], 1):
        if shot.opens_with == "dissolve":
            before = shots[n - 1]
            fade = min(8, (before.end_frame - before.first_frame) // 4)
            shots[n - 1] = Shot(**{**before.__dict__, "clean_end_s": at(before.end_frame - fade)})
    events: list[DialogueEvent] = []
    time = dice.uniform(1, 4)
    while lines_a_minute and time < duration - 3:
        length = round(dice.uniform(0.9, 4.0), 3)
        words = " ".join(dice.choice(WORDS) for _ in range(max(2, round(length * 2.5))))
        events.append(
            line(
                round(time, 3),
                round(min(time + length, duration), 3),
                words.capitalize() + dice.choice(".!?"),
                index=len(events),
                emotion=dice.choice(EMOTIONS),
                strength=round(dice.random() * (0.4 + 0.6 * time / duration), 3),
                speaker=dice.choice(["Ada", "Ben", "Cy", ""]),
            )
        )
        time += length + dice.expovariate(lines_a_minute / max(1.0, 60 - lines_a_minute * 2.4)) + 0.05
    all_fences = list(fences)
    if credits_s:
        all_fences.append(Fence(duration - credits_s, duration, "credits"))
    sound = None
    if has_sound:
        steps = int(duration / 0.1)
        loud = np.linspace(-32, -16, steps) + np.random.default_rng(seed).normal(0, 3, steps)
        sound = SoundCurves(0.1, loud.astype(np.float32), np.zeros(steps, np.float32), -20.0)
    analysis = FilmAnalysis(
        pts,
        time_base,
        duration,
        light,
        motion,
        motion.copy(),
        tuple(shots),
        (),
        tuple(all_fences),
        sound=sound,
    )
    return analysis, tuple(events)


def rate_of(fps: Fraction = Fraction(24)) -> FrameRate:
    return FrameRate(fps)
