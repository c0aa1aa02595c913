"""How good each candidate is and why: signals, score, zone and reasons; nothing is chosen here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.language.lexicon import load_lexicon
from cinecut.manifest.schema import ZONE_ORDER
from cinecut.models import LineKind, TurningPoints
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import Candidate
from cinecut.narrative.film_grid import FilmGrid
from cinecut.narrative.meaning import NEUTRAL, DescribedStills, Meaning
from cinecut.narrative.permitted import Permitted
from cinecut.narrative.protagonist import find_protagonist
from cinecut.narrative.spine import standing_of
from cinecut.narrative.spoken_roles import Standing

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
    "faces": "somebody of the cast",
    "description": "a telling picture",
    "saturation": "rich colour",
    "position": "close to a turning point",
}

ZONE_BORDER_REACH, DEED_BORDER_REACH = 0.12, 0.2
"""How far from a border, as part of the permitted time, meaning may carry a clip over it; the second where what is
done says the same as how it looks."""

CLEARLY_TENSE, CLEARLY_CALM = 0.79, 0.21
UNLIKE_THE_FILM = 0.12
"""How far from the mean of the film a picture's tension must lie to be clear: a describer who finds all tense moves none."""

LIVELY, STILL = 0.7, 0.4
"""Energy from which on what is done is lively, and up to which it is still."""

INTENSITY_BY_LOOK, INTENSITY_BY_DEED = 0.15, 0.35
"""What a description weighs in the intensity: where it tells of light and mood alone, and where of what is done."""

WORTH_OF_HERO, WORTH_OF_OTHERS, WORTH_OF_NOBODY = 1.0, 0.7, 0.2
"""What a picture is worth by who is seen in it."""

MOST_SHOTS_COMPARED = 1500
MOST_WORDS_NAMED = 6
"""Of a description, in the reasons for a clip."""


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
    meaning: Meaning = NEUTRAL
    """What that says; neutral where nothing was described."""
    people: tuple[str, ...] = ()
    """Who of the cast is seen, as the eyes number them."""
    size: str = ""
    """How near the camera is, `close-up` to `extreme long`; empty where nobody tells."""
    said: Standing | None = None
    """How what is said stands in a trailer; None where nothing is."""


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
    meanings = [
        stills.of(
            grid.seconds(c.reach_in),
            grid.seconds(c.reach_out),
            (shots[c.shot].start_s, shots[c.shot].end_s),
        )
        or NEUTRAL
        for c in candidates
    ]
    people = _people(brief, grid, candidates)
    sizes = [
        brief.eyes.size_in(grid.seconds(c.core_in), grid.seconds(c.core_out)) if brief.eyes else ""
        for c in candidates
    ]
    if brief.eyes is not None and brief.eyes.cast:
        hero = find_protagonist(brief.events, brief.eyes)
        signals["faces"] = np.array([_worth_of(seen, hero.person if hero else "") for seen in people])
    if stills:
        signals["description"] = np.array([_worth_telling(meaning) for meaning in meanings])
    usual = float(np.mean([m.tension for m in meanings if m is not NEUTRAL] or [0.5]))
    weights = {name: WEIGHTS[name] for name in signals}
    score = sum((weights[name] * values for name, values in signals.items()), np.zeros(len(candidates)))
    score = np.clip(score / sum(weights.values()), 0, 1)
    loud = _loudness(brief, grid, candidates)
    strength = signals.get("emotion", np.zeros(len(candidates)))
    language = load_lexicon().guess_language(e.text for e in brief.events if e.kind is LineKind.SPEECH)
    judged: list[Judged] = []
    for i, candidate in enumerate(candidates):
        time_s = grid.seconds(candidate.centre)
        meaning = meanings[i]
        lines = [brief.events[k] for k in candidate.lines]
        strongest = max(lines, key=lambda line: line.emotion_strength, default=None)
        motion = float(signals["motion"][i]) if "motion" in signals else 0.5
        measured = (0.45 * motion + 0.25 * loud[i] + 0.15 * strength[i]) / 0.85
        told = INTENSITY_BY_DEED if meaning.deed else INTENSITY_BY_LOOK
        intensity = float(np.clip((1 - told) * measured + told * meaning.drive, 0, 1))
        emotion = strongest.emotion if strongest else "neutral"
        felt = strongest.emotion_strength if strongest else 0.0
        zone, moved = _zone(time_s, permitted, meaning, usual, emotion, felt)
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
                seen=meaning.text or _plainly(shots[candidate.shot].brightness, motion),
                reasons=_reasons(rows, emotion if felt > 0.2 else "", meaning, moved),
                meaning=meaning,
                people=people[i],
                size=sizes[i],
                said=standing_of(lines, language),
            )
        )
    return tuple(judged)


