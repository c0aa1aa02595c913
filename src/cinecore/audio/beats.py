"""Beats of a piece of music: a tracked pulse that follows the tempo, and the constant grid of its steadiest stretch.

After Ellis, "Beat Tracking by Dynamic Programming" (2007), on an onset curve of our own. Numpy alone.
Music with rubato or without a pulse yields a low confidence, never an error; what to do then is the
caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cinecore.audio.form import MusicBar, MusicSection, bars_of, drop_of, metre, sections_of
from cinecore.audio.onsets import CURVE_RATE, Curve, Sound, mono_of, onset_curves
from cinecore.audio.tempo import tempo_path
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid

_CALIBRATION_S = 0.006
"""The onset curve speaks this much early: measured on clicks and on drum strokes, median over tempi."""
_TIGHTNESS = 120.0
_SHORTEST_S = 2.0
_REFINED_WITHIN = 5
"""Values of the curve (25 ms) to both sides in which a beat's own onset is looked for."""
STEADY_RESIDUAL_S = 0.03


@dataclass(frozen=True)
class BeatTrack:
    """What was found in a piece of music."""

    bpm: float
    """Tempo of the steadiest stretch: the only one, where the piece keeps one tempo."""
    offset_s: float
    """A beat of the constant grid that fits that stretch best: its first, 0 or later, where there is one tempo."""
    beat_times_s: tuple[float, ...]
    """All beats, through every change of tempo."""
    confidence: float
    """0..1: how much stronger onsets are on the beats than elsewhere."""
    beats_per_bar: int = 4
    first_downbeat: int = 0
    """Which of the beats begins a bar: low onsets are strong there and the harmony changes."""
    residual_s: float = 0.0
    """Median distance of the stretch's beats from the grid; over .03 its tempo is not constant."""
    sections: tuple[MusicSection, ...] = ()
    bars: tuple[MusicBar, ...] = ()
    """The bars of the steady stretch."""
    drop_bar: int | None = None
    """Which of the bars the largest rise leads into."""
    tempi: tuple[tuple[float, float], ...] = ()
    """(from second, BPM) of every stretch of one tempo."""

    @property
    def is_steady(self) -> bool:
        """Whether one grid serves for the stretch that `bars` covers."""
        return bool(self.beat_times_s) and self.residual_s <= STEADY_RESIDUAL_S

    @property
    def drop_s(self) -> float | None:
        """When the drop comes."""
        return None if self.drop_bar is None else self.bars[self.drop_bar].start_s

    @property
    def downbeats_s(self) -> tuple[float, ...]:
        """Where bars begin, by counting from the first downbeat."""
        return self.beat_times_s[self.first_downbeat % self.beats_per_bar :: self.beats_per_bar]


def track_beats(
    sound: Sound, bpm_range: tuple[float, float] = (55.0, 180.0), preferred_bpm: float | None = None
) -> BeatTrack:
    """The pulse of a piece of music within a range of tempi; `sound` at 48 kHz in one or two channels.

    A tempo outside the range is brought inside by octaves where that is possible. `preferred_bpm`
    decides between octaves that fit equally well.

    Raises:
        InputError: The range is empty, or the sound is under two seconds.
    """
    slowest, fastest = bpm_range
    if not 20 <= slowest < fastest <= 400:
        raise InputError(
            "Not a range of tempi.", f"{slowest}..{fastest}", "Give two rising figures, 20 to 400."
        )
    if len(sound) < _SHORTEST_S * SAMPLE_RATE:
        raise InputError(
            "This music is too short to have a beat.",
            f"{len(sound) / SAMPLE_RATE:.2f} s",
            "Give a longer piece.",
        )
    mono = mono_of(sound)
    onsets, low = onset_curves(mono)
    centre = preferred_bpm or float(np.sqrt(slowest * fastest))
    if onsets.max(initial=0.0) <= 0:
        return BeatTrack(centre, 0.0, (), 0.0)
    periods = tempo_path(onsets, slowest, fastest, centre)
    ticks = _follow(onsets, periods)
    beats = _refined(onsets, ticks) / CURVE_RATE + _CALIBRATION_S
    first, last = _steadiest(periods, onsets)
    inside = np.flatnonzero((ticks >= first) & (ticks < last))
    if len(inside) < 2:
        inside = np.arange(len(ticks))
        first, last = 0, len(onsets)
    interval, phase = _constant(onsets[first:last], float(periods[first]))
    phase += first / CURVE_RATE + _CALIBRATION_S
    phase -= np.floor(phase / interval + 1e-9) * interval
    own = beats[inside]
    residual = float(np.median(np.abs((own - phase + interval / 2) % interval - interval / 2)))
    per_bar, downbeat = metre(mono, onsets, low, own)
    bars = bars_of(mono, own[downbeat::per_bar].tolist())
    is_whole = last - first == len(onsets)
    return BeatTrack(
        bpm=float(60 / interval),
        offset_s=float(max(0.0, phase)),
        beat_times_s=tuple(round(float(beat), 5) for beat in beats),
        confidence=_confidence(onsets, ticks),
        beats_per_bar=per_bar,
        first_downbeat=int(inside[0]) + downbeat if len(inside) else 0,
        residual_s=residual,
        sections=sections_of(bars, len(mono) / SAMPLE_RATE if is_whole else last / CURVE_RATE),
        bars=bars,
        drop_bar=drop_of(bars),
        tempi=_tempi(periods),
    )


