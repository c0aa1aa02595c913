"""How far the rest of a mix gives way to speech, and how far music swells between lines: curves, nothing else.

A step is 10 ms. Two meters listen: one K-weighted, one in the band in which words are understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import k_response
from cinecore.audio.wave import Pcm
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import Stem

Curve = npt.NDArray[np.float64]

SPEECH_STEMS = frozenset({Stem.DIALOGUE, Stem.NARRATION})

SPEECH_BAND_HZ = (300.0, 3400.0)
"""Where words are understood, as telephones have it (ITU-T G.712); what lies over them there hides them."""

STEP_SAMPLES = SAMPLE_RATE // 100
"""Samples of one step of the ducking envelope: 10 ms."""

_FRAME = 4 * STEP_SAMPLES
"""Samples that one step's levels are measured over, under a Hann window: 40 ms."""

_FRAMES_AT_ONCE = 512
_SILENT = 1e-12

_SOUNDS_FROM_DB = -35.0
"""Under a run's loudest step: there the speaker pauses."""

_MOMENT = 150
_PART_OF_MOMENT = 30
"""Steps of a moment, and how many of them must sound for it to count."""

_MOMENT_SLACK_DB = 2.0
"""So much nearer than over its whole run may speech lie to the rest in a moment."""


@dataclass(frozen=True)
class Balance:
    """Levels of a mix before its loudness is set; all figures are relative to each other."""

    speech_lufs: float = -20.0
    """Each line is brought here."""
    most_line_gain_db: float = 12.0
    """A line is raised or lowered by no more than this."""
    music_lufs: float = -20.0
    """The music stem as a whole, before it gives way to speech; None-like quiet music is left alone."""
    most_music_gain_db: float = 18.0
    ambience_lufs: float = -27.0
    """A film's own sound under a picture is lowered to this where it is louder, never raised."""
    margin_db: float = 4.5
    """How far speech lies over the rest at least while it sounds, K-weighted: basses and drums are felt under it."""
    band_margin_db: float = 7.5
    """The same in `SPEECH_BAND_HZ`, where 6 dB are promised of every line."""
    least_duck_db: float = 1.5
    most_duck_db: float = 26.0
    attack_s: float = 0.08
    """The rest is down by the time a word begins; it starts to go this much before."""
    hold_s: float = 0.06
    release_s: float = 0.38
    """With `hold_s` under half a second: fully back by then."""
    bridge_s: float = 0.45
    """Pauses shorter than this stay ducked; music does not jump up between words."""
    swell_db: float = 1.5
    """How far music rises between two lines that lie far apart."""
    swell_from_s: float = 3.0
    """The shortest such gap."""
    swell_ramp_s: float = 1.2


@dataclass(frozen=True)
class Speech:
    """When somebody speaks in a mix, and how loudly."""

    runs: tuple[tuple[int, int], ...]
    """Half-open runs of steps, short pauses counted in."""
    powers: Curve
    """Power at every step, (2, steps): K-weighted, and in the band."""


def hear_speech(stems: Mapping[Stem, Pcm], samples: int, levels: Balance) -> Speech:
    """What is spoken in the stems of a mix that is `samples` long."""
    steps = _steps(samples)
    sound = _sum([stems[name] for name in Stem if name in stems and name in SPEECH_STEMS])
    if sound is None:
        return Speech((), np.zeros((2, steps)))
    powers = step_powers(sound, np.ones(steps, np.bool_))
    return Speech(tuple(_spoken_runs(_decibels(powers[0]), levels)), powers)


