"""Beats of a piece of music: onsets, tempo, a tracked pulse, and the constant grid that fits it best.

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

from cinecore.audio.wave import Pcm, checked
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import BeatGrid

Curve = npt.NDArray[np.float64]

_HOP = 240
"""Samples between values of the onset curve: 5 ms."""
_WINDOW = 1024
_RATE = SAMPLE_RATE / _HOP
_CALIBRATION_S = 0.0054
"""The onset curve speaks this much early: measured on clicks and on drum strokes, median over tempi."""
_BANDS_HZ = (30, 90, 160, 250, 370, 530, 740, 1000, 1400, 2000, 2900, 4200, 6000, 9000, 15_000)
_TIGHTNESS = 120.0
_SHORTEST_S = 2.0
_SECTION_DB = 3.0
"""Change of level, four bars against four, that parts two sections."""


@dataclass(frozen=True)
class MusicSection:
    """A stretch of even loudness, on bars."""

    start_s: float
    end_s: float
    level_db: float
    """Mean level less that of the loudest section: 0 is the fullest."""


@dataclass(frozen=True)
class BeatTrack:
    """What was found in a piece of music."""

    bpm: float
    offset_s: float
    """The first beat of the constant grid that fits best, 0 or later."""
    beat_times_s: tuple[float, ...]
    confidence: float
    """0..1: how much stronger onsets are on the beats than elsewhere."""
    beats_per_bar: int = 4
    first_downbeat: int = 0
    """Which of the beats begins a bar, by the strength of its low onsets (a guess)."""
    residual_s: float = 0.0
    """Median distance of the tracked beats from the grid; over .03 the tempo is not constant."""
    sections: tuple[MusicSection, ...] = ()

    @property
    def is_steady(self) -> bool:
        """Whether one grid serves for the whole piece."""
        return bool(self.beat_times_s) and self.residual_s <= 0.03


def track_beats(
    pcm: Pcm, bpm_range: tuple[float, float] = (55.0, 180.0), preferred_bpm: float | None = None
) -> BeatTrack:
    """The pulse of a piece of music within a range of tempi.

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
    sound = checked(pcm)
    if len(sound) < _SHORTEST_S * SAMPLE_RATE:
        raise InputError(
            "This music is too short to have a beat.",
            f"{len(sound) / SAMPLE_RATE:.2f} s",
            "Give a longer piece.",
        )
    onsets, low = onset_curves(sound)
    if onsets.max(initial=0.0) <= 0:
        return BeatTrack(preferred_bpm or float(np.sqrt(slowest * fastest)), 0.0, (), 0.0)
    centre = preferred_bpm or float(np.sqrt(slowest * fastest))
    period = 60 * _RATE / _tempo(onsets, slowest, fastest, centre)
    ticks = _follow(onsets, period)
    beats = ticks / _RATE + _CALIBRATION_S
    interval, phase = _constant(onsets, period)
    phase += _CALIBRATION_S
    phase -= np.floor(phase / interval + 1e-9) * interval
    residual = float(np.median(np.abs((beats - phase + interval / 2) % interval - interval / 2)))
    downbeat = _downbeat(low, ticks)
    return BeatTrack(
        bpm=float(60 / interval),
        offset_s=float(max(0.0, phase)),
        beat_times_s=tuple(round(float(beat), 5) for beat in beats),
        confidence=_confidence(onsets, ticks),
        first_downbeat=downbeat,
        residual_s=residual,
        sections=_sections(sound, beats[downbeat::4]),
    )


def grid(track: BeatTrack) -> BeatGrid:
    """The constant grid of a track, its beat 0 at the first downbeat; `track.residual_s` says how well it fits."""
    bpm = Fraction(track.bpm).limit_denominator(10_000)
    offset = Fraction(track.offset_s).limit_denominator(SAMPLE_RATE)
    if track.beat_times_s:
        first = track.beat_times_s[min(track.first_downbeat, len(track.beat_times_s) - 1)]
        offset += round((Fraction(first) - offset) * bpm / 60) * 60 / bpm
    return BeatGrid(bpm, offset, track.beats_per_bar)


