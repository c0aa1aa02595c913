"""How good each candidate is and why: signals, score, zone and reasons; nothing is chosen here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecut.manifest.schema import ZONE_ORDER
from cinecut.models import TurningPoints
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import Candidate
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.meaning import DescribedStills
from cinecut.narrative.permitted import Permitted

MOVED = "moved to"
"""How the reason for a zone by meaning begins."""

WEIGHTS = {
    "motion": 0.20,
    "contrast": 0.15,
    "uniqueness": 0.15,
    "emotion": 0.20,
    "faces": 0.10,
    "description": 0.10,
    "saturation": 0.05,
    "position": 0.05,
}
"""Starting weights; a signal that a film does not have gives its weight to the others."""

WORDS = {
    "motion": "strong motion",
    "contrast": "strong contrast",
    "uniqueness": "a look seen nowhere else",
    "emotion": "words with feeling",
    "description": "a telling picture",
    "saturation": "rich colour",
    "position": "close to a turning point",
}

ZONE_BORDER_REACH = 0.12
"""How far from a border, as part of the permitted time, meaning may carry a clip over it."""

CLEARLY_TENSE, CLEARLY_CALM = 0.78, 0.22
MOST_SHOTS_COMPARED = 1500


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with what was found about it; signals and scores in 0..1."""

    candidate: Candidate
    score: float
    intensity: float
    stillness: float
    zone: int
    """0, 1, 2 for BEGINNING, ESCALATION, CLIMAX."""
    time_s: float
    signals: tuple[tuple[str, float], ...]
    emotion: str
    emotion_strength: float
    speaker: str
    seen: str
    """What a describer saw, in its words."""
    reasons: str


@dataclass(frozen=True)
class Looks:
    """How alike two shots look: dot products of their signatures."""

    signatures: npt.NDArray[np.float32]

    def alike(self, one: int, two: int) -> float:
        """1 for the same look; 0 where nothing is known."""
        if self.signatures.shape[1] == 0:
            return 0.0
        return float(self.signatures[one] @ self.signatures[two])


def looks_of(brief: Brief) -> Looks:
    """The signatures of all shots as rows; no columns where the analysis has none."""
    rows = [shot.signature for shot in brief.analysis.shots]
    width = min((len(row) for row in rows), default=0)
    array = np.array([row[:width] for row in rows], dtype=np.float32).reshape(len(rows), width)
    return Looks(array)


def judge(
    brief: Brief,
    grid: FilmGrid,
    permitted: Permitted,
    points: TurningPoints,
    candidates: Sequence[Candidate],
    looks: Looks,
) -> tuple[Judged, ...]:
    """Every candidate judged, in the same order."""
    if not candidates:
        return ()
    shots = brief.analysis.shots
    signals = _signals(brief, grid, permitted, points, candidates, looks)
    stills = DescribedStills(brief.descriptions, brief.vibe.name)
    meanings = [stills.between(grid.seconds(c.reach_in), grid.seconds(c.reach_out)) for c in candidates]
    if stills:
        signals["description"] = np.array(
            [0.5 if m is None else 0.5 * m.mood + abs(m.tension - 0.5) for m in meanings]
        )
    weights = {name: WEIGHTS[name] for name in signals}
    score = sum((weights[name] * values for name, values in signals.items()), np.zeros(len(candidates)))
    score = np.clip(score / sum(weights.values()), 0, 1)
    loud = _loudness(brief, grid, candidates)
    strength = signals.get("emotion", np.zeros(len(candidates)))
    judged: list[Judged] = []
    for i, candidate in enumerate(candidates):
        time_s = grid.seconds(candidate.centre)
        meaning = meanings[i]
        tension = 0.5 if meaning is None else meaning.tension
        lines = [brief.events[k] for k in candidate.lines]
        strongest = max(lines, key=lambda line: line.emotion_strength, default=None)
        motion = float(signals["motion"][i]) if "motion" in signals else 0.5
        intensity = float(np.clip(0.45 * motion + 0.25 * loud[i] + 0.15 * strength[i] + 0.15 * tension, 0, 1))
        emotion = strongest.emotion if strongest else "neutral"
        felt = strongest.emotion_strength if strongest else 0.0
        zone, moved = _zone(time_s, permitted, tension if meaning else None, emotion, felt)
        rows = tuple((name, round(float(values[i]), 4)) for name, values in sorted(signals.items()))
        judged.append(
            Judged(
                candidate=candidate,
                score=round(float(score[i]), 6),
                intensity=round(intensity, 6),
                stillness=round(1.0 - motion, 6),
                zone=zone,
                time_s=time_s,
                signals=rows,
                emotion=emotion,
                emotion_strength=felt,
                speaker=strongest.speaker if strongest else "",
                seen=meaning.text if meaning else _plainly(shots[candidate.shot].brightness, motion),
                reasons=_reasons(rows, emotion if felt > 0.2 else "", moved),
            )
        )
    return tuple(judged)


def in_film_order(judged: Sequence[Judged], permitted: Permitted) -> tuple[Judged, ...]:
    """The same candidates, each in the zone of its time in the film, none moved by what is said or seen."""
    zones = [ZONE_ORDER.index(permitted.zone_of(item.time_s)) for item in judged]
    return tuple(
        item if item.zone == zone else replace(item, zone=zone, reasons=_without_move(item.reasons))
        for item, zone in zip(judged, zones, strict=True)
    )