def duck_curve(speech: Speech, stems: Mapping[Stem, Pcm], samples: int, levels: Balance) -> Curve:
    """How far (dB, ≤ 0) the rest must give way to speech, one figure for every 10 ms.

    It follows the speech itself: down before the first word, through short pauses, back after the last.
    It goes as deep as the rest must to lie the margins of both meters under a run of speech, and no deeper.
    """
    steps = _steps(samples)
    curve = np.zeros(steps)
    rest_sound = _sum([stems[name] for name in Stem if name in stems and name not in SPEECH_STEMS])
    if not speech.runs or rest_sound is None:
        return curve
    rest = step_powers(rest_sound, _near(speech.runs, steps))
    attack, hold, release = (round(s * 100) for s in (levels.attack_s, levels.hold_s, levels.release_s))
    for first, end in speech.runs:
        depth = np.maximum(
            *(
                _depth(speech.powers[meter, first:end], rest[meter, first:end], margin_db, levels)
                for meter, margin_db in enumerate((levels.margin_db, levels.band_margin_db))
            )
        )
        shape = np.concatenate(
            [
                depth[0] * raised_cosine(attack),
                depth,
                np.full(hold, depth[-1]),
                depth[-1] * raised_cosine(release)[::-1],
            ]
        )
        start = first - attack
        begin, stop = max(0, start), min(steps, start + len(shape))
        curve[begin:stop] = np.minimum(curve[begin:stop], -shape[begin - start : stop - start])
    return curve


def swell_curve(speech: Speech, samples: int, levels: Balance) -> Curve:
    """How far (dB, ≥ 0) music rises between lines that lie far apart, one figure for every 10 ms."""
    curve = np.zeros(_steps(samples))
    back = round((levels.hold_s + levels.release_s) * 100)
    ramp = raised_cosine(round(levels.swell_ramp_s * 100))
    for (_, end), (begin, _) in pairwise(speech.runs):
        first, last = end + back, begin - round(levels.attack_s * 100)
        if last - first < levels.swell_from_s * 100:
            continue
        shape = np.concatenate([ramp, np.ones(last - first - 2 * len(ramp)), ramp[::-1]])
        curve[first:last] = levels.swell_db * shape
    return curve


