"""Finds the five turning points of a film from what was measured; no text model, no choice of clips.

Method: the story is divided into bins. Each has features (talk, emotion, loudness, motion, pace, look, cast). A
turning point is where features change most between the stretch before and the stretch after, weighed
by where real films turn: at .13, .33, .61 and .865 of the time of the fifth (Papalampidi et al., "Movie
Plot Analysis via Turning Point Identification", 2019); the fifth is the strongest late peak of intensity.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cinecore.analysis.film import FilmAnalysis
from cinecut.models import DialogueEvent, LineKind, TurningPoints
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.told import ToldStory

Curve = npt.NDArray[np.float64]

BINS = 120
PRIORS = (0.13, 0.33, 0.61, 0.865)
"""Of the time of the fifth turning point."""
PRIOR_SPREAD = 0.055
CLIMAX_PRIOR, CLIMAX_SPREAD = 0.86, 0.07
"""Of the story's length; the spread keeps it off a false climax in the middle and off the epilogue."""
RULE = (0.05, 0.25, 0.45, 0.625, 0.80)
"""The last resort, of the story's length."""
LEAST_APART = 0.04
WINDOW_BINS = 7
LEAST_SIGNAL = 0.02
"""Spread below which a feature says nothing (all features lie in 0..1)."""
LEAST_STORY_S = 45.0
"""In shorter films a bin is less than half a second and holds no trend."""

OPENING_FENCES = frozenset({"logo", "black", "credits", "test_card", "card"})


def story_span(analysis: FilmAnalysis) -> tuple[float, float]:
    """Seconds between which the story is told: after the opening fences, before the closing ones."""
    start, end = 0.0, analysis.duration_s
    fences = sorted(analysis.fences, key=lambda fence: (fence.start_s, fence.end_s))
    for fence in fences:
        if fence.kind in OPENING_FENCES and fence.start_s <= start + 1.0 and fence.end_s < 0.5 * end:
            start = max(start, fence.end_s)
    closing = [
        fence for fence in fences if fence.kind == "credits" and fence.start_s > 0.5 * analysis.duration_s
    ]
    if closing:
        end = min(fence.start_s for fence in closing)
    for fence in reversed(fences):
        if (
            fence.end_s >= end - 1.0
            and start < fence.start_s < end
            and fence.start_s > 0.5 * analysis.duration_s
        ):
            end = fence.start_s
    return (start, end) if end > start else (0.0, analysis.duration_s)


def find_turning_points(
    analysis: FilmAnalysis,
    events: Sequence[DialogueEvent],
    eyes: SeenFilm | None = None,
    told: ToldStory | None = None,
) -> TurningPoints:
    """The five turning points in film seconds, in order, inside the story; `method` says how."""
    start, end = story_span(analysis)
    length = end - start
    if told is not None:
        times = [turn.time_s for turn in told.turns]
        return _at(0.0, 1.0, (times[0], times[1], times[2], times[3], times[4]), "text-model")
    features = _features(analysis, events, start, end) if length >= LEAST_STORY_S else {}
    telling = {name: curve for name, curve in features.items() if float(np.std(curve)) >= LEAST_SIGNAL}
    if len(telling) < 2:
        return _at(start, length, RULE, "rule")
    intensity = _intensity(telling)
    centres = (np.arange(BINS) + 0.5) / BINS
    late = np.exp(-0.5 * ((centres - CLIMAX_PRIOR) / CLIMAX_SPREAD) ** 2)
    climax = float(centres[int(np.argmax((0.4 + intensity) * late))])
    novelty = _novelty(telling)
    points: list[float] = []
    for number, prior in enumerate(PRIORS):
        ideal = prior * climax
        weight = np.exp(-0.5 * ((centres - ideal) / (PRIOR_SPREAD * (0.6 + 0.4 * prior))) ** 2)
        lowest = points[-1] + LEAST_APART if points else 0.02
        highest = climax - LEAST_APART * (len(PRIORS) - number)
        score = np.where((centres >= lowest) & (centres <= highest), (0.35 + novelty) * weight, -1.0)
        best = int(np.argmax(score))
        points.append(float(centres[best]) if score[best] > 0 else min(max(ideal, lowest), highest))
    return _at(start, length, (*points, climax), "signals")


def _at(start: float, length: float, shares: tuple[float, ...], method: str) -> TurningPoints:
    first, second, third, fourth, fifth = (round(start + share * length, 3) for share in shares)
    return TurningPoints(first, second, third, fourth, fifth, method)