def _signals(
    brief: Brief,
    grid: FilmGrid,
    permitted: Permitted,
    points: TurningPoints,
    candidates: Sequence[Candidate],
    looks: Looks,
) -> dict[str, npt.NDArray[np.float64]]:
    shots = brief.analysis.shots
    sums = np.concatenate(([0.0], np.cumsum(grid.curve(brief.analysis.motion), dtype=np.float64)))
    low = np.array([max(c.reach_in, c.core_in - 12) for c in candidates])
    high = np.array([min(c.reach_out, c.core_out + 12) for c in candidates])
    found = {
        "motion": _ranks((sums[high] - sums[low]) / np.maximum(high - low, 1)),
        "contrast": _ranks(np.array([shots[c.shot].contrast for c in candidates])),
        "saturation": _ranks(np.array([shots[c.shot].saturation for c in candidates])),
    }
    if looks.signatures.shape[1]:
        rare = _rarity(looks)
        found["uniqueness"] = _ranks(rare[[c.shot for c in candidates]])
    if brief.events:
        found["emotion"] = np.array(
            [max((brief.events[k].emotion_strength for k in c.lines), default=0.15) for c in candidates]
        )
    times = np.array([grid.seconds(c.centre) for c in candidates])
    span = max(permitted.limit_s - permitted.start_s, 1.0)
    turns = (
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
    )
    near = np.min([np.abs(times - turn) for turn in turns], axis=0)
    found["position"] = np.exp(-near / (0.04 * span))
    return found


def _ranks(values: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """Each value's place among the others, 0..1; equal values share theirs, and all alike give .5."""
    order = np.sort(values)
    if len(values) < 2 or float(order[-1] - order[0]) < 1e-9:
        return np.full(len(values), 0.5)
    left = np.searchsorted(order, values, side="left")
    right = np.searchsorted(order, values, side="right")
    return (left + right - 1) / 2 / (len(values) - 1)


def _rarity(looks: Looks) -> npt.NDArray[np.float64]:
    """For each shot how little it looks like the ten shots most like it."""
    rows = looks.signatures
    others = rows[:: max(1, len(rows) // MOST_SHOTS_COMPARED)]
    alike = rows @ others.T
    count = min(10, alike.shape[1])
    top = np.partition(alike, alike.shape[1] - count, axis=1)[:, -count:]
    rarity: npt.NDArray[np.float64] = 1.0 - top.mean(axis=1).astype(np.float64)
    return rarity


def _loudness(brief: Brief, grid: FilmGrid, candidates: Sequence[Candidate]) -> npt.NDArray[np.float64]:
    sound = brief.analysis.sound
    if sound is None or not len(sound.loudness_lufs):
        return np.full(len(candidates), 0.5)
    step = max(sound.step_s, 1e-3)
    index = [
        min(len(sound.loudness_lufs) - 1, max(0, int(grid.seconds(c.centre) / step))) for c in candidates
    ]
    return _ranks(sound.loudness_lufs[index].astype(np.float64))


def _zone(
    time_s: float, permitted: Permitted, tension: float | None, emotion: str, felt: float
) -> tuple[int, str]:
    """The zone by film time, one further where words and look clearly say so and a border is near."""
    zone = ZONE_ORDER.index(permitted.zone_of(time_s))
    reach = ZONE_BORDER_REACH * (permitted.limit_s - permitted.start_s)
    tense = (tension is not None and tension >= CLEARLY_TENSE) or (
        emotion in {"threat", "fear", "anger"} and felt >= 0.75
    )
    calm = (
        tension is not None and tension <= CLEARLY_CALM and (felt < 0.3 or emotion in {"joy", "tenderness"})
    )
    if tense and not calm and zone < 2 and permitted.borders_s[zone] - time_s <= reach:
        return zone + 1, f"{MOVED} {ZONE_ORDER[zone + 1]} by what is said and seen"
    if calm and not tense and zone > 0 and time_s - permitted.borders_s[zone - 1] <= reach:
        return zone - 1, f"{MOVED} {ZONE_ORDER[zone - 1]} by what is seen"
    return zone, ""


def _reasons(signals: tuple[tuple[str, float], ...], emotion: str, moved: str) -> str:
    best = sorted(
        (row for row in signals if row[0] in WORDS), key=lambda row: (-row[1] * WEIGHTS[row[0]], row[0])
    )
    words = [f"{WORDS[name]} ({value:.2f})" for name, value in best[:3] if value >= 0.5]
    if emotion:
        words.append(f"{emotion} in the line")
    if moved:
        words.append(moved)
    return ", ".join(words) or "fits its place"


def _without_move(reasons: str) -> str:
    kept = [words for words in reasons.split(", ") if not words.startswith(MOVED)]
    return ", ".join(kept) or "fits its place"


def _plainly(brightness: float, motion: float) -> str:
    light = "dark" if brightness < 0.25 else "bright" if brightness > 0.55 else "evenly lit"
    pace = "lively" if motion > 0.66 else "still" if motion < 0.33 else "moving"
    return f"a {light}, {pace} picture"
