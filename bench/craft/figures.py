"""Figures over films: means with bootstrap intervals, paired chances, tables and the losing cases by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from bench.craft.case import Finding, Measure
from bench.craft.measures import MEASURES, promises_kept
from bench.turning_points import sign_flip

DRAWS = 10_000
SEED = 15
MOST_TOLD, MOST_REASONS = 4, 3
"""Losing cases of one measure that are told with their reasons, and reasons of one case."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Way:
    """One way of making trailers, and what was found in its trailer of each film."""

    name: str
    findings: tuple[dict[str, Finding], ...]

    def values(self, measure: Measure) -> Values:
        """A measure's value of each film; NaN where there is nothing to measure it by."""
        found = [row[measure.name].value for row in self.findings]
        return np.array([np.nan if value is None else value for value in found], dtype=np.float64)

    def kept(self) -> Values:
        """The share of promises kept of each film."""
        return np.array([promises_kept(row) for row in self.findings])


def interval(values: Values) -> tuple[float, float]:
    """The middle 95 % of the mean, films drawn with replacement; a fixed seed."""
    random = np.random.default_rng(SEED)
    drawn = random.integers(0, len(values), size=(DRAWS, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def with_interval(values: Values) -> str:
    """Mean and interval in words; NaN left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return "—"
    low, high = interval(known)
    return f"{_short(float(known.mean()))} [{_short(low)}, {_short(high)}]"


def against(measure: Measure, ours: Values, other: Values) -> str:
    """Another way's mean with the chance that ours is better by luck alone: a paired test by random signs."""
    both = ~np.isnan(ours) & ~np.isnan(other)
    if not both.any():
        return "—"
    gains = measure.gain(1.0, 0.0) * (ours[both] - other[both])
    mean = _short(float(other[both].mean()))
    return mean if not gains.any() else f"{mean} ({_chance(sign_flip(gains))})"


def _chance(value: float) -> str:
    return "<.0001" if value < 0.0001 else f"{value:.4f}".lstrip("0") if value < 0.9995 else "1"


def _short(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def table(ours: Way, others: Sequence[Way]) -> list[str]:
    """One line a measure: goal, ours with its interval, in how many films it is kept, the others with p."""
    lines = [
        f"| measure | goal | ours [95 %] | films that keep it | {' | '.join(way.name for way in others)} |",
        "|---" * (4 + len(others)) + "|",
    ]
    for measure in MEASURES:
        values = ours.values(measure)
        known = values[~np.isnan(values)]
        kept = sum(measure.is_kept(float(value)) for value in known)
        goal = (
            "" if measure.goal is None else f"{'≥' if measure.better == 'higher' else '≤'} {measure.goal:g}"
        )
        share = "" if measure.goal is None else f"{kept} of {len(known)}"
        cells = [against(measure, values, way.values(measure)) for way in others]
        lines.append(
            f"| {measure.name} | {goal or measure.better} | {with_interval(values)} | {share} | {' | '.join(cells)} |"
        )
    whole = Measure("promises kept", "", "higher", None, lambda _: Finding(None))
    cells = [against(whole, ours.kept(), way.kept()) for way in others]
    lines.append(f"| **promises kept** | higher | {with_interval(ours.kept())} |  | {' | '.join(cells)} |")
    return lines


def losing_cases(names: Iterable[str], ours: Way) -> list[str]:
    """For each goal the films that miss it, the worst first: those with what was found, the others by name."""
    films = list(names)
    lines = []
    for measure in MEASURES:
        missed = []
        for name, row in zip(films, ours.findings, strict=True):
            finding = row[measure.name]
            if finding.value is not None and not measure.is_kept(finding.value):
                missed.append((measure.gain(finding.value, 0.0), name, finding))
        if not missed:
            continue
        missed.sort(key=lambda row: (row[0], row[1]))
        lines.append(f"- **{measure.name}**, {len(missed)} of {len(films)} films")
        for _, name, finding in missed[:MOST_TOLD]:
            assert finding.value is not None
            why = "; ".join(finding.why[:MOST_REASONS])
            more = f" and {len(finding.why) - MOST_REASONS} more" if len(finding.why) > MOST_REASONS else ""
            lines.append(f"  - {name}: {_short(finding.value)}: {why}{more}")
        if len(missed) > MOST_TOLD:
            rest = ", ".join(
                name.removeprefix("seed ").replace(", ", " ") for _, name, _ in missed[MOST_TOLD:]
            )
            lines.append(f"  - also {rest}")
    return lines