def grid(track: BeatTrack) -> BeatGrid:
    """The constant grid of a track, its beat 0 at the first downbeat; `track.residual_s` says how well it fits."""
    bpm = Fraction(track.bpm).limit_denominator(10_000)
    offset = Fraction(track.offset_s).limit_denominator(SAMPLE_RATE)
    if track.beat_times_s:
        first = track.beat_times_s[min(track.first_downbeat, len(track.beat_times_s) - 1)]
        offset += round((Fraction(first) - offset) * bpm / 60) * 60 / bpm
    return BeatGrid(bpm, offset, track.beats_per_bar)


def _edges(periods: Curve) -> list[int]:
    """Where the tempo changes, both ends included."""
    return [0, *(np.flatnonzero(np.diff(periods)) + 1).tolist(), len(periods)]


def _runs(periods: Curve) -> list[tuple[int, int]]:
    """Stretches in which the tempo is one, to four parts in a hundred."""
    runs: list[tuple[int, int]] = []
    for begin, end in pairwise(_edges(periods)):
        if runs and abs(np.log(periods[begin] / periods[runs[-1][0]])) <= 0.02:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return runs


def _steadiest(periods: Curve, onsets: Curve) -> tuple[int, int]:
    """The stretch of one tempo with the most onset strength in it: long, and full."""
    return max(_runs(periods), key=lambda run: (float(onsets[run[0] : run[1]].sum()), -run[0]))


def _tempi(periods: Curve) -> tuple[tuple[float, float], ...]:
    return tuple(
        (round(begin / CURVE_RATE, 3), round(60 * CURVE_RATE / float(np.median(periods[begin:end])), 3))
        for begin, end in _runs(periods)
    )


def _follow(onsets: Curve, periods: Curve) -> npt.NDArray[np.int64]:
    """The best run of beats through the curve (dynamic programming), as indices."""
    smooth = np.convolve(onsets, np.exp(-0.5 * (np.arange(-8, 9) / 2.5) ** 2), "same")
    steps = np.arange(-round(2 * periods.max()), -max(1, round(periods.min() / 2)) + 1)
    reach = len(steps)
    first = int(-steps[0])
    total = np.concatenate([np.zeros(first), smooth])
    came_from = np.full(len(smooth), -1, np.int64)
    width = int(-steps[-1])
    cost, costed = np.zeros(reach), 0.0
    for block in range(0, len(smooth), width):
        if periods[block] != costed:
            costed = float(periods[block])
            cost = -_TIGHTNESS * np.log(-steps / costed) ** 2
        # within one shortest step no value depends on another: worked as one array
        here = np.arange(block, min(block + width, len(smooth)))
        windows = np.lib.stride_tricks.sliding_window_view(total[here[0] : here[-1] + reach], reach) + cost
        best = windows.argmax(axis=1)
        value = windows[np.arange(len(here)), best]
        total[here + first] = smooth[here] + value
        came_from[here] = np.where(value > 0.01, here + steps[best], -1)
    tail = total[first:]
    last_period = tail[-max(1, round(1.5 * periods[-1])) :]
    place = len(tail) - len(last_period) + int(last_period.argmax())
    beats: list[int] = []
    while place >= 0:
        beats.append(int(place))
        place = int(came_from[place])
    found = np.array(beats[::-1], np.int64)
    strong = smooth[found] > 0.15 * np.sqrt(np.mean(smooth[found] ** 2))
    kept = np.flatnonzero(strong)
    return found[kept[0] : kept[-1] + 1] if len(kept) > 1 else found