def onset_curves(pcm: Pcm) -> tuple[Curve, Curve]:
    """How strongly something begins, every 5 ms: over all bands, and under 160 Hz alone.

    Log-compressed band levels, their rise over 10 ms, less a local mean; unit standard deviation.
    """
    mono = pcm.mean(axis=1)
    padded = np.pad(mono, (_WINDOW // 2, _WINDOW))
    count = len(mono) // _HOP + 1
    hertz = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
    place = np.searchsorted(_BANDS_HZ, hertz, side="right")
    sums = (place[:, None] == np.arange(1, len(_BANDS_HZ))).astype(np.float32)
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:count]
    levels = np.empty((len(frames), sums.shape[1]), np.float32)
    for first in range(0, len(frames), 2048):
        spectrum = np.fft.rfft(frames[first : first + 2048] * window, axis=1)
        levels[first : first + 2048] = (spectrum.real**2 + spectrum.imag**2) @ sums
    loud = float(np.percentile(levels.sum(axis=1), 99)) or 1.0
    bands = np.log1p(levels / (loud * 1e-4)).astype(np.float64)
    rise = np.zeros_like(bands)
    rise[1:-1] = np.maximum(0.0, bands[2:] - bands[:-2])
    return _standard(rise.sum(axis=1)), _standard(rise[:, :2].sum(axis=1))


def _standard(curve: Curve) -> Curve:
    """The curve less its mean over a second, nothing below zero, unit standard deviation."""
    width = int(_RATE)
    local = np.convolve(np.pad(curve, width // 2, mode="reflect"), np.full(width, 1 / width), "same")
    lifted = np.maximum(0.0, curve - local[width // 2 : width // 2 + len(curve)])
    spread = float(lifted.std())
    return np.asarray(lifted / spread if spread > 1e-9 else np.zeros_like(lifted), np.float64)


def _autocorrelation(curve: Curve, longest: int) -> Curve:
    size = 1 << int(np.ceil(np.log2(2 * len(curve))))
    smooth = np.convolve(curve, np.hanning(9) / np.hanning(9).sum(), "same")
    spectrum = np.fft.rfft(smooth - smooth.mean(), size)
    raw = np.fft.irfft(spectrum * np.conj(spectrum), size)[: longest + 2]
    counts = np.maximum(1, len(curve) - np.arange(len(raw)))
    return np.asarray(raw / counts / max(1e-12, raw[0] / len(curve)), np.float64)


def _tempo(onsets: Curve, slowest: float, fastest: float, centre: float) -> float:
    """The tempo whose multiples agree best with the curve's self-likeness; octaves by the preference."""
    longest = min(len(onsets) - 2, int(4 * 60 * _RATE / slowest) + 8)
    likeness = _autocorrelation(onsets, longest)
    lags = np.arange(len(likeness))
    tempi = np.exp(np.arange(np.log(slowest), np.log(fastest) + 1e-9, 0.002))
    periods = 60 * _RATE / tempi
    scores = np.zeros(len(tempi))
    for multiple, weight in ((1, 1.0), (2, 0.7), (4, 0.5)):
        scores += weight * np.interp(periods * multiple, lags, likeness, right=0.0)
    scores -= 0.35 * np.maximum(0.0, np.interp(periods * 1.5, lags, likeness, right=0.0))
    # as alike at a half, a third or two thirds of the lag: the pulse is faster, where the range allows it
    for ratio in (2.0, 3.0, 1.5):
        nearer = np.interp(periods / ratio, lags, likeness) - 0.85 * np.interp(periods, lags, likeness)
        scores -= np.where(ratio * tempi <= fastest, 3.0 * np.maximum(0.0, nearer), 0.0)
    scores *= np.exp(-0.5 * (np.log2(tempi / centre) / 1.2) ** 2)
    return float(tempi[int(np.argmax(scores))])


def _follow(onsets: Curve, period: float) -> npt.NDArray[np.int64]:
    """The best run of beats through the curve (dynamic programming), as indices."""
    smooth = np.convolve(onsets, np.exp(-0.5 * (np.arange(-8, 9) / 2.5) ** 2), "same")
    steps = np.arange(-round(2 * period), -max(1, round(period / 2)) + 1)
    cost = -_TIGHTNESS * np.log(-steps / period) ** 2
    reach = len(steps)
    first = int(-steps[0])
    total = np.concatenate([np.zeros(first), smooth])
    came_from = np.full(len(smooth), -1, np.int64)
    width = int(-steps[-1])
    for block in range(0, len(smooth), width):
        # within one shortest step no value depends on another: worked as one array
        here = np.arange(block, min(block + width, len(smooth)))
        windows = np.lib.stride_tricks.sliding_window_view(total[here[0] : here[-1] + reach], reach) + cost
        best = windows.argmax(axis=1)
        value = windows[np.arange(len(here)), best]
        total[here + first] = smooth[here] + value
        came_from[here] = np.where(value > 0.01, here + steps[best], -1)
    tail = total[first:]
    last_period = tail[-max(1, round(1.5 * period)) :]
    place = len(tail) - len(last_period) + int(last_period.argmax())
    beats: list[int] = []
    while place >= 0:
        beats.append(int(place))
        place = int(came_from[place])
    found = np.array(beats[::-1], np.int64)
    strong = smooth[found] > 0.15 * np.sqrt(np.mean(smooth[found] ** 2))
    kept = np.flatnonzero(strong)
    return found[kept[0] : kept[-1] + 1] if len(kept) > 1 else found


def _constant(onsets: Curve, period: float) -> tuple[float, float]:
    """(seconds a beat, first beat) of the constant grid that meets the most onset strength near a tempo.

    The tempo comes from the curve's spectrum at the beat and its next three harmonics (as fine as the
    piece is long), the phase from the sum of the curve on the grid; then both together, finely.
    """
    size = 1 << int(np.ceil(np.log2(16 * len(onsets))))
    spectrum = np.abs(np.fft.rfft(onsets - onsets.mean(), size))
    beat_hz = _RATE / period
    tried = np.linspace(
        0.96 * beat_hz, 1.04 * beat_hz, 1 + max(200, int(0.8 * beat_hz * len(onsets) / _RATE))
    )
    places = np.arange(len(spectrum))
    strength = sum(np.interp(tried * k * size / _RATE, places, spectrum) for k in (1, 2, 3, 4))
    interval = 1 / float(tried[int(np.argmax(strength))])
    smooth = np.convolve(onsets, np.hanning(9) / np.hanning(9).sum(), "same")
    seconds = np.arange(len(smooth)) / _RATE
    count = max(1, int(seconds[-1] / interval))

    def met(phase: float, spaced: float) -> float:
        return float(np.interp(phase + np.arange(count) * spaced, seconds, smooth, right=0.0).sum())

    phase = max(np.arange(0.0, interval, 0.004), key=lambda shift: met(shift, interval))
    for reach_s, step_s in ((0.02, 0.002), (0.003, 0.0005)):
        stretches = interval * (1 + np.arange(-reach_s, reach_s + 1e-9, 2 * step_s) / (count * interval))
        shifts = phase + np.arange(-reach_s, reach_s + 1e-9, step_s)
        phase, interval = max(((a, b) for a in shifts for b in stretches), key=lambda pair: met(*pair))
    return float(interval), float(phase)


def _downbeat(low: Curve, ticks: npt.NDArray[np.int64]) -> int:
    """Which of the first four beats carries the strongest low onsets."""
    if len(ticks) < 8:
        return 0
    smooth = np.convolve(low, np.hanning(11), "same")
    strengths = smooth[ticks]
    return int(np.argmax([strengths[phase::4].mean() for phase in range(4)]))


def _confidence(onsets: Curve, ticks: npt.NDArray[np.int64]) -> float:
    """How much of the onset strength near a grid of random phase is met on the beats: 0..1."""
    if len(ticks) < 4:
        return 0.0
    smooth = np.convolve(onsets, np.hanning(15), "same")
    on = float(smooth[ticks].mean())
    return float(np.clip((on - smooth.mean()) / (on + smooth.mean() + 1e-9), 0.0, 1.0))


def _sections(sound: Pcm, bars: Curve) -> tuple[MusicSection, ...]:
    """Stretches of at least four bars between the largest changes of level."""
    edges = [
        0.0,
        *[float(bar) for bar in bars[1:] if 0 < bar < len(sound) / SAMPLE_RATE],
        len(sound) / SAMPLE_RATE,
    ]
    power = np.concatenate([[0.0], np.cumsum(np.mean(sound.astype(np.float64) ** 2, axis=1))])
    at = np.rint(np.array(edges) * SAMPLE_RATE).astype(np.int64)
    levels = 10 * np.log10(np.diff(power[at]) / np.maximum(1, np.diff(at)) + 1e-10)
    cuts = [0]
    changes = np.zeros(len(levels))
    for bar in range(4, len(levels) - 3):
        changes[bar] = abs(levels[bar : bar + 4].mean() - levels[bar - 4 : bar].mean())
    for bar in range(4, len(levels) - 3):
        is_highest = changes[bar] >= changes[max(0, bar - 3) : bar + 4].max()
        if changes[bar] >= _SECTION_DB and is_highest and bar - cuts[-1] >= 4:
            cuts.append(bar)
    cuts.append(len(levels))
    spans = [(a, b) for a, b in pairwise(cuts) if b > a]
    means = [float(levels[a:b].mean()) for a, b in spans]
    top = max(means, default=0.0)
    return tuple(
        MusicSection(round(edges[a], 4), round(edges[b], 4), round(mean - top, 2))
        for (a, b), mean in zip(spans, means, strict=True)
    )
