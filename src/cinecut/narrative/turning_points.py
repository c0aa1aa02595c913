"""Finds the five turning points of a film from what was measured, or takes them from a text model's telling.

Method (docs/decisions/0014-turning-points.md): every moment of the story has evidence for a turn (`story_evidence`),
weighed and added to the logarithm of a prior, which is where films usually turn: at .13, .33, .61 and .865 of the
time of the fifth (Papalampidi et al., "Movie Plot Analysis via Turning Point Identification", 2019). Five such
curves, tied by their order, give each point a distribution; the point lies where most of it is within reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cinecore.analysis.film import FilmAnalysis
from cinecut.models import DialogueEvent, TurningPoints
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.story_curves import BINS, Curve, story_curves
from cinecut.narrative.story_evidence import story_evidence
from cinecut.narrative.told import ToldStory

CLIMAX_PRIOR = 0.905
"""Where in the story the fifth usually lies."""
PRIORS = (0.13 * CLIMAX_PRIOR, 0.33 * CLIMAX_PRIOR, 0.61 * CLIMAX_PRIOR, 0.865 * CLIMAX_PRIOR, CLIMAX_PRIOR)
PRIOR_SPREADS = (0.05, 0.06, 0.065, 0.06, 0.04)
"""Standard deviations, of the story's length: a little wider than the sample films of the bench have them."""

WEIGHTS: Mapping[str, float] = {
    "burst of blows": 0.8,
    "burst of music": 0.8,
    "burst of pace": 0.8,
    "change of talk": 0.8,
    "burst of motion": 0.5,
    "other places": 0.45,
    "new places": 0.35,
    "rise": 0.3,
    "other speakers": 0.3,
    "new speakers": 0.3,
    "change of blows": 0.25,
    "other people": 0.25,
    "new people": 0.25,
    "burst of light": 0.2,
}
"""Of the kinds of evidence, in natural logarithms of odds; fitted on 80 troubled sample films of the tuning seeds
between .1 and .8, so that no kind is trusted wholly or not at all, and rounded."""
OTHER_WEIGHT = 0.1
UNWEIGHED = frozenset({"intensity", "fall after"})
OWN_WEIGHTS: tuple[Mapping[str, float], ...] = (
    {"new people": 0.25, "new places": 0.1},
    {"intensity": -0.3, "fall after": -0.35},
    {"intensity": -0.3, "fall after": -0.35},
    {"intensity": -0.3, "fall after": -0.35},
    {"intensity": 0.55},
)
"""What speaks for one of the five beyond that: the first brings somebody or somewhere new; a peak that falls away
again is a false climax and none of the middle ones; the fifth is the peak. Fitted on 120 films, seeds 200 to 239 too."""

EARLY = 0.12
"""A point may lie before where it was found: its safe limit has this much of its distribution before it. On 82 films
(seeds 78 to 159) the fourth point itself lies behind the true one in 19, the safe limit in 2; it costs 5 % of the story."""
GUARD_BINS = 1
"""Taken off besides: bins are no finer, and points are moved to shot changes."""

RULE = (0.05, 0.25, 0.45, 0.625, 0.80)
"""The last resort, of the story's length."""
LEAST_APART_BINS = 4
REACH_BINS = 3
"""A point lies where most of its distribution is within so many bins on each side."""
LEAST_STORY_S = 45.0
"""In shorter films a bin is a quarter of a second and holds no trend."""
LEAST_EVIDENCE = 3
"""Kinds of evidence below which the film's measures do not show where it turns."""

NAMES = ("opportunity", "change of plans", "point of no return", "major setback", "climax")
MOST_REASONS = 3
LEAST_CONTRIBUTION = 0.15

OPENING_FENCES = frozenset({"logo", "black", "credits", "test_card", "card", "recap"})


@dataclass(frozen=True)
class FoundTurningPoints(TurningPoints):
    """Turning points with how early each may lie."""

    safe_s: tuple[float, ...] = ()
    """Film seconds before which each of the five hardly lies; never later than the point."""


def safe_limit_s(points: TurningPoints, number: int) -> float:
    """Up to where footage surely lies before the `number`-th point, counted from 0: the point where nothing says more."""
    times = (
        points.opportunity_s,
        points.change_of_plans_s,
        points.point_of_no_return_s,
        points.major_setback_s,
        points.climax_s,
    )
    return points.safe_s[number] if isinstance(points, FoundTurningPoints) else times[number]


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
    """The five turning points in film seconds, in order, inside the story; `method` and `reasons` say how."""
    if told is not None:
        times = tuple(turn.time_s for turn in told.turns)
        return _points(times, "text-model", tuple(turn.reason for turn in told.turns))
    span = story_span(analysis)
    start, length = span[0], span[1] - span[0]
    if length < LEAST_STORY_S:
        return turning_points_by_rule(analysis)
    evidence = {
        name: curve
        for name, curve in story_evidence(story_curves(analysis, events, eyes, span)).items()
        if float(curve.max()) > 0
    }
    if len(evidence) < LEAST_EVIDENCE:
        return turning_points_by_rule(analysis)
    chances = _chained([_odds(evidence, number) for number in range(len(NAMES))])
    shares = [_likeliest(chance) for chance in chances]
    times = _at_cuts([start + share * length for share in shares], analysis, length / BINS)
    reasons = tuple(_reason(evidence, number, chances[number], share) for number, share in enumerate(shares))
    early = [start + share * length for share in map(_early, chances)]
    first, second, third, fourth, fifth = (round(time, 3) for time in times)
    safe = tuple(round(min(one, time), 3) for one, time in zip(early, times, strict=True))
    return FoundTurningPoints(first, second, third, fourth, fifth, "signals", reasons, safe)