def _refined(onsets: Curve, ticks: npt.NDArray[np.int64]) -> Curve:
    """Each beat moved to the top of the onset it lies on, between values, where there is one."""
    smooth = np.convolve(onsets, np.hanning(7) / np.hanning(7).sum(), "same")
    if not len(ticks):
        return ticks.astype(np.float64)
    clear = 0.5 * float(np.median(smooth[ticks]))
    out = ticks.astype(np.float64)
    for number, tick in enumerate(ticks):
        begin = max(1, tick - _REFINED_WITHIN)
        window = smooth[begin : min(len(smooth) - 1, tick + _REFINED_WITHIN + 1)]
        if not len(window):
            continue
        top = begin + int(window.argmax())
        left, middle, right = smooth[top - 1 : top + 2]
        if middle < clear or middle < left or middle < right:
            continue
        bend = left - 2 * middle + right
        out[number] = top + (0.5 * (left - right) / bend if bend < 0 else 0.0)
    return out


def _constant(onsets: Curve, period: float) -> tuple[float, float]:
    """(seconds a beat, first beat) of the constant grid that meets the most onset strength near a tempo.

    The tempo comes from the curve's spectrum at the beat and its next three harmonics (as fine as the
    piece is long), the phase from the sum of the curve on the grid; then both together, finely.
    """
    size = 1 << int(np.ceil(np.log2(16 * len(onsets))))
    spectrum = np.abs(np.fft.rfft(onsets - onsets.mean(), size))
    beat_hz = CURVE_RATE / period
    tried = np.linspace(
        0.96 * beat_hz, 1.04 * beat_hz, 1 + max(200, int(0.8 * beat_hz * len(onsets) / CURVE_RATE))
    )
    places = np.arange(len(spectrum))
    strength = sum(np.interp(tried * k * size / CURVE_RATE, places, spectrum) for k in (1, 2, 3, 4))
    interval = 1 / float(tried[int(np.argmax(strength))])
    smooth = np.convolve(onsets, np.hanning(9) / np.hanning(9).sum(), "same")
    seconds = np.arange(len(smooth)) / CURVE_RATE
    count = max(1, int(seconds[-1] / interval))

    def met(phase: float, spaced: float) -> float:
        return float(np.interp(phase + np.arange(count) * spaced, seconds, smooth, right=0.0).sum())

    phase = max(np.arange(0.0, interval, 0.004), key=lambda shift: met(shift, interval))
    for reach_s, step_s in ((0.02, 0.002), (0.003, 0.0005)):
        stretches = interval * (1 + np.arange(-reach_s, reach_s + 1e-9, 2 * step_s) / (count * interval))
        shifts = phase + np.arange(-reach_s, reach_s + 1e-9, step_s)
        phase, interval = max(((a, b) for a in shifts for b in stretches), key=lambda pair: met(*pair))
    return float(interval), float(phase)


def _confidence(onsets: Curve, ticks: npt.NDArray[np.int64]) -> float:
    """How much of the onset strength near a grid of random phase is met on the beats: 0..1."""
    if len(ticks) < 4:
        return 0.0
    smooth = np.convolve(onsets, np.hanning(15), "same")
    on = float(smooth[ticks].mean())
    return float(np.clip((on - smooth.mean()) / (on + smooth.mean() + 1e-9), 0.0, 1.0))