def _features(
    analysis: FilmAnalysis, events: Sequence[DialogueEvent], start: float, end: float
) -> dict[str, Curve]:
    """Named curves of `BINS` values in 0..1."""
    edges = np.linspace(start, end, BINS + 1)
    width = (end - start) / BINS
    lines = [event for event in events if event.kind is LineKind.SPEECH and start <= event.midpoint_s < end]
    talk, emotion, dread, cast = (np.zeros(BINS) for _ in range(4))
    heard: set[str] = set()
    for line in lines:
        place = min(BINS - 1, int((line.midpoint_s - start) / width))
        talk[place] += (line.end_s - line.start_s) / width
        emotion[place] = max(emotion[place], line.emotion_strength)
        if line.emotion in {"threat", "fear", "anger", "sadness"}:
            dread[place] = max(dread[place], line.emotion_strength)
        if line.speaker and line.speaker not in heard:
            heard.add(line.speaker)
            cast[place] += 1.0
    curves = {
        "talk": np.clip(talk, 0, 1),
        "emotion": np.clip(emotion, 0, 1),
        "dread": np.clip(dread, 0, 1),
        "cast": np.clip(cast, 0, 1),
    }
    times = analysis.frame_pts.astype(np.float64) * float(analysis.time_base)
    if len(analysis.motion) == len(times):
        curves["motion"] = _scaled(_binned(times, analysis.motion.astype(np.float64), edges))
    starts = np.array([shot.start_s for shot in analysis.shots])
    curves["pace"] = (
        _scaled(np.histogram(starts, edges)[0].astype(np.float64)) if len(starts) > 8 else np.zeros(BINS)
    )
    middles = (edges[:-1] + edges[1:]) / 2
    if analysis.shots:
        seen = [analysis.shot_at(float(time)) for time in middles]
        curves["light"] = np.array([shot.brightness for shot in seen], dtype=np.float64)
        curves["colour"] = np.array([shot.saturation for shot in seen], dtype=np.float64)
    sound = analysis.sound
    if sound is not None and len(sound.loudness_lufs):
        steps: Curve = np.arange(len(sound.loudness_lufs), dtype=np.float64) * sound.step_s
        loudness: Curve = np.clip((sound.loudness_lufs.astype(np.float64) + 50.0) / 45.0, 0, 1)
        curves["loudness"] = _binned(steps, loudness, edges)
    return {name: _smoothed(curve) for name, curve in curves.items()}


def _binned(times: Curve, values: Curve, edges: Curve) -> Curve:
    place = np.clip(np.searchsorted(edges, times, side="right") - 1, -1, BINS - 1)
    inside = (times >= edges[0]) & (times < edges[-1])
    total = np.bincount(place[inside], weights=values[inside], minlength=BINS)[:BINS]
    count = np.bincount(place[inside], minlength=BINS)[:BINS]
    return total / np.maximum(count, 1)


def _scaled(curve: Curve) -> Curve:
    top = float(np.percentile(curve, 98)) if len(curve) else 0.0
    return np.clip(curve / top, 0, 1) if top > 1e-9 else np.zeros_like(curve)


def _smoothed(curve: Curve) -> Curve:
    padded = np.pad(curve, 1, mode="edge")
    return 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]


def _intensity(features: dict[str, Curve]) -> Curve:
    weights = {"loudness": 1.0, "motion": 1.0, "emotion": 0.8, "dread": 0.8, "pace": 0.6}
    used = {name: weight for name, weight in weights.items() if name in features}
    if not used:
        return np.zeros(BINS)
    total = sum((weight * _scaled(features[name]) for name, weight in used.items()), np.zeros(BINS))
    kernel = np.ones(5) / 5
    smooth = np.convolve(np.pad(total / sum(used.values()), 2, mode="edge"), kernel, mode="valid")
    return _scaled(smooth)


def _novelty(features: dict[str, Curve]) -> Curve:
    """How unlike the stretch after a bin is to the stretch before it, summed over features, 0..1."""
    total = np.zeros(BINS)
    for curve in features.values():
        sums = np.concatenate(([0.0], np.cumsum(curve)))
        at = np.arange(BINS)
        low, high = np.maximum(at - WINDOW_BINS, 0), np.minimum(at + WINDOW_BINS, BINS)
        before = (sums[at] - sums[low]) / np.maximum(at - low, 1)
        after = (sums[high] - sums[at]) / np.maximum(high - at, 1)
        change = np.abs(after - before)
        change[:2] = change[-2:] = 0.0
        total += change / max(float(np.std(curve)), LEAST_SIGNAL)
    return _scaled(total)