def turning_points_by_rule(analysis: FilmAnalysis) -> TurningPoints:
    """Five turning points by the 5/45/80 rule, whatever was measured: the last resort."""
    start, end = story_span(analysis)
    return _points(tuple(start + share * (end - start) for share in RULE), "rule")


def _points(times: Sequence[float], method: str, reasons: tuple[str, ...] = ()) -> TurningPoints:
    first, second, third, fourth, fifth = (round(time, 3) for time in times)
    return TurningPoints(first, second, third, fourth, fifth, method, reasons)


def _centres() -> Curve:
    centres: Curve = (np.arange(BINS, dtype=np.float64) + 0.5) / BINS
    return centres


def _weight(name: str, number: int) -> float:
    shared = 0.0 if name in UNWEIGHED else WEIGHTS.get(name, OTHER_WEIGHT)
    return shared + OWN_WEIGHTS[number].get(name, 0.0)


def _odds(evidence: Mapping[str, Curve], number: int) -> Curve:
    """How likely each bin is to hold a turning point, before order is thought of; the highest is 1."""
    score: Curve = -0.5 * ((_centres() - PRIORS[number]) / PRIOR_SPREADS[number]) ** 2
    for name, curve in evidence.items():
        score = score + _weight(name, number) * curve
    odds: Curve = np.exp(score - score.max())
    return odds


def _chained(odds: Sequence[Curve]) -> list[Curve]:
    """The distribution of each point, given that all come in order and `LEAST_APART_BINS` apart."""
    none = np.zeros(LEAST_APART_BINS)
    forward = [odds[0]]
    for own in odds[1:]:
        reached = np.concatenate([none, np.cumsum(forward[-1])[:-LEAST_APART_BINS]]) * own
        forward.append(reached / max(float(reached.sum()), 1e-300))
    backward = [np.ones(BINS)]
    for own in reversed(odds[1:]):
        left = np.cumsum((own * backward[0])[::-1])[::-1]
        left = np.concatenate([left[LEAST_APART_BINS:], none])
        backward.insert(0, left / max(float(left.sum()), 1e-300))
    chances = [one * other for one, other in zip(forward, backward, strict=True)]
    return [chance / max(float(chance.sum()), 1e-300) for chance in chances]


def _window(chance: Curve) -> tuple[int, int]:
    """The bins `[low, high)` within reach of one another that hold most of a distribution."""
    held = np.convolve(chance, np.ones(2 * REACH_BINS + 1), mode="same")
    at = int(np.argmax(held))
    return max(0, at - REACH_BINS), min(BINS, at + REACH_BINS + 1)


def _likeliest(chance: Curve) -> float:
    """Where a point lies, as a share of the story: the mean of its distribution where most of that is."""
    low, high = _window(chance)
    return float((_centres()[low:high] * chance[low:high]).sum() / chance[low:high].sum())


def _early(chance: Curve) -> float:
    """The share of the story that surely lies before a point."""
    at = int(np.searchsorted(np.cumsum(chance), EARLY))
    return float(_centres()[max(0, min(at, BINS - 1) - GUARD_BINS)])


def _at_cuts(times: Sequence[float], analysis: FilmAnalysis, reach_s: float) -> tuple[float, ...]:
    """The times moved to the nearest shot change within reach: stories turn where something new is shown."""
    cuts = np.array([shot.start_s for shot in analysis.shots[1:]])
    moved: list[float] = []
    for time in times:
        nearest = float(cuts[np.argmin(np.abs(cuts - time))]) if len(cuts) else time
        moved.append(nearest if abs(nearest - time) <= reach_s else time)
    return tuple(moved) if moved == sorted(set(moved)) else tuple(times)


def _reason(evidence: Mapping[str, Curve], number: int, chance: Curve, share: float) -> str:
    """What speaks most for a point, and how sure it is."""
    at = min(BINS - 1, int(share * BINS))
    near = slice(max(0, at - 1), at + 2)
    weighed = {name: _weight(name, number) * float(curve[near].max()) for name, curve in evidence.items()}
    said = [
        name
        for name in sorted(weighed, key=lambda name: (-weighed[name], name))
        if weighed[name] >= LEAST_CONTRIBUTION
    ][:MOST_REASONS]
    low, high = _window(chance)
    sure = f"{100 * float(chance[low:high].sum()):.0f} % of the likelihood lies here"
    return f"{', '.join(said) or 'nothing but where films usually turn'}; {sure}"