def _steps(samples: int) -> int:
    return -(-samples // STEP_SAMPLES) + 1


def _sum(sounds: list[Pcm]) -> Pcm | None:
    """Sounds of one length added up; None where there is none."""
    if not sounds:
        return None
    total = sounds[0]
    for other in sounds[1:]:
        total = total + other
    return total


def _spoken_runs(speech_db: Curve, levels: Balance) -> Iterator[tuple[int, int]]:
    """Half-open runs of steps in which somebody speaks, short pauses counted in."""
    active = _bridged(speech_db > levels.speech_lufs - 22.0, round(levels.bridge_s * 100))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(end)


def _near(runs: tuple[tuple[int, int], ...], steps: int) -> npt.NDArray[np.bool_]:
    """The steps in which somebody speaks: elsewhere the rest need not be looked at."""
    near = np.zeros(steps, np.bool_)
    for first, end in runs:
        near[first:end] = True
    return near


def step_powers(pcm: Pcm, wanted: npt.NDArray[np.bool_]) -> Curve:
    """Power of both channels together at every wanted step, (2, steps): K-weighted, and in `SPEECH_BAND_HZ`.

    One spectrum a step serves both meters; 0 where the step is not wanted or its sound is silence.
    """
    steps = len(wanted)
    powers = np.zeros((2, steps))
    half = (_FRAME - STEP_SAMPLES) // 2
    padded = np.zeros((steps * STEP_SAMPLES + 2 * half, 2), np.float32)
    padded[half : half + len(pcm)] = pcm
    window, weights = _meters()
    loudest = np.abs(padded[: steps * STEP_SAMPLES].reshape(steps, -1)).max(axis=1)
    sounding = np.flatnonzero(wanted & (np.convolve(loudest, np.ones(7), "same") > 0))
    for channel in range(2):
        frames = np.lib.stride_tricks.sliding_window_view(padded[:, channel], _FRAME)[::STEP_SAMPLES]
        for at in range(0, len(sounding), _FRAMES_AT_ONCE):
            chosen = sounding[at : at + _FRAMES_AT_ONCE]
            spectra = np.fft.rfft(frames[chosen] * window, axis=1)
            powers[:, chosen] += ((spectra.real**2 + spectra.imag**2) @ weights).T
    return np.stack([np.convolve(one, np.full(3, 1 / 3), "same") for one in powers])


@lru_cache(maxsize=1)
def _meters() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The window, and what each bin of its spectrum adds to the power that either meter reads."""
    window = np.hanning(_FRAME + 1)[:-1]
    hertz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE)
    by_ear = np.abs(k_response(_FRAME)) ** 2 * 10**-0.0691  # BS.1770-4: power 1 reads -0.691
    low, high = SPEECH_BAND_HZ
    in_band = ((hertz >= low) & (hertz <= high)).astype(np.float64)
    weights = np.stack([by_ear, in_band], axis=1) * 2 / (_FRAME * np.sum(window**2))
    return window.astype(np.float32), weights.astype(np.float32)


def _depth(speech: Curve, rest: Curve, margin_db: float, levels: Balance) -> Curve:
    """Depth in dB for every step of one run of speech by one meter: slow enough not to pump, deep enough at once.

    Its shape follows the speech by its level over a second or so (a line's weight) and the rest by its highest
    level within half a second. How deep it lies is then found, so that powers summed over the run, and over every
    moment of it, stand apart as they must.
    """
    line = _decibels(_around(speech, 60, "mean"))
    shape = _around(_around(_decibels(rest) - line, 25, "max"), 12, "mean")
    sounding = np.where(speech > speech.max() * 10 ** (_SOUNDS_FROM_DB / 10), 1.0, 0.0)

    def depth(offset_db: float) -> Curve:
        return np.asarray(np.clip(shape + offset_db, levels.least_duck_db, levels.most_duck_db), np.float64)

    def lacking_db(offset_db: float) -> float:
        left = rest * 10 ** (-depth(offset_db) / 10) * sounding
        heard = speech * sounding
        lacks = [margin_db - _decibels(heard.sum()) + _decibels(left.sum())]
        for first in range(0, len(speech) - _MOMENT, _MOMENT // 2):
            moment = slice(first, first + _MOMENT)
            if sounding[moment].sum() >= _PART_OF_MOMENT:
                over = _decibels(heard[moment].sum()) - _decibels(left[moment].sum())
                lacks.append(margin_db - _MOMENT_SLACK_DB - over)
        return float(max(lacks))

    low, high = margin_db - 24.0, margin_db + 12.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if lacking_db(middle) > 0 else (low, middle)
    return depth(high)


def _decibels(power: Curve | float) -> Curve:
    return np.asarray(10 * np.log10(np.maximum(power, _SILENT)), np.float64)


def _around(values: Curve, reach: int, how: str) -> Curve:
    """Mean or highest of each value's neighbourhood of `reach` steps to both sides."""
    reach = min(reach, max(1, len(values) - 1))
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.asarray(windows.max(axis=1) if how == "max" else windows.mean(axis=1), np.float64)


def _bridged(active: npt.NDArray[np.bool_], longest: int) -> npt.NDArray[np.bool_]:
    """The same with pauses of up to `longest` steps filled."""
    out = active.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    for end, begin in zip(edges[1:-1:2], edges[2::2], strict=True):
        if begin - end <= longest:
            out[end:begin] = True
    return out


def raised_cosine(length: int) -> npt.NDArray[np.float32]:
    """From 0 to 1 along half a cosine."""
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(1, length))).astype(np.float32)


def as_factor(curve: Curve, samples: int) -> npt.NDArray[np.float32]:
    """A curve of dB every 10 ms as a factor for every sample."""
    return np.interp(
        np.arange(samples), np.arange(len(curve)) * STEP_SAMPLES + STEP_SAMPLES / 2, 10 ** (curve / 20)
    ).astype(np.float32)