def _people(brief: Brief, grid: FilmGrid, candidates: Sequence[Candidate]) -> list[tuple[str, ...]]:
    """Who is seen in each candidate's core."""
    eyes = brief.eyes
    if eyes is None or not eyes.cast:
        return [()] * len(candidates)
    return [eyes.people_in(grid.seconds(c.core_in), grid.seconds(c.core_out)) for c in candidates]


def _worth_of(people: Sequence[str], hero: str) -> float:
    if not people:
        return WORTH_OF_NOBODY
    return WORTH_OF_HERO if hero and hero in people else WORTH_OF_OTHERS


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


def _worth_telling(meaning: Meaning) -> float:
    """How much a trailer wants a picture for what it means: vibe, a clear mood, something that happens; .5 neutral."""
    lively = max(0.0, 2 * meaning.energy - 1)
    worth = 0.5 + 0.7 * (meaning.fit - 0.5) + 0.3 * abs(meaning.tension - 0.5) + 0.2 * lively
    return min(1.0, max(0.0, worth))


def _zone(
    time_s: float, permitted: Permitted, meaning: Meaning, usual: float, emotion: str, felt: float
) -> tuple[int, str]:
    """The zone by film time, one further where words and look clearly say so and a border is near."""
    zone = ZONE_ORDER.index(permitted.zone_of(time_s))
    tension, span = meaning.tension, permitted.limit_s - permitted.start_s
    looks_tense = tension >= max(CLEARLY_TENSE, usual + UNLIKE_THE_FILM)
    looks_calm = tension <= min(CLEARLY_CALM, usual - UNLIKE_THE_FILM)
    tense = looks_tense or (emotion in {"threat", "fear", "anger"} and felt >= 0.75)
    calm = looks_calm and (felt < 0.3 or emotion in {"joy", "tenderness"})
    if tense and not calm and zone < 2:
        reach = DEED_BORDER_REACH if looks_tense and meaning.energy >= LIVELY else ZONE_BORDER_REACH
        if permitted.borders_s[zone] - time_s <= reach * span:
            return zone + 1, f"{MOVED} {ZONE_ORDER[zone + 1]} by what is {'seen' if looks_tense else 'said'}"
    if calm and not tense and zone > 0:
        reach = DEED_BORDER_REACH if meaning.deed and meaning.energy <= STILL else ZONE_BORDER_REACH
        if time_s - permitted.borders_s[zone - 1] <= reach * span:
            return zone - 1, f"{MOVED} {ZONE_ORDER[zone - 1]} by what is seen"
    return zone, ""


def _reasons(signals: tuple[tuple[str, float], ...], emotion: str, meaning: Meaning, moved: str) -> str:
    best = sorted(
        (row for row in signals if row[0] in WORDS), key=lambda row: (-row[1] * WEIGHTS[row[0]], row[0])
    )
    words = [f"{WORDS[name]} ({value:.2f})" for name, value in best[:3] if value >= 0.5]
    if emotion:
        words.append(f"{emotion} in the line")
    words += _told(meaning)
    if moved:
        words.append(moved)
    return ", ".join(words) or "fits its place"


def _told(meaning: Meaning) -> list[str]:
    """What the description was read to say, with the words that said it."""
    look = "tense" if meaning.tension >= 0.65 else "calm" if meaning.tension <= 0.35 else ""
    pace = (
        ("lively" if meaning.energy >= LIVELY else "still" if meaning.energy <= STILL else "")
        if meaning.deed
        else ""
    )
    if not meaning.moved_by or not (look or pace or meaning.fit >= 0.6):
        return []
    read = " and ".join(part for part in (look, pace, "like the vibe" if meaning.fit >= 0.6 else "") if part)
    return [f"{read} by " + " ".join(f"'{word}'" for word in meaning.moved_by[:MOST_WORDS_NAMED])]


def _without_move(reasons: str) -> str:
    kept = [words for words in reasons.split(", ") if not words.startswith(MOVED)]
    return ", ".join(kept) or "fits its place"


def _plainly(brightness: float, motion: float) -> str:
    light = "dark" if brightness < 0.25 else "bright" if brightness > 0.55 else "evenly lit"
    pace = "lively" if motion > 0.66 else "still" if motion < 0.33 else "moving"
    return f"a {light}, {pace} picture"
