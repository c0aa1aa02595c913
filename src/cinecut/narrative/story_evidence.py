"""What speaks for a turn of the story at each moment: how much each channel changes, rises or arrives there.

Each kind of evidence is a curve over the story's bins, about 0 where nothing happens and 1 where a channel does
what it does most in this film, and never far over it: no single channel can decide alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cinecut.narrative.story_curves import BINS, Curve, StoryCurves

LONG, SHORT = 12, 4
"""Bins before and after that are compared: 6 % and 2 % of the story."""
LEAST_SPREAD = 0.02
"""Standard deviation below which a level says nothing (levels lie in 0..1)."""
STRONG_PERCENTILE = 90.0
MOST = 1.5
"""Evidence is clipped here."""
INTENSITY = {
    "loudness": 1.0,
    "motion": 1.0,
    "blows": 0.6,
    "pace": 0.8,
    "emotion": 0.5,
    "dread": 0.5,
    "music": 0.5,
}
"""Weights of the levels that make up how much happens; those that are missing are left out."""
ARRIVAL_REACH = 3
"""Bins over which an arrival is spread: it counts where the newcomer's scene begins."""


def story_evidence(curves: StoryCurves) -> dict[str, Curve]:
    """All kinds of evidence by name: `change of LEVEL`, `other MAKEUP`, `new MAKEUP`, and of intensity."""
    evidence: dict[str, Curve] = {}
    telling = {name: level for name, level in curves.levels.items() if float(np.std(level)) >= LEAST_SPREAD}
    for name, level in telling.items():
        evidence[f"change of {name}"] = _peaked(np.abs(_step(level, LONG)) + np.abs(_step(level, SHORT)))
        evidence[f"burst of {name}"] = _graded(np.maximum(_bump(level), 0.0))
    for name, rows in curves.makeup.items():
        evidence[f"other {name}"] = _peaked(_turnover(rows, LONG) + _turnover(rows, SHORT))
    for name, fresh in curves.arrivals.items():
        spread = np.convolve(fresh, _triangle(ARRIVAL_REACH), mode="same")
        evidence[f"new {name}"] = _graded(spread)
    happening = _happening(telling)
    if happening is not None:
        evidence["intensity"] = happening
        evidence["rise"] = _graded(np.maximum(_step(happening, LONG), 0.0))
        evidence["fall after"] = _graded(np.maximum(-_step(happening, LONG), 0.0))
    return evidence


def _happening(levels: Mapping[str, Curve]) -> Curve | None:
    """How much happens, 0..1 by rank within the film, smoothed over 2 % of it."""
    used = {name: weight for name, weight in INTENSITY.items() if name in levels}
    if not used:
        return None
    total = sum((weight * _standard(levels[name]) for name, weight in used.items()), np.zeros(BINS))
    smooth = np.convolve(
        np.pad(total, SHORT // 2, mode="edge"), np.ones(SHORT + 1) / (SHORT + 1), mode="valid"
    )
    ranks: Curve = np.argsort(np.argsort(smooth, kind="stable"), kind="stable").astype(np.float64)
    return ranks / (BINS - 1)


def _standard(curve: Curve) -> Curve:
    spread = max(float(np.std(curve)), LEAST_SPREAD)
    standard: Curve = np.clip((curve - float(np.mean(curve))) / spread, -2.5, 2.5)
    return standard


def _windows(rows: Curve, reach: int) -> tuple[Curve, Curve]:
    """The means of the stretches before and from each bin on, shorter at the story's edges."""
    sums = np.concatenate([np.zeros((1, *rows.shape[1:])), np.cumsum(rows, axis=0)])
    at = np.arange(BINS)
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach, BINS)
    shape = (-1,) + (1,) * (rows.ndim - 1)
    before: Curve = (sums[at] - sums[low]) / np.maximum(at - low, 1).reshape(shape)
    after: Curve = (sums[high] - sums[at]) / np.maximum(high - at, 1).reshape(shape)
    return before, after


def _step(level: Curve, reach: int) -> Curve:
    """How far a level rises from the stretch before to the one after."""
    before, after = _windows(level, reach)
    step: Curve = after - before
    step[:2] = step[-2:] = 0.0
    return step


def _bump(level: Curve) -> Curve:
    """How far a level stands out of what surrounds it on both sides."""
    near = np.convolve(np.pad(level, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    wide = np.convolve(np.pad(level, LONG, mode="edge"), np.ones(2 * LONG + 1) / (2 * LONG + 1), mode="valid")
    bump: Curve = near - wide
    return bump


def _turnover(rows: Curve, reach: int) -> Curve:
    """How unlike the makeup before and after a bin are, 0 (alike) to 2; 0 where one of them knows nothing."""
    before, after = _windows(rows, reach)
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    dots = np.einsum("ij,ij->i", before, after)
    unlike = np.where(lengths > 1e-9, 1.0 - dots / np.maximum(lengths, 1e-9), 0.0)
    unlike[:2] = unlike[-2:] = 0.0
    return unlike


def _graded(curve: Curve) -> Curve:
    """The curve against what is strong in this film."""
    used = curve[curve > 1e-9]
    strong = float(np.percentile(used, STRONG_PERCENTILE)) if len(used) else 0.0
    graded: Curve = np.clip(curve / strong, 0.0, MOST) if strong > 1e-9 else np.zeros_like(curve)
    return graded


def _peaked(curve: Curve) -> Curve:
    """The same, sharpened: a change counts where it is at its most, not on the slopes beside it."""
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(curve, SHORT, mode="edge"), 2 * SHORT + 1)
    highest = windows.max(axis=1)
    nearness = np.where(highest > 1e-9, curve / np.maximum(highest, 1e-9), 0.0)
    peaked: Curve = _graded(curve) * nearness**3
    return peaked


def _triangle(reach: int) -> Curve:
    rising = np.arange(1, reach + 1, dtype=np.float64)
    return np.concatenate([rising, rising[-2::-1]]) / reach
