"""The form of a piece of music: its bars, how full each is, its sections and its drop; beats come from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cinecore.audio.onsets import COLOUR_RATE, CURVE_RATE, Curve, Sound, colour_curves, mono_of
from cinecore.timebase import SAMPLE_RATE

SECTION_DB = 3.0
"""Change of level, four bars against four, that parts two sections."""

DROP_DB = 4.0
"""A rise smaller than this, half of it of the bass, is no drop."""
_NEAR_TOP_DB = 4.0
"""What follows a drop is among the fullest of the piece."""
_LEAST_LEVEL_DB = -60.0
_MOST_BASS_DB = 18.0
"""More rise of the bass than this says no more: it came from nothing."""

_TRIPLE_MARGIN = 0.06
"""How much more alike a piece must be to itself three beats on than four: most music has four."""


@dataclass(frozen=True)
class MusicSection:
    """A stretch of even loudness, on bars."""

    start_s: float
    end_s: float
    level_db: float
    """Mean level less that of the loudest section: 0 is the fullest."""


@dataclass(frozen=True)
class MusicBar:
    """One bar, from its downbeat to the next."""

    start_s: float
    end_s: float
    level_db: float
    """Mean power, in dB of full scale."""
    bass_db: float
    """The same under 160 Hz."""
    colour: tuple[float, ...]
    """14 band levels (dB/10, less their mean) and 12 notes at its start, the same at its end."""


def metre(sound: Sound, onsets: Curve, low: Curve, beats: Curve) -> tuple[int, int]:
    """(beats a bar, index of the first downbeat): three where the piece repeats itself so, else four.

    A bar begins where low onsets are strong and the harmony changes.
    """
    if len(beats) < 8:
        return 4, 0
    bands, notes = colour_curves(sound)
    at = np.clip(np.rint(beats * CURVE_RATE).astype(int), 0, len(onsets) - 1)
    low_at, all_at = (_near(curve, at) for curve in (low, onsets))
    change = _change_at(np.hstack([bands / 10, 3 * notes]), beats)
    accents = _scaled(low_at) + 0.5 * _scaled(all_at) + _scaled(change)
    contrasts = {count: _contrasts(accents, count) for count in (3, 4)}
    likeness = {count: _repeats(_patterns(onsets, low, beats), count) for count in (3, 4)}
    clear = {count: float(contrasts[count].max()) for count in (3, 4)}
    is_more_alike = likeness[3] > likeness[4] + _TRIPLE_MARGIN and clear[3] > clear[4]
    is_clearer = likeness[3] >= likeness[4] and clear[3] > 1.5 * clear[4] + 0.5
    count = 3 if is_more_alike or is_clearer else 4
    return count, int(contrasts[count].argmax())


def _near(curve: Curve, at: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Curve:
    smooth = np.convolve(curve, np.hanning(11), "same")
    return np.asarray(smooth[at], np.float64)


def _scaled(values: Curve) -> Curve:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values))


def _change_at(colours: Curve, beats: Curve) -> Curve:
    """How far the colour of the beat that follows is from that of the beat before."""
    edges = np.clip(np.rint(beats * COLOUR_RATE).astype(int), 0, len(colours) - 1)
    means = np.array([colours[a : max(a + 1, b)].mean(axis=0) for a, b in pairwise([*edges, len(colours)])])
    return np.concatenate([[0.0], np.linalg.norm(np.diff(means, axis=0), axis=1)])


def _contrasts(accents: Curve, count: int) -> Curve:
    """How much stronger the beats of each phase are than all others."""
    means = np.array([accents[phase::count].mean() for phase in range(count)])
    return np.asarray(means - (means.sum() - means) / (count - 1), np.float64)


def _patterns(onsets: Curve, low: Curve, beats: Curve) -> Curve:
    """What begins within each beat, in sixths: (beats − 1, 12), columns of unit spread."""
    sums = [np.concatenate([[0.0], np.cumsum(curve)]) for curve in (onsets, low)]
    rows = []
    for begin, end in pairwise(beats):
        places = np.linspace(begin - (end - begin) / 12, end - (end - begin) / 12, 7) * CURVE_RATE
        edges = np.clip(np.rint(places).astype(int), 0, len(onsets))
        rows.append(np.concatenate([np.diff(total[edges]) for total in sums]))
    values = np.sqrt(np.maximum(0.0, np.array(rows)))
    return np.asarray((values - values.mean(axis=0)) / np.maximum(1e-6, values.std(axis=0)), np.float64)


def _repeats(patterns: Curve, count: int) -> float:
    """Mean likeness of each beat to those one and two bars on, of `count` beats."""
    found = [
        float(np.mean(patterns[:-lag] * patterns[lag:]))
        for lag in (count, 2 * count)
        if len(patterns) > lag + 4
    ]
    return float(np.mean(found)) if found else 0.0


def bars_of(sound: Sound, downbeats: Sequence[float]) -> tuple[MusicBar, ...]:
    """The bars between neighbouring downbeats."""
    mono = mono_of(sound)
    bands, notes = colour_curves(mono)
    bass = 10 * np.log10(np.sum(10 ** (bands[:, :2] / 10), axis=1) + 1e-9)
    found = []
    for begin, end in pairwise(downbeats):
        part = mono[round(begin * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
        first = min(round(begin * COLOUR_RATE), len(bands) - 1)
        last = min(max(first + 1, round(end * COLOUR_RATE)), len(bands))
        third = max(1, (last - first) // 3)
        colour = [
            value
            for piece in (slice(first, first + third), slice(last - third, last))
            for value in _colour(bands[piece], notes[piece])
        ]
        level = 10 * np.log10(float(np.mean(part.astype(np.float64) ** 2)) + 1e-12) if len(part) else -120.0
        found.append(
            MusicBar(
                float(begin),
                float(end),
                round(max(_LEAST_LEVEL_DB, float(level)), 3),
                round(max(_LEAST_LEVEL_DB, float(10 * np.log10(np.mean(10 ** (bass[first:last] / 10))))), 3),
                tuple(round(float(value), 4) for value in colour),
            )
        )
    return tuple(found)


def _colour(bands: Curve, notes: Curve) -> list[float]:
    mean = bands.mean(axis=0)
    mean = np.maximum(mean, mean.max() - 60)
    return [*((mean - mean.mean()) / 10), *notes.mean(axis=0)]


def sections_of(bars: Sequence[MusicBar], end_s: float) -> tuple[MusicSection, ...]:
    """Stretches of at least four bars between the largest changes of level, over the whole piece."""
    if not bars:
        return (MusicSection(0.0, round(end_s, 4), 0.0),)
    levels = np.array([bar.level_db for bar in bars])
    cuts = [0]
    changes = np.zeros(len(levels))
    for bar in range(4, len(levels) - 3):
        changes[bar] = abs(levels[bar : bar + 4].mean() - levels[bar - 4 : bar].mean())
    for bar in range(4, len(levels) - 3):
        is_highest = changes[bar] >= changes[max(0, bar - 3) : bar + 4].max()
        if changes[bar] >= SECTION_DB and is_highest and bar - cuts[-1] >= 4:
            cuts.append(bar)
    cuts.append(len(levels))
    means = [float(levels[a:b].mean()) for a, b in pairwise(cuts)]
    top = max(means)
    edges = [0.0, *(bars[cut].start_s for cut in cuts[1:-1]), end_s]
    return tuple(
        MusicSection(round(a, 4), round(b, 4), round(mean - top, 2))
        for (a, b), mean in zip(pairwise(edges), means, strict=True)
    )


def drop_of(bars: Sequence[MusicBar]) -> int | None:
    """Which bar the largest rise of level and bass leads into, after a thinner stretch; None without one.

    Two bars before are held against the four that follow, which must be among the fullest of the piece.
    """
    if len(bars) < 8:
        return None
    levels = np.array([bar.level_db for bar in bars])
    bass = np.array([bar.bass_db for bar in bars])
    top = float(np.percentile(levels, 90))
    rises = np.full(len(bars), -np.inf)
    for bar in range(3, len(bars) - 3):
        after = slice(bar, bar + 4)
        if levels[after].mean() < top - _NEAR_TOP_DB or levels[bar] < top - _NEAR_TOP_DB:
            continue
        louder = levels[after].mean() - levels[bar - 2 : bar].mean()
        deeper = min(_MOST_BASS_DB, bass[after].mean() - bass[bar - 2 : bar].mean())
        rises[bar] = 0.5 * louder + 0.5 * deeper
    best = int(rises.argmax())
    return best if rises[best] >= DROP_DB else None
